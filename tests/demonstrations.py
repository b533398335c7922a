"""Databases filled with demonstration data, each made once for all tests: nobody may write in them."""

import tempfile
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from data_access.demonstration import load_demonstration
from data_access.migrations import migrate
from data_access.schema import BOOKKEEPING, metadata
from tests.databases import engine_at

# A Friday afternoon, 15:20 in Paris: most places are open.
NOW: Final = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)

_FOLDER: Final = tempfile.TemporaryDirectory(prefix="demonstrations-")


def demonstration(as_of: date, seed: int = 2017) -> sa.Engine:
    """A SQLite database as the demonstration leaves it that day, read only; on the day of `NOW`, people are there."""
    return _loaded(as_of, seed)


@cache
def _loaded(as_of: date, seed: int) -> sa.Engine:
    url = f"sqlite:///{_FOLDER.name}/{as_of}-{seed}.sqlite"
    engine = engine_at(url)
    migrate(engine)
    load_demonstration(engine, as_of=as_of, seed=seed, now=NOW if as_of == NOW.date() else None)

    @sa.event.listens_for(engine, "begin")
    def _forbid_writing(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    return engine


def rows_of(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every fact of a database, table by table, in the order of the keys."""
    tables = [table for table in metadata.sorted_tables if table not in BOOKKEEPING]
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            ]
            for table in tables
        }
