"""The page on a visitor's telephone: one tap, one visit, for that centre and from that page only, and nothing kept of them."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from httpx import Response
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.identity import signing
from dashboard.identity.signing import check_in_path
from dashboard.web.middleware import SecurityHeaders
from dashboard.web.routes import EXCEPTION_HANDLERS, ROUTES
from data_access.engine import writing
from data_access.schema import audit_entry, visit
from tests.data_access.desks import add_network, add_visit
from tests.databases import engine_at

HOST = "https://127.0.0.1:8501"
# 10 h 12 in Paris.
NOW = datetime(2017, 5, 30, 8, 12, tzinfo=UTC)
KEY = re.compile(r'name="cle" value="([^"]+)"')


@pytest.fixture
def engine(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The application's database: Murat with two offices and three seats in open space, and Ydes."""
    file = shutil.copy(sqlite_template, tmp_path / "cybercantal.sqlite")
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))
    engine = engine_at(f"sqlite:///{file}")
    with writing(engine) as connection:
        add_network(connection)
    with time_machine.travel(NOW):
        yield engine
    engine.dispose()


@pytest.fixture
def telephone(engine: sa.Engine) -> TestClient:
    """A visitor before the code on the wall of Murat."""
    # The routes alone: the clock stands still here, and a server of sessions would wait for it to move.
    alone = Starlette(
        routes=ROUTES, middleware=[Middleware(SecurityHeaders)], exception_handlers=dict(EXCEPTION_HANDLERS)
    )
    return TestClient(alone, base_url=HOST)


def visits(engine: sa.Engine) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(sa.select(visit).order_by(visit.c.id)).mappings()]


def opened(telephone: TestClient, centre_code: str = "MURAT") -> str:
    """The key of the form of a page just opened."""
    found = KEY.search(telephone.get(check_in_path(centre_code)).text)
    assert found is not None
    return found[1]


def tap(telephone: TestClient, key: str, *, path: str | None = None, **sent: str) -> Response:
    """What pressing a button sends: by default the arrival at an office."""
    return telephone.post(path or check_in_path("MURAT"), data={"cle": key, **(sent or {"poste": "office"})})


def test_the_page_offers_the_free_seats_of_its_centre_and_asks_no_name(
    telephone: TestClient, engine: sa.Engine
) -> None:
    answer = telephone.get(check_in_path("MURAT"))

    assert answer.status_code == 200
    assert "Télécentre MURAT" in answer.text
    assert "bureau individuel<span>2\u00a0positions libres" in answer.text
    assert "place en open space<span>3\u00a0positions libres" in answer.text
    assert re.findall(r"<input[^>]*>", answer.text) == [
        f'<input type="hidden" name="cle" value="{KEY.findall(answer.text)[0]}">'
    ]
    assert "<script" not in answer.text
    assert 'lang="fr"' in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert visits(engine) == []


def test_one_tap_is_one_anonymous_visit(telephone: TestClient, engine: sa.Engine) -> None:
    answer = tap(telephone, opened(telephone))

    [row] = visits(engine)
    assert (row["seat_kind"], row["person_id"], row["source"], row["ended_at"]) == ("office", None, "qr", None)
    assert row["started_at"].replace(second=0) == NOW
    assert (answer.status_code, answer.url.path) == (200, check_in_path("MURAT"))
    assert "Arrivée notée." in answer.text
    assert "Vous êtes là depuis 10\u00a0h\u00a012" in answer.text


def test_a_form_sent_twice_is_one_visit(telephone: TestClient, engine: sa.Engine) -> None:
    key = opened(telephone)

    for _ in range(3):
        telephone.cookies.clear()
        assert tap(telephone, key).status_code == 200

    assert len(visits(engine)) == 1


def test_who_is_there_leaves_and_nobody_else(telephone: TestClient, engine: sa.Engine) -> None:
    with writing(engine) as connection:
        add_visit(connection, 1, NOW - timedelta(hours=1))
    tap(telephone, opened(telephone))

    answer = tap(telephone, opened(telephone), depart="oui")

    assert "Départ noté." in answer.text
    [other, mine] = visits(engine)
    assert other["ended_at"] is None
    assert mine["ended_at"].replace(second=0) == NOW
    assert "__Host-pointage" not in telephone.cookies


def test_a_telephone_that_is_there_does_not_arrive_again(telephone: TestClient, engine: sa.Engine) -> None:
    stale = opened(telephone)
    tap(telephone, opened(telephone))

    assert tap(telephone, stale).status_code == 200
    assert len(visits(engine)) == 1


def test_a_departure_needs_the_number_of_a_visit(telephone: TestClient, engine: sa.Engine) -> None:
    with writing(engine) as connection:
        number = add_visit(connection, 1, NOW - timedelta(hours=1))
    forged = [str(number), signing.sign("check-in centre", ["MURAT", number]), signing.sign("check-in visit", "x")]

    for cookie in forged:
        telephone.cookies.set("__Host-pointage", cookie, domain="127.0.0.1")
        assert tap(telephone, opened(telephone), depart="oui").status_code == 409
        telephone.cookies.clear()

    assert visits(engine)[0]["ended_at"] is None


@pytest.mark.parametrize("token", ["MURAT", "x.y", "Ik1VUkFUIg.AAAA", "é"])
def test_an_address_that_was_not_printed_by_us_is_unknown(telephone: TestClient, token: str) -> None:
    for path in (f"/pointer/{token}", f"/pointer/{token}/affiche"):
        answer = telephone.get(path)
        assert answer.status_code == 404
        assert "Cette page n’existe pas" in answer.text
    assert telephone.post(f"/pointer/{token}", data={"poste": "office"}).status_code == 404


def test_a_centre_that_is_no_longer_there_has_no_page(telephone: TestClient) -> None:
    assert telephone.get(check_in_path("NULLE-PART")).status_code == 404


@pytest.mark.parametrize("key", ["", "made-up", "the key of another centre"])
def test_a_form_of_elsewhere_notes_nothing(telephone: TestClient, engine: sa.Engine, key: str) -> None:
    if key.startswith("the key"):
        key = opened(telephone, "YDES")

    answer = tap(telephone, key)

    assert answer.status_code == 403
    assert "Touchez de nouveau le bouton." in answer.text
    assert visits(engine) == []


def test_a_page_left_open_for_long_must_be_tapped_again(telephone: TestClient, engine: sa.Engine) -> None:
    key = opened(telephone)

    with time_machine.travel(NOW + timedelta(minutes=31)):
        answer = tap(telephone, key)
        assert answer.status_code == 403
        assert visits(engine) == []
        found = KEY.search(answer.text)
        assert found is not None
        assert tap(telephone, found[1]).status_code == 200
    assert len(visits(engine)) == 1


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://ailleurs.example"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
def test_another_site_cannot_have_it_sent(telephone: TestClient, engine: sa.Engine, headers: dict[str, str]) -> None:
    answer = telephone.post(check_in_path("MURAT"), data={"cle": opened(telephone), "poste": "office"}, headers=headers)

    assert answer.status_code == 403
    assert visits(engine) == []


def test_our_own_page_is_not_taken_for_another_site(telephone: TestClient, engine: sa.Engine) -> None:
    headers = {"origin": HOST, "sec-fetch-site": "same-origin"}
    telephone.post(check_in_path("MURAT"), data={"cle": opened(telephone), "poste": "office"}, headers=headers)

    assert len(visits(engine)) == 1


@pytest.mark.parametrize("length", [None, "999999", "-1", "12 kilos"])
def test_a_form_too_long_to_be_ours_is_not_read(telephone: TestClient, engine: sa.Engine, length: str | None) -> None:
    def endless() -> Iterator[bytes]:
        yield b"cle=a&poste=office"

    headers = {"content-type": "application/x-www-form-urlencoded"}
    if length is not None:
        headers["content-length"] = length
    answer = telephone.post(check_in_path("MURAT"), content=endless(), headers=headers)

    assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["", "meeting_room", "office'; --", "1"])
def test_a_seat_nobody_has_is_refused(telephone: TestClient, engine: sa.Engine, kind: str) -> None:
    answer = tap(telephone, opened(telephone), poste=kind)

    assert answer.status_code == 409
    assert "Choisissez une position dans la liste." in answer.text
    assert visits(engine) == []


def test_a_seat_that_is_taken_is_not_offered_nor_given(telephone: TestClient, engine: sa.Engine) -> None:
    key = opened(telephone)
    with writing(engine) as connection:
        for _ in range(2):
            add_visit(connection, 1, NOW - timedelta(hours=1))

    answer = tap(telephone, key)

    assert answer.status_code == 409
    assert "Les 2\u00a0bureaux individuels sont pris" in answer.text
    assert 'value="office"' not in answer.text
    assert 'value="open_space"' in answer.text
    assert len(visits(engine)) == 2


def test_on_a_day_of_closing_a_visitor_is_sent_to_somebody(telephone: TestClient, engine: sa.Engine) -> None:
    with time_machine.travel(NOW + timedelta(days=4)):
        answer = tap(telephone, opened(telephone))

    assert answer.status_code == 409
    assert "n’ouvre pas aujourd’hui" in answer.text
    assert visits(engine) == []


def test_the_cookie_is_kept_from_scripts_and_says_nothing_of_anyone(telephone: TestClient) -> None:
    answer = telephone.post(
        check_in_path("MURAT"), data={"cle": opened(telephone), "poste": "office"}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"]

    assert answer.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert cookie.startswith("__Host-")
    assert {"Path=/", "Secure"} <= set(cookie.split("; "))


def test_the_trace_names_the_code_and_no_person(telephone: TestClient, engine: sa.Engine) -> None:
    tap(telephone, opened(telephone))

    with engine.connect() as connection:
        [trace] = connection.execute(sa.select(audit_entry)).mappings().all()
    assert (trace["actor"], trace["action"]) == ("code QR MURAT", "record_arrival")


def test_the_sheet_for_the_wall_bears_the_code_and_its_address(
    telephone: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = telephone.get(f"{check_in_path('MURAT')}/affiche")

    assert answer.status_code == 200
    assert "<svg" in answer.text
    assert f"{HOST}{check_in_path('MURAT')}" in answer.text
    assert "n’est joignable que de cette machine" in answer.text
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_ADDRESS", "https://tableau.example")
    public = telephone.get(f"{check_in_path('MURAT')}/affiche", headers={"host": "evil.example"})
    assert f"https://tableau.example{check_in_path('MURAT')}" in public.text
    assert "evil.example" not in public.text
    assert "n’est joignable que de cette machine" not in public.text


def test_reading_a_page_writes_nothing(telephone: TestClient, engine: sa.Engine) -> None:
    for path in (check_in_path("MURAT"), f"{check_in_path('MURAT')}?poste=office&fait=arrivee"):
        telephone.get(path)
        telephone.head(path)

    assert visits(engine) == []


def test_a_printed_code_outlives_a_restart_and_no_other_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path / "here"))
    printed = check_in_path("MURAT")
    signing._key_of_file.cache_clear()
    assert check_in_path("MURAT") == printed
    assert (tmp_path / "here" / signing.KEY_FILE).stat().st_mode & 0o077 == 0

    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path / "elsewhere"))
    assert check_in_path("MURAT") != printed
    assert signing.unsign("check-in centre", printed.rpartition("/")[2]) is None
