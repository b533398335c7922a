"""The weekly sheet of a centre, behind the same declaration as every record; what may be said in it is its own."""

from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import record_document
from data_access.entries.kind import Entry, Kind
from data_access.periods import day_in_paris
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right
from data_access.schema import attendance_day, attendance_week
from data_access.writes.attendance import record_attendance_week, require_unlocked
from data_access.writes.rows import Change, Saved, remove_row
from data_access.writes.week_rules import KnownWeeks, state_of_days


def _stores(
    connection: sa.Connection,
    actor: Actor,
    record: AttendanceWeekRecord,
    *,
    now: Any,
    row_id: int | None = None,
    import_batch_id: int | None = None,
    known: KnownWeeks | None = None,
) -> Saved:
    if known is not None:
        record = _of_a_file(connection, record, known, today=day_in_paris(now))
    elif row_id is not None and ATTENDANCE_WEEK.same(connection, record) != row_id:
        # A sheet that was opened is not made another week's.
        raise Refused([Problem(Rule.NOT_IN_LIST, "week_start")])
    return record_attendance_week(connection, actor, record, now=now, import_batch_id=import_batch_id, known=known)


def _of_a_file(
    connection: sa.Connection, record: AttendanceWeekRecord, known: KnownWeeks, *, today: date
) -> AttendanceWeekRecord:
    """A sheet of a file with what the file leaves: a day that it has not, or has blank, is not erased.

    Where the file does not say its state, a week whose days are all closed is closed, and a draft stays one until no day of
    it is blank.
    """
    stored = known.entered(record)
    if record.status != "closed":
        told = {(day.day, day.seat_kind) for day in record.filled_days}
        days = _stored_days(connection, stored.id) if stored is not None else ()
        kept = (day for day in days if (day.day, day.seat_kind) not in told)
        record = record.model_copy(update={"days": (*record.filled_days, *kept)})
        if not record.status_said:
            drafted = stored is not None and stored.status == "draft"
            status = state_of_days(record, known.offers(record), drafted=drafted, today=today)
            record = record.model_copy(update={"status": status})
    if record.status == "closed" and stored is not None and record.distinct_people == stored.distinct_people:
        # Nobody came to a closed centre: the number that was stored is no word of this file.
        record = record.model_copy(update={"distinct_people": None})
    return record


def _delete(entry: Entry, change: Change) -> int:
    """Removes a sheet with its days, which an undoing gives back; Refused for a week that is locked."""
    assert entry.row is not None
    require_unlocked(entry.connection, change, record_document(entry.connection, attendance_week, entry.row), None)
    audit_id = remove_row(
        entry.connection, change, attendance_week, row_key=entry.kind.row_key(entry), row_id=entry.row["id"]
    )
    assert audit_id is not None
    return audit_id


def _stored_days(connection: sa.Connection, week_id: int) -> tuple[AttendanceDayRecord, ...]:
    day = attendance_day.c
    stored = connection.execute(
        sa.select(day.day, day.seat_kind, day.half_days, day.closed)
        .where(day.attendance_week_id == week_id)
        .order_by(day.day, day.seat_kind)
    )
    return tuple(
        AttendanceDayRecord(
            day=each.day,
            seat_kind=each.seat_kind,
            half_days=None if each.closed else each.half_days,
            closed=each.closed,
        )
        for each in stored
    )


ATTENDANCE_WEEK: Final = Kind(
    key="attendance_week",
    title="Relevé hebdomadaire",
    table=attendance_week,
    record=AttendanceWeekRecord,
    action="record_attendance_week",
    right=Right.ENTER,
    row_key=lambda entry: f"{entry.record.centre_code} {entry.record.week_start:%G-S%V}",
    told=lambda row: f"{row['centre_name']}, semaine du {row['week_start']:%d/%m/%Y}",
    day="week_start",
    same_fields=("centre_code", "week_start"),
    reads=lambda connection, row: {"days": _stored_days(connection, row["id"])},
    stores=_stores,
    deletes=_delete,
)
