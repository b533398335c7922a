"""Undoes a change: the record is again what the audit says it was before, with its person and all that changed with it."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import PARTS, Document, changes_of, from_document, record_document
from data_access.entries.engine import hangs_on, is_theirs
from data_access.entries.periods import UNDOABLE_CAPACITIES, UNDOABLE_HOURS
from data_access.entries.places import follow_code
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import all_rows
from data_access.schema import attendance_week, audit_entry, centre, metadata, person, visit
from data_access.writes.attendance import lock_centres, require_unlocked
from data_access.writes.rows import (
    Change,
    UndoableRecord,
    audit_change,
    database_errors_refused,
    replace_parts,
)


def _person_of_visit(connection: sa.Connection, visit_id: int) -> Document | None:
    found = connection.execute(sa.select(visit.c.person_id).where(visit.c.id == visit_id)).one_or_none()
    return None if found is None else {"person_id": found.person_id}


def _restore_visit(connection: sa.Connection, change: Change, visit_id: int, document: Document | None) -> None:
    connection.execute(sa.update(visit).where(visit.c.id == visit_id).values(**(document or {"person_id": None})))


def _of_row(table: sa.Table, *, key_stays: bool = False) -> UndoableRecord:
    """A record that is a row of a table, with its parts if it has any; others may refer to a row whose key stays meanwhile."""
    parts = PARTS.get(table.name)

    def content(connection: sa.Connection, row_id: int) -> Document | None:
        question = sa.select(table).where(table.c.id == row_id).with_for_update(key_share=key_stays)
        row = connection.execute(question).mappings().one_or_none()
        return None if row is None else record_document(connection, table, dict(row))

    def restore(connection: sa.Connection, change: Change, row_id: int, document: Document | None) -> None:
        if document is None:
            if parts is not None:
                replace_parts(connection, table, row_id, [])
            connection.execute(sa.delete(table).where(table.c.id == row_id))
            return
        values = from_document(table, document)
        if "version" in table.c:
            # A version no reader of this row has seen yet.
            version = connection.execute(sa.select(table.c.version).where(table.c.id == row_id)).scalar_one_or_none()
            values["version"] = 1 + max(changes_of(connection, table, row_id), version or 0)
        if content(connection, row_id) is None:
            connection.execute(sa.insert(table).values(id=row_id, **values))
        else:
            if parts is not None:
                # The row as it was may not stand beside its parts as they are.
                replace_parts(connection, table, row_id, [])
            with database_errors_refused():
                connection.execute(sa.update(table).where(table.c.id == row_id).values(**values))
        if parts is not None:
            rows = [from_document(parts.table, each) for each in document.get(parts.name, [])]
            replace_parts(connection, table, row_id, rows)

    return UndoableRecord(content, restore)


_PLACE: Final = _of_row(centre, key_stays=True)


def _restore_place(connection: sa.Connection, change: Change, centre_id: int, document: Document | None) -> None:
    stored = _PLACE.content(connection, centre_id)
    # Its seats and hours would go with it, without a word.
    if document is None and hangs_on(connection, centre, centre_id):
        raise Refused([Problem(Rule.STILL_USED)])
    with database_errors_refused():
        _PLACE.restore(connection, change, centre_id, document)
    if stored is not None and document is not None and stored["code"] != document["code"]:
        follow_code(connection, stored["code"], document["code"])


_WEEK: Final = _of_row(attendance_week)


def _week(connection: sa.Connection, week_id: int) -> Document | None:
    """The turn of its centre comes first, as for who records it: else each may hold what the other waits for."""
    of_week = sa.select(centre.c.code).join(attendance_week).where(attendance_week.c.id == week_id)
    lock_centres(connection, connection.scalars(of_week).all())
    return _WEEK.content(connection, week_id)


def _restore_week(connection: sa.Connection, change: Change, week_id: int, document: Document | None) -> None:
    require_unlocked(connection, change, _WEEK.content(connection, week_id), document)
    _WEEK.restore(connection, change, week_id, document)


UNDOABLE_RECORDS: Final[Mapping[str, UndoableRecord]] = {
    "attendance_week": UndoableRecord(_week, _restore_week),
    "centre": UndoableRecord(_PLACE.content, _restore_place),
    "centre_capacity": UNDOABLE_CAPACITIES,
    "opening_hours": UNDOABLE_HOURS,
    # Only whose it is: of the rest the audit keeps what happened, and nothing of it is undone here.
    "visit": UndoableRecord(_person_of_visit, _restore_visit),
}
"""The records with a way of their own, by the table their audit entries name; any other is its row with its parts."""


def undo_change(connection: sa.Connection, change: Change, audit_id: int) -> int:
    """Undoes one change with the others of its deed, the last first, and answers the id of the entry that says so.

    A person whom it brought goes with it, unless something else hangs on them by now. Raises Refused when it was undone
    already, when a record has been changed since, when something else relies on it, or when it is not the actor's: who
    coordinates undoes any change, others their own of what is theirs still. `connection` must come from `writing`.
    """
    entry = connection.execute(sa.select(audit_entry).where(audit_entry.c.id == audit_id)).one_or_none()
    if entry is None or entry.row_id is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    if not change.actor.coordinates and not (change.actor.enters and entry.actor == change.actor.name):
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    first = entry.deed_id or entry.id
    deed = connection.execute(
        sa.select(audit_entry)
        .where(sa.or_(audit_entry.c.id == first, audit_entry.c.deed_id == first))
        .order_by(audit_entry.c.id.desc())
    ).all()
    told = audit_id
    for each in deed:
        undone = _undo_entry(connection, change, each)
        if undone is not None:
            change = replace(change, deed_id=change.deed_id or undone)
            told = undone if each.id == audit_id or told == audit_id else told
    return told


def undo_changes_of_import(
    connection: sa.Connection, change: Change, import_batch_id: int, *, seconds: float | None = None
) -> int:
    """Undoes the changes of an import that stand, the last first, and answers how many records; Refused when one cannot be.

    Those that somebody undid already are left. With `seconds`, no record is begun once they have passed: called again, it
    goes on, until it answers 0.
    """
    lock_centres(connection)
    begun, deeds, entry = time.monotonic(), set[int](), audit_entry.c
    question = sa.select(audit_entry).where(entry.import_batch_id == import_batch_id, entry.undoes_id.is_(None))
    for each in connection.execute(question.order_by(entry.id.desc())).all():
        deed = each.deed_id or each.id
        if seconds is not None and deed not in deeds and deeds and time.monotonic() - begun > seconds:
            break
        standing = _last_word(connection, each)
        if standing is not None and _undo_entry(connection, replace(change, deed_id=None), standing):
            deeds.add(deed)
    return len(deeds)


def _last_word(connection: sa.Connection, entry: sa.Row[Any]) -> sa.Row[Any] | None:
    """The entry that made a change stand: itself, or that of who undid its undoing; None once it is undone."""
    stands = True
    while (
        later := connection.execute(sa.select(audit_entry).where(audit_entry.c.undoes_id == entry.id)).one_or_none()
    ) is not None:
        entry, stands = later, not stands
    return entry if stands else None


def _undo_entry(connection: sa.Connection, change: Change, entry: sa.Row[Any]) -> int | None:
    """Undoes one entry; None for a person who stays, since something else hangs on them."""
    undone = sa.select(audit_entry.c.id).where(audit_entry.c.undoes_id == entry.id)
    if connection.execute(undone).scalar_one_or_none() is not None:
        raise Refused([Problem(Rule.ALREADY_TAKEN_BACK)])
    table = metadata.tables[entry.table_name]
    _require_theirs(connection, change, table, entry)
    record = UNDOABLE_RECORDS.get(entry.table_name) or _of_row(table)
    now = record.content(connection, entry.row_id)
    brought = table is person and entry.before is None and entry.deed_id is None and _is_of_several(connection, entry)
    if _without_blanks(now) != _without_blanks(entry.after):
        raise Refused([Problem(Rule.CHANGED_SINCE)])
    try:
        with connection.begin_nested():
            record.restore(connection, change, entry.row_id, entry.before)
    except sa.exc.IntegrityError:
        if brought:
            return None
        raise Refused([Problem(Rule.STILL_USED)]) from None
    return audit_change(
        connection,
        replace(change, action=f"take_back_{entry.action}".removeprefix("take_back_take_back_")),
        entry.table_name,
        row_key=entry.row_key,
        row_id=entry.row_id,
        before=now,
        after=record.content(connection, entry.row_id),
        undoes_id=entry.id,
    )


def _is_of_several(connection: sa.Connection, entry: sa.Row[Any]) -> bool:
    others = sa.select(audit_entry.c.id).where(audit_entry.c.deed_id == entry.id).limit(1)
    return connection.execute(others).first() is not None


def _require_theirs(connection: sa.Connection, change: Change, table: sa.Table, entry: sa.Row[Any]) -> None:
    """What is stored, and what would be again, are the actor's still."""
    if change.actor.coordinates:
        return
    with all_rows(connection):
        stored = None
        if "id" in table.c and table.name not in ("centre_capacity", "opening_hours"):
            stored = connection.execute(sa.select(table).where(table.c.id == entry.row_id)).mappings().one_or_none()
        for document in (stored, entry.before):
            if document is None:
                continue
            about = dict(document) | {"id": entry.row_id}
            if "centre" in about and "centre_id" not in about:
                code = sa.select(centre.c.id).where(centre.c.code == about["centre"])
                about["centre_id"] = connection.execute(code).scalar_one_or_none()
            if not is_theirs(connection, change.actor, table, about):
                raise Refused([Problem(Rule.NOT_ALLOWED)])


def _without_blanks(document: Mapping[str, Any] | None) -> Document | None:
    """A document without what says nothing of the record: columns added since the change, still blank, and the note of who
    made it do not make it another."""
    kept = None if document is None else {name: value for name, value in document.items() if value not in (None, [])}
    if kept is not None and "said_of_change" in kept:
        del kept["said_of_change"]
    return kept
