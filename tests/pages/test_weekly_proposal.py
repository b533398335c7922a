"""The week's check-ins are shown under the fields of its sheet, and taken at one press; nothing else fills a field."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.schema import visit
from tests.application import opened, run_on
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


def sheet() -> dict[str, Any]:
    app = opened("weekly_entry", centre="MURAT", semaine="2017-S22")
    said: dict[str, Any] = json.loads(app.get("bidi_component")[0].proto.json)
    return said


def test_check_ins_are_a_hint_and_no_figure(engine: sa.Engine) -> None:
    """Two offices in the morning and one in the afternoon are three half-days; open space, zero that day."""
    form = sheet()

    hints = [cell["hint"].split(" · ")[-1] for cell in form["rows"][0]["cells"]]
    assert hints == ["pointés\u00a0: 3", "pointés\u00a0: 0"]
    [taken] = [each for each in form["suggestions"] if each["key"] == "P"]
    assert taken["figures"] == {"2017-05-29-office": "3", "2017-05-29-open_space": "0"}
    assert not any(form["values"].values())
