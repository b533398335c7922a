"""A page that breaks says so in French, and nothing more."""

import logging
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.wording.typography import typeset
from tests.application import PATIENCE_SECONDS


def _broken_page() -> None:
    from dashboard.web.health import show_failure

    show_failure(KeyError("name of a person"))


def test_a_page_that_breaks_gives_a_reference_and_keeps_the_details(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        screen = AppTest.from_function(_broken_page, default_timeout=PATIENCE_SECONDS).run()
    sentence = screen.error[0].value

    assert sentence.startswith("Cette page n’a pas pu s’afficher.")
    assert "name of a person" not in sentence
    assert re.search(r"Référence\s: ([0-9A-F]{6})\.$", sentence)[1] in caplog.text  # type: ignore[index]
    assert typeset(sentence) == sentence
    assert [button.label for button in screen.button] == ["Réessayer"]


def _page_of_somebody_else() -> None:
    from dashboard.web.health import show_failure
    from data_access.rights import Actor, NotPermitted, Right

    show_failure(NotPermitted(Actor("sara@example.org", "viewer"), Right.ACCOUNTS))


def test_what_may_not_be_seen_is_told_as_such() -> None:
    sentence = AppTest.from_function(_page_of_somebody_else, default_timeout=PATIENCE_SECONDS).run().error[0].value

    assert sentence.startswith("Cette page montre des données que votre compte ne permet pas de voir.")
    assert "sara" not in sentence


def _page_without_database() -> None:
    import sqlalchemy as sa

    from dashboard.web.health import show_failure

    show_failure(sa.exc.OperationalError("SELECT name", {}, Exception("secret")))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///{folder}", "Le fichier de la base a disparu."),
        ("sqlite:///{folder}/blank.sqlite", "La base de données n’est pas à jour"),
    ],
)
def test_a_page_that_breaks_on_the_database_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, expected: str
) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", url.format(folder=tmp_path))

    screen = AppTest.from_function(_page_without_database, default_timeout=PATIENCE_SECONDS).run()

    assert screen.error[0].value.startswith(expected)


def test_the_failure_message_gives_the_address_of_the_coordination(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_CONTACT_EMAIL", "coordination@exemple.fr")

    screen = AppTest.from_function(_broken_page, default_timeout=PATIENCE_SECONDS).run()

    assert "(coordination@exemple.fr)" in screen.error[0].value
