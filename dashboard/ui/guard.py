"""The door of every page: who may not enter is told so in French, and nothing of the page is read."""

from html import escape
from typing import Final
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.presentation import ADDRESS
from dashboard.ui import session
from dashboard.ui.navigation import PageEntry, door, page_entry
from dashboard.ui.navigation import link as link_of_page
from dashboard.wording.terms import PROGRAMME, ROLES, WHAT_THIS_IS
from dashboard.wording.typography import typeset
from data_access.rights import RIGHTS, Actor, allows
from data_access.writes.rows import record_denial

PAGE: Final = "page"
"""Where a session keeps the name of the page it draws."""
_REFUSED: Final = "pages-refused"
_FIRST: Final = "first-page"


def enter(name: str) -> None:
    """Lets the page of this file name be drawn, or says who may open it and ends the run; the denial is written down."""
    entry, actor = page_entry(name), session.current_actor()
    st.session_state[PAGE] = name
    st.session_state.setdefault(_FIRST, name)
    if allows(actor, entry.right):
        return
    if actor.role == "public" and not entry.address:
        _welcome()
    else:
        st.title(entry.title, anchor=False)
    if actor.role == "public" and load_settings().sign_in == "demo":
        st.info(typeset("Cette page n’est pas ouverte à une visite sans compte."), icon=":material/lock:")
        st.html(link_of_page("presentation", "Présentation"))
    elif actor.role == "public":
        ask_to_sign_in(_address_asked(entry))
    else:
        # A manager is told by the two roles that are one there.
        told = [role for role in ROLES if entry.right in RIGHTS[role] and role != "manager"]  # type: ignore[index]
        who = " et ".join(_to(ROLES[role].brief.lower()) for role in told)
        st.info(typeset(f"Cette page est réservée {who}."), icon=":material/lock:")
        _write_down(actor, name)
    st.stop()


def _welcome() -> None:
    """What this is, for whoever comes without an account, and what they may see of it."""
    st.title(PROGRAMME, anchor=False)
    show = door("Voir la présentation", ADDRESS, primary=True)
    st.html(f'<p class="cc-key">{escape(typeset(WHAT_THIS_IS))}</p><p class="cc-deeds">{show}</p>')


def begins() -> bool:
    """Whether the page that is drawn is the one that the session began with."""
    began: bool = st.session_state.get(_FIRST) == st.session_state.get(PAGE)
    return began


def ask_to_sign_in(onward: str) -> None:
    """The way to sign in, then to go on at an address of ours."""
    st.info(typeset("Connectez-vous pour ouvrir cette page."), icon=":material/login:")
    st.html(door("Se connecter", f"/connexion?suite={quote(onward)}", primary=True))


def _address_asked(entry: PageEntry) -> str:
    """The page with its filters, centre and week: where one goes on after signing in."""
    filters = urlencode(st.query_params.to_dict())
    return f"/{entry.address}?{filters}" if filters else f"/{entry.address}"


def _to(role: str) -> str:
    """« à l’administration », « à la coordination »."""
    return f"à l’{role}" if role[0] in "aeiouyéh" else f"à la {role}"


def _write_down(actor: Actor, name: str) -> None:
    """Once for this visit: the page is run again at each click, and whoever is refused may click for ever."""
    seen = st.session_state.setdefault(_REFUSED, set())
    if (actor.name, name) not in seen:
        record_denial(session.current_engine(), actor, f"page {name}", at=clock.now())
        # What could not be written is tried again at the next run.
        seen.add((actor.name, name))
