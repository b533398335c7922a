"""What somebody reads who signs in, chooses a password or signs out: plain French documents, without a script."""

from html import escape
from typing import Final
from urllib.parse import quote

from dashboard.web.document import TITLE
from dashboard.web.plain_document import plain_document
from dashboard.wording.typography import typeset

_LOOK: Final = """
:root { color-scheme: light dark; }
body { font: 1.0625rem/1.5 "Source Sans", system-ui, sans-serif; max-width: 26rem; margin: 0 auto; padding: 3rem 1rem;
  color: light-dark(#1B2420, #E8EFEA); background: light-dark(#FFFFFF, #111814); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; }
p { margin: 0 0 1rem; }
a { color: light-dark(#1F5C3A, #7DD894); }
.programme { font-weight: 600; color: light-dark(#1F5C3A, #7DD894); margin: 0 0 1.5rem; }
h1 + .said { margin-top: .75rem; }
.said { border-left: 4px solid light-dark(#1F5C3A, #7DD894); padding: .5rem .75rem; font-weight: 600; }
.refused { border-left-color: #CF6310; }
label { display: block; font-weight: 600; margin: 0 0 .25rem; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem .75rem; margin: 0 0 1rem;
  color: inherit; background: light-dark(#FFFFFF, #1B2520); border: 1px solid light-dark(#6B766F, #8A968F);
  border-radius: .35rem; }
:is(input, button, a):focus-visible { outline: 3px solid light-dark(#2E86DE, #6A96F5); outline-offset: 2px; }
button { font: inherit; font-weight: 600; width: 100%; min-height: 3rem; margin: 0 0 1rem; border: 0; border-radius: .35rem;
  color: #FFFFFF; background: light-dark(#1F5C3A, #2C7F50); cursor: pointer; }
a.button { display: block; text-align: center; text-decoration: none; font-weight: 600; padding: .75rem 1rem;
  border-radius: .35rem; color: #FFFFFF; background: light-dark(#1F5C3A, #2C7F50); }
button.plain { color: inherit; background: none; border: 1px solid light-dark(#6B766F, #8A968F); }
small { font-size: .9375rem; color: light-dark(#4A544E, #AEBBB3); }
"""


def sign_in(*, token: str, onward: str, email: str = "", refusal: str = "", said: str = "", provider: bool) -> str:
    """The form with an address and a password, or the button that leads to the identity provider."""
    body = ["<h1>Se connecter</h1>", *_told(refusal, said)]
    if provider:
        # A link, not a form: browsers do not let a form of ours lead to another site.
        where = f"/connexion/oidc?suite={quote(onward, safe='/')}"
        body.append(f'<p><a class="button" href="{escape(where)}">Continuer avec votre compte professionnel</a></p>')
    else:
        body += [
            '<form method="post" action="/connexion">',
            *_hidden(token=token, suite=onward),
            *_field("Adresse électronique", "adresse", "email", "username", email),
            *_field("Mot de passe", "mot_de_passe", "password", "current-password"),
            "<button>Se connecter</button>",
            "</form>",
            f"<p><small>{escape(typeset(_FORGOTTEN))}</small></p>",
        ]
    body.append('<p><a href="/">Retour au tableau de bord</a></p>')
    return _document("Se connecter", body)


_FORGOTTEN: Final = "Mot de passe oublié ou premier accès ? Demandez un lien à la personne qui administre les comptes."


def choose_password(*, token: str, code: str, email: str, refusal: str = "") -> str:
    """The form that a code opens."""
    body = [
        "<h1>Choisir un mot de passe</h1>",
        f"<p>Pour le compte {escape(email)}.</p>",
        *_told(refusal, ""),
        '<form method="post" action="/activation">',
        *_hidden(token=token, code=code),
        *_field("Nouveau mot de passe (12 caractères au moins)", "nouveau", "password", "new-password"),
        *_field("Le même, une seconde fois", "encore", "password", "new-password"),
        "<button>Enregistrer le mot de passe</button>",
        "</form>",
    ]
    return _document("Choisir un mot de passe", body)


def my_account(*, token: str, name: str, email: str, local: bool, refusal: str = "", said: str = "") -> str:
    """What somebody signed in may do with their account."""
    body = ["<h1>Mon compte</h1>", f"<p>{escape(name)}, {escape(email)}</p>", *_told(refusal, said)]
    if local:
        body += [
            '<form method="post" action="/compte">',
            *_hidden(token=token),
            *_field("Mot de passe actuel", "mot_de_passe", "password", "current-password"),
            *_field("Nouveau mot de passe (12 caractères au moins)", "nouveau", "password", "new-password"),
            *_field("Le même, une seconde fois", "encore", "password", "new-password"),
            "<button>Changer le mot de passe</button>",
            "</form>",
        ]
    for action, label in (("/deconnexion", "Se déconnecter"), ("/deconnexion?partout=oui", "Se déconnecter partout")):
        body += [f'<form method="post" action="{action}">', *_hidden(token=token)]
        body += [f'<button class="plain">{label}</button>', "</form>"]
    body.append('<p><a href="/">Retour au tableau de bord</a></p>')
    return _document("Mon compte", body)


def message(title: str, sentence: str) -> str:
    """A sentence, and the way back."""
    body = [f"<h1>{escape(typeset(title))}</h1>", f"<p>{escape(typeset(sentence))}</p>"]
    return _document(title, [*body, '<p><a href="/connexion">Se connecter</a></p>'])


def onward(title: str, sentence: str, address: str) -> str:
    """A sentence, and another site to which the browser goes on by itself."""
    body = [
        f'<meta http-equiv="refresh" content="0; url={escape(address)}">',
        f"<h1>{escape(typeset(title))}</h1>",
        f"<p>{escape(typeset(sentence))}</p>",
        f'<p><a href="{escape(address)}">Continuer</a></p>',
    ]
    return _document(title, body)


def _told(refusal: str, said: str) -> list[str]:
    if refusal:
        return [f'<p class="said refused" role="alert">{escape(typeset(refusal))}</p>']
    return [f'<p class="said" role="status">{escape(typeset(said))}</p>'] if said else []


def _hidden(**values: str) -> list[str]:
    return [f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values.items()]


def _field(label: str, name: str, kind: str, autocomplete: str, value: str = "") -> list[str]:
    return [
        f'<label for="{name}">{escape(typeset(label))}</label>',
        f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{autocomplete}" required value="{escape(value)}">',
    ]


def _document(title: str, body: list[str]) -> str:
    return plain_document(f"{title} – {TITLE}", _LOOK, [f'<p class="programme">{TITLE}</p>', *body])
