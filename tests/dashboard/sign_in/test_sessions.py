"""How long a browser stays signed in, and how it ends: at the next action, wherever it was decided."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from dashboard.identity import accounts
from dashboard.identity.accounts import COOKIE
from data_access.engine import writing
from data_access.records import AccountRecord
from data_access.rights import Actor
from data_access.schema import account, audit_entry, sign_in_session
from data_access.writes.accounts import record_account, sign_out_account
from tests.dashboard.sign_in.visitors import ELISE, GOOD, HELENE, NOW, Visitor

ADMINISTRATOR = Actor(HELENE, "administrator")
OTHER = "quatre volcans sous la neige"


@pytest.fixture
def elise(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(account.c.id).where(account.c.email == ELISE)).scalar_one())


@pytest.fixture
def laptop(visitor: Visitor) -> Visitor:
    """A browser in which Élise signed in."""
    visitor.sign_in(ELISE)
    return visitor


@pytest.fixture
def telephone(engine: sa.Engine) -> Visitor:
    """Another one."""
    other = Visitor()
    other.sign_in(ELISE)
    return other


def actions(engine: sa.Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(audit_entry.c.action).order_by(audit_entry.c.id)).scalars())


def test_half_an_hour_of_absence_ends_it(laptop: Visitor, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + timedelta(minutes=29))
    assert laptop.is_signed_in
    clock.move_to(NOW + timedelta(minutes=58))
    assert laptop.is_signed_in
    clock.move_to(NOW + timedelta(minutes=88))

    assert not laptop.is_signed_in


def test_ten_hours_end_it_however_busy(laptop: Visitor, clock: time_machine.Traveller) -> None:
    for quarter in range(1, 40):
        clock.move_to(NOW + timedelta(minutes=15 * quarter))
        assert laptop.is_signed_in
    clock.move_to(NOW + timedelta(hours=10))

    assert not laptop.is_signed_in


def test_the_day_held_for_today_moves_no_expiry(laptop: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_TODAY", "2017-05-30")

    assert laptop.is_signed_in


def test_signing_out_ends_this_browser_and_no_other(laptop: Visitor, telephone: Visitor, engine: sa.Engine) -> None:
    stolen = laptop.cookie
    answer = laptop.fill("/deconnexion", page="/compte")

    assert answer.headers["location"] == "/connexion?sortie=oui"
    assert "Vous êtes déconnecté." in laptop.get("/connexion?sortie=oui").text
    assert '"storage"' in answer.headers["clear-site-data"]
    assert laptop.cookie == ""
    assert accounts.signed_in_account(stolen) is None
    assert telephone.is_signed_in
    assert actions(engine)[-1] == "sign_out"


def test_signing_out_everywhere_ends_them_all(laptop: Visitor, telephone: Visitor, engine: sa.Engine) -> None:
    laptop.fill("/deconnexion?partout=oui", page="/compte")

    assert not telephone.is_signed_in
    assert actions(engine)[-1] == "sign_out_everywhere"


def test_another_site_signs_nobody_out(laptop: Visitor) -> None:
    laptop.post("/deconnexion", data={"token": "made-up"})
    laptop.post("/deconnexion", data={"token": laptop.token("/compte")}, headers={"sec-fetch-site": "cross-site"})

    assert laptop.is_signed_in
    assert laptop.get("/deconnexion").status_code == 404


def test_who_administers_ends_all_the_browsers_of_an_account(
    laptop: Visitor, telephone: Visitor, engine: sa.Engine, elise: int
) -> None:
    with writing(engine) as connection:
        assert sign_out_account(connection, ADMINISTRATOR, account_id=elise, now=datetime.now(UTC)) == 2

    assert not laptop.is_signed_in
    assert not telephone.is_signed_in


def test_a_disabled_account_is_out_at_its_next_action(laptop: Visitor, engine: sa.Engine, elise: int) -> None:
    record = AccountRecord(
        email=ELISE, display_name="Élise", role="animator", centres=("MURAT",), active=False, base_version=1
    )
    with writing(engine) as connection:
        record_account(connection, ADMINISTRATOR, record, now=NOW, row_id=elise)

    assert accounts.actor_of_cookie(laptop.cookie) is None
    assert not laptop.is_signed_in


def test_a_right_taken_away_is_gone_at_the_next_action(laptop: Visitor, engine: sa.Engine, elise: int) -> None:
    assert accounts.actor_of_cookie(laptop.cookie) == Actor(ELISE, "animator", frozenset({"MURAT"}))
    with writing(engine) as connection:
        record = AccountRecord(email=ELISE, display_name="Élise", role="viewer", base_version=1)
        record_account(connection, ADMINISTRATOR, record, now=NOW, row_id=elise)

    assert accounts.actor_of_cookie(laptop.cookie) == Actor(ELISE, "viewer")


@pytest.mark.parametrize("cookie", ["x", "é", "", "' OR 1=1 --", "a" * 5_000])
def test_a_made_up_cookie_is_nobody(visitor: Visitor, cookie: str) -> None:
    assert accounts.signed_in_account(cookie) is None
    answer = visitor.get("/compte", headers={"cookie": f"{COOKIE}={cookie}".encode()})
    assert answer.headers["location"] == "/connexion?suite=/compte"


def test_a_fingerprint_read_in_the_database_opens_nothing(laptop: Visitor, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        stored = connection.execute(sa.select(sign_in_session.c.token_hash)).scalar_one()

    assert accounts.signed_in_account(stored) is None


def test_signing_in_again_makes_a_new_cookie_and_ends_the_last(laptop: Visitor) -> None:
    """A cookie that somebody planted beforehand does not become that of the person who signs in."""
    first = laptop.cookie
    laptop.sign_in(ELISE)

    assert laptop.cookie != first
    assert accounts.signed_in_account(first) is None
    assert laptop.is_signed_in


def test_another_password_ends_the_other_browsers(laptop: Visitor, telephone: Visitor, engine: sa.Engine) -> None:
    answer = laptop.fill("/compte", mot_de_passe=GOOD, nouveau=OTHER, encore=OTHER)

    assert (answer.status_code, answer.headers["location"]) == (303, "/compte?change=oui")
    assert "Mot de passe changé." in laptop.get("/compte?change=oui").text
    assert laptop.is_signed_in
    assert not telephone.is_signed_in
    assert "change_password" in actions(engine)
    assert Visitor().sign_in(ELISE, OTHER).status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "words"),
    [
        ("un autre mot de passe", OTHER, OTHER, "actuel n’est pas le bon"),
        (GOOD, "court", "court", "au moins"),
        (GOOD, OTHER, GOOD, "ne sont pas les mêmes"),
    ],
)
def test_a_password_is_not_changed_for_a_bad_one(
    laptop: Visitor, current: str, new: str, again: str, words: str
) -> None:
    answer = laptop.fill("/compte", mot_de_passe=current, nouveau=new, encore=again)

    assert answer.status_code == 403
    assert words in answer.text
    assert Visitor().sign_in(ELISE, GOOD).status_code == 303


def test_who_finds_a_browser_left_open_does_not_guess_the_password(laptop: Visitor) -> None:
    tries = [laptop.fill("/compte", mot_de_passe="x", nouveau=OTHER, encore=OTHER).status_code for _ in range(11)]

    assert tries == [403] * 10 + [429]


def test_one_sees_ones_browsers_and_ends_each_of_them(
    laptop: Visitor, telephone: Visitor, engine: sa.Engine, clock: time_machine.Traveller
) -> None:
    firefox = {"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"}
    third = Visitor()
    third.headers.update(firefox)
    third.sign_in(ELISE)
    page = laptop.get("/compte").text.replace("\u00a0", " ").replace("\u202f", " ")

    assert "Firefox, Windows" in page
    assert "depuis le 2 mars 2026" in page
    numbers = re.findall(r'name="numero" value="(\d+)"', page)
    assert len(numbers) == 2
    assert laptop.fill("/compte/navigateurs", page="/compte", numero=numbers[0]).status_code == 303
    assert [visitor.is_signed_in for visitor in (laptop, telephone, third)] == [True, True, False]
    assert actions(engine)[-1] == "end_session"


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30, "of another"])
def test_nobody_ends_the_browser_of_another(laptop: Visitor, engine: sa.Engine, number: str) -> None:
    helene = Visitor()
    helene.sign_in(HELENE)
    with engine.connect() as connection:
        theirs = connection.execute(sa.select(sa.func.max(sign_in_session.c.id))).scalar_one()

    laptop.fill("/compte/navigateurs", page="/compte", numero=str(theirs) if number == "of another" else number)

    assert helene.is_signed_in
    assert "end_session" not in actions(engine)


def test_who_is_signed_out_ends_nothing(visitor: Visitor, laptop: Visitor) -> None:
    assert (
        Visitor().fill("/compte/navigateurs", page="/connexion", numero="1").headers["location"]
        == "/connexion?suite=/compte"
    )
    assert laptop.is_signed_in
