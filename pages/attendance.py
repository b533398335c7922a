"""Fréquentation: which centres fill up, when, and against the rest of the network."""

import streamlit as st

from dashboard.ui import components, guard, session
from dashboard.ui.views import attendance as view
from dashboard.ui.views.attendance import comparison, coverage_note

guard.enter("attendance")

components.page_title("attendance")
with st.container(horizontal=True, vertical_alignment="bottom"):
    perimeter = view.chosen_perimeter()

components.key_sentence(view.sentence(perimeter))
components.tiles(view.tiles(perimeter))
components.figure(view.heat_map(perimeter), on_select=view.follow_the_heat_map)
left, right = st.columns([7, 4], gap="large")
with left:
    components.figure(view.against_network(perimeter))
with right:
    components.figure(view.weekdays(perimeter))
components.compared(comparison(perimeter), key="comparaison")
if perimeter.centre_code and session.current_actor().may_enter(perimeter.centre_code):
    components.link_to("weekly_entry", "Corriger une semaine", query={"centre": perimeter.centre_code})
coverage_note(perimeter)
