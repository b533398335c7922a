"""What the figures of a subject are made from, asked at once: how the places were used, the club, the evaluation of a year."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final, TypedDict

import polars as pl
import sqlalchemy as sa

from data_access.engine import is_demonstration
from data_access.facts import (
    ClubFacts,
    ClubParts,
    ClubSpan,
    DetailedUse,
    EvaluatedYears,
    OverviewFacts,
    ReportFacts,
    UseFacts,
)
from data_access.periods import Period, months_before
from data_access.reads.attendance import attendance_facts, attendance_weeks, completeness_facts
from data_access.reads.network import centres, evaluation_facts, places_facts, published_figures, weeks_of_places
from data_access.reads.passes import first_joining, pass_cohorts, pass_endings, pass_facts, pass_members
from data_access.reads.people import centre_users_facts, service_facts, support_facts, users_facts
from data_access.reads.programmes import convention_facts, welcome_facts
from data_access.rights import Right, requires
from data_access.schema import centre
from data_access.weeks import locks_on, reopened_weeks

# How the network and its centres were used over a period, and what waits.

WEEKS_DRAWN: Final = 26
"""More columns than this and a cell is too narrow to be read; the figures of all weeks are in `by_centre_and_week`."""
_OWED_WEEKS: Final = 8
_STRIP_WEEKS: Final = 12


@requires(Right.FIGURES)
def use_facts(
    connection: sa.Connection,
    period: Period,
    *,
    as_of: date,
    centres: Sequence[str] | None = None,
    seat_kind: str | None = None,
    on: date | None = None,
) -> UseFacts:
    """All that is said of the use over a period, and of its places on a day: the last of the period unless told."""

    def total(span: Period | None) -> pl.DataFrame | None:
        if span is None:
            return None
        use = attendance_facts(connection, span, centres=centres, seat_kind=seat_kind)
        return use.hstack(completeness_facts(connection, span, as_of=as_of, centres=centres))

    weeks = period.so_far(as_of, by_week=True).weeks_within()
    weeks_before = weeks.year_before()
    now = total(period)
    assert now is not None
    return UseFacts(
        period=period,
        as_of=as_of,
        network=places_facts(connection, period, as_of=as_of, on=on, seat_kind=seat_kind),
        now=now,
        before=total(period.before()),
        year_ago=total(period.year_before()),
        by_month=attendance_facts(connection, period, by=("month_start",), centres=centres, seat_kind=seat_kind),
        by_week=attendance_facts(connection, weeks, by=("week_start",), centres=centres, seat_kind=seat_kind),
        weeks_year_ago=None
        if weeks_before is None
        else attendance_facts(connection, weeks_before, by=("week_start",), centres=centres, seat_kind=seat_kind),
    )


@requires(Right.FIGURES)
def detailed_use(
    connection: sa.Connection,
    period: Period,
    *,
    as_of: date,
    centres: Sequence[str] | None = None,
    seat_kind: str | None = None,
    on: date | None = None,
) -> DetailedUse:
    """The same, by day of the week, and centre by centre."""
    use = use_facts(connection, period, as_of=as_of, centres=centres, seat_kind=seat_kind, on=on)
    weeks = period.so_far(as_of, by_week=True).weeks_within()
    return DetailedUse(
        **vars(use),
        by_weekday=attendance_facts(connection, period, by=("weekday",), centres=centres, seat_kind=seat_kind),
        by_centre_and_month=attendance_facts(
            connection, period, by=("centre_code", "month_start"), seat_kind=seat_kind
        ),
        by_centre_and_week=attendance_facts(connection, weeks, by=("centre_code", "week_start"), seat_kind=seat_kind),
        weeks=weeks_of_places(connection, _last(weeks), as_of=as_of),
    )


def _last(weeks: Period) -> Period:
    """The last weeks of a span, as many as are drawn."""
    if weeks.is_empty:
        return weeks
    return Period.weeks(max(weeks.first, weeks.last - timedelta(weeks=WEEKS_DRAWN - 1)), weeks.last)


# The first page: what a coordinator looks at each morning.


@requires(Right.FIGURES, counts_people=True)
def overview_facts(connection: sa.Connection, period: Period, *, as_of: date, counted_on: date) -> OverviewFacts:
    """The use of the network, its people on `counted_on`, and the weeks that wait."""
    a_year_ago, then = months_before(counted_on, 12), period.year_before()
    return OverviewFacts(
        use=use_facts(connection, period, as_of=as_of),
        counted_on=counted_on,
        users=users_facts(connection, year=counted_on.year, as_of=counted_on),
        users_before=users_facts(connection, year=a_year_ago.year, as_of=a_year_ago),
        members=pass_members(connection, on=counted_on),
        members_before=pass_members(connection, on=a_year_ago),
        recent=attendance_facts(connection, Period.last_weeks(WEEKS_DRAWN, as_of), by=("week_start",)),
        member_months=pass_facts(connection, Period.months(a_year_ago, counted_on)),
        published=published_figures(connection),
        owed=_owed(connection, as_of),
        place_weeks=attendance_facts(
            connection, Period.last_weeks(_STRIP_WEEKS, as_of), by=("centre_code", "week_start")
        ),
        places_year_ago=None if then is None else attendance_facts(connection, then, by=("centre_code",)),
    )


def _owed(connection: sa.Connection, as_of: date) -> pl.DataFrame:
    """The weeks of the last eight that were expected, and whether each is locked on that day."""
    weeks = attendance_weeks(connection, Period.last_weeks(_OWED_WEEKS, as_of), as_of=as_of).filter(
        pl.col("state").is_in(["complete", "draft", "missing"])
    )
    reopened = reopened_weeks(connection, as_of=as_of)
    keys = weeks.select("centre_code", "week_start")
    locked = [locks_on(week) <= as_of and (code, week) not in reopened for code, week in keys.iter_rows()]
    return weeks.select("centre_code", "week_start", "state", locked=pl.Series(locked, dtype=pl.Boolean))


# The club Pass Actifs Mobiles.

_PROGRAMME_BEGAN: Final = date(2007, 1, 1)


class _Kept(TypedDict):
    status: str | None
    centre_code: str | None


@requires(Right.FIGURES, counts_people=True)
def club_facts(
    connection: sa.Connection,
    period: Period,
    *,
    on: date,
    as_of: date,
    status: str | None = None,
    centre_code: str | None = None,
    earlier: Sequence[date] = (),
) -> ClubFacts:
    """The members of the day `on` and what moved over `period`; `earlier` are the days whose parts are asked for too."""
    kept: _Kept = {"status": status, "centre_code": centre_code}
    began = first_joining(connection)
    before, year_ago = period.before(), period.year_before()

    def then(of: Period | None) -> ClubSpan | None:
        if of is None or began is None or (day := period.same_day_of(of, on)) < began:
            return None
        # As it was known then: of those who joined in a span that runs, the free months of few are over.
        return club_span(connection, of, on=day, as_of=period.same_day_of(of, as_of), **kept)

    def parts(day: date) -> ClubParts:
        return ClubParts(
            day,
            by_status=pass_members(connection, on=day, by=("status",), centre_code=centre_code),
            by_centre=pass_members(connection, on=day, by=("centre_code",), status=status),
            endings=pass_endings(connection, Period.since(period.first, min(day, period.last)), **kept),
        )

    held = partial(service_facts, connection, first=_PROGRAMME_BEGAN, last=on)
    at_centres = _at(held(by=("centre_code",)), centre_code)
    return ClubFacts(
        as_of=as_of,
        status=status,
        centre_code=centre_code,
        began=began,
        now=club_span(connection, period, on=on, as_of=as_of, **kept),
        # Of a year, the span before is the same span a year before: asked once.
        before=None if before == year_ago else then(before),
        year_ago=then(year_ago),
        parts=parts(on),
        history=pass_facts(connection, Period.days(min(began or as_of, as_of), as_of), **kept),
        # Of the network each holder counts once, at however many centres they hold it.
        services=at_centres if centre_code else held(),
        services_by_centre=at_centres,
        supports=_at(support_facts(connection, first=_PROGRAMME_BEGAN, last=on), centre_code),
        published=published_figures(connection).filter(pl.col("indicator") == "pass_members"),
        places=centres(connection, on=as_of).select("code", "name", "commune_name", "status"),
        earlier=tuple(parts(day) for day in earlier if day >= period.first),
    )


@requires(Right.FIGURES, counts_people=True)
def club_span(
    connection: sa.Connection,
    period: Period,
    *,
    on: date,
    as_of: date,
    status: str | None = None,
    centre_code: str | None = None,
) -> ClubSpan:
    """The members of the day `on` and what moved over the period, as known on `as_of`."""
    kept: _Kept = {"status": status, "centre_code": centre_code}
    return ClubSpan(
        period,
        on,
        members=pass_members(connection, on=on, **kept),
        months=pass_facts(connection, period, **kept),
        cohorts=pass_cohorts(connection, period, as_of=as_of, **kept),
    )


def _at(facts: pl.DataFrame, centre_code: str | None) -> pl.DataFrame:
    return facts if centre_code is None else facts.filter(pl.col("centre_code") == centre_code)


# The yearly evaluation, the report of a year and the notes of its places.

_MOST_YEARS: Final = 50
"""Side by side: a year typed amiss must not ask for centuries."""


@requires(Right.FIGURES)
def evaluated_years(connection: sa.Connection, year: int, *, as_of: date) -> EvaluatedYears:
    """The year asked for, begun or not, and all from the first a place opened in or was published of, up to `as_of`."""
    published = published_figures(connection)
    opened = connection.scalar(sa.select(sa.func.min(centre.c.opened_on)).where(centre.c.status != "planned"))
    told = published.filter(pl.col("year_from") == pl.col("year_to"))["year_from"].to_list()
    first = min([each for each in (opened and opened.year, *told) if each], default=as_of.year)
    return EvaluatedYears(
        asked=evaluation_facts(connection, year, as_of=as_of),
        years=tuple(
            evaluation_facts(connection, each, as_of=as_of)
            for each in range(max(first, as_of.year - _MOST_YEARS + 1), as_of.year + 1)
        ),
        published=published,
    )


@requires(Right.FIGURES)
def report_facts(connection: sa.Connection, year: int, *, as_of: date) -> ReportFacts:
    """Asks everything the report and the notes of a year say; small frames, whatever the history."""
    on = min(date(year, 12, 31), as_of)
    began = first_joining(connection) or on
    ends = (date(each, 12, 31) for each in range(began.year, on.year))
    return ReportFacts(
        year=year,
        on=on,
        as_of=as_of,
        demonstration=is_demonstration(connection),
        evaluated=evaluated_years(connection, year, as_of=as_of),
        use=detailed_use(connection, Period.year(year), as_of=as_of, on=on),
        club=club_facts(connection, Period.year(year).so_far(on + timedelta(days=1)), on=on, as_of=on),
        users_by_centre=centre_users_facts(connection, year=year, as_of=as_of),
        members_by_centre=pass_members(connection, on=on, by=("centre_code",)),
        members_before=tuple(pass_members(connection, on=each, by=("centre_code",)) for each in ends),
        convention=convention_facts(connection, as_of=on),
        welcome=welcome_facts(connection, as_of=on),
    )
