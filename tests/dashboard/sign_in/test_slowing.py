"""Who guesses is slowed, whoever they try; who signed in with their browser before is not; and the others go on meanwhile."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from httpx import Response
from starlette.requests import Request

from dashboard.identity import accounts
from dashboard.identity.browsers import KNOWN_COOKIE, browser_name, source_of
from dashboard.web import account_pages
from data_access.schema import audit_entry
from tests.dashboard.sign_in.visitors import ELISE, GOOD, HELENE, Visitor

WRONG = "un autre mot de passe"


def guess(email: str, times: int, source: str = "192.0.2.66") -> list[int]:
    visitor = Visitor(source)
    return [visitor.sign_in(email, WRONG).status_code for _ in range(times)]


def test_of_many_tries_at_once_ten_passwords_are_checked(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    real = accounts.verify_password
    monkeypatch.setattr(accounts, "verify_password", lambda *typed: checked.append(typed[0]) or real(*typed))
    monkeypatch.setattr(account_pages, "_STRANGERS", SimpleNamespace(answer=lambda work: _at_once(work)))
    visitors = [Visitor() for _ in range(16)]
    tokens = [each.token("/connexion") for each in visitors]

    def post(number: int) -> int:
        sent = {"token": tokens[number % 16], "adresse": ELISE, "mot_de_passe": WRONG}
        return visitors[number % 16].post("/connexion", data=sent).status_code

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(post, range(48)))

    assert len(checked) == 10
    assert sorted(answers) == [403] * 10 + [429] * 38


async def _at_once(work: object) -> Response:
    """Without a queue, so that tries meet in the database."""
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(work)  # type: ignore[arg-type]


def test_nobody_shuts_the_account_of_another(visitor: Visitor) -> None:
    visitor.sign_in(ELISE)
    visitor.fill("/deconnexion", page="/compte")
    assert guess(ELISE, 12) == [403] * 10 + [429] * 2
    # In the same building even, and however many places they try from.
    guess(ELISE, 12, source="192.0.2.7")

    assert Visitor("192.0.2.9").sign_in(ELISE).status_code == 429
    assert visitor.sign_in(ELISE).status_code == 303


def test_from_another_place_the_holder_is_not_slowed_by_one_who_guesses(engine: sa.Engine) -> None:
    guess(ELISE, 12)

    assert Visitor("192.0.2.9").sign_in(ELISE).status_code == 303


def test_a_known_browser_guesses_no_more_than_another(visitor: Visitor) -> None:
    visitor.sign_in(ELISE)

    assert [visitor.sign_in(ELISE, WRONG).status_code for _ in range(11)] == [403] * 10 + [429]
    assert Visitor("192.0.2.9").sign_in(ELISE).status_code == 303


def test_who_sprays_is_stopped(engine: sa.Engine) -> None:
    sprayer = Visitor("192.0.2.66")

    statuses = [sprayer.sign_in(f"{number}@example.org", WRONG).status_code for number in range(32)]

    assert statuses == [403] * 30 + [429] * 2
    assert Visitor().sign_in(ELISE).status_code == 303


def test_the_known_browser_says_nothing_of_anybody_and_opens_nothing(visitor: Visitor) -> None:
    visitor.sign_in(ELISE)
    kept = visitor.cookies.get(KNOWN_COOKIE, "")
    other = Visitor()
    other.cookies.set(KNOWN_COOKIE, kept, domain="tableau.exemple.fr")

    assert kept
    assert ELISE not in kept
    assert not other.is_signed_in
    assert other.sign_in(HELENE, WRONG).status_code == 403


def test_the_journal_tells_failures_slow_downs_and_their_end(engine: sa.Engine, clock: object) -> None:
    guess(ELISE, 12)
    guess("personne@example.org", 1)
    clock.shift(16 * 60)  # type: ignore[attr-defined]
    guess(ELISE, 1)

    with engine.connect() as connection:
        entries = connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id)).mappings().all()
    told = [(entry["action"], entry["row_key"]) for entry in entries]
    assert told[:11] == [("sign_in_failed", ELISE)] * 10 + [("sign_in_slowed", ELISE)]
    assert told[11][1].startswith("adresse sans compte ")
    assert told[12:] == [("sign_in_eased", ELISE), ("sign_in_failed", ELISE)]
    assert {entry["after"]["network_address"] for entry in entries} == {"192.0.2.66"}
    assert not [entry for entry in entries if WRONG in str(entry) or "personne@" in str(entry)]


def test_beyond_a_few_who_wait_one_is_told_to_come_back(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are answered meanwhile: passwords have threads of their own."""
    free = threading.Event()
    monkeypatch.setattr(accounts, "verify_password", lambda *_: not free.wait(20))
    visitors = [Visitor(f"192.0.2.{number}") for number in range(account_pages._WAITING + 4)]
    tokens = [each.token("/connexion") for each in visitors]
    answers: list[Response] = []

    def post(number: int) -> None:
        sent = {"token": tokens[number], "adresse": f"{number}@example.org", "mot_de_passe": WRONG}
        answers.append(visitors[number].post("/connexion", data=sent))

    with ThreadPoolExecutor(len(visitors)) as pool:
        for number in range(len(visitors)):
            pool.submit(post, number)
        _until(lambda: len(answers) == 4)
        assert visitor.get("/connexion").status_code == 200
        crowded = list(answers)
        assert len(crowded) == 4
        free.set()

    assert {answer.status_code for answer in crowded} == {503}
    assert crowded[0].headers["retry-after"] == "10"
    assert "Attendez dix secondes" in crowded[0].text
    assert sorted(answer.status_code for answer in answers) == [403] * account_pages._WAITING + [503] * 4


def _until(happened: object) -> None:
    for _ in range(400):
        if happened():  # type: ignore[operator]
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


def test_a_form_is_sent_a_few_times_and_no_more(visitor: Visitor) -> None:
    sent = {"token": visitor.token("/connexion"), "adresse": ELISE, "mot_de_passe": WRONG}

    told = [visitor.post("/connexion", data=sent).text for _ in range(6)]

    assert ["ouverte depuis longtemps" in each for each in told] == [False] * 5 + [True]
    assert visitor.sign_in(ELISE, GOOD).status_code == 303


def asked_from(peer: tuple[str, int], forwarded: str = "", agent: str = "") -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode()), (b"user-agent", agent.encode())]
    return Request({"type": "http", "headers": headers, "client": peer})


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "source"),
    [
        (("192.0.2.1", 4000), "", "", "192.0.2.1"),
        (("192.0.2.1", 4000), "198.51.100.9", "", "192.0.2.1"),
        (("192.0.2.1", 4000), "198.51.100.9", "127.0.0.1", "192.0.2.1"),
        # uvicorn took it from the header, where the other end is this machine.
        (("198.51.100.9", 0), "198.51.100.9", "", "127.0.0.1"),
        (("198.51.100.9", 0), "198.51.100.9", "127.0.0.1", "198.51.100.9"),
        (("127.0.0.1", 4000), "203.0.113.5, 198.51.100.9, 10.0.0.2", "127.0.0.1,10.0.0.2", "198.51.100.9"),
        (("2001:db8:1:2:3:4:5:6", 4000), "", "", "2001:db8:1:2::/64"),
        (("::ffff:192.0.2.1", 4000), "", "", "192.0.2.1"),
        (("127.0.0.1", 4000), "' OR 1=1 --", "127.0.0.1", "inconnue"),
    ],
)
def test_a_browser_is_where_the_server_sees_it(
    monkeypatch: pytest.MonkeyPatch, peer: tuple[str, int], forwarded: str, trusted: str, source: str
) -> None:
    monkeypatch.setenv("CYBERCANTAL_TRUSTED_PROXIES", trusted)

    assert source_of(asked_from(peer, forwarded)) == source


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) AppleWebKit/605 Version/17 Safari/604.1", "Safari, iPhone ou iPad"),
        ("curl/8", None),
    ],
)
def test_a_browser_is_called_by_what_it_says_it_is(agent: str, name: str | None) -> None:
    assert browser_name(asked_from(("192.0.2.1", 1), agent=agent)) == name
