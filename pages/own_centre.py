"""Mon télécentre: what its animator has to do this week, who is there, how full it gets, what comes."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import completeness, use
from dashboard.figures.agenda import coming_up
from dashboard.figures.model import Task
from dashboard.ui import components, filters, guard, live, store
from dashboard.ui.navigation import keeps_centres
from dashboard.ui.place_choice import chosen_own_centre, last_weeks_of
from dashboard.wording import dates
from dashboard.wording.typography import escape_markdown, typeset

guard.enter("own_centre")


def draw(code: str, name: str) -> None:
    """One centre, in the order of an animator's week."""
    today, here = clock.today(), {"centre": code}
    perimeter = last_weeks_of(code, name)
    weeks = store.attendance_weeks(perimeter.period, as_of=today, centres=perimeter.centres)
    sentence, week = completeness.to_enter(store.oldest_missing_week(centre_code=code, as_of=today), weeks, today)
    components.key_sentence(sentence)
    components.deeds(
        (f"Saisir la semaine {week.isocalendar().week}", "weekly_entry", {**here, "semaine": dates.week_key(week)}),
        ("Noter une arrivée", "check_in", here),
    )
    drawn, beside = st.columns([7, 4], gap="large")
    with drawn:
        facts = store.detailed_use(perimeter.period, as_of=today, centres=perimeter.centres)
        components.figure(store.said(use.weeks, facts, perimeter, name=filters.short_names()[code]))
        components.link_to("attendance", "Toute la fréquentation du lieu", query=here)
    with beside:
        st.header(typeset("Qui est là ?"), anchor=False)
        live.draw_place(code)
        agenda = store.said(coming_up, store.agenda_facts(as_of=today), place=code)
        coming = [Task(line, "agenda", query) for line, query in agenda]
        components.tasks("À venir ici", coming, nothing="Aucun rendez-vous n’est noté pour ce lieu.")


components.page_title("own_centre")
names = filters.own_centres()
if len(names) == 1:
    ((code, name),) = names.items()
    st.header(escape_markdown(name), anchor=False)
    draw(code, name)
else:
    # Who keeps several begins at one that waits for a week.
    asked = names if keeps_centres() else ()
    owing = (code for code in asked if store.oldest_missing_week(centre_code=code, as_of=clock.today()))
    if place := chosen_own_centre(names, next(owing, None), width=360):
        draw(*place)
