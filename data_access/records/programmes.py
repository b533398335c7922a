"""Placements, meetings, welcome sessions, courses and events, as they are entered."""

from datetime import date, datetime
from typing import Literal

from data_access.records.entries import EntryRecord, OptionalText

Stage = Literal["informed", "interested", "trained", "applied", "hired"]
EventKind = Literal[
    "open_day", "round_table", "talk", "demonstration", "workshop", "training", "webinar", "forum", "fair",
    "animators_meeting",
]  # fmt: skip


class PlacementRecord(EntryRecord):
    """One candidate's way to a work contract; `candidate_ref` is a pseudonym, no name is kept."""

    aim: Literal[1, 2, 3] = 1
    candidate_ref: OptionalText = None
    employer: OptionalText = None
    employer_in_cantal: bool | None = None
    contract_kind: Literal["permanent", "fixed_term", "temporary", "other"] | None = None
    informed_on: date | None = None
    interested_on: date | None = None
    trained_on: date | None = None
    applied_on: date | None = None
    hired_on: date | None = None
    ended_on: date | None = None
    centre_code: str | None = None


class PlacementStepRecord(EntryRecord):
    """A candidate reaches a further step on a day; a contract says its kind and its employer."""

    placement_id: int | None = None
    stage: Stage = "interested"
    reached_on: date | None = None
    contract_kind: Literal["permanent", "fixed_term", "temporary", "other"] | None = None
    employer: OptionalText = None


class InformationMeetingRecord(EntryRecord):
    """A monthly meeting for job seekers, with how many came and how many are interested."""

    held_on: date | None = None
    place: OptionalText = None
    attendees: int | None = None
    interested: int | None = None


class WelcomeSessionRecord(EntryRecord):
    """A numbered session; its totals are for a session whose households are not detailed."""

    number: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    place: OptionalText = None
    applications: int | None = None
    selected: int | None = None
    project_holders: int | None = None
    people: int | None = None


class WelcomeHouseholdRecord(EntryRecord):
    """A household received in a session; `presences` are its people present on each day of it, None = not noted."""

    session_id: int | None = None
    project_kind: Literal["business_creation", "business_takeover", "farming", "employment", "telework", "other"] = (
        "other"
    )
    holders: int | None = None
    people: int | None = None
    teleworker: bool = False
    visited_centre_code: str | None = None
    outcome: Literal["pending", "settled", "dropped"] = "pending"
    settled_on: date | None = None
    settled_insee_code: OptionalText = None
    presences: tuple[int | None, ...] = ()


class CourseRecord(EntryRecord):
    """A course of the training catalogue."""

    code: OptionalText = None
    title: OptionalText = None
    theme: OptionalText = None
    duration_hours: float | None = None
    provider_centre_code: str | None = None
    active: bool = True


class EventRecord(EntryRecord):
    """An event of the agenda; `attendance` are the people who came, None = not known."""

    kind: EventKind = "open_day"
    title: OptionalText = None
    centre_code: str | None = None
    place: OptionalText = None
    course_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    audience: OptionalText = None
    booking_advised: bool = False
    contact: OptionalText = None
    attendance: int | None = None


class EventAttendanceRecord(EntryRecord):
    """How many people came to an event or a training."""

    event_id: int | None = None
    attendance: int | None = None
