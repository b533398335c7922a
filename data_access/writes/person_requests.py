"""What a person asks for beside being erased: to leave the directory at once, to have a copy."""

from datetime import date, datetime

import sqlalchemy as sa

from data_access.mentions import row_key_of
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right, allows
from data_access.schema import person
from data_access.writes.audit import record_audit_entry


def withdraw_consent(connection: sa.Connection, actor: Actor, *, person_id: int, now: datetime) -> bool:
    """The person is in the directory no longer, from the next read on; False when they were not.

    It cannot be taken back from the journal: only the person agrees anew. Raises Refused for who may not, or an unknown
    person. `connection` must come from `writing`.
    """
    _refuse_unless_allowed(actor)
    consent = _consent(connection, person_id)
    if consent is None:
        return False
    connection.execute(
        sa.update(person).where(person.c.id == person_id).values(directory_consent=None, version=person.c.version + 1)
    )
    record_audit_entry(
        connection,
        actor,
        at=now,
        action="withdraw_consent",
        table_name="person",
        row_key=row_key_of(person_id),
        before={"directory_consent": consent.isoformat()},
        after={"directory_consent": None},
    )
    return True


def note_copy(connection: sa.Connection, actor: Actor, *, person_id: int, now: datetime) -> None:
    """Writes down that everything about a person was taken out, by whom. `connection` must come from `writing`."""
    _refuse_unless_allowed(actor)
    _consent(connection, person_id)
    record_audit_entry(
        connection,
        actor,
        at=now,
        action="copy_person",
        table_name="person",
        row_key=row_key_of(person_id),
        before=None,
        after={},
    )


def _refuse_unless_allowed(actor: Actor) -> None:
    if not allows(actor, Right.PERSONAL_DATA):
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])


def _consent(connection: sa.Connection, person_id: int) -> date | None:
    found = connection.execute(
        sa.select(person.c.directory_consent).where(person.c.id == person_id).with_for_update()
    ).one_or_none()
    if found is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return found.directory_consent  # type: ignore[no-any-return]
