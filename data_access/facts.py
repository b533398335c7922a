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
class PlacesFacts:
    """The places known to the network on the day `on`, and what came of each over `period`.

    One row of `places` is one place, in the order of names: what `centres` tells of it on that day, `of_period` (whether
    it was open on one of its days, or has a figure in it), `cost_eur` of the year of `on` (null where none was recorded),
    and the columns of attendance and of completeness over the period. One row of `closures` is a span in which a place,
    or the whole network where `centre_code` is null, was shut, with its `reason`.
    """

    period: Period
    on: date
    as_of: date
    demonstration: bool
    places: pl.DataFrame
    closures: pl.DataFrame


@dataclass(frozen=True)
class CompletenessFacts:
    """Each week of each place over `period`, as `completeness_weeks` tells them, and the closures that touch it."""

    period: Period
    as_of: date
    demonstration: bool
    weeks: pl.DataFrame
    closures: pl.DataFrame
