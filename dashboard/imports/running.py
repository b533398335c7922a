"""A file from its bytes to the database, rehearsed or imported, and what is said of it in French."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from dashboard.figures.model import Table
from dashboard.imports.kinds import ImportKind
from dashboard.imports.matching import Matched, columns_of, match
from dashboard.imports.reading import Fault, Rows, read_apart
from dashboard.imports.wide import HEADINGS, wide_layout
from dashboard.wording.dates import numeric_date
from dashboard.wording.journal import changes
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import short_place_names
from dashboard.wording.typography import count, typeset
from data_access.engine import reading
from data_access.entries import KINDS as ENTRY_KINDS
from data_access.entries.batches import FileSource, remembered_headings
from data_access.entries.files import FILE_KINDS, Line
from data_access.entries.importing import ImportOutcome, NotImported, import_whole, rehearse_records
from data_access.periods import day_in_paris
from data_access.reads.network import centres
from data_access.records import AttendanceWeekRecord, EntryRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.writes.attendance import require_reason

Places = Mapping[str, str]
"""The names of the centres, by code."""

# What became of each line of a file, as rows: for the screen, for a file, and for a program.


ABOUT_PEOPLE: Final = frozenset({Rule.OTHER_NAME, Rule.CONSENT_CHANGES})
"""Somebody's name or consent that a file changes: asked about on its own, never with what is merely unusual."""
_NAMES_OF_RECORDS: Final = (
    "centre_code", "week_start", "member_number", "family_name", "given_name", "candidate_ref", "number", "title",
    "code", "name", "place", "held_on", "joined_on", "signed_on", "starts_on", "starts_at", "year",
)  # fmt: skip
"""The fields that tell a record from others, in the order they are said."""


def faults_of(matched: Matched, kind: ImportKind, problems: list[tuple[int, Problem]], places: Places) -> list[Fault]:
    """The refusals of the writes, under the headings of the file, each with the record it is about; of a record of several
    lines, at the cell that causes it."""
    headings = {column.field: column.heading for column in kind.columns}
    records = dict(matched.records)
    told = []
    for line, problem in problems:
        about = {"label": headings.get(problem.field, kind.title), **problem.values, "in_file": True}
        cells = matched.cells.get(line, {})
        stored = problem.values.get("value", problem.values.get("total", ""))
        value = ("oui" if stored else "non") if isinstance(stored, bool) else str(stored)
        whole = cells.get("") or Fault(line, headings.get(problem.field, kind.columns[0].heading), "", "")
        cell = cells.get(problem.field) or replace(whole, value=value)
        reason = refusal_sentence(problem.rule, about)
        told.append(replace(cell, reason=reason, about=_about(records[line], places)))
    return told


def _about(record: Line | EntryRecord, places: Places) -> str:
    """« Mauriac, semaine 47 du 16/11/2026 »: what a line is about, in words."""
    values = record.values if isinstance(record, Line) else record.model_dump(include=set(_NAMES_OF_RECORDS))
    told = []
    for name in _NAMES_OF_RECORDS:
        value = values.get(name)
        if value is None:
            continue
        if name == "centre_code":
            value = places.get(value, value)
        elif name == "week_start":
            value = f"semaine {value.isocalendar().week} du {numeric_date(value)}"
        elif isinstance(value, datetime):
            value = numeric_date(day_in_paris(value))
        elif isinstance(value, date):
            value = numeric_date(value)
        told.append(str(value))
    return typeset(", ".join(told[:4]))


def differences(kind: ImportKind, outcome: ImportOutcome) -> list[dict[str, Any]]:
    """One row per field that changes, of the record or of its person: line, field, before, after."""
    table_name = ENTRY_KINDS[FILE_KINDS[kind.key]].table.name
    return [
        {"line": line, "field": name, "before": old, "after": new}
        for line, before, after in outcome.changed
        for name, old, new in sorted(changes({"table_name": table_name, "before": before, "after": after}))
    ]


def told(numbers: Mapping[str, Any], *, done: bool) -> str:
    """« 2 ajouts, 1 modification, 3 sans changement » once it is done; before, what would be added and changed. `numbers`
    are those of `counted`, or of an import that is kept."""
    if done:
        said = f"{count(numbers['added'], 'ajout')}, {count(numbers['changed'], 'modification')}"
    else:
        said = f"{numbers['added']} à ajouter, {numbers['changed']} à modifier"
    return typeset(f"{said}, {numbers['unchanged']} sans changement")


def counted(outcome: ImportOutcome) -> Mapping[str, int]:
    """How many lines of each sort; those that are asked about are counted as what they would become, too."""
    return {
        "added": len(outcome.added),
        "changed": outcome.counts["changed"],
        "unchanged": len(outcome.unchanged),
        "refused": len({line for line, _problem in outcome.refused}),
        "unusual": len({line for line, _problem in outcome.unusual}),
    }


# A file from its bytes to the database, or only rehearsed: the same steps for the screen and for the command.


@dataclass(frozen=True)
class ImportReport:
    """What came, or would come, of a file. `faults` are the lines refused, `questions` those that are asked about."""

    outcome: ImportOutcome = field(default_factory=ImportOutcome)
    faults: tuple[Fault, ...] = ()
    questions: tuple[Fault, ...] = ()
    about_people: tuple[Fault, ...] = ()
    """Those of the questions that are about somebody's name or consent."""
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
    accepted: frozenset[str] = frozenset(),
    headings: Mapping[str, str | None] | None = None,
    reason: str | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    waiting: int | None = None,
) -> ImportReport:
    """Imports a file whole, or says why not; raises Unreadable for a file that is no table of that kind.

    `headings` are the columns that a person gave to headings of this file, by their `plain` writing (None = set aside);
    they are remembered with the import, for the next file. `waiting` is the number of the import if the file waited to be
    checked. `accepted` are the doubts about cells that a person confirmed, of `ASKED`. `reason` is why weeks that are locked
    are corrected; raises Refused for one that is none. An import is told of twice to `progress`: it is rehearsed, then
    written.
    """
    if not actor.coordinates:
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    with reading(engine, day_in_paris(now), actor) as connection:
        places = centres(connection, on=day_in_paris(now))
        names: Places = dict(places.select("code", "name").iter_rows())
        short = dict(zip(places["code"], short_place_names(places.select("name", "commune_name").rows()), strict=True))
        given = {**remembered_headings(connection, kind=kind.key), **(headings or {})}
    rows = _rows(kind, name, content, given)
    matched = match(kind, rows, centres=names, short_names=short, headings=given, accepted=accepted)
    if matched.faults and not rehearsal:
        return ImportReport(faults=matched.faults, notes=matched.notes)
    if reason:
        matched = _for_the_reason(matched, reason)
    source = FileSource(name, sha256(content).hexdigest(), headings)
    do = rehearse_records if rehearsal else partial(import_whole, source=source, waiting=waiting)
    total = len(matched.records)
    try:
        outcome = do(
            engine,
            actor,
            kind.key,
            matched.records,
            now=now,
            confirmed=confirmed,
            progress=lambda done: progress(done, total),
        )
    except NotImported as refused:
        return _report(kind, matched, refused.outcome, names, done=False)
    return _report(kind, matched, outcome, names, done=not rehearsal)


@dataclass(frozen=True)
class FileHeadings:
    """The headings of a file and the field that each is taken for, None for one left aside."""

    headings: tuple[str, ...]
    fields: tuple[str | None, ...]


def file_headings(
    engine: sa.Engine, actor: Actor, kind: ImportKind, name: str, content: bytes, *, now: datetime
) -> FileHeadings | None:
    """What the headings of a file are taken for, as earlier imports corrected them; None for a wide sheet, whose headings
    are days. Raises Unreadable."""
    with reading(engine, day_in_paris(now), actor) as connection:
        given = remembered_headings(connection, kind=kind.key)
    rows = _rows(kind, name, content, given)
    fields = columns_of(kind, rows.headings, given).fields
    if kind.key == "attendance" and wide_layout(rows.headings, fields) is not None:
        return None
    return FileHeadings(rows.headings, fields)


def _rows(kind: ImportKind, name: str, content: bytes, given: Mapping[str, str | None]) -> Rows:
    wide = HEADINGS if kind.key == "attendance" else frozenset()
    return read_apart(name, content, kind.headings | wide | given.keys())


def _for_the_reason(matched: Matched, reason: str) -> Matched:
    require_reason(reason)
    records = tuple(
        (line, record.model_copy(update={"reason": reason}) if isinstance(record, AttendanceWeekRecord) else record)
        for line, record in matched.records
    )
    return replace(matched, records=records)


def _report(kind: ImportKind, matched: Matched, outcome: ImportOutcome, places: Places, *, done: bool) -> ImportReport:
    faults = (*matched.faults, *faults_of(matched, kind, outcome.refused, places))
    asked = faults_of(matched, kind, outcome.unusual, places)
    rules = [problem.rule for _line, problem in outcome.unusual]
    return ImportReport(
        outcome,
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
        questions=tuple(asked),
        about_people=tuple(fault for fault, rule in zip(asked, rules, strict=True) if rule in ABOUT_PEOPLE),
        unusual=frozenset(rules),
        asks_reason=any(problem.rule == Rule.WEEK_LOCKED for _line, problem in outcome.refused),
        notes=matched.notes,
        done=done,
    )


def errors_table(report: ImportReport) -> Table:
    """The lines that are refused and those that are asked about, one fault a row, to be corrected beside the file."""
    rows = [
        {
            "state": state,
            "sheet": fault.sheet,
            "line": fault.line,
            "column": fault.column,
            "about": fault.about,
            "value": fault.value,
            "reason": fault.reason,
        }
        for state, faults in (("refusée", report.faults), ("à confirmer", report.questions))
        for fault in faults
    ]
    headings = {
        "state": "État", "sheet": "Feuille", "line": "Ligne", "column": "Colonne", "about": "Fiche", "value": "Valeur",
        "reason": "Motif",
    }  # fmt: skip
    schema = {name: pl.Int64 if name == "line" else pl.String for name in headings}
    frame = pl.DataFrame(rows, schema=schema)
    shown = [name for name in headings if name != "sheet" or any(row["sheet"] for row in rows)]
    return Table("Lignes à revoir", frame.select(shown), {name: headings[name] for name in shown})
