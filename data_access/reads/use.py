"""How the network and its centres were used over a period, and what waits: the facts of the first pages and of the report."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.engine import is_demonstration
from data_access.facts import OverviewFacts, UseFacts
from data_access.frames import read
from data_access.periods import Period, months_before
from data_access.reads.attendance import attendance_facts, attendance_weeks, completeness_facts
from data_access.reads.network import centres as every_centre
from data_access.reads.network import published_figures
from data_access.reads.passes import pass_facts, pass_members
from data_access.reads.people import users_facts
from data_access.rights import Right, requires
from data_access.schema import attendance_week, centre, closure, week_reopening
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
) -> UseFacts:
    """All that is said of the use over a period; a bounded number of questions, small frames whatever the history."""

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
        demonstration=is_demonstration(connection),
        places=places_of(connection, period, centres=centres),
        now=now,
        before=total(period.before()),
        year_ago=total(period.year_before()),
        by_centre=attendance_facts(connection, period, by=("centre_code",), centres=centres, seat_kind=seat_kind).join(
            completeness_facts(connection, period, as_of=as_of, by=("centre_code",), centres=centres),
            on="centre_code",
            how="full",
            coalesce=True,
        ),
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
        weeks=attendance_weeks(connection, _last(weeks), as_of=as_of, centres=centres),
    )


@requires(Right.FIGURES)
def places_of(connection: sa.Connection, period: Period, *, centres: Sequence[str] | None = None) -> pl.DataFrame:
    """One row per place open on one of the days: columns of `network.centres` on the last, and `reason`.

    `reason` is why it was shut, by the last closure or closed week of the period; null where it was not.
    """
    known = every_centre(connection, on=max(period.first, period.last))
    there = known.filter(
        pl.col("status") != "planned",
        pl.col("opened_on") <= period.last,
        pl.col("closed_on").is_null() | (pl.col("closed_on") >= period.first),
        pl.lit(True) if centres is None else pl.col("code").is_in(list(centres)),
    )
    return there.join(_reasons(connection, period), on="code", how="left")


def _reasons(connection: sa.Connection, period: Period) -> pl.DataFrame:
    """The last reason for which each place was shut on a day of the period."""
    calendar = (
        sa.select(centre.c.code, closure.c.ends_on.label("at"), closure.c.reason)
        .join(closure, sa.or_(closure.c.centre_id == centre.c.id, closure.c.centre_id.is_(None)))
        .where(closure.c.starts_on <= period.last, closure.c.ends_on >= period.first)
    )
    entered = (
        sa.select(centre.c.code, attendance_week.c.week_start.label("at"), attendance_week.c.comment.label("reason"))
        .join(attendance_week, attendance_week.c.centre_id == centre.c.id)
        .where(attendance_week.c.status == "closed", attendance_week.c.week_start.between(period.first, period.last))
    )
    found = pl.concat([read(connection, calendar), read(connection, entered)]).drop_nulls("reason")
    return found.sort("at", "reason").group_by("code", maintain_order=True).agg(pl.col("reason").last())


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
    reopened = set(
        connection.execute(
            sa.select(centre.c.code, week_reopening.c.week_start)
            .join(centre, centre.c.id == week_reopening.c.centre_id)
            .where(week_reopening.c.open_until >= as_of)
        ).tuples()
    )
    keys = weeks.select("centre_code", "week_start")
    locked = [locks_on(week) <= as_of and (code, week) not in reopened for code, week in keys.iter_rows()]
    return weeks.select("centre_code", "centre_name", "week_start", "state", locked=pl.Series(locked, dtype=pl.Boolean))
