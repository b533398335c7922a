"""The week's check-ins fill the empty fields of its sheet at one press; nothing is recorded before the animator saves."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from data_access.engine import writing
from data_access.schema import attendance_week, visit
from tests.application import opened, press, run_on
from tests.databases import engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME


@pytest.fixture
def engine(one_centre_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    """One centre where two people spent the morning of Monday 29 May 2017, one of them the afternoon too."""
    file = shutil.copy(one_centre_file, tmp_path / "cybercantal.sqlite")
    engine = engine_at(run_on(file, DAY_OF_THE_PROGRAMME, monkeypatch))
    morning, afternoon = datetime(2017, 5, 29, 7, 0, tzinfo=UTC), datetime(2017, 5, 29, 15, 0, tzinfo=UTC)
    with writing(engine) as connection:
        for ended_at in (afternoon, datetime(2017, 5, 29, 10, 0, tzinfo=UTC)):
            stay = {
                "centre_id": 1,
                "seat_kind": "office",
                "started_at": morning,
                "ended_at": ended_at,
                "source": "desk",
            }
            connection.execute(sa.insert(visit).values(stay))
    return engine


def sheet() -> AppTest:
    return opened("weekly_entry", centre="MURAT", semaine="2017-S22")


def monday_fields(app: AppTest) -> dict[str, str]:
    return {field.label.split("\n")[1]: field.value for field in app.text_input if field.label.startswith("Lundi")}


def take_visits(app: AppTest) -> AppTest:
    return press(app, "Reprendre les pointages")


def test_one_press_fills_the_empty_fields(engine: sa.Engine) -> None:
    """Two offices in the morning and one in the afternoon are three half-days; open space, zero that day."""
    app = take_visits(sheet())

    assert monday_fields(app) == {"bureaux (4)": "3", "open space (2)": "0"}


def test_what_was_typed_stays(engine: sa.Engine) -> None:
    app = sheet()
    [office] = [field for field in app.text_input if field.label.startswith("Lundi") and "bureaux" in field.label]
    office.input("2")

    assert monday_fields(take_visits(app)) == {"bureaux (4)": "2", "open space (2)": "0"}


def test_nothing_is_recorded_before_the_animator_saves(engine: sa.Engine) -> None:
    take_visits(sheet())

    with engine.connect() as connection:
        weeks = connection.execute(sa.select(attendance_week.c.week_start)).scalars().all()
    assert "2017-05-29" not in [week.isoformat() for week in weeks]
