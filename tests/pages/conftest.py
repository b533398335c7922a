"""Databases that pages are opened on: the demonstration, reference data alone, and nothing at all."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from data_access.demonstration import load_demonstration
from data_access.engine import open_engine, writing
from data_access.migrations import migrate
from data_access.reference_data import load_reference

TODAY = date(2017, 5, 30)


@pytest.fixture(scope="session")
def demonstration_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration as it is on the first open day of 2017; tests that write take a copy."""
    file = _migrated(tmp_path_factory.mktemp("demonstration") / "cybercantal.sqlite", reference=True)
    load_demonstration(open_engine(f"sqlite:///{file}"), as_of=TODAY)
    return file


@pytest.fixture(scope="session")
def reference_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was published, and nothing entered."""
    return _migrated(tmp_path_factory.mktemp("reference") / "cybercantal.sqlite", reference=True)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables without a row."""
    return _migrated(tmp_path_factory.mktemp("empty") / "cybercantal.sqlite", reference=False)


@pytest.fixture
def demonstration_settings(demonstration_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The application runs on the demonstration."""
    yield from _settings(demonstration_file, monkeypatch)


@pytest.fixture
def reference_settings(reference_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The application runs on reference data alone."""
    yield from _settings(reference_file, monkeypatch)


@pytest.fixture
def empty_settings(empty_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The application runs on an empty database."""
    yield from _settings(empty_file, monkeypatch)


def _settings(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("CYBERCANTAL_TODAY", TODAY.isoformat())
    yield


def _migrated(file: Path, *, reference: bool) -> Path:
    engine = open_engine(f"sqlite:///{file}")
    migrate(engine)
    if reference:
        with writing(engine) as connection:
            load_reference(connection)
    engine.dispose()
    return file
