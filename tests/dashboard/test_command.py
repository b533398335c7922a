"""The console command: its French, its exit codes, and what it does to a database."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from dashboard.command import cybercantal, database
from dashboard.command.french import speak_french
from dashboard.command.run import address, is_free
from dashboard.settings import load_settings
from dashboard.wording.typography import typeset
from data_access.engine import open_engine, writing
from data_access.schema import centre, information_meeting

Run = Callable[..., Result]
COMMANDS = sorted(cybercantal.commands)
ENGLISH = re.compile(r"\b(Usage|Error|Missing|Invalid|Show|exit|Try|Commands|default|Got|No such|requires)\b")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, as on a machine where nothing is set."""
    for name in [name for name in os.environ if name.startswith("CYBERCANTAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-05-30")
    monkeypatch.setenv("CYBERCANTAL_PORT", str(free_port()))
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    speak_french()
    return lambda *arguments: CliRunner().invoke(cybercantal, [*arguments], prog_name="cybercantal")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_french(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")

    assert result.exit_code == 0
    assert result.output.startswith("Utilisation : cybercantal")
    assert not ENGLISH.search(result.output)
    assert typeset(result.output) == result.output


def test_help_names_every_command_and_exit_code(run: Run) -> None:
    output = run("--help").output

    assert [name for name in COMMANDS if f"  {name} " not in output] == []
    assert "Codes de sortie" in output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("nope", "La commande « nope » n’existe pas."),
        ("evaluation", "Il manque l’argument 'ANNÉE'."),
        ("evaluation abc", "Valeur à corriger pour 'ANNÉE' : « abc » n’est pas un nombre entier."),
        ("evaluation 1900", "1900 est hors des limites"),
        ("evaluation 2013 --format xml", "« xml » n’est pas parmi 'table', 'json', 'csv'."),
        ("demo --as-of hier", "« hier » n’est pas une date de la forme AAAA-MM-JJ."),
        ("demo --seeds 3", "L’option « --seeds » n’existe pas. Vouliez-vous dire '--seed' ?"),
        ("demo --seed", "L’option « --seed » attend une valeur."),
        ("doctor a b", "Les arguments a b sont de trop."),
        ("doctor a", "L’argument a est de trop."),
        ("--port abc", "Valeur à corriger pour '--port' : « abc » n’est pas un nombre entier."),
        ("--no-browser=1", "L’option « --no-browser » n’attend pas de valeur."),
    ],
)
def test_a_command_not_written_right_is_told_in_french(run: Run, arguments: str, expected: str) -> None:
    result = run(*arguments.split())

    assert result.exit_code == 2
    assert expected in result.output
    assert not ENGLISH.search(result.output)


@pytest.mark.parametrize("command", [["migrate"], ["doctor"], ["evaluation", "2013"], ["demo"], []])
def test_a_setting_that_cannot_be_used_stops_every_command(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("CYBERCANTAL_PORT", "abc")

    result = run(*command)

    assert result.exit_code == 1
    assert "CYBERCANTAL_PORT vaut « abc »" in result.output


def test_migrating_twice_changes_nothing_the_second_time(run: Run) -> None:
    first, second = run("migrate"), run("migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.startswith("Base mise à jour : 0001")
    assert second.output == "La base était déjà à jour.\n"


def test_migrating_adds_the_published_places(run: Run, folder: Path) -> None:
    run("migrate")

    with sqlite3.connect(folder / "cybercantal.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM centre").fetchone()[0] == 14


def test_tables_of_another_software_are_left_alone(run: Run, folder: Path) -> None:
    with sqlite3.connect(folder / "cybercantal.sqlite") as connection:
        connection.execute("CREATE TABLE elsewhere (id INTEGER)")

    result = run("migrate")

    assert result.exit_code == 1
    assert "ne viennent pas de CyberCantal" in result.output


def test_the_published_year_comes_out_of_the_demonstration(run: Run) -> None:
    run("demo", "--as-of", "2017-05-30")

    result = run("evaluation", "2013", "--format", "json")
    figures = json.loads(result.output)
    fill_rate, completeness = figures.pop("fill_rate"), figures.pop("completeness")
    expected = {"year": 2013, "centres": 10, "seats": 58, "seats_office": 34, "seats_open_space": 24, "users": 214}
    expected |= {"hours": 43800, "pass_members": 111, "cost_per_seat": 934}

    assert figures == expected
    assert round(fill_rate, 2) == 0.35
    assert 0.9 < completeness <= 1
    assert "43 800 h" in run("evaluation", "2013").output.replace("\u202f", " ")
    assert ";0,35" in run("evaluation", "2013", "--format", "csv").output


def test_real_data_are_never_replaced_by_invented_ones(run: Run) -> None:
    run("migrate")
    engine = open_engine(load_settings().database_url)
    with writing(engine) as connection:
        row = {"held_on": date(2017, 1, 10), "place": "Murat", "attendees": 12, "interested": 3}
        connection.execute(sa.insert(information_meeting), row)

    result = run("demo")

    assert result.exit_code == 1
    assert "Cette base contient des données saisies" in result.output


def test_the_first_start_makes_a_database_and_the_second_keeps_it(run: Run, folder: Path) -> None:
    settings = load_settings()

    database.prepare(settings)
    file = folder / "cybercantal.sqlite"
    first = file.stat()
    database.prepare(settings)

    assert [path.name for path in folder.iterdir()] == ["cybercantal.sqlite"]
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (first.st_mtime_ns, first.st_ino)
    assert "de démonstration, arrêtées au 30 mai 2017" in run("doctor").output


def test_an_interrupted_first_start_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(database, "load_demonstration", interrupted)

    with pytest.raises(KeyboardInterrupt):
        database.prepare(load_settings())

    assert list(folder.iterdir()) == []


def test_a_database_with_an_older_schema_is_brought_up_to_date_at_start(folder: Path) -> None:
    settings = load_settings()
    with sqlite3.connect(folder / "cybercantal.sqlite") as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")

    database.prepare(settings)

    with open_engine(settings.database_url).connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(centre)).scalar() == 14


def test_a_port_taken_by_another_program_is_told_with_the_remedy(run: Run, taken_port: int) -> None:
    result = run("--port", str(taken_port), "--no-browser")

    assert result.exit_code == 1
    assert f"Le port {taken_port} est pris par un autre programme." in result.output
    assert f"cybercantal --port {taken_port + 1}" in result.output


def test_a_taken_port_stops_the_start_before_any_file_is_made(run: Run, taken_port: int, folder: Path) -> None:
    run("--port", str(taken_port), "--no-browser")

    assert list(folder.iterdir()) == []


def test_a_port_is_free_until_someone_listens(taken_port: int) -> None:
    assert is_free("127.0.0.1", free_port())
    assert not is_free("127.0.0.1", taken_port)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::1", "http://[::1]:80")],
)
def test_the_address_given_can_be_typed_in_a_browser(host: str, expected: str) -> None:
    assert address(host, 80) == expected


def test_the_doctor_finds_nothing_wrong_before_the_first_start(run: Run) -> None:
    result = run("doctor")

    assert result.exit_code == 0
    assert "✘" not in result.output
    assert "n’existe pas encore" in result.output


def test_the_doctor_finds_nothing_wrong_with_a_database_up_to_date(run: Run) -> None:
    run("migrate")
    result = run("doctor")

    assert result.exit_code == 0
    assert "✔ Tables : à jour" in result.output
    assert "✔ Données : réelles" in result.output


def _misspelt(_folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("CYBERCANTAL_PROT", "8502")


def _unreachable(_folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("CYBERCANTAL_DATABASE_URL", "postgresql://nobody:secret@127.0.0.1:9/none")


def _not_a_database(folder: Path, _patch: pytest.MonkeyPatch) -> None:
    (folder / "cybercantal.sqlite").write_text("a letter", encoding="utf-8")


def _never_migrated(folder: Path, _patch: pytest.MonkeyPatch) -> None:
    sqlite3.connect(folder / "cybercantal.sqlite").close()
    (folder / "cybercantal.sqlite").touch()


def _broken_link(folder: Path, _patch: pytest.MonkeyPatch) -> None:
    engine = open_engine(load_settings().database_url)
    database.bring_up_to_date(engine)
    engine.dispose()
    with sqlite3.connect(folder / "cybercantal.sqlite") as connection:
        connection.execute("INSERT INTO centre_cost (centre_id, year, cost_eur, source) VALUES (999, 2013, 10, 'x')")


def _hidden_from_others(_folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("CYBERCANTAL_HOST", "0.0.0.0")


@pytest.mark.parametrize(
    ("spoil", "remedy"),
    [
        (_misspelt, "Les réglages possibles sont"),
        (_unreachable, "Vérifiez qu’elle est en marche"),
        (_not_a_database, "CYBERCANTAL_DATABASE_URL"),
        (_never_migrated, "Lancez « cybercantal migrate »."),
        (_broken_link, "corrigez ces lignes"),
        (_hidden_from_others, "CYBERCANTAL_PUBLIC_HOSTS"),
    ],
)
def test_the_doctor_names_what_is_wrong_and_the_remedy(
    run: Run,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    spoil: Callable[[Path, pytest.MonkeyPatch], None],
    remedy: str,
) -> None:
    spoil(folder, monkeypatch)

    result = run("doctor")

    assert result.exit_code == 1
    assert "✘" in result.output
    assert remedy in result.output
    assert "secret" not in result.output


@pytest.mark.parametrize(("ending", "exit_code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_the_server_says_when_it_is_ready_and_stops_with_the_command(
    run: Run, ending: signal.Signals, exit_code: int
) -> None:
    """Nothing of Streamlit's or uvicorn's English is printed around it."""
    run("migrate")
    here = address("127.0.0.1", load_settings().port)
    command = [sys.executable, "-c", "from dashboard.command import main; main()", "--no-browser"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as server:
        assert server.stdout is not None
        greeting = server.stdout.readline()
        with urllib.request.urlopen(f"{here}/sante", timeout=60) as health:
            assert json.load(health)["status"] == "ok"
        refusal = run("--no-browser").output
        server.send_signal(ending)
        farewell, _ = server.communicate(timeout=60)

    assert greeting == f"Tableau de bord prêt : {here}  (Ctrl + C pour arrêter)\n"
    assert f"Le tableau de bord est déjà en marche : ouvrez {here}." in refusal
    assert server.returncode == exit_code
    assert farewell.strip() == ("Tableau de bord arrêté." if ending is signal.SIGINT else "")


def test_the_command_loads_nothing_heavy_to_give_help() -> None:
    code = "import sys, dashboard.command; print(*{'polars', 'sqlalchemy', 'streamlit', 'pydantic'} & set(sys.modules))"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == ""
