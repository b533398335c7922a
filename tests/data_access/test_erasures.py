"""The register kept outside of the database: whole, without a name, and obeyed after a restore."""

import json
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.erasures import (
    RegisterUnreadable,
    finish_erasures,
    people_back,
    remove_demonstration_erasures,
    replay_erasures,
)
from data_access.rights import set_actor
from data_access.schema import audit_entry, dataset, erasure, person
from data_access.writes.personal_data import erase_person
from tests.data_access.people_in_texts import COORDINATOR, TRACES, add_known_person, told
from tests.factories import add_centre

NOW = datetime(2017, 5, 30, 8, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=40)


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return tmp_path / "effacements.jsonl"


def somebody_who_stands_everywhere(connection: sa.Connection) -> None:
    add_centre(connection, "MURAT")
    add_known_person(set_actor(connection, COORDINATOR), "MURAT", date(2017, 5, 29), NOW)


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    return somebody_who_stands_everywhere


@pytest.fixture
def known(engine: sa.Engine) -> int:
    """Their number."""
    with engine.connect() as connection:
        return int(connection.scalars(sa.select(person.c.id).where(person.c.given_name == "Ludivine")).one())


def erase(engine: sa.Engine, person_id: int, register: Path | None = None) -> None:
    with writing(engine) as connection:
        erase_person(connection, COORDINATOR, person_id=person_id, reason="request", now=NOW)
    if register is not None:
        finish_erasures(engine, register)


def restore(engine: sa.Engine, person_id: int, *, register_too: bool = True) -> None:
    """What an older copy brings back of the person."""
    with writing(engine) as connection:
        connection.execute(
            sa.update(person)
            .where(person.c.id == person_id)
            .values(family_name="Quatrefages-Zwygart", given_name="Ludivine", erased_at=None)
        )
        if register_too:
            connection.execute(sa.delete(erasure))


def test_the_file_has_a_line_without_a_name_that_only_its_keeper_reads(
    engine: sa.Engine, known: int, register: Path
) -> None:
    erase(engine, known, register)
    erase(engine, known, register)

    lines = [json.loads(line) for line in register.read_text().splitlines()]
    assert [(line["person_id"], line["reason"], line["demonstration"]) for line in lines] == [(known, "request", False)]
    assert not any(trace in register.read_text().lower() for trace in TRACES)
    assert stat.S_IMODE(register.stat().st_mode) == 0o600


@pytest.mark.parametrize("register_too", [True, False], ids=["older than the erasure", "the register was there"])
def test_whom_a_restore_brought_back_is_erased_again(
    engine: sa.Engine, known: int, register: Path, register_too: bool
) -> None:
    erase(engine, known, register)
    restore(engine, known, register_too=register_too)
    assert people_back(engine, register) == 1

    assert replay_erasures(engine, register, now=LATER) == 1

    with engine.connect() as connection:
        assert told(connection) == []
        assert connection.scalars(sa.select(sa.func.count()).select_from(erasure)).one() == 1
        last = connection.scalars(sa.select(audit_entry.c.action).order_by(audit_entry.c.id.desc())).first()
        assert last == "replay_erasure"
    assert len(register.read_text().splitlines()) == 1
    assert replay_erasures(engine, register, now=LATER) == 0
    assert people_back(engine, register) == 0


def test_somebody_else_who_got_the_same_number_stays(engine: sa.Engine, known: int, register: Path) -> None:
    """A restored copy gives numbers again: the instant the person was recorded tells them apart."""
    erase(engine, known, register)
    restore(engine, known)
    with writing(engine) as connection:
        connection.execute(sa.update(person).where(person.c.id == known).values(created_at=LATER))

    assert replay_erasures(engine, register, now=LATER) == 0

    with engine.connect() as connection:
        assert connection.scalars(sa.select(person.c.family_name)).one() == "Quatrefages-Zwygart"


def test_a_lost_file_is_written_again_from_the_database(engine: sa.Engine, known: int, register: Path) -> None:
    erase(engine, known, register)
    content = register.read_text()
    register.unlink()

    replay_erasures(engine, register, now=LATER)

    assert register.read_text() == content


def test_without_a_file_nor_an_erasure_nothing_is_written(engine: sa.Engine, known: int, register: Path) -> None:
    assert replay_erasures(engine, register, now=LATER) == 0
    assert not register.exists()


def test_a_line_cut_short_by_a_power_cut_is_written_again(engine: sa.Engine, known: int, register: Path) -> None:
    erase(engine, known, register)
    content = register.read_text()
    register.write_text(content[:50])

    replay_erasures(engine, register, now=LATER)

    assert register.read_text() == content


def test_a_line_that_cannot_be_read_stops_the_start(engine: sa.Engine, known: int, register: Path) -> None:
    """Going on without it could show a name that was erased."""
    erase(engine, known, register)
    register.write_text("not a line\n" + register.read_text())

    with pytest.raises(RegisterUnreadable, match="La ligne 1 du registre"):
        replay_erasures(engine, register, now=LATER)


def test_the_erasures_of_invented_people_go_with_them(engine: sa.Engine, known: int, register: Path) -> None:
    """The next demonstration has the same people again; real erasures stay."""
    erase(engine, known, register)
    real = register.read_text()
    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=True))
        connection.execute(sa.delete(erasure))
        other = connection.execute(
            sa.insert(person).values(family_name="Vidal", status="employee").returning(person.c.id)
        ).scalar_one()
    erase(engine, other, register)
    assert len(register.read_text().splitlines()) == 2

    remove_demonstration_erasures(register)

    assert register.read_text() == real
    register.unlink()
    remove_demonstration_erasures(register)
    assert not register.exists()
