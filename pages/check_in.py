"""Pointage: who is there now, noted at the desk of one centre."""

import streamlit as st

from dashboard.ui import components, guard
from dashboard.ui.forms import check_in as form

guard.enter("check_in")

components.page_title("check_in")
centre = form.chosen_centre()
if centre is not None:
    code, name = centre
    form.draw_desk(code, name)
    form.draw_week(code)
    form.draw_code(code)
    form.remember_seen()
    st.fragment(form.watch, run_every=form.WATCH_EVERY_SECONDS)()
