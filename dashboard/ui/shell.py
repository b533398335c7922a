"""What stands around every page: who one is, the warning over invented data, the foot that says where figures come from."""

from collections.abc import Mapping
from html import escape
from typing import Final

import streamlit as st

from dashboard.charts.palette import DARK
from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.ui import components, session, store
from dashboard.ui.navigation import door, link, menu, page_entry
from dashboard.wording import dates
from dashboard.wording.refusals import DATABASE_FAULTS
from dashboard.wording.terms import DEMONSTRATION, PROGRAMME, ROLES
from dashboard.wording.typography import typeset
from data_access.engine import database_fault

# Who one is, in the side bar: the switch of a demonstration, or the account and the way in and out.


_BRAND: Final = f'<p class="cc-brand"><a href="/">{PROGRAMME}</a></p>'


def draw_side_bar() -> None:
    """The name of the product, who one is, and the menu, which depends on it."""
    with st.sidebar:
        if load_settings().sign_in == "demo":
            components.html(_BRAND)
            st.selectbox(
                typeset("Démonstration : vous êtes"),
                list(session.PERSONAS),
                format_func=lambda persona: session.PERSONAS[persona][0],
                key=session.PERSONA_KEY,
                help=typeset("Ce choix montre ce que voit chacun. Il n’existe que sur les données de démonstration."),
            )
            components.html(menu())
            return
        actor = session.current_actor()
        if actor.role == "public":
            who = door("Se connecter", "/connexion")
        else:
            said = escape(typeset(f"{actor.name}, {ROLES[actor.role].label}"))
            who = f'<p class="cc-who">{said}</p>{door("Mon compte", "/compte")}'
        components.html(_BRAND + who + menu())


# What stands around every page: the warning over invented data, and the foot that says where figures come from.

# The licence of the boundaries asks that their producers be named.
_WATCH_BY_THEMSELVES: Final = frozenset(page_entry(name).address for name in ("occupancy", "check_in"))
ATTRIBUTION: Final = (
    "Limites et populations : IGN (ADMIN EXPRESS COG), Insee, DILA, sous Licence Ouverte 2.0. "
    "Chiffres publiés : sources citées en page Méthodologie."
)


def open_page() -> Mapping[str, int]:
    """Draws what stands above the page, and answers the data versions from which the page is drawn."""
    look = session.look()
    versions = look.versions
    if look.failure is not None:
        cause, _remedy = DATABASE_FAULTS[database_fault(look.failure) or "database_failed"]
        st.error(
            typeset(f"{cause} Ce qui est affiché date d’avant, et rien ne peut être enregistré pour l’instant."),
            icon=":material/cloud_off:",
        )
        # Any click runs the page again.
        st.button("Réessayer", key="retry-database")
    # Paper is white: the rules for printing have to know.
    above = '<span class="cc-dark"></span>' if components.palette() is DARK else ""
    if store.is_demonstration():
        as_of = store.demonstration_as_of()
        made = f", composées pour le {dates.long_date(as_of)}" if as_of else ""
        above += (
            f'<p class="cc-ribbon" role="note"><strong>{DEMONSTRATION}</strong>{made}. '
            + escape(
                typeset("Les chiffres sont inventés, sauf ceux de l’évaluation publiée pour 2013 et les faits sourcés.")
            )
            + "</p>"
        )
    components.html(above)
    return versions


def close_page(address: str, versions: Mapping[str, int]) -> None:
    """Draws what stands below the page at this address, drawn from these data versions."""
    today, shown = clock.today(), ""
    # A visitor is told nothing that changes with every write: it would say when somebody is at work.
    if address not in _WATCH_BY_THEMSELVES and session.current_actor().role != "public":
        # Pressed by the script of the pages once something else is stored than what this page shows.
        st.button("Actualiser", key="data-news")
        of = sorted(session.look().shown)
        version = sum(versions[domain] for domain in of)
        shown = f'<span class="cc-shown" data-of="{",".join(of)}" data-version="{version}"></span>'
    components.html(
        f'{shown}<footer class="cc-footer">'
        f"<p>{PROGRAMME} · Conseil départemental du Cantal · état au {escape(dates.full_date(today))}.</p>"
        f"<p>{escape(typeset(ATTRIBUTION))}</p>"
        f"<p>{link('help', 'Aide. Accessibilité : partiellement conforme.')}</p></footer>"
    )
