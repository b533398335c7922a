"""The desk: what the code on the wall noted is taken back together, and back again; the code is replaced."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.identity import signing
from data_access.engine import writing
from data_access.schema import audit_entry, visit
from tests.application import opened, press, run_on, said
from tests.databases import engine_at
from tests.factories import add_centre
from tests.pages.conftest import TODAY


@pytest.fixture
def database(one_centre_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """A centre where three came by the code between 9 and 10 h, and one by the desk."""
    url = run_on(Path(shutil.copy(one_centre_file, tmp_path / "a.sqlite")), TODAY, monkeypatch)
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))
    engine = engine_at(url)
    with writing(engine) as connection:
        add_centre(connection, "YDES")
        for minute, source in enumerate(("qr", "qr", "desk", "qr")):
            at = datetime(TODAY.year, TODAY.month, TODAY.day, 7, 10 + minute, tzinfo=UTC)
            values = {"centre_id": 1, "seat_kind": "open_space", "started_at": at, "source": source}
            connection.execute(sa.insert(visit).values(values))
    yield engine
    engine.dispose()


def sources(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(visit.c.source).order_by(visit.c.id)).scalars())


def test_arrivals_by_the_code_are_taken_back_together_and_back_again(database: sa.Engine) -> None:
    app = opened("check_in", centre="MURAT")
    (label,) = (button.label for button in app.button if "par affiche" in button.label)
    assert label.replace("\u00a0", " ") == "Annuler 3 arrivées par affiche du 30 mai 2017 à 9 h"

    press(app, label)
    assert sources(database) == ["desk"]
    press(app, "Annuler")
    assert sources(database) == ["qr", "qr", "desk", "qr"]


def test_a_code_is_replaced_and_written_down(database: sa.Engine) -> None:
    murat, ydes = signing.check_in_path("MURAT"), signing.check_in_path("YDES")
    app = opened("check_in", centre="MURAT")
    assert signing.number_of_the_day("MURAT", TODAY) in said(app)

    press(app, "Oui, remplacer ce code")

    assert (signing.check_in_path("MURAT") != murat, signing.check_in_path("YDES")) == (True, ydes)
    with database.connect() as connection:
        assert connection.execute(sa.select(audit_entry.c.action)).scalars().all()[-1] == "replace_check_in_code"
