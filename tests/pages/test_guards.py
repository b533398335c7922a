"""The door of every page: by its direct address, each role gets the pages of the table, and a denial is written down."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import sqlalchemy as sa
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.identity import accounts
from dashboard.ui.navigation import PAGES
from data_access.rights import RIGHTS, VISITOR, Actor, Role
from data_access.schema import audit_entry
from tests.application import opened, run_on
from tests.databases import engine_at, sqlite_copy
from tests.demonstrations import DAY_OF_THE_PROGRAMME

ROOT = Path(__file__).parents[2]
PRESENT = list(PAGES)
FILES = sorted(file for file in (ROOT / "pages").glob("*.py") if file.name != "__init__.py")


@pytest.fixture
def engine(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """The application with accounts, on an empty database of its own, where nobody was refused anything yet."""
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    engine = engine_at(run_on(sqlite_copy(sqlite_template, tmp_path), DAY_OF_THE_PROGRAMME, monkeypatch))
    yield engine
    engine.dispose()


def _try_every_door() -> None:
    """In one run, what each page begins with: the name of those that let in is written."""
    import streamlit as st

    from dashboard.ui import guard
    from dashboard.ui.navigation import PAGES

    for entry in PAGES:
        try:
            guard.enter(entry.name)
        except InterruptedError:
            continue
        st.text(entry.name)


def _shut() -> None:
    raise InterruptedError


def denials(engine: sa.Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        denied = sa.select(audit_entry.c.actor, audit_entry.c.row_key).where(audit_entry.c.action == "denied")
        return [(actor, about) for actor, about in connection.execute(denied)]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_page_does_nothing_before_its_door(file: Path) -> None:
    """Its words, what it imports, then the guard with its own name."""
    body = [
        node
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if not isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert ast.unparse(body[1]) == f"guard.enter('{file.stem}')"


@pytest.mark.parametrize("role", get_args(Role))
def test_a_role_opens_the_pages_of_the_table_and_no_other(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    actor = None if role == "public" else Actor(f"{role}@example.org", role, frozenset({"MURAT"}))
    monkeypatch.setattr(accounts, "actor_of_cookie", lambda _cookie: actor)

    # The real one ends the whole run, and all doors are tried in one.
    monkeypatch.setattr(st, "stop", _shut)
    entered = {text.value for text in AppTest.from_function(_try_every_door, default_timeout=30).run().text}

    expected = {entry.name for entry in PRESENT if entry.right in RIGHTS[role]}
    assert entered == expected
    refused = {entry.name for entry in PRESENT} - expected
    assert set(denials(engine)) == {(f"{role}@example.org", f"page {name}") for name in refused if actor is not None}


def test_a_denial_is_written_down_once_a_visit(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is run again at each click; what could not be written at one of them is at the next."""
    monkeypatch.setattr(accounts, "actor_of_cookie", lambda _cookie: Actor("sara@example.org", "viewer"))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER nothing_written BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END"
        )

    app = opened("accounts")
    assert denials(engine) == []
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER nothing_written")
    app.run()
    app.run()
    assert "Cette page est réservée à l’administration." in [message.value for message in app.info]
    assert denials(engine) == [("sara@example.org", "page accounts")]


def test_the_menu_shows_what_may_be_opened(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "actor_of_cookie", lambda _cookie: None)

    app = opened("overview")

    assert "Connectez-vous pour ouvrir cette page." in [message.value for message in app.info]
    links = [element.proto.body for element in app.get("html") if "cc-door" in element.proto.body]
    assert any('href="/connexion?suite=/"' in link and 'target="_self"' in link for link in links)
    assert VISITOR.role == "public"
