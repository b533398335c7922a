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

    @property
    def begun(self) -> bool:
        """Whether one of its days is known."""
        return self.on.year >= self.year

    @property
    def running(self) -> bool:
        """Whether the year is not over."""
        return self.on < date(self.year, 12, 31)


@dataclass(frozen=True)
class EvaluatedYears:
    """The evaluation of the year asked for, and those of all years from the first there is something of to this one.

    `published` has one row per figure as it was published, the source that is believed before the others.
    """

    asked: YearFacts
    years: tuple[YearFacts, ...]
    published: pl.DataFrame
    demonstration: bool


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
class ReportFacts:
    """The facts of a year up to `on`: its 31 December, or `as_of` while it runs. Frames are as their questions return them.

    `by_centre` has the columns of attendance and of completeness side by side; the other frames of attendance have
    half-days and hours, `weeks_before` those of the network 52 weeks earlier. `users_by_centre` and `members_by_centre`
    count distinct people: they are never added up.
    """

    year: int
    on: date
    as_of: date
    demonstration: bool
    evaluated: EvaluatedYears
    places: pl.DataFrame
    by_centre: pl.DataFrame
    by_month: pl.DataFrame
    by_week: pl.DataFrame
    weeks_before: pl.DataFrame
    by_centre_and_month: pl.DataFrame
    by_centre_and_week: pl.DataFrame
    pass_months: pl.DataFrame
    users_by_centre: pl.DataFrame
    members_by_centre: pl.DataFrame
    placements: pl.DataFrame
    sessions: pl.DataFrame

    @property
    def running(self) -> bool:
        """Whether the year is not over."""
        return self.on < date(self.year, 12, 31)

    @property
    def evaluation(self) -> YearFacts:
        """What the lines of the year are computed from."""
        return self.evaluated.asked

    @property
    def place_names(self) -> dict[str, str]:
        """The places open on the last day, which a note can be made for: their names by their codes."""
        return dict(self.places.select("code", "name").iter_rows())
