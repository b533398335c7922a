"""Records the weekly sheet of a centre: the rows, their version and their audit entry, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from data_access import summaries
from data_access.actors import Actor
from data_access.moments import day_in_paris
from data_access.records.attendance import AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.schema import attendance_day, attendance_week, centre
from data_access.writes.attendance_rules import impossibilities, unusual
from data_access.writes.audit import record_audit_entry
from data_access.writes.database_refusals import told_as_refusals


@dataclass(frozen=True)
class SavedWeek:
    """What was stored, read back; `already_recorded` when the same sheet had been stored before and nothing changed."""

    version: int
    entered_at: datetime
    already_recorded: bool


def record_attendance_week(
    connection: sa.Connection, actor: Actor, record: AttendanceWeekRecord, *, now: datetime
) -> SavedWeek:
    """Stores a weekly sheet, new or corrected.

    Raises Refused when it cannot be true, may not be written by `actor`, or was made on an older reading than what is
    stored; Unconfirmed when it is unusual and its author has not said it is right. Storing the same sheet twice changes
    nothing. `connection` must come from `writing`.
    """
    if not actor.may_enter(record.centre_code):
        raise Refused([Problem(Rule.NOT_ALLOWED, "centre", {"centre_code": record.centre_code})])
    place = connection.execute(
        sa.select(centre.c.id, centre.c.opened_on, centre.c.closed_on, centre.c.status)
        .where(centre.c.code == record.centre_code)
        # The centre's row is the turn of its writers: two who enter the same new week wait for each other. Its key stays
        # free, which the summaries refer to: a stronger lock would wait for a refresh that waits for this writer.
        .with_for_update(key_share=True)
    ).one_or_none()
    if place is None:
        raise Refused([Problem(Rule.UNKNOWN_CENTRE, "centre", {"centre_code": record.centre_code})])
    today = day_in_paris(now)
    # The usual weeks are read from the summaries, which an earlier write may have made stale.
    summaries.refresh(connection, through=today)
    stored = _stored(connection, place.id, record)
    wanted = _content(record)
    if stored is not None and stored.content == wanted:
        return SavedWeek(stored.version, stored.entered_at or now, already_recorded=True)
    if record.base_version != (stored.version if stored else 0):
        raise Refused([_stale(stored)])
    problems = impossibilities(connection, record, place, today=today)
    if problems:
        raise Refused(problems)
    doubts = [problem for problem in unusual(connection, record) if problem.rule not in record.confirmed]
    if doubts:
        raise Unconfirmed(doubts)
    with told_as_refusals():
        version = _store(connection, actor, record, place.id, stored, now)
    record_audit_entry(
        connection,
        actor,
        at=now,
        action="record_attendance_week",
        table_name="attendance_week",
        row_key=f"{record.centre_code} {record.week_start:%G-S%V}",
        before=stored.content if stored else None,
        after=wanted,
    )
    return SavedWeek(version, now, already_recorded=False)


@dataclass(frozen=True)
class _Stored:
    id: int
    version: int
    entered_by: str | None
    entered_at: datetime | None
    content: Mapping[str, Any]


def _stored(connection: sa.Connection, centre_id: int, record: AttendanceWeekRecord) -> _Stored | None:
    week = connection.execute(
        sa.select(attendance_week).where(
            attendance_week.c.centre_id == centre_id, attendance_week.c.week_start == record.week_start
        )
    ).one_or_none()
    if week is None:
        return None
    days = connection.execute(
        sa.select(attendance_day.c.day, attendance_day.c.seat_kind, attendance_day.c.half_days, attendance_day.c.closed)
        .where(attendance_day.c.attendance_week_id == week.id)
        .order_by(attendance_day.c.day, attendance_day.c.seat_kind)
    ).all()
    content = {
        "status": week.status,
        "distinct_people": week.distinct_people,
        "comment": week.comment,
        "days": {f"{row.day} {row.seat_kind}": "closed" if row.closed else row.half_days for row in days},
    }
    return _Stored(week.id, week.version, week.entered_by, week.entered_at, content)


def _content(record: AttendanceWeekRecord) -> dict[str, Any]:
    """The sheet as the audit keeps it: what was filled in, nothing else."""
    return {
        "status": record.status,
        "distinct_people": record.distinct_people,
        "comment": record.comment,
        "days": {f"{day.day} {day.seat_kind}": "closed" if day.closed else day.half_days for day in record.filled_days},
    }


def _stale(stored: _Stored | None) -> Problem:
    who = {"entered_by": stored.entered_by, "entered_at": stored.entered_at} if stored else {}
    return Problem(Rule.STALE_VERSION, "version", who)


def _store(
    connection: sa.Connection,
    actor: Actor,
    record: AttendanceWeekRecord,
    centre_id: int,
    stored: _Stored | None,
    now: datetime,
) -> int:
    version = (stored.version if stored else 0) + 1
    values = {
        "status": record.status,
        "distinct_people": record.distinct_people,
        "comment": record.comment,
        "version": version,
        "entered_by": actor.name,
        "entered_at": now,
        "completed_at": None if record.status == "draft" else now,
    }
    if stored is None:
        week_id = connection.execute(
            sa.insert(attendance_week)
            .values(centre_id=centre_id, week_start=record.week_start, **values)
            .returning(attendance_week.c.id)
        ).scalar_one()
    else:
        week_id = stored.id
        connection.execute(sa.delete(attendance_day).where(attendance_day.c.attendance_week_id == week_id))
        connection.execute(sa.update(attendance_week).where(attendance_week.c.id == week_id).values(**values))
    rows = [
        {
            "attendance_week_id": week_id,
            "day": day.day,
            "seat_kind": day.seat_kind,
            "half_days": day.half_days or 0,
            "closed": day.closed,
        }
        for day in record.filled_days
    ]
    if rows:
        connection.execute(sa.insert(attendance_day), rows)
    return version
