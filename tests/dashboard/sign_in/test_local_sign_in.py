"""Signing in with a password: what is told, what is not, how often one may try, and what the browser is given."""

import re
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
import sqlalchemy as sa
import time_machine

from dashboard.identity import accounts
from dashboard.identity.accounts import COOKIE
from dashboard.identity.signing import FORM_COOKIE
from dashboard.web.sign_in import local_path
from data_access.engine import writing
from data_access.schema import account, audit_entry, sign_in_attempt, sign_in_session
from tests.dashboard.sign_in.visitors import ELISE, GOOD, HELENE, NOW, SOURCE, Visitor, add_account

ELSEWHERE = ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example", "\\\\ailleurs.example"]
ELSEWHERE += ["/\t/ailleurs.example", "javascript:alert(1)", "//[", "", " /saisie", "/\n/x", "/" + "a" * 1_000]


def test_the_right_password_opens_the_page_that_was_asked_for(visitor: Visitor) -> None:
    answer = visitor.sign_in(ELISE, suite="/saisie?semaine=2026-02-23")

    assert (answer.status_code, answer.headers["location"]) == (303, "/saisie?semaine=2026-02-23")
    assert visitor.is_signed_in
    assert ELISE in visitor.get("/compte").text


def test_an_address_is_written_in_any_case(visitor: Visitor) -> None:
    assert visitor.sign_in(f" {ELISE.upper()} ").status_code == 303


def test_the_cookie_is_for_this_site_alone_and_out_of_reach_of_scripts(visitor: Visitor) -> None:
    sent = visitor.sign_in(ELISE).headers.get_list("set-cookie")

    cookie = SimpleCookie(next(line for line in sent if line.startswith(COOKIE)))[COOKIE]
    assert COOKIE.startswith("__Host-")
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "lax", "/")
    assert (cookie["domain"], cookie["max-age"], cookie["expires"]) == ("", "", "")
    assert len(cookie.value) >= 43


def test_only_the_fingerprint_of_the_cookie_is_stored(visitor: Visitor, engine: sa.Engine) -> None:
    visitor.sign_in(ELISE)

    with engine.connect() as connection:
        stored = [
            str(value)
            for table in (sign_in_session, audit_entry, sign_in_attempt)
            for row in connection.execute(sa.select(table))
            for value in row
        ]
    assert visitor.cookie
    assert not [value for value in stored if visitor.cookie in value or GOOD in value]


def test_passwords_are_kept_as_argon2id_each_with_its_own_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    kept = [accounts.hash_password(GOOD), accounts.hash_password(GOOD), accounts._decoy()]

    assert len(set(kept)) == 3
    assert all(re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=1\$", each) for each in kept)
    assert accounts.verify_password(GOOD, kept[0])


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (ELISE, "un autre mot de passe"),
        ("personne@example.org", GOOD),
        ("desactive@example.org", GOOD),
        ("sans-mot-de-passe@example.org", GOOD),
        (ELISE, ""),
        ("", GOOD),
        ("' OR 1=1 --", GOOD),
        (f"{ELISE}\x00", GOOD),
        (ELISE, GOOD + " " * 200),
    ],
)
def test_what_is_wrong_says_nothing_of_which_accounts_exist(
    visitor: Visitor, engine: sa.Engine, email: str, password: str
) -> None:
    add_account(engine, "sans-mot-de-passe@example.org", password=None)
    add_account(engine, "desactive@example.org")
    with writing(engine) as connection:
        connection.execute(sa.update(account).where(account.c.email.startswith("desactive")).values(active=False))

    answer = visitor.sign_in(email, password)

    assert answer.status_code == 403
    assert "L’adresse ou le mot de passe n’est pas le bon." in answer.text
    assert COOKIE not in answer.headers.get("set-cookie", "")
    assert not visitor.is_signed_in


def test_an_account_that_does_not_exist_costs_as_much_as_one_that_does(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same work is done, so that time tells nothing."""
    checked: list[str] = []
    real = accounts._hasher().verify
    monkeypatch.setattr(
        type(accounts._hasher()), "verify", lambda _self, typed, kept: checked.append(kept) or real(typed, kept)
    )

    visitor.sign_in("personne@example.org")
    visitor.sign_in(ELISE, "un autre mot de passe")

    assert [kept.rsplit("$", 2)[0] for kept in checked] == ["$argon2id$v=19$m=64,t=1,p=1"] * 2


def test_a_letter_with_an_accent_is_the_same_from_every_keyboard() -> None:
    assert accounts.verify_password("caf\u0065\u0301 du matin", accounts.hash_password("caf\u00e9 du matin"))


@pytest.mark.parametrize("email", [ELISE, "personne@example.org"])
def test_after_ten_failures_an_address_waits_whether_it_exists_or_not(
    visitor: Visitor, engine: sa.Engine, clock: time_machine.Traveller, email: str
) -> None:
    failures = [visitor.sign_in(email, "un autre mot de passe").status_code for _ in range(11)]

    assert failures == [403] * 10 + [429]
    told = visitor.sign_in(email)
    assert "Attendez 15" in told.text
    assert told.headers["retry-after"] == "900"
    assert visitor.sign_in(HELENE).status_code == 303
    clock.move_to(NOW + timedelta(minutes=15, seconds=1))
    assert visitor.sign_in(email).status_code == (303 if email == ELISE else 403)


def test_attempts_are_forgotten_after_a_day(visitor: Visitor, engine: sa.Engine, clock: time_machine.Traveller) -> None:
    visitor.sign_in(ELISE, "un autre mot de passe")
    clock.move_to(NOW + timedelta(days=1, seconds=1))
    visitor.sign_in(ELISE)

    with engine.connect() as connection:
        assert connection.execute(sa.select(sign_in_attempt.c.succeeded)).scalars().all() == [True]


@pytest.mark.parametrize("token", ["", "made-up", "of another browser"])
def test_a_form_of_elsewhere_signs_nobody_in(visitor: Visitor, token: str) -> None:
    if token.startswith("of"):
        token = Visitor().token("/connexion")
    visitor.get("/connexion")

    answer = visitor.post("/connexion", data={"token": token, "adresse": ELISE, "mot_de_passe": GOOD})

    assert answer.status_code == 403
    assert "Recommencez." in answer.text
    assert not visitor.is_signed_in


@pytest.mark.parametrize("cookie", ["", "x", "é" * 32, "a" * 4_000])
def test_a_form_goes_with_the_cookie_it_was_drawn_with(visitor: Visitor, cookie: str) -> None:
    token = visitor.token("/connexion")
    visitor.cookies.clear()

    answer = visitor.post(
        "/connexion",
        data={"token": token, "adresse": ELISE, "mot_de_passe": GOOD},
        headers={"cookie": f"{FORM_COOKIE}={cookie}".encode()},
    )

    assert answer.status_code == 403


def test_a_page_left_open_for_half_an_hour_must_be_opened_again(
    visitor: Visitor, clock: time_machine.Traveller
) -> None:
    token = visitor.token("/connexion")
    clock.move_to(NOW + timedelta(minutes=30, seconds=2))

    assert visitor.post("/connexion", data={"token": token, "adresse": ELISE, "mot_de_passe": GOOD}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_have_a_form_sent(visitor: Visitor, site: str) -> None:
    sent = {"token": visitor.token("/connexion"), "adresse": ELISE, "mot_de_passe": GOOD}

    assert visitor.post("/connexion", data=sent, headers={"sec-fetch-site": site}).status_code == 403


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"x" * 5_000, "application/x-www-form-urlencoded"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x"),
        (b"--x", "multipart/form-data"),
        (b"%ff=%ff&token=%00", "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
    ],
)
def test_what_is_no_form_of_ours_is_refused_in_french(visitor: Visitor, content: bytes, kind: str) -> None:
    visitor.get("/connexion")
    answer = visitor.post("/connexion", content=content, headers={"content-type": kind})

    assert answer.status_code == 403
    assert "Recommencez." in answer.text


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_nobody_is_led_to_another_site(visitor: Visitor, onward: str) -> None:
    assert local_path(onward) == "/"
    # Who keeps a centre comes for the week they owe.
    assert visitor.sign_in(ELISE, suite=onward).headers["location"] == "/saisie"
    assert visitor.get("/connexion", params={"suite": onward}).status_code == 200


def test_what_was_typed_is_shown_again_as_text(visitor: Visitor) -> None:
    answer = visitor.sign_in('"><script>alert(1)</script>')

    assert "<script>" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text


def test_signing_in_and_its_refusals_are_written_down_without_the_password(visitor: Visitor, engine: sa.Engine) -> None:
    visitor.sign_in(ELISE, "un autre mot de passe")
    visitor.sign_in(ELISE)

    with engine.connect() as connection:
        entries = connection.execute(sa.select(audit_entry.c.actor, audit_entry.c.action, audit_entry.c.after)).all()
        tries = connection.execute(sa.select(sign_in_attempt.c.succeeded)).scalars().all()
    assert [tuple(entry) for entry in entries] == [
        ("visite", "sign_in_failed", {"network_address": SOURCE}),
        (ELISE, "sign_in", {"role": "animator"}),
    ]
    assert tries == [False, True]


@pytest.mark.parametrize(("mode", "words"), [("demo", "pas de comptes"), ("oidc", "fournisseur d’identité")])
def test_passwords_open_nothing_in_another_mode(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, mode: str, words: str
) -> None:
    token = visitor.token("/connexion")
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", mode)

    for path in ("/connexion", "/activation", "/compte"):
        answer = visitor.post(path, data={"token": token, "adresse": ELISE, "mot_de_passe": GOOD, "code": "x"})
        assert answer.status_code == 404
        assert words in answer.text
    assert visitor.cookie == ""


def test_the_page_speaks_french_and_has_no_script(visitor: Visitor) -> None:
    answer = visitor.get("/connexion")

    assert '<html lang="fr">' in answer.text
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    for name in re.findall(r'<input id="(\w+)"', answer.text):
        assert f'<label for="{name}">' in answer.text
