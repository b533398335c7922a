"""What came of attendance, at the grain asked for; the database adds up, and only small frames come back."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.periods import Period
from data_access.rights import Right, requires
from data_access.schema import attendance_summary, attendance_week, calendar_day, centre, week_summary, weekday_summary

Grain = Literal["centre_code", "seat_kind", "week_start", "month_start", "year", "weekday"]

_WEEK_STATES: Final = ("complete", "draft", "missing", "closed")


@requires(Right.FIGURES)
def attendance_facts(
    connection: sa.Connection,
    period: Period,
    *,
    by: Sequence[Grain] = (),
    centres: Sequence[str] | None = None,
    seat_kind: str | None = None,
    except_centre: str | None = None,
) -> pl.DataFrame:
    """One row per combination of `by`: half-days and hours of complete weeks, to be added up or divided as totals.

    Occupied half-days and hours are null where no week was entered.
    `occupied_half_days` and `offered_half_days` are the two terms of the fill rate; `calendar_half_days` is what the
    calendar offered, entered or not. By weekday the calendar's offer is not kept. A week that straddles two months has
    its days in each.
    """
    table = weekday_summary if "weekday" in by else attendance_summary
    if table is weekday_summary and (period.unit != "month" or "week_start" in by):
        raise ValueError("weekdays are summarised by whole months")
    keys = [_key(table, grain) for grain in by]
    question = (
        sa.select(*keys, *_measures(table))
        .select_from(table.join(centre, centre.c.id == table.c.centre_id))
        .where(_within(table, period), *_perimeter(centres, except_centre))
    )
    if seat_kind is not None:
        question = question.where(table.c.seat_kind == seat_kind)
    return read(connection, _grouped(question, keys))


@requires(Right.FIGURES)
def completeness_facts(
    connection: sa.Connection,
    period: Period,
    *,
    as_of: date,
    by: Sequence[Grain] = (),
    centres: Sequence[str] | None = None,
) -> pl.DataFrame:
    """One row per combination of `by`: weeks over before `as_of`, counted by what is known of them.

    `weeks_expected` = complete + draft + missing; a closed week is not expected. A week counts once, in the month and
    year of its Thursday, as ISO 8601 does.
    """
    keys = [_key(week_summary, grain) for grain in by]
    counts = [
        sa.func.coalesce(sa.func.sum(sa.case((week_summary.c.state == state, 1), else_=0)), 0)
        .cast(sa.Integer)
        .label(f"weeks_{state}")
        for state in _WEEK_STATES
    ]
    expected = (
        sa.func.coalesce(sa.func.sum(sa.case((week_summary.c.state != "closed", 1), else_=0)), 0)
        .cast(sa.Integer)
        .label("weeks_expected")
    )
    question = (
        sa.select(*keys, expected, *counts)
        .select_from(week_summary.join(centre, centre.c.id == week_summary.c.centre_id))
        .where(
            _within(week_summary, period),
            week_summary.c.week_start <= as_of - timedelta(days=7),
            *_perimeter(centres, None),
        )
    )
    return read(connection, _grouped(question, keys))


@requires(Right.FIGURES)
def attendance_weeks(
    connection: sa.Connection, period: Period, *, as_of: date, centres: Sequence[str] | None = None
) -> pl.DataFrame:
    """One row per centre and week begun by `as_of`, in the order of names and weeks.

    `state` is complete, draft, missing, closed, or not_expected when the centre offered nothing. Half-days and hours are
    those of complete weeks, null otherwise; `distinct_people` is what was entered.
    """
    sums = (
        sa.select(
            attendance_summary.c.centre_id,
            attendance_summary.c.week_start,
            *(
                sa.func.sum(attendance_summary.c[name]).label(name)
                for name in ("calendar_half_days", "offered_half_days", "occupied_half_days", "occupied_hours")
            ),
        )
        .where(attendance_summary.c.week_start.between(period.first - timedelta(days=6), period.last))
        .group_by(attendance_summary.c.centre_id, attendance_summary.c.week_start)
        .subquery("sums")
    )
    weeks = (
        sa.select(calendar_day.c.day.label("week_start"), calendar_day.c.month_start)
        .where(
            calendar_day.c.weekday == 1,
            calendar_day.c.day.between(period.first - timedelta(days=6), min(period.last, as_of)),
        )
        .subquery("weeks")
    )
    complete = week_summary.c.state == "complete"
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            centre.c.name.label("centre_name"),
            weeks.c.week_start,
            sa.func.coalesce(week_summary.c.state, "not_expected").cast(sa.Text).label("state"),
            sums.c.calendar_half_days.cast(sa.Integer).label("calendar_half_days"),
            sa.case((complete, sums.c.offered_half_days)).cast(sa.Integer).label("offered_half_days"),
            sa.case((complete, sums.c.occupied_half_days)).cast(sa.Integer).label("occupied_half_days"),
            sa.case((complete, sums.c.occupied_hours)).cast(sa.Double).label("occupied_hours"),
            attendance_week.c.distinct_people,
            attendance_week.c.comment,
            attendance_week.c.version,
            attendance_week.c.entered_by,
            attendance_week.c.entered_at,
            attendance_week.c.completed_at,
        )
        .select_from(
            centre.join(weeks, sa.true())
            .outerjoin(
                week_summary,
                sa.and_(week_summary.c.centre_id == centre.c.id, week_summary.c.week_start == weeks.c.week_start),
            )
            .outerjoin(sums, sa.and_(sums.c.centre_id == centre.c.id, sums.c.week_start == weeks.c.week_start))
            .outerjoin(
                attendance_week,
                sa.and_(attendance_week.c.centre_id == centre.c.id, attendance_week.c.week_start == weeks.c.week_start),
            )
        )
        .where(centre.c.status != "planned", *_perimeter(centres, None))
        .order_by(centre.c.name, weeks.c.week_start)
    )
    return read(connection, question)


def _measures(table: sa.Table) -> list[sa.ColumnElement[Any]]:
    offered, occupied = (
        sa.func.coalesce(sa.func.sum(table.c[f"{what}_half_days"]), 0) for what in ("offered", "occupied")
    )
    # Nothing offered in complete weeks and nobody in them: no week was entered. That is missing, not zero.
    entered = sa.or_(offered > 0, occupied > 0)
    measures: list[sa.ColumnElement[Any]] = [
        offered.cast(sa.Integer).label("offered_half_days"),
        sa.case((entered, occupied)).cast(sa.Integer).label("occupied_half_days"),
        sa.case((entered, sa.func.sum(table.c.occupied_hours))).cast(sa.Double).label("occupied_hours"),
    ]
    if "calendar_half_days" in table.c:
        calendar = sa.func.coalesce(sa.func.sum(table.c.calendar_half_days), 0)
        measures.insert(0, calendar.cast(sa.Integer).label("calendar_half_days"))
    return measures


def _key(table: sa.Table, grain: Grain) -> sa.ColumnElement[Any]:
    if grain == "centre_code":
        return centre.c.code.label("centre_code")
    if grain == "year":
        return sa.extract("year", table.c.month_start).cast(sa.Integer).label("year")
    return table.c[grain]


def _grouped(question: sa.Select[Any], keys: list[sa.ColumnElement[Any]]) -> sa.Select[Any]:
    return question.group_by(*keys).order_by(*keys) if keys else question


def _within(table: sa.Table, period: Period) -> sa.ColumnElement[bool]:
    if period.unit == "week":
        return table.c.week_start.between(period.first, period.last)
    return table.c.month_start.between(period.first, period.last)


def _perimeter(centres: Sequence[str] | None, except_centre: str | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if centres is not None:
        conditions.append(centre.c.code.in_(centres))
    if except_centre is not None:
        conditions.append(centre.c.code != except_centre)
    return conditions
