"""Sessions d'accueil: who comes, and who settles."""

import streamlit as st

from dashboard.ui import components, disclosure, guard
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import HOUSEHOLD, SESSION
from dashboard.ui.views import welcome as figures
from dashboard.ui.views import welcome as published
from dashboard.ui.views import welcome as view
from dashboard.ui.views import welcome_for_partners as partners
from dashboard.ui.views import welcome_outcomes as outcomes
from dashboard.ui.views.partners import figure_or

guard.enter("welcome")

components.page_title("welcome")
if disclosure.sees_small_counts():
    shown = view.chosen_sessions()

    components.key_sentence(view.sentence(shown))
    components.tiles(view.tiles(shown))
    chart_side, sheet_side = st.columns([5, 2], gap="medium")
    with sheet_side:
        picked = figures.chosen_session(shown)
        if picked is not None:
            components.sheet(figures.session_name(picked), figures.sheet(picked, shown))
            draw_door(SESSION, HOUSEHOLD, text=f"session n° {picked['number']}")
    with chart_side:
        selected = picked["number"] if picked is not None else None
        figure_or(
            view.NO_SESSION, figures.by_session(shown, selected=selected), on_select=figures.take_session_from_chart
        )
    left, right = st.columns(2, gap="large")
    with left:
        figure_or(view.NO_HOUSEHOLD, outcomes.outcomes(shown))
    with right:
        figure_or(view.NO_PRESENCE, outcomes.presence(shown))
    map_side, visit_side = st.columns([3, 2], gap="large")
    with map_side:
        figure_or(view.NO_FAMILY, outcomes.settled_map(shown))
    with visit_side:
        figure_or(view.NO_VISIT, outcomes.visits(shown))
    table = published.table(shown)
    if table.frame.height:
        st.subheader("Les totaux publiés en juillet 2017, et ceux de la base", anchor=False)
        components.table(table)
        components.files(table, key="totaux-publies")
        components.notes(table.notes)
    components.note(view.closing_note(shown))
else:
    components.masking_note()
    partners.draw()
