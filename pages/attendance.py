"""Fréquentation: which centres fill up, when, and against the rest of the network."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import use
from dashboard.figures.model import Perimeter
from dashboard.ui import components, filters, guard, session, store

guard.enter("attendance")

components.page_title("attendance")
with st.container(horizontal=True, vertical_alignment="bottom"):
    code, name = filters.chosen_centre()
    seat_kind = filters.chosen_seat_kind()
    period, spoken = filters.chosen_period()
perimeter = Perimeter(period, clock.today(), code, name, seat_kind, spoken)
facts = store.detailed_use(period, as_of=perimeter.as_of, centres=perimeter.centres, seat_kind=seat_kind)
said = store.said(use.attendance, facts, perimeter)

with components.one_text():
    components.opening(said)
    components.contents(said)
components.figure(said.figures[use.HEAT_MAP])
left, right = st.columns([7, 4], gap="large")
with left:
    components.figure(said.figures["lieux-face-au-reseau"])
with right:
    components.figure(said.figures["jours-de-la-semaine"])
with components.one_text():
    components.figure(said.figures["comparaison"])
    if code and session.current_actor().may_enter(code):
        components.link_to("weekly_entry", "Corriger une semaine", query={"centre": code})
    components.note(said.note)
