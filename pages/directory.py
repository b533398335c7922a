"""Annuaire: who agreed to be found among the teleworkers of the county."""

import streamlit as st

from dashboard.ui import components, guard
from dashboard.ui import directory as view
from dashboard.ui.forms.entries.finding import draw_door
from dashboard.ui.forms.entries.subjects import MEMBERSHIP, PERSON

guard.enter("directory")

components.page_title("directory")
if nothing := view.nobody_yet():
    components.empty(nothing)
else:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = view.chosen_search()
    people = view.found(search)

    components.key_sentence(view.sentence(search, people))
    if not people.is_empty():
        components.table(view.table(people), has_search=True)
        components.files(view.table(people), key="annuaire")
    if not search.is_open:
        st.button("Effacer les filtres", on_click=view.clear_search)
draw_door(PERSON, MEMBERSHIP)
components.notes(view.NOTES)
