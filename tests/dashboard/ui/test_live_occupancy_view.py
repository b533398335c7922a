"""What the live page says of each place, and what it costs to look again."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
import streamlit as st
import time_machine

from dashboard.configuration.database import engine_of
from dashboard.figures.show import live_slide
from dashboard.ui import live, store
from dashboard.ui.live import Scope
from dashboard.wording.typography import typeset
from data_access.engine import reading, writing
from data_access.periods import end_of_minute
from data_access.reads.presentation import present_occupancy
from data_access.rights import VISITOR
from data_access.schema import commune, dataset
from tests.data_access.desks import add_network, add_visit, at
from tests.databases import engine_at
from tests.factories import add_centre, add_closure

# 10 h 12 in Paris.
NOW = datetime(2017, 5, 30, 8, 12, tzinfo=UTC)
MINUTE = end_of_minute(NOW)
EVERYWHERE = Scope()
TAG = re.compile(r"<style.*?</style>|<[^>]+>", re.DOTALL)


@pytest.fixture
def engine(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The application's database, at 10 h 12: Murat (2 offices, 3 seats in open space) and Ydes (2 offices)."""
    st.cache_resource.clear()
    st.session_state.clear()
    file = shutil.copy(sqlite_template, tmp_path / "cybercantal.sqlite")
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"sqlite:///{file}")
    engine = engine_at(f"sqlite:///{file}")
    with writing(engine) as connection:
        add_network(connection)
    with time_machine.travel(NOW):
        yield engine
    engine.dispose()


def come(engine: sa.Engine, centre_id: int, *moments: Any, **columns: Any) -> None:
    with writing(engine) as connection:
        for moment in moments:
            add_visit(connection, centre_id, moment, **columns)


def words(scope: Scope = EVERYWHERE) -> str:
    """What the reader reads, the cards parted by « | »."""
    return " ".join(TAG.sub(" ", live.cards(scope, MINUTE).replace("<li>", "|")).split())


def test_the_sentence_and_the_cards_say_the_same_seats(engine: sa.Engine) -> None:
    come(engine, 1, at(9), at(10, 7))
    come(engine, 1, at(9, 30), seat_kind="open_space")
    come(engine, 2, at(10))

    said = words()

    assert said.startswith("Mardi 30 mai 2017, 10 h 12 : 4 positions occupées sur 7, 3 libres.")
    assert "| MURAT ◑ 3/5 2 libres Bureaux ● 2/2 Open space ◔ 1/3 Il y a 5 min 9 h – 17 h" in said
    assert "| YDES ◑ 1/2 1 libre Bureaux ◑ 1/2 Il y a 12 min 9 h – 17 h" in said
    assert said.index("MURAT") < said.index("YDES")


def test_a_full_place_says_so_and_is_left_out_on_demand(engine: sa.Engine) -> None:
    come(engine, 2, at(9), at(9), at(9))

    assert "2 positions occupées sur 2, 0 libre." in words()
    assert "● 3/2 complet" in words()
    assert "YDES" not in words(Scope(only_free=True)).partition("Sans")[0]


def test_the_show_says_the_seats_of_the_sentence(engine: sa.Engine) -> None:
    come(engine, 1, at(9), at(9, 30))
    come(engine, 1, at(9), seat_kind="open_space")
    come(engine, 2, at(9), at(9), at(9))

    with reading(engine, NOW.date(), VISITOR) as connection:
        slide = live_slide(present_occupancy(connection, at=NOW))

    assert "5 positions occupées sur 7, 2 libres." in words()
    assert slide is not None
    assert (slide.number, slide.caption) == ("2", "5\u00a0occupées sur 7, à 10\u00a0h\u00a012")


def test_a_place_without_news_has_no_card_and_no_seat_in_the_total(engine: sa.Engine) -> None:
    come(engine, 1, at(9))

    said = words()

    assert "1 position occupée sur 5, 4 libres." in said
    assert "◌ Sans information depuis 24 heures : YDES." in said
    assert "0/2" not in said


def test_without_any_news_the_page_says_so(engine: sa.Engine) -> None:
    assert "aucun télécentre ouvert n’a donné de nouvelles depuis 24 heures" in words()


def test_a_place_closed_today_says_why_and_who_is_there_all_the_same(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        add_closure(connection, 1, NOW.date(), NOW.date())
        add_centre(connection, "MONTMURAT", weekdays=(1,))
    come(engine, 1, at(9))

    said = words()

    assert "Fermé aujourd’hui : MONTMURAT (fermé le mardi), MURAT (Travaux, 1 pointage en cours)." in said
    assert "| MURAT" not in said


def test_the_last_minute_of_a_day_is_of_that_day(engine: sa.Engine) -> None:
    come(engine, 1, at(21))

    with time_machine.travel(at(23, 59)):
        assert "23 h 59 : 1 position occupée sur 5" in " ".join(
            TAG.sub(" ", live.cards(EVERYWHERE, end_of_minute(store.live_now()))).split()
        )


def test_a_departure_of_another_day_is_told(engine: sa.Engine) -> None:
    come(engine, 1, at(14) - timedelta(days=1))

    assert "0/5 5 libres" in words()
    assert "1 départ d’un jour passé non noté" in words()


def test_a_place_without_recorded_seats_is_not_full_nor_empty(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        add_centre(connection, "ALLANCHE", seats_office=None)

    assert "Positions de travail non renseignées : ALLANCHE." in words()


def test_an_intercommunality_has_its_own_places_and_totals(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        insee = {"insee_code": "15138", "population": 2000, "longitude": 2.9, "latitude": 45.1}
        connection.execute(
            sa.insert(commune).values(name="Murat", epci_siren="200066637", epci_name="Hautes Terres", **insee)
        )
        add_centre(connection, "NEUSSARGUES", insee_code="15138")
    come(engine, 1, at(9))
    come(engine, 3, at(9))

    said = words(Scope(("200066637", "Hautes Terres")))

    assert "10 h 12, Hautes Terres : 1 position occupée sur 2, 1 libre." in said
    assert "MURAT" not in said


def test_every_text_is_french_and_typeset(engine: sa.Engine) -> None:
    come(engine, 1, at(9), at(9), at(9))

    for text in [part.strip() for part in TAG.split(live.cards(Scope(), MINUTE))]:
        assert text == typeset(text)
        assert "None" not in text


def test_the_table_has_each_kind_of_seat_and_leaves_the_unknown_blank(engine: sa.Engine) -> None:
    come(engine, 1, at(9))
    frame = live.now(Scope(), MINUTE).table.frame
    rows = frame.select("centre_name", "seat_kind", "seats", "seats_taken", "seats_free").rows()

    expected = [
        ("MURAT", "Bureaux individuels", 2, 1, 1),
        ("MURAT", "Places en open space", 3, 0, 3),
        ("YDES", "Bureaux individuels", 2, None, None),
    ]
    assert rows == expected


def test_the_course_of_the_day_says_how_many_days_are_usual(engine: sa.Engine) -> None:
    come(engine, 1, *(at(9) - timedelta(weeks=back) for back in (0, 1, 2)))

    shown = live.course(Scope(), MINUTE)

    assert "la moyenne des 2 derniers mardis où l’on a pointé" in shown.subtitle
    assert shown.figures.filter(pl.col("seats_taken").is_not_null())["seats_taken"].max() == 1
    assert shown.options == {"usual_name": "un mardi habituel"}


def test_looking_again_when_nothing_was_written_asks_one_question(engine: sa.Engine) -> None:
    come(engine, 1, at(9))
    live.draw_now(Scope())
    sent: list[str] = []
    own = engine_of(str(engine.url))
    sa.event.listen(own, "before_cursor_execute", lambda *call: sent.append(call[2]))

    live.draw_now(Scope())
    assert [re.findall(r"FROM (\w+)", statement) for statement in sent if "SELECT" in statement] == [["data_version"]]

    come(engine, 2, at(10))
    live.draw_now(Scope())
    assert len(sent) > 2
    assert "YDES" in live.cards(Scope(), MINUTE).partition("Sans information")[0]


def test_a_replayed_day_has_its_own_hour_and_a_real_one_has_not(engine: sa.Engine) -> None:
    come(engine, 1, at(15, 30))
    assert store.live_now() < NOW + timedelta(minutes=1)

    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=True, replayed_to=at(15, 30)))

    assert store.live_now() == at(15, 30)
