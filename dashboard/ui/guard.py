"""The door of every page: who may not enter is told so in French, and nothing of the page is read."""

import streamlit as st

from dashboard.settings import load_settings
from dashboard.ui import clock, store
from dashboard.ui.navigation import link_to, page_entry
from dashboard.ui.session import current_actor
from dashboard.wording.terms import ROLES
from dashboard.wording.typography import typeset
from data_access.rights import RIGHTS, allows
from data_access.writes.audit import record_denial


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
        st.link_button("Se connecter", f"/connexion?suite=/{entry.address}", type="primary")
    else:
        who = " et ".join(_to(ROLES[role].brief.lower()) for role in ROLES if entry.right in RIGHTS[role])  # type: ignore[index]
        st.info(typeset(f"Cette page est réservée {who}."), icon=":material/lock:")
        record_denial(store.current_engine(), actor, f"page {name}", at=clock.now())
    st.stop()


def _to(role: str) -> str:
    """« à l’administration », « à la coordination »."""
    return f"à l’{role}" if role[0] in "aeiouyéh" else f"à la {role}"
