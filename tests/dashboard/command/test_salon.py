"""`cybercantal salon`: what the file holds, and all that it does not."""

import json
import re
import shutil
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from dashboard.command.database import opened
from dashboard.presentation.choice import salon_show
from dashboard.web.slideshow import salon_application
from data_access.engine import writing
from data_access.records import PresentationRecord
from data_access.rights import COMMAND_LINE
from data_access.writes.presentations import record_presentation
from tests.dashboard.command.terminal import Run
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy

# What is said of one person, by table and column; the demonstration has hundreds of each.
PERSONAL = {
    "person": ("family_name", "email", "phone"),
    "placement": ("candidate_ref", "employer"),
    "pass_membership": ("member_number",),
    "account": ("email", "display_name", "password_hash"),
}


@pytest.fixture
def database(folder: Path) -> Path:
    """The demonstration, where the command looks."""
    return demonstration_copy(folder, DAY_OF_THE_PROGRAMME).rename(folder / "cybercantal.sqlite")


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the show is once the first test that needs it has frozen it."""
    return tmp_path_factory.mktemp("show") / "stand.json"


@pytest.fixture
def file(database: Path, folder: Path, run: Run, frozen: Path) -> Path:
    """The frozen show."""
    if not frozen.exists():
        result = run("salon", str(frozen))
        assert result.exit_code == 0, result.output
        assert "9\u00a0vues" in result.output
        assert "30\u00a0mai 2017" in result.output
    return Path(shutil.copy(frozen, folder / "stand.json"))


def test_nothing_said_of_a_person_is_in_the_file(database: Path, file: Path) -> None:
    """Byte by byte, whatever the table it would stand in."""
    held = file.read_bytes().decode("utf-8", errors="replace").lower()
    with sqlite3.connect(database) as connection:
        told = {
            str(value)
            for table, columns in PERSONAL.items()
            for column in columns
            for (value,) in connection.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL")
        }
    assert len(told) > 300

    # A whole word: « Murat » is a place, and « 22 » a number of sessions as well as one of a member.
    found = {value for value in told if len(value) > 3 and re.search(rf"\b{re.escape(value.lower())}\b", held)}
    assert found == set()


def test_the_file_holds_slides_and_nothing_they_were_made_from(file: Path) -> None:
    held = json.loads(file.read_text(encoding="utf-8"))

    assert set(held) == {"kind", "choice", "deck"}
    assert set(held["deck"]) == {"on", "demonstration", "slides", "frozen_at"}
    assert not stat.S_IMODE(file.stat().st_mode) & 0o222


def test_the_file_says_the_day_of_its_data_and_that_they_are_invented(file: Path) -> None:
    deck, _ = salon_show(file)

    assert (deck.on.isoformat(), deck.demonstration, deck.frozen_at is not None) == ("2017-05-30", True, True)
    assert "direct" not in deck.slides


def test_an_older_show_of_that_name_is_replaced(file: Path, run: Run) -> None:
    first = salon_show(file)[0].frozen_at

    assert run("salon", str(file)).exit_code == 0
    assert salon_show(file)[0].frozen_at != first


def test_a_file_that_is_no_show_is_not_touched(database: Path, run: Run) -> None:
    before = database.read_bytes()

    result = run("salon", str(database))

    assert result.exit_code == 1
    assert "n’a pas été touché" in result.output
    assert database.read_bytes() == before


def test_a_show_saved_under_a_name_is_frozen_as_it_was_composed(database: Path, folder: Path, run: Run) -> None:
    record = PresentationRecord(name="Ruralitic", slides=("pass", "contact"), seconds=30, titles={"pass": "Le club"})
    with opened(f"sqlite:///{database}") as engine, writing(engine, COMMAND_LINE) as connection:
        record_presentation(connection, COMMAND_LINE, record, now=datetime(2017, 5, 30, 8, tzinfo=UTC))

    assert run("salon", str(folder / "stand.json"), "--name", "ruralitic").exit_code == 0

    deck, choice = salon_show(folder / "stand.json")
    assert list(deck.slides) == ["pass", "contact"]
    assert (choice.seconds, choice.titles) == (30, {"pass": "Le club"})


def test_a_show_that_does_not_exist_is_told(database: Path, folder: Path, run: Run) -> None:
    result = run("salon", str(folder / "stand.json"), "--name", "Nulle part")

    assert result.exit_code == 1
    assert "Nulle part" in result.output
    assert not (folder / "stand.json").exists()


def test_a_file_that_holds_no_show_is_not_presented(database: Path, folder: Path, run: Run) -> None:
    for file in (database, folder / "rien.json"):
        result = run("run", "--salon", str(file), "--no-browser")

        assert result.exit_code == 1
        assert "n’est pas une présentation gelée" in result.output
    assert not (folder / "rien.json").exists()


def test_the_stand_answers_with_the_show_alone(file: Path) -> None:
    stand = TestClient(salon_application(file), base_url="http://127.0.0.1")

    assert stand.get("/", follow_redirects=False).headers["location"] == "/diaporama"
    assert "Données du 30/05/2017" in stand.get("/diaporama").text
    assert stand.get("/sante").json()["application"] == "cybercantal"
    assert "default-src 'self'" in stand.get("/diaporama").headers["content-security-policy"]
    for path in ("/saisie", "/connexion", "/nouveautes", "/diaporama/direct", "/pointer/x"):
        assert stand.get(path).status_code == 404


def test_an_address_chooses_among_the_frozen_slides(file: Path) -> None:
    stand = TestClient(salon_application(file), base_url="http://127.0.0.1")
    text = stand.get("/diaporama?vues=contact,pass&titre.pass=Le club&theme=sombre").text

    assert re.findall(r'<li class="slide[^"]*" id="([^"]+)"', text) == ["contact", "pass"]
    assert "<h1>Le club</h1>" in text
    assert 'data-theme="dark"' in text


def test_a_frozen_slide_is_the_slide_of_the_screen(file: Path) -> None:
    held = json.loads(file.read_text(encoding="utf-8"))

    assert held["deck"]["slides"]["sessions"]["number"] == "22"
