"""Bilan annuel: what one tells the elected members of a year."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import components, filters, guard, store
from dashboard.ui.views import evaluation
from dashboard.ui.views import evaluation as view

guard.enter("evaluation")

components.page_title("evaluation")
year = filters.chosen_year()
shown = view.evaluation_of(year, as_of=clock.today())

components.key_sentence(view.sentence(shown))
components.tiles(view.tiles(shown))
st.subheader(f"Les sept lignes du bilan {year}", anchor=False)
table = view.lines_table(shown, demonstration=store.is_demonstration())
components.table(table)
components.files(table, key=f"bilan-{year}")
components.notes(table.notes)
if view.has_another_year(shown):
    components.figure(view.comparison(shown))
evaluation.draw(year)
components.formulas(view.LINES)
