"""From the sums of the network to what each slide says."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from dashboard.charts.map_ground import groups_of_near, to_lambert93
from dashboard.indicators import attendance, passes, placements, welcome
from dashboard.indicators.catalogue import indicator
from dashboard.indicators.model import Indicator, measure
from dashboard.indicators.occupancy import OCCUPANCY, SEATS_FREE, SEATS_KNOWN, SEATS_TAKEN
from dashboard.presentation.choice import OF_INDICATOR
from dashboard.presentation.figures import FEW, FEWEST_PEOPLE, is_few, sessions_held, shown, value
from dashboard.presentation.slides import Course, Deck, Gauge, Line, Place, Slide
from dashboard.ui.views.agenda_words import KINDS
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent, signed
from dashboard.wording.typography import capital, count, enumeration, plural, typeset
from data_access.reads.presentation import PresentationFacts, PresentOccupancy

LINES: Final = 3
_PUBLISHED_YEAR: Final = 2013
_LONGEST_NAME: Final = 30
_PLACES_TOLD: Final = 3
_FEWEST: Final = FEWEST_PEOPLE - 1


def deck(
    facts: PresentationFacts,
    occupancy: PresentOccupancy | None,
    keys: Iterable[str],
    *,
    addresses: tuple[str, ...],
    demonstration: bool,
) -> Deck:
    """The slides asked for that have something to say. `occupancy` None: nothing moves, as in a file."""
    made: dict[str, Slide] = {}
    for key in keys:
        if key == "direct":
            slide = live_slide(occupancy) if occupancy else None
        elif key == "contact":
            slide = _contact(addresses)
        elif key.startswith(OF_INDICATOR):
            slide = _of_indicator(facts, key)
        else:
            slide = _SLIDES[key](facts)
        if slide is not None:
            made[key] = slide
    return Deck(on=facts.on, demonstration=demonstration, slides=made)


def live_slide(now: PresentOccupancy) -> Slide | None:
    """The seats free in the whole network at this instant; None while nobody gives news."""
    figures = measure(now.facts, [SEATS_FREE, SEATS_TAKEN, SEATS_KNOWN, OCCUPANCY]).row(0, named=True)
    free, taken, seats = figures["seats_free"], figures["seats_taken"], figures["seats_known"]
    if not seats or free is None or taken is None:
        return None
    few = is_few(taken)
    # With the free ones, anybody would count the few people who are there.
    number = integer(max(seats - _FEWEST, 0)) if few else integer(free)
    told = f"{FEW} occupées" if few else count(taken, "occupée")
    return Slide(
        key="direct",
        title="Des places libres en ce moment",
        number=number,
        unit="places libres ou plus" if few else plural(free, "place libre", "places libres"),
        caption=typeset(f"{told} sur {integer(seats)}, à {dates.time_of_day(now.at)}"),
        gauge=Gauge(share=0.0 if few else figures["occupancy"]),
        live=True,
    )


def _map(facts: PresentationFacts) -> Slide | None:
    known = facts.places.drop_nulls(("latitude", "longitude"))
    if known.is_empty():
        return None
    rows = {row["code"]: row for row in known.iter_rows(named=True)}
    points = {code: to_lambert93(row["latitude"], row["longitude"]) for code, row in rows.items()}
    groups = groups_of_near(points)
    alone = [(code,) for code in rows if not any(code in group for group in groups)]
    places = []
    for codes in [*alone, *groups]:
        first = rows[codes[0]]
        name = first["commune_name"] or first["name"]
        several = f" ({count(len(codes), 'lieu', 'lieux')})" if len(codes) > 1 else ""
        places.append(
            Place(name=f"{name}{several}", latitude=first["latitude"], longitude=first["longitude"], places=len(codes))
        )
    title = f"{count(facts.places.height, 'lieu', 'lieux')} pour télétravailler"
    return Slide(key="carte", title=title, places=tuple(sorted(places, key=lambda place: place.name)))


def _hours(facts: PresentationFacts) -> Slide | None:
    now = value(facts, attendance.HOURS)
    before = measure(facts.attendance_before, [attendance.HOURS]).item()
    if now is None:
        return None
    moved = f"{_signed_percent(now / before - 1)} en un an" if before else ""
    months = measure(facts.attendance_months, [attendance.HOURS], by="month_start").sort("month_start")
    return _slide(facts, attendance.HOURS, "heures", "Heures d’utilisation", moved, _course(months, "hours"))


def _fill_rate(facts: PresentationFacts) -> Slide | None:
    rate = value(facts, attendance.FILL_RATE)
    if rate is None:
        return None
    published = _published(facts, "fill_rate")
    told = f"{percent(published)} en {_PUBLISHED_YEAR}" if published is not None else ""
    slide = _slide(facts, attendance.FILL_RATE, "remplissage", "Les positions de travail se remplissent", told)
    return slide.model_copy(update={"gauge": Gauge(share=rate, mark=published)})


def _pass(facts: PresentationFacts) -> Slide | None:
    now = value(facts, passes.PASS_MEMBERS)
    before = measure(facts.passes_before, [passes.PASS_MEMBERS]).item()
    if not now:
        return None
    moved = "" if is_few(now) or is_few(before) else f"{signed(now - before, 0)} en un an"
    slide = _slide(facts, passes.PASS_MEMBERS, "pass", "Le Pass Actifs Mobiles", moved)
    return slide.model_copy(update={"unit": plural(now, "adhérent")})


def _placements(facts: PresentationFacts) -> Slide | None:
    now = value(facts, placements.PLACEMENTS)
    if not now:
        return None
    first = min(facts.placements["year"])
    told = f"avec Pôle Emploi, depuis {first}"
    return _slide(facts, placements.PLACEMENTS, "contrats", "Des contrats de télétravail", told)


def _sessions(facts: PresentationFacts) -> Slide | None:
    held = sessions_held(facts)
    if held.is_empty():
        return None
    people, first = value(facts, welcome.WELCOME_PEOPLE), held["starts_on"].min()
    told = "" if people is None or is_few(people) else f"{count(people, 'personne')}"
    since = f" depuis {first.year}" if isinstance(first, date) else ""
    slide = _slide(facts, welcome.WELCOME_SESSIONS, "sessions", "Accueillir de nouveaux actifs", f"{told}{since}")
    return slide.model_copy(update={"unit": plural(held.height, "session d’accueil", "sessions d’accueil")})


def _agenda(facts: PresentationFacts) -> Slide | None:
    """The next days on which something takes place: the first thing of each, and where it does."""
    until = facts.on.replace(year=facts.on.year + 1, day=1)
    coming = facts.events.filter((pl.col("starts_on") >= facts.on) & (pl.col("starts_on") <= until))
    days: dict[date, dict[str, list[str]]] = {}
    for row in coming.iter_rows(named=True):
        where = days.setdefault(row["starts_on"], {}).setdefault(_what(row), [])
        where.append(row["commune_name"] or row["place"] or "")
    lines = [_line(day, happening) for day, happening in list(days.items())[:LINES]]
    return Slide(key="agenda", title="Prochains rendez-vous", lines=tuple(lines)) if lines else None


def _line(day: date, happening: Mapping[str, Sequence[str]]) -> Line:
    what, where = next(iter(happening.items()))
    told = list(dict.fromkeys(filter(None, where)))[:_PLACES_TOLD]
    return Line(when=dates.day_and_month(day), what=what, where=enumeration(told))


def _what(row: Mapping[str, Any]) -> str:
    """The kind of a meeting; a fair or a forum has a name that people know it by."""
    if row["kind"] in ("fair", "forum") and len(row["title"]) <= _LONGEST_NAME:
        return typeset(row["title"])
    return KINDS[row["kind"]].title


def _contact(addresses: tuple[str, ...]) -> Slide:
    return Slide(key="contact", title="Venez essayer un télécentre", addresses=addresses)


_SLIDES: Final[Mapping[str, Callable[[PresentationFacts], Slide | None]]] = MappingProxyType(
    {
        "carte": _map,
        "heures": _hours,
        "remplissage": _fill_rate,
        "pass": _pass,
        "contrats": _placements,
        "sessions": _sessions,
        "agenda": _agenda,
    }
)


def _of_indicator(facts: PresentationFacts, key: str) -> Slide:
    chosen = indicator(key.removeprefix(OF_INDICATOR))
    told = shown(facts, chosen)
    return Slide(key=key, title=chosen.label, number=told.number, unit=told.unit, caption=capital(told.covers))


def _slide(
    facts: PresentationFacts, of: Indicator, key: str, title: str, caption: str, course: Course | None = None
) -> Slide:
    told = shown(facts, of)
    return Slide(key=key, title=title, number=told.number, unit=told.unit, caption=typeset(caption), course=course)


def _course(months: pl.DataFrame, key: str) -> Course | None:
    """None where a month is not known: a hole would be read as a zero."""
    values, days = months[key].to_list(), months["month_start"].to_list()
    if len(values) < 2 or None in values or not max(values):
        return None
    shares = tuple(round(each / max(values), 4) for each in values)
    return Course(shares=shares, first=dates.short_month(days[0]), last=dates.short_month(days[-1]))


def _published(facts: PresentationFacts, key: str) -> float | None:
    """The figure the county published for the year of its evaluation; None where it did not."""
    year = (pl.col("year_from") == _PUBLISHED_YEAR) & (pl.col("year_to") == _PUBLISHED_YEAR)
    found = facts.published.filter(year & (pl.col("indicator") == key) & pl.col("source").str.starts_with("Dossier"))
    return None if found.is_empty() else float(found["value"][0])


def _signed_percent(share: float) -> str:
    return f"{signed(share * 100, 0)} %"
