"""What the commands do to a database: made, brought up to date, filled, and never harmed."""

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.command import database
from dashboard.configuration.settings import load_settings
from data_access.engine import writing
from data_access.schema import commune, information_meeting
from tests.dashboard.command.terminal import Run
from tests.databases import engine_at


def test_migrating_twice_changes_nothing_the_second_time(run: Run) -> None:
    first, second = run("migrate"), run("migrate")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.startswith("Base mise à jour : 0006")
    assert second.output == "La base était déjà à jour.\n"


def test_migrating_adds_the_communes_and_no_place(run: Run, folder: Path) -> None:
    """Those of 2017 may be no more: they are proposed on the page of places."""
    run("migrate")

    with sqlite3.connect(folder / "cybercantal.sqlite") as connection:
        counted = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("commune", "centre", "event", "published_figure")
        }
    assert counted == {"commune": 246, "centre": 0, "event": 0, "published_figure": 17}


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
    engine = engine_at(load_settings().database_url)
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
    assert "de démonstration, arrêtées au 30\u00a0mai 2017" in run("doctor").output


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

    with engine_at(settings.database_url).connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(commune)).scalar() == 246


def test_a_command_on_a_database_without_tables_says_how_to_make_them(run: Run) -> None:
    result = run("evaluation", "2013")

    assert result.exit_code == 1
    assert "Cette base n’a pas encore de tables. Lancez « cybercantal migrate »" in result.output
