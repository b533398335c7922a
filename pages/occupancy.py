"""Occupation en direct: where a seat is left now."""

import streamlit as st

from dashboard.ui import components, guard, live

guard.enter("occupancy")

components.page_title("occupancy")
components.masking_note()
with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
    scope = live.chosen_scope()

st.fragment(live.draw_now, run_every=scope.every(live.CARDS_EVERY_SECONDS))(scope)
st.fragment(live.draw_course, run_every=scope.every(live.COURSE_EVERY_SECONDS))(scope)
components.note(live.note(scope))
