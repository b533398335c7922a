"""A day replayed from the command line: it moves, it stops by itself, and it never touches real data."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.command import demo
from dashboard.configuration.settings import load_settings
from dashboard.wording.typography import typeset
from data_access.engine import writing
from data_access.schema import dataset, visit
from tests.dashboard.command.terminal import Run
from tests.data_access.desks import TUESDAY, add_network, add_visit, at
from tests.databases import engine_at, sqlite_copy

LAST_WEEK = TUESDAY - timedelta(weeks=1)


def plain(output: str) -> str:
    """The text with ordinary spaces."""
    return output.replace("\u00a0", " ")


class QuickClock:
    """A clock that sleeping moves on, and nothing else."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> QuickClock:
    clock = QuickClock()
    monkeypatch.setattr(demo, "time", clock)
    return clock


@pytest.fixture
def engine(folder: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """A demonstration in which two people came to Murat the Tuesday before: 9 h to 12 h, and 9 h to 17 h."""
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", sqlite_copy(sqlite_template, folder))
    engine = engine_at(load_settings().database_url)
    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=True))
        centre_id = add_network(connection)["MURAT"]
        for hour in (12, 17):
            add_visit(connection, centre_id, at(9, day=LAST_WEEK), at(hour, day=LAST_WEEK))
    return engine


def of_today(engine: sa.Engine) -> list[object]:
    with engine.connect() as connection:
        ended = sa.select(visit.c.ended_at).where(visit.c.started_at >= at(0)).order_by(visit.c.id)
        return list(connection.execute(ended).scalars())


def test_a_whole_day_is_played_and_the_command_ends(run: Run, engine: sa.Engine, clock: QuickClock) -> None:
    result = run("demo", "replay", "--speed", "60")

    assert result.exit_code == 0
    assert "Journée rejouée : 2 arrivées et 2 départs." in plain(result.output)
    assert typeset(result.output) == result.output
    assert of_today(engine) == [at(12), at(17)]
    # Eight hours and five minutes, sixty times as fast.
    assert clock.now == pytest.approx(485, abs=1)


def test_it_stops_when_its_minutes_are_over(run: Run, engine: sa.Engine, clock: QuickClock) -> None:
    result = run("demo", "replay", "--speed", "60", "--minutes", "4")

    assert result.exit_code == 0
    assert "Journée arrêtée à 12 h 54 : 2 arrivées et 1 départ." in plain(result.output)
    assert of_today(engine) == [at(12), None]
    assert clock.now == pytest.approx(240, abs=1)


def test_real_data_are_refused(run: Run, engine: sa.Engine, clock: QuickClock) -> None:
    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=False))

    result = run("demo", "replay")

    assert result.exit_code == 1
    assert "n’est pas une démonstration" in result.output
    assert of_today(engine) == []


def test_a_day_of_closing_is_told_with_the_remedy(
    run: Run, engine: sa.Engine, clock: QuickClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-06-04")

    result = run("demo", "replay")

    assert result.exit_code == 1
    assert "le dimanche 4\u00a0juin 2017" in result.output
    assert "CYBERCANTAL_TODAY" in result.output


@pytest.mark.parametrize("option", ["--speed", "--minutes"])
@pytest.mark.parametrize("value", ["0", "-1", "1000000", "vite"])
def test_a_replay_has_its_bounds(run: Run, engine: sa.Engine, option: str, value: str) -> None:
    assert run("demo", "replay", option, value).exit_code == 2
    assert of_today(engine) == []


def test_the_help_is_french(run: Run) -> None:
    output = run("demo", "replay", "--help").output

    assert plain(output).startswith("Utilisation : cybercantal demo replay")
    assert typeset(output) == output
