"""Signing in with an identity provider: a real one, as strict as ProConnect."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
import time_machine
from joserfc.errors import InvalidClaimError

from dashboard.identity import signing
from dashboard.identity.accounts import COOKIE, actor_of_cookie
from dashboard.identity.provider import _IDToken
from dashboard.web.sign_in import IDENTITY_COOKIE, TRAVEL_COOKIE
from data_access.engine import writing
from data_access.records import AccountRecord
from data_access.rights import Actor
from data_access.schema import account, audit_entry
from data_access.writes.accounts import record_account
from tests.dashboard.sign_in.providers import CLIENT_ID, Strict, path_of, person, running_provider, settings_for
from tests.dashboard.sign_in.visitors import ADDRESS, ELISE, GOOD, HELENE, NOW, Visitor

PEOPLE = [
    person("elise", ELISE, email_verified=True),
    person("unverified", ELISE, email_verified=False),
    person("silent", ELISE),
    person("stranger", "personne@example.org", email_verified=True),
    person("nameless"),
]
Start = Callable[..., Strict]


@pytest.fixture
def start(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts a provider and has the product use it."""
    with ExitStack() as running:

        def started(**behaviour: object) -> Strict:
            issuer, strict = running.enter_context(running_provider(PEOPLE, **behaviour))  # type: ignore[arg-type]
            for name, value in settings_for(issuer, ADDRESS).items():
                monkeypatch.setenv(name, value)
            return strict

        yield started


def at_provider(visitor: Visitor, subject: str, onward: str = "/") -> str:
    """Goes there, says who one is, and answers the path of the way back."""
    there = visitor.get("/connexion/oidc", params={"suite": onward})
    assert there.status_code == 303, there.text
    answer = httpx.post(there.headers["location"], data={"sub": subject})
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(f"{ADDRESS}/connexion/oidc/retour?")
    return path_of(answer.headers["location"])


def come_back(visitor: Visitor, subject: str, onward: str = "/") -> httpx.Response:
    return visitor.get(at_provider(visitor, subject, onward))


def denials(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        denied = sa.select(audit_entry.c.row_key).where(audit_entry.c.action == "denied")
        return list(connection.execute(denied).scalars())


@pytest.mark.parametrize("userinfo", ["signed", "json", "for several"])
@pytest.mark.parametrize("announces_proof", [True, False])
def test_the_holder_of_an_account_is_signed_in(
    visitor: Visitor, start: Start, userinfo: str, announces_proof: bool
) -> None:
    strict = start(userinfo=userinfo, announces_proof=announces_proof)

    answer = come_back(visitor, "elise", "/saisie?semaine=2026-02-23")

    assert (answer.status_code, answer.headers["location"]) == (303, "/saisie?semaine=2026-02-23")
    actor = actor_of_cookie(visitor.cookie)
    assert actor is not None
    assert (actor.name, actor.role) == (ELISE, "animator")
    assert strict.proofs == ([True] if announces_proof else [])
    assert TRAVEL_COOKIE not in visitor.cookies
    assert GOOD not in visitor.get("/compte").text
    assert "Mot de passe actuel" not in visitor.get("/compte").text


def test_the_request_carries_what_proconnect_takes_and_nothing_else(visitor: Visitor, start: Start) -> None:
    strict = start(announces_proof=False)
    there = visitor.get("/connexion/oidc").headers["location"]

    sent = parse_qs(urlsplit(there).query)
    assert set(sent) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"}
    assert sent["scope"] == ["openid email"]
    assert sent["redirect_uri"] == [f"{ADDRESS}/connexion/oidc/retour"]
    assert min(len(sent["state"][0]), len(sent["nonce"][0])) >= 32
    assert httpx.get(there).status_code == 200
    assert strict.refusals == []


def test_from_then_on_the_account_is_that_of_this_person_whatever_their_address(
    visitor: Visitor, start: Start, engine: sa.Engine
) -> None:
    start()
    come_back(visitor, "elise")
    with writing(engine) as connection:
        assert connection.execute(sa.select(account.c.oidc_subject).where(account.c.email == ELISE)).scalar() == "elise"
        connection.execute(sa.update(account).where(account.c.email == ELISE).values(email="elise.besse@example.org"))

    assert come_back(Visitor(), "elise").status_code == 303
    assert come_back(Visitor(), "silent").status_code == 403


@pytest.mark.parametrize("subject", ["stranger", "nameless", "unverified", "silent"])
def test_whom_nobody_entered_gets_nothing_and_is_written_down_without_a_name(
    visitor: Visitor, start: Start, engine: sa.Engine, subject: str
) -> None:
    start()

    answer = come_back(visitor, subject)

    assert answer.status_code == 403
    assert "aucun compte n’est ouvert ici" in answer.text
    assert COOKIE not in visitor.cookies
    [about] = denials(engine)
    assert re.fullmatch(r"identity [0-9a-f]{12}", about)
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(account)).scalar_one() == 2


@pytest.mark.parametrize(("subject", "status"), [("silent", 303), ("unverified", 403)])
def test_an_address_the_provider_is_silent_about_is_taken_where_the_settings_trust_it(
    visitor: Visitor, start: Start, monkeypatch: pytest.MonkeyPatch, subject: str, status: int
) -> None:
    start()
    monkeypatch.setenv("CYBERCANTAL_OIDC_TRUSTS_EMAILS", "true")

    assert come_back(visitor, subject).status_code == status


def test_a_disabled_account_gets_nothing(visitor: Visitor, start: Start, engine: sa.Engine) -> None:
    start()
    with writing(engine) as connection:
        connection.execute(sa.update(account).where(account.c.email == ELISE).values(active=False))

    assert come_back(visitor, "elise").status_code == 403


@pytest.mark.parametrize(
    "userinfo",
    [
        "of another audience",
        "of another issuer",
        "of another person",
        "of another day",
        "for later",
        "signed by another",
        "not signed",
    ],
)
def test_what_the_provider_did_not_sign_for_us_is_not_believed(visitor: Visitor, start: Start, userinfo: str) -> None:
    start(userinfo=userinfo)

    answer = come_back(visitor, "elise")

    assert answer.status_code == 502
    assert "n’a pas pu confirmer qui vous êtes" in answer.text
    assert COOKIE not in visitor.cookies


@pytest.mark.parametrize(
    ("audience", "azp", "taken"),
    [
        ([CLIENT_ID, "another"], None, True),
        ([CLIENT_ID, "another"], CLIENT_ID, True),
        ([CLIENT_ID, "another"], "another", False),
        (["another", "a third"], None, False),
        ("another", CLIENT_ID, False),
    ],
)
def test_a_token_may_be_for_several_applications_if_we_are_one(audience: object, azp: str | None, taken: bool) -> None:
    now = int(time.time())
    claims = {"iss": "i", "sub": "s", "aud": audience, "exp": now + 60, "iat": now} | ({"azp": azp} if azp else {})
    token = _IDToken(claims, {"alg": "RS256"}, {}, {"client_id": CLIENT_ID})

    with nullcontext() if taken else pytest.raises(InvalidClaimError):
        token.validate()


def test_an_account_that_changes_hands_is_no_more_that_of_who_had_it(
    visitor: Visitor, start: Start, engine: sa.Engine
) -> None:
    start()
    come_back(visitor, "elise")
    administrator = Actor(HELENE, "administrator")
    with writing(engine, administrator) as connection:
        elise = connection.execute(sa.select(account.c.id, account.c.version).where(account.c.email == ELISE)).one()
        record = AccountRecord(
            email="personne@example.org", display_name="Autre", role="viewer", base_version=elise.version
        )
        record_account(connection, administrator, record, now=NOW, row_id=elise.id)

    assert not visitor.is_signed_in
    assert come_back(Visitor(), "elise").status_code == 403
    assert come_back(Visitor(), "stranger").status_code == 303


def test_the_way_back_is_that_of_the_browser_that_left(visitor: Visitor, start: Start) -> None:
    """Nobody is signed in as another by following a link."""
    start()
    back = at_provider(visitor, "elise")

    answer = Visitor().get(back)
    assert answer.status_code == 403
    assert "dans un autre navigateur" in answer.text
    another = Visitor()
    another.get("/connexion/oidc")
    assert another.get(back).status_code == 502


@pytest.mark.parametrize("tampering", ["x", "é", "cut", "signed for another purpose"])
def test_a_tampered_cookie_is_not_believed(visitor: Visitor, start: Start, tampering: str) -> None:
    start()
    back = at_provider(visitor, "elise")
    kept = visitor.cookies.get(TRAVEL_COOKIE, "")
    values = {"cut": kept[:-2], "signed for another purpose": signing.sign_timed("draft", {"session": {}})}

    cookie = f"{TRAVEL_COOKIE}={values.get(tampering, tampering)}".encode()
    assert Visitor().get(back, headers={"cookie": cookie}).status_code == 403


def test_the_way_back_is_taken_once_and_within_ten_minutes(
    visitor: Visitor, start: Start, clock: time_machine.Traveller
) -> None:
    start()
    back = at_provider(visitor, "elise")
    clock.move_to(NOW + timedelta(minutes=10, seconds=2))
    assert visitor.get(back).status_code == 403
    clock.move_to(NOW)
    back = at_provider(visitor, "elise")
    assert visitor.get(back).status_code == 303
    assert visitor.get(back).status_code == 403


def test_who_says_no_at_the_provider_is_told_so_and_may_try_again(visitor: Visitor, start: Start) -> None:
    start()
    there = visitor.get("/connexion/oidc").headers["location"]
    answer = httpx.post(there, data={"action": "deny"})

    told = visitor.get(path_of(answer.headers["location"]))
    assert told.status_code == 502
    assert "Recommencez" in told.text
    assert come_back(visitor, "elise").status_code == 303


def test_a_provider_that_does_not_answer_is_told(
    visitor: Visitor, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    monkeypatch.setenv("CYBERCANTAL_OIDC_ISSUER", "http://127.0.0.1:9")

    assert "Connexion impossible" in visitor.get("/connexion/oidc").text


def test_a_provider_that_calls_itself_otherwise_is_not_believed(
    visitor: Visitor, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    issuer = httpx.URL(visitor.get("/connexion/oidc").headers["location"])
    monkeypatch.setenv("CYBERCANTAL_OIDC_ISSUER", f"http://localhost:{issuer.port}/.")

    assert visitor.get("/connexion/oidc").status_code == 502


def test_signing_out_leads_to_the_provider_with_a_state_and_back(visitor: Visitor, start: Start) -> None:
    strict = start()
    come_back(visitor, "elise")
    cookie = visitor.cookie

    answer = visitor.fill("/deconnexion", page="/compte")

    further = unescape(re.findall(r'url=([^"]+)"', answer.text)[0])
    assert httpx.get(further).status_code == 200
    [sent] = strict.left_with
    assert set(sent) == {"id_token_hint", "post_logout_redirect_uri", "state"}
    assert sent["post_logout_redirect_uri"] == [f"{ADDRESS}/deconnexion/retour"]
    assert len(sent["state"][0]) >= 32
    assert actor_of_cookie(cookie) is None
    assert IDENTITY_COOKIE not in visitor.cookies
    back = visitor.get("/deconnexion/retour", params={"state": sent["state"][0]})
    assert back.headers["location"] == "/connexion?sortie=oui"
    assert visitor.get("/deconnexion/retour?state=made-up").headers["location"] == "/connexion"


def test_one_signs_out_here_even_when_the_provider_is_silent(
    visitor: Visitor, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    start()
    come_back(visitor, "elise")
    monkeypatch.setenv("CYBERCANTAL_OIDC_ISSUER", "http://127.0.0.1:9")
    cookie = visitor.cookie

    assert visitor.fill("/deconnexion", page="/compte").headers["location"] == "/connexion?sortie=oui"
    assert actor_of_cookie(cookie) is None


def test_the_page_of_signing_in_leads_there_by_a_link(visitor: Visitor, start: Start) -> None:
    start()
    html = visitor.get("/connexion", params={"suite": "/saisie?a=1&b=2"}).text

    [where] = re.findall(r'href="(/connexion/oidc[^"]*)"', html)
    assert unescape(where) == "/connexion/oidc?suite=/saisie%3Fa%3D1%26b%3D2"
    assert "<form" not in html


@pytest.mark.parametrize("path", ["/connexion/oidc", "/connexion/oidc/retour"])
def test_there_is_no_way_to_a_provider_without_one(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).headers["location"] == "/connexion"
    assert CLIENT_ID not in visitor.get(path).text
