"""A file from its bytes to the database, rehearsed or imported, and what is said of it in French."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dashboard.imports.kinds import ImportKind
from dashboard.imports.matching import Matched, match
from dashboard.imports.reading import Fault, read_file
from dashboard.imports.weeks import Cell
from dashboard.imports.wide import HEADINGS
from dashboard.wording.journal import changes
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.typography import count, typeset
from data_access.engine import reading, writing
from data_access.entries import KINDS as ENTRY_KINDS
from data_access.entries.importing import FILE_KINDS, ImportOutcome, NotImported, import_records
from data_access.periods import day_in_paris
from data_access.reads.network import centres
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.writes.attendance import reason_problems

# What became of each line of a file, as rows: for the screen, for a file, and for a program.


def faults_of(
    kind: ImportKind, problems: list[tuple[int, Problem]], cells: Mapping[int, Mapping[str, Cell]] | None = None
) -> list[Fault]:
    """The refusals of the writes, under the headings of the file and, of a record of several lines, at its cell."""
    headings = {column.field: column.heading for column in kind.columns}
    told = []
    for line, problem in problems:
        about = {"label": headings.get(problem.field, kind.title), **problem.values, "in_file": True}
        reason = refusal_sentence(problem.rule, about)
        value = str(problem.values.get("value", ""))
        theirs = (cells or {}).get(line, {})
        cell = theirs.get(problem.field, theirs.get(""))
        if cell is None:
            told.append(Fault(line, headings.get(problem.field, kind.columns[0].heading), value, reason))
        else:
            told.append(Fault(cell.line, cell.heading, cell.value, reason))
    return told


def differences(kind: ImportKind, outcome: ImportOutcome) -> list[dict[str, Any]]:
    """One row per field that changes, of the record or of its person: line, field, before, after."""
    table_name = ENTRY_KINDS[FILE_KINDS[kind.key]].table.name
    return [
        {"line": line, "field": name, "before": old, "after": new}
        for line, before, after in outcome.changed
        for name, old, new in changes({"table_name": table_name, "before": before, "after": after})
    ]


def told(outcome: ImportOutcome, *, done: bool) -> str:
    """« 2 ajouts, 1 modification, 3 sans changement » once it is done; before, what would be added and changed."""
    numbers = counted(outcome)
    if done:
        said = f"{count(numbers['added'], 'ajout')}, {count(numbers['changed'], 'modification')}"
    else:
        said = f"{numbers['added']} à ajouter, {numbers['changed']} à modifier"
    return typeset(f"{said}, {numbers['unchanged']} sans changement")


def counted(outcome: ImportOutcome) -> Mapping[str, int]:
    """How many lines of each sort; those that are asked about are counted as what they would become, too."""
    return {
        "added": len(outcome.added),
        "changed": len(outcome.changed),
        "unchanged": len(outcome.unchanged),
        "refused": len({line for line, _problem in outcome.refused}),
        "unusual": len({line for line, _problem in outcome.unusual}),
    }


# A file from its bytes to the database, or only rehearsed: the same steps for the screen and for the command.


class _RehearsalOver(Exception):
    """Ends a rehearsal: nothing of it is kept."""


@dataclass(frozen=True)
class ImportReport:
    """What came, or would come, of a file. `faults` are the lines refused, `questions` those that are asked about."""

    outcome: ImportOutcome = field(default_factory=ImportOutcome)
    faults: tuple[Fault, ...] = ()
    questions: tuple[Fault, ...] = ()
    unusual: frozenset[Rule] = frozenset()
    notes: tuple[str, ...] = ()
    done: bool = False
    asks_reason: bool = False
    """Whether weeks are locked: they are corrected for a reason, the same for the whole file."""


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
    reason: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Imports a file whole, or says why not; raises Unreadable for a file that is no table of that kind.

    `reason` is why weeks that are locked are corrected; raises Refused for one that is none.
    """
    rows = read_file(name, content, kind.headings | (HEADINGS if kind.key == "attendance" else frozenset()))
    with reading(engine, day_in_paris(now), actor) as connection:
        places = centres(connection, on=day_in_paris(now))
    matched = match(kind, rows, centres=dict(places.select("code", "name").iter_rows()))
    if matched.faults and not rehearsal:
        return ImportReport(faults=matched.faults, notes=matched.notes)
    if reason:
        matched = _for_the_reason(matched, reason)
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
                raise _RehearsalOver
            done = True
    except _RehearsalOver:
        pass
    except NotImported as refused:
        outcome = refused.outcome
    return _report(kind, matched, outcome, done=done)


def _for_the_reason(matched: Matched, reason: str) -> Matched:
    problems = reason_problems(reason)
    if problems:
        raise Refused(problems)
    records = tuple(
        (line, record.model_copy(update={"reason": reason}) if isinstance(record, AttendanceWeekRecord) else record)
        for line, record in matched.records
    )
    return replace(matched, records=records)


def _report(kind: ImportKind, matched: Matched, outcome: ImportOutcome, *, done: bool) -> ImportReport:
    faults = (*matched.faults, *faults_of(kind, outcome.refused, matched.cells))
    return ImportReport(
        outcome,
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
        questions=tuple(faults_of(kind, outcome.unusual, matched.cells)),
        unusual=frozenset(problem.rule for _line, problem in outcome.unusual),
        asks_reason=any(problem.rule == Rule.WEEK_LOCKED for _line, problem in outcome.refused),
        notes=matched.notes,
        done=done,
    )
