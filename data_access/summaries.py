"""Keeps the derived tables equal to the rows they summarise: what a write marked stale is recomputed before the next read.

What a day offers and receives is defined here once, in SQL; everything below it adds it up.
"""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from data_access.frames import valid
from data_access.openings import was_open
from data_access.periods import month_end
from data_access.schema import (
    attendance_day,
    attendance_summary,
    attendance_week,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    opening_hours,
    stale_mark,
    summary_extent,
    week_summary,
    weekday_summary,
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


# One question for any centre and any days: building it anew costs more than asking it.
CENTRE: Final = sa.bindparam("of_centre", type_=sa.Integer)
FIRST_DAY: Final = sa.bindparam("first_day", type_=calendar_day.c.day.type)
LAST_DAY: Final = sa.bindparam("last_day", type_=calendar_day.c.day.type)
_OF_CENTRE: Final = centre.c.id == CENTRE
_OF_DAYS: Final = calendar_day.c.day.between(FIRST_DAY, LAST_DAY)


def of_days(centre_id: int, first: date, last: date) -> dict[str, Any]:
    """The centre and the days that a question made of `day_facts` is asked about."""
    return {"of_centre": centre_id, "first_day": first, "last_day": last}


def day_facts(centres: sa.ColumnElement[bool] = _OF_CENTRE, days: sa.ColumnElement[bool] = _OF_DAYS) -> sa.CTE:
    """One or two rows per day and seat kind of a centre, to be added up; asked with `of_days`, unless told of which
    `centre` and `calendar_day`.

    `calendar_half_days`: seats valid that day × half-days open that day, nothing on public holidays, closures and days
    before opening or after closing. `offered_half_days`: the same in complete weeks, days marked closed taken out.
    `occupied_half_days`, `occupied_hours`: as entered in complete weeks, on the days that offer something; hours of a
    half-day = open hours of the day ÷ open half-days of the day. `unoffered_half_days`: as entered on the others, for
    which no seat is known to have been there: they are in no rate, and nobody knows their hours.
    """
    day, week, sheet = calendar_day.c, attendance_week.c, attendance_day.c
    hours = (
        sa.select(
            opening_hours.c.centre_id,
            day.day,
            sa.func.count().label("half_days"),
            sa.func.sum(hours_between(opening_hours.c.opens_at, opening_hours.c.closes_at)).label("hours"),
        )
        .select_from(centre)
        .join(opening_hours, opening_hours.c.centre_id == centre.c.id)
        .join(calendar_day, sa.and_(opening_hours.c.weekday == day.weekday, valid(opening_hours, day.day)))
        .where(centres, days)
        .group_by(opening_hours.c.centre_id, day.day)
        .cte("hours_of_day")
    )
    shut = sa.exists().where(
        sa.or_(closure.c.centre_id == centre.c.id, closure.c.centre_id.is_(None)),
        day.day.between(closure.c.starts_on, closure.c.ends_on),
    )
    calendar = centre_capacity.c.seats * hours.c.half_days
    counts = sa.and_(week.status == "complete", sa.func.coalesce(sheet.closed, sa.false()) == sa.false())
    occupied = sa.case((sa.and_(counts, calendar > 0), sa.func.coalesce(sheet.half_days, 0)), else_=0)
    offers = (
        sa.select(
            hours.c.centre_id,
            day.day,
            centre_capacity.c.seat_kind,
            day.week_start,
            day.month_start,
            day.weekday,
            calendar.label("calendar_half_days"),
            sa.case((counts, calendar), else_=0).label("offered_half_days"),
            occupied.label("occupied_half_days"),
            (occupied * hours.c.hours / hours.c.half_days).label("occupied_hours"),
            (-occupied).label("unoffered_half_days"),
        )
        .select_from(calendar_day)
        .join(hours, hours.c.day == day.day)
        .join(centre, centre.c.id == hours.c.centre_id)
        .join(centre_capacity, sa.and_(centre_capacity.c.centre_id == centre.c.id, valid(centre_capacity, day.day)))
        .outerjoin(attendance_week, sa.and_(week.centre_id == centre.c.id, week.week_start == day.week_start))
        .outerjoin(
            attendance_day,
            sa.and_(
                sheet.attendance_week_id == week.id,
                sheet.day == day.day,
                sheet.seat_kind == centre_capacity.c.seat_kind,
            ),
        )
        .where(
            centres,
            days,
            day.public_holiday.is_(None),
            was_open(day.day),
            ~shut,
        )
    )
    # All that was entered, of which the offers take away what is theirs: a join of both would be made anew each time.
    entered = (
        sa.select(
            week.centre_id,
            day.day,
            sheet.seat_kind,
            day.week_start,
            day.month_start,
            day.weekday,
            *(sa.literal(0) for _ in range(3)),
            sa.literal(0.0, sa.Double),
            sheet.half_days,
        )
        .select_from(centre)
        .join(attendance_week, week.centre_id == centre.c.id)
        .join(attendance_day, sheet.attendance_week_id == week.id)
        .join(calendar_day, day.day == sheet.day)
        .where(centres, days, week.week_start == day.week_start, week.status == "complete")
    )
    return sa.union_all(offers, entered).cte("day_facts")


_LOCK: Final = 20_170_529  # any number, the same for every session
_FEW: Final = 3
DERIVED: Final = (stale_mark, summary_extent, attendance_summary, week_summary, weekday_summary)
"""What is derived of the rows, and what says how far."""

# No summary lies outside these days, since the calendar does not.
_FIRST: Final = date(1900, 1, 1)
_LAST: Final = date(2999, 12, 31)


def are_fresh(connection: sa.Connection, *, through: date) -> bool:
    """Whether every summary is up to date, up to the month of `through`."""
    return connection.execute(_stale_or_behind(through).limit(1)).first() is None


def mark_stale(connection: sa.Connection, codes: Sequence[str] | None = None) -> None:
    """Asks for every summary of these centres, or of all, to be recomputed at the next read."""
    asked = sa.true() if codes is None else centre.c.code.in_(codes)
    connection.execute(
        sa.insert(stale_mark).from_select(
            ["centre_id", "first_day"],
            sa.select(centre.c.id, sa.literal(_FIRST, stale_mark.c.first_day.type)).where(asked),
        )
    )


def refresh(connection: sa.Connection, *, through: date, centre_id: int | None = None) -> None:
    """Recomputes what is stale, of one centre or of all, and nothing else, up to the month of `through`.

    Needs a connection that may write.
    """
    stale = _stale_or_behind(through)
    for each in _in_order(connection, stale if centre_id is None else stale.where(centre.c.id == centre_id)):
        if connection.dialect.name == "postgresql":
            # Two refreshes at once would write the same summaries; the second one waits, then finds less to do.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK, each)))
        _bring_up_to_date(connection, each, through)


def refresh_some(connection: sa.Connection, *, through: date, seconds: float) -> bool:
    """The same for about so long, leaving to others the centres that they refresh now; whether there is more to do."""
    begun, to_do = time.monotonic(), _in_order(connection, _stale_or_behind(through))
    for number, each in enumerate(to_do, start=1):
        _refresh_free(connection, each, through)
        if time.monotonic() - begun > seconds:
            return number < len(to_do)
    return False


def refresh_written(connection: sa.Connection) -> None:
    """Called last by who writes: what they made stale is fresh when they end, unless it is more than a few centres.

    The next reading then waits for nobody; else, and for what other programs write, it does the same.
    """
    marked = connection.execute(sa.select(stale_mark.c.centre_id).distinct().limit(_FEW + 1)).scalars().all()
    summarised = sa.select(summary_extent.c.centre_id).where(summary_extent.c.centre_id.in_(marked))
    for each in _in_order(connection, summarised) if len(marked) <= _FEW else ():
        _refresh_free(connection, each, _FIRST)


def refresh_aside(connection: sa.Connection, *, through: date) -> None:
    """Has the rest of this transaction read summaries that are fresh for it, in tables that nobody else sees or waits for.

    They stand before those of the database until the transaction is rolled back.
    """
    to_do = _in_order(connection, _stale_or_behind(through))
    _make_aside(connection)
    for each in to_do:
        _bring_up_to_date(connection, each, through)


def wrong_summaries(connection: sa.Connection, *, through: date) -> list[str]:
    """The centres, by code, whose summaries are not what a full recomputation gives, of those that none has made stale.

    Called in a transaction of its own, which is rolled back: it goes on reading what was recomputed.
    """
    waiting = set(_in_order(connection, _stale_or_behind(through)))
    codes = {row.id: row.code for row in connection.execute(sa.select(centre.c.id, centre.c.code))}
    stored = _summarised(connection)
    _make_aside(connection)
    mark_stale(connection)
    for each in sorted(codes):
        _bring_up_to_date(connection, each, through)
    counted = _summarised(connection)
    return sorted(codes[each] for each in codes if each not in waiting and stored.get(each) != counted.get(each))


def _summarised(connection: sa.Connection) -> dict[int, set[tuple[object, ...]]]:
    """What is summarised of each centre."""
    found: dict[int, set[tuple[object, ...]]] = {}
    for table in (attendance_summary, week_summary, weekday_summary):
        for row in connection.execute(sa.select(table)):
            # Hours are added up in any order.
            values = (round(value, 6) if isinstance(value, float) else value for value in row)
            found.setdefault(row.centre_id, set()).add((table.name, *values))
    return found


def _make_aside(connection: sa.Connection) -> None:
    for table in DERIVED:
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {table.name} AS SELECT * FROM {table.name}")
    if connection.dialect.name == "postgresql":
        # A question that was prepared would still read the tables it was prepared for.
        path = sa.func.concat("pg_temp, ", sa.func.current_setting("search_path"))
        connection.execute(sa.select(sa.func.set_config("search_path", path, True)))


def _in_order(connection: sa.Connection, centres: sa.Select[int]) -> Sequence[int]:
    """One order for all: of two who wait for each other's centre, one has both."""
    return sorted(connection.execute(centres).scalars())


def _refresh_free(connection: sa.Connection, centre_id: int, through: date) -> None:
    """Refreshes a centre, unless another transaction does."""
    if connection.dialect.name == "postgresql":
        lock = sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK, centre_id))
        if not connection.execute(lock).scalar_one():
            return
    _bring_up_to_date(connection, centre_id, through)


def _bring_up_to_date(connection: sa.Connection, centre_id: int, through: date) -> None:
    # Marks are taken before the rows are read: a write that commits later leaves a mark of its own.
    taken = connection.execute(
        sa.delete(stale_mark)
        .where(stale_mark.c.centre_id == centre_id)
        .returning(stale_mark.c.first_day, stale_mark.c.last_day)
    ).all()
    # Another program may write the first or the last day there is for what has no beginning or no end.
    stale = [(max(first_day, _FIRST), min(last_day or _LAST, _LAST)) for first_day, last_day in taken]
    summarised = connection.execute(
        sa.select(summary_extent.c.last_month).where(summary_extent.c.centre_id == centre_id)
    ).scalar_one_or_none()
    horizon = month_end(through)
    if summarised is None or summarised < horizon.replace(day=1):
        stale.append((_FIRST if summarised is None else month_end(summarised) + timedelta(days=1), horizon))
        _set_extent(connection, centre_id, horizon.replace(day=1), replace=summarised is not None)
    limit = max(horizon, month_end(summarised)) if summarised else horizon
    for first_day, last_day in _merged(stale):
        _recompute(connection, centre_id, first_day, last_day, limit)


def _stale_or_behind(through: date) -> sa.Select[int]:
    """The centres whose summaries are not up to date, up to the month of `through`."""
    return (
        sa.select(centre.c.id)
        .outerjoin(summary_extent, summary_extent.c.centre_id == centre.c.id)
        .where(
            sa.or_(
                sa.exists(sa.select(stale_mark.c.id).where(stale_mark.c.centre_id == centre.c.id)),
                summary_extent.c.last_month.is_(None),
                summary_extent.c.last_month < through.replace(day=1),
            )
        )
    )


def _set_extent(connection: sa.Connection, centre_id: int, last_month: date, *, replace: bool) -> None:
    if replace:
        connection.execute(
            sa.update(summary_extent).where(summary_extent.c.centre_id == centre_id).values(last_month=last_month)
        )
    else:
        connection.execute(sa.insert(summary_extent).values(centre_id=centre_id, last_month=last_month))


def _merged(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    """The same days in as few spans as possible; spans less than a month apart are joined, as months are recomputed whole."""
    merged: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1] + timedelta(days=31):
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _recompute(connection: sa.Connection, centre_id: int, first_day: date, last_day: date, limit: date) -> None:
    """Replaces the summaries of the whole weeks and whole months that the days from `first_day` to `last_day` touch.

    Rows after `limit` are removed and not made: the calendar beyond it has not been asked for yet.
    """
    first_monday = first_day - timedelta(days=first_day.weekday())
    last_sunday = last_day + timedelta(days=6 - last_day.weekday())
    first_month, last_month = first_monday.replace(day=1), month_end(last_sunday)
    for table, column, first, last in (
        (attendance_summary, attendance_summary.c.week_start, first_monday, last_sunday),
        (week_summary, week_summary.c.week_start, first_monday, last_sunday),
        (weekday_summary, weekday_summary.c.month_start, first_month, last_month),
    ):
        connection.execute(sa.delete(table).where(table.c.centre_id == centre_id, column.between(first, last)))
    # Weeks are kept whole even where they pass the limit.
    week_limit = limit + timedelta(days=6 - limit.weekday())
    weeks = of_days(centre_id, first_monday, min(last_sunday, week_limit))
    months = of_days(centre_id, first_month, min(last_month, limit))
    connection.execute(_insert_by(attendance_summary, "seat_kind", "week_start", "month_start"), weeks)
    connection.execute(_insert_by(weekday_summary, "seat_kind", "month_start", "weekday"), months)
    connection.execute(_insert_weeks(), weeks)


@cache
def _insert_by(table: sa.Table, *keys: str) -> sa.Insert:
    facts = day_facts()
    measures = [column.name for column in table.c if column.name not in (*keys, "centre_id")]
    rows = sa.select(
        CENTRE,
        *(facts.c[key] for key in keys),
        *(sa.func.sum(facts.c[measure]) for measure in measures),
    ).group_by(*(facts.c[key] for key in keys))
    return sa.insert(table).from_select(["centre_id", *keys, *measures], rows)


@cache
def _insert_weeks() -> sa.Insert:
    """The state of each week that offers something, or that was entered all the same."""
    offering = (
        sa.select(attendance_summary.c.week_start)
        .where(
            attendance_summary.c.centre_id == CENTRE,
            attendance_summary.c.week_start.between(FIRST_DAY, LAST_DAY),
            attendance_summary.c.calendar_half_days > 0,
        )
        .union(
            sa.select(attendance_week.c.week_start).where(
                attendance_week.c.centre_id == CENTRE,
                attendance_week.c.week_start.between(FIRST_DAY, LAST_DAY),
            )
        )
        .subquery("offering")
    )
    rows = (
        sa.select(
            CENTRE,
            calendar_day.c.week_start,
            calendar_day.c.month_start,
            sa.func.coalesce(attendance_week.c.status, "missing"),
        )
        .select_from(calendar_day)
        .join(offering, offering.c.week_start == calendar_day.c.week_start)
        .outerjoin(
            attendance_week,
            sa.and_(attendance_week.c.centre_id == CENTRE, attendance_week.c.week_start == calendar_day.c.week_start),
        )
        .where(calendar_day.c.weekday == 4, calendar_day.c.day.between(FIRST_DAY, LAST_DAY))
    )
    return sa.insert(week_summary).from_select(["centre_id", "week_start", "month_start", "state"], rows)
