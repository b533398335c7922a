"""Connections: one engine per address, a reading and a writing way through it, the same on SQLite and PostgreSQL.

Here too is what a database says of its own data: invented or real, and which writing it has reached.
"""

import math
import os
import re
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from data_access import summaries
from data_access.refusals import Busy, Rule
from data_access.rights import Actor, tell_database
from data_access.schema import data_version as version_table
from data_access.schema import dataset
from data_access.words import same_text

# Below this version two connections that write at once may corrupt a database in WAL mode (the WAL-reset bug).
_WAL_IS_SAFE_FROM: Final = (3, 51, 3)
# How long a writer waits in all before it is told, and no longer than this for the lock of another program.
_PATIENCE_SECONDS: Final = 4.5
_LOCK_SECONDS: Final = 3.0
# How long a reader waits for the writer whose turn it is, before it makes its summaries itself.
_READERS_PATIENCE_SECONDS: Final = 0.5
_POLITE_SECONDS: Final = 0.1
_REFRESH_SECONDS: Final = 0.25
# How long SQLite waits for others to read, or to write, what is read or committed; less once another program was found to
# keep the database, for a moment: who has waited for one answer is not made to wait for each.
_BUSY_MILLISECONDS: Final = 3_000
# Who commits has others wait who want to read: they must not be the first to give up.
_COMMIT_MILLISECONDS: Final = 2_000
_LOCKED_MILLISECONDS: Final = 100
_LOCKED_SECONDS: Final = 5.0
# How long PostgreSQL may take for one question of the server; commands take the time they need.
STATEMENT_SECONDS: Final = 10
_CONNECT_SECONDS: Final = 4
# At most thirty connections for a process, ten of which are kept open.
_POOL: Final[Mapping[str, Any]] = {"pool_size": 10, "max_overflow": 20, "pool_timeout": _PATIENCE_SECONDS}
_ENDING_SECONDS: Final = 2
# A sheet with its journal takes a hundredth of it.
_ROOM: Final = 2_000_000
# A lock that did not come in time, and two writers of whom each waited for the other.
_BUSY_STATES: Final = ("55P03", "40P01")

# What a session says it is to the others of its PostgreSQL.
_NAME: Final = "cybercantal"

_DETAIL: Final = re.compile(r"^DETAIL:.*$\n?", re.MULTILINE)


class _Queue:
    """Turns that go to whoever has asked first: a lock of Python's goes to who comes by as it is given back."""

    def __init__(self, turns: int) -> None:
        self._free, self._turns, self._waiting = turns, turns, deque[threading.Event]()
        self._ended = threading.Condition()

    def take(self, seconds: float, *, before_all: bool = False) -> bool:
        """Whether a turn came within so many seconds, `before_all` those who wait; then `give_back` must follow."""
        with self._ended:
            if self._free:
                self._free -= 1
                return True
            mine = threading.Event()
            if before_all:
                self._waiting.appendleft(mine)
            else:
                self._waiting.append(mine)
        if mine.wait(seconds):
            return True
        with self._ended:
            # It may have come just now.
            if not mine.is_set():
                self._waiting.remove(mine)
            return mine.is_set()

    def give_back(self) -> None:
        with self._ended:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
            self._ended.notify_all()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def is_at_work(self) -> bool:
        return self._free < self._turns

    def let_pass(self, seconds: float) -> None:
        """Waits until a writer whose turn it is has ended, no longer than so many seconds."""
        with self._ended:
            if self.is_at_work:
                self._ended.wait(seconds)


# SQLite has no queue for its writers: one that waits may wait for ever. On PostgreSQL few at once write as much as many, and
# none waits long. This is the queue of the writers of this program, one per database.
_WRITERS: Final[dict[str, _Queue]] = {}
_TURNS: Final = {"sqlite": 1, "postgresql": 4}


def _queue(engine: sa.Engine) -> _Queue:
    turns = _TURNS[engine.dialect.name]
    # In memory nobody else is there.
    return _WRITERS.setdefault(str(engine.url), _Queue(turns)) if engine.url.database else _Queue(turns)


def writers_waiting(engine: sa.Engine) -> int:
    """How many of this program wait for their turn to write, now."""
    return _queue(engine).waiting


def let_writers_end(engine: sa.Engine, *, within: float) -> bool:
    """Waits for the writers of this program whose turn it is, before those who ask now; whether they ended in time."""
    queue, until, turns = _queue(engine), time.monotonic() + within, 0
    while turns < _TURNS[engine.dialect.name] and queue.take(until - time.monotonic(), before_all=True):
        turns += 1
    for _ in range(turns):
        queue.give_back()
    return turns == _TURNS[engine.dialect.name]


def open_engine(url: str, *, statement_seconds: float = 0) -> sa.Engine:
    """An engine for a SQLite or PostgreSQL address; the folder of a SQLite file is made if need be.

    Parameters never show in errors: they hold names of people. PostgreSQL ends a statement that takes longer than
    `statement_seconds`, 0 for no end.
    """
    address = sa.make_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    if address.get_backend_name() == "postgresql":
        return _open_postgresql(address, statement_seconds)
    raise ValueError(f"only SQLite and PostgreSQL are supported, not {address.get_backend_name()}")


@contextmanager
def writing(engine: sa.Engine, actor: Actor | None = None) -> Iterator[sa.Connection]:
    """One transaction that may write: all of it is committed, or nothing; `actor` is who asks the reads made in it.

    Writers of this program have their turns in the order in which they asked. Where somebody acts, Busy is raised once
    others have been waited for long enough, and nothing is written.
    """
    try:
        with _writing(engine, {} if actor is None else {"actor": actor}) as connection:
            yield connection
            if actor is not None and connection.in_transaction():
                summaries.refresh_written(connection)
    except sa.exc.SQLAlchemyError as error:
        # PostgreSQL waits for rows one by one, SQLite for the file when all is written.
        if actor is None or not is_busy(error):
            raise
        raise Busy(database_fault(error) or Rule.DATABASE_BUSY) from None


def is_busy(error: BaseException) -> bool:
    """Whether a database refused because another write did not end in time."""
    return database_fault(error) in (Rule.DATABASE_BUSY, Rule.DATABASE_LOCKED)


# What databases say of their faults: the first byte of SQLite's codes, and PostgreSQL's states.
_SQLITE_FAULTS: Final = {
    sqlite3.SQLITE_BUSY: Rule.DATABASE_LOCKED,
    sqlite3.SQLITE_LOCKED: Rule.DATABASE_LOCKED,
    sqlite3.SQLITE_FULL: Rule.DATABASE_FULL,
    sqlite3.SQLITE_READONLY: Rule.DATABASE_READ_ONLY,
    sqlite3.SQLITE_PERM: Rule.DATABASE_CLOSED,
    sqlite3.SQLITE_CANTOPEN: Rule.DATABASE_CLOSED,
    sqlite3.SQLITE_CORRUPT: Rule.DATABASE_DAMAGED,
    sqlite3.SQLITE_NOTADB: Rule.DATABASE_DAMAGED,
}
_POSTGRESQL_FAULTS: Final = {
    # A lock that did not come in time, and two writers of whom each waited for the other.
    "55P03": Rule.DATABASE_BUSY,
    "40P01": Rule.DATABASE_BUSY,
    "57014": Rule.DATABASE_SLOW,
    "53100": Rule.DATABASE_FULL,
    "25006": Rule.DATABASE_READ_ONLY,
    "XX001": Rule.DATABASE_DAMAGED,
    "XX002": Rule.DATABASE_DAMAGED,
}


def database_fault(error: BaseException) -> Rule | None:
    """What ails the database, by an error it answered with; None where nothing more is known."""
    original = getattr(error, "orig", None)
    if isinstance(original, _OwnTurn) or isinstance(error, sa.exc.TimeoutError):
        return Rule.DATABASE_BUSY
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorcode", 0)
        moved = code == sqlite3.SQLITE_READONLY_DBMOVED
        return Rule.DATABASE_GONE if moved else _SQLITE_FAULTS.get(code & 0xFF)
    return _POSTGRESQL_FAULTS.get(getattr(original, "sqlstate", None) or "")


class _OwnTurn(sqlite3.OperationalError):
    """Another writer of this very program did not end in time."""


@contextmanager
def _writing(engine: sa.Engine, options: dict[str, Any]) -> Iterator[sa.Connection]:
    asked = time.monotonic()
    with _turn(engine, _PATIENCE_SECONDS) as mine:
        if not mine:
            raise sa.exc.OperationalError("BEGIN IMMEDIATE", None, _OwnTurn("database is locked"))
        left = max(0.0, min(_LOCK_SECONDS, _PATIENCE_SECONDS - (time.monotonic() - asked)))
        with _begun(engine, {"immediate": True, "patience": left, **options}) as connection:
            yield connection


@contextmanager
def _begun(engine: sa.Engine, options: dict[str, Any]) -> Iterator[sa.Connection]:
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


@contextmanager
def _turn(engine: sa.Engine, patience: float, *, before_all: bool = False) -> Iterator[bool]:
    """A turn among the writers of this program, if it came."""
    queue = _queue(engine)
    mine = queue.take(patience, before_all=before_all)
    try:
        yield mine
    finally:
        if mine:
            queue.give_back()


@contextmanager
def reading(engine: sa.Engine, today: date, actor: Actor) -> Iterator[sa.Connection]:
    """One transaction in which `actor` reads a consistent state, its summaries fresh up to the month of `today`.

    Summaries that a write made stale are brought up to date for all, unless a writer has to be waited for; those that still
    are not are made for this reading alone, from the rows that it sees.
    """
    # By default PostgreSQL shows each question what was committed just before it.
    isolation = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    options: dict[str, Any] = {"actor": actor, **isolation}
    # Those who read would otherwise take the processor from the one for whom all others wait.
    _queue(engine).let_pass(_POLITE_SECONDS)
    with _begun(engine, options) as connection:
        if summaries.are_fresh(connection, through=today):
            yield connection
            return
    more = True
    with ExitStack() as opened:
        while more:
            with _turn(engine, _READERS_PATIENCE_SECONDS, before_all=True) as mine:
                more = mine and _refreshes(engine, today)
                if not more:
                    # Before the turn is given back: no writer of this program comes between.
                    connection = opened.enter_context(_begun(engine, options))
                    fresh = summaries.are_fresh(connection, through=today)
        if not fresh:
            summaries.refresh_aside(connection, through=today)
        yield connection
        # What was made for this reading goes with it.
        connection.rollback()


def _refreshes(engine: sa.Engine, today: date) -> bool:
    """Refreshes for as long as writers may be made to wait, and says whether there is more."""
    # Where nothing can be written, reading goes on.
    with suppress(sa.exc.DBAPIError), _begun(engine, {"immediate": True, "patience": _POLITE_SECONDS}) as connection:
        return summaries.refresh_some(connection, through=today, seconds=_REFRESH_SECONDS)
    return False


def vacuum(engine: sa.Engine, tables: Sequence[str]) -> None:
    """Writes the file anew on SQLite, and these tables on PostgreSQL, without what was removed or replaced."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            for table in tables:
                connection.exec_driver_sql(f"VACUUM FULL {table}")
            connection.exec_driver_sql("RESET statement_timeout")
        return
    with _turn(engine, _PATIENCE_SECONDS) as mine, engine.connect() as connection:
        if not mine:
            raise sa.exc.OperationalError("VACUUM", None, _OwnTurn("database is locked"))
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
# Asked at each run of a page: SQLAlchemy takes longer over its own words than the database over these.
_VERSIONS: Final = (
    f"SELECT {', '.join(column.name for column in version_table.c if column.name != 'id')} "
    f"FROM {version_table.name} WHERE id = 1"
)


def data_version(connection: sa.Connection) -> int:
    """A number that grows with every write, whoever made it: what was read at one number still holds at the same."""
    return int(connection.execute(_VERSION).scalar_one())


def data_versions(connection: sa.Connection) -> Mapping[str, int]:
    """The same, `n`, and that of each domain: what was read of some domains still holds at the same numbers of these."""
    return dict(connection.exec_driver_sql(_VERSIONS).mappings().one())


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


# After these, what a connection knows of its file may be wrong for ever: it was replaced, mended or opened to writing.
_LAST_OF_A_CONNECTION: Final = frozenset(
    {
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_IOERR,
    }
)


def _open_sqlite(address: sa.URL) -> sa.Engine:
    if not address.database or address.database == ":memory:":
        engine = sa.create_engine(address, hide_parameters=True)
    else:
        _make_private(Path(address.database))
        engine = sa.create_engine(address, hide_parameters=True, **_POOL)
        _follow(engine, Path(address.database).absolute())

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: object) -> None:
        # The driver must not open transactions of its own: it would leave DDL out of them.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_patience(engine)}")
        cursor.execute(f"PRAGMA journal_mode = {journal_mode()}")
        # With less a power cut loses acknowledged writes: with FULL, where the name of the journal is there again.
        cursor.execute("PRAGMA synchronous = EXTRA")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA mmap_size = 0")
        # What is removed is written over: a name that was erased is in no page of the file.
        cursor.execute("PRAGMA secure_delete = ON")
        # What is made for one reading needs no disk.
        cursor.execute("PRAGMA temp_store = MEMORY")
        cursor.close()
        connection.create_function("same_text", 1, same_text, deterministic=True)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A transaction that reads, then writes, is refused under load unless it is a writer from its first word.
        asked = connection.get_execution_options()
        if not asked.get("immediate", False):
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_patience(engine)}")
            connection.exec_driver_sql("BEGIN")
            return
        patience = min(int(asked.get("patience", _LOCK_SECONDS) * 1000), _patience(engine))
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {min(_COMMIT_MILLISECONDS, _BUSY_MILLISECONDS)}")

    @sa.event.listens_for(engine, "commit")
    def _answers(_connection: sa.Connection) -> None:
        _LOCKED.pop(str(engine.url), None)

    return engine


_DAMAGED: Final[dict[str, tuple[int, ...]]] = {}
_LOCKED: Final[dict[str, float]] = {}


def file_fault(engine: sa.Engine) -> Rule | None:
    """What ails the file of a SQLite database, as far as can be told without writing: cheap enough for a monitor."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    file = Path(engine.url.database)
    if not file.is_file():
        return Rule.DATABASE_GONE
    if not os.access(file, os.R_OK):
        return Rule.DATABASE_CLOSED
    # SQLite needs its journal beside the file.
    disk = os.statvfs(file)
    if not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK | os.X_OK) or disk.f_flag & os.ST_RDONLY:
        return Rule.DATABASE_READ_ONLY
    if disk.f_bavail * disk.f_frsize < _ROOM:
        return Rule.DATABASE_FULL
    return Rule.DATABASE_DAMAGED if _DAMAGED.get(str(engine.url), ()) == _content(file) else None


def write_trial(engine: sa.Engine) -> None:
    """Writes what is there already, in a transaction like any other; raises what a writer would meet."""
    with writing(engine) as connection:
        connection.execute(sa.update(version_table).values(n=version_table.c.n))


def is_sound(engine: sa.Engine) -> bool:
    """Whether SQLite finds its file whole; PostgreSQL looks after its own."""
    if engine.dialect.name != "sqlite":
        return True
    try:
        with engine.connect() as connection:
            return bool(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok")
    except sa.exc.DatabaseError as error:
        if database_fault(error) is not Rule.DATABASE_DAMAGED:
            raise
        return False


def _content(file: Path) -> tuple[int, ...]:
    """Which file it is, and when it was last written."""
    found = file.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


def _patience(engine: sa.Engine) -> int:
    """Milliseconds for which SQLite waits for a lock now."""
    locked = time.monotonic() - _LOCKED.get(str(engine.url), -math.inf) < _LOCKED_SECONDS
    return _LOCKED_MILLISECONDS if locked else _BUSY_MILLISECONDS


def _follow(engine: sa.Engine, file: Path) -> None:
    """Has connections be of the file that is at the address now: one that was deleted or replaced goes on being read by who
    has it open, and is never made anew by who opens it."""

    def which() -> tuple[int, int] | None:
        with suppress(OSError):
            found = file.stat()
            return found.st_dev, found.st_ino
        return None

    @sa.event.listens_for(engine, "do_connect")
    def _open_what_is_there(_dialect: object, record: Any, arguments: list[Any], named: dict[str, Any]) -> None:
        record.info["file"] = which()
        if record.info["file"] is None:
            gone = sqlite3.OperationalError("the file is gone")
            gone.sqlite_errorcode = sqlite3.SQLITE_READONLY_DBMOVED
            raise gone
        arguments[0] = f"{file.as_uri()}?mode=rw"
        named["uri"] = True

    @sa.event.listens_for(engine, "checkout")
    def _renew(_connection: object, record: Any, _proxy: object) -> None:
        if record.info["file"] != which():
            raise sa.exc.InvalidatePoolError

    @sa.event.listens_for(engine, "handle_error")
    def _give_up(context: sa.engine.ExceptionContext) -> None:
        code = getattr(context.original_exception, "sqlite_errorcode", 0) & 0xFF
        if code in _LAST_OF_A_CONNECTION:
            context.is_disconnect = True
            if context.connection is not None:
                # A question that was not read to its end keeps what was locked, long after its connection is closed.
                driver: Any = context.connection.connection.driver_connection
                with suppress(sqlite3.Error):
                    driver.rollback()
        if code == sqlite3.SQLITE_BUSY and (context.statement == "BEGIN IMMEDIATE" or not _queue(engine).is_at_work):
            # None of ours keeps it.
            _LOCKED[str(engine.url)] = time.monotonic()
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            with suppress(OSError):
                _DAMAGED[str(engine.url)] = _content(file)


def _open_postgresql(address: sa.URL, statement_seconds: float) -> sa.Engine:
    if address.get_driver_name() != "psycopg":
        address = address.set(drivername="postgresql+psycopg")
    limits = {
        "timezone": "UTC",
        "idle_in_transaction_session_timeout": 60_000,
        "lock_timeout": int(_LOCK_SECONDS * 1000),
        "statement_timeout": int(statement_seconds * 1000),
    }
    options: dict[str, Any] = {
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        "fallback_application_name": _NAME,
        "connect_timeout": _CONNECT_SECONDS,
    }
    engine = sa.create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=options, **_POOL)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # Told at every transaction that has an asker, and by nobody else: none can forget it, and none inherits it.
        options = connection.get_execution_options()
        actor: Actor | None = options.get("actor")
        if actor is not None:
            tell_database(connection, actor)
        if "patience" in options:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(options['patience'] * 1000))}")

    @sa.event.listens_for(engine, "handle_error")
    def _hide_details(context: sa.engine.ExceptionContext) -> None:
        # The details of a refusal are the whole row: hiding parameters is not enough.
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None and error.args:
                error.args = (_DETAIL.sub("", str(error.args[0])), *error.args[1:])

    return engine
