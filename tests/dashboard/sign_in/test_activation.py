"""The link with which a password is chosen: once, within a day, and a good one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from dashboard.identity.accounts import new_link
from dashboard.identity.passwords import password_fault
from data_access.engine import writing
from data_access.refusals import Refused
from data_access.rights import Actor
from data_access.schema import account, activation, audit_entry
from tests.dashboard.sign_in.visitors import ADDRESS, ELISE, GOOD, HELENE, NOW, Visitor

ADMINISTRATOR = Actor(HELENE, "administrator")
NEW = "quatre volcans sous la neige"


@pytest.fixture
def link(engine: sa.Engine) -> str:
    """The path of a link given to Élise now."""
    return given(engine)


def given(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        elise = connection.execute(sa.select(account.c.id).where(account.c.email == ELISE)).scalar_one()
    address, _ = new_link(engine, ADMINISTRATOR, elise)
    assert address.startswith(f"{ADDRESS}/activation?code=")
    return address.removeprefix(ADDRESS)


def choose(visitor: Visitor, link: str, new: str = NEW, again: str | None = None) -> int:
    code = link.partition("=")[2]
    answer = visitor.fill("/activation", page=link, code=code, nouveau=new, encore=new if again is None else again)
    return answer.status_code


def test_the_link_opens_a_form_that_says_for_whom(visitor: Visitor, link: str) -> None:
    answer = visitor.get(link)

    assert answer.status_code == 200
    assert f"Pour le compte {ELISE}." in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "same-origin"


def test_choosing_signs_in_and_the_old_password_is_over(visitor: Visitor, link: str) -> None:
    assert choose(visitor, link) == 303
    assert visitor.is_signed_in
    assert Visitor().sign_in(ELISE, GOOD).status_code == 403
    assert Visitor().sign_in(ELISE, NEW).status_code == 303


def test_a_link_is_used_once(visitor: Visitor, link: str) -> None:
    late = Visitor()
    token = late.token(link)
    choose(visitor, link)

    assert late.get(link).status_code == 410
    code = link.partition("=")[2]
    answer = late.post("/activation", data={"token": token, "code": code, "nouveau": GOOD, "encore": GOOD})
    assert answer.status_code == 410
    assert "Ce lien a déjà servi" in answer.text
    assert Visitor().sign_in(ELISE, NEW).status_code == 303


def test_of_two_who_send_the_same_link_at_once_one_chooses(engine: sa.Engine, link: str) -> None:
    visitors = [Visitor() for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda each: choose(each[1], link, f"{NEW} numéro {each[0]}"), enumerate(visitors)))

    assert sorted(answers) == [303, 410, 410, 410]


def test_a_link_is_good_for_a_day(visitor: Visitor, link: str, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + timedelta(hours=23, minutes=59))
    assert visitor.get(link).status_code == 200
    clock.move_to(NOW + timedelta(hours=24))
    answer = visitor.get(link)

    assert answer.status_code == 410
    assert "plus de 24 heures" in answer.text


def test_another_link_makes_the_first_worth_nothing(visitor: Visitor, engine: sa.Engine, link: str) -> None:
    second = given(engine)

    assert visitor.get(link).status_code == 410
    assert visitor.get(second).status_code == 200


def test_the_link_of_a_disabled_account_opens_nothing(visitor: Visitor, engine: sa.Engine, link: str) -> None:
    with writing(engine) as connection:
        connection.execute(sa.update(account).where(account.c.email == ELISE).values(active=False))

    assert visitor.get(link).status_code == 410


@pytest.mark.parametrize("code", ["", "x", "é", "\x00", "a" * 3_000])
def test_a_made_up_link_opens_nothing(visitor: Visitor, code: str) -> None:
    assert visitor.get("/activation", params={"code": code}).status_code == 410


def test_only_the_fingerprint_of_the_code_is_stored(engine: sa.Engine, link: str) -> None:
    code = link.partition("=")[2]
    with engine.connect() as connection:
        rows = [*connection.execute(sa.select(activation)), *connection.execute(sa.select(audit_entry))]

    assert len(code) >= 43
    assert not [value for row in rows for value in row if code in str(value)]


def test_only_who_administers_gives_a_link(engine: sa.Engine) -> None:
    for role in ("coordinator", "animator", "viewer", "public"):
        with pytest.raises(Refused):
            new_link(engine, Actor("x@example.org", role), 1)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("court", "au moins 12"),
        ("a" * 201, "au plus 200"),
        ("aaaaaaaaaaaaaaaa", "se devine"),
        ("motdepasse2026", "l’un des plus employés"),
        ("Cyber-Cantal-15", "reprend un nom du Cantal"),
        ("elise.chassang15", "reprend votre nom"),
        ("123456789012", "se devine"),
        ("azertyazerty", "l’un des plus employés"),
        ("qwerty123456", "l’un des plus employés"),
        ("motdepasse123456", "l’un des plus employés"),
        ("abcdefghijkl", "se devine"),
        ("1q2w3e4r5t6y", "l’un des plus employés"),
        ("passw0rd1234", "l’un des plus employés"),
        ("iloveyou1234", "l’un des plus employés"),
        ("Bienvenue2026!", "l’un des plus employés"),
        ("Elise@example.org1", "reprend votre nom ou votre adresse"),
        ("Chassang-1978!", "reprend votre nom ou votre adresse"),
        ("Saint-Flour 15100", "reprend un nom du Cantal"),
        ("telecentre Murat", "reprend un nom du Cantal"),
        ("les vaches de Salers rentrent à l’étable", ""),
        (GOOD, ""),
        ("Tr0mpe-l’œil#92", ""),
    ],
)
def test_what_makes_a_password_good_enough(password: str, words: str) -> None:
    fault = password_fault(password, ELISE, "Élise Chassang").replace("\u00a0", " ")

    assert words in fault
    assert bool(fault) == bool(words)


@pytest.mark.parametrize(("new", "again"), [("court", "court"), (NEW, GOOD), ("", "")])
def test_a_password_that_is_not_taken_leaves_the_link_good(visitor: Visitor, link: str, new: str, again: str) -> None:
    assert choose(visitor, link, new, again) == 403
    assert choose(visitor, link) == 303


def test_a_form_of_elsewhere_chooses_nothing(visitor: Visitor, link: str) -> None:
    code = link.partition("=")[2]
    answer = visitor.post("/activation", data={"token": "x", "code": code, "nouveau": NEW, "encore": NEW})

    assert answer.status_code == 403
    assert Visitor().sign_in(ELISE, GOOD).status_code == 303
