"""The addresses of the show: open to anybody, and saying nothing but the slides."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
import streamlit as st
import time_machine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from dashboard.web.slideshow import SLIDESHOW_ROUTES
from data_access.engine import writing
from data_access.records import PresentationRecord
from data_access.rights import COMMAND_LINE
from data_access.schema import visit
from data_access.writes.presentations import record_presentation
from tests.databases import engine_at
from tests.factories import add_centre

NOW = datetime(2017, 5, 30, 8, 12, tzinfo=UTC)


@pytest.fixture
def engine(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """A network of one centre with twelve seats, eight of them taken, where one signs in to see anything else."""
    st.cache_resource.clear()
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'cybercantal.sqlite')}"
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", url)
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    engine = engine_at(url)
    with writing(engine) as connection:
        centre_id = add_centre(connection, "MURAT", seats_office=12)
        for minute in range(8):
            arrive(connection, centre_id, minute)
    with time_machine.travel(NOW, tick=False):
        yield engine
    engine.dispose()


@pytest.fixture
def screen(engine: sa.Engine) -> TestClient:
    """A stand where nobody has signed in."""
    return TestClient(Starlette(routes=SLIDESHOW_ROUTES))


def arrive(connection: sa.Connection, centre_id: int, minute: int) -> None:
    about = {"centre_id": centre_id, "seat_kind": "office", "source": "desk"}
    connection.execute(sa.insert(visit).values(started_at=datetime(2017, 5, 30, 7, minute, tzinfo=UTC), **about))


def slides(text: str) -> list[str]:
    return re.findall(r'<li class="slide[^"]*" id="([^"]+)"', text)


def test_the_usual_show_has_the_slides_that_have_something_to_say(screen: TestClient) -> None:
    answer = screen.get("/diaporama")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert slides(answer.text) == ["direct", "contact"]
    assert "Données du 30/05/2017" in answer.text
    assert "démonstration" not in answer.text


def test_a_show_is_opened_by_its_name(screen: TestClient, engine: sa.Engine) -> None:
    record = PresentationRecord(
        name="Élus", slides=("contact", "direct"), seconds=30, titles={"direct": "Ici <b>même</b>"}
    )
    with writing(engine, COMMAND_LINE) as connection:
        record_presentation(connection, COMMAND_LINE, record, now=NOW)

    text = screen.get("/diaporama", params={"nom": "élus"}).text

    assert slides(text) == ["contact", "direct"]
    assert 'data-seconds="30"' in text
    assert "<h1>Ici &lt;b&gt;même&lt;/b&gt;</h1>" in text
    assert screen.get("/diaporama", params={"nom": "Nulle part"}).status_code == 404


def test_an_address_puts_nothing_of_its_own_in_the_document(screen: TestClient) -> None:
    bad = '"><script>alert(1)</script>'

    text = screen.get("/diaporama", params={"titre.contact": bad, "theme": bad, "vues": f"contact,{bad}"}).text

    assert "<script>alert" not in text
    assert slides(text) == ["contact"]


def test_the_live_slide_moves_with_who_comes(screen: TestClient, engine: sa.Engine) -> None:
    first = screen.get("/diaporama/direct").json()
    with writing(engine) as connection:
        arrive(connection, 1, 10)
    then = screen.get("/diaporama/direct").json()

    assert first == {
        "number": "4",
        "unit": "places libres",
        "caption": "8\u00a0occupées sur 12, à 10\u00a0h\u00a012",
        "share": pytest.approx(8 / 12),
    }
    assert (then["number"], then["caption"]) == ("3", "9\u00a0occupées sur 12, à 10\u00a0h\u00a012")


def test_a_network_without_news_says_nothing_live(screen: TestClient, engine: sa.Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.delete(visit))

    assert screen.get("/diaporama/direct").status_code == 204
    assert slides(screen.get("/diaporama").text) == ["contact"]


def test_look_and_script_are_kept_by_the_browser_for_as_long_as_they_are_the_same(screen: TestClient) -> None:
    for address in re.findall(r'(?:href|src)="(/diaporama/[^"]+)"', screen.get("/diaporama").text):
        assert "immutable" in screen.get(address).headers["cache-control"]
    assert screen.get("/diaporama/police.woff2").headers["content-type"] == "font/woff2"
