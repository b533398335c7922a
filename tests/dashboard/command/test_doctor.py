"""The doctor finds what is wrong, and says the remedy."""

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.command import database
from dashboard.configuration.settings import load_settings
from data_access.engine import reading, writing
from data_access.rights import COMMAND_LINE
from data_access.schema import attendance_summary
from tests.dashboard.command.terminal import Run
from tests.databases import engine_at
from tests.factories import add_centre, add_week


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


def test_the_doctor_counts_summaries_anew_and_has_wrong_ones_made_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program wrote where nobody should."""
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    run("migrate")
    engine = engine_at(load_settings().database_url)
    with writing(engine) as connection:
        add_week(connection, add_centre(connection, "MURAT"), date(2017, 5, 22), office=(1, 2))
    with reading(engine, date(2017, 5, 30), COMMAND_LINE):
        pass
    assert "✔ Résumés\u00a0: ceux que donnent les lignes" in run("doctor", "--deep").output
    with writing(engine) as connection:
        connection.execute(sa.update(attendance_summary).values(occupied_half_days=99))

    wrong, after = run("doctor", "--deep"), run("doctor", "--deep")

    assert "✘ Résumés\u00a0: faux pour MURAT" in wrong.output
    with reading(engine, date(2017, 5, 30), COMMAND_LINE) as connection:
        assert connection.execute(sa.select(sa.func.sum(attendance_summary.c.occupied_half_days))).scalar() == 3
    assert "✘ Résumés" not in after.output
    engine.dispose()
