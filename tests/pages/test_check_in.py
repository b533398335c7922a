"""The desk: one tap notes and takes back; after closing time the end of the day is proposed, then comes by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard.configuration import clock
from data_access.engine import writing
from data_access.schema import visit
from tests.application import opened, press, run_on, said
from tests.data_access.desks import TUESDAY, add_network, add_person, add_visit, at
from tests.databases import engine_at, sqlite_copy

YESTERDAY = TUESDAY - timedelta(days=1)
# The network closes at 17.
UNDO = "Annuler"


@pytest.fixture
def network(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sa.Engine:
    engine = engine_at(run_on(sqlite_copy(sqlite_template, tmp_path), TUESDAY, monkeypatch))
    with writing(engine) as connection:
        add_network(connection)
    return engine


@pytest.fixture
def desk(network: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], AppTest]:
    """The desk of Murat, opened at a moment."""

    def open_at(moment: datetime) -> AppTest:
        monkeypatch.setattr(clock, "now", lambda: moment)
        return opened("check_in", centre="MURAT")

    return open_at


def note(network: sa.Engine, *starts: datetime, centre_id: int = 1, person_id: int | None = None) -> None:
    with writing(network) as connection:
        for started_at in starts:
            add_visit(connection, centre_id, started_at, person_id=person_id)


def ends(network: sa.Engine) -> list[datetime | None]:
    with network.connect() as connection:
        return list(connection.execute(sa.select(visit.c.ended_at).order_by(visit.c.id)).scalars())


def test_one_tap_notes_an_arrival_and_one_takes_it_back(
    network: sa.Engine, desk: Callable[[datetime], AppTest]
) -> None:
    app = press(desk(at(10)), "Arrivée, bureau individuel")
    assert "Depuis 10\N{NO-BREAK SPACE}h" in said(app)
    assert ends(network) == [None]

    press(app, UNDO)
    assert ends(network) == []


def test_departures_forgotten_yesterday_are_noted_at_the_first_look(
    network: sa.Engine, desk: Callable[[datetime], AppTest]
) -> None:
    note(network, at(9, day=YESTERDAY), at(10, day=YESTERDAY), at(8, 30))

    app = desk(at(9))

    assert ends(network) == [at(17, day=YESTERDAY), at(17, day=YESTERDAY), None]
    assert "1 personne présente" in said(app).replace("\N{NO-BREAK SPACE}", " ")
    assert [button.label for button in app.button if button.label == UNDO] == []


def test_the_end_of_the_day_is_proposed_at_closing_time_then_comes_by_itself(
    network: sa.Engine, desk: Callable[[datetime], AppTest]
) -> None:
    note(network, at(9))
    proposed = "Terminer la journée à 17\N{NO-BREAK SPACE}h"

    assert proposed not in [button.label for button in desk(at(16, 59)).button]
    assert proposed in [button.label for button in desk(at(17, 30)).button]
    assert ends(network) == [None]
    app = desk(at(18))
    assert ends(network) == [at(17)]

    # Whoever is there all the same is not sent home again.
    press(app, UNDO)
    desk(at(18, 1))
    assert ends(network) == [None]


def test_the_same_person_in_two_places_is_asked_about(network: sa.Engine, desk: Callable[[datetime], AppTest]) -> None:
    with writing(network) as connection:
        person_id = add_person(connection, 1)
    note(network, at(9), centre_id=2, person_id=person_id)
    app = desk(at(10))
    app.selectbox(key="desk-person-MURAT").select(person_id)

    press(app, "Arrivée, bureau individuel")
    assert next(warning.value for warning in app.warning).endswith("Est-elle ici maintenant\N{NARROW NO-BREAK SPACE}?")
    assert len(ends(network)) == 1
    press(app, "Enregistrer quand même")
    assert len(ends(network)) == 2
