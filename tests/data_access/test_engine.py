"""Reading and writing: whole or not at all, seen at once by others, and never refused because two came at once."""

import sqlite3
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access import summaries
from data_access.engine import data_version, journal_mode, let_writers_end, open_engine, reading, writing
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts
from data_access.refusals import Busy
from data_access.rights import COMMAND_LINE
from data_access.schema import attendance_day, centre, dataset
from tests.burst import burst, fill
from tests.databases import on_postgresql, on_sqlite, sqlite_file
from tests.factories import add_centre, add_closure, add_week

MONDAY = date(2017, 5, 29)
TODAY = date(2017, 6, 30)


def count_centres(connection: sa.Connection) -> int:
    """The centres this connection sees."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(centre)).scalar_one())


def test_a_write_is_seen_by_the_next_reading(engine: sa.Engine, database_url: str) -> None:
    """Also one made by another program, with a connection of its own."""
    with writing(engine) as connection:
        centre_id = add_centre(connection)
        add_week(connection, centre_id, MONDAY, office=(1,))
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        before = attendance_facts(connection, Period.year(2017))["occupied_half_days"].item()
    other = open_engine(database_url)
    with other.begin() as connection:
        add_week(connection, centre_id, MONDAY + timedelta(weeks=1), office=(0, 3))
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        after = attendance_facts(connection, Period.year(2017))["occupied_half_days"].item()
    other.dispose()

    assert (before, after) == (1, 4)


def test_a_failure_in_a_write_leaves_nothing_of_it(engine: sa.Engine) -> None:
    """All of a transaction is committed, or nothing."""

    def write_half() -> None:
        with writing(engine) as connection:
            add_centre(connection)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        write_half()

    with reading(engine, TODAY, COMMAND_LINE) as connection:
        assert count_centres(connection) == 0


def test_a_write_after_a_failed_one_goes_through(engine: sa.Engine) -> None:
    """The turn of a writer that failed is given back."""
    with pytest.raises(sa.exc.IntegrityError), writing(engine) as connection:
        connection.exec_driver_sql("UPDATE dataset SET id = 2")
    with writing(engine) as connection:
        add_centre(connection)
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        assert count_centres(connection) == 1


@on_postgresql
def test_a_reading_sees_one_state_to_its_end(engine: sa.Engine) -> None:
    """Two questions of one page agree, whatever is written between them. (On SQLite the writer waits.)"""
    with writing(engine) as connection:
        add_centre(connection)
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        before = count_centres(connection)
        with writing(engine) as other:
            add_centre(other, "MURAT")
        after = count_centres(connection)

    assert (before, after) == (1, 1)


def test_a_reading_is_never_older_than_the_rows_it_sees(engine: sa.Engine, database_url: str) -> None:
    """A write may come between the refresh of the summaries and the reading: the rows and the figures agree all the same."""
    with writing(engine) as connection:
        centre_id = add_centre(connection)
        add_week(connection, centre_id, MONDAY, office=(0, 1))
    other = open_engine(database_url)
    weeks_to_come = [MONDAY + timedelta(weeks=number) for number in (1, 2)]

    @sa.event.listens_for(engine, "checkin")
    def _write_meanwhile(*_: object) -> None:
        if weeks_to_come:
            with other.begin() as connection:
                add_week(connection, centre_id, weeks_to_come.pop(), office=(0, 1))

    with reading(engine, TODAY, COMMAND_LINE) as connection:
        figure = attendance_facts(connection, Period.year(2017))["occupied_half_days"].item()
        rows = connection.execute(sa.select(sa.func.sum(attendance_day.c.half_days))).scalar_one()
    other.dispose()

    assert weeks_to_come == []
    assert figure == rows == 3


def test_who_reads_while_another_program_writes_is_answered_from_the_rows(engine: sa.Engine, database_url: str) -> None:
    """Nobody is waited for, what is not committed is not seen, and the next reading sees what was."""

    def half_days() -> tuple[int, int]:
        with reading(engine, TODAY, COMMAND_LINE) as connection:
            return (
                attendance_facts(connection, Period.year(2017))["occupied_half_days"].item(),
                connection.execute(sa.select(sa.func.sum(attendance_day.c.half_days))).scalar_one(),
            )

    with writing(engine, COMMAND_LINE) as connection:
        centre_id = add_centre(connection)
        add_week(connection, centre_id, MONDAY, office=(0, 1))
    # A question that was asked often is prepared.
    assert [half_days() for _ in range(8)] == [(1, 1)] * 8
    other = open_engine(database_url)
    with other.begin() as connection:
        add_week(connection, centre_id, MONDAY + timedelta(weeks=1), office=(0, 1))
    with other.connect().execution_options(immediate=True) as connection, connection.begin():
        add_week(connection, centre_id, MONDAY + timedelta(weeks=2), office=(0, 1))
        summaries.refresh(connection, through=TODAY)
        assert half_days() == (2, 2)
    other.dispose()

    assert half_days() == (3, 3)


def test_a_reading_does_not_write(engine: sa.Engine) -> None:
    """The data version, by which sessions notice a write, stays where it was, also when summaries were refreshed."""
    with writing(engine) as connection:
        add_week(connection, add_centre(connection), MONDAY, office=(1,))
    with engine.connect() as connection:
        before = data_version(connection)
    for _ in range(2):
        with reading(engine, TODAY, COMMAND_LINE) as connection:
            assert data_version(connection) == before


@on_sqlite
def test_sqlite_keeps_what_it_acknowledged_and_checks_keys(engine: sa.Engine) -> None:
    """Foreign keys on, every commit on the disk, a journal that this version of SQLite is safe with, nothing left of
    what was removed."""
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("foreign_keys", "synchronous", "journal_mode", "mmap_size", "busy_timeout", "secure_delete")
        }

    assert settings == {
        "foreign_keys": 1,
        "synchronous": 3,
        "journal_mode": journal_mode().lower(),
        "mmap_size": 0,
        "busy_timeout": 3_000,
        "secure_delete": 1,
    }


@pytest.mark.parametrize(
    ("version", "expected"), [((3, 40, 1), "DELETE"), ((3, 51, 2), "DELETE"), ((3, 51, 3), "WAL"), ((3, 60, 0), "WAL")]
)
def test_the_journal_is_wal_only_where_it_is_safe(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], expected: str
) -> None:
    """Older versions may corrupt a database that two connections write at once."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)

    assert journal_mode() == expected


@on_sqlite
def test_twelve_threads_that_read_then_write_never_find_the_database_locked(engine: sa.Engine) -> None:
    """Each one's turn comes, and no count is lost."""
    with writing(engine) as connection:
        add_week(connection, add_centre(connection, seats_office=200), MONDAY, office=(0,))
    rounds = 2

    def count_one_more(_: int) -> None:
        for _round in range(rounds):
            with writing(engine) as connection:
                seen = connection.execute(sa.select(attendance_day.c.half_days)).scalar_one()
                connection.execute(sa.update(attendance_day).values(half_days=seen + 1))
            with reading(engine, TODAY, COMMAND_LINE) as connection:
                attendance_facts(connection, Period.year(2017))

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(count_one_more, range(12)))

    with reading(engine, TODAY, COMMAND_LINE) as connection:
        assert connection.execute(sa.select(attendance_day.c.half_days)).scalar_one() == 12 * rounds


@on_sqlite
def test_writers_have_their_turns_in_the_order_in_which_they_asked(engine: sa.Engine) -> None:
    """Between two turns of one, each of the others has two at most: the one it waited for, and one it asked for since."""
    served: list[int] = []

    def write(writer: int) -> None:
        for _round in range(8):
            with writing(engine):
                served.append(writer)
                time.sleep(0.001)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))

    assert len(served) == 48
    for writer in range(6):
        turns = [place for place, each in enumerate(served) if each == writer]
        between = [Counter(served[one + 1 : next_one]) for one, next_one in pairwise(turns)]
        assert all(most <= 2 for counts in between for most in counts.values())


def test_a_server_that_ends_waits_for_who_writes(engine: sa.Engine) -> None:
    begun, ended = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with writing(engine) as connection:
            begun.set()
            add_centre(connection, "MURAT")
            ended.wait(0.3)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_slowly)
        begun.wait(10)
        assert not let_writers_end(engine, within=0)
        assert let_writers_end(engine, within=10)
        with engine.connect() as connection:
            assert count_centres(connection) == 1
        slow.result()


def test_many_who_save_and_read_at_once_meet_no_error(engine: sa.Engine) -> None:
    """The burst of `python -m tests.burst`, which says how long they wait, of fewer and shorter."""
    with writing(engine, COMMAND_LINE) as connection:
        fill(connection)

    found = burst(engine, writers=8, readers=3, until=lambda rounds: rounds == 2)

    assert found.errors == {}
    assert [len(each) for each in found.saves] == [2] * 8
    assert [len(each) for each in found.reads] == [2] * 3


def test_who_writes_leaves_fresh_summaries(engine: sa.Engine) -> None:
    """Of a few centres; the reading after what concerns all of them does the rest."""
    with writing(engine, COMMAND_LINE) as connection:
        centre_ids = [add_centre(connection, code) for code in ("A", "B", "C", "D")]
        summaries.refresh(connection, through=TODAY)
    with writing(engine, COMMAND_LINE) as connection:
        add_week(connection, centre_ids[0], MONDAY, office=(1,))
        add_week(connection, centre_ids[1], MONDAY, office=(2,))
    with engine.connect() as connection:
        assert summaries.are_fresh(connection, through=TODAY)
    with writing(engine, COMMAND_LINE) as connection:
        add_closure(connection, None, MONDAY, MONDAY)
    with engine.connect() as connection:
        assert not summaries.are_fresh(connection, through=TODAY)


@on_sqlite
def test_a_writer_of_another_program_is_waited_for(engine: sa.Engine, database_url: str) -> None:
    """Another process knows nothing of the queue in this one; SQLite's own wait covers it."""
    other = open_engine(database_url)
    begun = threading.Event()

    def write_slowly() -> None:
        with other.connect().execution_options(immediate=True) as connection, connection.begin():
            add_centre(connection, "MURAT")
            begun.set()
            threading.Event().wait(0.3)

    thread = threading.Thread(target=write_slowly)
    thread.start()
    begun.wait(10)
    with writing(engine) as connection:
        add_centre(connection)
    thread.join(10)
    other.dispose()

    with reading(engine, TODAY, COMMAND_LINE) as connection:
        assert count_centres(connection) == 2


def test_an_error_shows_no_personal_data(engine: sa.Engine) -> None:
    """The values of a statement hold names of people: they are not in the message."""
    with pytest.raises(sa.exc.DBAPIError) as raised, writing(engine) as connection:
        connection.execute(
            sa.text("INSERT INTO person (family_name, email, status) VALUES (:name, :email, 'unknown')"),
            {"name": "Delmas", "email": "marie.delmas@example.org"},
        )

    for error in (raised.value, raised.value.orig):
        assert "ck_person_status" in str(error)
        assert "Delmas" not in str(error)
        assert "marie.delmas" not in str(error)


@on_sqlite
def test_who_has_waited_for_another_program_is_not_made_to_wait_at_each_question(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page asks a dozen of them: its first answer is waited for, the others are told at once."""
    monkeypatch.setattr("data_access.engine._BUSY_MILLISECONDS", 50)
    engine = open_engine(database_url)

    def patience() -> int:
        with engine.connect() as connection:
            connection.execute(sa.select(1))
            return int(connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one())

    assert patience() == 50
    monkeypatch.setattr("data_access.engine._LOCKED_MILLISECONDS", 1)
    with closing(sqlite3.connect(sqlite_file(database_url), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sa.exc.OperationalError), engine.connect() as connection:
            data_version(connection)
    assert patience() == 1
    monkeypatch.setattr("data_access.engine._LOCKED_SECONDS", 0)
    assert patience() == 50
    engine.dispose()


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "new.sqlite"
    with open_engine(f"sqlite:///{file}").begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n INTEGER)")

    assert (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    """The first run finds no folder of the user's data."""
    engine = open_engine(f"sqlite:///{tmp_path}/a/b/cybercantal.sqlite")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")

    assert (tmp_path / "a" / "b" / "cybercantal.sqlite").exists()


def test_another_engine_is_refused() -> None:
    """The message says which ones are known."""
    with pytest.raises(ValueError, match="only SQLite and PostgreSQL are supported, not mysql"):
        open_engine("mysql://localhost/cybercantal")


def test_postgresql_is_reached_by_psycopg_whatever_the_address_says() -> None:
    """`postgresql://` is what a host gives; SQLAlchemy would look for another driver."""
    assert open_engine("postgresql://localhost/cybercantal").driver == "psycopg"


def test_somebody_who_saves_while_another_write_lasts_is_told_and_nothing_is_written(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """« database is locked » and a lock that does not come are one refusal; the next one writes."""
    monkeypatch.setattr("data_access.engine._LOCK_SECONDS", 0.1)
    touch = sa.update(dataset).values(seed=7)
    engine, another_program = open_engine(database_url), open_engine(database_url)
    with another_program.connect().execution_options(immediate=True) as other, other.begin():
        other.execute(touch)
        with pytest.raises(Busy), writing(engine, COMMAND_LINE) as connection:
            connection.execute(touch)

    with writing(engine, COMMAND_LINE) as connection:
        connection.execute(touch)
    engine.dispose(), another_program.dispose()
