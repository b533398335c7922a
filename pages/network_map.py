"""Carte du réseau: where the places are, and which are used."""

import streamlit as st

from dashboard.configuration import clock
from dashboard.exports.opendata import map_geojson
from dashboard.figures import places
from dashboard.figures.use import coverage_sentence, figures_of
from dashboard.ui import components, guard, live, place_choice, store

guard.enter("network_map")

components.page_title("network_map")
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    film = place_choice.wants_years()
    perimeter, on = place_choice.seen_in(clock.today().year) if film else place_choice.chosen_year()
    facts = store.places_facts(perimeter.period, as_of=perimeter.as_of, on=on)
    area = place_choice.chosen_area(facts)
    show_names = area is None and place_choice.wants_names()
spoken = perimeter.spoken_period
coverage = coverage_sentence(figures_of(facts.places), perimeter)
said = store.said(places.places, facts, spoken=spoken, coverage=coverage, show_names=show_names, epci_siren=area)
shown = said.figures[places.MAP]

if film:
    place_choice.draw_film(shown, place_choice.years_of_map(show_names=show_names, epci_siren=area))
else:
    hours, prices = store.hours_of_places(on=on), store.published_prices()
    free = live.free_seats() if on == clock.today() else {}
    cards = store.said(places.cards, shown.figures, hours, prices, free, spoken=spoken)
    place_choice.draw_map(shown, cards, year=on.year)
components.file(
    "GeoJSON",
    lambda: map_geojson(shown.table.frame, demonstration=store.is_demonstration()),
    "carte.geojson",
    "application/geo+json",
)
components.note(said.note)
