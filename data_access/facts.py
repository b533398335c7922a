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
class ReportFacts:
    """The facts of a year up to `on`: its 31 December, or `as_of` while it runs. Frames are as their questions return them.

    `use` is that of the whole network over the year. `users_by_centre` and `members_by_centre`
    count distinct people: they are never added up.
    """

    year: int
    on: date
    as_of: date
    demonstration: bool
    evaluation: YearFacts
    before: YearFacts
    places: pl.DataFrame
    use: "UseFacts"
    pass_months: pl.DataFrame
    users_by_centre: pl.DataFrame
    members_by_centre: pl.DataFrame
    placements: pl.DataFrame
    sessions: pl.DataFrame

    @property
    def by_centre(self) -> pl.DataFrame:
        """One row per centre: the columns of attendance and of completeness side by side."""
        return self.use.by_centre

    @property
    def running(self) -> bool:
        """Whether the year is not over."""
        return self.on < date(self.year, 12, 31)

    @property
    def place_names(self) -> dict[str, str]:
        """The places open on the last day, which a note can be made for: their names by their codes."""
        return dict(self.places.select("code", "name").iter_rows())


@dataclass(frozen=True)
class UseFacts:
    """How the network or one centre was used over `period`, by a kind of seat or all, as entered by `as_of`.

    `now`, `before` (the span before) and `year_ago` are one row each, of half-days and hours, with the weeks by state,
    which are of all seats; the two others None where nothing compares. `places` has one row per place open on one of
    the days, with its `reason` where a closure kept it shut; `by_centre` one per centre, of half-days, hours and weeks.
    The frames by week have the whole weeks of the period that are over, `weeks_year_ago` those of 52 weeks earlier.
    `by_centre_and_week` and `by_centre_and_month` are of all centres; `weeks` says the state of each of the last weeks.
    """

    period: Period
    as_of: date
    demonstration: bool
    places: pl.DataFrame
    now: pl.DataFrame
    before: pl.DataFrame | None
    year_ago: pl.DataFrame | None
    by_centre: pl.DataFrame
    by_month: pl.DataFrame
    by_week: pl.DataFrame
    weeks_year_ago: pl.DataFrame | None
    by_weekday: pl.DataFrame
    by_centre_and_month: pl.DataFrame
    by_centre_and_week: pl.DataFrame
    weeks: pl.DataFrame


@dataclass(frozen=True)
class OverviewFacts:
    """What the first page says beside the use of the network: people, counted on `counted_on`, and what waits.

    `users` and `members` are one row each, `users_before` and `members_before` a year earlier; `recent` has one row per
    week of the last six months, `member_months` one per month of the last year. `owed` has one row per place and week of
    the last eight: `centre_code`, `centre_name`, `week_start`, `state`, and whether it is `locked`.
    """

    use: UseFacts
    counted_on: date
    users: pl.DataFrame
    users_before: pl.DataFrame
    members: pl.DataFrame
    members_before: pl.DataFrame
    recent: pl.DataFrame
    member_months: pl.DataFrame
    published: pl.DataFrame
    owed: pl.DataFrame
