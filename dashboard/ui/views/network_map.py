"""The map of the network in a year: its places, how large and how full, and the sheet of one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.network_map import network_map, network_map_in_words
from dashboard.configuration import clock
from dashboard.exports.opendata import places_geojson
from dashboard.figures.model import Figure, Perimeter, Table
from dashboard.indicators import attendance
from dashboard.indicators.model import measure
from dashboard.ui import filters, store
from dashboard.ui.filters import FIRST_YEAR, labels
from dashboard.wording import dates, terms
from dashboard.wording.numbers import percent
from dashboard.wording.typography import count
from dashboard.wording.units import format_value
from data_access.periods import Period

NO_PLACE: Final = "aucun"
SELECTION: Final = "centre"

_HEADINGS: Final = {
    "name": "Nom",
    "commune_name": "Commune",
    "address": "Adresse",
    "status_text": "État",
    "seats_office": "Bureaux",
    "seats_open_space": "Open space",
    "fill_rate": "Taux de remplissage",
    "epci_name": "Intercommunalité",
}
_PROPERTIES: Final = {
    "code": "code",
    "name": "nom",
    "commune_name": "commune",
    "insee_code": "code_insee",
    "epci_name": "intercommunalite",
    "address": "adresse",
    "postcode": "code_postal",
    "status_text": "etat",
    "opened_on": "ouverture",
    "seats_office": "bureaux",
    "seats_open_space": "open_space",
    "fill_rate": "taux_remplissage",
    "location_precision": "precision_position",
}


@dataclass(frozen=True)
class Network:
    """The network as it was at the end of a year, or is today, with the fill rate of `perimeter`."""

    year: int
    on: date
    perimeter: Perimeter
    places: pl.DataFrame

    @property
    def open_places(self) -> pl.DataFrame:
        """The places open that day."""
        return self.places.filter("open")


def chosen_year() -> int:
    """The year to see the network in, on a slider from the first centre to today."""
    this_year = clock.today().year
    return filters.number(
        st.slider, "Année", key="vue", first=FIRST_YEAR, last=this_year, usual=this_year, format="%d", width=420
    )


def wants_names() -> bool:
    """Whether the intercommunalities are named on the map."""
    return filters.switch("Noms des intercommunalités", key="noms")


def network_in(year: int) -> Network:
    """The network of a year: today and the last twelve weeks for the running one, 31 December and the year for others."""
    today = clock.today()
    if year == today.year:
        on, period = today, Period.last_weeks(12, today)
        spoken = f"12 dernières semaines, {dates.date_range(period.first, period.last)}"
    else:
        on, period, spoken = date(year, 12, 31), Period.year(year), f"année {year}"
    rates = measure(store.attendance_facts(period, by=("centre_code",)), [attendance.FILL_RATE], by="centre_code")
    shown = store.centres(on=on).filter(
        (pl.col("opened_on") <= on) | ((pl.col("status") == "planned") & (year == today.year))
    )
    places = (
        shown.with_columns(label=pl.Series(list(labels(shown)), dtype=pl.String))
        .join(rates, left_on="code", right_on="centre_code", how="left")
        .with_columns(
            status=pl.when("open")
            .then(pl.lit("open"))
            .when(pl.col("status") == "planned")
            .then(pl.lit("planned"))
            .otherwise(pl.lit("closed")),
        )
        .with_columns(
            fill_rate=pl.when(pl.col("status") == "open").then("fill_rate"),
            status_text=pl.col("status").replace_strict(
                {code: term.title for code, term in terms.CENTRE_STATUSES.items()}
            ),
        )
    )
    return Network(year, on, Perimeter(period, today, None, None, spoken_period=spoken), places)


def sentence(network: Network) -> str:
    """How many places, and which are the fullest."""
    places = network.open_places
    if places.is_empty():
        return f"Aucun télécentre n’était ouvert en {network.year}."
    said = count(places.height, "lieu ouvert", "lieux ouverts")
    # No seat recorded anywhere is not a network without seats.
    if seats := places["seats"].sum():
        said += f" et {count(seats, 'position de travail', 'positions de travail')}"
    said += f" au {dates.long_date(network.on)}"
    fullest = places.filter(pl.col("fill_rate").is_not_null()).sort("fill_rate", descending=True).head(1)
    if fullest.is_empty():
        return f"{said}."
    best = fullest.row(0, named=True)
    return f"{said}. Le plus rempli : {best['name']}, {percent(best['fill_rate'])}."


def figure(network: Network, *, show_names: bool) -> Figure:
    """The map, its list and its files."""
    columns = ["code", "name", "label", "commune_name", "latitude", "longitude", "status", "seats", "fill_rate"]
    figures = network.places.select(columns).with_columns(seats=pl.when(pl.col("seats") > 0).then("seats"))
    return Figure(
        key="carte",
        headline=f"Le réseau {'aujourd’hui' if network.on == clock.today() else f'fin {network.year}'}",
        subtitle=f"Surface du cercle : positions de travail. Teinte : taux de remplissage, {network.perimeter.spoken_period}.",
        draw=network_map,
        figures=figures,
        spoken=network_map_in_words(figures),
        table=table(network),
        options={"geometry": "address", "show_names": show_names, "selection_name": SELECTION},
    )


def table(network: Network) -> Table:
    """The places as a list a screen reader can follow."""
    notes = (
        f"Réseau au {dates.long_date(network.on)}.",
        f"Taux de remplissage : {network.perimeter.spoken_period}.",
        "Positions : mairie de la commune, faute d’adresse géographique publiée.",
    )
    return Table(
        "Les lieux du réseau", network.places, _HEADINGS, notes, frozenset({"fill_rate"}), store.is_demonstration()
    )


def geojson(network: Network) -> bytes:
    """The places as a GeoJSON file."""
    return places_geojson(network.places, properties=_PROPERTIES, demonstration=store.is_demonstration())


def chosen_place(network: Network) -> dict[str, Any] | None:
    """The place picked in the list, or on the map."""
    names = dict(network.places.select("code", "name").iter_rows())
    options = {NO_PLACE: "Choisissez un lieu, ici ou sur la carte", **names}
    code = filters.choice(st.selectbox, "Fiche d’un lieu", options, key="lieu", usual=NO_PLACE)
    return None if code not in names else network.places.row(by_predicate=pl.col("code") == code, named=True)


def take_place_from_map() -> None:
    """Keeps in the address the place clicked on the map; clicking beside the circles keeps the last one."""
    event = st.session_state.get("chart-carte") or {}
    picked = event.get("selection", {}).get(SELECTION) or []
    codes = [point["code"] for point in picked if point.get("code")]
    if codes:
        filters.take("lieu", codes[0])


def sheet(place: dict[str, Any], network: Network) -> Iterator[tuple[str, str]]:
    """What is known of a place, as names and values; what is not known is not listed."""
    seats = [
        f"{number} {terms.SEAT_KINDS[kind].counted(number)}"
        for kind in terms.SEAT_KINDS
        if (number := place[f"seats_{kind}"])
    ]
    lines = {
        "Commune": place["commune_name"],
        "Intercommunalité": place["epci_name"],
        "Adresse": place["address"],
        "État": place["status_text"],
        "Ouverture": dates.month(place["opened_on"]) if place["opened_on"] else None,
        "Gestionnaire": place["operator_name"],
        "Positions de travail": ", ".join(seats) or None,
        "Taux de remplissage": f"{format_value(place['fill_rate'], 'ratio')}, {network.perimeter.spoken_period}"
        if place["status"] == "open"
        else None,
        "Horaires": _hours(place["code"], network.on),
        "Téléphone": place["phone"],
        "Courriel": place["email"],
        "Site": place["website"],
        "À savoir": place["note"],
    }
    return ((name, value) for name, value in lines.items() if value)


def _hours(code: str, on: date) -> str | None:
    hours = store.centre_hours(centre_code=code, on=on)
    spoken: dict[str, list[str]] = {}
    for (weekday,), half_days in hours.group_by("weekday", maintain_order=True):
        times = " et ".join(
            dates.time_range(row["opens_at"], row["closes_at"]) for row in half_days.iter_rows(named=True)
        )
        spoken.setdefault(times, []).append(dates.weekday(int(str(weekday))))
    return " ; ".join(f"{_days(days)} : {times}" for times, days in spoken.items()) or None


def _days(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} à {names[-1]}" if _follow(names) else ", ".join(names)


def _follow(names: list[str]) -> bool:
    week = [dates.weekday(number) for number in range(1, 8)]
    first = week.index(names[0])
    return len(names) > 2 and week[first : first + len(names)] == names
