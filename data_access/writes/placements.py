"""Records the ways to a work contract under the Pôle Emploi convention, and its information meetings."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

import sqlalchemy as sa

from data_access.codes import PLACEMENT_STAGES
from data_access.periods import day_in_paris
from data_access.records import InformationMeetingRecord, PlacementRecord, PlacementStepRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import information_meeting, placement
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
from data_access.writes.rows import Change, Saved, lock_subject, saved_before, store_row

_DATES: Final = tuple(f"{stage}_on" for stage in PLACEMENT_STAGES)
_SENSITIVE: Final = re.compile(
    r"\b(RQTH|handicap\w*|invalidité|maladie\w*|santé|syndicat\w*|relig\w+)\b", re.IGNORECASE
)
_MOST_ATTENDEES: Final = 1000


def record_placement(
    connection: sa.Connection,
    actor: Actor,
    record: PlacementRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a candidate's way so far; the stage is the furthest step that has a date. `connection` is from `writing`."""
    require_coordinator(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    reference = record.candidate_ref or next_candidate_ref(connection)
    validate(
        record,
        (
            *unreadable(record, "placement"),
            *out_of_calendar(record),
            *in_future(record, day_in_paris(now), *_DATES),
            *_stage_problems(record),
            *_contract_problems(record),
            *_reference_taken(connection, reference, row_id),
        ),
        _sensitive(record.employer),
    )
    stage = next((stage for stage in reversed(PLACEMENT_STAGES) if getattr(record, f"{stage}_on")), "informed")
    return store_row(
        connection,
        Change(actor, now, "record_placement", request_key=record.request_key, import_batch_id=import_batch_id),
        placement,
        row_key=reference,
        values={
            "candidate_ref": reference,
            "stage": stage,
            "centre_id": centre_id_of(connection, record.centre_code),
            **as_values(record, "aim", "employer", "employer_in_cantal", "contract_kind", *_DATES, "ended_on"),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_placement_step(
    connection: sa.Connection,
    actor: Actor,
    record: PlacementStepRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """A candidate goes one or more steps further on a day. `connection` must come from `writing`."""
    require_coordinator(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    row_id = row_id if row_id is not None else record.placement_id
    stored = None if row_id is None else _stored(connection, row_id)
    validate(record, _step_problems(record, stored, day_in_paris(now)), _sensitive(record.employer))
    assert stored is not None
    assert row_id is not None
    return store_row(
        connection,
        Change(actor, now, "record_placement_step", request_key=record.request_key, import_batch_id=import_batch_id),
        placement,
        row_key=stored.candidate_ref,
        values={
            "stage": record.stage,
            f"{record.stage}_on": record.reached_on,
            "contract_kind": record.contract_kind or stored.contract_kind,
            "employer": record.employer or stored.employer,
        },
        row_id=row_id,
        base_version=record.base_version or stored.version,
    )


def record_information_meeting(
    connection: sa.Connection,
    actor: Actor,
    record: InformationMeetingRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores an information meeting; one a day and place. `connection` must come from `writing`."""
    require_coordinator(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    came = record.attendees is not None or record.interested is not None
    validate(
        record,
        (
            *missing(record, "held_on", "place"),
            *unreadable(record, "information_meeting"),
            *out_of_calendar(record),
            *(in_future(record, day_in_paris(now), "held_on") if came else ()),
            *out_of_range(record, 0, _MOST_ATTENDEES, "attendees"),
            *out_of_range(record, 0, record.attendees or 0, "interested"),
            *_meeting_taken(connection, record, row_id),
        ),
    )
    return store_row(
        connection,
        Change(
            actor, now, "record_information_meeting", request_key=record.request_key, import_batch_id=import_batch_id
        ),
        information_meeting,
        row_key=f"{record.held_on} {record.place}",
        values=as_values(record, "held_on", "place", "attendees", "interested"),
        row_id=row_id,
        base_version=record.base_version,
    )


def next_candidate_ref(connection: sa.Connection) -> str:
    """« C037 »: the pseudonym after the highest one given; nobody else is given one until the transaction ends."""
    lock_subject(connection, "placement.candidate_ref")
    given = connection.execute(sa.select(placement.c.candidate_ref)).scalars()
    numbers = [int(found[1]) for reference in given if (found := re.fullmatch(r"[A-Z]+-?(\d{1,6})", reference))]
    return f"C{max(numbers, default=0) + 1:03d}"


def _stored(connection: sa.Connection, row_id: int) -> sa.Row[*tuple[Any, ...]]:
    row = connection.execute(sa.select(placement).where(placement.c.id == row_id)).one_or_none()
    if row is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return row


def _stage_problems(record: PlacementRecord) -> Iterator[Problem]:
    """Steps follow each other; one may be skipped, none may come before one that precedes it."""
    reached = [name for name in _DATES if getattr(record, name) is not None]
    if not reached:
        yield Problem(Rule.MISSING_VALUE, "informed_on")
    for first, then in pairwise(reached):
        yield from out_of_order(record, first, then)


def _contract_problems(record: PlacementRecord) -> Iterator[Problem]:
    if record.hired_on is not None:
        yield from missing(record, "contract_kind", "employer")
    if record.ended_on is not None and record.hired_on is None:
        yield Problem(Rule.MISSING_VALUE, "hired_on")
    if record.ended_on is not None and record.contract_kind == "permanent":
        yield Problem(Rule.CONTRACT_WITHOUT_END, "ended_on")
    yield from out_of_order(record, "hired_on", "ended_on")


def _step_problems(
    record: PlacementStepRecord, stored: sa.Row[*tuple[Any, ...]] | None, today: date
) -> Iterator[Problem]:
    yield from missing(record, "reached_on")
    yield from unreadable(record, "placement")
    yield from out_of_calendar(record)
    yield from in_future(record, today, "reached_on")
    if stored is None:
        yield Problem(Rule.MISSING_VALUE, "placement_id")
        return
    if PLACEMENT_STAGES.index(record.stage) <= PLACEMENT_STAGES.index(stored.stage):
        yield Problem(Rule.STEP_NOT_FURTHER, "stage", {"stage": stored.stage})
    latest = max((day for name in _DATES if (day := getattr(stored, name)) is not None), default=None)
    if latest is not None and record.reached_on is not None and record.reached_on < latest:
        yield Problem(Rule.DAY_TOO_EARLY, "reached_on", {"day": record.reached_on, "earliest": latest})
    if record.stage == "hired":
        for field in ("contract_kind", "employer"):
            if getattr(record, field) is None and getattr(stored, field) is None:
                yield Problem(Rule.MISSING_VALUE, field)


def _reference_taken(connection: sa.Connection, reference: str, row_id: int | None) -> Iterator[Problem]:
    found = connection.execute(
        sa.select(placement.c.id).where(placement.c.candidate_ref == reference)
    ).scalar_one_or_none()
    if found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "candidate_ref", {"value": reference})


def _meeting_taken(
    connection: sa.Connection, record: InformationMeetingRecord, row_id: int | None
) -> Iterator[Problem]:
    meeting = information_meeting.c
    same = sa.select(meeting.id).where(meeting.held_on == record.held_on, meeting.place == record.place)
    found = connection.execute(same).scalar_one_or_none() if record.held_on and record.place else None
    if found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "held_on", {"value": f"{record.held_on:%d/%m/%Y}, {record.place}"})


def _sensitive(text: str | None) -> Iterator[Problem]:
    found = _SENSITIVE.search(text) if text else None
    if found:
        yield Problem(Rule.SENSITIVE_WORD, "employer", {"value": found[0]})
