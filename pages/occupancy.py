"""Occupation en direct: where a seat is left now."""

import streamlit as st

from dashboard.ui import components, guard
from dashboard.ui.views import occupancy as view

guard.enter("occupancy")

components.page_title("occupancy")
components.masking_note()
with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
    scope = view.chosen_scope()

st.fragment(view.draw_now, run_every=scope.every(view.CARDS_EVERY_SECONDS))(scope)
st.fragment(view.draw_course, run_every=scope.every(view.COURSE_EVERY_SECONDS))(scope)
components.note(view.note(scope))
