"""What a centre offers and receives day by day: the definitions of offered half-days and of hours, in SQL, once."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from data_access.schema import (
    attendance_day,
    attendance_week,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    opening_hours,
)


class hours_between(GenericFunction[float]):
    """Hours from an opening time to a closing time of the same day."""

    type = sa.Double()
    inherit_cache = True


@compiles(hours_between, "sqlite")
def _hours_between_sqlite(element: hours_between, compiler: SQLCompiler, **options: Any) -> str:
    opens, closes = [compiler.process(clause, **options) for clause in element.clauses]
    return f"((strftime('%s', {closes}) - strftime('%s', {opens})) / 3600.0)"


@compiles(hours_between, "postgresql")
def _hours_between_postgresql(element: hours_between, compiler: SQLCompiler, **options: Any) -> str:
    opens, closes = [compiler.process(clause, **options) for clause in element.clauses]
    return f"(extract(epoch FROM ({closes} - {opens})) / 3600.0)::double precision"


def day_facts(centre_id: int, first: date, last: date) -> sa.CTE:
    """One or two rows per day and seat kind of a centre, to be added up.

    `calendar_half_days`: seats valid that day × half-days open that day, nothing on public holidays, closures and days
    before opening or after closing. `offered_half_days`: the same in complete weeks, days marked closed taken out.
    `occupied_half_days`, `occupied_hours`: as entered in complete weeks; hours of a half-day = open hours of the day ÷
    open half-days of the day.
    """
    day, week, sheet = calendar_day.c, attendance_week.c, attendance_day.c
    hours = (
        sa.select(
            day.day,
            sa.func.count().label("half_days"),
            sa.func.sum(hours_between(opening_hours.c.opens_at, opening_hours.c.closes_at)).label("hours"),
        )
        .select_from(calendar_day)
        .join(
            opening_hours,
            sa.and_(
                opening_hours.c.centre_id == centre_id,
                opening_hours.c.weekday == day.weekday,
                _valid(opening_hours, day.day),
            ),
        )
        .where(day.day.between(first, last))
        .group_by(day.day)
        .cte("hours_of_day")
    )
    shut = sa.exists().where(
        sa.or_(closure.c.centre_id == centre_id, closure.c.centre_id.is_(None)),
        day.day.between(closure.c.starts_on, closure.c.ends_on),
    )
    calendar = centre_capacity.c.seats * hours.c.half_days
    counts = sa.and_(week.status == "complete", sa.func.coalesce(sheet.closed, sa.false()) == sa.false())
    none = sa.literal(0)
    offers = (
        sa.select(
            day.day,
            centre_capacity.c.seat_kind,
            day.week_start,
            day.month_start,
            day.weekday,
            calendar.label("calendar_half_days"),
            sa.case((counts, calendar), else_=0).label("offered_half_days"),
            none.label("occupied_half_days"),
            sa.literal(0.0, sa.Double).label("occupied_hours"),
        )
        .select_from(calendar_day)
        .join(hours, hours.c.day == day.day)
        .join(centre, sa.and_(centre.c.id == centre_id, centre.c.status != "planned"))
        .join(centre_capacity, sa.and_(centre_capacity.c.centre_id == centre_id, _valid(centre_capacity, day.day)))
        .outerjoin(attendance_week, sa.and_(week.centre_id == centre_id, week.week_start == day.week_start))
        .outerjoin(
            attendance_day,
            sa.and_(
                sheet.attendance_week_id == week.id,
                sheet.day == day.day,
                sheet.seat_kind == centre_capacity.c.seat_kind,
            ),
        )
        .where(
            day.day.between(first, last),
            day.public_holiday.is_(None),
            day.day >= centre.c.opened_on,
            sa.or_(centre.c.closed_on.is_(None), day.day <= centre.c.closed_on),
            ~shut,
        )
    )
    entered = (
        sa.select(
            day.day,
            sheet.seat_kind,
            day.week_start,
            day.month_start,
            day.weekday,
            none,
            none,
            sheet.half_days,
            sa.func.coalesce(sheet.half_days * hours.c.hours / hours.c.half_days, 0.0),
        )
        .select_from(attendance_week)
        .join(attendance_day, sheet.attendance_week_id == week.id)
        .join(calendar_day, day.day == sheet.day)
        .outerjoin(hours, hours.c.day == sheet.day)
        .where(week.centre_id == centre_id, week.status == "complete", sheet.day.between(first, last))
        .where(week.week_start.between(first - timedelta(days=6), last))
    )
    return sa.union_all(offers, entered).cte("day_facts")


def _valid(table: sa.Table, day: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    return sa.and_(day >= table.c.valid_from, sa.or_(table.c.valid_to.is_(None), day <= table.c.valid_to))
