"""Pôle Emploi: how many contracts, by which way, and how long they last."""

import streamlit as st

from dashboard.ui import components, disclosure, guard
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import CANDIDATE, MEETING
from dashboard.ui.views import placement_for_partners as partners
from dashboard.ui.views import placements as agreed
from dashboard.ui.views import placements as figures
from dashboard.ui.views import placements as view
from dashboard.ui.views.partners import figure_or

guard.enter("placements")

components.page_title("placements")
if disclosure.sees_small_counts():
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = view.asked()

    components.key_sentence(view.sentence(shown))
    components.note(view.published_sentence(shown))
    components.tiles(view.tiles(shown))
    if view.nothing_entered(shown):
        components.empty(view.NOTHING)
    else:
        left, right = st.columns([7, 5], gap="large")
        with left:
            figure_or(view.NO_CONTRACT, figures.by_quarter(shown), on_select=figures.take_year_from_chart)
        with right:
            figure_or(view.NO_CANDIDATE, figures.by_step(shown))
        left, right = st.columns(2, gap="large")
        with left:
            figure_or(view.NO_CONTRACT, agreed.by_duration(shown))
            figure_or(view.NO_CONTRACT, agreed.by_kind(shown))
        with right:
            figure_or(view.NO_MEETING, figures.by_month(shown))
            figure_or(view.NO_CONTRACT, agreed.by_centre(shown), on_select=agreed.take_centre_from_chart)
    draw_door(CANDIDATE, MEETING)
    components.note(view.closing_note(shown))
else:
    components.masking_note()
    partners.draw()
