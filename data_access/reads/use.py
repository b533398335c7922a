"""How the network and its centres were used over a period, and what waits: the facts of the first pages and of the report."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.facts import OverviewFacts, UseFacts
from data_access.periods import Period, months_before
from data_access.reads.attendance import attendance_facts, attendance_weeks, completeness_facts
from data_access.reads.network import places_facts, published_figures, weeks_of_places
from data_access.reads.passes import pass_facts, pass_members
from data_access.reads.people import users_facts
from data_access.rights import Right, requires
from data_access.schema import centre, week_reopening
from data_access.week_locks import locks_on

WEEKS_DRAWN: Final = 26
"""More columns than this and a cell is too narrow to be read; the figures of all weeks are in `by_centre_and_week`."""
_OWED_WEEKS: Final = 8


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
    a_year_ago = months_before(counted_on, 12)
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
    )


def _owed(connection: sa.Connection, as_of: date) -> pl.DataFrame:
    """The weeks of the last eight that were expected, and whether each is locked on that day."""
    weeks = attendance_weeks(connection, Period.last_weeks(_OWED_WEEKS, as_of), as_of=as_of).filter(
        pl.col("state").is_in(["complete", "draft", "missing"])
    )
    reopened = {
        (code, week)
        for code, week in connection.execute(
            sa.select(centre.c.code, week_reopening.c.week_start)
            .join(centre, centre.c.id == week_reopening.c.centre_id)
            .where(week_reopening.c.open_until >= as_of)
        )
    }
    keys = weeks.select("centre_code", "week_start")
    locked = [locks_on(week) <= as_of and (code, week) not in reopened for code, week in keys.iter_rows()]
    return weeks.select("centre_code", "week_start", "state", locked=pl.Series(locked, dtype=pl.Boolean))
