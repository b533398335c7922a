"""Records memberships of the club, and what becomes of them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from data_access.periods import day_in_paris
from data_access.records import PassMembershipRecord, PassOutcomeRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, all_rows
from data_access.schema import pass_membership
from data_access.writes.entry_rules import (
    in_future,
    missing,
    out_of_calendar,
    out_of_order,
    require_entry_right,
    unreadable,
    validate,
)
from data_access.writes.people import people_of_name, person_problems, store_person
from data_access.writes.rows import Change, Saved, lock_subject, saved_before, store_row

FREE_MONTHS = 6


def free_until(joined_on: date) -> date:
    """The last day of the free period: six months later, on the same day of the month or the last one it has."""
    months = joined_on.month - 1 + FREE_MONTHS
    year, month = joined_on.year + months // 12, months % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    return date(year, month, min(joined_on.day, last))


def record_pass_membership(
    connection: sa.Connection,
    actor: Actor,
    record: PassMembershipRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a membership, new (with its person where they are not known yet) or corrected.

    Raises Refused when it cannot be true or its person is a member already, Unconfirmed when somebody of that name is
    known. Two people of one name are two people once the author says so. `connection` must come from `writing`.
    """
    require_entry_right(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    stored = _stored(connection, row_id)
    person_id = stored.person_id if stored else record.person_id
    # Numbers are given, and members known, in the whole club.
    with all_rows(connection):
        number = record.member_number or (stored.member_number if stored else next_member_number(connection))
        known = [] if person_id else people_of_name(connection, record.family_name, record.given_name)
        validate(
            record,
            (
                *person_problems(record.model_copy(update={"person_id": person_id})),
                *missing(record, "joined_on"),
                *unreadable(record, "pass_membership"),
                *out_of_calendar(record),
                *in_future(record, day_in_paris(now), "joined_on"),
                *_number_taken(connection, number, row_id),
                *_member_twice(connection, person_id, known, record, row_id),
            ),
            _known_name(connection, known),
        )
    assert record.joined_on is not None
    change = Change(actor, now, "record_pass_membership", import_batch_id=import_batch_id)
    if person_id is None or row_id is not None:
        person_id = store_person(connection, change, record, person_id=person_id, directory=record.directory)
    return store_row(
        connection,
        Change(actor, now, change.action, request_key=record.request_key, import_batch_id=import_batch_id),
        pass_membership,
        row_key=number,
        values={
            "person_id": person_id,
            "member_number": number,
            "joined_on": record.joined_on,
            "free_until": free_until(record.joined_on),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_pass_outcome(
    connection: sa.Connection,
    actor: Actor,
    record: PassOutcomeRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores that a membership goes on, paying, or that it ended, and why. `connection` must come from `writing`."""
    require_entry_right(actor)
    already_saved = saved_before(connection, record.request_key)
    if already_saved is not None:
        return already_saved
    row_id = row_id if row_id is not None else record.membership_id
    if row_id is None:
        raise Refused([Problem(Rule.MISSING_VALUE, "membership_id")])
    stored = _stored(connection, row_id)
    assert stored is not None
    validate(
        record,
        (
            *out_of_calendar(record),
            *in_future(record, day_in_paris(now), "renewed_on", "ended_on"),
            *_outcome_problems(record, stored),
        ),
    )
    return store_row(
        connection,
        Change(actor, now, "record_pass_outcome", request_key=record.request_key, import_batch_id=import_batch_id),
        pass_membership,
        row_key=stored.member_number,
        values={"renewed_on": record.renewed_on, "ended_on": record.ended_on, "end_reason": record.end_reason},
        row_id=row_id,
        base_version=record.base_version or stored.version,
    )


def next_member_number(connection: sa.Connection) -> str:
    """The number after the highest one given; nobody else is given one until the transaction ends."""
    lock_subject(connection, "pass_membership.member_number")
    plain = sa.func.length(pass_membership.c.member_number) < 9
    found = [
        int(number)
        for number in connection.execute(sa.select(pass_membership.c.member_number).where(plain)).scalars()
        if number.isdecimal()
    ]
    return str(max(found, default=0) + 1)


def _stored(connection: sa.Connection, row_id: int | None) -> sa.Row[*tuple[Any, ...]] | None:
    if row_id is None:
        return None
    row = connection.execute(sa.select(pass_membership).where(pass_membership.c.id == row_id)).one_or_none()
    if row is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return row


def _number_taken(connection: sa.Connection, number: str, row_id: int | None) -> Iterator[Problem]:
    same = sa.select(pass_membership.c.id).where(pass_membership.c.member_number == number)
    found = connection.execute(same).scalar_one_or_none()
    if found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "member_number", {"value": number})


def _member_twice(
    connection: sa.Connection, person_id: int | None, known: list[int], record: PassMembershipRecord, row_id: int | None
) -> Iterator[Problem]:
    """Nobody is a member twice at a time; somebody of the same name who joined the same day is the same person."""
    if record.joined_on is None:
        return
    others = connection.execute(
        sa.select(pass_membership).where(pass_membership.c.person_id.in_([person_id] if person_id else known))
    ).all()
    for other in others:
        running = other.ended_on is None or other.ended_on >= record.joined_on
        if other.id != row_id and (running if person_id else other.joined_on == record.joined_on):
            values = {"joined_on": other.joined_on, "member_number": other.member_number}
            yield Problem(Rule.STILL_A_MEMBER, "joined_on", values)


def _known_name(connection: sa.Connection, known: list[int]) -> Iterator[Problem]:
    if known:
        joined = connection.execute(
            sa.select(sa.func.max(pass_membership.c.joined_on)).where(pass_membership.c.person_id.in_(known))
        ).scalar_one_or_none()
        yield Problem(Rule.SAME_NAME, "family_name", {"joined_on": _as_day(joined)})


def _outcome_problems(record: PassOutcomeRecord, stored: sa.Row[*tuple[Any, ...]]) -> Iterator[Problem]:
    for field in ("renewed_on", "ended_on"):
        day = getattr(record, field)
        if day is not None and day < stored.joined_on:
            yield Problem(Rule.DAY_TOO_EARLY, field, {"day": day, "earliest": stored.joined_on})
    if record.ended_on is not None and record.end_reason is None:
        yield Problem(Rule.MISSING_VALUE, "end_reason")
    if record.end_reason is not None and record.ended_on is None:
        yield Problem(Rule.MISSING_VALUE, "ended_on")
    if record.ended_on is None and record.renewed_on is None:
        yield Problem(Rule.MISSING_VALUE, "renewed_on")
    yield from out_of_order(record, "renewed_on", "ended_on")


def _as_day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
