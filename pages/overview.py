"""Vue d'ensemble: how the network does, and what waits this week."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import overview, use
from dashboard.figures.agenda import coming_up
from dashboard.figures.model import Perimeter, Task
from dashboard.ui import components, disclosure, filters, guard, session, store
from dashboard.ui.navigation import keeps_centres, page_entry, streamlit_page
from dashboard.ui.place_choice import list_of_places
from dashboard.wording import dates

guard.enter("overview")

BEGUN = "home-begun"

# Who keeps some centres begins at theirs; the network is a line of their menu.
if keeps_centres() and guard.begins() and not st.query_params and not st.session_state.get(BEGUN):
    st.session_state[BEGUN] = True
    st.switch_page(streamlit_page(page_entry("own_centre")))


def files_to_check() -> tuple[tuple[str, str, str], ...]:
    """The files that others sent to be checked before they are imported."""
    actor = session.current_actor()
    made = store.imports(now=clock.now().replace(second=0, microsecond=0)) if actor.coordinates else []
    waiting = [each for each in made if each["state"] == "waiting" and each["imported_by"] != actor.name]
    return tuple((each["file_name"], each["imported_by"], each["kind"]) for each in waiting)


components.page_title("overview")
if components.looks_after_network() and (begun := store.first_day()) is not None:
    components.first_steps(begun)
period, spoken = filters.chosen_period()
today, actor = clock.today(), session.current_actor()
facts = store.overview_facts(period, as_of=today, counted_on=disclosure.counting_day(today))
said = store.said(
    overview.overview,
    facts,
    Perimeter(period, today, None, None, spoken_period=spoken),
    mine=tuple(code for code in filters.centre_names() if actor.may_enter(code)),
    asked=tuple((code, week) for code, weeks in store.asked_reopenings().items() for week in weeks)
    if actor.coordinates
    else (),
    files=files_to_check(),
)

components.opening(said, brief=True)
place_side, task_side = st.columns([7, 4], gap="large")
with place_side, components.one_text():
    ranking = said.figures[use.RANKING]
    components.heading(ranking.headline)
    rows = store.said(overview.place_rows, facts)
    week, accent = dates.short_week(facts.last_week), components.palette().accent
    if rows:
        components.paged(
            len(rows),
            "lieux",
            lambda part: components.html(store.said(list_of_places, rows[part], week, accent)),
            whose="Lieux",
        )
        components.fold("Tableau et fichiers", ranking.table, ranking.key)
    else:
        components.note(ranking.nothing)
with task_side, components.one_text():
    components.tasks("À faire", said.tasks, nothing="Rien n’attend, pour le moment.")
    coming = [Task(line, "agenda", query) for line, query in store.said(coming_up, store.agenda_facts(as_of=today))]
    components.tasks("À venir", coming, nothing="Aucun rendez-vous n’est noté.")
with components.one_text():
    components.figure(said.figures[use.WEEKS])
    components.figure(said.figures["comparaison"], folded=True)
    components.note(said.note)
