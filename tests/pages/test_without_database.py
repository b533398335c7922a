"""While the database is away a page keeps what it showed, and what was typed; once it is back, the same press records it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from dashboard.configuration.settings import load_settings
from dashboard.ui import session
from data_access.engine import open_engine
from data_access.rights import Actor
from data_access.schema import attendance_week
from tests.application import opened, run_on
from tests.data_access.test_database_faults import moved
from tests.data_access.weekly_sheets import small_network
from tests.databases import engine_at, sqlite_file
from tests.pages.weekly_screen import Screen

COORDINATOR = Actor("coordination@example.org", "coordinator")


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    return small_network


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """PostgreSQL accepts nobody, and ends who is there."""
    keeper = open_engine(sa.make_url(url).set(database="postgres").render_as_string(hide_password=False))
    name = sa.make_url(url).database
    with keeper.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.exec_driver_sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        yield
        connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    keeper.dispose()


def away(url: str) -> AbstractContextManager[None]:
    return moved(sqlite_file(url)) if url.startswith("sqlite") else stopped(url)


class WholeScreen(Screen):
    """The form within the application, as a browser opens it."""

    def __init__(self, **address: str) -> None:
        self.app: AppTest = opened("weekly_entry", **address)
        self._open()


def test_the_form_stays_with_what_was_typed_and_is_recorded_once_the_database_is_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is signed in is asked of the database too."""
    run_on(database_url, date(2017, 6, 9), monkeypatch)
    monkeypatch.setenv("CYBERCANTAL_SIGN_IN", "local")
    monkeypatch.setattr("dashboard.identity.accounts.actor_of_cookie", _asked_of_the_database)
    screen = WholeScreen(centre="MAURIAC", semaine="2017-S22")
    screen.type_week(people="9")

    with away(database_url):
        screen.save()
        cause = (
            "Le fichier de la base a disparu."
            if database_url.startswith("sqlite")
            else "La base de données ne répond pas."
        )
        assert [error[: len(cause)] for error in screen.errors] == [cause, cause]
        assert "Rien n’est enregistré" in screen.errors[0]
        assert screen.fields["Lundi 29\u00a0mai, bureaux (4)"] == "3"
    screen.press("Réessayer")

    engine = engine_at(database_url)
    with engine.connect() as connection:
        assert connection.execute(sa.select(attendance_week.c.distinct_people)).scalars().all() == [9]
    engine.dispose()
    assert screen.errors == []


def _asked_of_the_database(_cookie: str, *, acts: bool = True) -> Actor:
    with session.engine_of(load_settings().database_url).connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM account")
    return COORDINATOR


def test_who_comes_when_the_database_is_away_is_told_so_and_shown_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on(database_url, date(2017, 6, 9), monkeypatch)

    with away(database_url):
        page = opened("attendance")

    assert page.exception or page.error
    assert page.title == []
