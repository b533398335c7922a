"""Files: lines imported as a whole and undone together, and tried before in a private copy of the database.

What is tried there runs by the same code as the deed itself, meets the same rows, rules and triggers, and is thrown away
with the copy: nothing is written in the database, and nobody waits."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access import triggers
from data_access.engine import open_engine, writing
from data_access.entries import KINDS
from data_access.entries.batches import (
    FileSource,
    drop_batch,
    end_batch,
    note_undone,
    note_work,
    open_batch,
    take_to_undo,
    take_up,
)
from data_access.entries.engine import record_entry, stored_record
from data_access.entries.files import FILE_KINDS, Line, found, found_with
from data_access.entries.kind import Kind
from data_access.entries.undoing import undo_changes_of_import
from data_access.periods import day_in_paris
from data_access.records import AttendanceWeekRecord, EntryRecord
from data_access.refusals import Busy, Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor, set_actor
from data_access.schema import audit_entry, metadata, person
from data_access.schema.columns import Instant
from data_access.words import same_text
from data_access.writes.attendance import lock_centres
from data_access.writes.rows import Change, Saved
from data_access.writes.week_rules import READ_AHEAD, KnownWeeks

# Imports records as a whole: each goes through the engine of entries, all of them or none, and can be undone
# together. It is written and undone in slices: whoever saves meanwhile waits no longer than one of them.

SLICE_SECONDS: Final = 0.4
PAUSE_SECONDS: Final = 0.12
"""SQLite has no queue: who waits looks again after at most a tenth of a second."""


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

    @property
    def counts(self) -> dict[str, int]:
        """How many lines of each sort, as an import keeps them."""
        changed = {line for line, _before, _after in self.changed}
        return {"added": len(self.added), "changed": len(changed), "unchanged": len(self.unchanged)}

    def take(self, other: "ImportOutcome") -> None:
        """Adds what became of more lines."""
        for name in ("added", "changed", "unchanged", "refused", "unusual"):
            getattr(self, name).extend(getattr(other, name))


class NotImported(Exception):
    """Nothing is written, or what was is undone; `outcome` says which lines are refused or asked about."""

    def __init__(self, outcome: ImportOutcome) -> None:
        super().__init__(f"{len(outcome.refused)} refused, {len(outcome.unusual)} unusual")
        self.outcome = outcome


Lines = Sequence[tuple[int, Line | EntryRecord]]
Told = Callable[[int], None]


@dataclass(frozen=True)
class _Import:
    """What all lines of a file have in common."""

    actor: Actor
    kind: str
    now: datetime
    confirmed: frozenset[Rule]
    batch_id: int

    def store(
        self,
        connection: sa.Connection,
        lines: Lines,
        known: KnownWeeks,
        *,
        seconds: float | None = None,
        progress: Told = lambda done: None,
    ) -> ImportOutcome:
        """Stores lines one after the other; with `seconds`, none is begun once they have passed."""
        outcome, begun = ImportOutcome(), time.monotonic()
        for done, (line, record) in enumerate(lines, start=1):
            self._store_line(connection, line, record, known, outcome)
            progress(done)
            if seconds is not None and time.monotonic() - begun > seconds:
                break
        return outcome

    def looks(self, connection: sa.Connection) -> KnownWeeks:
        """What the weeks of the file will be looked at beside."""
        asking = set_actor(connection, self.actor)
        return KnownWeeks(asking, self.actor, today=day_in_paris(self.now), ahead=READ_AHEAD)

    def _store_line(
        self,
        connection: sa.Connection,
        line: int,
        record: Line | EntryRecord,
        known: KnownWeeks,
        outcome: ImportOutcome,
    ) -> None:
        agreed = self.confirmed
        while True:
            try:
                with connection.begin_nested():
                    self._record(connection, line, record, known, outcome, agreed)
            except Unconfirmed as doubt:
                outcome.unusual.extend((line, problem) for problem in doubt.problems)
                # What it would become is told with the question.
                agreed |= {problem.rule for problem in doubt.problems}
                continue
            except Busy:
                raise
            except Refused as refusal:
                outcome.refused.extend((line, problem) for problem in refusal.problems)
            return

    def _record(
        self,
        connection: sa.Connection,
        line: int,
        record: Line | EntryRecord,
        known: KnownWeeks,
        outcome: ImportOutcome,
        confirmed: frozenset[Rule],
    ) -> None:
        kind = KINDS[FILE_KINDS[self.kind]]
        meant: EntryRecord
        if isinstance(record, AttendanceWeekRecord):
            entered = known.entered(record)
            meant, row_id = record, entered.id if entered else None
        else:
            meant, row_id = found(connection, self.kind, record)
        first = self._stored(connection, kind, meant, row_id, known, confirmed)
        changes = [] if row_id is None or first.already_recorded else [(kind, first)]
        for part, said, part_id in found_with(connection, self.kind, record):
            saved = self._stored(connection, part, said, part_id, known, confirmed)
            changes += [] if saved.already_recorded else [(part, saved)]
        if row_id is None:
            outcome.added.append(line)
        elif not changes:
            outcome.unchanged.append(line)
        else:
            outcome.changed.extend((line, *_told(connection, each, saved.audit_id)) for each, saved in changes)

    def _stored(
        self,
        connection: sa.Connection,
        kind: Kind,
        meant: EntryRecord,
        row_id: int | None,
        known: KnownWeeks,
        confirmed: frozenset[Rule],
    ) -> Saved:
        # A blank cell, or a column left out, erases nothing.
        said = {name: value for name in meant.model_fields_set if (value := getattr(meant, name)) is not None}
        version = 0
        if row_id is not None:
            stored = stored_record(connection, self.actor, kind, row_id)
            version = stored.base_version
            for name in kind.same_fields:
                if isinstance(said.get(name), str) and same_text(said[name]) == same_text(getattr(stored, name)):
                    del said[name]
        typed = kind.record.model_construct(**(said | {"base_version": version, "confirmed": confirmed}))
        return record_entry(
            connection,
            self.actor,
            kind,
            typed,
            now=self.now,
            row_id=row_id,
            import_batch_id=self.batch_id,
            known=known,
        )


def import_records(
    connection: sa.Connection,
    actor: Actor,
    kind: str,
    records: Lines,
    *,
    file_name: str,
    now: datetime,
    confirmed: frozenset[Rule] = frozenset(),
    progress: Told = lambda done: None,
) -> ImportOutcome:
    """Stores the records of a file in one transaction, each with the line it stood on, and answers what became of them.

    Records are matched by their natural key: importing a file twice changes nothing. Raises NotImported when one line is
    refused, or unusual without being `confirmed`; the transaction must then be given up. `connection` must come from
    `writing` or `rehearsing`.
    """
    lock_centres(connection)
    batch = open_batch(connection, actor, kind, FileSource(file_name), now=now)
    at_work = _Import(actor, kind, now, confirmed, batch)
    outcome = at_work.store(connection, records, at_work.looks(connection), progress=progress)
    if not outcome.is_importable:
        raise NotImported(outcome)
    if not outcome.added and not outcome.changed:
        drop_batch(connection, batch)
        return outcome
    end_batch(connection, batch, outcome.counts, now=now)
    return replace(outcome, batch_id=batch)


def rehearse_records(
    engine: sa.Engine,
    actor: Actor,
    kind: str,
    records: Lines,
    *,
    now: datetime,
    confirmed: frozenset[Rule] = frozenset(),
    progress: Told = lambda done: None,
) -> ImportOutcome:
    """What would become of the records of a file, found out in a copy: nothing is written, and nobody waits."""
    try:
        with rehearsing(engine, actor) as copy:
            told = {"file_name": "rehearsal", "now": now, "confirmed": confirmed, "progress": progress}
            return replace(import_records(copy, actor, kind, records, **told), batch_id=None)  # type: ignore[arg-type]
    except NotImported as refused:
        return refused.outcome


def import_whole(
    engine: sa.Engine,
    actor: Actor,
    kind: str,
    records: Lines,
    *,
    source: FileSource,
    now: datetime,
    confirmed: frozenset[Rule] = frozenset(),
    progress: Told = lambda done: None,
    waiting: int | None = None,
) -> ImportOutcome:
    """Imports the records of a file whole or not at all, and makes nobody wait longer than a moment.

    It is rehearsed first. Then it is written slice by slice, under one number and undone as one; when a slice cannot be
    written (somebody changed something meanwhile), those before it are undone and NotImported, or the error, is raised. An
    import that was interrupted is left as « running », to be undone. `waiting` is its number if it waited to be checked.
    """
    outcome = rehearse_records(engine, actor, kind, records, now=now, confirmed=confirmed, progress=progress)
    if not outcome.is_importable:
        raise NotImported(outcome)
    if not outcome.added and not outcome.changed:
        if waiting is not None:
            with writing(engine, actor) as connection:
                take_up(connection, actor, waiting, now=now)
                end_batch(connection, waiting, outcome.counts, now=now)
        return outcome
    with writing(engine, actor) as connection:
        if waiting is None:
            batch = open_batch(connection, actor, kind, source, now=now)
        else:
            batch = take_up(connection, actor, waiting, now=now)
    at_work = _Import(actor, kind, now, confirmed, batch)
    begun, written = time.monotonic(), ImportOutcome()
    try:
        left, known = list(records), None
        while left:
            at = now + timedelta(seconds=time.monotonic() - begun)
            made, known = _write_slice(engine, at_work, left, at, known)
            written.take(made)
            progress(len(records) - len(left))
    except Exception:
        undo_whole_import(engine, actor, batch, now=now, unfinished=True)
        raise
    with writing(engine, actor) as connection:
        end_batch(connection, batch, written.counts, now=now + timedelta(seconds=time.monotonic() - begun))
    return replace(written, batch_id=batch)


def _write_slice(
    engine: sa.Engine,
    at_work: _Import,
    left: list[tuple[int, Line | EntryRecord]],
    at: datetime,
    known: KnownWeeks | None,
) -> tuple[ImportOutcome, KnownWeeks]:
    """Writes as many of the first lines as a slice takes, removes them from those left, and lets others pass; `known` is
    what the slice before knew."""

    def write(known: KnownWeeks | None) -> tuple[ImportOutcome, KnownWeeks]:
        with writing(engine, at_work.actor) as connection:
            lock_centres(connection)
            if known is None or not known.goes_on(connection):
                known = at_work.looks(connection)
            made = at_work.store(connection, left, known, seconds=SLICE_SECONDS)
            if not made.is_importable:
                raise NotImported(made)
            note_work(connection, at_work.batch_id, made.counts, now=at)
            known.keep()
            return made, known

    try:
        made, known = write(known)
    except Busy:
        # What was noted of the lines that are given up is not so.
        made, known = write(None)
    del left[: sum(made.counts.values())]
    time.sleep(PAUSE_SECONDS)
    return made, known


def undo_import(
    connection: sa.Connection, actor: Actor, batch_id: int, *, now: datetime, unfinished: bool = False
) -> int:
    """Undoes an import as a whole, in one transaction, and answers how many records; Refused when one cannot be undone."""
    take_to_undo(connection, actor, batch_id, now=now, unfinished=unfinished)
    undone = undo_changes_of_import(connection, Change(actor, now, "take_back_import"), batch_id)
    note_undone(connection, actor, batch_id, now=now)
    return undone


def undo_whole_import(
    engine: sa.Engine, actor: Actor, batch_id: int, *, now: datetime, unfinished: bool = False
) -> int:
    """Undoes an import slice by slice, and answers how many records: found out in a copy first, so that it is all or none.

    Refused when one of them cannot be undone. When it is interrupted it stays « undoing », and is taken up again by the
    same call. `unfinished` is said by who was writing it.
    """
    with rehearsing(engine, actor, of_import=batch_id) as copy:
        undo_import(copy, actor, batch_id, now=now, unfinished=unfinished)
    with writing(engine, actor) as connection:
        take_to_undo(connection, actor, batch_id, now=now, unfinished=unfinished)
    undone, begun, more = 0, time.monotonic(), 1
    while more:
        with writing(engine, actor) as connection:
            change = Change(actor, now, "take_back_import")
            more = undo_changes_of_import(connection, change, batch_id, seconds=SLICE_SECONDS)
            at = now + timedelta(seconds=time.monotonic() - begun)
            note_work(connection, batch_id, {}, now=at) if more else note_undone(connection, actor, batch_id, now=at)
        undone += more
        time.sleep(PAUSE_SECONDS if more else 0)
    return undone


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


# The private copy, in memory: SQLite gives its pages in a short reading, PostgreSQL the rows of one instant, put into the same
# tables of an SQLite.

_LEFT_OUT: Final = frozenset(
    {
        "activation",
        "entry_draft",
        "import_file",
        "presentation",
        "recovery_code",
        "reminder",
        "second_factor",
        "sign_in_attempt",
        "sign_in_session",
    }
)
"""Nothing that is recorded depends on them."""
_ROWS_AT_ONCE: Final = 10_000


@contextmanager
def rehearsing(engine: sa.Engine, actor: Actor, *, of_import: int | None = None) -> Iterator[sa.Connection]:
    """A transaction in the copy, by `actor`; it is given up in any case.

    From PostgreSQL the changes of one import alone come with it (`of_import`), to rehearse that it is undone.
    """
    copy = open_engine("sqlite://")
    try:
        with copy.connect().execution_options(actor=actor) as connection:
            _copied(engine, actor, connection, of_import)
            with connection.begin() as tried:
                yield connection
                tried.rollback()
    finally:
        copy.dispose()


def _copied(engine: sa.Engine, actor: Actor, copy: sa.Connection, of_import: int | None) -> None:
    memory: Any = copy.connection.driver_connection
    # What is in memory need not be written over.
    memory.execute("PRAGMA secure_delete = OFF")
    if engine.dialect.name == "sqlite":
        with engine.connect() as source:
            pages: Any = source.connection.driver_connection
            pages.backup(memory)
        return
    # These rows were checked where they come from.
    memory.execute("PRAGMA foreign_keys = OFF")
    memory.execute("PRAGMA ignore_check_constraints = ON")
    with copy.begin():
        metadata.create_all(copy, checkfirst=False)
        options: dict[str, Any] = {"actor": actor, "isolation_level": "REPEATABLE READ", "stream_results": True}
        with engine.connect().execution_options(**options) as source:
            for table in metadata.sorted_tables:
                if table.name not in _LEFT_OUT:
                    _copy_rows(source, copy, table, of_import)
        for statement in triggers.create_statements("sqlite"):
            copy.exec_driver_sql(statement)
    if of_import is None:
        memory.execute("PRAGMA ignore_check_constraints = OFF")
    memory.execute("PRAGMA foreign_keys = ON")


def _copy_rows(source: sa.Connection, copy: sa.Connection, table: sa.Table, of_import: int | None) -> None:
    question = sa.select(table)
    if table is audit_entry:
        entry = audit_entry.c
        mine = sa.select(entry.id).where(entry.import_batch_id == of_import)
        question = question.where(sa.or_(entry.id.in_(mine), entry.undoes_id.in_(mine)))
    # As the driver takes them: what builds a statement for each row takes longer than the rows.
    names, places = ", ".join(f'"{column.name}"' for column in table.c), ", ".join("?" for _ in table.c)
    stored_as = [
        # What is undone is compared with what was written: to the fraction of a second, which another program may write.
        _exact_instant
        if of_import is not None and isinstance(column.type, Instant)
        else column.type.dialect_impl(copy.dialect).bind_processor(copy.dialect)
        for column in table.c
    ]
    for rows in source.execute(question).partitions(_ROWS_AT_ONCE):
        values = [
            column if store is None else [None if value is None else store(value) for value in column]
            for store, column in zip(stored_as, zip(*rows, strict=True), strict=True)
        ]
        copy.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({places})", list(zip(*values, strict=True)))


def _exact_instant(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ")
