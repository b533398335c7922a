"""What tests of every folder share: an empty database on each engine."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.rights import COMMAND_LINE
from tests import demonstrations
from tests.databases import ENGINES, PostgreSQLServer, ServerNotStarted, engine_at, prepare, sqlite_copy


@pytest.fixture(scope="session", autouse=True)
def _demonstrations(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where demonstrations are kept: made at the first demand, and none by tests that ask for none."""
    demonstrations.keep_in(tmp_path_factory)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQLServer]:
    """One server for all tests; where it cannot start they are skipped, except in CI, where they fail."""
    try:
        server = PostgreSQLServer()
    except ServerNotStarted as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with the calendar, to be copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.sqlite"
    prepare(f"sqlite:///{file}")
    return file


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database with the calendar and no other row, on each engine in turn."""
    if request.param == "sqlite":
        yield sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
    else:
        server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
        with server.database() as url:
            yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on a migrated database with the calendar and no other row, on SQLite then on PostgreSQL."""
    engine = engine_at(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session", params=ENGINES)
def shared_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """The database that `connection` writes in and takes back; no test uses it otherwise."""
    if request.param == "sqlite":
        yield engine_at(sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path_factory.mktemp("shared")))
    else:
        server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
        with server.database() as url:
            yield engine_at(url)


@pytest.fixture
def connection(shared_engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that may write, in a migrated database with the calendar, undone after the test.

    Much quicker than `engine`, for a test that needs neither a commit nor a second connection.
    """
    with shared_engine.connect().execution_options(immediate=True, actor=COMMAND_LINE) as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture(params=ENGINES)
def blank_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on a database without a table."""
    if request.param == "sqlite":
        engine = engine_at(f"sqlite:///{tmp_path}/blank.sqlite")
        yield engine
        engine.dispose()
    else:
        server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
        with server.database(migrated=False) as url:
            engine = engine_at(url)
            yield engine
            engine.dispose()
