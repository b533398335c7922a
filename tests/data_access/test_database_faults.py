"""A database that fails names what ails it, loses nothing it acknowledged, and is written again as soon as it can be."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access import engine as engines
from data_access.engine import database_fault, file_fault, is_sound, open_engine, reading, writing
from data_access.refusals import Rule
from data_access.rights import COMMAND_LINE
from data_access.schema import centre
from tests.data_access.figures import TODAY
from tests.databases import on_postgresql, on_sqlite, sqlite_file
from tests.factories import add_centre

Fault = Callable[[Path], Iterator[None]]


@pytest.fixture
def impatient(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """An engine that waits for others no longer than a moment."""
    monkeypatch.setattr(engines, "_LOCK_SECONDS", 0.1)
    monkeypatch.setattr(engines, "_BUSY_MILLISECONDS", 100)
    engine = open_engine(database_url, statement_seconds=0.2)
    write(engine, "BEFORE")
    yield engine
    engine.dispose()


def write(engine: sa.Engine, code: str) -> None:
    with writing(engine) as connection:
        add_centre(connection, code)


def written(engine: sa.Engine) -> list[str]:
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        return list(connection.execute(sa.select(centre.c.code).order_by(centre.c.code)).scalars())


def fault_of(deed: Callable[[], object]) -> Rule | None:
    """What a database says when this is asked of it."""
    with pytest.raises(sa.exc.SQLAlchemyError) as raised:
        deed()
    return database_fault(raised.value)


@contextmanager
def deleted(file: Path) -> Iterator[None]:
    """And put back, from a copy: another file."""
    copy = shutil.copy(file, file.with_suffix(".copy"))
    file.unlink()
    yield
    shutil.move(copy, file)


@contextmanager
def moved(file: Path) -> Iterator[None]:
    elsewhere = file.rename(file.with_suffix(".moved"))
    yield
    elsewhere.rename(file)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def damaged(file: Path) -> Iterator[None]:
    """All but its header, then mended in place."""
    sound = file.read_bytes()
    file.write_bytes(sound[:4096] + bytes(len(sound) - 4096))
    yield
    file.write_bytes(sound)


@contextmanager
def no_database(file: Path) -> Iterator[None]:
    sound = file.read_bytes()
    file.write_bytes(b"a letter " * 1000)
    yield
    file.write_bytes(sound)


@on_sqlite
@pytest.mark.parametrize(
    ("spoilt", "fault", "told_by_the_file"),
    [
        (deleted, Rule.DATABASE_GONE, Rule.DATABASE_GONE),
        (moved, Rule.DATABASE_GONE, Rule.DATABASE_GONE),
        (locked, Rule.DATABASE_LOCKED, None),
        (damaged, Rule.DATABASE_DAMAGED, Rule.DATABASE_DAMAGED),
        (no_database, Rule.DATABASE_DAMAGED, Rule.DATABASE_DAMAGED),
    ],
)
def test_a_fault_of_the_file_is_named_and_once_mended_the_same_engine_goes_on(
    impatient: sa.Engine, database_url: str, spoilt: Fault, fault: Rule, told_by_the_file: Rule | None
) -> None:
    file = sqlite_file(database_url)
    assert (file_fault(impatient), is_sound(impatient)) == (None, True)

    with spoilt(file):  # type: ignore[attr-defined]
        assert fault_of(lambda: write(impatient, "MEANWHILE")) is fault
        assert fault_of(lambda: written(impatient)) is fault
        assert file_fault(impatient) is told_by_the_file
        assert file.exists() is (fault is not Rule.DATABASE_GONE)

    write(impatient, "SINCE")
    assert written(impatient) == ["BEFORE", "SINCE"]
    assert (file_fault(impatient), is_sound(impatient)) == (None, True)


@on_sqlite
def test_a_file_that_another_replaced_is_read_no_more(
    impatient: sa.Engine, database_url: str, sqlite_template: Path
) -> None:
    """A copy was put in its place: it is the database from then on, for who had the former one open."""
    file = sqlite_file(database_url)
    assert written(impatient) == ["BEFORE"]

    Path(shutil.copy(sqlite_template, file.with_suffix(".restored"))).replace(file)

    assert written(impatient) == []


@on_sqlite
@pytest.mark.parametrize(
    ("limit", "fault"),
    [("PRAGMA max_page_count = 1", Rule.DATABASE_FULL), ("PRAGMA query_only = ON", Rule.DATABASE_READ_ONLY)],
)
def test_what_sqlite_says_of_its_disk_is_named(impatient: sa.Engine, limit: str, fault: Rule) -> None:
    """A disk that is full, or not to be written: nothing of the write is there, and what was there is read."""

    def write_much() -> None:
        with writing(impatient) as connection:
            connection.exec_driver_sql(limit)
            connection.exec_driver_sql("CREATE TABLE heavy AS SELECT zeroblob(10000000)")

    assert fault_of(write_much) is fault
    assert written(impatient) == ["BEFORE"]


@on_sqlite
def test_a_disk_with_little_room_is_told_before_it_is_full(
    impatient: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_ROOM", 1 << 62)

    assert file_fault(impatient) is Rule.DATABASE_FULL


def sleep_long(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SELECT pg_sleep(5)")


def write_where_nobody_may(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    add_centre(connection, "MEANWHILE")


def be_ended(connection: sa.Connection) -> None:
    connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


@on_postgresql
@pytest.mark.parametrize(
    ("meanwhile", "fault"),
    [
        (sleep_long, Rule.DATABASE_SLOW),
        (write_where_nobody_may, Rule.DATABASE_READ_ONLY),
        (be_ended, None),
    ],
)
def test_a_fault_of_the_server_is_named_and_the_same_engine_goes_on(
    impatient: sa.Engine, meanwhile: Callable[[sa.Connection], None], fault: Rule | None
) -> None:
    def write_meanwhile() -> None:
        with writing(impatient) as connection:
            add_centre(connection, "LOST")
            meanwhile(connection)

    assert fault_of(write_meanwhile) is fault

    write(impatient, "SINCE")
    assert written(impatient) == ["BEFORE", "SINCE"]


@on_postgresql
def test_a_table_that_another_program_locked_is_not_waited_for_long(impatient: sa.Engine, database_url: str) -> None:
    other = open_engine(database_url)
    with other.begin() as connection:
        connection.exec_driver_sql("LOCK TABLE centre")
        assert fault_of(lambda: write(impatient, "MEANWHILE")) is Rule.DATABASE_BUSY
        assert fault_of(lambda: written(impatient)) is Rule.DATABASE_BUSY
    other.dispose()

    assert written(impatient) == ["BEFORE"]


@on_postgresql
def test_a_server_that_stopped_and_is_back_is_used_again(impatient: sa.Engine, database_url: str) -> None:
    """Every connection ended, none accepted; then they are."""
    keeper = open_engine(sa.make_url(database_url).set(database="postgres").render_as_string(hide_password=False))
    name = sa.make_url(database_url).database
    with keeper.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert fault_of(lambda: write(impatient, "MEANWHILE")) is None
        assert fault_of(lambda: written(impatient)) is None
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    keeper.dispose()

    write(impatient, "SINCE")
    assert written(impatient) == ["BEFORE", "SINCE"]
