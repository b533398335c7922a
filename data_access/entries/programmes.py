"""What the programmes record: contracts and meetings, welcome sessions and households, courses and events."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, Final

import sqlalchemy as sa

from data_access.codes import PLACEMENT_STAGES
from data_access.entries.kind import Entry, Kind, Row
from data_access.periods import day_in_paris
from data_access.records import (
    CourseRecord,
    EventAttendanceRecord,
    EventRecord,
    InformationMeetingRecord,
    PlacementRecord,
    PlacementStepRecord,
    WelcomeHouseholdRecord,
    WelcomeSessionRecord,
)
from data_access.refusals import Problem, Rule
from data_access.rights import Right
from data_access.schema import (
    centre,
    course,
    event,
    information_meeting,
    placement,
    welcome_attendance,
    welcome_household,
    welcome_session,
)
from data_access.words import same_text
from data_access.writes.entry_rules import (
    implausible,
    in_future,
    like_another_number,
    missing,
    out_of_order,
    out_of_range,
    unreadable,
)
from data_access.writes.rows import Change, store_row

# The kinds of the programmes: ways to a work contract and information meetings, welcome sessions and their
# households.

# The ways to a work contract under the Pôle Emploi convention, and its information meetings.

_DATES: Final = tuple(f"{stage}_on" for stage in PLACEMENT_STAGES)
_SENSITIVE: Final = re.compile(
    r"\b(RQTH|handicap\w*|invalidité|maladie\w*|santé|syndicat\w*|relig\w+)\b", re.IGNORECASE
)


def _furthest(record: Any) -> str:
    return next((stage for stage in reversed(PLACEMENT_STAGES) if getattr(record, f"{stage}_on")), "informed")


def _placement_problems(entry: Entry) -> Iterator[Problem]:
    """Steps follow each other; one may be skipped, none may come before one that precedes it."""
    record = entry.record
    yield from entry.declared_problems()
    yield from in_future(record, entry.today, *_DATES)
    reached = [name for name in _DATES if getattr(record, name) is not None]
    if not reached:
        yield Problem(Rule.MISSING_VALUE, "informed_on")
    for first, then in pairwise(reached):
        yield from out_of_order(record, first, then)
    if record.hired_on is not None:
        yield from missing(record, "contract_kind", "employer")
    elif record.ended_on is not None:
        yield Problem(Rule.MISSING_VALUE, "hired_on")
    yield from out_of_order(record, "hired_on", "ended_on")
    yield from entry.taken("candidate_ref", record.candidate_ref)
    if entry.changes("candidate_ref") and not re.search(r"\d", record.candidate_ref):
        yield Problem(Rule.NAME_FOR_NUMBER, "candidate_ref", {"value": record.candidate_ref})


def _placement_doubts(entry: Entry) -> Iterator[Problem]:
    yield from _sensitive(entry)
    if entry.changes("candidate_ref"):
        yield from like_another_number(
            entry.connection, placement.c.candidate_ref, entry.record.candidate_ref, field="candidate_ref"
        )


def _sensitive(entry: Entry) -> Iterator[Problem]:
    found = _SENSITIVE.search(entry.record.employer) if entry.record.employer else None
    if found:
        yield Problem(Rule.SENSITIVE_WORD, "employer", {"value": found[0]})


PLACEMENT: Final = Kind(
    key="placement",
    title="Candidature et contrat",
    table=placement,
    record=PlacementRecord,
    action="record_placement",
    right=Right.COORDINATE,
    row_key=lambda entry: str(entry.record.candidate_ref),
    told=lambda row: ", ".join(filter(None, (row["candidate_ref"], row["employer"], row["centre_name"]))),
    day="informed_on",
    impossible=_placement_problems,
    unusual=_placement_doubts,
    filled=lambda entry: {"candidate_ref": entry.numbered("candidate_ref", first="C001")},
    derived=lambda entry: {"stage": _furthest(entry.record)},
    same_fields=("candidate_ref",),
    worded="candidate_ref",
)


def _step_problems(entry: Entry) -> Iterator[Problem]:
    """A new step goes further; a correction (the record was opened) puts another one in the place of the furthest."""
    record, row = entry.record, entry.row
    yield from entry.declared_problems()
    yield from in_future(record, entry.today, "reached_on")
    if row is None:
        yield Problem(Rule.MISSING_VALUE, "placement_id")
    if row is None or record.stage is None:
        return
    others = _other_steps(entry)
    further = PLACEMENT_STAGES.index(record.stage) > max(map(PLACEMENT_STAGES.index, others), default=-1)
    if not further:
        yield Problem(Rule.STEP_NOT_FURTHER, "stage", {"stage": row["stage"]})
    latest = max(others.values(), default=None)
    if latest is not None and record.reached_on is not None and record.reached_on < latest:
        yield Problem(Rule.DAY_TOO_EARLY, "reached_on", {"day": record.reached_on, "earliest": latest})
    ended = row["ended_on"]
    if record.stage == "hired":
        yield from missing(record, "contract_kind", "employer")
        if ended is not None and record.reached_on is not None and ended < record.reached_on:
            yield Problem(Rule.DAY_TOO_LATE, "reached_on", {"day": record.reached_on, "latest": ended})
    elif ended is not None:
        yield Problem(Rule.STEP_NOT_FURTHER, "stage", {"stage": row["stage"]})


def _other_steps(entry: Entry) -> dict[str, date]:
    """The steps reached beside the one that is told."""
    assert entry.row is not None
    told = entry.row["stage"] if entry.opened else None
    days = {stage: entry.row[f"{stage}_on"] for stage in PLACEMENT_STAGES if stage != told}
    return {stage: day for stage, day in days.items() if day is not None}


def _step_values(entry: Entry) -> Mapping[str, Any]:
    if entry.row is None or entry.record.stage is None:
        return {}
    replaced = {f"{entry.row['stage']}_on": None} if entry.opened else {}
    return {**replaced, f"{entry.record.stage}_on": entry.record.reached_on}


PLACEMENT_STEP: Final = Kind(
    key="placement_step",
    title="Étape d’une candidature",
    table=placement,
    record=PlacementStepRecord,
    action="record_placement_step",
    right=Right.COORDINATE,
    row_key=lambda entry: str(entry.row["candidate_ref"]) if entry.row else "",
    told=lambda row: str(row["candidate_ref"]),
    day="informed_on",
    impossible=_step_problems,
    unusual=_sensitive,
    derived=_step_values,
    about="placement_id",
    reads=lambda connection, row: {"placement_id": row["id"], "reached_on": row[f"{row['stage']}_on"]},
)


def _meeting_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    came = record.attendees is not None or record.interested is not None
    yield from entry.declared_problems(apart=("interested",))
    yield from in_future(record, entry.today, "held_on") if came else ()
    yield from out_of_range(record, 0, record.attendees or 0, "interested")
    if INFORMATION_MEETING.same(entry.connection, record) not in (None, entry.row_id):
        yield Problem(Rule.ALREADY_EXISTS, "held_on", {"value": f"{record.held_on:%d/%m/%Y}, {record.place}"})


INFORMATION_MEETING: Final = Kind(
    key="information_meeting",
    title="Réunion d’information",
    table=information_meeting,
    record=InformationMeetingRecord,
    action="record_information_meeting",
    right=Right.COORDINATE,
    row_key=lambda entry: f"{entry.record.held_on} {entry.record.place}",
    told=lambda row: f"{row['place']}, {row['held_on']:%d/%m/%Y}",
    day="held_on",
    impossible=_meeting_problems,
    same_fields=("held_on", "place"),
    worded="place",
)


# The welcome sessions, and the households received in them with who was there each day.

USUAL_DAYS: Final = 3
_MOST_PEOPLE: Final = 500
_LARGEST_HOUSEHOLD: Final = 15
_ONE_DAY: Final = timedelta(days=1)


def _session_filled(entry: Entry) -> Mapping[str, Any]:
    """The number after the highest one given."""
    number = entry.row["number"] if entry.record.number is None and entry.row else entry.record.number
    if number is None:
        highest = sa.select(sa.func.coalesce(sa.func.max(welcome_session.c.number), 0))
        number = 1 + entry.connection.execute(highest).scalar_one()
    return {"number": number}


def _session_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from entry.declared_problems(apart=("selected", "project_holders"))
    yield from out_of_order(record, "starts_on", "ends_on")
    yield from out_of_range(record, 0, _up_to(record.applications), "selected")
    yield from out_of_range(record, 0, _up_to(record.people), "project_holders")
    yield from entry.taken("number", str(record.number))
    yield from _presences_outside(entry)


def _up_to(number: int | None) -> int:
    return _MOST_PEOPLE if number is None else number


def _presences_outside(entry: Entry) -> Iterator[Problem]:
    """New days of a session have room for the presences that were noted, once these have followed its first day."""
    first, last = entry.record.starts_on, entry.record.ends_on
    if entry.row is None or (first, last) == (entry.row["starts_on"], entry.row["ends_on"]):
        return
    days = [presence.day + _shift(entry) for presence in _presences_of_session(entry)]
    outside = [day for day in days if first is None or last is None or not first <= day <= last]
    if outside:
        yield Problem(Rule.PRESENCES_OUTSIDE, "ends_on", {"presences": len(outside)})


def _session_doubts(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    if record.starts_on is not None and record.ends_on is not None:
        days = (record.ends_on - record.starts_on).days + 1
        if days != USUAL_DAYS:
            yield Problem(Rule.UNUSUAL_LENGTH, "ends_on", {"days": days, "usual": USUAL_DAYS})
    presences, shift = _presences_of_session(entry), _shift(entry)
    if presences and shift:
        yield Problem(Rule.PRESENCES_MOVE, "starts_on", {"presences": len(presences), "days": shift.days})


def _presences_of_session(entry: Entry) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """The household, its version, the day and the people of each presence noted for a session that is stored."""
    presence, household = welcome_attendance.c, welcome_household.c
    noted = (
        sa.select(household.id, household.version, presence.day, presence.people_present)
        .join(welcome_household, household.id == presence.welcome_household_id)
        .where(household.welcome_session_id == entry.row_id)
        .order_by(household.id, presence.day)
    )
    return entry.connection.execute(noted).all()


def _shift(entry: Entry) -> timedelta:
    """By how much a session that is stored begins later."""
    before = entry.row["starts_on"] if entry.row else None
    return entry.record.starts_on - before if before and entry.record.starts_on else timedelta()


def _presences_follow(entry: Entry, change: Change) -> None:
    """A session that begins later has its presences as much later."""
    shift = _shift(entry)
    if not shift:
        return
    for (household_id, version), noted in groupby(_presences_of_session(entry), key=lambda row: (row.id, row.version)):
        store_row(
            entry.connection,
            change,
            welcome_household,
            row_key=f"session {entry.record.number}",
            values={},
            parts=[{"day": row.day + shift, "people_present": row.people_present} for row in noted],
            row_id=household_id,
            base_version=version,
        )


WELCOME_SESSION: Final = Kind(
    key="welcome_session",
    title="Session d’accueil",
    table=welcome_session,
    record=WelcomeSessionRecord,
    action="record_welcome_session",
    right=Right.COORDINATE,
    row_key=lambda entry: str(entry.record.number),
    told=lambda row: ", ".join(filter(None, (f"Session n° {row['number']}", row["place"], _days_of(row)))),
    day="starts_on",
    impossible=_session_problems,
    unusual=_session_doubts,
    filled=_session_filled,
    same_fields=("number",),
    also=_presences_follow,
)


def _days_of(session: Row) -> str:
    return f"{session['starts_on']:%d/%m/%Y}" if session["starts_on"] else ""


def _session_of(connection: sa.Connection, session_id: int | None) -> Row | None:
    if session_id is None:
        return None
    found = connection.execute(sa.select(welcome_session).where(welcome_session.c.id == session_id)).mappings()
    row = found.one_or_none()
    return None if row is None else dict(row)


def _length(session: Row) -> int:
    """The days of a session, none where its dates are not known."""
    if session["starts_on"] is None:
        return 0
    return int(((session["ends_on"] or session["starts_on"]) - session["starts_on"]).days) + 1


def _read_household(connection: sa.Connection, row: Row) -> Mapping[str, Any]:
    """Its presences, one place a day of its session; None = not noted."""
    session = _session_of(connection, row["welcome_session_id"])
    assert session is not None
    noted = _noted(connection, row["id"])
    days = (session["starts_on"] + number * _ONE_DAY for number in range(_length(session)))
    return {"presences": tuple(noted.get(day) for day in days)}


def _noted(connection: sa.Connection, household_id: int | None) -> dict[date, int]:
    presence = welcome_attendance.c
    noted = sa.select(presence.day, presence.people_present).where(presence.welcome_household_id == household_id)
    return {row.day: row.people_present for row in connection.execute(noted)}


def _household_presences(entry: Entry) -> list[dict[str, Any]]:
    """All its presences: those of the record, by the days of its session, and those it has no place for, as stored."""
    session = _session_of(entry.connection, entry.record.session_id)
    if session is None:
        return []
    stays = entry.row is not None and entry.row["welcome_session_id"] == session["id"]
    noted: dict[date, int | None] = dict(_noted(entry.connection, entry.row_id)) if stays else {}
    if session["starts_on"] is not None:
        noted |= {
            session["starts_on"] + place * _ONE_DAY: present for place, present in enumerate(entry.record.presences)
        }
    return [{"day": day, "people_present": present} for day, present in noted.items() if present is not None]


def _household_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    session = _session_of(entry.connection, record.session_id)
    if session is None:
        yield Problem(Rule.MISSING_VALUE if record.session_id is None else Rule.NOT_IN_LIST, "session_id")
    yield from missing(record, *(name for name in entry.kind.needed if name != "session_id"))
    yield from unreadable(record, "welcome_household")
    yield from implausible(record, entry.kind.columns, apart=("holders",))
    yield from out_of_range(record, 1, record.people or _LARGEST_HOUSEHOLD, "holders")
    yield from _presence_problems(record, session, entry.today)
    begins = session["starts_on"] if session else None
    if record.settled_on is not None and begins is not None and record.settled_on < begins:
        yield Problem(Rule.DAY_TOO_EARLY, "settled_on", {"day": record.settled_on, "earliest": begins})
    if record.outcome == "settled":
        yield from missing(record, "settled_on")
    elif record.settled_on is not None or record.settled_insee_code is not None:
        yield Problem(Rule.NOT_IN_LIST, "outcome")
    yield from in_future(record, entry.today, "settled_on")


def _presence_problems(record: WelcomeHouseholdRecord, session: Row | None, today: date) -> Iterator[Problem]:
    days = _length(session) if session else 0
    for place, present in enumerate(record.presences):
        field = f"presence_{place + 1}"
        if present is None:
            continue
        if session is not None and session["starts_on"] is None:
            yield Problem(Rule.MISSING_VALUE, "session_id")
            return
        if place >= days:
            yield Problem(Rule.OUT_OF_RANGE, field, {"value": place + 1, "lowest": 1, "highest": days})
        elif session is not None and session["starts_on"] + place * _ONE_DAY > today:
            day = session["starts_on"] + place * _ONE_DAY
            yield Problem(Rule.DAY_TOO_LATE, field, {"day": day, "latest": today})
        elif present < 0 or (record.people is not None and present > record.people):
            yield Problem(Rule.MORE_THAN_PRESENT, field, {"value": present, "people": record.people or 0})


HOUSEHOLD: Final = Kind(
    key="household",
    title="Foyer accueilli",
    table=welcome_household,
    record=WelcomeHouseholdRecord,
    action="record_welcome_household",
    right=Right.COORDINATE,
    row_key=lambda entry: f"session {_number(entry)}",
    told=lambda row: ", ".join(
        filter(
            None, (f"Session n° {row['session_number']}", _days_of(row), f"foyer {row['id']}, {row['people']} pers.")
        )
    ),
    day="starts_on",
    impossible=_household_problems,
    rows=_household_presences,
    reads=_read_household,
)


def _number(entry: Entry) -> str:
    session = _session_of(entry.connection, entry.record.session_id)
    return "" if session is None else str(session["number"])


PROGRAMMES: Final = (PLACEMENT, PLACEMENT_STEP, INFORMATION_MEETING, WELCOME_SESSION, HOUSEHOLD)


# The kinds of the agenda: courses of the catalogue, events, and how many came.


def _course_problems(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    yield from entry.declared_problems()
    yield from entry.taken("code", record.code)


COURSE: Final = Kind(
    key="course",
    title="Formation du catalogue",
    table=course,
    record=CourseRecord,
    action="record_course",
    right=Right.COORDINATE,
    row_key=lambda entry: str(entry.record.code),
    told=lambda row: f"{row['title']} ({row['code']})",
    impossible=_course_problems,
    same_fields=("code",),
    worded="code",
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
    yield from entry.declared_problems()
    yield from out_of_order(record, "starts_at", "ends_at")
    yield from _attendance_known(record.attendance, record.starts_at, entry.now)
    if record.course_id is not None:
        if record.kind != "training":
            yield Problem(Rule.COURSE_WITHOUT_TRAINING, "course_id")
        yield from entry.unknown_reference("course_id", course)
    yield from entry.taken("title", record.title)


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
    action="record_event",
    right=Right.ENTER,
    row_key=lambda entry: _event_key(entry.record.title, entry.record.starts_at),
    told=_event_label,
    day="starts_at",
    impossible=_event_problems,
    finds=_same_event,
    same_fields=("title", "starts_at", "centre_code", "place"),
)


def _attendance_problems(entry: Entry) -> Iterator[Problem]:
    yield from entry.declared_problems()
    if entry.row is not None:
        yield from _attendance_known(entry.record.attendance, entry.row["starts_at"], entry.now)


EVENT_ATTENDANCE: Final = Kind(
    key="event_attendance",
    title="Présents à un rendez-vous",
    table=event,
    record=EventAttendanceRecord,
    action="record_event_attendance",
    right=Right.ENTER,
    row_key=lambda entry: _event_key(entry.row["title"], entry.row["starts_at"]) if entry.row else "",
    told=_event_label,
    day="starts_at",
    impossible=_attendance_problems,
    about="event_id",
)

AGENDA: Final = (COURSE, EVENT, EVENT_ATTENDANCE)
