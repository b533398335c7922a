"""The console command speaks French, and its exit codes hold."""

import re
import subprocess
import sys

import pytest

from dashboard.command import cybercantal, loaded
from dashboard.wording.typography import typeset
from tests.dashboard.command.terminal import Run

COMMANDS = sorted(cybercantal.commands)
ENGLISH = re.compile(r"\b(Usage|Error|Missing|Invalid|Show|exit|Try|Commands|default|Got|No such|requires)\b")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_french(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")

    assert result.exit_code == 0
    assert result.output.startswith("Utilisation : cybercantal")
    assert not ENGLISH.search(result.output)
    assert typeset(result.output) == result.output


def test_a_command_is_listed_as_it_says_itself() -> None:
    assert {name: listed.help for name, listed in cybercantal.commands.items()} == {
        name: (loaded(name).help or "").partition("\n")[0] for name in COMMANDS
    }


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


def test_the_command_loads_nothing_heavy_to_give_help() -> None:
    code = "import sys, dashboard.command; print(*{'polars', 'sqlalchemy', 'streamlit', 'pydantic'} & set(sys.modules))"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert result.stdout.strip() == ""
