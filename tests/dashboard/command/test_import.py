"""Imports from the command line: the same rules, an exit code, a report for programs."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.configuration.settings import load_settings
from data_access.engine import writing
from data_access.schema import welcome_session
from tests.dashboard.command.terminal import Run
from tests.data_access.weekly_sheets import add_network
from tests.databases import engine_at, sqlite_copy

GOOD = "Numéro;Premier jour;Dernier jour;Lieu\n23;18/10/2017;20/10/2017;Salers\n"


@pytest.fixture
def engine(folder: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", sqlite_copy(sqlite_template, folder))
    monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-06-09")
    engine = engine_at(load_settings().database_url)
    with writing(engine) as connection:
        add_network(connection)
    return engine


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def sessions(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(welcome_session)).scalar_one())


def test_a_file_is_imported_and_undone(run: Run, engine: sa.Engine, file: Path) -> None:
    result = run("import", "sessions", str(file), "--format", "json")
    report = json.loads(result.stdout)

    assert (result.exit_code, report["imported"], report["added"], report["errors"]) == (0, True, 1, [])
    assert sessions(engine) == 1
    assert run("import", "--undo", str(report["import"])).exit_code == 0
    assert sessions(engine) == 0


def test_a_dry_run_writes_nothing(run: Run, engine: sa.Engine, file: Path) -> None:
    result = run("import", "sessions", str(file), "--dry-run", "--format", "json")

    assert (result.exit_code, json.loads(result.stdout)["added"]) == (0, 1)
    assert sessions(engine) == 0


def test_what_changes_is_told_field_by_field_and_what_is_done_as_done(run: Run, engine: sa.Engine, file: Path) -> None:
    added = run("import", "sessions", str(file)).stdout.replace("\u00a0", " ")
    assert "Importé : 1 ajout, 0 modification, 0 sans changement. Pour l’annuler : cybercantal import --undo 1" in added

    file.write_text(GOOD.replace("Salers", "Mauriac"), encoding="utf-8")
    rehearsed = run("import", "sessions", str(file), "--dry-run")
    changes = json.loads(run("import", "sessions", str(file), "--dry-run", "--format", "json").stdout)["changes"]

    assert "Rien n’a été écrit : 0 à ajouter, 1 à modifier" in rehearsed.stdout.replace("\u00a0", " ")
    assert "Ligne 2, Lieu : Salers → Mauriac" in rehearsed.stdout.replace("\u00a0", " ")
    assert changes == [{"line": 2, "field": "Lieu", "before": "Salers", "after": "Mauriac"}]


def test_a_bad_line_is_exit_code_1_with_line_column_value_and_reason(run: Run, engine: sa.Engine, file: Path) -> None:
    file.write_text(GOOD.replace("20/10/2017", "31/02/2017"), encoding="utf-8")
    result = run("import", "sessions", str(file), "--format", "json")

    assert result.exit_code == 1
    [error] = json.loads(result.stdout)["errors"]
    assert (error["line"], error["column"], error["value"]) == (2, "Dernier jour", "31/02/2017")
    assert sessions(engine) == 0


def test_a_file_that_is_no_table_is_told_in_a_sentence(run: Run, engine: sa.Engine, file: Path) -> None:
    file.write_bytes(b"%PDF-1.7")

    result = run("import", "sessions", str(file))

    assert result.exit_code == 1
    assert "n’a" in result.output or "sans en être un" in result.output


def test_a_kind_or_a_file_forgotten_is_a_matter_of_usage(run: Run, engine: sa.Engine) -> None:
    assert run("import").exit_code == 2
    assert run("import", "everything", "a.csv").exit_code == 2
