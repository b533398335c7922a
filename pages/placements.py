"""Pôle Emploi: how many contracts, by which way, and how long they last."""

import streamlit as st

from dashboard.ui import components
from dashboard.ui.views import placement_contracts as agreed
from dashboard.ui.views import placement_figures as figures
from dashboard.ui.views import placements as view

components.page_title("placements")
with st.container(horizontal=True, vertical_alignment="bottom"):
    shown = view.asked()

components.key_sentence(view.sentence(shown))
components.note(view.published_sentence(shown))
components.tiles(view.tiles(shown))
left, right = st.columns([7, 5], gap="large")
with left:
    components.figure(figures.by_quarter(shown), on_select=figures.take_year_from_chart)
with right:
    components.figure(figures.by_step(shown))
left, right = st.columns(2, gap="large")
with left:
    components.figure(agreed.by_duration(shown))
    components.figure(agreed.by_kind(shown))
with right:
    components.figure(figures.by_month(shown))
    components.figure(agreed.by_centre(shown), on_select=agreed.take_centre_from_chart)
components.note(view.closing_note(shown))
