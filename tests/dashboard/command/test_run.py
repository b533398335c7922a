"""Starting the server, and stopping it."""

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from dashboard.command.run import address, is_free
from dashboard.configuration.settings import load_settings
from tests.dashboard.command.terminal import Run, free_port


@pytest.mark.parametrize("port", ["taken_port", "silent_port"])
def test_a_port_taken_by_another_program_is_told_with_the_remedy(
    run: Run, port: str, request: pytest.FixtureRequest
) -> None:
    taken_port = request.getfixturevalue(port)
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


@pytest.mark.parametrize(("ending", "exit_code"), [(signal.SIGINT, 0), (signal.SIGTERM, -signal.SIGTERM)])
def test_the_server_says_when_it_is_ready_and_stops_with_the_command(
    run: Run, monkeypatch: pytest.MonkeyPatch, ending: signal.Signals, exit_code: int
) -> None:
    """Nothing of Streamlit's or uvicorn's English is printed around it."""
    run("migrate")
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
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


def test_with_accounts_a_database_that_is_not_there_is_never_replaced_by_an_invented_one(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real one may have been lost, or its address mistyped."""
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")

    result = run("--no-browser")

    assert result.exit_code == 1
    assert "Il n’y a pas de base de données" in result.output
    assert "cybercantal migrate" in result.output
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"CYBERCANTAL_HOST": "0.0.0.0"}, "qu’à cette machine"),
        ({"CYBERCANTAL_SIGN_IN": "local", "CYBERCANTAL_PUBLIC_HOSTS": "tableau.exemple.fr"}, "https://"),
        ({"CYBERCANTAL_SIGN_IN": "oidc"}, "CYBERCANTAL_OIDC_ISSUER"),
    ],
)
def test_settings_that_do_not_go_together_stop_the_start(
    run: Run, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], words: str
) -> None:
    run("migrate")
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    result = run("--no-browser")

    assert result.exit_code == 1
    assert words in result.output


def test_an_empty_database_waits_for_accounts_before_anybody_is_entered_in_it(run: Run) -> None:
    run("migrate")

    result = run("--no-browser")

    assert result.exit_code == 1
    assert "Cette base n’est pas une démonstration" in result.output
    assert "CYBERCANTAL_SIGN_IN=local" in result.output
    assert "cybercantal account add" in result.output
    assert "cybercantal demo" in result.output
