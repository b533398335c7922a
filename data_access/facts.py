"""What the figures of a subject are made from: the answers of several questions under one name, as frames of plain values.

Each is asked by a read of `data_access.reads`; who makes figures of them asks nothing, and needs no database to be tried.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
class ConventionFacts:
    """The convention with Pôle Emploi as it is known on the day `as_of`.

    `contracts`, `candidates` and `meetings` are as `reads.programmes` answers them one by one; `misdated` counts the
    contracts dated before the convention, which are in none of them. `published` has one row per published figure,
    `places` the code, name and commune of every place.
    """

    as_of: date
    demonstration: bool
    contracts: pl.DataFrame
    misdated: int
    candidates: pl.DataFrame
    meetings: pl.DataFrame
    published: pl.DataFrame
    places: pl.DataFrame


@dataclass(frozen=True)
class WelcomeFacts:
    """The welcome sessions as they are known on the day `as_of`: `sessions`, `households` and `days` of presence.

    Each is as `reads.programmes` answers it; `published` and `places` are those of `ConventionFacts`.
    """

    as_of: date
    demonstration: bool
    sessions: pl.DataFrame
    households: pl.DataFrame
    days: pl.DataFrame
    published: pl.DataFrame
    places: pl.DataFrame


@dataclass(frozen=True)
class ClubSpan:
    """The club over `period`: `members` has one row, the people of the day `on`; `months` one per month, as `pass_facts`
    answers, and `cohorts` one per month of joining."""

    period: Period
    on: date
    members: pl.DataFrame
    months: pl.DataFrame
    cohorts: pl.DataFrame


@dataclass(frozen=True)
class ClubParts:
    """The club cut one way at a time: the members of the day `on` by status and by centre, and by reason those who left up
    to it, since the first day of the period asked for."""

    on: date
    by_status: pl.DataFrame
    by_centre: pl.DataFrame
    endings: pl.DataFrame


@dataclass(frozen=True)
class ClubFacts:
    """What the Pass Actifs Mobiles is told from, as known on `as_of`: `now`, cut as `parts`, beside the span `before` and
    the same span a year before (`year_ago`), None where nothing compares.

    `status` and `centre_code` are the people kept, None for all; each cut of `parts` leaves its own filter aside. `history`
    has one row per month since somebody joined (`began`, None while nobody has), the last one up to `as_of`. `services`
    and `supports` have one row per year, kind and, for `services_by_centre`, centre. `earlier` are the parts as they stood
    on other days, the oldest first. `places` are all centres: code, name and commune.
    """

    as_of: date
    status: str | None
    centre_code: str | None
    demonstration: bool
    began: date | None
    now: ClubSpan
    before: ClubSpan | None
    year_ago: ClubSpan | None
    parts: ClubParts
    history: pl.DataFrame
    services: pl.DataFrame
    services_by_centre: pl.DataFrame
    supports: pl.DataFrame
    published: pl.DataFrame
    places: pl.DataFrame
    earlier: tuple[ClubParts, ...] = ()

    @property
    def soon(self) -> date:
        """The day until which free periods are about to end."""
        return self.as_of + timedelta(days=30)


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
    evaluation: YearFacts
    before: YearFacts
    places: pl.DataFrame
    by_centre: pl.DataFrame
    by_month: pl.DataFrame
    by_week: pl.DataFrame
    weeks_before: pl.DataFrame
    by_centre_and_month: pl.DataFrame
    by_centre_and_week: pl.DataFrame
    club: ClubFacts
    users_by_centre: pl.DataFrame
    members_by_centre: pl.DataFrame
    convention: ConventionFacts
    welcome: WelcomeFacts

    @property
    def running(self) -> bool:
        """Whether the year is not over."""
        return self.on < date(self.year, 12, 31)

    @property
    def place_names(self) -> dict[str, str]:
        """The places open on the last day, which a note can be made for: their names by their codes."""
        return dict(self.places.select("code", "name").iter_rows())


@dataclass(frozen=True)
class AgendaFacts:
    """The agenda on the day `as_of`: every entry, and the catalogue with its trainings, as `reads.agenda` answers them.

    `inexact_sessions` are the numbers of the sessions left out; `places` the code, name and commune of every place.
    """

    as_of: date
    demonstration: bool
    entries: pl.DataFrame
    inexact_sessions: tuple[int, ...]
    courses: pl.DataFrame
    places: pl.DataFrame
