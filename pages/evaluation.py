"""Bilan annuel: what one tells the elected members of a year, and of all years."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures.evaluation import evaluation
from dashboard.indicators.catalogue import EVALUATION
from dashboard.ui import components, disclosure, filters, guard, report_files, store

guard.enter("evaluation")

components.page_title("evaluation")
day = disclosure.counting_day(clock.today())
year = filters.chosen_year(until=day)
facts = store.evaluated_years(year, as_of=day)
said = store.said(evaluation, facts, disclosure.reader())

components.key_sentence(said.sentence)
if said.tiles:
    components.tiles(said.tiles)
    lines = said.figures["lines"].table
    st.subheader(lines.title, anchor=False)
    components.table(lines)
    components.files(lines, key=f"bilan-{year}", of_facts=True)
    components.notes(lines.notes)
components.figure(said.figures["years"])
report_files.draw(year)
components.formulas(EVALUATION)
