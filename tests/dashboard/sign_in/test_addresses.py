"""What the addresses of the server give to who is not signed in, and to whom each of them answers."""

from datetime import timedelta
from typing import get_args

import pytest
import sqlalchemy as sa
import time_machine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Route
from starlette.testclient import TestClient

from dashboard.identity import accounts, signing
from dashboard.identity.accounts import COOKIE, actor_of_cookie
from dashboard.identity.signing import check_in_path
from dashboard.ui import downloads, store
from dashboard.ui.navigation import PAGES
from dashboard.ui.session import acting
from dashboard.web import middleware
from dashboard.web.drafts import PURPOSE
from dashboard.web.middleware import StreamlitAccess
from dashboard.web.routes import ROUTES
from data_access.engine import writing
from data_access.rights import VISITOR, Role, allows
from data_access.schema import account, account_centre, entry_draft, sign_in_session
from tests.dashboard.sign_in.visitors import ADDRESS, ELISE, HELENE, Visitor, add_account

# What each of our addresses answers to who asks for it as a browser does, without any form: to a visitor, and to an account.
# Nothing depends on the role here: what does is behind a page, or the right of a file.
TO_EVERYBODY = {
    "GET": {
        "/": 200,
        "/activation": 410,
        "/carte/communes.json": 200,
        "/connexion": 200,
        "/connexion/oidc": 303,
        "/connexion/oidc/retour": 303,
        "/deconnexion/retour": 303,
        "/diaporama": 200,
        "/diaporama/direct": 204,
        "/diaporama/marche.js": 200,
        "/diaporama/police.woff2": 200,
        "/donnees": 404,
        "/donnees/": 404,
        "/donnees/lieux.csv": 404,
        "/favicon.ico": 200,
        "/favicon.png": 200,
        "/habillage/francais.js": 200,
        "/habillage/look.css": 200,
        "/pointer/{token}": 200,
        "/pointer/{token}/affiche": 200,
        "/integrer": 404,
        "/integrer/chiffre/heures": 404,
        "/integrer/places": 404,
        "/integrer/places/MURAT": 404,
        "/integrer/rendez-vous": 404,
        "/integrer/rendez-vous.atom": 404,
        "/metrics": 404,
        "/noms": 200,
        "/pret": 200,
        "/saisie": 200,
        "/sante": 200,
    },
    "POST": {
        "/activation": 403,
        "/brouillon": 400,
        "/connexion": 403,
        "/connexion/code": 403,
        "/connexion/second-facteur": 403,
        "/deconnexion": 303,
        "/pointer/{token}": 403,
    },
}
OF_AN_ACCOUNT = {
    "GET": {
        "/compte": (303, 200),
        "/compte/second-facteur": (303, 200),
        "/fichiers/{token}/nom.csv": (403, 404),
        "/nouveautes": (403, 200),
    },
    "POST": {
        "/compte": (303, 403),
        "/compte/navigateurs": (303, 403),
        "/compte/second-facteur": (303, 403),
        "/compte/second-facteur/changer": (303, 403),
    },
}
UPLOAD = "/_stcore/upload_file/session/file"
FOR_PROGRAMS = ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/interact", "/_stcore/agent/openapi.json"]
FOR_PROGRAMS += ["/_stcore/agent/mcp", "/_stcore/script-health-check", "/media/0123abcd.xlsx"]
OPEN = ["/_stcore/health", "/_stcore/host-config", "/", "/mediatheque"]


def streamlit(cookie: str = "") -> TestClient:
    """What stands before Streamlit, and something in its place that answers to everything."""

    def served(_request: Request) -> Response:
        return PlainTextResponse("served")

    anything = Route("/{path:path}", served, methods=["GET", "PUT", "DELETE", "POST"])
    client = TestClient(Starlette(routes=[anything], middleware=[Middleware(StreamlitAccess)]), base_url=ADDRESS)
    if cookie:
        client.cookies.set(COOKIE, cookie)
    return client


def test_each_address_is_walked_below() -> None:
    """An address more is a decision to take: for everybody, or for an account."""
    walked = {
        (method, path) for table in (TO_EVERYBODY, OF_AN_ACCOUNT) for method, paths in table.items() for path in paths
    }
    matched = {
        (method, route.path)
        for method, path in walked
        for route in ROUTES
        if route.matches({"type": "http", "method": method, "path": path})[0] is Match.FULL
    }

    every = {(method, route.path) for route in ROUTES for method in (route.methods or set()) - {"HEAD"}}
    assert every - matched == set()


@pytest.mark.parametrize("role", ["public", *sorted(set(get_args(Role)) - {"public", "check_in", "open_data"})])
def test_each_address_answers_each_role_as_the_table_says(engine: sa.Engine, role: str) -> None:
    visitor = Visitor()
    if role != "public":
        account_id = add_account(engine, f"{role}@example.org", role, password=None)
        visitor.cookies.set(COOKIE, accounts.start_session(account_id), domain="tableau.exemple.fr")
    expected = {(method, path): status for method, paths in TO_EVERYBODY.items() for path, status in paths.items()}
    expected |= {
        (method, path): both[role != "public"]
        for method, paths in OF_AN_ACCOUNT.items()
        for path, both in paths.items()
    }
    token = check_in_path("MURAT").rpartition("/")[2]

    answered = {
        (method, path): visitor.request(method, path.format(token=token)).status_code for method, path in expected
    }

    assert answered == expected


@pytest.mark.parametrize("email", [None, ELISE, HELENE])
def test_what_is_found_by_its_name_is_what_may_be_opened(visitor: Visitor, email: str | None) -> None:
    """Pages by the table of rights; places and indicators by who may read figures."""
    if email:
        visitor.sign_in(email)
    actor = actor_of_cookie(visitor.cookie) or VISITOR

    found = {address for _name, _what, address in visitor.get("/noms").json()}

    own = {"/mon-telecentre"} if actor.role != "animator" else set()
    assert {f"/{entry.address}" for entry in PAGES if allows(actor, entry.right)} - own == {
        address for address in found if not set("?#") & set(address)
    }
    assert (
        any("centre=" in address for address in found)
        == any("#" in address for address in found)
        == (email is not None)
    )


def test_no_address_repeats_the_name_it_was_asked_by(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes, links and ways back are made of the settings: a name that leads here by trickery is printed on no wall."""
    monkeypatch.setenv("CYBERCANTAL_OPEN_DATA", "true")
    visitor.sign_in(HELENE)
    here = check_in_path("MURAT")
    token = here.rpartition("/")[2]
    repeated = []
    for method, paths in (
        (method, paths) for table in (TO_EVERYBODY, OF_AN_ACCOUNT) for method, paths in table.items()
    ):
        for path in paths:
            answer = visitor.request(method, path.format(token=token), headers={"Host": "evil.example"})
            if "evil.example" in f"{answer.text} {answer.headers}":
                repeated.append((method, path))

    assert repeated == []
    assert f"{ADDRESS}{here}" in visitor.get(f"{here}/affiche", headers={"Host": "evil.example"}).text


@pytest.fixture
def kept_by_the_session(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What a session of Streamlit would hold, which there is none of here."""
    kept: dict[str, object] = {}
    monkeypatch.setattr(downloads.st, "session_state", kept)
    return kept


@pytest.fixture
def offered(visitor: Visitor, kept_by_the_session: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a file that a page of Élise offers to her browser."""
    visitor.sign_in(ELISE)
    monkeypatch.setattr(downloads, "_cookie_of_the_page", lambda: visitor.cookie)
    with acting(actor_of_cookie(visitor.cookie) or VISITOR):
        return downloads.offer("cybercantal-fichier.csv", "text/csv", lambda: b"the file")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_files_are_nobody_s_who_is_not_signed_in(offered: str, method: str) -> None:
    for cookie in ("", "made-up"):
        answer = streamlit(cookie).request(method, UPLOAD)
        assert answer.status_code == 403
        assert "Connectez-vous" in answer.text
        other = Visitor()
        other.cookies.set(COOKIE, cookie, domain="tableau.exemple.fr")
        assert other.get(offered).status_code == 403


def test_a_file_is_given_to_the_browser_it_was_offered_to_and_kept_nowhere(visitor: Visitor, offered: str) -> None:
    answer = visitor.get(offered)

    assert (answer.status_code, answer.content) == (200, b"the file")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "cybercantal-fichier.csv" in answer.headers["Content-Disposition"]


def test_a_file_is_of_no_other_account_nor_of_who_guesses(visitor: Visitor, offered: str) -> None:
    other = Visitor()
    other.sign_in(HELENE)

    assert other.get(offered).status_code == 404
    assert visitor.get(offered.replace("cybercantal-fichier", "autre")).status_code == 404
    assert visitor.get(f"{downloads.FILES}/{'a' * 43}/cybercantal-fichier.csv").status_code == 404


@pytest.mark.parametrize("change", ["signed out", "viewer", "elsewhere"])
def test_a_file_is_given_no_more_once_its_person_lost_a_right(
    visitor: Visitor, offered: str, engine: sa.Engine, change: str
) -> None:
    """The link of a page that is still open."""
    with writing(engine) as connection:
        if change == "signed out":
            connection.execute(sa.update(sign_in_session).values(revoked_at=sign_in_session.c.created_at))
        elif change == "viewer":
            connection.execute(sa.update(account).where(account.c.email == ELISE).values(role="viewer"))
        else:
            connection.execute(sa.delete(account_centre))

    assert visitor.get(offered).status_code == 403


def test_no_file_made_before_an_erasure_is_given_after_it(visitor: Visitor, offered: str) -> None:
    """It may hold the name that had to go."""
    store.forget_answers()

    assert visitor.get(offered).status_code == 404


def test_what_a_session_offered_goes_with_it(
    visitor: Visitor, kept_by_the_session: dict[str, object], offered: str
) -> None:
    """A file holds its rows: those of visits that are over would fill the memory."""
    assert visitor.get(offered).status_code == 200
    kept_by_the_session.clear()

    assert visitor.get(offered).status_code == 404


def test_who_may_not_import_sends_no_file(visitor: Visitor) -> None:
    visitor.sign_in(ELISE)

    answer = streamlit(visitor.cookie).put(UPLOAD, content=b"Nom")

    assert answer.status_code == 403
    assert "n’importe pas de fichier" in answer.text


def test_files_sent_are_bounded_by_session(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "demo")
    monkeypatch.setattr(middleware, "_uploaded", lambda: {"session": middleware.UPLOADED_BY_A_SESSION})

    assert streamlit().put(UPLOAD, content=b"Nom").status_code == 413
    assert streamlit().put(UPLOAD.replace("session", "other"), content=b"Nom").text == "served"


@pytest.mark.usefixtures("kept_by_the_session")
def test_a_demonstration_gives_its_files_to_everybody(
    visitor: Visitor, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "demo")
    with acting(VISITOR):
        address = downloads.offer("fichier.csv", "text/csv", lambda: b"the file")

    assert visitor.get(address).content == b"the file"
    assert streamlit().get(UPLOAD).text == "served"


@pytest.mark.parametrize("mode", ["demo", "local"])
@pytest.mark.parametrize("address", FOR_PROGRAMS)
def test_what_is_meant_for_programs_is_shut_to_everybody(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, mode: str, address: str
) -> None:
    visitor.sign_in(HELENE)
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", mode)

    for method in ("GET", "POST"):
        assert streamlit(visitor.cookie).request(method, address).status_code == 404


@pytest.mark.parametrize("address", OPEN)
def test_the_rest_is_left_to_streamlit(engine: sa.Engine, address: str) -> None:
    assert streamlit().get(address).text == "served"


def draft(visitor: Visitor, *, actor: str = ELISE, role: str = "animator") -> Response:
    claims = {"actor": actor, "role": role, "form": "week", "about": "MURAT 2026-02-23", "version": 0}
    sent = {"token": signing.sign_timed(PURPOSE, claims), "fields": {"people": "3"}}
    answer: Response = visitor.post("/brouillon", json=sent)  # type: ignore[assignment]
    return answer


def test_a_draft_is_kept_for_who_is_signed_in_now(visitor: Visitor, engine: sa.Engine) -> None:
    visitor.sign_in(ELISE)

    assert draft(visitor).status_code == 200
    with engine.connect() as connection:
        assert connection.execute(sa.select(entry_draft.c.actor)).scalars().all() == [ELISE]


@pytest.mark.parametrize("who", ["nobody", "another", "signed out", "disabled", "no longer an animator"])
def test_the_right_to_a_draft_ends_with_the_session_it_was_given_in(
    visitor: Visitor, engine: sa.Engine, who: str
) -> None:
    """The page's token is good for a night; whoever left before it ends writes nothing any more."""
    if who != "nobody":
        visitor.sign_in(HELENE if who == "another" else ELISE)
    if who == "signed out":
        kept = visitor.cookie
        visitor.fill("/deconnexion", page="/compte")
        visitor.cookies.set(COOKIE, kept, domain="tableau.exemple.fr")
    with writing(engine) as connection:
        if who == "disabled":
            connection.execute(sa.update(account).where(account.c.email == ELISE).values(active=False))
        if who == "no longer an animator":
            connection.execute(sa.update(account).where(account.c.email == ELISE).values(role="viewer"))

    answer = draft(visitor)

    assert answer.status_code == 403
    assert "Connectez-vous de nouveau" in answer.json()["message"]  # type: ignore[attr-defined]
    with engine.connect() as connection:
        assert connection.execute(sa.select(entry_draft)).all() == []


def test_a_visitor_may_check_in_without_an_account(visitor: Visitor) -> None:
    """The code on the wall is the right to it."""
    assert "J’arrive" in visitor.get(check_in_path("MURAT")).text
    assert set(visitor.get("/sante").json()) == {"application", "status", "database"}


def test_who_is_not_signed_in_is_not_told_when_somebody_writes(visitor: Visitor) -> None:
    assert (visitor.get("/nouveautes").status_code, visitor.get("/nouveautes").text) == (403, "")
    visitor.sign_in(ELISE)
    assert visitor.get("/nouveautes").text.isdecimal()


def test_a_page_that_asks_for_news_keeps_nobody_signed_in(visitor: Visitor, clock: time_machine.Traveller) -> None:
    """A tab is left open on a shared machine: it asks every second, and its person is gone."""
    visitor.sign_in(ELISE)

    for _minute in range(16):
        clock.shift(timedelta(minutes=2))
        visitor.get("/nouveautes")

    assert visitor.get("/nouveautes").status_code == 403
    assert not visitor.is_signed_in


def test_a_site_served_by_https_says_so_for_good(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visitor.get("/connexion").headers["strict-transport-security"] == "max-age=31536000"
    for address in ("", "http://127.0.0.1:8501"):
        monkeypatch.setenv("CYBERCANTAL_PUBLIC_ADDRESS", address)
        assert "strict-transport-security" not in visitor.get("/connexion").headers
