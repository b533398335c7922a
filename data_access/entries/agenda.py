"""The courses of the catalogue, the events of the agenda, and how many came."""

from typing import Final

import sqlalchemy as sa

from data_access.entries.kind import Field, Kind
from data_access.periods import day_in_paris
from data_access.records import CourseRecord, EventAttendanceRecord, EventRecord
from data_access.rights import Right
from data_access.schema import centre, course, event
from data_access.writes.agenda import record_course, record_event, record_event_attendance
from data_access.writes.entry_rules import row_of_text, same_text


def _same_course(connection: sa.Connection, record: CourseRecord) -> int | None:
    return row_of_text(connection, course.c.code, record.code)


def _same_event(connection: sa.Connection, record: EventRecord) -> int | None:
    """One title at one time in one place: two centres may hold the same open day."""
    same_time = event.c.starts_at == record.starts_at
    if record.centre_code is not None:
        here = sa.select(centre.c.id).where(centre.c.code == record.centre_code).scalar_subquery()
        return row_of_text(connection, event.c.title, record.title, same_time & (event.c.centre_id == here))
    elsewhere = connection.execute(sa.select(event.c.id, event.c.place).where(same_time, event.c.centre_id.is_(None)))
    there = [row.id for row in elsewhere if same_text(row.place) == same_text(record.place)]
    return row_of_text(connection, event.c.title, record.title, event.c.id.in_(there))


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
    told=lambda row: f"{row['title']} ({row['code']})",
    same=_same_course,
    same_fields=("code",),
    stores=record_course,
)
EVENT: Final = Kind(
    key="event",
    title="Rendez-vous de l’agenda",
    table=event,
    record=EventRecord,
    fields=(
        Field("title", "Titre"),
        Field("kind", "Nature"),
        Field("starts_at", "Début"),
        Field("ends_at", "Fin"),
        Field("centre_code", "Télécentre"),
        Field("place", "Lieu"),
        Field("course_id", "Formation"),
        Field("audience", "Public"),
        Field("booking_advised", "Inscription recommandée"),
        Field("contact", "Contact"),
        Field("attendance", "Présents"),
    ),
    action="record_event",
    right=Right.ENTER,
    told=lambda row: ", ".join(
        filter(None, (f"{day_in_paris(row['starts_at']):%d/%m/%Y}", row["title"], row["centre_name"], row["place"]))
    ),
    day="starts_at",
    same=_same_event,
    same_fields=("title", "starts_at", "centre_code", "place"),
    stores=record_event,
)
EVENT_ATTENDANCE: Final = Kind(
    key="event_attendance",
    title="Présents à un rendez-vous",
    table=event,
    record=EventAttendanceRecord,
    fields=(Field("event_id", "Rendez-vous", None), Field("attendance", "Présents")),
    action="record_event_attendance",
    right=Right.ENTER,
    told=EVENT.told,
    day="starts_at",
    shows=lambda row: row["attendance"] is not None,
    about="event_id",
    stores=record_event_attendance,
)
AGENDA: Final = (COURSE, EVENT, EVENT_ATTENDANCE)
