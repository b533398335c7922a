"""The page of the Pass: its filters, who may read names, and what another program writes."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dashboard.figures import passes
from dashboard.figures.model import Reader
from dashboard.figures.pass_people import Club, figures_of
from dashboard.ui import session, store
from data_access.engine import writing
from data_access.periods import Period
from data_access.rights import Actor, Role
from data_access.schema import pass_membership, person
from tests.application import opened, run_on
from tests.data_access.club import rows
from tests.databases import engine_at
from tests.demonstrations import demonstration, demonstration_copy

TODAY = date(2017, 5, 30)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstration_copy(tmp_path_factory.mktemp("passes"), TODAY)


@pytest.fixture(autouse=True)
def _open(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application runs on a copy of the demonstration, which a test may write in."""
    run_on(file, TODAY, monkeypatch)


def club() -> Club:
    facts = store.club_facts(Period.months(date(2015, 5, 1), date(2017, 4, 1)), on=TODAY, as_of=TODAY)
    return Club(facts, "24 mois", Reader(sees_small_counts=True))


def ending() -> tuple[str, list[tuple[str, str]]]:
    return passes.ending_soon(store.ending_free_periods(club().facts), club())


def members() -> float | None:
    return figures_of(club().facts.now)["pass_members"]


@pytest.mark.parametrize(("role", "named"), [("coordinator", True), ("viewer", False), ("administrator", False)])
def test_names_of_the_list_are_for_who_may_see_people(role: Role, named: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "actor_now", lambda: Actor("somebody@localhost", role))
    with demonstration(TODAY).connect() as connection:
        memberships = rows(connection, pass_membership)
        names = {row["id"]: f"{row['given_name']} {row['family_name']}" for row in rows(connection, person)}
    soon = [
        row
        for row in memberships
        if row["ended_on"] is None and TODAY <= row["free_until"] <= TODAY + timedelta(days=30)
    ]
    title, lines = ending()

    assert title == f"{len(soon)}\u00a0périodes gratuites s’achèvent d’ici le 29\u00a0juin 2017"
    assert len(lines) == len(soon)
    for row in soon:
        (line,) = [line for _, line in lines if row["member_number"] in line]
        assert (names[row["person_id"]] in line) == named


def test_an_animator_sees_the_names_of_their_centre_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "actor_now", lambda: Actor("a@localhost", "animator", frozenset({"LA-FORGE"})))
    _, lines = ending()
    number, place = 0, -1

    for _, line in lines:
        parts = line.split(", ")
        assert (len(parts) == 3) == (parts[place] == "La Forge")
        assert parts[number].startswith("PAM-")


@pytest.mark.parametrize(
    "query",
    [
        {"mois": "tout"},
        {"mois": "annee", "annee": "2017"},
        {"mois": "mois", "mois_de": "2013-12"},
        {"centre": "MONTMURAT"},
        {"statut": "other", "mois": "12m"},
    ],
    ids=lambda query: "-".join(query.values()),
)
def test_the_page_opens_on_the_filters_of_its_address(query: dict[str, str]) -> None:
    app = opened("passes", **query)

    assert not app.exception
    assert {name: app.query_params[name] for name in query} == query


def test_a_membership_written_by_another_program_shows_at_the_next_run(file: Path) -> None:
    before = members()
    engine = engine_at(f"sqlite:///{file}")
    with writing(engine) as connection:
        who = connection.execute(sa.insert(person).values(family_name="Vidal", status="mobile")).inserted_primary_key
        connection.execute(
            sa.insert(pass_membership).values(
                person_id=who[0], member_number="X-1", joined_on=TODAY, free_until=date(2017, 11, 30)
            )
        )
    after = members()
    with writing(engine) as connection:
        connection.execute(sa.delete(pass_membership).where(pass_membership.c.member_number == "X-1"))
        connection.execute(sa.delete(person).where(person.c.id == who[0]))
    engine.dispose()

    assert (after, members()) == (before + 1, before)
