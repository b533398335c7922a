"""The server around the pages: what each address answers, to whom, with which headers, and in which language."""

import gc
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from dashboard.server import app
from dashboard.ui.navigation import PAGES
from dashboard.web import document
from dashboard.web.middleware import CONTENT_POLICY, HEADERS
from dashboard.web.warm_up import wait_until_warm
from data_access.engine import writing
from data_access.schema import dataset
from tests.dashboard.command.terminal import free_port
from tests.databases import engine_at, sqlite_copy

ROOT = Path(__file__).parents[2]
SOCKET = "/_stcore/stream"
OWN_ORIGIN = {"Origin": "http://127.0.0.1:8501"}
STATIC_SCRIPT = re.findall(r'src="\.(/static/js/[^"]+)"', document.shell().content.decode())[0]
UNKNOWN = ["/nulle-part", "/carte/nulle-part.json", "/a/b", "/static/js/none.js"]
UNKNOWN += ["/_stcore/agent/openapi.json", "/auth/login", "/media/none.png", "/_stcore/metrics"]
# Open data are off unless a setting says otherwise.
UNKNOWN += ["/donnees", "/donnees/", "/donnees/lieux.csv"]


def database(template: Path, folder: Path, *, invented: bool) -> str:
    """The address of a database that is up to date, whose data are said to be invented, or not."""
    url = sqlite_copy(template, folder)
    engine = engine_at(url)
    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=invented))
    engine.dispose()
    return url


@pytest.fixture(scope="module")
def visitor(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Someone on another machine, before a demonstration."""
    url = database(sqlite_template, tmp_path_factory.mktemp("server"), invented=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CYBERCANTAL_DATABASE_URL", url)
        with TestClient(app, base_url="http://127.0.0.1:8501", raise_server_exceptions=False) as client:
            yield client


@pytest.mark.parametrize("address", ["/", "/sante", "/favicon.png", "/carte/communes.json", STATIC_SCRIPT, *UNKNOWN])
def test_every_answer_carries_the_security_headers(visitor: TestClient, address: str) -> None:
    answer = visitor.get(address)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_content_policy_allows_nothing_from_elsewhere_and_no_inline_script() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_POLICY.split("; "))

    assert "unsafe-inline" not in directives["script-src"]
    assert "'unsafe-eval'" not in CONTENT_POLICY
    assert not re.search(r"https?:|wss?:|\*", CONTENT_POLICY)


def test_the_shell_is_french_and_its_first_script_is_ours(visitor: TestClient) -> None:
    html = visitor.get("/").text

    assert '<html lang="fr">' in html
    assert "<title>CyberCantal Télécentres</title>" in html
    assert "JavaScript dans votre navigateur" in html
    assert re.findall(r"<script[^>]*>", html)[0].startswith('<script src="/habillage/francais.js?v=')
    assert not re.search(r"<script>", html)
    assert "http" not in re.sub(r'crossorigin|<link rel="[a-z]*preload"', "", html)


@pytest.mark.parametrize("page", list(PAGES), ids=lambda page: page.name)
def test_each_page_of_the_menu_has_its_address(visitor: TestClient, page: object) -> None:
    answer = visitor.get(f"/{page.address}")  # type: ignore[attr-defined]

    assert answer.status_code == 200
    assert answer.content == document.shell().content


@pytest.mark.parametrize("address", UNKNOWN)
def test_an_unknown_address_is_a_french_404(visitor: TestClient, address: str) -> None:
    answer = visitor.get(address)

    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
    assert '<html lang="fr">' in answer.text


def test_the_interface_for_programs_is_off(visitor: TestClient) -> None:
    assert visitor.post("/_stcore/agent/interact", json={}).status_code >= 400


@pytest.mark.parametrize("address", ["/", "/carte/communes.json", "/habillage/francais.js", STATIC_SCRIPT])
def test_text_is_compressed(visitor: TestClient, address: str) -> None:
    answer = visitor.get(address, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) < len(answer.content) / 2


def test_streamlit_scripts_are_compressed_for_another_machine_only(visitor: TestClient) -> None:
    neighbour = TestClient(app, base_url="http://127.0.0.1:8501", client=("127.0.0.1", 50000))

    here = neighbour.get(STATIC_SCRIPT)
    behind_a_proxy = neighbour.get(STATIC_SCRIPT, headers={"X-Forwarded-For": "192.0.2.1"})

    assert "Content-Encoding" not in here.headers
    assert behind_a_proxy.headers["Content-Encoding"] == "gzip"
    assert behind_a_proxy.content == here.content


@pytest.mark.parametrize("address", ["/", "/favicon.png", "/carte/communes.json", STATIC_SCRIPT])
def test_a_browser_that_has_the_content_is_not_sent_it_again(visitor: TestClient, address: str) -> None:
    first = visitor.get(address)
    second = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert second.status_code == 304
    assert not second.content


def test_what_has_a_dated_address_is_kept_and_what_has_not_is_asked_about(visitor: TestClient) -> None:
    script = f"/habillage/francais.js?v={document.script().fingerprint}"

    assert "immutable" in visitor.get(STATIC_SCRIPT).headers["Cache-Control"]
    assert "immutable" in visitor.get(script).headers["Cache-Control"]
    assert visitor.get("/").headers["Cache-Control"] == "no-cache"
    assert visitor.get("/carte/communes.json").headers["Cache-Control"] == "no-cache"


def test_boundaries_are_those_that_were_prepared(visitor: TestClient) -> None:
    expected = json.loads((document.STATIC / "communes.json").read_text(encoding="utf-8"))

    assert visitor.get("/carte/communes.json").json() == expected


def test_health_is_good_when_the_database_is_up_to_date(visitor: TestClient) -> None:
    answer = visitor.get("/sante")

    assert answer.status_code == 200
    assert answer.json() == {"application": "cybercantal", "status": "ok", "database": "ok"}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///{folder}/blank.sqlite", "outdated"),
        ("sqlite:///{folder}", "gone"),
        ("postgresql://nobody:secret@127.0.0.1:9/none", "unreachable"),
        ("mysql://server/none", "unreachable"),
    ],
)
def test_health_is_bad_when_the_database_cannot_be_used(
    visitor: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, expected: str
) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", url.format(folder=tmp_path))

    answer = visitor.get("/sante")

    assert answer.status_code == 503
    assert answer.json() == {"application": "cybercantal", "status": "unavailable", "database": expected}


def test_the_collector_is_at_rest_once_the_server_has_started(visitor: TestClient) -> None:
    visitor.get("/")
    wait_until_warm()

    assert gc.get_freeze_count() > 100_000


def test_the_state_of_the_data_is_a_bare_number_that_is_never_kept(visitor: TestClient) -> None:
    answer = visitor.get("/nouveautes")

    assert answer.status_code == 200
    assert answer.text.isdecimal()
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("invented", "options", "words"),
    [(False, (), "n’est pas une démonstration"), (True, ("--server.address=0.0.0.0",), "qu’à cette machine")],
    ids=["empty", "open to other machines"],
)
def test_a_server_started_without_the_command_refuses_as_the_command_does(
    sqlite_template: Path, tmp_path: Path, invented: bool, options: tuple[str, ...], words: str
) -> None:
    """`streamlit run` asks nothing of the database first: an empty one would take real people, without an account."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CYBERCANTAL_")}
    environment["CYBERCANTAL_DATABASE_URL"] = database(sqlite_template, tmp_path, invented=invented)

    server = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "dashboard/server.py", f"--server.port={free_port()}", *options],
        capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120,
    )  # fmt: skip

    assert server.returncode != 0
    assert words in server.stderr.replace("\u00a0", " ")
    assert "Traceback" not in server.stderr


@pytest.mark.parametrize("address", ["/", "/connexion", "/nouveautes", "/media/a.csv", STATIC_SCRIPT])
def test_a_demonstration_whose_data_become_real_closes_while_it_runs(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", url := database(sqlite_template, tmp_path, invented=True))
    browser = TestClient(app, base_url="http://127.0.0.1:8501")
    before = browser.get(address).status_code
    engine = engine_at(url)
    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=False))
    engine.dispose()

    answer = browser.get(address)

    assert (before == 503, answer.status_code) == (False, 503)
    assert "il faut des comptes" in answer.text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8501", "", "[", "0.0.0.0"]
)
def test_another_name_than_the_server_s_own_is_answered_nowhere(visitor: TestClient, host: str) -> None:
    """A site whose name is made to lead here would have its own pages read ours."""
    for address in (
        "/",
        "/connexion",
        "/donnees/",
        "/diaporama",
        "/pointer/x",
        "/fichiers/a/b",
        STATIC_SCRIPT,
    ):
        answer = visitor.get(address, headers={"Host": host})
        assert (answer.status_code, "http://127.0.0.1:8501" in answer.text) == (400, True), address
    for address in ("/connexion", "/brouillon", "/pointer/x", "/_stcore/upload_file/a/b"):
        assert visitor.post(address, headers={"Host": host}).status_code == 400, address
    with pytest.raises(WebSocketDisconnect), visitor.websocket_connect(SOCKET, headers={"Host": host}):
        pass
    # A load balancer knows the machine by its address: how the server is names nobody.
    assert set(visitor.get("/sante", headers={"Host": host}).json()) == {"application", "status", "database"}
    assert visitor.post("/sante", headers={"Host": host}).status_code == 405


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost:9000", "LOCALHOST", "[::1]:8501", "tableau.exemple.fr", "autre.fr."]
)
def test_this_machine_and_the_names_of_the_settings_are_answered(
    visitor: TestClient, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_ADDRESS", "https://tableau.exemple.fr")
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_HOSTS", "tableau.exemple.fr,Autre.fr")

    assert visitor.get("/connexion", headers={"Host": host}).status_code == 200
    with visitor.websocket_connect(SOCKET, headers={"Host": host, "Origin": f"http://{host}"}):
        pass


def test_what_is_closed_to_another_machine_is_closed_whole(
    visitor: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passwords would travel in the clear: no form is shown that would not be taken, and no page is drawn meanwhile."""
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    elsewhere = TestClient(app, base_url="http://127.0.0.1:8501", client=("192.0.2.1", 50000))

    for method, address in (("GET", "/connexion"), ("POST", "/connexion"), ("GET", "/"), ("GET", STATIC_SCRIPT)):
        assert elsewhere.request(method, address).status_code == 503, address
    with pytest.raises(WebSocketDisconnect), elsewhere.websocket_connect(SOCKET, headers=OWN_ORIGIN):
        pass
    assert visitor.get("/connexion").status_code == 200


def test_a_demonstration_answers_this_machine_alone_whatever_listens(visitor: TestClient) -> None:
    """`uvicorn --host` is not told to Streamlit's settings."""
    neighbour = TestClient(app, base_url="http://127.0.0.1:8501", client=("192.0.2.1", 50000))

    assert neighbour.get("/").status_code == 503
    assert visitor.get("/").status_code == 200
