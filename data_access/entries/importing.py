"""Files: lines imported as a whole and undone together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from data_access.entries import KINDS
from data_access.entries.engine import record_entry, stored_record
from data_access.entries.files import FILE_KINDS, Line, found
from data_access.entries.kind import Kind
from data_access.entries.undoing import undo_changes_of_import
from data_access.records import EntryRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor, Right, requires
from data_access.schema import audit_entry, import_batch, person
from data_access.writes.attendance import lock_centres
from data_access.writes.entry_rules import same_text
from data_access.writes.rows import Change, fresh_id

# Imports records as a whole: each goes through the engine of entries, all of them or none, and can be undone
# together.


@dataclass(frozen=True)
class ImportOutcome:
    """What became of each line of a file: added, changed (from what to what), unchanged or refused.

    Those that are asked about (`unusual`) are among the first three too: that is what they become once confirmed.
    """

    added: list[int] = field(default_factory=list)
    changed: list[tuple[int, Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refused: list[tuple[int, Problem]] = field(default_factory=list)
    unusual: list[tuple[int, Problem]] = field(default_factory=list)
    batch_id: int | None = None

    @property
    def is_importable(self) -> bool:
        """Whether the file can be imported as it is."""
        return not self.refused and not self.unusual


class NotImported(Exception):
    """Nothing was written; `outcome` says which lines are refused or asked about."""

    def __init__(self, outcome: ImportOutcome) -> None:
        super().__init__(f"{len(outcome.refused)} refused, {len(outcome.unusual)} unusual")
        self.outcome = outcome


def import_records(
    connection: sa.Connection,
    actor: Actor,
    kind: str,
    records: Sequence[tuple[int, Line | EntryRecord]],
    *,
    file_name: str,
    now: datetime,
    confirmed: frozenset[Rule] = frozenset(),
    headings: Mapping[str, str | None] | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportOutcome:
    """Stores the records of a file, each with the line it stood on, and answers what became of them.

    Records are matched by their natural key: importing a file twice changes nothing. Raises NotImported when one line is
    refused, or unusual without being `confirmed`; the transaction must then be given up, so a rehearsal is an import that
    is given up in any case. `connection` must come from `writing`.
    """
    if not actor.coordinates:
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    outcome = ImportOutcome()
    lock_centres(connection)
    batch_id = connection.execute(
        sa.insert(import_batch)
        .values(
            kind=kind,
            file_name=_plain_name(file_name),
            imported_at=now,
            imported_by=actor.name,
            added=0,
            changed=0,
            unchanged=0,
            headings=dict(headings) if headings else None,
            **fresh_id(connection, import_batch),
        )
        .returning(import_batch.c.id)
    ).scalar_one()
    for done, (line, record) in enumerate(records, start=1):
        agreed = confirmed
        while True:
            try:
                with connection.begin_nested():
                    _store(connection, actor, kind, line, record, outcome, now, agreed, batch_id)
            except Unconfirmed as doubt:
                outcome.unusual.extend((line, problem) for problem in doubt.problems)
                # What it would become is told with the question.
                agreed |= {problem.rule for problem in doubt.problems}
                continue
            except Refused as refusal:
                outcome.refused.extend((line, problem) for problem in refusal.problems)
            break
        progress(done)
    if not outcome.is_importable:
        raise NotImported(outcome)
    counts = {"added": len(outcome.added), "changed": len(outcome.changed), "unchanged": len(outcome.unchanged)}
    if not outcome.added and not outcome.changed:
        connection.execute(sa.delete(import_batch).where(import_batch.c.id == batch_id))
        return outcome
    connection.execute(sa.update(import_batch).where(import_batch.c.id == batch_id).values(**counts))
    return replace(outcome, batch_id=batch_id)


def undo_import(connection: sa.Connection, actor: Actor, batch_id: int, *, now: datetime) -> int:
    """Undoes an import as a whole, and answers how many records; Refused when one of them cannot be undone."""
    if not actor.coordinates:
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    batch = connection.execute(
        sa.select(import_batch.c.undone_at).where(import_batch.c.id == batch_id).with_for_update()
    ).one_or_none()
    if batch is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    if batch.undone_at is not None:
        raise Refused([Problem(Rule.ALREADY_TAKEN_BACK)])
    undone = undo_changes_of_import(connection, Change(actor, now, "take_back_import"), batch_id)
    connection.execute(
        sa.update(import_batch).where(import_batch.c.id == batch_id).values(undone_at=now, undone_by=actor.name)
    )
    return undone


def _store(
    connection: sa.Connection,
    actor: Actor,
    nature: str,
    line: int,
    record: Line | EntryRecord,
    outcome: ImportOutcome,
    now: datetime,
    confirmed: frozenset[Rule],
    batch_id: int,
) -> None:
    kind, version = KINDS[FILE_KINDS[nature]], 0
    meant, row_id = found(connection, nature, record)
    # A blank cell, or a column left out, erases nothing.
    said = {name: value for name in meant.model_fields_set if (value := getattr(meant, name)) is not None}
    if row_id is not None:
        stored = stored_record(connection, actor, kind, row_id)
        version = stored.base_version
        for name in kind.same_fields:
            if isinstance(said.get(name), str) and same_text(said[name]) == same_text(getattr(stored, name)):
                del said[name]
    typed = kind.record.model_construct(**(said | {"base_version": version, "confirmed": confirmed}))
    saved = record_entry(connection, actor, kind, typed, now=now, row_id=row_id, import_batch_id=batch_id)
    if saved.already_recorded:
        outcome.unchanged.append(line)
    elif row_id is None:
        outcome.added.append(line)
    else:
        outcome.changed.append((line, *_told(connection, kind, saved.audit_id)))


def _told(connection: sa.Connection, kind: Kind, audit_id: int | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a record said before a change and says after, its person's part included."""
    entry = audit_entry.c
    first = sa.select(sa.func.coalesce(entry.deed_id, entry.id)).where(entry.id == audit_id).scalar_subquery()
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for each in connection.execute(
        sa.select(entry.before, entry.after)
        .where(sa.or_(entry.id == first, entry.deed_id == first))
        .where(entry.table_name.in_((kind.table.name, person.name)))
        .order_by(entry.id)
    ):
        before |= each.before or {}
        after |= each.after or {}
    return before, after


def _plain_name(name: str) -> str:
    """The name of a file without its folders or anything that is no ordinary sign; it opens nothing."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(filter(str.isprintable, last))[:200].strip() or "fichier"


# The imports that were made.


@requires(Right.COORDINATE)
def remembered_headings(connection: sa.Connection, *, kind: str) -> dict[str, str | None]:
    """The columns that people gave to headings of files of that kind, by the `plain` writing of these, the newest last said;
    None = set aside."""
    question = sa.select(import_batch.c.headings).where(import_batch.c.kind == kind).order_by(import_batch.c.id)
    given: dict[str, str | None] = {}
    for headings in connection.scalars(question):
        given |= headings or {}
    return given


@requires(Right.COORDINATE)
def imports(connection: sa.Connection, *, count: int = 20) -> list[dict[str, Any]]:
    """The last imports, newest first: who, when, which file, how many lines of each sort, and whether it was undone."""
    question = sa.select(import_batch).order_by(import_batch.c.id.desc()).limit(count)
    return [dict(row) for row in connection.execute(question).mappings()]
