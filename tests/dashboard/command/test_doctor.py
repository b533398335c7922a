"""The doctor finds what is wrong, and says the remedy."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.command import database
from dashboard.configuration.settings import load_settings
from tests.dashboard.command.terminal import Run
from tests.databases import engine_at


def test_the_doctor_finds_nothing_wrong_before_the_first_start(run: Run) -> None:
    result = run("doctor")

    assert result.exit_code == 0
    assert "✘" not in result.output
    assert "n’existe pas encore" in result.output


def test_the_doctor_finds_nothing_wrong_with_a_database_up_to_date(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
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
    engine = engine_at(load_settings().database_url)
    database.bring_up_to_date(engine)
    engine.dispose()
    with sqlite3.connect(folder / "cybercantal.sqlite") as connection:
        connection.execute("INSERT INTO centre_cost (centre_id, year, cost_eur, source) VALUES (999, 2013, 10, 'x')")


def _mistyped(folder: Path, _patch: pytest.MonkeyPatch) -> None:
    engine = engine_at(load_settings().database_url)
    database.bring_up_to_date(engine)
    engine.dispose()
    with sqlite3.connect(folder / "cybercantal.sqlite") as connection:
        connection.execute("DROP TRIGGER placement_insert_range")
        connection.execute(
            "INSERT INTO placement (aim, candidate_ref, stage, contract_kind, hired_on)"
            " VALUES (1, 'TYPO-1', 'hired', 'permanent', '0216-03-01')"
        )


def _open_to_all(_folder: Path, _patch: pytest.MonkeyPatch) -> None:
    engine = engine_at(load_settings().database_url)
    database.bring_up_to_date(engine)
    engine.dispose()


def _hidden_from_others(_folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("CYBERCANTAL_HOST", "0.0.0.0")


def _behind_a_proxy(folder: Path, patch: pytest.MonkeyPatch) -> None:
    _open_to_all(folder, patch)
    patch.setenv("CYBERCANTAL_PUBLIC_HOSTS", "tableau.exemple.fr")


@pytest.mark.parametrize(
    ("spoil", "remedy"),
    [
        (_misspelt, "Les réglages possibles sont"),
        (_unreachable, "Vérifiez qu’elle est en marche"),
        (_not_a_database, "CYBERCANTAL_DATABASE_URL"),
        (_never_migrated, "Lancez « cybercantal migrate »."),
        (_broken_link, "corrigez ces lignes"),
        (_mistyped, "placement n° 1 (TYPO-1) : Embauché le (hired_on), 0216-03-01"),
        (_open_to_all, "cybercantal account add"),
        (_hidden_from_others, "CYBERCANTAL_PUBLIC_HOSTS"),
        (_behind_a_proxy, "CYBERCANTAL_TRUSTED_PROXIES"),
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
