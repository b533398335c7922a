"""The convention with Pôle emploi: monthly information meetings, candidates, and the contracts some of them conclude."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from data_access.demonstration.closures import LOCKDOWN
from data_access.demonstration.days import any_weekday, weekday_of_month
from data_access.demonstration.names import CANTAL_EMPLOYERS, OUTSIDE_EMPLOYERS
from data_access.demonstration.places import PLACES
from data_access.demonstration.scene import Scene
from data_access.schema import information_meeting, placement

_FIRST_MONTH: Final = (2013, 12)
_TOWNS: Final = ("Aurillac", "Aurillac", "Mauriac", "Saint-Flour")
# Contracts concluded a year; thirty by May 2017, as published: nine a year, then three in the first four months.
_HIRED: Final = {
    2013: 0,
    2014: 9,
    2015: 9,
    2016: 9,
    2017: 9,
    2018: 11,
    2019: 12,
    2020: 7,
    2021: 12,
    2022: 13,
    2023: 12,
    2024: 11,
}
_HIRED_BY_APRIL_2017: Final = 3
_HIRED_LATER: Final = 12
_SHORTEST_WAY: Final = timedelta(days=20)
_LONGEST_WAY: Final = timedelta(days=400)
_AIMS: Final = {1: 62, 2: 23, 3: 15}
_CONTRACTS: Final = {"permanent": 42, "fixed_term": 40, "temporary": 10, "other": 8}


@dataclass(slots=True)
class Meeting:
    """An information meeting: those who came, and the candidates it brought."""

    held_on: date
    place: str
    attendees: int
    candidates: list["Candidate"]


@dataclass(slots=True)
class Candidate:
    """A job seeker on the way to a contract; a date that is None was never reached."""

    informed_on: date
    interested_on: date | None = None
    trained_on: date | None = None
    applied_on: date | None = None
    hired_on: date | None = None


def write_placements(scene: Scene, last_year: int) -> None:
    """Keeps the meetings and the steps reached by `as_of`."""
    meetings = list(_meetings(scene, last_year))
    _hire(scene, [candidate for meeting in meetings for candidate in meeting.candidates], last_year)
    number = 0
    for meeting in meetings:
        if meeting.held_on > scene.as_of:
            break
        scene.rows.add(
            information_meeting,
            held_on=meeting.held_on,
            place=meeting.place,
            attendees=meeting.attendees,
            interested=sum(candidate.interested_on is not None for candidate in meeting.candidates),
        )
        for candidate in meeting.candidates:
            number += 1
            _write_candidate(scene, candidate, number)


def _meetings(scene: Scene, last_year: int) -> Iterator[Meeting]:
    """Every month but August, none during the lockdown; online for a year after it."""
    year, month = _FIRST_MONTH
    while year <= last_year:
        draws = scene.draws("meetings", year, month)
        held_on = weekday_of_month(year, month, 2, 3)
        if month != 8 and not LOCKDOWN.starts_on <= held_on <= LOCKDOWN.ends_on:
            online = LOCKDOWN.ends_on < held_on < date(2021, 6, 1)
            agency = "Pôle emploi" if year < 2024 else "France Travail"
            place = f"{agency}, en visioconférence" if online else f"{agency}, {draws.choice(_TOWNS)}"
            attendees = draws.randint(4, 15)
            candidates = [_candidate(held_on, draws) for _ in range(draws.randint(2, min(5, attendees)))]
            yield Meeting(held_on, place, attendees, candidates)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _candidate(held_on: date, draws: Random) -> Candidate:
    found = Candidate(held_on)
    steps = draws.choices((0, 1, 2, 3), (12, 38, 28, 22))[0]
    if steps:
        found.interested_on = held_on + timedelta(days=draws.randint(0, 12))
        _train(found, draws) if steps > 1 else None
        _apply(found, draws) if steps > 2 else None
    return found


def _train(candidate: Candidate, draws: Random) -> None:
    candidate.trained_on = (candidate.interested_on or candidate.informed_on) + timedelta(days=draws.randint(8, 30))


def _apply(candidate: Candidate, draws: Random) -> None:
    candidate.applied_on = (candidate.trained_on or candidate.informed_on) + timedelta(days=draws.randint(5, 25))


def _hire(scene: Scene, candidates: list[Candidate], last_year: int) -> None:
    """Gives each planned contract to a candidate informed in the months before, an older one if there is none left.

    Each meeting brings two candidates at least, more than the contracts of any year: there is always one.
    """
    for year in range(_FIRST_MONTH[0], last_year + 1):
        draws = scene.draws("contracts", year)
        for hired_on in sorted(_hiring_days(draws, year)):
            waiting = [
                candidate
                for candidate in candidates
                if candidate.hired_on is None and candidate.informed_on <= hired_on - _SHORTEST_WAY
            ]
            recent = [candidate for candidate in waiting if candidate.informed_on >= hired_on - _LONGEST_WAY]
            _put_steps_before(draws.choice(recent or waiting), hired_on)


def _put_steps_before(candidate: Candidate, hired_on: date) -> None:
    """Every step comes before the contract, in order."""
    span = (hired_on - candidate.informed_on).days
    candidate.interested_on = candidate.informed_on + timedelta(days=min(4, span // 5))
    candidate.trained_on = candidate.informed_on + timedelta(days=span * 2 // 5)
    candidate.applied_on = candidate.informed_on + timedelta(days=span * 4 // 5)
    candidate.hired_on = hired_on


def _hiring_days(draws: Random, year: int) -> list[date]:
    count = _HIRED.get(year, _HIRED_LATER)
    if year == 2017:
        early = [any_weekday(draws, date(2017, 1, 9), date(2017, 4, 28)) for _ in range(_HIRED_BY_APRIL_2017)]
        return early + [any_weekday(draws, date(2017, 6, 5), date(2017, 12, 18)) for _ in range(count - len(early))]
    # The convention was signed at the end of 2013: its first contracts come after half a year of meetings.
    first = date(year, 6, 2) if year == 2014 else date(year, 1, 4)
    return [any_weekday(draws, first, date(year, 12, 18)) for _ in range(count)]


def _write_candidate(scene: Scene, candidate: Candidate, number: int) -> None:
    draws = scene.draws("candidate", number)
    steps = {
        "informed": candidate.informed_on,
        "interested": candidate.interested_on,
        "trained": candidate.trained_on,
        "applied": candidate.applied_on,
        "hired": candidate.hired_on,
    }
    reached = {stage: day for stage, day in steps.items() if day and day <= scene.as_of}
    aim = draws.choices(list(_AIMS), list(_AIMS.values()))[0]
    contract = draws.choices(list(_CONTRACTS), list(_CONTRACTS.values()))[0]
    employer = draws.choice(CANTAL_EMPLOYERS if aim == 3 else OUTSIDE_EMPLOYERS)
    lasts = timedelta(days=draws.randint(90, 540) if contract != "permanent" else draws.randint(120, 2400))
    places = [place.code for place in PLACES if place.first_day <= candidate.informed_on]
    centre_id = scene.centres[draws.choice(places)] if aim != 3 and draws.random() < 0.6 else None
    hired_on = reached.get("hired")
    ended_on = hired_on + lasts if hired_on and (contract != "permanent" or draws.random() < 0.3) else None
    scene.rows.add(
        placement,
        aim=aim,
        candidate_ref=f"C-{candidate.informed_on.year}-{number:04}",
        employer=employer if hired_on else None,
        employer_in_cantal=aim == 3 if hired_on else None,
        contract_kind=contract if hired_on else None,
        stage=list(reached)[-1],
        **{f"{stage}_on": reached.get(stage) for stage in steps},
        ended_on=ended_on if ended_on and ended_on <= scene.as_of else None,
        centre_id=centre_id if hired_on else None,
    )
