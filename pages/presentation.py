"""Présentation: what is shown to the visitors of a fair: composed, launched and saved by who keeps the product, seen by all."""

import streamlit as st

from dashboard.ui import components, guard
from dashboard.ui.forms import presentation as form

guard.enter("presentation")

components.page_title("presentation")
if form.composes():
    slides, launch = st.columns([7, 5], gap="large")
    with slides:
        choice = form.draw_choice()
    with launch:
        form.draw_launch(choice)
        form.draw_saving(choice)
else:
    form.draw_for_readers()
