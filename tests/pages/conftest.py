"""Databases that pages are opened on: the demonstration, reference data alone, and nothing at all."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.migrations import migrate
from data_access.periods import monday
from tests.application import run_on
from tests.data_access.weekly_sheets import add_network
from tests.databases import engine_at, reference_copy, sqlite_copy, sqlite_file
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy
from tests.factories import add_centre, add_week

TODAY = DAY_OF_THE_PROGRAMME


@pytest.fixture(scope="session")
def demonstration_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration as it is on the first open day of 2017; tests that write take a copy."""
    return demonstration_copy(tmp_path_factory.mktemp("demonstration"), TODAY)


@pytest.fixture(scope="session")
def reference_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was published, and nothing entered."""
    return reference_copy(sqlite_template, tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables without a row."""
    file = tmp_path_factory.mktemp("empty") / "cybercantal.sqlite"
    engine = engine_at(f"sqlite:///{file}")
    migrate(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def one_centre_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of one centre that has entered three weeks, one of them empty."""
    url = sqlite_copy(sqlite_template, tmp_path_factory.mktemp("one-centre"))
    engine = engine_at(url)
    with writing(engine) as connection:
        centre_id = add_centre(connection, "MURAT", seats_office=4, seats_open_space=2)
        for number, office in enumerate(([3, 2, 0, 1, 4], [0, 0, 0, 0, 0], [1, None, 2, 2, 1])):
            add_week(connection, centre_id, monday(TODAY) - timedelta(weeks=3 - number), office=office)
    engine.dispose()
    return sqlite_file(url)


@pytest.fixture
def one_centre_settings(one_centre_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application runs on a network of one centre."""
    run_on(one_centre_file, TODAY, monkeypatch)


@pytest.fixture
def demonstration_settings(demonstration_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application runs on the demonstration."""
    run_on(demonstration_file, TODAY, monkeypatch)


@pytest.fixture
def reference_settings(reference_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application runs on reference data alone."""
    run_on(reference_file, TODAY, monkeypatch)


@pytest.fixture
def empty_settings(empty_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application runs on an empty database of its own: a denial is written down."""
    run_on(sqlite_copy(empty_file, tmp_path), TODAY, monkeypatch)


@pytest.fixture(scope="session")
def small_network_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small network of the weekly sheets, to be copied."""
    url = sqlite_copy(sqlite_template, tmp_path_factory.mktemp("small-network"))
    engine = engine_at(url)
    with writing(engine) as connection:
        add_network(connection)
    engine.dispose()
    return sqlite_file(url)


@pytest.fixture
def database(small_network_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The small network on Friday 9 June 2017, no week entered; the application runs on it."""
    engine = engine_at(run_on(sqlite_copy(small_network_file, tmp_path), date(2017, 6, 9), monkeypatch))
    yield engine
    engine.dispose()
