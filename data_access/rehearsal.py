"""A private copy of the database in memory, where a deed is tried before it is done.

What is tried there runs by the same code as the deed itself, meets the same rows, rules and triggers, and is thrown away
with the copy: nothing is written in the database, and nobody waits. The copy itself is a short reading: SQLite gives its
pages, PostgreSQL the rows of one instant, put into the same tables of an SQLite in memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access import triggers
from data_access.engine import open_engine
from data_access.rights import Actor
from data_access.schema import audit_entry, metadata
from data_access.schema.columns import Instant

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
