"""Accounts from the terminal: the first administrator is made there, and whoever lost their access gets another link."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.schema import account, audit_entry
from tests.dashboard.command.terminal import Run
from tests.databases import engine_at
from tests.factories import add_centre
from tests.letterbox import open_letterbox

LINK = re.compile(r"^(\S+)/activation\?code=[\w-]{43}$", re.MULTILINE)
HELENE = ("account", "add", "Helene@Example.org", "--name", "Hélène Vaurs", "--role", "administrator")


@pytest.fixture
def engine(folder: Path) -> sa.Engine:
    """The database of the data folder, which is not there yet."""
    return engine_at(f"sqlite:///{folder}/cybercantal.sqlite")


def test_the_first_account_is_made_on_a_machine_where_nothing_is(
    run: Run, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERCANTAL_PUBLIC_ADDRESS", "https://tableau.exemple.fr/")

    result = run(*HELENE)

    assert result.exit_code == 0
    assert "Compte ouvert : helene@example.org, administration." in result.output
    assert LINK.findall(result.output) == ["https://tableau.exemple.fr"]
    with engine.connect() as connection:
        actors = connection.execute(sa.select(audit_entry.c.actor)).scalars().all()
    assert set(actors) == {"commande@localhost"}


def test_accounts_are_listed(run: Run, engine: sa.Engine) -> None:
    assert "Aucun compte. Ouvrez le premier" in run("account", "list").output
    with writing(engine) as connection:
        add_centre(connection, "TEST")
    run(*HELENE)
    run("account", "add", "elise@example.org", "--name", "Élise", "--role", "animator", "--centre", "test")

    assert run("account", "list").output.splitlines() == [
        "elise@example.org : Élise, animation de télécentre, TEST, actif, jamais connecté",
        "helene@example.org : Hélène Vaurs, administration, actif, jamais connecté",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("elise", "--role", "viewer"), "par exemple prenom.nom@exemple.fr"),
        (("elise@example.org", "--role", "animator"), "Télécentres"),
        (("elise@example.org", "--role", "animator", "--centre", "NULLE-PART"), "Télécentres"),
        (("helene@example.org", "--role", "viewer"), "existe déjà"),
    ],
)
def test_what_cannot_be_an_account_is_told(run: Run, arguments: tuple[str, ...], words: str) -> None:
    run(*HELENE)

    result = run("account", "add", *arguments, "--name", "Élise")

    assert result.exit_code == 1
    assert words in result.output


def test_an_account_is_disabled_but_not_the_last_that_administers(run: Run, engine: sa.Engine) -> None:
    run(*HELENE)
    run("account", "add", "sara@example.org", "--name", "Sara", "--role", "viewer")

    assert run("account", "disable", "Sara@example.org").output == "Compte désactivé : sara@example.org.\n"
    with engine.connect() as connection:
        assert connection.execute(sa.select(account.c.email).where(~account.c.active)).scalars().all() == [
            "sara@example.org"
        ]
    refusal = run("account", "disable", "helene@example.org")
    assert (refusal.exit_code, "le seul qui administre" in refusal.output) == (1, True)


def test_another_link_is_given_to_an_open_account(run: Run) -> None:
    run(*HELENE)
    run("account", "add", "sara@example.org", "--name", "Sara", "--role", "viewer")
    run("account", "disable", "sara@example.org")

    assert len(LINK.findall(run("account", "reset", "helene@example.org").output)) == 1
    assert "Second facteur retiré." in run("account", "reset", "helene@example.org", "--second-factor").output
    disabled, unknown = run("account", "reset", "sara@example.org"), run("account", "reset", "nobody@example.org")
    assert (disabled.exit_code, "désactivé" in disabled.output) == (1, True)
    assert (unknown.exit_code, "cybercantal account list" in unknown.output) == (1, True)


def test_the_link_is_mailed_where_mail_is_set(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_letterbox(monkeypatch) as box:
        output = run(*HELENE).output

    [letter] = box.letters
    assert letter["To"] == "helene@example.org"
    assert "Invitation envoyée à helene@example.org" in output
    assert (
        LINK.findall("\n".join(letter.get_content().splitlines()))
        == LINK.findall(output)
        == ["https://tableau.example.org"]
    )


def test_with_an_identity_provider_there_is_no_link_to_give(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "oidc")

    output = run(*HELENE).output

    assert LINK.findall(output) == []
    assert "fournisseur d’identité" in output
