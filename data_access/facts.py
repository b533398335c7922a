"""What the figures of a subject are made from: the answers of several questions under one name, as frames of plain values.

Each is asked by a read of `data_access.reads`; who makes figures of them asks nothing, and needs no database to be tried.
Two are told apart by which they are, not by what they hold: what is said of one can be kept beside it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from data_access.periods import Period


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
class EvaluatedYears:
    """The evaluation of the year asked for, and those of all years from the first there is something of to this one.

    `published` has one row per figure as it was published, the source that is believed before the others.
    """

    asked: YearFacts
    years: tuple[YearFacts, ...]
    published: pl.DataFrame


@dataclass(frozen=True, eq=False)
class PresentationFacts:
    """The sums behind the slides, on the day `today`: what is open and to come, and the use of `period`, the last twelve
    months that are over.

    People are counted on the day `on`, their flows over `members_period`, the last twelve months that were over then.

    `places` has one row per open place, `events` one per thing to come without its contact, `attendance_months` one per
    month; the others are one row for the whole network. `attendance_before`, of the twelve months before, is None where the
    network had not begun by the first of them; `members_before` are those of a year before `on`. `convention` counts contracts
    and meetings, `welcome` sessions and households: their parts are hidden as on their pages.
    """

    on: date
    today: date
    period: Period
    members_period: Period
    places: pl.DataFrame
    network: pl.DataFrame
    attendance: pl.DataFrame
    attendance_before: pl.DataFrame | None
    attendance_months: pl.DataFrame
    users: pl.DataFrame
    club: "ClubSpan"
    members_before: pl.DataFrame
    evaluated: EvaluatedYears
    convention: "ConventionFacts"
    welcome: "WelcomeFacts"
    events: pl.DataFrame


@dataclass(frozen=True, eq=False)
class PresentOccupancy:
    """The network at the instant `at`: one row in `facts`, the seats of the places that open today and give news.

    `seats_taken` is not more than there are, place by place; null where nobody gives news.
    """

    at: datetime
    facts: pl.DataFrame


@dataclass(frozen=True, eq=False)
class ConventionFacts:
    """The convention with Pôle Emploi as it is known on the day `as_of`.

    `contracts`, `candidates` and `meetings` are as `reads.programmes` answers them one by one; `misdated` counts the
    contracts dated before the convention, which are in none of them. `published` has one row per published figure,
    `places` the code, name and commune of every place. `candidates_before` are those of other days, the oldest first.
    """

    as_of: date
    contracts: pl.DataFrame
    misdated: int
    candidates: pl.DataFrame
    meetings: pl.DataFrame
    published: pl.DataFrame
    places: pl.DataFrame
    candidates_before: tuple[pl.DataFrame, ...] = ()


@dataclass(frozen=True, eq=False)
class WelcomeFacts:
    """The welcome sessions as they are known on the day `as_of`: `sessions`, `households` and `days` of presence.

    Each is as `reads.programmes` answers it; `published` and `places` are those of `ConventionFacts`.
    """

    as_of: date
    sessions: pl.DataFrame
    households: pl.DataFrame
    days: pl.DataFrame
    published: pl.DataFrame
    places: pl.DataFrame


@dataclass(frozen=True, eq=False)
class ClubSpan:
    """The club over `period`: `members` has one row, the people of the day `on`; `months` one per month, as `pass_facts`
    answers, and `cohorts` one per month of joining. That of another time is as it was known then."""

    period: Period
    on: date
    members: pl.DataFrame
    months: pl.DataFrame
    cohorts: pl.DataFrame


@dataclass(frozen=True, eq=False)
class ClubParts:
    """The club cut one way at a time: the members of the day `on` by status and by centre, and by reason those who left up
    to it, since the first day of the period asked for."""

    on: date
    by_status: pl.DataFrame
    by_centre: pl.DataFrame
    endings: pl.DataFrame


@dataclass(frozen=True, eq=False)
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


@dataclass(frozen=True, eq=False)
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
    places: pl.DataFrame
    closures: pl.DataFrame


@dataclass(frozen=True, eq=False)
class CompletenessFacts:
    """Each week of each place over `period`, as `completeness_weeks` tells them, and the closures that touch it.

    One row of `places` is one place as it is on the day `as_of`: `code`, `opened_on`, `closed_on`, its seats of each kind.
    """

    period: Period
    as_of: date
    weeks: pl.DataFrame
    closures: pl.DataFrame
    places: pl.DataFrame


@dataclass(frozen=True, eq=False)
class PlaceFacts:
    """What is known of one place on the day `on`: its `row` of `centres`, the periods it was open before the last one,
    its `hours` of that day, and with their dates all its hours, its seats, the closures that are not over, of the whole
    network too, and its yearly costs, newest first."""

    on: date
    row: dict[str, Any]
    former_openings: pl.DataFrame
    hours: pl.DataFrame
    hour_periods: pl.DataFrame
    seat_periods: pl.DataFrame
    closures: pl.DataFrame
    costs: pl.DataFrame

    @property
    def code(self) -> str:
        """Its code."""
        return str(self.row["code"])


@dataclass(frozen=True, eq=False)
class FirstDayFacts:
    """What a base that was just begun holds already.

    One row of `places` is one place in service, in the order of names: its `code` and `name`, whether `seats`, `hours` and
    `weeks` of it were ever noted, and how many `animators` keep it. `coordinators` are accounts in use, `has_totals` tells
    of published totals beside those of the reference, `first_week` is the first one entered, `since` when that was.
    """

    places: pl.DataFrame
    coordinators: int
    has_closures: bool
    has_totals: bool
    first_week: date | None
    since: datetime | None

    def runs(self, now: datetime) -> bool:
        """Whether weeks have been entered for so long that nothing of it is a beginning any more."""
        return self.since is not None and now - self.since > timedelta(days=60)


@dataclass(frozen=True, eq=False)
class ReportFacts:
    """The facts of a year up to `on`: its 31 December, or `as_of` while it runs. Frames are as their questions return them.

    `use` is that of the whole network over the year. `users_by_centre` and `members_by_centre` count distinct people: they
    are never added up. `members_before` are the latter as they stood at the ends of the years before, the oldest first.
    """

    year: int
    on: date
    as_of: date
    demonstration: bool
    evaluated: EvaluatedYears
    use: "DetailedUse"
    club: ClubFacts
    users_by_centre: pl.DataFrame
    members_by_centre: pl.DataFrame
    members_before: tuple[pl.DataFrame, ...]
    convention: ConventionFacts
    welcome: WelcomeFacts

    @property
    def network(self) -> PlacesFacts:
        """The places of the year, with what came of each."""
        return self.use.network

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
        """The places of the year, which a note can be made for, one that closed in it too: their names by their codes."""
        return dict(self.network.places.filter("of_period").select("code", "name").iter_rows())

    @property
    def by_centre(self) -> pl.DataFrame:
        """The use and the completeness of the year, one row per place."""
        return self.network.places.rename({"code": "centre_code"})


@dataclass(frozen=True, eq=False)
class UseFacts:
    """How the network or one centre was used over `period`, by a kind of seat or all, as entered by `as_of`.

    `now`, `before` (the span before) and `year_ago` are one row each, of half-days and hours, with the weeks by state,
    which are of all seats; the two others None where nothing compares. `by_week` has the whole weeks of the period that
    are over, `weeks_year_ago` those of 52 weeks earlier. `network` is of all centres.
    """

    period: Period
    as_of: date
    network: PlacesFacts
    now: pl.DataFrame
    before: pl.DataFrame | None
    year_ago: pl.DataFrame | None
    by_month: pl.DataFrame
    by_week: pl.DataFrame
    weeks_year_ago: pl.DataFrame | None


@dataclass(frozen=True, eq=False)
class DetailedUse(UseFacts):
    """The same, by day of the week, and centre by centre: `by_centre_and_week`, of the whole weeks that are over,
    `by_centre_and_month` and `weeks`, which are the last ones of the period, are of all centres."""

    by_weekday: pl.DataFrame
    by_centre_and_month: pl.DataFrame
    by_centre_and_week: pl.DataFrame
    weeks: CompletenessFacts


@dataclass(frozen=True, eq=False)
class OverviewFacts:
    """What the first page says beside the use of the network: people, counted on `counted_on`, and what waits.

    `users` and `members` are one row each, `users_before` and `members_before` a year earlier; `recent` has one row per
    week of the last six months, `member_months` one per month of the last year. `owed` has one row per place and week of
    the last eight: `centre_code`, `centre_name`, `week_start`, `state`, and whether it is `locked`. `place_weeks` has one
    row per place and week over, of the last twelve, and `places_year_ago` one per place (none where nothing compares).
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
    place_weeks: pl.DataFrame
    places_year_ago: pl.DataFrame | None

    @property
    def last_week(self) -> date:
        """The Monday of the last week that is over."""
        return Period.last_weeks(1, self.use.as_of).first


@dataclass(frozen=True, eq=False)
class AgendaFacts:
    """The agenda on the day `as_of`: every entry, and the catalogue with its trainings, as `reads.agenda` answers them.

    `inexact_sessions` are the numbers of the sessions left out; `places` the code, name and commune of every place.
    """

    as_of: date
    entries: pl.DataFrame
    inexact_sessions: tuple[int, ...]
    courses: pl.DataFrame
    places: pl.DataFrame


@dataclass(frozen=True, eq=False)
class OccupancyFacts:
    """The places in service at the instant `at`: `centres` as `reads.occupancy.live_centres` answers them, `seats` as
    `occupancy_facts` does, and `names`, one row per place known that day, with its `code`, `name` and `commune_name`."""

    at: datetime
    centres: pl.DataFrame
    seats: pl.DataFrame
    names: pl.DataFrame
    demonstration: bool
