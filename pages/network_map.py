"""Carte du réseau: where the places are, and which are used."""

import streamlit as st

from dashboard.exports.opendata import map_geojson
from dashboard.figures import places
from dashboard.figures.use import coverage_sentence, figures_of
from dashboard.ui import components, guard, place_choice, store

guard.enter("network_map")

components.page_title("network_map")
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    perimeter, on = place_choice.chosen_year()
    facts = store.places_facts(perimeter.period, as_of=perimeter.as_of, on=on)
    area = place_choice.chosen_area(facts)
    show_names = area is None and place_choice.wants_names()
spoken, invented = perimeter.spoken_period, store.is_demonstration()
coverage = coverage_sentence(figures_of(facts.places), perimeter)
said = store.said(places.places, facts, spoken=spoken, coverage=coverage, show_names=show_names, epci_siren=area)
map_of_places = said.figures[places.MAP]

components.key_sentence(said.sentence)
map_side, sheet_side = st.columns([5, 2], gap="medium")
with map_side:
    components.figure(map_of_places, on_select=place_choice.take_from_map)
    components.file(
        "GeoJSON",
        lambda: map_geojson(map_of_places.table.frame, demonstration=invented),
        "carte.geojson",
        "application/geo+json",
    )
with sheet_side:
    place = place_choice.chosen_on_map(map_of_places.table.frame)
    if place is not None:
        hours = store.centre_hours(centre_code=place["code"], on=on)
        components.sheet(place["name"], places.sheet(place, hours, spoken=spoken))
        components.link_to("attendance", "Voir sa fréquentation", query={"centre": place["code"]})
st.header("Les lieux", anchor=False)
components.table(map_of_places.details[0])
components.note(said.note)
