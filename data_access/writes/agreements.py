"""Records a person's right to use a centre."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from data_access.actors import Actor
from data_access.moments import day_in_paris
from data_access.records import AgreementRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.schema import agreement, centre
from data_access.writes.entry_rules import (
    as_values,
    centre_id_of,
    missing,
    out_of_calendar,
    out_of_order,
    refuse_unless_enters,
    settle,
    to_come,
)
from data_access.writes.people import people_of_name, person_problems, store_person
from data_access.writes.rows import Change, Saved, saved_by_request, store_row


def record_agreement(
    connection: sa.Connection,
    actor: Actor,
    record: AgreementRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores an agreement, with its person where they are not known yet.

    One person signs once a day in one centre: the same again is corrected. `connection` must come from `writing`.
    """
    refuse_unless_enters(actor, record.centre_code)
    sent_before = saved_by_request(connection, record.request_key)
    if sent_before is not None:
        return sent_before
    person_id = record.person_id
    if row_id is not None:
        person_id = _person_of(connection, actor, row_id)
    known = [] if person_id else people_of_name(connection, record.family_name, record.given_name)
    settle(
        record,
        (
            *person_problems(record.model_copy(update={"person_id": person_id})),
            *missing(record, "centre_code", "signed_on"),
            *out_of_calendar(record),
            *out_of_order(record, "signed_on", "ended_on"),
            *to_come(record, day_in_paris(now), "signed_on"),
            *_exit_problems(record),
        ),
        (Problem(Rule.SAME_NAME, "family_name", {"joined_on": None}) for _ in known[:1]),
    )
    change = Change(actor, now, "record_agreement", import_batch_id=import_batch_id)
    if person_id is None:
        person_id = store_person(connection, change, record)
    centre_id = centre_id_of(connection, record.centre_code)
    same = sa.select(agreement.c.id).where(
        agreement.c.person_id == person_id,
        agreement.c.centre_id == centre_id,
        agreement.c.signed_on == record.signed_on,
    )
    other = connection.execute(same).scalar_one_or_none()
    if other is not None and other != row_id:
        raise Refused([Problem(Rule.ALREADY_EXISTS, "signed_on", {"value": f"{record.signed_on:%d/%m/%Y}"})])
    return store_row(
        connection,
        Change(actor, now, "record_agreement", request_key=record.request_key, import_batch_id=import_batch_id),
        agreement,
        row_key=f"{record.centre_code} {record.signed_on}",
        values={
            "centre_id": centre_id,
            "person_id": person_id,
            **as_values(record, "seat_kind", "formula", "signed_on", "ended_on", "exit_reason"),
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def _person_of(connection: sa.Connection, actor: Actor, row_id: int) -> int:
    """The person of a stored agreement; the actor must keep the centre it is stored for, whatever the form says."""
    row = connection.execute(
        sa.select(agreement.c.person_id, centre.c.code)
        .join(centre, centre.c.id == agreement.c.centre_id)
        .where(agreement.c.id == row_id)
    ).one_or_none()
    if row is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    refuse_unless_enters(actor, row.code)
    return int(row.person_id)


def _exit_problems(record: AgreementRecord) -> Iterator[Problem]:
    if record.exit_reason is not None and record.ended_on is None:
        yield Problem(Rule.MISSING_VALUE, "ended_on")
