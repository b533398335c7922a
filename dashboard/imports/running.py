"""A file from its bytes to the database, or only rehearsed: the same steps for the screen and for the command."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from dashboard.imports.kinds import ImportKind
from dashboard.imports.matching import Fault, Matched, match
from dashboard.imports.reading import read_file
from dashboard.imports.telling import faults_of
from data_access.actors import Actor
from data_access.engine import reading, writing
from data_access.moments import day_in_paris
from data_access.reads.network import centres
from data_access.refusals import Rule
from data_access.writes.importing import ImportOutcome, NotImported, import_records


class _GivenUp(Exception):
    """Ends a rehearsal: nothing of it is kept."""


@dataclass(frozen=True)
class Report:
    """What came, or would come, of a file. `faults` are the lines refused, `questions` those that are asked about."""

    outcome: ImportOutcome = field(default_factory=ImportOutcome)
    faults: tuple[Fault, ...] = ()
    questions: tuple[Fault, ...] = ()
    unusual: frozenset[Rule] = frozenset()
    notes: tuple[str, ...] = ()
    done: bool = False


def run_import(
    engine: sa.Engine,
    actor: Actor,
    kind: ImportKind,
    name: str,
    content: bytes,
    *,
    now: datetime,
    rehearsal: bool,
    confirmed: frozenset[Rule] = frozenset(),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Imports a file whole, or says why not; raises Unreadable for a file that is no table of that kind."""
    rows = read_file(name, content)
    with reading(engine, day_in_paris(now), actor) as connection:
        places = centres(connection, on=day_in_paris(now))
    matched = match(kind, rows, centres=dict(places.select("code", "name").iter_rows()))
    if matched.faults and not rehearsal:
        return Report(faults=matched.faults, notes=matched.notes)
    total = len(matched.records)
    outcome, done = ImportOutcome(), False
    try:
        with writing(engine, actor) as connection:
            outcome = import_records(
                connection,
                actor,
                kind.key,
                matched.records,
                file_name=name,
                now=now,
                confirmed=confirmed,
                progress=lambda at: progress(at, total),
            )
            if rehearsal:
                raise _GivenUp
            done = True
    except _GivenUp:
        pass
    except NotImported as refused:
        outcome = refused.outcome
    return _report(kind, matched, outcome, done=done)


def _report(kind: ImportKind, matched: Matched, outcome: ImportOutcome, *, done: bool) -> Report:
    faults = (*matched.faults, *faults_of(kind, outcome.refused))
    return Report(
        outcome,
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
        questions=tuple(faults_of(kind, outcome.unusual)),
        unusual=frozenset(problem.rule for _line, problem in outcome.unusual),
        notes=matched.notes,
        done=done,
    )
