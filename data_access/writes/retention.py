"""Does what the rules of retention say: names erased, visits without a person, old bookkeeping removed; the figures stay."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from data_access.refusals import Problem, Refused, Rule
from data_access.retention import UNNAMED, Due, affected, due
from data_access.rights import Actor, Right, allows
from data_access.schema import audit_entry, placement, visit
from data_access.writes.audit import record_audit_entry
from data_access.writes.erasing import erase_people


def apply_retention(
    connection: sa.Connection, actor: Actor, *, durations: Mapping[str, int], now: datetime, visa: str | None = None
) -> list[Due]:
    """Does all that is due, and answers what was done, rule by rule; each leaves one line in the audit, without any name.

    `visa` is the reference by which the county's archives agreed, since these are public records; it stands in that line.

    Raises Refused for who may not. Again at once it finds nothing to do. `connection` must come from `writing`; the file
    of erasures must then be settled.
    """
    if not allows(actor, Right.PERSONAL_DATA):
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    done = [found for found in due(connection, durations=durations, now=now) if found.count]
    for found in done:
        _do(connection, actor, found, now)
        record_audit_entry(
            connection,
            actor,
            at=now,
            action="apply_retention",
            table_name=found.rule.tables[0],
            row_key=found.rule.key,
            before=None,
            after={"rows": found.count, "until": found.limit.isoformat()} | ({"visa": visa} if visa else {}),
        )
    return done


def _do(connection: sa.Connection, actor: Actor, found: Due, now: datetime) -> None:
    if found.rule.deed == "erase":
        erase_people(connection, actor, found.ids, reason="retention", now=now)
        return
    if found.rule.deed == "unname":
        for row_id in found.ids:
            _unname(connection, row_id)
        return
    for table, condition in affected(found.rule, found.limit).items():
        if found.rule.deed == "unlink":
            connection.execute(sa.update(visit).where(condition).values(person_id=None))
        else:
            connection.execute(sa.delete(table).where(condition))


def _unname(connection: sa.Connection, row_id: int) -> None:
    """A candidate's reference, here and in the audit, no longer leads to the list of who they are."""
    new = f"{UNNAMED}{row_id}"
    connection.execute(
        sa.update(placement).where(placement.c.id == row_id).values(candidate_ref=new, version=placement.c.version + 1)
    )
    entries = sa.select(audit_entry).where(audit_entry.c.table_name == "placement", audit_entry.c.row_id == row_id)
    for entry in connection.execute(entries).all():
        documents = {
            name: None if document is None else {**document, "candidate_ref": new}
            for name, document in (("before", entry.before), ("after", entry.after))
        }
        connection.execute(sa.update(audit_entry).where(audit_entry.c.id == entry.id).values(row_key=new, **documents))
