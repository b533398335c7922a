"""The twelve places as the demonstration imagines them: seats, opening hours and habits that nobody published.

Only their sum is known: at the end of 2013, 34 single offices and 24 desks in open space over ten places.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Final

AM, PM = "am", "pm"

_Hours = tuple[str, str]


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
    """Opening hours from a day on: the same from Monday to Friday but for the half-days `shut`, and perhaps Saturday."""

    since: date
    morning: _Hours
    afternoon: _Hours
    shut: tuple[tuple[int, str], ...] = ()
    saturday_morning: _Hours | None = None

    def week(self) -> Mapping[tuple[int, str], tuple[time, time]]:
        """Opening and closing time of each open half-day, by weekday (1 = Monday) and half-day."""
        hours = {
            (weekday, half_day): written
            for weekday in range(1, 6)
            for half_day, written in ((AM, self.morning), (PM, self.afternoon))
            if (weekday, half_day) not in self.shut
        }
        if self.saturday_morning:
            hours[6, AM] = self.saturday_morning
        return {key: (time.fromisoformat(opens), time.fromisoformat(closes)) for key, (opens, closes) in hours.items()}


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
    gaps_2013: int = 0
    shut_2013: int = 0
    summer_weeks: int = 1
    closes_at_christmas: bool = True

    @property
    def first_day(self) -> date:
        """The day people are first received."""
        return self.capacities[0].since

    def capacity(self, day: date) -> Capacity | None:
        """The seats valid that day."""
        return next((capacity for capacity in reversed(self.capacities) if capacity.since <= day), None)

    def timetable(self, day: date) -> Timetable | None:
        """The opening hours valid that day."""
        return next((timetable for timetable in reversed(self.timetables) if timetable.since <= day), None)


_D = date
_WEDNESDAY_MORNING: Final = ((3, AM),)
_FRIDAY_AFTERNOON: Final = ((5, PM),)

PLACES: Final = (
    Place(
        "MURAT",
        (
            Capacity(_D(2007, 3, 5), 4, 0),
            Capacity(_D(2011, 12, 5), 6, 6),
            Capacity(_D(2017, 6, 15), 6, 10),
            Capacity(_D(2022, 1, 3), 7, 12),
        ),
        (
            Timetable(_D(2007, 3, 5), ("09:00", "12:00"), ("14:00", "18:00")),
            Timetable(_D(2011, 12, 5), ("08:00", "12:30"), ("13:30", "19:00")),
            Timetable(_D(2017, 6, 15), ("08:00", "12:30"), ("13:30", "19:00"), (), ("09:00", "12:00")),
        ),
        level=0.52,
        gaps=0.4,
        gaps_2013=0,
        summer_weeks=0,
        closes_at_christmas=False,
    ),
    Place(
        "SAINT-FLOUR",
        (Capacity(_D(2009, 3, 2), 3, 2), Capacity(_D(2011, 9, 1), 4, 3), Capacity(_D(2019, 9, 2), 5, 5)),
        (
            Timetable(_D(2009, 3, 2), ("09:00", "12:30"), ("13:30", "17:30")),
            Timetable(_D(2011, 9, 1), ("08:00", "12:30"), ("13:30", "19:00")),
        ),
        level=0.43,
        gaps=0.8,
        gaps_2013=1,
    ),
    Place(
        "ALLANCHE",
        (Capacity(_D(2009, 4, 6), 1, 0), Capacity(_D(2010, 9, 6), 2, 1), Capacity(_D(2023, 1, 2), 2, 2)),
        (
            Timetable(_D(2009, 4, 6), ("09:00", "12:00"), ("14:00", "17:30"), _WEDNESDAY_MORNING),
            Timetable(_D(2012, 1, 2), ("08:30", "12:30"), ("13:30", "18:00"), _WEDNESDAY_MORNING),
        ),
        level=0.24,
        gaps=1.5,
        gaps_2013=1,
        shut_2013=1,
        summer_weeks=2,
    ),
    Place(
        "CHAUDES-AIGUES",
        (Capacity(_D(2009, 5, 4), 2, 1), Capacity(_D(2012, 1, 2), 3, 2)),
        (
            Timetable(_D(2009, 5, 4), ("09:00", "12:00"), ("14:00", "17:30"), _FRIDAY_AFTERNOON),
            Timetable(_D(2012, 1, 2), ("08:30", "12:30"), ("13:30", "18:00"), _FRIDAY_AFTERNOON),
        ),
        level=0.27,
        gaps=2.5,
        gaps_2013=3,
        summer_weeks=2,
    ),
    Place(
        "MONTMURAT",
        (Capacity(_D(2009, 6, 8), 1, 1), Capacity(_D(2011, 1, 3), 2, 1)),
        (
            Timetable(_D(2009, 6, 8), ("09:00", "12:00"), ("14:00", "17:00")),
            # From 2012 its key is lent, so that it opens as long as the big ones.
            Timetable(_D(2012, 1, 2), ("08:00", "12:30"), ("13:30", "19:00")),
        ),
        level=0.12,
        gaps=2.0,
        gaps_2013=2,
        summer_weeks=2,
    ),
    Place(
        "YDES",
        (Capacity(_D(2010, 2, 1), 2, 1), Capacity(_D(2012, 9, 3), 3, 2), Capacity(_D(2021, 9, 1), 3, 3)),
        (
            Timetable(_D(2010, 2, 1), ("09:00", "12:00"), ("13:30", "17:30")),
            Timetable(_D(2012, 9, 3), ("08:30", "12:30"), ("13:30", "18:30")),
        ),
        level=0.34,
        gaps=0.9,
        gaps_2013=1,
    ),
    Place(
        "AURILLAC-CCI",
        (Capacity(_D(2010, 9, 6), 3, 2), Capacity(_D(2012, 1, 2), 4, 3), Capacity(_D(2021, 1, 4), 3, 4)),
        (
            Timetable(_D(2010, 9, 6), ("08:30", "12:00"), ("13:30", "17:30")),
            Timetable(_D(2012, 1, 2), ("08:00", "12:30"), ("13:30", "18:30")),
        ),
        level=0.47,
        gaps=0.5,
        gaps_2013=0,
        shut_2013=1,
    ),
    Place(
        "RIOM-ES-MONTAGNES",
        (Capacity(_D(2012, 2, 6), 3, 2), Capacity(_D(2012, 9, 3), 4, 2), Capacity(_D(2018, 9, 3), 4, 3)),
        (
            Timetable(_D(2012, 2, 6), ("08:00", "12:30"), ("13:30", "18:30")),
            Timetable(_D(2020, 9, 1), ("08:30", "12:30"), ("13:30", "18:00"), _FRIDAY_AFTERNOON),
        ),
        level=0.34,
        gaps=1.0,
        gaps_2013=1,
    ),
    Place(
        "CASSANIOUZE",
        (Capacity(_D(2012, 5, 14), 2, 1),),
        (Timetable(_D(2012, 5, 14), ("08:00", "12:30"), ("13:30", "19:00"), _WEDNESDAY_MORNING),),
        level=0.23,
        gaps=1.8,
        gaps_2013=2,
        summer_weeks=2,
    ),
    Place(
        "MAURIAC",
        (Capacity(_D(2013, 5, 2), 4, 3), Capacity(_D(2022, 9, 1), 4, 5)),
        (Timetable(_D(2013, 5, 2), ("08:30", "12:30"), ("13:30", "19:00")),),
        level=0.38,
        gaps=0.8,
        gaps_2013=1,
    ),
    Place(
        "LA-FORGE",
        (Capacity(_D(2014, 12, 1), 2, 8), Capacity(_D(2017, 9, 4), 4, 12)),
        (Timetable(_D(2014, 12, 1), ("08:30", "12:30"), ("13:30", "19:00")),),
        level=0.36,
        gaps=0.8,
        closes_at_christmas=False,
    ),
    Place(
        "A2EX",
        (Capacity(_D(2016, 10, 3), 5, 8),),
        (Timetable(_D(2016, 10, 3), ("08:00", "12:00"), ("13:00", "18:00")),),
        level=0.26,
        gaps=0.6,
        summer_weeks=3,
    ),
)
