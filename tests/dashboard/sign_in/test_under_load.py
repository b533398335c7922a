"""The real server while 150 strangers try passwords at once: the others are answered meanwhile."""

import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from types import ModuleType
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa

from data_access.schema import sign_in_attempt
from tests.browser.server import running_server
from tests.conftest import database_like
from tests.dashboard.sign_in.test_forged_messages import Server, told
from tests.dashboard.sign_in.visitors import ELISE, add_account
from tests.databases import Templates, engine_at
from tests.factories import add_centre

STRANGERS = 150
IDLE_SAMPLES = 20


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    """One place: what is measured is the wait, not the page."""

    def write(connection: sa.Connection) -> None:
        add_centre(connection, "MURAT")

    return write


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("load")
    with database_like(templates, request, folder) as url, pytest.MonkeyPatch.context() as patch:
        engine = engine_at(url)
        add_account(engine, ELISE, "viewer", password=None)
        patch.setenv("CYBERCANTAL_DATABASE_URL", url)
        settings = {
            "CYBERCANTAL_SIGN_IN": "local",
            "CYBERCANTAL_DATABASE_URL": url,
            # Each stranger seems to be elsewhere: no limit by place protects anybody.
            "CYBERCANTAL_TRUSTED_PROXIES": "127.0.0.1",
            "CYBERCANTAL_PUBLIC_ADDRESS": "https://tableau.exemple.fr",
            "CYBERCANTAL_PUBLIC_HOSTS": "tableau.exemple.fr",
        }
        with running_server(folder, settings=settings) as address:
            yield Server(address, engine)
        engine.dispose()


def sent(server: str, method: str, path: str, **about: Any) -> HTTPResponse:
    """An answer, by the plainest client there is: what is measured is the server."""
    connection = HTTPConnection(server.removeprefix("http://"), timeout=120)
    connection.request(method, path, **about)
    answer = connection.getresponse()
    answer.text = answer.read().decode()  # type: ignore[attr-defined]
    connection.close()
    return answer


def form_of(server: str) -> tuple[str, str]:
    """The token of a form, and its cookie."""
    answer: Any = sent(server, "GET", "/connexion")
    token = answer.text.split('name="token" value="')[1].split('"')[0]
    return token, answer.headers["set-cookie"].split(";")[0]


def guess(server: str, number: int, form: tuple[str, str]) -> int:
    fields = {"token": form[0], "adresse": f"{number}@example.org", "mot_de_passe": "azertyuiop123"}
    headers = {
        "cookie": form[1],
        "x-forwarded-for": f"198.51.{number // 250}.{number % 250 + 1}",
        "content-type": "application/x-www-form-urlencoded",
    }
    return sent(server, "POST", "/connexion", body=urlencode(fields), headers=headers).status


def guess_all(server: str, forms: list[tuple[str, str]]) -> list[int]:
    """What strangers do, from machines of theirs: a process of its own, which leaves the processors to the server."""
    os.nice(15)
    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(lambda number: guess(server, number, forms[number]), range(len(forms))))


def seconds(deed: Callable[[], object]) -> float:
    begun = time.monotonic()
    deed()
    return time.monotonic() - begun


@pytest.mark.slow
def test_while_many_guess_the_others_are_answered(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who guesses is refused or told to come back; a page and the health of the server go on, and how long is printed."""
    # A page that was tried in this process before leaves its script as the main module, which another process would run.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    cookie = server.cookie(ELISE)

    def health() -> None:
        assert sent(server.address, "GET", "/sante").status == 200

    def page() -> None:
        assert "Les règles communes" in told(server, cookie, "methodologie")

    health(), page()
    idle = [max(seconds(health) for _ in range(IDLE_SAMPLES)), max(seconds(page) for _ in range(IDLE_SAMPLES))]
    forms = [form_of(server.address) for _ in range(STRANGERS)]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as elsewhere:
        elsewhere.submit(abs, 1).result()
        begun = time.monotonic()
        attack = elsewhere.submit(guess_all, server.address, forms)
        under: list[list[float]] = [[], []]
        while not attack.done():
            under[0].append(seconds(health))
            under[1].append(seconds(page))
        lasted, statuses = time.monotonic() - begun, Counter(attack.result())

    for name, before, during in zip(("/sante", "page"), idle, map(max, under), strict=True):
        print(f"{name}: {before:.3f} s idle, {during:.3f} s under {STRANGERS} posts, x{during / before:.1f}")
    print(f"{dict(statuses)} in {lasted:.1f} s")
    with server.engine.connect() as connection:
        tried = connection.execute(sa.select(sa.func.count()).select_from(sign_in_attempt)).scalar_one()
    assert set(statuses) == {403, 503}
    assert sum(statuses.values()) == STRANGERS
    assert tried == statuses[403]
