"""Which place, and which year of the network, the reader wants: in a list, on the map, in the address, by a press on its line."""

from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any, Final
from urllib.parse import quote

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.figures import places
from dashboard.figures.model import Perimeter
from dashboard.figures.overview import OWED, PlaceRow
from dashboard.ui import components, filters, store
from dashboard.ui.navigation import address_of
from dashboard.wording import dates
from dashboard.wording.numbers import percent, points
from dashboard.wording.terms import distinct_names
from dashboard.wording.typography import typeset
from data_access.facts import PlaceFacts, PlacesFacts
from data_access.periods import Period

NO_PLACE: Final = "aucun"
EVERYWHERE: Final = "toutes"
_AREA: Final = "epci"


def chosen_year() -> tuple[Perimeter, date]:
    """The network in a year, on a slider from the first centre to today, and the day it is seen on: today and the last
    twelve weeks for the running one, 31 December and the year for others."""
    today = clock.today()
    year = filters.number(
        st.slider,
        "Année",
        key="vue",
        first=filters.FIRST_YEAR,
        last=today.year,
        usual=today.year,
        format="%d",
        width=340,
    )
    if year != today.year:
        return Perimeter(Period.year(year), today, None, None, spoken_period=f"année {year}"), date(year, 12, 31)
    period = Period.last_weeks(12, today)
    spoken = f"12 dernières semaines, {dates.date_range(period.first, period.last)}"
    return Perimeter(period, today, None, None, spoken_period=spoken), today


def wants_names() -> bool:
    """Whether the intercommunalities are named on the map."""
    return filters.switch("Noms des intercommunalités", key="noms")


def chosen_area(facts: PlacesFacts) -> str | None:
    """The number of the intercommunality that the map shows; None for the whole county."""
    names = {EVERYWHERE: "Tout le Cantal", **store.said(places.intercommunalities, facts)}
    chosen = filters.choice(st.selectbox, "Intercommunalité", names, key=_AREA, usual=EVERYWHERE, width=300)
    return None if chosen == EVERYWHERE else chosen


def take_from_map() -> None:
    """A circle pressed opens its place; one that stands for several, their intercommunality."""
    filters.take_clicked(places.MAP, _AREA)
    filters.take_clicked(places.MAP, "lieu")


def chosen_on_map(shown: pl.DataFrame) -> dict[str, Any] | None:
    """The place picked in the list, or on the map: its row of `shown`."""
    names = dict(shown.select("code", "name").iter_rows())
    options = {NO_PLACE: "Choisissez un lieu, ici ou sur la carte", **names}
    code = filters.place("Fiche d’un lieu", options, key="lieu", usual=NO_PLACE)
    return None if code not in names else shown.row(by_predicate=pl.col("code") == code, named=True)


def chosen_sheet() -> PlaceFacts | None:
    """The place chosen in the address, planned ones among them; None, with the reason on the page, when there is none."""
    today = clock.today()
    known = store.centres(on=today)
    if known.is_empty():
        components.nothing_to_enter("Aucun lieu n’est encore enregistré.", "places")
        return None
    names = distinct_names(dict(known.select("code", "name").iter_rows()))
    code = filters.place("Lieu", names, key="centre", usual=next(iter(names)), width=360)
    return store.place_facts(centre_code=code, on=today)


_OWN_WEEKS: Final = 12


def last_weeks_of(code: str, name: str) -> Perimeter:
    """One centre over the last weeks that are over: what its animator has before their eyes."""
    today = clock.today()
    period = Period.last_weeks(_OWN_WEEKS, today)
    return Perimeter(period, today, code, name, spoken_period=dates.date_range(period.first, period.last))


def chosen_own_centre(names: Mapping[str, str], first: str | None = None, **looks: Any) -> tuple[str, str] | None:
    """The code and name of one of these, which the actor keeps, `first` unless another is chosen; None, with the reason on
    the page, for who keeps none."""
    if not names:
        none = "Aucun télécentre n’est à votre charge. La coordination du réseau peut vous en confier un."
        components.nothing_to_enter(none, "places")
        return None
    code = filters.place("Télécentre", names, key="centre", usual=first or next(iter(names)), **looks)
    return code, names[code]


# All places, each a way to its own figures.


def list_of_places(rows: Sequence[PlaceRow], week: str, accent: str) -> str:
    """The places, a line each, the whole of which leads to its attendance."""
    heads = ("Lieu", "12 dernières semaines", "Remplissage", "En un an", week)
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return (
        '<div class="cc-table" role="region" tabindex="0" aria-label="Les lieux">'
        f'<table class="cc-places"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(_line_of(row, accent) for row in rows)}</tbody></table></div>"
    )


def _line_of(row: PlaceRow, accent: str) -> str:
    """Its name, the rates of its last weeks, its rate and how it moved, and what became of last week."""
    address = escape(address_of("attendance", {"centre": row.code}))
    moved = "" if row.moved is None else points(row.moved)
    rate = row.why if row.rate is None else percent(row.rate)
    owed = ' class="cc-owed"' if row.last_week in OWED else ""
    cells = "".join(f"<td>{escape(typeset(said))}</td>" for said in (rate, moved))
    cells += f"<td{owed}>{escape(row.last_week)}</td>"
    return (
        f'<tr><th scope="row"><a href="{address}">{escape(typeset(row.name))}</a></th>'
        f"<td>{_strip_of(row.strip, accent)}</td>{cells}</tr>"
    )


_ACROSS, _HIGH, _LOW = 96, 20, 1.5


def _strip_of(rates: Sequence[float | None], accent: str) -> str:
    """A bar a week, as high as its rate out of all seats, a line for zero; nothing where no sheet is complete."""
    known = [rate for rate in rates if rate is not None]
    wide = _ACROSS / len(rates)
    bars = "".join(
        f'<rect x="{place * wide + 1:.1f}" y="{_HIGH - high:.1f}" width="{wide - 2:.1f}" height="{high:.1f}" fill="{accent}"/>'
        for place, high in enumerate(None if rate is None else max(rate * _HIGH, _LOW) for rate in rates)
        if high is not None
    )
    said = f"de {percent(min(known))} à {percent(max(known))}" if known else "aucun relevé complet"
    if known and len(known) < len(rates):
        said += f", {len(rates) - len(known)} sans relevé complet"
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_ACROSS} {_HIGH}">{bars}</svg>'
    return f'<img alt="{escape(typeset(said))}" width="{_ACROSS}" height="{_HIGH}" src="data:image/svg+xml,{quote(drawn)}">'
