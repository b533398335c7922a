"""Agenda et formations: what takes place, where and when; what followed; the courses."""

from typing import Any

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import agenda as figures
from dashboard.ui import components, disclosure, filters, guard, store
from dashboard.ui.agenda_days import draw_days
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import ATTENDANCE, COURSE, EVENT
from dashboard.wording.agenda import KINDS

guard.enter("agenda")


def chosen() -> figures.Choice:
    """The period, the kind and the place the reader wants."""
    when = filters.choice(st.segmented_control, "Période", figures.WHEN, key="quand", usual="60j", required=True)
    kinds = {figures.EVERY_KIND: "Tous les types", **{code: term.title for code, term in KINDS.items()}}
    kind = filters.choice(st.selectbox, "Type", kinds, key="type", usual=figures.EVERY_KIND, width=240)
    # The same key as on the other pages: a centre chosen there stays chosen here.
    whole = filters.WHOLE_NETWORK
    places = {whole: "Tous les lieux", **filters.centre_names(), figures.ELSEWHERE: "Hors des télécentres"}
    place = filters.place("Lieu", places, key="centre", usual=whole, apart=(whole, figures.ELSEWHERE), width=320)
    return figures.Choice(when, None if kind == figures.EVERY_KIND else kind, None if place == whole else place)


def ics(entries: Any) -> bytes:
    """The entries shown, as a file for a diary."""
    # Loaded when the button is pressed: most visits ask for no file.
    from dashboard.exports import calendar

    name = "Agenda des télécentres du Cantal"
    return calendar.ics(entries, name=name, stamp=clock.now(), demonstration=invented)


components.page_title("agenda")
components.masking_note()
reader, facts = disclosure.reader(), store.agenda_facts(as_of=clock.today())
invented = store.is_demonstration()
with st.container(horizontal=True, vertical_alignment="bottom"):
    choice = chosen()
entries = store.said(figures.entries_of, facts, choice, reader)

components.key_sentence(store.said(figures.sentence, facts, choice, entries, reader))
if entries.is_empty():
    components.link_to("agenda", "Voir tout l’agenda", query=figures.everything())
else:
    components.figure(store.said(figures.timeline, facts, choice, entries))
    st.header("Jour par jour", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        days = store.said(figures.days_of, entries)
        day = filters.choice(st.selectbox, "Jour", days, key="jour", usual=figures.EVERY_DAY, width=260)
        shown = store.said(figures.on_day, entries, day)
        components.file("ICS", lambda: ics(shown), "agenda.ics", "text/calendar")
    draw_days(shown, today=facts.as_of, newest_first=choice.newest_first)

draw_door(EVENT, ATTENDANCE, COURSE)

# What followed an event counts a few people in one place.
if reader.sees_small_counts:
    st.header("Ce qui a suivi, en huit semaines", anchor=False)
    found = store.said(figures.followed, store.follow_ups(as_of=facts.as_of), choice, facts.as_of)
    components.note(store.said(figures.followed_sentence, choice, found))
    if not found.is_empty():
        components.table(store.said(figures.followed_on_screen, found))
        components.files(store.said(figures.followed_in_files, found), key="suites", of_facts=True)
        components.notes(figures.FOLLOWED_NOTES)

st.header("Le catalogue des formations", anchor=False)
courses = store.said(figures.courses, facts, reader)
components.note(store.said(figures.courses_sentence, courses))
components.table(courses)
components.files(courses, key="cours", of_facts=True)
components.notes(figures.notes(facts))
