"""A whole base goes out in files and into an empty one of the other engine, and back: the same content, the same figures."""

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any, Final

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import settings

from dashboard.imports.kinds import KINDS, every_file
from dashboard.imports.matching import match
from dashboard.imports.reading import read_file
from dashboard.imports.running import run_import
from data_access.engine import reading, writing
from data_access.entries.importing import import_records
from data_access.periods import Period
from data_access.reads.network import centres, evaluation_facts
from data_access.reads.passes import pass_cohorts, pass_endings
from data_access.reads.people import service_facts, support_facts
from data_access.reads.programmes import candidate_facts, placement_facts
from data_access.reference_data import load_reference
from data_access.refusals import Rule
from data_access.rights import COMMAND_LINE, Actor
from tests.databases import PostgreSQLServer, engine_at, sqlite_copy
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration

COORDINATOR: Final = Actor("coordination@example.org", "coordinator")
FIRST_YEARS: Final = date(2008, 6, 30)
WHOLE_HISTORY: Final = date(2026, 11, 26)
# Of an imported week nobody knows when it was entered, and nobody checked in anywhere.
NOT_MOVED: Final = ("on_time", "visit")


def files_of(engine: sa.Engine, today: date) -> dict[str, bytes]:
    with reading(engine, today, COMMAND_LINE) as connection:
        return dict(every_file(connection, demonstration=False))


def bring_all(engine: sa.Engine, files: dict[str, bytes], today: date) -> None:
    """Every file in its order; nothing is refused. The first years come as a person brings them, rehearsed and in slices; the
    whole history in one transaction a file, which is the same writing once."""
    now = datetime.combine(today, time(12), UTC)
    with writing(engine) as connection:
        load_reference(connection, places=True)
    for name, content in files.items():
        kind = KINDS[name.split("-")[1].removesuffix(".csv")]
        if today == FIRST_YEARS:
            report = run_import(
                engine, COORDINATOR, kind, name, content, now=now, rehearsal=False, confirmed=frozenset(Rule)
            )
            assert (report.done, report.faults[:3]) == (True, ()), name
            continue
        with writing(engine, COORDINATOR) as connection:
            names = dict(centres(connection, on=today).select("code", "name").iter_rows())
            matched = match(kind, read_file(name, content, kind.headings), centres=names)
            assert matched.faults == (), name
            import_records(
                connection,
                COORDINATOR,
                kind.key,
                matched.records,
                file_name=name,
                now=now,
                confirmed=frozenset(Rule),
            )


def figures(engine: sa.Engine, today: date) -> dict[str, Any]:
    """Everything that the pages count, of all years."""
    whole = Period.months(date(2007, 1, 1), today)
    with reading(engine, today, COMMAND_LINE) as connection:
        told: dict[str, Any] = {
            f"{year} {name}": value
            for year in range(2007, today.year + 1)
            for name, value in vars(evaluation_facts(connection, year, as_of=today)).items()
        }
        told |= {
            "cohorts": pass_cohorts(connection, whole, as_of=today),
            "endings": pass_endings(connection, whole),
            "services": service_facts(connection, first=whole.first, last=today),
            "supports": support_facts(connection, first=whole.first, last=today),
            "placements": placement_facts(connection, as_of=today),
            "candidates": candidate_facts(connection, as_of=today),
        }
    return {
        name: sorted(map(str, value.rows())) if isinstance(value, pl.DataFrame) else value
        for name, value in told.items()
        if not any(word in name for word in NOT_MOVED)
    }


@contextmanager
def empty_postgresql(server: PostgreSQLServer) -> Iterator[sa.Engine]:
    with server.database() as url:
        engine = engine_at(url)
        yield engine
        engine.dispose()


only_thorough = pytest.mark.skipif(
    settings.get_current_profile_name() != "thorough",
    reason="twenty years of weeks move in half an hour: asked for by --hypothesis-profile=thorough",
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "today",
    [
        FIRST_YEARS,
        pytest.param(DAY_OF_THE_PROGRAMME, marks=only_thorough),
        pytest.param(WHOLE_HISTORY, marks=only_thorough),
    ],
    ids=str,
)
def test_a_base_moves_to_the_other_engine_and_back(
    today: date, postgresql_server: PostgreSQLServer, sqlite_template: Any, tmp_path: Any
) -> None:
    # Twenty years of weeks take longer than a test that hangs is given.
    faulthandler.cancel_dump_traceback_later()
    source = demonstration(today)
    files, wanted = files_of(source, today), figures(source, today)
    with empty_postgresql(postgresql_server) as there:
        bring_all(there, files, today)
        assert files_of(there, today) == files
        assert figures(there, today) == wanted
        back = files_of(there, today)
    here = engine_at(sqlite_copy(sqlite_template, tmp_path))
    bring_all(here, back, today)
    assert files_of(here, today) == files
    assert figures(here, today) == wanted
