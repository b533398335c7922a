"""Undoes a change: the record is again what the audit says it was before, and the undoing is a change of its own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import PARTS, Document, from_document, record_document
from data_access.refusals import Problem, Refused, Rule
from data_access.schema import audit_entry, metadata
from data_access.writes.attendance import UNDOABLE_WEEK, lock_centres
from data_access.writes.centres import UNDOABLE_CAPACITIES, UNDOABLE_CENTRE, UNDOABLE_HOURS
from data_access.writes.rows import (
    Change,
    UndoableRecord,
    audit_change,
    database_errors_refused,
    next_version,
    replace_parts,
)

UNDOABLE_RECORDS: Final[Mapping[str, UndoableRecord]] = {
    "attendance_week": UNDOABLE_WEEK,
    "centre": UNDOABLE_CENTRE,
    "centre_capacity": UNDOABLE_CAPACITIES,
    "opening_hours": UNDOABLE_HOURS,
}
"""The records with a way of their own, by the table their audit entries name; any other is its row with its parts."""


def undo_change(connection: sa.Connection, change: Change, audit_id: int) -> int:
    """Undoes one change, and answers the id of the audit entry that says so.

    Raises Refused when it was undone already, when the record has been changed since, or when something else relies on
    it. Coordinators undo any change, others their own. `connection` must come from `writing`.
    """
    entry = connection.execute(sa.select(audit_entry).where(audit_entry.c.id == audit_id)).one_or_none()
    if entry is None or entry.row_id is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    if not change.actor.coordinates and not (change.actor.enters and entry.actor == change.actor.name):
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    undone = sa.select(audit_entry.c.id).where(audit_entry.c.undoes_id == audit_id)
    if connection.execute(undone).scalar_one_or_none() is not None:
        raise Refused([Problem(Rule.ALREADY_TAKEN_BACK)])
    record = UNDOABLE_RECORDS.get(entry.table_name) or _of_row(metadata.tables[entry.table_name])
    now = record.content(connection, entry.row_id)
    if _without_blanks(now) != _without_blanks(entry.after):
        raise Refused([Problem(Rule.CHANGED_SINCE)])
    try:
        with connection.begin_nested():
            record.restore(connection, change, entry.row_id, entry.before)
    except sa.exc.IntegrityError:
        raise Refused([Problem(Rule.STILL_USED)]) from None
    return audit_change(
        connection,
        replace(change, action=f"take_back_{entry.action}".removeprefix("take_back_take_back_")),
        entry.table_name,
        row_key=entry.row_key,
        row_id=entry.row_id,
        before=now,
        after=entry.before,
        undoes_id=audit_id,
    )


def undo_changes_of_import(connection: sa.Connection, change: Change, import_batch_id: int) -> int:
    """Undoes every change of an import, the last first, and answers how many; nothing when one of them cannot be."""
    lock_centres(connection)
    entries = connection.execute(
        sa.select(audit_entry.c.id)
        .where(audit_entry.c.import_batch_id == import_batch_id, audit_entry.c.undoes_id.is_(None))
        .order_by(audit_entry.c.id.desc())
    ).scalars()
    return len([undo_change(connection, replace(change, import_batch_id=None), audit_id) for audit_id in entries.all()])


def _of_row(table: sa.Table) -> UndoableRecord:
    """A record that is a row of a table, with its parts if it has any."""
    parts = PARTS.get(table.name)

    def content(connection: sa.Connection, row_id: int) -> Document | None:
        row = (
            connection.execute(sa.select(table).where(table.c.id == row_id).with_for_update()).mappings().one_or_none()
        )
        return None if row is None else record_document(connection, table, dict(row))

    def restore(connection: sa.Connection, change: Change, row_id: int, document: Document | None) -> None:
        if document is None:
            if parts is not None:
                replace_parts(connection, table, row_id, [])
            connection.execute(sa.delete(table).where(table.c.id == row_id))
            return
        values = from_document(table, document)
        if "version" in table.c:
            values["version"] = max(next_version(connection, table, row_id), _version(connection, table, row_id) + 1)
        if content(connection, row_id) is None:
            connection.execute(sa.insert(table).values(id=row_id, **values))
        else:
            with database_errors_refused():
                connection.execute(sa.update(table).where(table.c.id == row_id).values(**values))
        if parts is not None:
            replace_parts(
                connection, table, row_id, [from_document(parts.table, each) for each in document[parts.name]]
            )

    return UndoableRecord(content, restore)


def _version(connection: sa.Connection, table: sa.Table, row_id: int) -> int:
    found = connection.execute(sa.select(table.c.version).where(table.c.id == row_id)).scalar_one_or_none()
    return 0 if found is None else int(found)


def _without_blanks(document: Mapping[str, Any] | None) -> Document | None:
    """A document without what says nothing: columns added since the change, still blank, do not make it another."""
    return None if document is None else {name: value for name, value in document.items() if value is not None}
