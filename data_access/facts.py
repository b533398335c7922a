"""What the figures of a subject are made from: the answers of several questions under one name, as frames of plain values.

Each is asked by a read of `data_access.reads`; who makes figures of them asks nothing, and needs no database to be tried.
"""

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from data_access.periods import Period


@dataclass(frozen=True)
class YearFacts:
    """What a year's evaluation is computed from, up to `on`: 31 December, or the day asked for in a year that runs."""

    year: int
    on: date
    network: pl.DataFrame
    attendance: pl.DataFrame
    users: pl.DataFrame
    passes: pl.DataFrame


@dataclass(frozen=True)
class PresentationFacts:
    """The sums behind the slides, on the day `on`; flows are those of `period`, the last twelve months that are over.

    `today` is the day they are asked for: the places open and what is to come are those of that day, all else is of `on`.

    `places` has one row per open place, `events` one per thing to come without its contact, `attendance_months` one per
    month, `placements` one per aim with its first `year`, `sessions` one per welcome session; the others are one row for
    the whole network.
    """

    on: date
    today: date
    period: Period
    places: pl.DataFrame
    network: pl.DataFrame
    attendance: pl.DataFrame
    attendance_before: pl.DataFrame
    attendance_months: pl.DataFrame
    users: pl.DataFrame
    passes: pl.DataFrame
    passes_before: pl.DataFrame
    pass_cohorts: pl.DataFrame
    placements: pl.DataFrame
    meetings: pl.DataFrame
    sessions: pl.DataFrame
    households: pl.DataFrame
    published: pl.DataFrame
    events: pl.DataFrame


@dataclass(frozen=True)
class PresentOccupancy:
    """The network at the instant `at`: one row in `facts`, the seats of the places that open today and give news.

    `seats_taken` is not more than there are, place by place; null where nobody gives news.
    """

    at: datetime
    facts: pl.DataFrame


@dataclass(frozen=True)
class OccupancyFacts:
    """The places in service at the instant `at`: `centres` as `reads.occupancy.live_centres` answers them, `seats` as
    `occupancy_facts` does, and `names`, one row per place known that day, with its `code`, `name` and `commune_name`."""

    at: datetime
    centres: pl.DataFrame
    seats: pl.DataFrame
    names: pl.DataFrame
    demonstration: bool
