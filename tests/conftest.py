"""What tests of every folder share: an empty database on each engine."""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from data_access.rights import COMMAND_LINE
from tests import demonstrations
from tests.databases import ENGINES, PostgreSQLServer, ServerNotStarted, Templates, engine_at, prepare, sqlite_copy

# What is compiled is kept, even where Python is told to keep nothing: else each process would compile every test again at
# each run, each server its pages, and each database its migrations.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# One profile for every law. The gate tries the same few examples each time, however slow the machine: a failure is a fault
# of the change. `--hypothesis-profile=thorough` looks for new ones, and prints what makes each one come back.
settings.register_profile(
    "gate",
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    # A database rolled back between two examples serves them all, and one history takes its time.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "thorough", settings.get_profile("gate"), max_examples=1000, derandomize=False, print_blob=True
)
settings.load_profile("gate")


def pytest_configure() -> None:
    """In the gate no constant is taken from our own modules: which are loaded depends on the tests that ran before, and each
    process would try other examples."""
    if settings.get_current_profile_name() == "gate":
        providers.is_local_module_file = lambda _path: False


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: a test that waits for a browser or a server leaves its core to another."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Processes take one file after the other, in this order: none is left with a long one when the others have ended.

    Files of the browser, those that hold what is slow, and those that make demonstrations or reports come one in two, for few
    tests take long there; then come the rest. In both, those with many tests come first.
    """
    if config.getoption("random_order_enabled"):
        return
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    by_size = sorted(files, key=lambda file: (-len(files[file]), file))
    long = [file for file in by_size if _LONG & {*file.parts} or any(map(_is_long, files[file]))]
    others = [file for file in by_size if file not in long]
    in_turn = [file for pair in zip_longest(long, others) for file in pair if file is not None]
    items[:] = [item for file in in_turn for item in files[file]]


def pytest_collection_finish() -> None:
    """All that was collected stays until the end: looking through it for garbage, again and again, took one second in seven."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 10)


_LONG: Final = {"browser", "reporting"}


def _is_long(item: pytest.Item) -> bool:
    named = vars(item.module) if isinstance(item, pytest.Function) else {}
    return item.get_closest_marker("slow") is not None or "demonstration" in named or "load_demonstration" in named


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


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], object] | None:
    """What a module writes in each of its databases before the tests; nothing, unless it says so."""
    return None


@pytest.fixture(scope="module")
def templates(
    fill: Callable[[sa.Connection], object] | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Templates]:
    """What the databases of a module are copied from."""
    templates = Templates(fill, tmp_path_factory.mktemp("templates"))
    yield templates
    templates.close()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database with the calendar and what the module filled in, on each engine in turn."""
    with database_like(templates, request, tmp_path) as url:
        yield url


@contextmanager
def database_like(templates: Templates, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """A copy of a module's template on the engine that a fixture is asked for."""
    if request.param == "sqlite":
        yield sqlite_copy(templates.sqlite(request.getfixturevalue("sqlite_template")), folder)
    else:
        server: PostgreSQLServer = request.getfixturevalue("postgresql_server")
        with server.database(like=templates.postgresql(server)) as url:
            yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on a migrated database with the calendar and what the module filled in, on SQLite then on PostgreSQL."""
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


@pytest.fixture(scope="module", params=ENGINES)
def module_engine(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sa.Engine]:
    """A database like those of the module, that all its tests share and take back what they write in."""
    with database_like(templates, request, tmp_path_factory.mktemp("module")) as url:
        engine = engine_at(url)
        yield engine
        engine.dispose()


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
