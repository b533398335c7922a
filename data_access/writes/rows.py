"""One record, written with its version and its audit entry: what every entry is made of.

What the database itself refuses is told as a refusal; who writes about the same thing waits.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningInsert

from data_access.documents import PARTS, Document, record_document
from data_access.engine import writing
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import audit_entry, import_batch, visit

_WANT_OF_RIGHT: Final = (Rule.NOT_ALLOWED, Rule.NOT_YOUR_ROLE)
# A trigger names its rule itself; a check constraint is named in the message of both engines, quoted on PostgreSQL.
_TRIGGER_RULE: Final = re.compile(r"rule: (\w+)")
_INSUFFICIENT_PRIVILEGE: Final = "42501"
_CONSTRAINT: Final = re.compile(r"\bck_\w+")


@dataclass(frozen=True)
class Saved:
    """The row as it is now; `already_recorded` when the same had been stored before and nothing changed.

    `audit_id` is the audit entry to undo; None when nothing changed.
    """

    row_id: int
    version: int
    already_recorded: bool
    audit_id: int | None = None


@dataclass(frozen=True)
class Change:
    """Who writes, when, for which request and import; handed on by every write to the rows it stores."""

    actor: Actor
    now: datetime
    action: str
    request_key: str | None = None
    import_batch_id: int | None = None
    deed_id: int | None = None
    """The first audit entry of the record of several rows that this change is of; None for the first itself."""


@dataclass(frozen=True)
class UndoableRecord:
    """`content` answers what the audit would keep of the record now, None when it is gone; `restore` makes it say
    `content` again, or removes it for None, and counts its version."""

    content: Callable[[sa.Connection, int], Document | None]
    restore: Callable[[sa.Connection, Change, int, Document | None], None]


def store_row(
    connection: sa.Connection,
    change: Change,
    table: sa.Table,
    *,
    row_key: str,
    values: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]] | None = None,
    row_id: int | None = None,
    base_version: int = 0,
    first_version: int = 1,
) -> Saved:
    """Stores a record, new (`row_id` None) or corrected, with its audit entry; columns not in `values` stay as they are.

    `parts` are all the rows that belong to it, for a table that has some (`data_access.documents.PARTS`); None = as they
    are. `first_version` is that of a new one, more than 1 where readers know another of its key, which was undone. Storing
    what is stored already, or the same request again, changes nothing. Raises Refused for a row that is gone, a correction
    made on an older version (`base_version`), or a rule of the database. `connection` must come from `writing`.
    """
    already_saved = saved_before(connection, change.request_key)
    if already_saved is not None:
        return already_saved
    stored = None if row_id is None else _row(connection, table, row_id)
    version = first_version - 1 if stored is None else stored.get("version", 1)
    before = None if stored is None else record_document(connection, table, stored)
    if stored is not None and says(connection, table, stored, values, parts):
        return Saved(stored["id"], version, already_recorded=True)
    if "version" in table.c and base_version != (0 if stored is None else version):
        raise Refused([record_changed(connection, table, row_id)])
    counted = {"version": version + 1} if "version" in table.c else {}
    with database_errors_refused():
        if row_id is None:
            new = {**values, **counted, **fresh_id(connection, table)}
            row_id = connection.execute(_insertion(table), new).scalar_one()
            _add_parts(connection, table, row_id, parts or [])
        else:
            if parts is not None:
                # The row as it is wanted may not stand beside its parts as they were.
                replace_parts(connection, table, row_id, [])
            connection.execute(sa.update(table).where(table.c.id == row_id).values(**values, **counted))
            if parts is not None:
                # Nor do those stay that the database added to what the row became: its author said all of them.
                replace_parts(connection, table, row_id, parts)
    # Its own writing holds the row: no lock is asked for, which row-level security would weigh as a change.
    written = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one()
    after = record_document(connection, table, dict(written))
    audit_id = audit_change(connection, change, table.name, row_key=row_key, row_id=row_id, before=before, after=after)
    return Saved(row_id, version + 1, already_recorded=False, audit_id=audit_id)


@cache
def _insertion(table: sa.Table) -> ReturningInsert[Any]:
    """Puts a row into a table and answers its id: building the statement anew costs more than running it."""
    return sa.insert(table).returning(table.c.id)


def remove_row(connection: sa.Connection, change: Change, table: sa.Table, *, row_key: str, row_id: int) -> int | None:
    """Removes a row with its audit entry, and answers the entry's id; None when it is gone already."""
    stored = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one_or_none()
    if stored is None:
        return None
    before = record_document(connection, table, dict(stored))
    try:
        connection.execute(sa.delete(table).where(table.c.id == row_id))
    except sa.exc.IntegrityError:
        raise Refused([Problem(Rule.STILL_USED)]) from None
    return audit_change(connection, change, table.name, row_key=row_key, row_id=row_id, before=before, after=None)


def saved_before(connection: sa.Connection, request_key: str | None) -> Saved | None:
    """What an earlier sending of the same request stored; None for a new request, whose turn it is from now on."""
    if request_key is None:
        return None
    # The other sending may be at work in another transaction: its answer is waited for.
    lock_subject(connection, request_key)
    row_id = connection.execute(
        sa.select(audit_entry.c.row_id).where(audit_entry.c.request_key == request_key)
    ).scalar_one_or_none()
    return None if row_id is None else Saved(row_id, 0, already_recorded=True)


def replace_parts(connection: sa.Connection, table: sa.Table, row_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Makes the rows that belong to a record those wanted."""
    parts = PARTS[table.name]
    connection.execute(sa.delete(parts.table).where(parts.table.c[parts.owner] == row_id))
    _add_parts(connection, table, row_id, rows)


def _add_parts(connection: sa.Connection, table: sa.Table, row_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        parts = PARTS[table.name]
        connection.execute(sa.insert(parts.table), [{parts.owner: row_id, **row} for row in rows])


def fresh_id(connection: sa.Connection, table: sa.Table) -> dict[str, int]:
    """The id of a new row where SQLite would give that of a removed one again: one more than any seen; PostgreSQL counts."""
    if connection.dialect.name != "sqlite":
        return {}
    highest = [number or 0 for number in connection.execute(_highest_ids(table)).one()]
    if table is visit:
        # The audit names visits by their centre and number, and the last arrival has the highest.
        entry = audit_entry.c
        arrivals = sa.select(entry.row_key).where(entry.table_name == table.name, entry.action == "record_arrival")
        last = connection.execute(arrivals.order_by(entry.id.desc()).limit(1)).scalar_one_or_none()
        highest.append(0 if last is None else int(last.rpartition(" ")[2]))
    return {"id": 1 + max(highest)}


@cache
def _highest_ids(table: sa.Table) -> sa.Select[int | None, int | None]:
    """The highest id of a table, and the highest that the audit has of it."""
    entry = audit_entry.c
    seen = sa.select(sa.func.max(entry.row_id)).where(entry.table_name == table.name)
    if table is import_batch:
        seen = sa.select(sa.func.max(entry.import_batch_id))
    return sa.select(sa.select(sa.func.max(table.c.id)).scalar_subquery(), seen.scalar_subquery())


def record_changed(connection: sa.Connection, table: sa.Table, row_id: int | None) -> Problem:
    """Says that somebody changed a record meanwhile: who did last, and when."""
    last = connection.execute(
        sa.select(audit_entry.c.actor, audit_entry.c.at)
        .where(audit_entry.c.table_name == table.name, audit_entry.c.row_id == row_id)
        .order_by(audit_entry.c.id.desc())
        .limit(1)
    ).one_or_none()
    values = {} if last is None else {"actor": last.actor, "at": last.at}
    return Problem(Rule.RECORD_CHANGED, "version", values)


def lock_subject(connection: sa.Connection, about: str) -> None:
    """Waits until nobody else writes about the same thing, then keeps the turn until the transaction ends.

    SQLite has one writer at a time for the whole database, whose turn `writing` took.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(about, 0))))


@contextmanager
def database_errors_refused() -> Iterator[None]:
    """Turns what the database refuses by a trigger, a check or a key into Refused; the transaction is lost all the same.

    The message of the database stays out of it: it may quote what people typed. What row-level security refuses is a want
    of right.
    """
    try:
        yield
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)]) from None
    except sa.exc.IntegrityError as error:
        raise Refused([Problem(Rule.REFUSED_BY_DATABASE, "", {"rule": broken_rule(error)})]) from None


def broken_rule(error: sa.exc.IntegrityError) -> str:
    """The name of the rule, from the message of either engine; `integrity` for a key."""
    text = str(error.orig)
    named = _TRIGGER_RULE.search(text)
    if named:
        return named.group(1)
    constraint = _CONSTRAINT.search(text)
    return constraint.group(0) if constraint else "integrity"


def audit_change(
    connection: sa.Connection,
    change: Change,
    table_name: str,
    *,
    row_key: str,
    row_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    undoes_id: int | None = None,
) -> int:
    """Writes down who changed what, from what to what, and answers the entry's id; `row_key` is the readable key."""
    entry = {
        "at": change.now,
        "actor": change.actor.name,
        "action": change.action,
        "table_name": table_name,
        "row_key": row_key,
        "before": None if before is None else dict(before),
        "after": None if after is None else dict(after),
        "row_id": row_id,
        "request_key": change.request_key,
        "undoes_id": undoes_id,
        "import_batch_id": change.import_batch_id,
        "deed_id": change.deed_id,
    }
    with database_errors_refused():
        entry_id: int = connection.execute(_insertion(audit_entry), entry).scalar_one()
    return entry_id


def record_refusal(engine: sa.Engine, actor: Actor, refusal: Refused, *, at: datetime) -> None:
    """Writes down that somebody tried what they may not do, in a transaction of its own; other refusals leave no trace."""
    wanting = [problem for problem in refusal.problems if problem.rule in _WANT_OF_RIGHT]
    for problem in wanting[:1]:
        record_denial(engine, actor, f"{problem.rule} {problem.values.get('centre_code', '')}".strip(), at=at)


def record_denial(engine: sa.Engine, actor: Actor, about: str, *, at: datetime) -> None:
    """Writes down that a page, a read or a write was denied to somebody: `about` says which, without any name."""
    with writing(engine, actor) as connection:
        denied = Change(actor, at, "denied")
        audit_change(connection, denied, "account", row_key=about[:200], after={"role": actor.role})


def says(
    connection: sa.Connection,
    table: sa.Table,
    stored: Mapping[str, Any],
    values: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]] | None,
) -> bool:
    """Whether a stored record says what is to be stored, its parts included."""
    if not all(stored[name] == value for name, value in values.items()):
        return False
    mine = PARTS.get(table.name)
    if parts is None or mine is None:
        return True
    return bool(record_document(connection, table, stored)[mine.name] == mine.as_documents(parts))


def _row(connection: sa.Connection, table: sa.Table, row_id: int) -> Mapping[str, Any]:
    row = connection.execute(sa.select(table).where(table.c.id == row_id).with_for_update()).mappings().one_or_none()
    if row is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return dict(row)
