"""On ten years of data: after an erasure the name is in no row, no file and no export, and every figure is the same."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.exports.tables import csv
from dashboard.imports.kinds import KINDS, stored_table
from data_access.engine import reading, writing
from data_access.entries.exporting import file_rows
from data_access.erasures import finish_erasures, replay_erasures
from data_access.periods import Period, monday
from data_access.reads.network import evaluation_facts
from data_access.reads.passes import pass_cohorts, pass_endings, pass_facts, pass_members
from data_access.reads.people import service_facts, support_facts
from data_access.reads.programmes import candidate_facts, placement_facts
from data_access.retention_rules import RULES
from data_access.rights import COMMAND_LINE
from data_access.schema import person, visit
from data_access.writes.personal_data import apply_retention, erase_person
from tests.data_access.people_in_texts import TRACES, add_known_person, told
from tests.databases import engine_at
from tests.demonstrations import NOW, demonstration_copy

pytestmark = pytest.mark.slow

TODAY = NOW.date()
WHOLE = Period.months(date(2007, 1, 1), TODAY)
USUAL = {rule.key: rule.usual for rule in RULES.values()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The demonstration of November 2026, in a folder of its own."""
    return demonstration_copy(tmp_path, TODAY)


@pytest.fixture
def engine(file: Path) -> Iterator[sa.Engine]:
    engine = engine_at(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture
def known(engine: sa.Engine) -> int:
    """Somebody who stands everywhere, beside the thousand others."""
    with writing(engine, COMMAND_LINE) as connection:
        return add_known_person(connection, "MURAT", monday(TODAY), NOW)


def figures(engine: sa.Engine) -> list[Any]:
    """What is published of each year, and what is counted of people."""
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        years = [vars(evaluation_facts(connection, year, as_of=TODAY)) for year in range(2007, TODAY.year + 1)]
        counted: list[pl.DataFrame] = [
            pass_facts(connection, WHOLE),
            pass_cohorts(connection, WHOLE, as_of=TODAY),
            pass_endings(connection, WHOLE),
            pass_members(connection, on=TODAY, by=["status", "centre_code"]),
            service_facts(connection, first=WHOLE.first, last=TODAY),
            support_facts(connection, first=WHOLE.first, last=TODAY),
            placement_facts(connection, as_of=TODAY),
            candidate_facts(connection, as_of=TODAY),
        ]
        visits = connection.execute(
            sa.select(visit.c.centre_id, visit.c.started_at, visit.c.ended_at).order_by(visit.c.id)
        ).all()
    plain = [{name: _plain(value) for name, value in year.items()} for year in years]
    return [plain, [_plain(frame) for frame in counted], visits]


def _plain(value: Any) -> Any:
    return value.rows() if isinstance(value, pl.DataFrame) else value


def exports(engine: sa.Engine) -> bytes:
    """Every file of the page « Import et export »."""
    with engine.connect() as connection:
        return b"".join(
            csv(stored_table(kind, file_rows(connection, kind=kind.key, first=WHOLE.first), demonstration=True))
            for kind in KINDS.values()
        )


def on_disk(folder: Path) -> bytes:
    """The database with its journals, and the register beside it."""
    return b"".join(each.read_bytes() for each in sorted(folder.iterdir())).lower()


def traces_in(content: bytes) -> list[str]:
    return [trace for trace in TRACES if trace.encode() in content.lower()]


def test_the_name_is_nowhere_and_each_figure_is_identical(engine: sa.Engine, file: Path, known: int) -> None:
    register = file.parent / "effacements.jsonl"
    before = figures(engine)
    assert set(traces_in(on_disk(file.parent))) == set(TRACES)
    assert traces_in(exports(engine))

    with writing(engine) as connection:
        erase_person(connection, COMMAND_LINE, person_id=known, reason="request", now=NOW)
    finish_erasures(engine, register)

    assert figures(engine) == before
    assert traces_in(exports(engine)) == []
    with engine.connect() as connection:
        assert told(connection) == []
    assert traces_in(on_disk(file.parent)) == []
    assert len(register.read_text().splitlines()) == 1


def test_a_name_is_written_over_even_before_the_file_is_made_anew(engine: sa.Engine, file: Path, known: int) -> None:
    """An interruption between the two leaves no name either: what SQLite removes, it writes over."""
    with writing(engine) as connection:
        erase_person(connection, COMMAND_LINE, person_id=known, reason="request", now=NOW)
    engine.dispose()

    assert traces_in(on_disk(file.parent)) == []


def test_an_older_copy_put_back_is_erased_again(engine: sa.Engine, file: Path, known: int) -> None:
    register, copy = file.parent / "effacements.jsonl", file.parent.parent / f"{file.parent.name}.backup"
    engine.dispose()
    shutil.copy(file, copy)
    before = figures(engine)
    with writing(engine) as connection:
        erase_person(connection, COMMAND_LINE, person_id=known, reason="request", now=NOW)
    finish_erasures(engine, register)
    engine.dispose()
    copy.replace(file)
    assert traces_in(on_disk(file.parent))

    assert replay_erasures(engine, register, now=NOW + timedelta(days=1)) == 1
    assert replay_erasures(engine, register, now=NOW + timedelta(days=1)) == 0

    assert traces_in(on_disk(file.parent)) == []
    assert figures(engine) == before


def test_all_that_is_kept_long_enough_goes_and_no_figure_changes(engine: sa.Engine, file: Path, known: int) -> None:
    """Hundreds of former members at once: their names are in no row, and the others keep theirs."""
    with engine.connect() as connection:
        names = {row.id: row.email for row in connection.execute(sa.select(person.c.id, person.c.email))}
    before = figures(engine)

    with writing(engine) as connection:
        done = apply_retention(connection, COMMAND_LINE, durations=USUAL, now=NOW)

    erased = next(each.ids for each in done if each.rule.key == "people")
    assert len(erased) > 300
    assert figures(engine) == before
    with engine.connect() as connection:
        remaining = {row.id: row.email for row in connection.execute(sa.select(person.c.id, person.c.email))}
    assert remaining == {number: None if number in erased else email for number, email in names.items()}
    assert known not in erased
    with writing(engine) as connection:
        assert apply_retention(connection, COMMAND_LINE, durations=USUAL, now=NOW) == []


def test_erasing_asks_as_little_on_ten_years_as_on_one(engine: sa.Engine, known: int) -> None:
    """A request is answered while the person waits: what is asked depends on the tables, not on their rows."""
    sent: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: sent.append(statement))

    with writing(engine) as connection:
        erase_person(connection, COMMAND_LINE, person_id=known, reason="request", now=NOW)

    assert len(sent) < 150
