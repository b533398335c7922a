"""Records courses, events, and how many came."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from data_access.records import CourseRecord, EventAttendanceRecord, EventRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import centre, course, event
from data_access.writes.entry_rules import (
    as_values,
    centre_id_of,
    missing,
    out_of_calendar,
    out_of_order,
    out_of_range,
    require_coordinator,
    require_entry_right,
    unreadable,
    validate,
)
from data_access.writes.rows import Change, Saved, saved_before, store_row

_MOST_ATTENDANCE = 100_000
_LONGEST_HOURS = 400


def record_course(
    connection: sa.Connection,
    actor: Actor,
    record: CourseRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a course of the catalogue under its code. `connection` must come from `writing`."""
    require_coordinator(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    validate(
        record,
        (
            *missing(record, "code", "title"),
            *unreadable(record, "course"),
            *out_of_range(record, 0.5, _LONGEST_HOURS, "duration_hours"),
            *_code_taken(connection, record.code, row_id),
        ),
    )
    return store_row(
        connection,
        Change(actor, now, "record_course", request_key=record.request_key, import_batch_id=import_batch_id),
        course,
        row_key=str(record.code),
        values={
            "provider_centre_id": centre_id_of(connection, record.provider_centre_code, field="provider_centre_code"),
            **as_values(record, "code", "title", "theme", "duration_hours", "active"),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_event(
    connection: sa.Connection,
    actor: Actor,
    record: EventRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores an event; one title at one time. `connection` must come from `writing`.

    An animator records those of their own centres; who coordinates, any.
    """
    if record.centre_code is None:
        require_coordinator(actor)
    require_entry_right(actor, record.centre_code, *_stored_centre(connection, row_id))
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    validate(
        record,
        (
            *missing(record, "title", "starts_at"),
            *unreadable(record, "event"),
            *out_of_calendar(record),
            *out_of_order(record, "starts_at", "ends_at"),
            *out_of_range(record, 0, _MOST_ATTENDANCE, "attendance"),
            *_attendance_known(record.attendance, record.starts_at, now),
            *_course_problems(connection, record),
            *_title_taken(connection, record, row_id),
        ),
    )
    return store_row(
        connection,
        Change(actor, now, "record_event", request_key=record.request_key, import_batch_id=import_batch_id),
        event,
        row_key=_key(record.title, record.starts_at),
        values={
            "centre_id": centre_id_of(connection, record.centre_code),
            **as_values(
                record,
                *("kind", "title", "place", "course_id", "starts_at", "ends_at", "audience"),
                *("booking_advised", "contact", "attendance"),
            ),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_event_attendance(
    connection: sa.Connection,
    actor: Actor,
    record: EventAttendanceRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores how many people came to an event that has begun. `connection` must come from `writing`."""
    row_id = row_id if row_id is not None else record.event_id
    if row_id is None:
        raise Refused([Problem(Rule.MISSING_VALUE, "event_id")])
    require_entry_right(actor, *_stored_centre(connection, row_id))
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    stored = connection.execute(sa.select(event).where(event.c.id == row_id)).one_or_none()
    if stored is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    validate(
        record,
        (
            *missing(record, "attendance"),
            *out_of_range(record, 0, _MOST_ATTENDANCE, "attendance"),
            *_attendance_known(record.attendance, stored.starts_at, now),
        ),
    )
    return store_row(
        connection,
        Change(actor, now, "record_event_attendance", request_key=record.request_key, import_batch_id=import_batch_id),
        event,
        row_key=_key(stored.title, stored.starts_at),
        values={"attendance": record.attendance},
        row_id=row_id,
        base_version=record.base_version or stored.version,
    )


def _stored_centre(connection: sa.Connection, row_id: int | None) -> tuple[str | None, ...]:
    """The centre an event is stored for, whatever the form says of it."""
    if row_id is None:
        return ()
    found = sa.select(centre.c.code).join(event, event.c.centre_id == centre.c.id).where(event.c.id == row_id)
    return (connection.execute(found).scalar_one_or_none(),)


def _key(title: str | None, starts_at: Any) -> str:
    return f"{starts_at:%Y-%m-%d} {title}"[:200]


def _attendance_known(attendance: int | None, starts_at: datetime | None, now: datetime) -> Iterator[Problem]:
    if attendance is not None and starts_at is not None and starts_at > now:
        yield Problem(Rule.NOT_BEGUN, "attendance", {"starts_at": starts_at})


def _course_problems(connection: sa.Connection, record: EventRecord) -> Iterator[Problem]:
    if record.course_id is None:
        return
    if record.kind != "training":
        yield Problem(Rule.COURSE_WITHOUT_TRAINING, "course_id")
    found = connection.execute(sa.select(course.c.id).where(course.c.id == record.course_id)).scalar_one_or_none()
    if found is None:
        yield Problem(Rule.NOT_IN_LIST, "course_id")


def _title_taken(connection: sa.Connection, record: EventRecord, row_id: int | None) -> Iterator[Problem]:
    if record.title is None or record.starts_at is None:
        return
    same = sa.select(event.c.id).where(event.c.title == record.title, event.c.starts_at == record.starts_at)
    same = same.where(
        event.c.centre_id.is_(None) & event.c.place.is_not_distinct_from(record.place)
        if record.centre_code is None
        else event.c.centre_id == centre_id_of(connection, record.centre_code)
    )
    found = connection.execute(same).scalar_one_or_none()
    if found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "title", {"value": record.title})


def _code_taken(connection: sa.Connection, code: str | None, row_id: int | None) -> Iterator[Problem]:
    found = connection.execute(sa.select(course.c.id).where(course.c.code == code)).scalar_one_or_none()
    if code is not None and found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "code", {"value": code})
