"""Databases filled with demonstration data, each made once for all tests and all workers: nobody may write in them."""

import os
import shutil
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from filelock import FileLock

from data_access.demonstration import load_demonstration
from data_access.migrations import migrate
from data_access.schema import BOOKKEEPING, metadata
from tests.databases import engine_at

# A Friday afternoon, 15:20 in Paris: most places are open.
NOW: Final = datetime(2026, 11, 20, 14, 20, tzinfo=UTC)
# The day that the network's own programme speaks of: one week is running, one is late, events are to come.
DAY_OF_THE_PROGRAMME: Final = date(2017, 5, 30)

_FOLDER: Path | None = None
_NUMBERS: Final = count(1)


def keep_in(folder: pytest.TempPathFactory) -> None:
    """Says where the files are kept, before the first is asked for: in a folder that all workers of a run share."""
    global _FOLDER
    _FOLDER = of_the_run(folder) / "demonstrations"
    _FOLDER.mkdir(exist_ok=True)


def of_the_run(folder: pytest.TempPathFactory) -> Path:
    """The folder that all workers of a run share: each has its own in it."""
    own = folder.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def demonstration(as_of: date, seed: int = 2017) -> sa.Engine:
    """A SQLite database as the demonstration leaves it that day, read only; on the day of `NOW`, people are there."""
    return _read_only(as_of, seed)


def demonstration_copy(folder: Path, as_of: date, seed: int = 2017) -> Path:
    """The file of `demonstration`, to write in: a new copy in the folder."""
    return Path(shutil.copy(_file(as_of, seed), folder / f"demonstration-{next(_NUMBERS)}.sqlite"))


@cache
def _read_only(as_of: date, seed: int) -> sa.Engine:
    engine = engine_at(f"sqlite:///{_file(as_of, seed)}")

    @sa.event.listens_for(engine, "begin")
    def _forbid_writing(connection: sa.Connection) -> None:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    return engine


@cache
def _file(as_of: date, seed: int) -> Path:
    """Made by the first worker who asks; the others wait for it."""
    assert _FOLDER is not None, "keep_in() comes first: demonstrations are asked for in tests and fixtures only"
    file = _FOLDER / f"{as_of}-{seed}.sqlite"
    with FileLock(file.with_suffix(".lock")):
        if not file.exists():
            begun = file.with_suffix(".begun")
            # What an interrupted worker left.
            begun.unlink(missing_ok=True)
            engine = engine_at(f"sqlite:///{begun}")
            migrate(engine)
            load_demonstration(engine, as_of=as_of, seed=seed, now=NOW if as_of == NOW.date() else None)
            engine.dispose()
            begun.rename(file)
    return file


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
