"""One row of one table, written with its version and its trace: what an entry is made of, the weekly sheet apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import sqlalchemy as sa

from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import audit_entry
from data_access.writes.audit import record_audit_entry
from data_access.writes.database_refusals import told_as_refusals
from data_access.writes.turns import take_turn

_NOT_CONTENT: Final = ("id", "version")


@dataclass(frozen=True)
class Saved:
    """The row as it is now; `already_recorded` when the same had been stored before and nothing changed.

    `audit_id` is the trace to take back; None when nothing changed.
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


def store_row(
    connection: sa.Connection,
    change: Change,
    table: sa.Table,
    *,
    row_key: str,
    values: Mapping[str, Any],
    row_id: int | None = None,
    base_version: int = 0,
) -> Saved:
    """Stores a row, new (`row_id` None) or corrected, with its audit entry; columns not in `values` stay as they are.

    Storing what is stored already, or the same request again, changes nothing. Raises Refused for a row that is gone, a
    correction made on an older version (`base_version`), or a rule of the database. `connection` must come from
    `writing`.
    """
    sent_before = saved_by_request(connection, change.request_key)
    if sent_before is not None:
        return sent_before
    stored = None if row_id is None else _row(connection, table, row_id)
    version = 0 if stored is None else stored.get("version", 1)
    before = None if stored is None else as_document(stored)
    if stored is not None and all(stored[name] == value for name, value in values.items()):
        return Saved(stored["id"], version, already_recorded=True)
    if "version" in table.c and base_version != version:
        raise Refused([_stale(connection, table, row_id)])
    counted = {"version": version + 1} if "version" in table.c else {}
    with told_as_refusals():
        if row_id is None:
            row_id = connection.execute(sa.insert(table).values(**values, **counted).returning(table.c.id)).scalar_one()
            # SQLite gives the number of a removed row again: who still reads that one must not be taken for a reader of this.
            version = next_version(connection, table.name, row_id) - 1
            if counted and version:
                connection.execute(sa.update(table).where(table.c.id == row_id).values(version=version + 1))
        else:
            connection.execute(sa.update(table).where(table.c.id == row_id).values(**values, **counted))
    # Its own writing holds the row: no lock is asked for, which row-level security would weigh as a change.
    after = as_document(dict(connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one()))
    audit_id = trace(connection, change, table.name, row_key=row_key, row_id=row_id, before=before, after=after)
    return Saved(row_id, version + 1, already_recorded=False, audit_id=audit_id)


def remove_row(connection: sa.Connection, change: Change, table: sa.Table, *, row_key: str, row_id: int) -> int | None:
    """Removes a row with its audit entry, and answers the entry's id; None when it is gone already."""
    stored = connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one_or_none()
    if stored is None:
        return None
    try:
        connection.execute(sa.delete(table).where(table.c.id == row_id))
    except sa.exc.IntegrityError:
        raise Refused([Problem(Rule.STILL_USED)]) from None
    before = as_document(dict(stored))
    return trace(connection, change, table.name, row_key=row_key, row_id=row_id, before=before, after=None)


def saved_by_request(connection: sa.Connection, request_key: str | None) -> Saved | None:
    """What an earlier sending of the same request stored; None for a new request, whose turn it is from now on."""
    if request_key is None:
        return None
    # The other sending may be at work in another transaction: its answer is waited for.
    take_turn(connection, request_key)
    row_id = connection.execute(
        sa.select(audit_entry.c.row_id).where(audit_entry.c.request_key == request_key)
    ).scalar_one_or_none()
    return None if row_id is None else Saved(row_id, 0, already_recorded=True)


def trace(
    connection: sa.Connection,
    change: Change,
    table_name: str,
    *,
    row_key: str,
    row_id: int,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    undoes_id: int | None = None,
) -> int:
    """Writes down one change of one row, and answers the id of the audit entry."""
    with told_as_refusals():
        return record_audit_entry(
            connection,
            change.actor,
            at=change.now,
            action=change.action,
            table_name=table_name,
            row_key=row_key,
            before=before,
            after=after,
            row_id=row_id,
            request_key=change.request_key,
            undoes_id=undoes_id,
            import_batch_id=change.import_batch_id,
        )


def next_version(connection: sa.Connection, table_name: str, row_id: int) -> int:
    """A version no reader of this row has seen yet: one more than its changes."""
    counted = sa.select(sa.func.count()).where(audit_entry.c.table_name == table_name, audit_entry.c.row_id == row_id)
    return 1 + connection.execute(counted).scalar_one()


def as_document(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, as the audit keeps it: days, instants and hours as text, without its id and version."""
    return {name: _plain(value) for name, value in row.items() if name not in _NOT_CONTENT}


def from_document(table: sa.Table, document: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row that the audit kept; columns the table no longer has are left out."""
    return {name: _typed(table.c[name].type.python_type, value) for name, value in document.items() if name in table.c}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _typed(kind: type, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if kind in (date, datetime, time):
        return kind.fromisoformat(value)
    return value


def _row(connection: sa.Connection, table: sa.Table, row_id: int) -> Mapping[str, Any]:
    row = connection.execute(sa.select(table).where(table.c.id == row_id).with_for_update()).mappings().one_or_none()
    if row is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    return dict(row)


def _stale(connection: sa.Connection, table: sa.Table, row_id: int | None) -> Problem:
    last = connection.execute(
        sa.select(audit_entry.c.actor, audit_entry.c.at)
        .where(audit_entry.c.table_name == table.name, audit_entry.c.row_id == row_id)
        .order_by(audit_entry.c.id.desc())
        .limit(1)
    ).one_or_none()
    values = {} if last is None else {"actor": last.actor, "at": last.at}
    return Problem(Rule.RECORD_CHANGED, "version", values)
