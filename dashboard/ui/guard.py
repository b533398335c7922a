"""The door of every page: who may not enter is told so in French, and nothing of the page is read."""

from typing import Final

import streamlit as st

from dashboard.settings import load_settings
from dashboard.ui import clock, own_pages, store
from dashboard.ui.navigation import link_to, page_entry
from dashboard.ui.session import current_actor
from dashboard.wording.terms import ROLES
from dashboard.wording.typography import typeset
from data_access.actors import Actor
from data_access.rights import RIGHTS, allows
from data_access.writes.rows import record_denial

_REFUSED: Final = "pages-refused"


def enter(name: str) -> None:
    """Lets the page of this file name be drawn, or says who may open it and ends the run; the denial is written down."""
    entry, actor = page_entry(name), current_actor()
    if allows(actor, entry.right):
        return
    st.title(entry.title, anchor=False)
    if actor.role == "public" and load_settings().sign_in == "demo":
        st.info(typeset("Cette page n’est pas ouverte à une visite sans compte."), icon=":material/lock:")
        link_to("presentation", "Présentation")
    elif actor.role == "public":
        st.info(typeset("Connectez-vous pour ouvrir cette page."), icon=":material/login:")
        own_pages.link("Se connecter", f"/connexion?suite=/{entry.address}", primary=True)
    else:
        who = " et ".join(_to(ROLES[role].brief.lower()) for role in ROLES if entry.right in RIGHTS[role])  # type: ignore[index]
        st.info(typeset(f"Cette page est réservée {who}."), icon=":material/lock:")
        _write_down(actor, name)
    st.stop()


def _to(role: str) -> str:
    """« à l’administration », « à la coordination »."""
    return f"à l’{role}" if role[0] in "aeiouyéh" else f"à la {role}"


def _write_down(actor: Actor, name: str) -> None:
    """Once for this visit: the page is run again at each click, and whoever is refused may click for ever."""
    seen = st.session_state.setdefault(_REFUSED, set())
    if (actor.name, name) not in seen:
        seen.add((actor.name, name))
        record_denial(store.current_engine(), actor, f"page {name}", at=clock.now())
