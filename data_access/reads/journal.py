"""Who changed what, when, from what to what."""

from contextlib import nullcontext
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from data_access.rights import Right, all_rows, requires
from data_access.schema import audit_entry, metadata

MOST_AT_ONCE = 200


@requires(Right.JOURNAL)
def journal(
    connection: sa.Connection,
    *,
    since: datetime,
    until: datetime,
    actor: str | None = None,
    table_name: str | None = None,
    text: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The changes between two instants, newest first, one page at a time.

    `text` is looked for in the key of the record; `id`, `at`, `actor`, `action`, `table_name`, `row_key`, `row_id`,
    `before`, `after`, `undoes_id`, `import_batch_id`, and `undone`: whether it was.
    """
    entry = audit_entry.c
    question = (
        sa.select(audit_entry, _undone().label("undone"))
        .where(entry.at >= since, entry.at < until, *_conditions(actor, table_name, text))
        .order_by(entry.at.desc(), entry.id.desc())
        .limit(min(limit, MOST_AT_ONCE))
        .offset(offset)
    )
    return [dict(row) for row in connection.execute(question).mappings()]


@requires(Right.JOURNAL)
def journal_count(
    connection: sa.Connection,
    *,
    since: datetime,
    until: datetime,
    actor: str | None = None,
    table_name: str | None = None,
    text: str | None = None,
) -> int:
    """How many changes `journal` has with these conditions."""
    entry = audit_entry.c
    question = (
        sa.select(sa.func.count())
        .select_from(audit_entry)
        .where(entry.at >= since, entry.at < until, *_conditions(actor, table_name, text))
    )
    return int(connection.execute(question).scalar_one())


@requires(Right.ENTER)
def history(
    connection: sa.Connection,
    *,
    table_name: str,
    row_key: str | None = None,
    row_id: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """The last changes of one record, named by its key or by its row, newest first; columns of `journal`."""
    entry = audit_entry.c
    named = entry.row_id == row_id if row_key is None else entry.row_key == row_key
    question = (
        sa.select(audit_entry, _undone().label("undone"))
        .where(entry.table_name == table_name, named)
        .order_by(entry.id.desc())
        .limit(limit)
    )
    # Who may see the record may see who changed it; of one that is gone or another's, they see their own changes.
    with all_rows(connection) if _is_shown(connection, table_name, row_id) else nullcontext():
        return [dict(row) for row in connection.execute(question).mappings()]


@requires(Right.JOURNAL)
def journal_actors(connection: sa.Connection) -> list[str]:
    """Everybody who changed something."""
    return list(connection.execute(sa.select(audit_entry.c.actor).distinct().order_by(audit_entry.c.actor)).scalars())


def _is_shown(connection: sa.Connection, table_name: str, row_id: int | None) -> bool:
    """Whether the record is there for who asks, as row-level security has it on PostgreSQL."""
    table = metadata.tables.get(table_name)
    if row_id is None or table is None or connection.dialect.name != "postgresql":
        return False
    return bool(connection.execute(sa.select(sa.exists().where(table.c.id == row_id))).scalar())


def _undone() -> sa.ColumnElement[bool]:
    later = audit_entry.alias("later")
    return sa.exists().where(later.c.undoes_id == audit_entry.c.id)


def _conditions(actor: str | None, table_name: str | None, text: str | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if actor is not None:
        conditions.append(audit_entry.c.actor == actor)
    if table_name is not None:
        conditions.append(audit_entry.c.table_name == table_name)
    if text:
        conditions.append(audit_entry.c.row_key.icontains(text, autoescape=True))
    return conditions
