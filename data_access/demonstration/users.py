"""People who sign an agreement with a centre, and how long they stay."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from data_access.codes import SEAT_KINDS
from data_access.demonstration.closures import LOCKDOWN
from data_access.demonstration.days import ONE_DAY, any_weekday
from data_access.demonstration.places import PLACES, Place
from data_access.demonstration.published import published
from data_access.demonstration.scene import Scene
from data_access.demonstration.seasons import use_of_year

# Distinct people with an agreement running in the year; 2013 is the published one.
_USERS: Final = {
    2007: 11, 2008: 17, 2009: 62, 2010: 98, 2011: 131, 2012: 176, 2014: 238, 2015: 261, 2016: 283, 2017: 314, 2018: 338,
    2019: 359, 2020: 317, 2021: 358, 2022: 401, 2023: 427, 2024: 446, 2025: 462,
}  # fmt: skip
_MORE_EACH_YEAR: Final = 12
_STATUSES: Final = {"independent": 44, "employee": 25, "mobile": 13, "founder": 12, "job_seeker": 3, "other": 3}
_FORMULAS: Final = {"half_day": 30, "day": 26, "week": 10, "month": 34}
_DAYS_STAYED: Final = {"half_day": (40, 400), "day": (40, 420), "week": (6, 45), "month": (90, 800)}
_REASONS: Final = {"own_premises": 20, "moved": 22, "job_change": 24, "project_stopped": 16, "price": 8, "other": 10}


@dataclass(eq=False, slots=True)
class Person:
    """Somebody, before a row is made of them. `around` is the place they live near."""

    key: str
    around: str
    status: str
    since: date
    directory_consent: date | None = None
    identifier: int = 0


@dataclass(slots=True)
class Agreement:
    """A right to use a place, to its last day; no reason for the end when another agreement follows."""

    place: str
    person: Person
    seat_kind: str
    formula: str
    signed_on: date
    ended_on: date
    exit_reason: str | None


def agreements(scene: Scene, last_year: int) -> list[Agreement]:
    """The agreements signed by the end of `last_year`; each year has exactly the people planned for it."""
    found: list[Agreement] = []
    for year in range(PLACES[0].first_day.year, last_year + 1):
        draws = scene.draws("users", year)
        present = {agreement.person for agreement in found if agreement.ended_on >= date(year, 1, 1)}
        gone = [person for person in {a.person: None for a in found} if person not in present]
        places = [place for place in PLACES if place.first_day <= date(year, 12, 1)]
        weights = [_attraction(place, year) for place in places]
        for number in range(_planned(year) - len(present)):
            place = draws.choices(places, weights)[0]
            signed_on = _signature_day(draws, max(place.first_day, date(year, 1, 2)), date(year, 12, 30))
            if gone and draws.random() < 0.07:
                person = gone.pop(draws.randrange(len(gone)))
            else:
                person = Person(f"{year}/{number}", place.code, _drawn(draws, _STATUSES), signed_on)
            found.extend(_stay(draws, place, person, signed_on))
    return found


def people_on(running: Sequence[Agreement], day: date) -> list[Agreement]:
    """The agreements in force that day among those of one place, in order of signature."""
    begun = bisect_left(running, day + ONE_DAY, key=lambda agreement: agreement.signed_on)
    return [agreement for agreement in running[:begun] if agreement.ended_on >= day]


def _planned(year: int) -> int:
    if year == 2013:
        return int(published("users", 2013))
    last = max(_USERS)
    return _USERS[year] if year <= last else _USERS[last] + _MORE_EACH_YEAR * (year - last)


def _attraction(place: Place, year: int) -> float:
    day = date(year, 12, 1)
    capacity = place.capacity(day)
    seats = capacity.office + capacity.open_space if capacity else 0
    return seats * (place.level + 0.1) * use_of_year(day)


def _stay(draws: Random, place: Place, person: Person, signed_on: date) -> list[Agreement]:
    """One agreement, sometimes followed by another at the same place."""
    stay: list[Agreement] = []
    begins: date | None = signed_on
    while begins:
        formula = _drawn(draws, _FORMULAS)
        ends = begins + timedelta(days=draws.randint(*_DAYS_STAYED[formula]))
        renewed = draws.random() < 0.22
        reason = None if renewed else _drawn(draws, _REASONS)
        stay.append(Agreement(place.code, person, _seat_kind(draws, place, begins), formula, begins, ends, reason))
        begins = ends + ONE_DAY if renewed else None
    return stay


def _seat_kind(draws: Random, place: Place, day: date) -> str:
    capacity = place.capacity(day)
    weights = [capacity.seats(kind) if capacity else 0 for kind in SEAT_KINDS]
    return draws.choices(SEAT_KINDS, weights)[0]


def _signature_day(draws: Random, first: date, last: date) -> date:
    day = any_weekday(draws, first, last)
    return LOCKDOWN.ends_on + timedelta(days=draws.randint(1, 40)) if _locked_down(day) else day


def _locked_down(day: date) -> bool:
    return LOCKDOWN.starts_on <= day <= LOCKDOWN.ends_on


def _drawn(draws: Random, weights: dict[str, int]) -> str:
    return draws.choices(list(weights), list(weights.values()))[0]
