"""Connections: one engine per address, a reading and a writing way through it, the same on SQLite and PostgreSQL.

Here too is what a database says of its own data: invented or real, and which writing it has reached.
"""

import re
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from data_access import summaries
from data_access.refusals import Busy
from data_access.rights import Actor, tell_database
from data_access.schema import data_version as version_table
from data_access.schema import dataset
from data_access.words import same_text

# Below this version two connections that write at once may corrupt a database in WAL mode (the WAL-reset bug).
_WAL_IS_SAFE_FROM: Final = (3, 51, 3)
_BUSY_MILLISECONDS: Final = 15_000
# How long somebody who saves is made to wait, twice, before they are told.
_PATIENCE_SECONDS: Final = 4.0
_ENDING_SECONDS: Final = 2
# A lock that did not come in time, and two writers of whom each waited for the other.
_BUSY_STATES: Final = ("55P03", "40P01")

# What a session says it is to the others of its PostgreSQL.
_NAME: Final = "cybercantal"

_DETAIL: Final = re.compile(r"^DETAIL:.*$\n?", re.MULTILINE)

# SQLite has no queue for its writers: one that waits may wait for ever. This lock is the queue, one per database file.
_WRITERS: Final[dict[str, threading.Lock]] = {}


def open_engine(url: str) -> sa.Engine:
    """An engine for a SQLite or PostgreSQL address; the folder of a SQLite file is made if need be.

    Parameters never show in errors: they hold names of people.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    if address.get_backend_name() == "postgresql":
        return _open_postgresql(address)
    raise ValueError(f"only SQLite and PostgreSQL are supported, not {address.get_backend_name()}")


@contextmanager
def writing(engine: sa.Engine, actor: Actor | None = None) -> Iterator[sa.Connection]:
    """One transaction that may write: all of it is committed, or nothing; `actor` is who asks the reads made in it.

    Where somebody acts, Busy is raised once another write has been waited for long enough, and nothing is written: the
    turn is asked for twice. Upkeep, which is nobody's, waits longer.
    """
    if actor is None:
        with _writing(engine, {"immediate": True}) as connection:
            yield connection
        return
    options = {"immediate": True, "actor": actor, "patience": _PATIENCE_SECONDS}
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(_writing(engine, options))
        except sa.exc.OperationalError as error:
            if not is_busy(error):
                raise
            try:
                connection = opened.enter_context(_writing(engine, options))
            except sa.exc.OperationalError as again:
                raise (Busy() if is_busy(again) else again) from None
        try:
            yield connection
            opened.close()
        except sa.exc.OperationalError as error:
            # PostgreSQL waits for rows one by one, SQLite for the file when all is written.
            if not is_busy(error):
                raise
            raise Busy() from None


def is_busy(error: BaseException) -> bool:
    """Whether a database refused because another write did not end in time."""
    original = getattr(error, "orig", None)
    if isinstance(original, sqlite3.Error):
        return (getattr(original, "sqlite_errorcode", 0) & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(original, "sqlstate", None) in _BUSY_STATES


@contextmanager
def _writing(engine: sa.Engine, options: dict[str, Any]) -> Iterator[sa.Connection]:
    with (
        _turn(engine, options.get("patience")),
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def _turn(engine: sa.Engine, patience: float | None) -> Iterator[None]:
    """The turn of a writer among those of this program; on SQLite alone, and not in memory, where nobody else is."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        yield
        return
    lock = _WRITERS.setdefault(str(engine.url), threading.Lock())
    if not lock.acquire(timeout=-1 if patience is None else patience):
        busy = sqlite3.OperationalError("database is locked")
        busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise sa.exc.OperationalError("BEGIN IMMEDIATE", None, busy)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def reading(engine: sa.Engine, today: date, actor: Actor) -> Iterator[sa.Connection]:
    """One transaction in which `actor` reads a consistent state, its summaries fresh up to the month of `today`."""
    # By default PostgreSQL shows each question what was committed just before it.
    isolation = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    options: dict[str, Any] = {"actor": actor, **isolation}
    while True:
        with engine.connect().execution_options(**options) as connection, connection.begin():
            if summaries.are_fresh(connection, through=today):
                yield connection
                return
        with writing(engine) as connection:
            summaries.refresh(connection, through=today)


def vacuum(engine: sa.Engine, tables: Sequence[str]) -> None:
    """Writes the file anew on SQLite, and these tables on PostgreSQL, without what was removed or replaced."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"SET lock_timeout = {_BUSY_MILLISECONDS}")
            for table in tables:
                connection.exec_driver_sql(f"VACUUM FULL {table}")
            connection.exec_driver_sql("RESET lock_timeout")
        return
    with _WRITERS.setdefault(str(engine.url), threading.Lock()), engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.Error as error:
            raise sa.exc.OperationalError("VACUUM", None, error) from error


def journal_mode() -> str:
    """The journal SQLite is run with: WAL only where the linked SQLite is free of the WAL-reset bug."""
    return "WAL" if sqlite3.sqlite_version_info >= _WAL_IS_SAFE_FROM else "DELETE"


def is_demonstration(connection: sa.Connection) -> bool:
    """Whether the data are invented; every screen and export then says so."""
    return bool(connection.execute(sa.select(dataset.c.demonstration).where(dataset.c.id == 1)).scalar())


def demonstration_as_of(connection: sa.Connection) -> date | None:
    """The day the demonstration data were made for; None for real data."""
    return connection.execute(sa.select(dataset.c.as_of).where(dataset.c.id == 1)).scalar()


_VERSION: Final = sa.select(version_table.c.n).where(version_table.c.id == 1)
_VERSIONS: Final = sa.select(*(column for column in version_table.c if column.name != "id")).where(
    version_table.c.id == 1
)


def data_version(connection: sa.Connection) -> int:
    """A number that grows with every write, whoever made it: what was read at one number still holds at the same."""
    return int(connection.execute(_VERSION).scalar_one())


def data_versions(connection: sa.Connection) -> Mapping[str, int]:
    """The same, `n`, and that of each domain: what was read of some domains still holds at the same numbers of these."""
    return dict(connection.execute(_VERSIONS).mappings().one())


def is_open_elsewhere(engine: sa.Engine) -> bool:
    """Whether another of these programs has the database open, as far as can be known: SQLite only tells who writes now.

    One that is just ending is waited for.
    """
    if engine.dialect.name == "postgresql":
        others = sa.text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()"
        )
        for _ in range(_ENDING_SECONDS * 10):
            with engine.connect() as connection:
                if not connection.execute(others, {"name": _NAME}).scalar_one():
                    return False
                connection.exec_driver_sql("SELECT pg_sleep(0.1)")
        return True
    with closing(sqlite3.connect(str(engine.url.database), timeout=_ENDING_SECONDS)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            return is_busy(sa.exc.OperationalError("BEGIN", None, error))
        except sqlite3.DatabaseError:
            # No database, or no longer one.
            return False
    return False


def _make_private(file: Path) -> None:
    """The folder and the empty file of a new database, for their owner alone; SQLite gives its journals the same mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # What cannot be made is told by the connection, as what cannot be opened.
    with suppress(OSError):
        file.touch(mode=0o600, exist_ok=False)


def _open_sqlite(address: sa.URL) -> sa.Engine:
    if address.database and address.database != ":memory:":
        _make_private(Path(address.database))
    engine = sa.create_engine(address, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not open transactions of its own: it would leave DDL out of them.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        cursor.execute(f"PRAGMA journal_mode = {journal_mode()}")
        # With NORMAL a power cut loses acknowledged writes.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA mmap_size = 0")
        # What is removed is written over: a name that was erased is in no page of the file.
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()
        connection.create_function("same_text", 1, same_text, deterministic=True)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A transaction that reads, then writes, is refused under load unless it is a writer from its first word.
        asked = connection.get_execution_options()
        patience = asked.get("patience")
        if patience is not None:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE" if asked.get("immediate", False) else "BEGIN")
        finally:
            if patience is not None:
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")

    return engine


def _open_postgresql(address: sa.URL) -> sa.Engine:
    if address.get_driver_name() != "psycopg":
        address = address.set(drivername="postgresql+psycopg")
    options: dict[str, Any] = {
        "options": "-c timezone=UTC -c idle_in_transaction_session_timeout=60000",
        "fallback_application_name": _NAME,
    }
    engine = sa.create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=options)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # Told at every transaction that has an asker, and by nobody else: none can forget it, and none inherits it.
        options = connection.get_execution_options()
        actor: Actor | None = options.get("actor")
        if actor is not None:
            tell_database(connection, actor)
        if "patience" in options:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(options['patience'] * 1000)}")

    @sa.event.listens_for(engine, "handle_error")
    def _hide_details(context: sa.engine.ExceptionContext) -> None:
        # The details of a refusal are the whole row: hiding parameters is not enough.
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args:
                error.args = (_DETAIL.sub("", str(error.args[0])), *error.args[1:])

    return engine
