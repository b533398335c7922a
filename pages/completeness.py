"""Complétude: can the figures be trusted, and who is to be reminded?"""

import streamlit as st

from dashboard.ui import components, guard, session
from dashboard.ui.views import completeness as follow_up
from dashboard.ui.views import completeness as view

guard.enter("completeness")

components.page_title("completeness")
period, spoken = view.chosen()
weeks = view.weeks_of(period)
components.key_sentence(view.sentence(weeks))
components.tiles(view.tiles(weeks))
if view.silent_sentence(weeks):
    components.note(view.silent_sentence(weeks))
st.subheader("Lieux et semaines", anchor=False)
view.draw_grid(weeks)
components.files(view.table(weeks, spoken), key="completude")
if session.current_actor().enters:
    st.subheader("Valeurs à vérifier", anchor=False)
    follow_up.draw_to_verify()
if session.current_actor().coordinates:
    follow_up.draw_asked_reopenings()
    st.subheader("Relances", anchor=False)
    follow_up.draw_reminders()
components.note(view.methodology_note())
