"""Complétude: can the figures be trusted, and who is to be reminded?"""

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import completeness
from dashboard.ui import components, filters, guard, session, store
from dashboard.ui.forms import week_follow_up

guard.enter("completeness")

components.page_title("completeness")
period, spoken = filters.chosen_period()
facts = store.weeks_of_places(period, as_of=clock.today())
said = store.said(completeness.completeness, facts, spoken=spoken)
figure = said.figures[completeness.KEY]
(weeks,) = figure.details
components.opening(said)
for task in said.tasks:
    components.note(task.said)
st.header("Lieux et semaines", anchor=False)
week_follow_up.draw_grid(weeks)
components.files(weeks, key="completude-semaines", of_facts=True)
components.figure(figure)
if session.current_actor().enters:
    st.header("Valeurs à vérifier", anchor=False)
    week_follow_up.draw_to_verify()
if session.current_actor().coordinates:
    week_follow_up.draw_asked_reopenings()
    st.header("Relances", anchor=False)
    week_follow_up.draw_reminders()
components.note(said.note)
