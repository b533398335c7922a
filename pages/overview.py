"""Vue d'ensemble: how the network does, and what waits this week."""

import streamlit as st

from dashboard.figures.agenda import coming_up
from dashboard.figures.model import Task
from dashboard.ui import components, guard, store
from dashboard.ui.views import overview as view
from dashboard.ui.views.attendance import comparison, coverage_note

guard.enter("overview")

view.open_what_was_asked()
components.page_title("overview")
perimeter = view.chosen_perimeter()

components.key_sentence(view.sentence(perimeter))
components.tiles(view.tiles(perimeter))
components.links(("attendance", "Fréquentation"), ("evaluation", "Bilan annuel"), ("passes", "Pass Actifs Mobiles"))
chart_side, task_side = st.columns([7, 4], gap="large")
with chart_side:
    components.figure(view.rate_by_week(perimeter))
with task_side:
    st.subheader("À faire", anchor=False)
    components.tasks(Task(*each) for each in view.to_do(perimeter.as_of))
    st.subheader("À venir", anchor=False)
    components.tasks(
        Task(said, "agenda", query) for said, query in coming_up(store.agenda_facts(as_of=perimeter.as_of))
    )
components.figure(view.ranked_figure(perimeter), on_select=view.ask_for_a_centre)
components.compared(comparison(perimeter), key="comparaison")
coverage_note(perimeter)
