"""Records welcome sessions, and the households received in them with who was there each day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.periods import day_in_paris
from data_access.records import WelcomeHouseholdRecord, WelcomeSessionRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import welcome_household, welcome_session
from data_access.writes.entry_rules import (
    as_values,
    centre_id_of,
    in_future,
    missing,
    out_of_calendar,
    out_of_order,
    out_of_range,
    require_coordinator,
    unreadable,
    validate,
)
from data_access.writes.rows import Change, Saved, saved_before, store_row

USUAL_DAYS: Final = 3
_MOST_PEOPLE: Final = 500
_LARGEST_HOUSEHOLD: Final = 15


def record_welcome_session(
    connection: sa.Connection,
    actor: Actor,
    record: WelcomeSessionRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a session under its number. `connection` must come from `writing`."""
    require_coordinator(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    number = record.number or next_session_number(connection)
    validate(
        record,
        (
            *missing(record, "starts_on", "ends_on"),
            *unreadable(record, "welcome_session"),
            *out_of_calendar(record),
            *out_of_order(record, "starts_on", "ends_on"),
            *out_of_range(record, 1, 999, "number"),
            *out_of_range(record, 0, _MOST_PEOPLE, "applications", "people"),
            *out_of_range(record, 0, _up_to(record.applications), "selected"),
            *out_of_range(record, 0, _up_to(record.people), "project_holders"),
            *_number_taken(connection, number, row_id),
        ),
        _unusual_length(record),
    )
    return store_row(
        connection,
        Change(actor, now, "record_welcome_session", request_key=record.request_key, import_batch_id=import_batch_id),
        welcome_session,
        row_key=str(number),
        values={
            "number": number,
            **as_values(
                record, "starts_on", "ends_on", "place", "applications", "selected", "project_holders", "people"
            ),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_welcome_household(
    connection: sa.Connection,
    actor: Actor,
    record: WelcomeHouseholdRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a household and its presences, as one. `connection` must come from `writing`."""
    require_coordinator(actor)
    session = _session(connection, record.session_id)
    validate(
        record,
        (
            *([] if session else [Problem(Rule.MISSING_VALUE, "session_id")]),
            *missing(record, "holders", "people"),
            *unreadable(record, "welcome_household"),
            *out_of_calendar(record),
            *out_of_range(record, 1, _LARGEST_HOUSEHOLD, "people"),
            *out_of_range(record, 1, record.people or _LARGEST_HOUSEHOLD, "holders"),
            *_presence_problems(record, session),
            *_settling_problems(record),
            *in_future(record, day_in_paris(now), "settled_on"),
        ),
    )
    assert session is not None
    days = [
        {"day": session.starts_on + timedelta(days=place), "people_present": present}
        for place, present in enumerate(record.presences)
        if present is not None
    ]
    return store_row(
        connection,
        Change(actor, now, "record_welcome_household", request_key=record.request_key, import_batch_id=import_batch_id),
        welcome_household,
        row_key=f"session {session.number}",
        values={
            "welcome_session_id": session.id,
            "visited_centre_id": centre_id_of(connection, record.visited_centre_code, field="visited_centre_code"),
            **as_values(
                record, "project_kind", "holders", "people", "teleworker", "outcome", "settled_on", "settled_insee_code"
            ),
        },
        parts=days,
        row_id=row_id,
        base_version=record.base_version,
    )


def next_session_number(connection: sa.Connection) -> int:
    """The number after the highest one given."""
    highest = connection.execute(sa.select(sa.func.max(welcome_session.c.number))).scalar_one()
    return int(highest or 0) + 1


def _session(connection: sa.Connection, session_id: int | None) -> sa.Row[*tuple[Any, ...]] | None:
    if session_id is None:
        return None
    row = connection.execute(sa.select(welcome_session).where(welcome_session.c.id == session_id)).one_or_none()
    if row is None:
        raise Refused([Problem(Rule.NOT_IN_LIST, "session_id")])
    return row


def _up_to(number: int | None) -> int:
    return _MOST_PEOPLE if number is None else number


def _number_taken(connection: sa.Connection, number: int, row_id: int | None) -> Iterator[Problem]:
    same = sa.select(welcome_session.c.id).where(welcome_session.c.number == number)
    found = connection.execute(same).scalar_one_or_none()
    if found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "number", {"value": str(number)})


def _unusual_length(record: WelcomeSessionRecord) -> Iterator[Problem]:
    if record.starts_on is not None and record.ends_on is not None:
        days = (record.ends_on - record.starts_on).days + 1
        if days != USUAL_DAYS:
            yield Problem(Rule.UNUSUAL_LENGTH, "ends_on", {"days": days, "usual": USUAL_DAYS})


def _presence_problems(record: WelcomeHouseholdRecord, session: sa.Row[*tuple[Any, ...]] | None) -> Iterator[Problem]:
    if not any(present is not None for present in record.presences):
        return
    if session is None or session.starts_on is None:
        yield Problem(Rule.MISSING_VALUE, "session_id")
        return
    days = ((session.ends_on or session.starts_on) - session.starts_on).days + 1
    for place, present in enumerate(record.presences):
        field = f"presence_{place + 1}"
        if present is None:
            continue
        if place >= days:
            yield Problem(Rule.OUT_OF_RANGE, field, {"value": place + 1, "lowest": 1, "highest": days})
        elif present < 0 or (record.people is not None and present > record.people):
            yield Problem(Rule.MORE_THAN_PRESENT, field, {"value": present, "people": record.people or 0})


def _settling_problems(record: WelcomeHouseholdRecord) -> Iterator[Problem]:
    if record.outcome == "settled":
        yield from missing(record, "settled_on")
    elif record.settled_on is not None or record.settled_insee_code is not None:
        yield Problem(Rule.NOT_IN_LIST, "outcome")
