"""The courses of the catalogue, the events of the agenda, and how many came."""

from typing import Final

from data_access.entries.kind import Field, Kind
from data_access.periods import day_in_paris
from data_access.records import CourseRecord, EventAttendanceRecord, EventRecord
from data_access.rights import Right
from data_access.schema import course, event
from data_access.writes.agenda import record_course, record_event, record_event_attendance

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
