"""Who one is, in the side bar: the switch of a demonstration, or the account and the way in and out."""

import streamlit as st

from dashboard.settings import load_settings
from dashboard.ui import own_pages
from dashboard.ui.session import PERSONA_KEY, PERSONAS, current_actor
from dashboard.wording.terms import ROLES
from dashboard.wording.typography import typeset


def draw() -> None:
    """Drawn before the menu, which depends on it."""
    with st.sidebar:
        if load_settings().sign_in == "demo":
            st.selectbox(
                typeset("Démonstration : vous êtes"),
                list(PERSONAS),
                format_func=lambda persona: PERSONAS[persona][0],
                key=PERSONA_KEY,
                help=typeset("Ce choix montre ce que voit chacun. Il n’existe que sur les données de démonstration."),
            )
            return
        actor = current_actor()
        if actor.role == "public":
            own_pages.link("Se connecter", "/connexion")
            return
        st.caption(typeset(f"{actor.name}, {ROLES[actor.role].label}"))
        own_pages.link("Mon compte", "/compte")
