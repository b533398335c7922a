"""Pôle Emploi: how many contracts, by which way, and how long they last."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import placements as figures
from dashboard.figures.published import published_sentence
from dashboard.ui import components, disclosure, filters, guard, store
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import CANDIDATE, MEETING
from dashboard.wording.terms import PLACEMENT_AIMS

guard.enter("placements")


def asked() -> figures.Asked:
    """The aim, the centre and the years the reader wants."""
    today = clock.today()
    aims = {"tout": "Les trois volets", **{str(aim): f"{aim}. {term.brief}" for aim, term in PLACEMENT_AIMS.items()}}
    aim = filters.choice(st.selectbox, "Volet de la convention", aims, key="volet", usual="tout", width=320)
    code, name = filters.chosen_centre()
    years = {"tout": figures.SINCE.capitalize()} | {
        str(year): str(year) for year in range(today.year, figures.SIGNED_IN - 1, -1)
    }
    year = filters.choice(st.selectbox, "Période", years, key="annees", usual="tout", width=180)
    return figures.Asked(today, None if year == "tout" else int(year), None if aim == "tout" else int(aim), code, name)


components.page_title("placements")
reader = disclosure.reader()
facts = store.convention_facts(as_of=clock.today()) if reader.sees_small_counts else filters.published_convention()
wanted = figures.Asked(facts.as_of)
if reader.sees_small_counts:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = asked()
said = store.said(figures.convention, facts, wanted, reader)
with components.one_text():
    components.masking_note()
    components.key_sentence(said.sentence)
    if reader.sees_small_counts:
        components.note(store.said(published_sentence, facts))
    components.tiles(said.tiles)
    if said.figures:
        components.contents(said)
if not said.figures:
    components.empty(figures.NOTHING)
    components.link_to("other_entries", "Noter un contrat ou une réunion", query={"saisie": CANDIDATE.key})
keys = list(said.figures)
for first in range(0, len(keys), 2):
    components.figures(said, *keys[first : first + 2])
if reader.sees_small_counts:
    draw_door(CANDIDATE, MEETING)
components.note(said.note)
