"""The page of accounts: the link it gives is the very link, whatever stands in it, and opens the account."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard.identity import accounts
from data_access.engine import writing
from data_access.rights import Actor
from data_access.schema import account, second_factor
from data_access.writes.accounts import set_second_factor
from tests.application import opened, press, run_on, tables
from tests.dashboard.sign_in.visitors import ELISE, HELENE, NOW, Visitor, add_account
from tests.databases import engine_at
from tests.demonstrations import DAY_OF_THE_PROGRAMME
from tests.letterbox import open_letterbox

# What Markdown, typography and a link found in a text would each spoil.
SECRET = "R97_zMLC*_~1:2-__init__"
HERE = "http://127.0.0.1:8618"


@pytest.fixture
def engine(one_centre_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The application with accounts, opened by who administers; its address has a port."""
    file = shutil.copy(one_centre_file, tmp_path / "cybercantal.sqlite")
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    monkeypatch.setenv("CYBERCANTAL_DATA_FOLDER", str(tmp_path))
    monkeypatch.setenv("CYBERCANTAL_PORT", "8618")
    monkeypatch.setattr(accounts, "new_secret", lambda: SECRET)
    monkeypatch.setattr(accounts, "actor_of_cookie", lambda _cookie: Actor(HELENE, "administrator"))
    engine = engine_at(run_on(file, DAY_OF_THE_PROGRAMME, monkeypatch))
    yield engine
    engine.dispose()


def opens_the_account_of(link: str, email: str) -> bool:
    assert link == f"{HERE}/activation?code={SECRET}"
    return f"Pour le compte {email}." in Visitor().get(link.removeprefix(HERE)).text


def test_the_link_of_a_new_account_is_shown_as_it_is(engine: sa.Engine) -> None:
    app = opened("accounts")
    email, name = app.text_input
    email.set_value("nadia.roux@example.org")
    name.set_value("Nadia Roux")
    app.multiselect[0].set_value(["MURAT"])
    press(app, "Ouvrir le compte")

    assert "Compte ouvert" in app.success[0].value
    assert opens_the_account_of(app.code[0].value, "nadia.roux@example.org")


def test_the_link_of_an_account_that_is_there_is_shown_as_it_is(engine: sa.Engine) -> None:
    account_id = add_account(engine, ELISE)
    app = chosen(opened("accounts"), account_id)
    press(app, "Donner un lien d’accès")

    assert opens_the_account_of(app.code[0].value, ELISE)
    # Told once: it is not there at the next click.
    assert not app.run().code


def test_an_account_that_changes_hands_is_given_a_link(engine: sa.Engine) -> None:
    account_id = add_account(engine, ELISE)
    app = chosen(opened("accounts"), account_id)
    app.text_input[0].set_value("nadia.roux@example.org")
    press(app, "Enregistrer")

    assert "l’ancien mot de passe ne vaut plus" in app.success[0].value.replace("\u00a0", " ")
    assert opens_the_account_of(app.code[0].value, "nadia.roux@example.org")


def test_an_account_is_invited_by_mail_and_the_answer_says_so(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = add_account(engine, ELISE, password=None)
    with open_letterbox(monkeypatch) as box:
        app = press(chosen(opened("accounts"), account_id), "Donner un lien d’accès")

    [letter] = box.letters
    assert f"Invitation envoyée à {ELISE}, valable jusqu’au" in said_of(app)
    link = app.code[0].value
    assert (letter["To"], letter["Subject"]) == (ELISE, "Tableau de bord des télécentres\u00a0: votre accès")
    # The very link on a line of its own, and until when it is good.
    assert link in letter.get_content().splitlines()
    assert "Il sert une seule fois, jusqu’au" in letter.get_content().replace("\u00a0", " ")


def test_who_forgot_their_password_is_told_that_it_is_a_new_one(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = add_account(engine, ELISE)
    with open_letterbox(monkeypatch) as box:
        press(chosen(opened("accounts"), account_id), "Donner un lien d’accès")

    assert "nouveau mot de passe" in box.letters[0].get_content()


def test_a_mail_that_does_not_leave_is_told_and_the_link_given(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    account_id = add_account(engine, ELISE)
    with open_letterbox(monkeypatch) as box:
        box.full = True
        app = press(chosen(opened("accounts"), account_id), "Donner un lien d’accès")

    assert f"Le courriel à {ELISE} n’est pas parti. Transmettez vous-même ce lien" in said_of(app)
    assert app.code[0].value.startswith("https://tableau.example.org/activation?code=")


def said_of(app: AppTest) -> str:
    return str(app.success[0].value).replace("\u00a0", " ").replace("\u2060", "").replace("\\", "")


def test_a_second_factor_that_was_lost_is_taken_away(engine: sa.Engine) -> None:
    account_id = add_account(engine, ELISE)
    assert "Retirer le second facteur" not in [each.label for each in chosen(opened("accounts"), account_id).button]
    with writing(engine) as connection:
        set_second_factor(connection, account_id=account_id, secret="x", step=1, code_hashes=["a" * 64], now=NOW)
    app = chosen(opened("accounts"), account_id)
    assert "actif, second facteur" in str(tables(app)[0].rows()).replace("\\xa0", " ")
    press(app, "Retirer le second facteur")

    with engine.connect() as connection:
        assert connection.execute(sa.select(second_factor)).all() == []


def test_a_refusal_gives_no_link(engine: sa.Engine) -> None:
    app = press(opened("accounts"), "Ouvrir le compte")

    assert app.error
    assert not app.code
    with engine.connect() as connection:
        assert connection.execute(sa.select(account.c.id)).all() == []


def chosen(app: AppTest, account_id: int) -> AppTest:
    return app.selectbox(key="compte").set_value(str(account_id)).run()
