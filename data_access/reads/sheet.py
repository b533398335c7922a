"""What an animator needs beside the form: what the week offers, what is already entered, and what is usual."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl
import sqlalchemy as sa

from data_access import codes
from data_access.frames import read
from data_access.periods import Period
from data_access.reads.attendance import attendance_weeks
from data_access.rights import Right, requires
from data_access.schema import (
    attendance_day,
    attendance_week,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    opening_hours,
)
from data_access.summaries import day_facts
from data_access.week_locks import locks_on, reopened_weeks


@dataclass(frozen=True)
class SheetHeader:
    """The weekly sheet as recorded; version 0 = nobody entered it."""

    status: str | None
    version: int
    distinct_people: int | None
    comment: str | None
    entered_by: str | None
    entered_at: datetime | None


@requires(Right.ENTER, own_centre=True)
def sheet_header(connection: sa.Connection, *, centre_code: str, week_start: date) -> SheetHeader:
    """The recorded state of one centre and week."""
    week = attendance_week.c
    row = connection.execute(
        sa.select(week.status, week.version, week.distinct_people, week.comment, week.entered_by, week.entered_at)
        .join(centre, centre.c.id == week.centre_id)
        .where(centre.c.code == centre_code, week.week_start == week_start)
    ).one_or_none()
    return SheetHeader(None, 0, None, None, None, None) if row is None else SheetHeader(*row)


@requires(Right.ENTER, own_centre=True)
def sheet_days(connection: sa.Connection, *, centre_code: str, week_start: date) -> pl.DataFrame:
    """One row per day of the week and seat kind the centre has seats of that day, or had recorded.

    `usual_half_days` are the half-days its opening hours give that weekday; `offered_half_days` also follows holidays,
    closures and the seats; `public_holiday` and `closure_reason` say why a usual day offers nothing. `half_days` null =
    not entered, `closed` null = no row.
    """
    centre_id = connection.execute(sa.select(centre.c.id).where(centre.c.code == centre_code)).scalar_one()
    last_day = week_start + timedelta(days=6)
    facts = day_facts(centre_id, week_start, last_day)
    offers = (
        sa.select(facts.c.day, facts.c.seat_kind, sa.func.sum(facts.c.calendar_half_days).label("offered_half_days"))
        .group_by(facts.c.day, facts.c.seat_kind)
        .subquery("offers")
    )
    recorded = (
        sa.select(attendance_day.c.day, attendance_day.c.seat_kind, attendance_day.c.half_days, attendance_day.c.closed)
        .join(attendance_week, attendance_week.c.id == attendance_day.c.attendance_week_id)
        .where(attendance_week.c.centre_id == centre_id, attendance_week.c.week_start == week_start)
        .subquery("recorded")
    )
    closure_reason = (
        sa.select(sa.func.min(closure.c.reason))
        .where(
            sa.or_(closure.c.centre_id == centre_id, closure.c.centre_id.is_(None)),
            calendar_day.c.day.between(closure.c.starts_on, closure.c.ends_on),
        )
        .scalar_subquery()
    )
    usual = (
        sa.select(sa.func.count())
        .select_from(opening_hours)
        .where(
            opening_hours.c.centre_id == centre_id,
            opening_hours.c.weekday == calendar_day.c.weekday,
            opening_hours.c.valid_from <= calendar_day.c.day,
            sa.or_(opening_hours.c.valid_to.is_(None), opening_hours.c.valid_to >= calendar_day.c.day),
        )
        .scalar_subquery()
    )
    seats = sa.func.coalesce(centre_capacity.c.seats, 0)
    # SQLite cannot name the columns of VALUES.
    kinds = sa.union_all(*(sa.select(sa.literal(kind).label("seat_kind")) for kind in codes.SEAT_KINDS)).subquery()
    question = (
        sa.select(
            calendar_day.c.day,
            kinds.c.seat_kind,
            seats.cast(sa.Integer).label("seats"),
            usual.cast(sa.Integer).label("usual_half_days"),
            sa.func.coalesce(offers.c.offered_half_days, 0).cast(sa.Integer).label("offered_half_days"),
            calendar_day.c.public_holiday,
            closure_reason.cast(sa.Text).label("closure_reason"),
            recorded.c.half_days,
            recorded.c.closed,
        )
        .select_from(
            calendar_day.join(kinds, sa.true())
            .outerjoin(
                centre_capacity,
                sa.and_(
                    centre_capacity.c.centre_id == centre_id,
                    centre_capacity.c.seat_kind == kinds.c.seat_kind,
                    centre_capacity.c.valid_from <= calendar_day.c.day,
                    sa.or_(centre_capacity.c.valid_to.is_(None), centre_capacity.c.valid_to >= calendar_day.c.day),
                ),
            )
            .outerjoin(offers, sa.and_(offers.c.day == calendar_day.c.day, offers.c.seat_kind == kinds.c.seat_kind))
            .outerjoin(
                recorded, sa.and_(recorded.c.day == calendar_day.c.day, recorded.c.seat_kind == kinds.c.seat_kind)
            )
        )
        .where(
            calendar_day.c.day.between(week_start, last_day),
            sa.or_(seats > 0, recorded.c.half_days.is_not(None)),
        )
        .order_by(kinds.c.seat_kind, calendar_day.c.day)
    )
    return read(connection, question)


@requires(Right.ENTER, own_centre=True)
def weeks_before(connection: sa.Connection, *, centre_code: str, week_start: date, count: int) -> pl.DataFrame:
    """The last `count` complete weeks of a centre before a week, newest first; columns of `attendance_weeks`."""
    # Closures and gaps may lie between: twice the span nearly always holds enough complete weeks.
    span = Period.weeks(week_start - timedelta(weeks=2 * count + 4), week_start - timedelta(weeks=1))
    weeks = attendance_weeks(connection, span, as_of=week_start, centres=[centre_code])
    # A complete week that offered nothing and received nobody has no total to compare with.
    counted = weeks.filter(pl.col("state") == "complete", pl.col("occupied_half_days").is_not_null())
    return counted.sort("week_start", descending=True).head(count)


@requires(Right.ENTER, own_centre=True)
def oldest_missing_week(connection: sa.Connection, *, centre_code: str, as_of: date, weeks: int = 12) -> date | None:
    """The Monday of the oldest week, of the last `weeks`, that is not complete and may still be entered; None without."""
    states = attendance_weeks(connection, Period.last_weeks(weeks, as_of), as_of=as_of, centres=[centre_code])
    missing = states.filter(pl.col("state").is_in(["missing", "draft"]))["week_start"].sort().to_list()
    reopened = reopened_weeks(connection, centre_code=centre_code, as_of=as_of)
    return next((week for week in missing if locks_on(week) > as_of or week in reopened), None)
