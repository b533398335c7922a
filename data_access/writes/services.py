"""Records what the programme gives to people: services of the club, and support."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from data_access.actors import Actor
from data_access.moments import day_in_paris
from data_access.records import MemberServiceRecord, SupportRecord
from data_access.refusals import Problem, Rule
from data_access.schema import member_service, person, support, welcome_household
from data_access.writes.entry_rules import (
    as_values,
    centre_id_of,
    missing,
    out_of_calendar,
    out_of_order,
    refuse_unless_coordinates,
    refuse_unless_enters,
    settle,
    to_come,
)
from data_access.writes.rows import Change, Saved, saved_by_request, store_row


def record_member_service(
    connection: sa.Connection,
    actor: Actor,
    record: MemberServiceRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a service held by a person who is known. `connection` must come from `writing`."""
    refuse_unless_enters(actor, record.centre_code)
    sent_before = saved_by_request(connection, record.request_key)
    if sent_before is not None:
        return sent_before
    settle(
        record,
        (
            *missing(record, "person_id", "starts_on"),
            *out_of_calendar(record),
            *out_of_order(record, "starts_on", "ends_on"),
            *_known(connection, person, record.person_id, "person_id"),
            *_held_already(connection, record, row_id),
        ),
    )
    return store_row(
        connection,
        Change(actor, now, "record_member_service", request_key=record.request_key, import_batch_id=import_batch_id),
        member_service,
        row_key=f"personne {record.person_id} {record.service} {record.starts_on}",
        values={
            "centre_id": centre_id_of(connection, record.centre_code),
            **as_values(record, "person_id", "service", "starts_on", "ends_on"),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def record_support(
    connection: sa.Connection,
    actor: Actor,
    record: SupportRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores the support given to a person or to a household, one of the two. `connection` must come from `writing`."""
    refuse_unless_coordinates(actor)
    sent_before = saved_by_request(connection, record.request_key)
    if sent_before is not None:
        return sent_before
    settle(
        record,
        (
            *missing(record, "opened_on"),
            *_one_beneficiary(record),
            *out_of_calendar(record),
            *out_of_order(record, "opened_on", "closed_on"),
            *to_come(record, day_in_paris(now), "opened_on", "closed_on"),
            *_known(connection, person, record.person_id, "person_id"),
            *_known(connection, welcome_household, record.welcome_household_id, "welcome_household_id"),
            *_outcome(record),
        ),
    )
    helped = f"personne {record.person_id}" if record.person_id else f"foyer {record.welcome_household_id}"
    return store_row(
        connection,
        Change(actor, now, "record_support", request_key=record.request_key, import_batch_id=import_batch_id),
        support,
        row_key=f"{helped} {record.kind} {record.opened_on}",
        values=as_values(record, "person_id", "welcome_household_id", "kind", "opened_on", "closed_on", "outcome"),
        row_id=row_id,
        base_version=record.base_version,
    )


def _known(connection: sa.Connection, table: sa.Table, row_id: int | None, field: str) -> Iterator[Problem]:
    if row_id is not None:
        found = connection.execute(sa.select(table.c.id).where(table.c.id == row_id)).scalar_one_or_none()
        if found is None:
            yield Problem(Rule.NOT_IN_LIST, field)


def _held_already(connection: sa.Connection, record: MemberServiceRecord, row_id: int | None) -> Iterator[Problem]:
    same = sa.select(member_service.c.id).where(
        member_service.c.person_id == record.person_id,
        member_service.c.service == record.service,
        member_service.c.starts_on == record.starts_on,
    )
    found = connection.execute(same).scalar_one_or_none() if record.starts_on else None
    if found is not None and found != row_id:
        yield Problem(Rule.ALREADY_EXISTS, "starts_on", {"value": f"{record.starts_on:%d/%m/%Y}"})


def _one_beneficiary(record: SupportRecord) -> Iterator[Problem]:
    if (record.person_id is None) == (record.welcome_household_id is None):
        yield Problem(Rule.ONE_OF_TWO, "person_id")


def _outcome(record: SupportRecord) -> Iterator[Problem]:
    if record.outcome is not None and record.closed_on is None:
        yield Problem(Rule.MISSING_VALUE, "closed_on")
