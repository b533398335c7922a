"""The twelve places as the demonstration imagines them: seats, opening hours and habits that nobody published (CSV beside).

Only their sum is known: at the end of 2013, 34 single offices and 24 desks in open space over ten places. What each offers,
when it is shut, and what it costs, come with it.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar

from data_access.codes import SEAT_KINDS
from data_access.demonstration.scene import ONE_DAY, Scene, any_day, published
from data_access.periods import monday
from data_access.schema import centre_capacity, centre_cost, closure, opening_hours

AM, PM = "am", "pm"


@dataclass(frozen=True)
class Capacity:
    """Seats from a day on."""

    since: date
    office: int
    open_space: int

    def seats(self, seat_kind: str) -> int:
        """Seats of one kind."""
        return self.office if seat_kind == "office" else self.open_space


@dataclass(frozen=True)
class Timetable:
    """Opening hours from a day on, as « 09:00-12:00 »: the same from Monday to Friday but for the half-day `shut` (« 3 am »),
    and perhaps on Saturday morning."""

    since: date
    morning: str
    afternoon: str
    saturday: str
    shut: str

    def week(self) -> Mapping[tuple[int, str], tuple[time, time]]:
        """Opening and closing time of each open half-day, by weekday (1 = Monday) and half-day."""
        spans = {
            (weekday, half_day): span
            for weekday in range(1, 6)
            for half_day, span in ((AM, self.morning), (PM, self.afternoon))
            if f"{weekday} {half_day}" != self.shut
        }
        if self.saturday:
            spans[6, AM] = self.saturday
        return {key: _times(span) for key, span in spans.items()}


def _times(span: str) -> tuple[time, time]:
    opens, closes = map(time.fromisoformat, span.split("-"))
    return opens, closes


@dataclass(frozen=True)
class Place:
    """One centre of the demonstration.

    `level` is the share of its half-days that are taken in an ordinary week of 2013. `gaps` is how many weeks of a year
    its animator forgets; `gaps_2013` and `shut_2013` are the weeks of 2013 not entered, and entered as closed: that year
    is fixed, since its figures were published.
    """

    code: str
    capacities: tuple[Capacity, ...]
    timetables: tuple[Timetable, ...]
    level: float
    gaps: float
    gaps_2013: int
    shut_2013: int
    summer_weeks: int
    closes_at_christmas: bool
    school_holidays_from: int | None

    @property
    def first_day(self) -> date:
        """The day people are first received."""
        return self.capacities[0].since

    def capacity(self, day: date) -> Capacity | None:
        """The seats valid that day."""
        return next((capacity for capacity in reversed(self.capacities) if capacity.since <= day), None)


def _rows(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _places() -> Iterator[Place]:
    seats = [
        (row["code"], Capacity(date.fromisoformat(row["since"]), int(row["office"]), int(row["open_space"])))
        for row in _rows("seats")
    ]
    spans = ("morning", "afternoon", "saturday", "shut")
    hours = [
        (row["code"], Timetable(date.fromisoformat(row["since"]), *(row[name] for name in spans)))
        for row in _rows("hours")
    ]
    for row in _rows("places"):
        yield Place(
            row["code"],
            tuple(capacity for code, capacity in seats if code == row["code"]),
            tuple(timetable for code, timetable in hours if code == row["code"]),
            float(row["level"]),
            float(row["gaps"]),
            int(row["gaps_2013"]),
            int(row["shut_2013"]),
            int(row["summer_weeks"]),
            row["closes_at_christmas"] == "yes",
            int(row["school_holidays_from"]) if row["school_holidays_from"] else None,
        )


PLACES: Final = tuple(_places())


# When each place is open, day by day: what its seats are offered on.


class OpenDay(NamedTuple):
    """A day a place is open, with the opening and closing time of each of its half-days."""

    day: date
    half_days: dict[str, tuple[time, time]]
    hours_per_half_day: float


def open_days(place: Place, last: date, shut: frozenset[date]) -> Iterator[OpenDay]:
    """The days the place is open from its first to `last`; `shut` are public holidays and closures."""
    for timetable, following in zip(place.timetables, (*place.timetables[1:], None), strict=True):
        weekdays: dict[int, dict[str, tuple[time, time]]] = {}
        for (weekday, half_day), hours in timetable.week().items():
            weekdays.setdefault(weekday, {})[half_day] = hours
        means = {weekday: _mean_hours(half_days) for weekday, half_days in weekdays.items()}
        day = timetable.since
        end = min(last, following.since - timedelta(days=1) if following else last)
        while day <= end:
            weekday = day.isoweekday()
            if weekday in weekdays and day not in shut:
                yield OpenDay(day, weekdays[weekday], means[weekday])
            day += timedelta(days=1)


def _mean_hours(half_days: dict[str, tuple[time, time]]) -> float:
    minutes = sum(
        (closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in half_days.values()
    )
    return minutes / 60 / len(half_days)


# Rows of what each place offers: seats and opening hours, with the days they are valid from and to.


class _Dated(Protocol):
    @property
    def since(self) -> date: ...


_Kind = TypeVar("_Kind", bound=_Dated)


def write_offer(scene: Scene, place: Place) -> None:
    """Keeps the seats and hours a place has had until `as_of`; the last ones have no end."""
    centre_id = scene.centres[place.code]
    for capacity, valid_to in _with_ends(place.capacities, scene.as_of):
        for seat_kind in SEAT_KINDS:
            if capacity.seats(seat_kind):
                scene.rows.add(
                    centre_capacity,
                    centre_id=centre_id,
                    seat_kind=seat_kind,
                    seats=capacity.seats(seat_kind),
                    valid_from=capacity.since,
                    valid_to=valid_to,
                )
    for timetable, valid_to in _with_ends(place.timetables, scene.as_of):
        for (weekday, half_day), (opens_at, closes_at) in timetable.week().items():
            scene.rows.add(
                opening_hours,
                centre_id=centre_id,
                weekday=weekday,
                half_day=half_day,
                opens_at=opens_at,
                closes_at=closes_at,
                valid_from=timetable.since,
                valid_to=valid_to,
            )


def _with_ends(dated: Sequence[_Kind], as_of: date) -> list[tuple[_Kind, date | None]]:
    """What has begun by `as_of`, each with the day before the next one begins."""
    begun = [item for item in dated if item.since <= as_of]
    return [(item, after.since - ONE_DAY) for item, after in pairwise(begun)] + [(item, None) for item in begun[-1:]]


# The days places are shut: summer, school holidays, the end of the year, works, and the spring of 2020.

_WORKS: Final = (
    "Travaux de peinture",
    "Remplacement du chauffage",
    "Passage à la fibre",
    "Coupure d’électricité programmée",
    "Travaux d’accessibilité",
)


# In February, April and at the end of October: with summer and Christmas, a quarter seldom goes by without one.
_SCHOOL_HOLIDAYS: Final = (8, 17, 44)
SCHOOL_HOLIDAYS: Final = "Vacances scolaires"
"""Nobody enters these weeks: the calendar says it."""


@dataclass(frozen=True)
class Closure:
    """Days a place is shut, both included; no place = the whole network."""

    place: str | None
    starts_on: date
    ends_on: date
    reason: str


LOCKDOWN: Final = Closure(None, date(2020, 3, 17), date(2020, 5, 10), "Confinement")
_KNOWN: Final = (
    LOCKDOWN,
    Closure("MURAT", date(2011, 11, 28), date(2011, 12, 4), "Travaux d’extension"),
    Closure("LA-FORGE", date(2017, 8, 28), date(2017, 9, 3), "Déménagement au Garric"),
)


def closures(scene: Scene, last_year: int) -> list[Closure]:
    """Every closure that begins by the end of `last_year`."""
    habits = [
        found
        for place in PLACES
        for year in range(place.first_day.year, last_year + 1)
        for found in _habits(scene, place, year)
        if found.starts_on >= place.first_day
    ]
    return [*(known for known in _KNOWN if known.starts_on.year <= last_year), *habits]


def shut_days(all_closures: Sequence[Closure], place: Place, public_holidays: frozenset[date]) -> frozenset[date]:
    """The days a place does not open though its timetable says so."""
    days = {
        found.starts_on + timedelta(days=number)
        for found in all_closures
        if found.place in (None, place.code)
        for number in range((found.ends_on - found.starts_on).days + 1)
    }
    return public_holidays | days


def write_closures(scene: Scene, all_closures: Sequence[Closure]) -> None:
    """Keeps the closures that have begun."""
    for found in sorted(all_closures, key=lambda found: (found.starts_on, found.place or "")):
        # The closures of the whole network are written once, with the first copy.
        if found.starts_on <= scene.as_of and (found.place or scene.copy == 1):
            scene.rows.add(
                closure,
                centre_id=scene.centres[found.place] if found.place else None,
                starts_on=found.starts_on,
                ends_on=found.ends_on,
                reason=found.reason,
            )


def _habits(scene: Scene, place: Place, year: int) -> Iterator[Closure]:
    draws = scene.draws("closures", place.code, year)
    if place.summer_weeks:
        begins = monday(date(year, 8, 4) + timedelta(days=7 * draws.randint(0, 1)))
        ends = begins + timedelta(days=7 * place.summer_weeks - 1)
        yield Closure(place.code, begins, ends, "Congés d’été")
    # The last week of 2013 straddles two years: shut everywhere, it leaves the published year whole on its last evening.
    if place.closes_at_christmas or year == 2013:
        begins = date(year, 12, 30) if year == 2013 else date(year, 12, 23) + timedelta(days=draws.randint(0, 3))
        yield Closure(
            place.code, begins, date(year + 1, 1, 1) + timedelta(days=draws.randint(0, 2)), "Congés de fin d’année"
        )
    if year != 2013 and draws.random() < 0.2:
        begins = monday(any_day(draws, date(year, 2, 1), date(year, 11, 20))) + timedelta(days=draws.randint(0, 2))
        works = Closure(place.code, begins, begins + timedelta(days=draws.randint(0, 2)), draws.choice(_WORKS))
        if works.starts_on.month != 8 and not (
            works.starts_on <= LOCKDOWN.ends_on and works.ends_on >= LOCKDOWN.starts_on
        ):
            yield works
    if place.school_holidays_from is not None and year >= place.school_holidays_from:
        for number in _SCHOOL_HOLIDAYS:
            begins = date.fromisocalendar(year, number, 1)
            yield Closure(place.code, begins, begins + timedelta(days=6), SCHOOL_HOLIDAYS)


# What each place cost and earned, year by year; the costs of 2013 come to the published cost per seat.

SOURCE: Final = "Données de démonstration"
_YEAR: Final = 2013
_GROWTH: Final = 1.021
_FIRST_YEAR_MINIMUM: Final = 90


def write_costs(scene: Scene) -> None:
    """Keeps the accounts of the years that are over."""
    for year in range(PLACES[0].first_day.year, (scene.as_of + ONE_DAY).year):
        places = [place for place in PLACES if place.first_day.year <= year]
        for place, cost in zip(places, _costs(scene, places, year), strict=True):
            draws = scene.draws("revenue", place.code, year)
            scene.rows.add(
                centre_cost,
                centre_id=scene.centres[place.code],
                year=year,
                cost_eur=float(cost),
                revenue_eur=float(round(cost * draws.uniform(0.12, 0.38) * min(1.0, 0.6 + place.level))),
                source=SOURCE,
            )


def _costs(scene: Scene, places: list[Place], year: int) -> list[int]:
    """Whole euros, which add up to the cost per seat of the year times its seats."""
    per_seat = published("cost_per_seat", _YEAR)
    seats = [_seats(place, year) for place in places]
    draws = scene.draws("costs", year)
    wished = per_seat if year == _YEAR else per_seat * _GROWTH ** (year - _YEAR) * draws.uniform(0.97, 1.03)
    total = round(wished * sum(seats))
    # Small places cost more per seat than big ones, and a place costs less in the year it opens.
    weights = [
        (count + 1.5) * draws.uniform(0.85, 1.15) * _share_of_year(place, year)
        for place, count in zip(places, seats, strict=True)
    ]
    costs = [int(total * weight / sum(weights)) for weight in weights]
    costs[0] += total - sum(costs)
    return costs


def _seats(place: Place, year: int) -> int:
    capacity = [capacity for capacity in place.capacities if capacity.since.year <= year][-1]
    return capacity.office + capacity.open_space


def _share_of_year(place: Place, year: int) -> float:
    if place.first_day.year < year:
        return 1.0
    return max(_FIRST_YEAR_MINIMUM, 366 - place.first_day.timetuple().tm_yday) / 366
