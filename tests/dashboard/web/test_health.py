"""What a monitor, who keeps the server and who looks at a page are told of a database that fails is the same."""

import math
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.command import database
from dashboard.configuration.settings import load_settings
from dashboard.server import app
from data_access import engine as engines
from data_access.backups import backup_file, write_backup
from data_access.engine import writing
from data_access.schema import dataset
from tests.application import PATIENCE_SECONDS
from tests.dashboard.command.conftest import folder, run
from tests.dashboard.command.terminal import Run
from tests.data_access.test_database_faults import damaged, deleted, locked, no_database
from tests.databases import engine_at
from tests.factories import add_centre, add_week

__all__ = ["folder", "run"]

Fault = Callable[[Path], AbstractContextManager[None]]


@contextmanager
def full(_file: Path) -> Iterator[None]:
    """To the server, any room is too little."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_ROOM", 1 << 62)
        yield


FAULTS = [
    (deleted, "gone", "Le fichier de la base a disparu."),
    (locked, "locked", "La base est verrouillée par un autre programme."),
    (no_database, "damaged", "Le fichier de la base est abîmé."),
    (full, "full", "Le disque de la base est plein."),
]


@pytest.fixture
def file(sqlite_template: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database of a server that waits for others no longer than a moment."""
    monkeypatch.setattr(engines, "_LOCK_SECONDS", 0.1)
    monkeypatch.setattr(engines, "_BUSY_MILLISECONDS", 100)
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    return Path(shutil.copy(sqlite_template, folder / "cybercantal.sqlite"))


@pytest.fixture
def monitor(file: Path) -> TestClient:
    """What asks the server that serves this file."""
    return TestClient(app, base_url="http://127.0.0.1:8501", raise_server_exceptions=False)


def _page() -> None:
    from dashboard.configuration.database import database
    from dashboard.web.health import show_failure
    from data_access.engine import write_trial

    try:
        write_trial(database())
    except Exception as error:
        show_failure(error)


def sentence_of_a_page() -> str:
    told = AppTest.from_function(_page, default_timeout=PATIENCE_SECONDS).run().error
    return told[0].value if told else ""


@pytest.mark.parametrize(("spoilt", "state", "cause"), FAULTS)
def test_each_is_told_what_ails_the_database_and_that_it_is_well_again(
    monitor: TestClient, file: Path, run: Run, monkeypatch: pytest.MonkeyPatch, spoilt: Fault, state: str, cause: str
) -> None:
    monkeypatch.setattr("dashboard.web.health._TRIED_EVERY_SECONDS", 0)
    assert [monitor.get(address).status_code for address in ("/sante", "/pret")] == [200, 200]

    with spoilt(file):
        page, doctor = sentence_of_a_page(), run("doctor")
        answers = [monitor.get(address) for address in ("/sante", "/pret")]

    # A full disk is told before it keeps anybody from writing.
    assert page.startswith(cause) is (spoilt is not full)
    assert "saisir" not in page
    assert [answer.status_code for answer in answers] == [503, 503]
    assert [answer.json()["database"] for answer in answers] == [state, state]
    # To the doctor, a file that is not there yet will be made at the first start.
    if spoilt is not deleted:
        assert cause.lower().rstrip(".").split(" est ")[-1] in doctor.output.lower()
        assert doctor.exit_code == 1
    assert "Page " not in doctor.output
    assert [monitor.get(address).status_code for address in ("/sante", "/pret")] == [200, 200]
    assert sentence_of_a_page() == ""


def test_who_asks_whether_it_is_ready_is_told_of_the_last_backup(
    monitor: TestClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A late one closes nothing."""
    told = monitor.get("/pret")
    assert (told.status_code, told.json()["backup"]) == (200, "none")

    settings = load_settings()
    engine = engine_at(settings.database_url)
    from dashboard.configuration import clock

    settings.backup_folder.mkdir(parents=True, exist_ok=True)
    now = clock.machine_now()
    write_backup(engine, backup_file(settings.backup_folder, now), now=now, reason="asked", tell=lambda *_: None)
    engine.dispose()
    assert monitor.get("/pret").json()["backup"] == "ok"

    monkeypatch.setattr("dashboard.web.health.BACKUP_HOURS", -1)
    assert (monitor.get("/pret").status_code, monitor.get("/pret").json()["backup"]) == (200, "late")


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_start_and_a_migration_refuse_a_damaged_file(file: Path, run: Run, command: str) -> None:
    with damaged(file):
        result = run(command, *(["--no-browser"] if command == "run" else []))

    assert result.exit_code == 1
    assert "Le fichier de la base est abîmé. Restaurez une sauvegarde avec « cybercantal restore »" in result.output
    assert database.is_sound(engine_at(load_settings().database_url))


def test_prometheus_is_given_figures_for_its_secret_alone(monitor: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert monitor.get("/metrics").status_code == 404

    monkeypatch.setenv("CYBERCANTAL_METRICS_TOKEN", "trois vaches rouges")
    assert [monitor.get("/metrics", headers=each).status_code for each in ({}, {"Authorization": "Bearer x"})] == [
        401,
        401,
    ]
    answer = monitor.get("/metrics", headers={"Authorization": "Bearer trois vaches rouges"})

    told = {
        sample.name: sample.value for family in text_string_to_metric_families(answer.text) for sample in family.samples
    }
    assert answer.status_code == 200
    assert (told["cybercantal_database_up"], told["cybercantal_writers_waiting"]) == (1, 0)
    assert told["cybercantal_process_resident_memory_bytes"] > 0
    assert math.isnan(told["cybercantal_backup_age_seconds"])
    assert "cybercantal_open_pages" in told


def test_a_demonstration_that_does_not_answer_is_not_taken_for_real_data(
    monitor: TestClient, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pages stay open, and say what ails the database; real data, which ask for accounts, close them."""
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "demo")
    engine = engine_at(load_settings().database_url)
    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=True))
    assert [monitor.get(address).status_code for address in ("/", "/sante")] == [200, 200]

    with deleted(file):
        assert monitor.get("/").status_code == 200
        assert monitor.get("/sante").json()["database"] == "gone"

    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=False))
        add_week(connection, add_centre(connection), date(2017, 5, 22))
    engine.dispose()
    assert monitor.get("/").status_code == 503
