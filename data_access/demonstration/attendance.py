"""Who was there, half-day by half-day: the truth that weekly sheets and visits are two views of."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time
from random import Random
from typing import Final

from data_access.codes import SEAT_KINDS
from data_access.demonstration.opening import OpenDay
from data_access.demonstration.places import Place
from data_access.demonstration.scene import Scene
from data_access.demonstration.seasons import use_of_day, use_of_year
from data_access.periods import monday

_KINDS: Final = {"office": 1.06, "open_space": 0.94}
_FULL: Final = 0.92
# A place fills up over its first year and a half.
_BEGINNER: Final = (0.65, 540)


@dataclass(slots=True)
class Presence:
    """The seats of one kind taken on one day, in the morning and in the afternoon; no half-day goes above `seats`."""

    day: date
    seat_kind: str
    seats: int
    half_days: dict[str, tuple[time, time]]
    hours_per_half_day: float
    taken: dict[str, int]

    @property
    def total(self) -> int:
        """Half-days occupied."""
        return sum(self.taken.values())

    @property
    def offered(self) -> int:
        """Half-days offered."""
        return self.seats * len(self.half_days)


@dataclass(slots=True)
class Week:
    """One week of one place in which it opens: what happened, and what its animator wrote of it.

    `status` is complete, draft, closed or missing (nothing written); `closed_days` are those marked closed in the sheet.
    """

    place: Place
    monday: date
    presences: list[Presence] = field(default_factory=list)
    status: str = "complete"
    comment: str | None = None
    closed_days: set[date] = field(default_factory=set)

    @property
    def total(self) -> int:
        """Half-days occupied, on the days not marked closed."""
        return sum(presence.total for presence in self.presences if presence.day not in self.closed_days)


def weeks(scene: Scene, place: Place, opened: Iterable[OpenDay]) -> list[Week]:
    """The weeks of a place, in order."""
    found: dict[date, Week] = {}
    draws = scene.draws("attendance", place.code)
    level = 0.0
    for day in opened:
        start = monday(day.day)
        if start not in found:
            found[start] = Week(place, start)
            # Random numbers of each week are its own, so that a longer history begins as a shorter one.
            draws = scene.draws("attendance", place.code, start)
            level = (
                place.level * use_of_year(start) * _beginner(place, start) * min(max(draws.gauss(1.0, 0.17), 0.4), 1.7)
            )
        found[start].presences.extend(_presences(scene, place, day, level, draws))
    return list(found.values())


def _presences(scene: Scene, place: Place, day: OpenDay, level: float, draws: Random) -> Iterable[Presence]:
    capacity = place.capacity(day.day)
    use = {half_day: level * use_of_day(day.day, half_day, scene.public_holidays) for half_day in day.half_days}
    for seat_kind in SEAT_KINDS:
        seats = capacity.seats(seat_kind) if capacity else 0
        if seats:
            taken = {
                half_day: _taken(draws, seats, min(share * _KINDS[seat_kind], _FULL)) for half_day, share in use.items()
            }
            yield Presence(day.day, seat_kind, seats, day.half_days, day.hours_per_half_day, taken)


def _taken(draws: Random, seats: int, share: float) -> int:
    return sum([draws.random() < share for _ in range(seats)])


def _beginner(place: Place, day: date) -> float:
    start, days = _BEGINNER
    age = (day - place.first_day).days
    return 1.0 if age >= days or place.first_day.year == 2007 else start + (1 - start) * age / days
