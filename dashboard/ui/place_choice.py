"""Which place, and which year of the network, the reader wants: in a list, on the map, in the address, by a press on its line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from html import escape
from typing import Any, Final
from urllib.parse import quote

import streamlit as st

from dashboard.charts.network_map import NARROW, WIDE, colour_of, said_of, screen_map
from dashboard.charts.palette import Palette
from dashboard.configuration import clock
from dashboard.figures import places
from dashboard.figures.model import Figure, Perimeter
from dashboard.figures.overview import OWED, PlaceRow
from dashboard.ui import components, filters, store
from dashboard.ui.navigation import address_of, link
from dashboard.wording import dates
from dashboard.wording.numbers import percent, points
from dashboard.wording.terms import distinct_names
from dashboard.wording.typography import count, typeset
from data_access.facts import PlaceFacts, PlacesFacts
from data_access.periods import Period

EVERYWHERE: Final = "toutes"
_AREA: Final = "epci"
_CLOSER: Final = "zone"


def chosen_year() -> tuple[Perimeter, date]:
    """The network in a year, on a slider from the first centre to today, and the day it is seen on: today and the last
    twelve weeks for the running one, 31 December and the year for others."""
    today = clock.today()
    year = filters.number(
        st.slider,
        typeset(f"Année, de {filters.FIRST_YEAR} à {today.year}"),
        key="vue",
        first=filters.FIRST_YEAR,
        last=today.year,
        usual=today.year,
        format="%d",
        width=220,
    )
    return seen_in(year)


def seen_in(year: int) -> tuple[Perimeter, date]:
    """The network in that year, and the day it is seen on."""
    today = clock.today()
    if year != today.year:
        return Perimeter(Period.year(year), today, None, None, spoken_period=f"année {year}"), date(year, 12, 31)
    period = Period.last_weeks(12, today)
    spoken = f"12 dernières semaines, {dates.date_range(period.first, period.last)}"
    return Perimeter(period, today, None, None, spoken_period=spoken), today


def wants_names() -> bool:
    """Whether the intercommunalities are named on the map."""
    return filters.switch("Noms des intercommunalités", key="noms")


def wants_years() -> bool:
    """Whether the years are shown one after the other."""
    return filters.switch("Faire défiler les années", key="film")


def chosen_area(facts: PlacesFacts) -> str | None:
    """The number of the intercommunality that the map shows; None for the whole county."""
    names = {EVERYWHERE: "Tout le Cantal", **store.said(places.intercommunalities, facts)}
    # A circle that stands for several places leads to where they are.
    if asked := st.query_params.get(_CLOSER):
        del st.query_params[_CLOSER]
        filters.take(_AREA, asked)
    chosen = filters.choice(st.selectbox, "Intercommunalité", names, key=_AREA, usual=EVERYWHERE, width=250)
    return None if chosen == EVERYWHERE else chosen


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


# The map and its list, tied both ways in the browser (map.js), which puts the drawing in its place: Streamlit lets no SVG stand
# in a page.

_MOST_LISTED: Final = 40
_SIZES: Final = {"wide": WIDE, "narrow": NARROW}


def draw_map(shown: Figure, cards: Mapping[str, Sequence[tuple[str, str]]], *, year: int) -> None:
    """The map of one year, beside its places from the fullest down, each of which opens its card."""
    rows = places.from_the_fullest(shown.figures)
    asked = st.query_params.get("lieu")
    # The one that is asked for is there, wherever it stands.
    listed = [row for row in rows[_MOST_LISTED:] if row["code"] == asked] + rows[:_MOST_LISTED]
    lines = "".join(_line_of_map(row, cards[row["code"]], components.palette()) for row in listed)
    more = len(rows) - len(listed)
    if more > 0:
        said = f"{count(more, 'autre lieu', 'autres lieux')} : au tableau, ou par intercommunalité."
        lines += f'<li class="cc-note">{escape(typeset(said))}</li>'
    components.figure(shown, drawn=_beside(f'<ul class="cc-map-list">{lines}</ul>', shown, {year: shown}))


def years_of_map(*, show_names: bool, epci_siren: str | None) -> dict[int, Figure]:
    """The map of each year, from the first centre to today."""
    found = {}
    for year in range(filters.FIRST_YEAR, clock.today().year + 1):
        perimeter, on = seen_in(year)
        facts = store.places_facts(perimeter.period, as_of=perimeter.as_of, on=on)
        said = store.said(
            places.places,
            facts,
            spoken=perimeter.spoken_period,
            coverage="",
            show_names=show_names,
            epci_siren=epci_siren,
        )
        found[year] = said.figures[places.MAP]
    return found


def draw_film(shown: Figure, years: Mapping[int, Figure]) -> None:
    """The same year after year, each as it was on its last day, with a way to stop and to go to any."""
    first, last = min(years), max(years)
    film = (
        f'<div class="cc-film"><button type="button" class="cc-film-play">Lecture</button>'
        f'<span>{first}</span><input type="range" min="{first}" max="{last}" value="{last}" aria-label="Année">'
        f"<span>{last}</span></div>"
    )
    lists = "".join(
        f'<ul class="cc-map-list" data-year="{year}"{"" if year == last else " hidden"}>'
        + "".join(
            f'<li data-place="{escape(row["code"])}">{_head_of(row, components.palette())}</li>'
            for row in places.from_the_fullest(each.figures)[:_MOST_LISTED]
        )
        + "</ul>"
        for year, each in years.items()
    )
    every = replace(
        shown,
        headline=f"Les lieux du réseau, de {first} à {last}",
        subtitle="Surface du cercle : positions de travail au 31 décembre. Teinte : taux de remplissage de l’année. "
        f"{last} : {shown.period}.",
        spoken=f"Carte du Cantal, de {first} à {last}. La liste dit chaque lieu de l’année montrée, et son taux.",
    )
    components.figure(every, drawn=_beside(film + lists, every, years))


def _beside(side: str, shown: Figure, years: Mapping[int, Figure]) -> str:
    """The list, then the map for a wide screen and that for a narrow one, each with its years."""
    drawings = store.said(_drawings, tuple(years.items()), components.palette())
    return (
        f'<div class="cc-map"><div class="cc-map-side">{side}</div><div class="cc-map-drawn" '
        f'data-said="{escape(typeset(shown.spoken))}" data-drawings="{escape(drawings)}"></div></div>'
    )


def _drawings(years: Sequence[tuple[int, Figure]], palette: Palette) -> str:
    found: dict[str, Any] = {}
    for name, size in _SIZES.items():
        made = {year: screen_map(each.figures, palette, size, **each.options) for year, each in years}
        # Of many places the county stands aside of the legend: not all years have the same.
        lands = list(dict.fromkeys(each.land for each in made.values()))
        found[name] = {
            "width": size[0],
            "height": max(each.height for each in made.values()),
            "lands": lands,
            "years": {year: (lands.index(each.land), each.places) for year, each in made.items()},
        }
    # A tag in an attribute is taken away with it by what cleans the page.
    return json.dumps(found, ensure_ascii=False).replace("<", "\\u003c")


def _line_of_map(row: Mapping[str, Any], card: Sequence[tuple[str, str]], palette: Palette) -> str:
    here = {"centre": row["code"]}
    known = "".join(f"<dt>{escape(name)}</dt><dd>{escape(typeset(value))}</dd>" for name, value in card)
    links = link("attendance", "Sa fréquentation", query=here) + " " + link("centres", "Sa fiche", query=here)
    if row["booking_page"]:
        # In another tab, as on the cards of those who are there.
        links += f' <a href="{escape(row["booking_page"])}" target="_blank" rel="noopener noreferrer">Réserver</a>'
    return (
        f'<li><details name="cc-place" data-place="{escape(row["code"])}"><summary>{_head_of(row, palette)}</summary>'
        f'<dl>{known}</dl><p class="cc-links">{links}</p></details></li>'
    )


def _head_of(row: Mapping[str, Any], palette: Palette) -> str:
    """Its colour on the map, its short name, and its rate or why it has none."""
    status, rate = row["status"], row["fill_rate"]
    fill = colour_of(status, rate, palette)
    said = said_of(status, rate if status == "open" else None, row["state"])
    return (
        f'<span class="cc-map-colour" style="background:{fill}"></span><span>{escape(row["label"])}</span>'
        f"<strong>{escape(typeset(said))}</strong>"
    )
