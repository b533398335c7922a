"""The use of the network is said on every day, of any network, and two screens give one number."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa

from dashboard.charts.palette import LIGHT
from dashboard.figures import use
from dashboard.figures.model import Perimeter, Subject
from data_access.engine import reading, writing
from data_access.facts import OverviewFacts
from data_access.periods import Period
from data_access.reads.use import overview_facts
from data_access.rights import COMMAND_LINE
from tests.databases import engine_at, sqlite_copy
from tests.demonstrations import demonstration_copy
from tests.factories import add_centre

DAYS: Final = [
    date(2007, 1, 1),
    date(2012, 1, 1),
    date(2016, 2, 29),
    date(2021, 1, 3),
    date(2026, 12, 3),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2027, 1, 2),
    date(2027, 1, 4),
    date(2028, 2, 29),
    date(2035, 12, 31),
]


def periods(day: date) -> list[Period]:
    """What the filter gives on that day: each kind, the running one and the one before."""
    wholes = [Period.month(day), Period.quarter(day), Period.year(day.year), Period.year(day.year - 1)]
    spans = [
        *wholes,
        Period.days(day - timedelta(days=40), day),
        Period.days(day, day),
        Period.since(date(2007, 1, 1), day),
    ]
    return [Period.last_weeks(12, day), *(span.so_far(day, by_week=True) for span in spans)]


def said_of(connection: sa.Connection, period: Period, day: date) -> tuple[OverviewFacts, Subject, Subject]:
    facts = overview_facts(connection, period, as_of=day, counted_on=day)
    perimeter = Perimeter(period, day, None, None, spoken_period="la période")
    return facts, use.overview(facts, perimeter, mine=["MURAT"]), use.attendance(facts.use, perimeter)


@pytest.fixture(
    scope="module",
    params=["no row", "one place, opened this week", pytest.param("demonstration", marks=pytest.mark.slow)],
)
def network(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, sa.Engine]]:
    """Networks of no row, of one place and of twenty years."""
    folder = tmp_path_factory.mktemp("use")
    if request.param == "demonstration":
        engine = engine_at(f"sqlite:///{demonstration_copy(folder, date(2026, 11, 20))}")
    else:
        engine = engine_at(sqlite_copy(sqlite_template, folder))
    if request.param.startswith("one"):
        with writing(engine) as connection:
            add_centre(connection, "MURAT", opened_on=date(2026, 12, 2))
    yield request.param, engine
    engine.dispose()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_all_is_said_on_every_day(network: tuple[str, sa.Engine], day: date) -> None:
    """Whatever the period: nothing falls, each chart is drawn, nothing compares a part with a whole."""
    _name, engine = network
    with reading(engine, day, COMMAND_LINE) as connection:
        for number, period in enumerate(periods(day)):
            _facts, *subjects = said_of(connection, period, day)
            for subject in subjects:
                assert subject.sentence.endswith(".")
                for figure in subject.figures.values():
                    if figure.draw is not None and number < 2:
                        figure.drawn(LIGHT).to_dict()
                    assert "None" not in figure.spoken + figure.subtitle + figure.table.title
