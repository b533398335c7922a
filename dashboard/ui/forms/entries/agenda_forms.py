"""The entry forms of the agenda: events, who came, and the training catalogue."""

from datetime import datetime
from typing import Final

from dashboard.ui.forms.entries import choices
from dashboard.ui.forms.entries.model import EntryField, EntryForm, Values
from dashboard.wording import dates, terms
from dashboard.wording.plurals import count
from data_access.actors import Actor
from data_access.records import CourseRecord, EventAttendanceRecord, EventRecord
from data_access.writes.agenda import record_course, record_event, record_event_attendance


def _coordinates(actor: Actor) -> bool:
    return actor.coordinates


def _enters(actor: Actor) -> bool:
    return actor.enters


def _event_told(document: Values) -> str:
    came = document.get("attendance")
    return f"{document['title']}, {dates.date_and_time(datetime.fromisoformat(document['starts_at']))}" + (
        f", {count(came, 'personne')}" if came is not None else ""
    )


AGENDA_FORMS: Final = (
    EntryForm(
        key="rendez-vous",
        title="Rendez-vous de l’agenda",
        table="event",
        action="record_event",
        fields=(
            EntryField("kind", "Nature", "choice", choices=choices.terms(terms.EVENT_KINDS), repeats=True),
            EntryField("title", "Titre"),
            EntryField("centre_code", "Télécentre", "choice", optional=True, choices=choices.own_centres, repeats=True),
            EntryField("place", "Lieu, s’il est ailleurs", optional=True, repeats=True),
            EntryField("starts_at", "Début", "moment", hint="Par exemple 30/05/2017 9 h 30."),
            EntryField("ends_at", "Fin", "moment", optional=True),
            EntryField(
                "course_id", "Formation du catalogue", "choice", optional=True, choices=choices.courses, value_of=int
            ),
            EntryField("audience", "Public", optional=True),
            EntryField("booking_advised", "Inscription recommandée", "flag"),
            EntryField("contact", "Contact", optional=True, hint="Un service, plutôt qu’une personne."),
            EntryField("attendance", "Présents", "whole", optional=True),
        ),
        record=EventRecord,
        write=record_event,
        summary=_event_told,
        note="L’agenda est public : n’y mettez aucune donnée personnelle.",
        allowed=_enters,
    ),
    EntryForm(
        key="presents",
        title="Présents à un rendez-vous",
        table="event",
        action="record_event_attendance",
        fields=(
            EntryField("event_id", "Rendez-vous", "choice", choices=choices.events, value_of=int),
            EntryField("attendance", "Présents", "whole"),
        ),
        record=EventAttendanceRecord,
        write=record_event_attendance,
        summary=_event_told,
        note="Seulement un nombre : aucune liste de présence n’est conservée.",
        allowed=_enters,
    ),
    EntryForm(
        key="formation",
        title="Formation du catalogue",
        table="course",
        action="record_course",
        fields=(
            EntryField("code", "Code"),
            EntryField("title", "Titre"),
            EntryField("theme", "Thème", optional=True, repeats=True),
            EntryField("duration_hours", "Durée en heures", "decimal", optional=True, repeats=True),
            EntryField(
                "provider_centre_code",
                "Proposée par",
                "choice",
                optional=True,
                choices=choices.all_centres,
                repeats=True,
            ),
            EntryField("active", "Toujours proposée", "flag", usual=lambda: "1"),
        ),
        record=CourseRecord,
        write=record_course,
        summary=lambda d: f"{d['title']} ({d['code']})",
        note="Une formation retirée du catalogue garde ses dates passées : décochez « Toujours proposée ».",
        allowed=_coordinates,
    ),
)
