"""The second factor: set up with a code, asked after the password, good for once, given up or taken away."""

import re
from datetime import timedelta
from html import unescape

import pyotp
import pytest
import sqlalchemy as sa
import time_machine
from httpx import Response

from dashboard.identity.accounts import COOKIE
from data_access.engine import writing
from data_access.refusals import Refused
from data_access.rights import Actor
from data_access.schema import account, audit_entry, recovery_code, second_factor
from data_access.writes.accounts import reset_second_factor
from tests.dashboard.sign_in.visitors import ELISE, GOOD, HELENE, NOW, Visitor

MINE = "/compte/second-facteur"
HALF_MINUTE = timedelta(seconds=30)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', html)
    assert found is not None
    return unescape(found[1])


def shared(html: str) -> pyotp.TOTP:
    """The application of somebody who typed the key of the page."""
    found = re.search(r'class="key"><code>([A-Z2-7 ]+)</code>', html)
    assert found is not None
    return pyotp.TOTP(found[1].replace(" ", ""))


def set_up(visitor: Visitor, password: str = GOOD) -> tuple[pyotp.TOTP, list[str]]:
    """A second factor for who is signed in: their application, and their recovery codes."""
    page = visitor.get(MINE).text
    application = shared(page)
    told = visitor.post(
        MINE,
        data={
            "token": hidden(page, "token"),
            "cle": hidden(page, "cle"),
            "mot_de_passe": password,
            "code": application.now(),
        },
    )
    return application, re.findall(r"<li><code>([A-Z2-9-]+)</code>", told.text)


def answer_code(visitor: Visitor, asked: Response, code: str) -> Response:
    return visitor.post(
        "/connexion/code",
        data={"token": hidden(asked.text, "token"), "suivi": hidden(asked.text, "suivi"), "code": code},
    )


@pytest.fixture
def elise(visitor: Visitor) -> Visitor:
    """Élise, signed in."""
    visitor.sign_in(ELISE)
    return visitor


def test_once_set_up_the_password_alone_opens_nothing(elise: Visitor, clock: time_machine.Traveller) -> None:
    application, codes = set_up(elise)
    clock.shift(HALF_MINUTE)
    other = Visitor()

    asked = other.sign_in(ELISE, suite="/saisie")

    assert len(set(codes)) == 10
    assert asked.status_code == 200
    assert "Code de connexion" in asked.text
    assert COOKIE not in other.cookies
    assert not other.is_signed_in
    answer = answer_code(other, asked, application.now())
    assert (answer.status_code, answer.headers["location"]) == (303, "/saisie")
    assert other.is_signed_in


@pytest.mark.parametrize("late", [-2, 3])
def test_a_code_is_good_for_once_and_about_its_half_minute(
    elise: Visitor, clock: time_machine.Traveller, late: int
) -> None:
    application, _ = set_up(elise)
    used = application.now()
    asked = Visitor().sign_in(ELISE)
    assert "Code de connexion" in asked.text
    first, second = Visitor(), Visitor()

    assert answer_code(first, first.sign_in(ELISE), used).status_code == 403
    clock.shift(HALF_MINUTE)
    assert answer_code(first, first.sign_in(ELISE), application.now()).status_code == 303
    assert answer_code(second, second.sign_in(ELISE), application.now()).status_code == 403
    clock.shift(4 * HALF_MINUTE)
    moved = application.at(NOW.timestamp() + 150 + 30 * late)
    assert answer_code(second, second.sign_in(ELISE), moved).status_code == 403


def test_a_recovery_code_stands_in_for_it_once(elise: Visitor, engine: sa.Engine) -> None:
    _, codes = set_up(elise)
    first, second = Visitor(), Visitor()

    assert answer_code(first, first.sign_in(ELISE), codes[3].lower().replace("-", " ")).status_code == 303
    assert answer_code(second, second.sign_in(ELISE), codes[3]).status_code == 403
    assert "reste" in first.get(MINE).text
    with engine.connect() as connection:
        stored = [
            str(row)
            for table in (second_factor, recovery_code, audit_entry)
            for row in connection.execute(sa.select(table))
        ]
    assert not [row for row in stored for code in codes if code in row or code.replace("-", "") in row]


def test_the_secret_is_sealed_where_it_is_stored(elise: Visitor, engine: sa.Engine) -> None:
    application, _ = set_up(elise)
    with engine.connect() as connection:
        kept = connection.execute(sa.select(second_factor.c.secret)).scalar_one()

    assert application.secret not in kept


def test_guessing_codes_is_slowed_and_told(elise: Visitor, engine: sa.Engine) -> None:
    set_up(elise)
    other = Visitor()
    asked = other.sign_in(ELISE)
    statuses = []
    for _ in range(11):
        answer = answer_code(other, asked, "000000")
        statuses.append(answer.status_code)
        asked = answer

    assert statuses == [403] * 10 + [429]
    with engine.connect() as connection:
        told = connection.execute(sa.select(audit_entry.c.action)).scalars().all()
    assert told.count("second_factor_failed") == 10
    assert told.count("sign_in_slowed") == 1


@pytest.mark.parametrize(("password", "code"), [("un autre mot de passe", ""), (GOOD, "000000")])
def test_it_is_set_up_by_who_knows_the_password_and_shares_the_key(
    elise: Visitor, engine: sa.Engine, password: str, code: str
) -> None:
    page = elise.get(MINE).text
    fields = {"token": hidden(page, "token"), "cle": hidden(page, "cle"), "mot_de_passe": password}

    assert elise.post(MINE, data={**fields, "code": code or shared(page).now()}).status_code == 403
    with engine.connect() as connection:
        assert connection.execute(sa.select(second_factor)).all() == []


def test_the_key_shown_to_one_account_is_not_taken_for_another(elise: Visitor) -> None:
    helene = Visitor()
    helene.sign_in(HELENE)
    page, theirs = elise.get(MINE).text, helene.get(MINE).text
    fields = {"token": hidden(theirs, "token"), "cle": hidden(page, "cle"), "mot_de_passe": GOOD}

    assert helene.post(MINE, data={**fields, "code": shared(page).now()}).status_code == 403


def test_who_must_have_one_is_signed_in_once_it_is_set_up(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, clock: time_machine.Traveller
) -> None:
    monkeypatch.setenv("CYBERCANTAL_SECOND_FACTOR", "administrators")

    asked = visitor.sign_in(HELENE, suite="/comptes")

    assert "Ajouter un second facteur" in asked.text
    assert not visitor.is_signed_in
    application = shared(asked.text)
    fields = {name: hidden(asked.text, name) for name in ("token", "cle", "suivi")}
    assert visitor.post("/connexion/second-facteur", data={**fields, "code": "000000"}).status_code == 403
    told = visitor.post("/connexion/second-facteur", data={**fields, "code": application.now()})
    assert 'href="/comptes"' in told.text
    assert visitor.is_signed_in
    clock.shift(HALF_MINUTE)
    assert visitor.fill(f"{MINE}/changer", page=MINE, code=application.now(), faire="retirer").status_code == 403
    # What was begun with the password alone does not take the place of what was set up since.
    again = visitor.post("/connexion/second-facteur", data={**fields, "code": application.now()})
    assert again.status_code == 403
    assert Visitor().sign_in(ELISE).status_code == 303


def test_it_is_given_up_with_a_code(elise: Visitor, clock: time_machine.Traveller) -> None:
    application, codes = set_up(elise)
    clock.shift(HALF_MINUTE)

    assert elise.fill(f"{MINE}/changer", page=MINE, code="000000", faire="retirer").status_code == 403
    renewed = elise.fill(f"{MINE}/changer", page=MINE, code=application.now(), faire="codes")
    others = re.findall(r"<li><code>([A-Z2-9-]+)</code>", renewed.text)
    assert len(others) == 10
    assert elise.fill(f"{MINE}/changer", page=MINE, code=codes[0], faire="retirer").status_code == 403
    assert elise.fill(f"{MINE}/changer", page=MINE, code=others[0], faire="retirer").status_code == 303
    assert Visitor().sign_in(ELISE).status_code == 303


def test_an_administrator_takes_it_away_from_who_lost_it(elise: Visitor, engine: sa.Engine) -> None:
    set_up(elise)
    with engine.connect() as connection:
        account_id = connection.execute(sa.select(account.c.id).where(account.c.email == ELISE)).scalar_one()
    for role in ("coordinator", "animator"):
        with pytest.raises(Refused), writing(engine, Actor("x@example.org", role)) as connection:
            reset_second_factor(connection, Actor("x@example.org", role), account_id=account_id, now=NOW)
    with writing(engine, Actor(HELENE, "administrator")) as connection:
        reset_second_factor(connection, Actor(HELENE, "administrator"), account_id=account_id, now=NOW)

    assert not elise.is_signed_in
    assert Visitor().sign_in(ELISE).status_code == 303


@pytest.mark.parametrize("path", ["/connexion/code", "/connexion/second-facteur"])
def test_a_made_up_step_leads_nowhere(visitor: Visitor, path: str) -> None:
    assert visitor.fill(path, page="/connexion", suivi="x", code="000000", cle="y").status_code == 403
    assert not visitor.is_signed_in
