"""Carte du réseau: where the places are, and which are used."""

import streamlit as st

from dashboard.figures.use import coverage_sentence
from dashboard.ui import components, guard, store
from dashboard.ui.views import network_map as view

guard.enter("network_map")

components.page_title("network_map")
with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
    year = view.chosen_year()
    show_names = view.wants_names()
network = view.network_in(year)

components.key_sentence(view.sentence(network))
map_side, sheet_side = st.columns([5, 2], gap="medium")
with map_side:
    components.figure(view.figure(network, show_names=show_names), on_select=view.take_place_from_map)
    components.file("GeoJSON", lambda: view.geojson(network), "carte.geojson", "application/geo+json")
with sheet_side:
    place = view.chosen_place(network)
    if place is not None:
        components.sheet(place["name"], view.sheet(place, network))
        components.link_to("attendance", "Voir sa fréquentation", query={"centre": place["code"]})
st.subheader("Les lieux", anchor=False)
components.table(view.table(network))
of = network.perimeter
components.note(coverage_sentence(store.completeness_facts(of.period, as_of=of.as_of, centres=of.centres), of))
