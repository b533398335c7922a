"""What a visitor reads on their telephone, and the sheet on the wall: plain French documents, without a script."""

from html import escape
from typing import Final

import segno

from dashboard.web.check_in_visits import State
from dashboard.web.plain_document import plain_document
from dashboard.wording import dates
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import capital, count, typeset

_DONE: Final = {"arrivee": "Arrivée notée. Bienvenue !", "depart": "Départ noté. Bonne fin de journée !"}
_HOW: Final = "Visez ce code avec votre téléphone, puis touchez « J’arrive ». En partant, touchez « Je pars »."
_PRIVACY: Final = (
    "Aucun nom n’est demandé. Ce téléphone garde le numéro de votre pointage jusqu’à votre départ, et rien d’autre."
)
_LOOK: Final = """
:root { color-scheme: light dark; }
body { font: 1.125rem/1.5 "Source Sans", system-ui, sans-serif; max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem;
  color: light-dark(#1B2420, #E8EFEA); background: light-dark(#FFFFFF, #111814); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; }
.said { border-left: 4px solid light-dark(#1F5C3A, #7DD894); padding: .5rem .75rem; font-weight: 600; }
.refused { border-left-color: #CF6310; }
button { font: inherit; font-weight: 600; width: 100%; min-height: 3.5rem; margin: 0 0 .75rem; padding: .5rem 1rem;
  border: 0; border-radius: .5rem; color: #FFFFFF; background: light-dark(#1F5C3A, #2C7F50); cursor: pointer; }
button:focus-visible { outline: 3px solid light-dark(#2E86DE, #6A96F5); outline-offset: 2px; }
button span { display: block; font-weight: 400; font-size: 1rem; }
small { font-size: .9375rem; color: light-dark(#4A544E, #AEBBB3); }
"""
_POSTER_LOOK: Final = """
body { font: 1.25rem/1.4 "Source Sans", system-ui, sans-serif; text-align: center; max-width: 36rem; margin: 0 auto;
  padding: 2rem 1rem; color: #1B2420; background: #FFFFFF; }
h1 { font-size: 2.25rem; line-height: 1.2; margin: 0 0 1rem; }
svg { width: min(22rem, 80vw); height: auto; }
.address { font-size: .875rem; overflow-wrap: anywhere; color: #4A544E; }
.aside { font-size: 1rem; border: 1px solid #C3CCC5; border-radius: .5rem; padding: .75rem; text-align: left; }
@media print { .aside { display: none; } @page { size: A5; margin: 12mm; } }
"""


def check_in(state: State, *, key: str, path: str, refusal: str, done: str) -> str:
    """The page: what was just noted or refused, then the buttons."""
    body = [
        f"<h1>{escape(state.centre_name)}</h1>",
        f"<p>{escape(capital(dates.full_date(dates.in_paris(state.now).date())))}, {dates.time_of_day(state.now)}</p>",
    ]
    if refusal:
        body.append(f'<p class="said refused" role="alert">{escape(typeset(refusal))}</p>')
    elif done in _DONE:
        body.append(f'<p class="said" role="status">{escape(typeset(_DONE[done]))}</p>')
    body += [f'<form method="post" action="{escape(path)}">', f'<input type="hidden" name="cle" value="{escape(key)}">']
    body += _buttons(state)
    body += ["</form>", f"<p><small>{escape(typeset(_PRIVACY))}</small></p>"]
    return plain_document(f"Pointage – {state.centre_name}", _LOOK, body)


def _buttons(state: State) -> list[str]:
    if state.visit_kind is not None and state.visit_since is not None:
        since = f"Vous êtes là depuis {dates.time_of_day(state.visit_since)} ({SEAT_KINDS[state.visit_kind].label})."
        return [f"<p>{escape(since)}</p>", '<button name="depart" value="oui">Je pars</button>']
    if not state.free:
        return [f"<p>{escape(typeset('Ce télécentre n’a pas encore de position enregistrée.'))}</p>"]
    lines = []
    for kind, free in state.free.items():
        term = SEAT_KINDS[kind]
        if free:
            left = count(free, "position libre", "positions libres")
            lines.append(f'<button name="poste" value="{kind}">J’arrive : {term.label}<span>{left}</span></button>')
        else:
            lines.append(f"<p>{escape(typeset(f'{capital(term.plural)} : tout est pris.'))}</p>")
    return [typeset(line) for line in lines]


def poster(centre_name: str, address: str) -> str:
    """The sheet for the wall: what to do, the code, and its address for who has no camera."""
    code = segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True)
    body = [
        f"<h1>{escape(typeset('Bienvenue ! Pointez votre arrivée'))}</h1>",
        f"<p>{escape(centre_name)}</p>",
        code,
        f"<p>{escape(typeset(_HOW))}</p>",
        f"<p>{escape('Aucun nom, aucun compte.')}</p>",
        f'<p class="address">{escape(address)}</p>',
    ]
    if _is_this_machine(address):
        warning = (
            "Cette adresse n’est joignable que de cette machine : un téléphone ne l’ouvrira pas. Ouvrez cette page par "
            "le nom public du serveur, puis imprimez-la."
        )
        body.append(f'<p class="aside">{escape(typeset(warning))}</p>')
    body.append(f'<p class="aside">{escape(typeset("Ctrl + P imprime cette feuille au format A5."))}</p>')
    return plain_document(f"Affiche de pointage – {centre_name}", _POSTER_LOOK, body)


def _is_this_machine(address: str) -> bool:
    return any(f"//{host}" in address for host in ("127.0.0.1", "localhost", "[::1]"))
