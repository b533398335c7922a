"""The agenda: a forum every October, open days, courses, fairs, webinars; past ones with those who came."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from data_access.demonstration.days import any_weekday, paris_instant, weekday_of_month
from data_access.demonstration.places import PLACES
from data_access.demonstration.scene import Scene
from data_access.schema import event

# How far ahead the agenda is known.
_DAYS_AHEAD: Final = 150
# The year without gatherings, and the year whose open days are those published.
_NO_GATHERING: Final = 2020
_PUBLISHED_OPEN_DAYS: Final = 2017
_WEBINARS: Final = (
    "Trouver ses premiers clients à distance",
    "Protéger ses données en télétravail",
    "Fixer ses tarifs d’indépendant",
    "Se faire connaître sur les réseaux sociaux",
    "Le statut de micro-entrepreneur",
    "Organiser sa semaine de télétravail",
    "Répondre à un appel d’offres en groupement",
    "Facturation électronique\N{NO-BREAK SPACE}: ce qui change",
)
_BOOKING: Final = "inscriptions@example.org"


@dataclass(frozen=True)
class Course:
    """A course of the catalogue."""

    identifier: int
    title: str


@dataclass(frozen=True)
class Event:
    """Something on the agenda; `crowd` is the least and the most people who come, None when they are not counted."""

    kind: str
    title: str
    first: datetime
    last: datetime
    place: str | None = None
    audience: str = "Tout public"
    crowd: tuple[int, int] | None = None
    centre: str | None = None
    course: str | None = None
    booking: bool = False


def write_events(scene: Scene, courses: Mapping[str, Course], names: Mapping[str, str]) -> None:
    """Keeps what has taken place by `as_of` and what is announced for the months after; `names` are those of places."""
    known: set[tuple[str, datetime]] = set()
    horizon = scene.as_of + timedelta(days=_DAYS_AHEAD)
    for year in range(PLACES[0].first_day.year, horizon.year + 1):
        for found in sorted(_events(scene, year, courses, names), key=lambda found: (found.first, found.title)):
            day = found.first.date()
            if day > horizon or day in scene.public_holidays or (found.title, found.first) in known:
                continue
            known.add((found.title, found.first))
            draws = scene.draws("crowd", found.title, day)
            over = found.last.date() < scene.as_of
            scene.rows.add(
                event,
                centre_id=scene.centres[found.centre] if found.centre else None,
                course_id=courses[found.course].identifier if found.course else None,
                kind=found.kind,
                title=found.title,
                starts_at=found.first,
                ends_at=found.last,
                place=found.place,
                audience=found.audience,
                booking_advised=found.booking,
                contact=_BOOKING if found.booking else None,
                attendance=draws.randint(*found.crowd) if over and found.crowd else None,
            )


def _events(scene: Scene, year: int, courses: Mapping[str, Course], names: Mapping[str, str]) -> Iterator[Event]:
    draws = scene.draws("events", year)
    if year != _NO_GATHERING:
        yield from _gatherings(year, draws)
        yield from _open_days(year, names, draws)
    yield from _courses(year, courses, names, draws)
    yield from _webinars(year, draws)


def _gatherings(year: int, draws: Random) -> Iterator[Event]:
    """The forum of Murat, the fairs, and the yearly meeting of the animators."""
    if year >= 2011:
        first = weekday_of_month(year, 10, 4, 1)
        title = f"Forum national du télétravail, du coworking et des startups {year}"
        yield Event(
            "forum", title, *_span(first, "09:30", "17:00", 2), "Murat", crowd=(160, 420), centre="MURAT", booking=True
        )
    if year >= 2009:
        first = weekday_of_month(year, 11, 4, 3)
        yield Event(
            "animators_meeting", f"Rencontre annuelle des animateurs {year}", *_span(first, "09:30", "16:30"),
            "Hôtel du Département, Aurillac", "Animateurs du réseau", (9, 19),
        )  # fmt: skip
        ruralitic = weekday_of_month(year, 8, 2, -1)
        yield Event(
            "fair", f"Ruralitic {year}", *_span(ruralitic, "09:00", "18:00", 3), "Aurillac", "Élus et professionnels"
        )
        provemplot = weekday_of_month(year, 10, 2, 2)
        yield Event("fair", f"Provemplot {year}", *_span(provemplot, "10:00", "18:00"), "Paris", crowd=(25, 90))
    if year >= 2012 and year != 2021:
        first = weekday_of_month(year, 2, 6, -1)
        title = f"Salon international de l’agriculture {year}"
        yield Event("fair", title, *_span(first, "09:00", "19:00", 9), "Paris", crowd=(120, 400))
    if year >= 2016 and draws.random() < 0.8:
        day = any_weekday(draws, date(year, 3, 1), date(year, 4, 30))
        title = f"Start’Up Chef\N{NO-BREAK SPACE}: concours à la création d’entreprise {year}"
        yield Event(
            "workshop", title, *_span(day, "09:00", "18:00"), "Murat", "Créateurs d’entreprise", (12, 40), "MURAT"
        )


def _open_days(year: int, names: Mapping[str, str], draws: Random) -> Iterator[Event]:
    if year < 2012 or year == _PUBLISHED_OPEN_DAYS:
        return
    for place in PLACES:
        if place.first_day < date(year, 5, 1) and draws.random() < 0.75:
            day = any_weekday(draws, date(year, 5, 21), date(year, 6, 20))
            title = f"Portes ouvertes\N{NO-BREAK SPACE}: {names[place.code]}"
            crowd = (4, 15) if place.level < 0.25 else (12, 60)
            yield Event("open_day", title, *_span(day, "09:00", "17:00"), crowd=crowd, centre=place.code)


def _courses(year: int, courses: Mapping[str, Course], names: Mapping[str, str], draws: Random) -> Iterator[Event]:
    """Each course of the catalogue, two or three times a year, in the larger places."""
    hosts = [place for place in PLACES if place.level > 0.25 and place.first_day < date(year, 1, 1)]
    if not hosts:
        return
    for code in sorted(courses):
        for first, last in ((date(year, 1, 15), date(year, 6, 25)), (date(year, 9, 5), date(year, 12, 12))):
            if date(2020, 3, 1) <= first <= date(2020, 8, 31) or draws.random() < 0.3:
                continue
            place = draws.choice(hosts)
            title = f"Formation\N{NO-BREAK SPACE}: {courses[code].title}"
            day = any_weekday(draws, first, last)
            yield Event(
                "training", title, *_span(day, "09:00", "17:00"), names[place.code], "Actifs et demandeurs d’emploi",
                (4, 12), place.code, code, booking=True,
            )  # fmt: skip


def _webinars(year: int, draws: Random) -> Iterator[Event]:
    if year < 2014:
        return
    for number in range(8 if year >= 2020 else 4):
        month = 1 + (number * 12) // (8 if year >= 2020 else 4)
        day = weekday_of_month(year, month, 4, 2)
        yield Event(
            "webinar", draws.choice(_WEBINARS), *_span(day, "12:30", "13:30"), "En ligne", "Titulaires du Pass",
            (6, 45) if year >= 2020 else (4, 18),
        )  # fmt: skip


def _span(first: date, opens: str, closes: str, days: int = 1) -> tuple[datetime, datetime]:
    last = first + timedelta(days=days - 1)
    return paris_instant(first, time.fromisoformat(opens)), paris_instant(last, time.fromisoformat(closes))
