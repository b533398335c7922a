"""Records the days a centre, or the whole network, is shut."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from data_access.actors import Actor
from data_access.records import ClosureRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.schema import attendance_day, attendance_week, centre, closure
from data_access.writes.entry_rules import (
    missing,
    out_of_calendar,
    out_of_order,
    refuse_unless_coordinates,
    refuse_unless_enters,
    settle,
    unreadable,
)
from data_access.writes.place_changes import place_in_turn
from data_access.writes.rows import Change, Saved, saved_by_request, store_row

WHOLE_NETWORK: Final = "RESEAU"
"""How the audit names a closure of all centres."""
LONGEST_DAYS: Final = 366


def record_closure(
    connection: sa.Connection,
    actor: Actor,
    record: ClosureRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a closure, new or corrected; the same one again changes nothing.

    Raises Refused when it cannot be true or is not this person's to note; Unconfirmed when half-days were entered for
    those days, or another closure touches them. `connection` must come from `writing`.
    """
    refuse_unless_enters(actor, record.centre_code)
    if record.centre_code is None:
        refuse_unless_coordinates(actor)
    _refuse_another_centre(connection, actor, row_id)
    sent_before = saved_by_request(connection, record.request_key)
    if sent_before is not None:
        return sent_before
    problems = [
        *missing(record, "starts_on", "ends_on", "reason"),
        *out_of_order(record, "starts_on", "ends_on"),
        *out_of_calendar(record),
        *unreadable(record, "closure"),
        *_too_long(record),
    ]
    settle(record, problems)
    assert record.starts_on
    centre_id = None if record.centre_code is None else place_in_turn(connection, record.centre_code)
    values = {
        "centre_id": centre_id,
        "starts_on": record.starts_on,
        "ends_on": record.ends_on,
        "reason": record.reason,
    }
    same = sa.select(closure.c.id, closure.c.version).where(
        *(closure.c[name].is_not_distinct_from(value) for name, value in values.items())
    )
    stored = connection.execute(same.limit(1)).one_or_none()
    if stored is not None and row_id is None:
        return Saved(stored.id, stored.version, already_recorded=True)
    settle(record, (), [*_entered(connection, record, centre_id), *_overlapping(connection, record, centre_id, row_id)])
    return store_row(
        connection,
        Change(actor, now, "record_closure", record.request_key, import_batch_id),
        closure,
        row_key=f"{record.centre_code or WHOLE_NETWORK} {record.starts_on}",
        values=values,
        row_id=row_id,
        base_version=record.base_version,
    )


def _refuse_another_centre(connection: sa.Connection, actor: Actor, row_id: int | None) -> None:
    """Who corrects a closure keeps the centre it was noted for, too."""
    if row_id is None or actor.coordinates:
        return
    code = connection.execute(
        sa.select(centre.c.code).join(closure, closure.c.centre_id == centre.c.id).where(closure.c.id == row_id)
    ).scalar_one_or_none()
    if code is None or not actor.may_enter(code):
        raise Refused([Problem(Rule.NOT_ALLOWED, "centre_code", {"centre_code": code})])


def _too_long(record: ClosureRecord) -> Iterator[Problem]:
    if record.starts_on and record.ends_on and record.ends_on.year <= 2100:
        latest = record.starts_on + timedelta(days=LONGEST_DAYS - 1)
        if record.ends_on > latest:
            yield Problem(Rule.DAY_TOO_LATE, "ends_on", {"day": record.ends_on, "latest": latest})


def _entered(connection: sa.Connection, record: ClosureRecord, centre_id: int | None) -> Iterator[Problem]:
    """The weeks in which half-days were entered on these days."""
    week, day = attendance_week.c, attendance_day.c
    weeks = (
        connection.execute(
            sa.select(week.week_start)
            .distinct()
            .join(attendance_day, day.attendance_week_id == week.id)
            .where(day.half_days > 0, day.day.between(record.starts_on, record.ends_on))
            .where(sa.true() if centre_id is None else week.centre_id == centre_id)
            .order_by(week.week_start)
        )
        .scalars()
        .all()
    )
    if weeks:
        yield Problem(Rule.CLOSURE_OVER_ATTENDANCE, "starts_on", {"weeks": list(weeks)})


def _overlapping(
    connection: sa.Connection, record: ClosureRecord, centre_id: int | None, row_id: int | None
) -> Iterator[Problem]:
    """Another closure of the same centre, or of the whole network, on some of these days."""
    other = connection.execute(
        sa.select(closure.c.starts_on, closure.c.ends_on, closure.c.reason)
        .where(
            closure.c.starts_on <= record.ends_on,
            closure.c.ends_on >= record.starts_on,
            sa.or_(closure.c.centre_id.is_(None), closure.c.centre_id == centre_id),
            sa.true() if row_id is None else closure.c.id != row_id,
        )
        .order_by(closure.c.starts_on)
        .limit(1)
    ).one_or_none()
    if other is not None:
        yield Problem(Rule.CLOSURE_OVERLAPS, "starts_on", dict(other._mapping))
