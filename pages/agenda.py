"""Agenda et formations: what takes place, where and when; what followed; the courses."""

import streamlit as st

from dashboard.ui import components, disclosure, guard
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import ATTENDANCE, COURSE, EVENT
from dashboard.ui.views import agenda as results
from dashboard.ui.views import agenda as view

guard.enter("agenda")

components.page_title("agenda")
components.masking_note()
with st.container(horizontal=True, vertical_alignment="bottom"):
    choice = view.chosen()
entries = view.entries_of(choice)

components.key_sentence(view.sentence(choice, entries))
if entries.is_empty():
    components.link_to("agenda", "Voir tout l’agenda", query=view.everything())
else:
    components.figure(view.timeline(choice, entries), on_select=view.take_day_from_timeline)
    st.subheader("Jour par jour", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shown = view.chosen_day(entries)
        components.file("ICS", lambda: view.ics(shown), "agenda.ics", "text/calendar")
    view.show_days(choice, shown)

draw_door(EVENT, ATTENDANCE, COURSE)

# What followed an event counts a few people in one place.
if disclosure.sees_small_counts():
    st.subheader("Ce qui a suivi, en huit semaines", anchor=False)
    found = results.followed(choice)
    components.note(results.followed_sentence(choice, found))
    if not found.is_empty():
        components.table(results.followed_on_screen(found))
        components.files(results.followed_in_files(found), key="suites")
        components.notes(results.FOLLOWED_NOTES)

st.subheader("Le catalogue des formations", anchor=False)
courses = results.courses(choice)
components.note(results.courses_sentence(courses))
components.table(courses)
components.files(courses, key="cours")
components.notes(view.notes(choice))
