"""The kinds of the agenda: courses of the catalogue, events, and how many came."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.entries.kind import Entry, Field, Kind, Row
from data_access.periods import day_in_paris
from data_access.records import CourseRecord, EventAttendanceRecord, EventRecord
from data_access.refusals import Problem, Rule
from data_access.rights import Right
from data_access.schema import centre, course, event
from data_access.writes.entry_rules import (
    missing,
    out_of_calendar,
    out_of_order,
    out_of_range,
    row_of_text,
    same_text,
    unreadable,
)

_MOST_ATTENDANCE: Final = 100_000
_LONGEST_HOURS: Final = 400


def _same_course(connection: sa.Connection, record: Any) -> int | None:
    return row_of_text(connection, course.c.code, record.code)


def _course_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from missing(record, "code", "title")
    yield from unreadable(record, "course")
    yield from out_of_range(record, 0.5, _LONGEST_HOURS, "duration_hours")
    if _same_course(entry.connection, record) not in (None, entry.row_id):
        yield Problem(Rule.ALREADY_EXISTS, "code", {"value": record.code})


COURSE: Final = Kind(
    key="course",
    title="Formation du catalogue",
    table=course,
    record=CourseRecord,
    fields=(
        Field("code", "Code"),
        Field("title", "Titre"),
        Field("theme", "Thème"),
        Field("duration_hours", "Durée en heures"),
        Field("provider_centre_code", "Proposée par"),
        Field("active", "Toujours proposée"),
    ),
    action="record_course",
    right=Right.COORDINATE,
    row_key=lambda entry: str(entry.record.code),
    told=lambda row: f"{row['title']} ({row['code']})",
    impossible=_course_problems,
    same=_same_course,
    same_fields=("code",),
)


def _same_event(connection: sa.Connection, record: Any) -> int | None:
    """An event is its title, its beginning and its place: two open days at one hour in two centres are two."""
    if record.starts_at is None:
        return None
    at_that_hour = (
        sa.select(event.c.id, event.c.title, event.c.place, centre.c.code)
        .outerjoin(centre, centre.c.id == event.c.centre_id)
        .where(event.c.starts_at == record.starts_at)
        .order_by(event.c.id)
    )
    wanted = (same_text(record.title), record.centre_code or same_text(record.place))
    rows = connection.execute(at_that_hour)
    return next((row.id for row in rows if (same_text(row.title), row.code or same_text(row.place)) == wanted), None)


def _event_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from missing(record, "title", "starts_at")
    yield from unreadable(record, "event")
    yield from out_of_calendar(record)
    yield from out_of_order(record, "starts_at", "ends_at")
    yield from out_of_range(record, 0, _MOST_ATTENDANCE, "attendance")
    yield from _attendance_known(record.attendance, record.starts_at, entry.now)
    if record.course_id is not None:
        if record.kind != "training":
            yield Problem(Rule.COURSE_WITHOUT_TRAINING, "course_id")
        known = sa.select(course.c.id).where(course.c.id == record.course_id)
        if entry.connection.execute(known).scalar_one_or_none() is None:
            yield Problem(Rule.NOT_IN_LIST, "course_id")
    if _same_event(entry.connection, record) not in (None, entry.row_id):
        yield Problem(Rule.ALREADY_EXISTS, "title", {"value": record.title})


def _attendance_known(attendance: int | None, starts_at: datetime | None, now: datetime) -> Iterator[Problem]:
    if attendance is not None and starts_at is not None and starts_at > now:
        yield Problem(Rule.NOT_BEGUN, "attendance", {"starts_at": starts_at})


def _event_key(title: str | None, starts_at: Any) -> str:
    return f"{starts_at:%Y-%m-%d} {title}"[:200]


def _event_label(row: Row) -> str:
    day = f"{day_in_paris(row['starts_at']):%d/%m/%Y}"
    return ", ".join(filter(None, (row["title"], row["centre_name"], row["place"], day)))


EVENT: Final = Kind(
    key="event",
    title="Rendez-vous de l’agenda",
    table=event,
    record=EventRecord,
    fields=(
        Field("kind", "Nature"),
        Field("title", "Titre"),
        Field("centre_code", "Télécentre"),
        Field("place", "Lieu, s’il est ailleurs"),
        Field("course_id", "Formation du catalogue"),
        Field("starts_at", "Début"),
        Field("ends_at", "Fin"),
        Field("audience", "Public"),
        Field("booking_advised", "Inscription recommandée"),
        Field("contact", "Contact"),
        Field("attendance", "Présents"),
    ),
    action="record_event",
    right=Right.ENTER,
    row_key=lambda entry: _event_key(entry.record.title, entry.record.starts_at),
    told=_event_label,
    day="starts_at",
    impossible=_event_problems,
    same=_same_event,
    same_fields=("title", "starts_at", "centre_code", "place"),
)


def _attendance_problems(entry: Entry) -> Iterator[Problem]:
    yield from missing(entry.record, "attendance")
    yield from out_of_range(entry.record, 0, _MOST_ATTENDANCE, "attendance")
    if entry.row is not None:
        yield from _attendance_known(entry.record.attendance, entry.row["starts_at"], entry.now)


EVENT_ATTENDANCE: Final = Kind(
    key="event_attendance",
    title="Présents à un rendez-vous",
    table=event,
    record=EventAttendanceRecord,
    fields=(Field("event_id", "Rendez-vous", column=None), Field("attendance", "Présents")),
    action="record_event_attendance",
    right=Right.ENTER,
    row_key=lambda entry: _event_key(entry.row["title"], entry.row["starts_at"]) if entry.row else "",
    told=_event_label,
    day="starts_at",
    impossible=_attendance_problems,
    about="event_id",
)

AGENDA: Final = (COURSE, EVENT, EVENT_ATTENDANCE)
