"""Rows of texts to records, rehearsed or imported, and what is said of it in French."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from dashboard.imports.kinds import Column, ImportKind, WrongCell, plain
from dashboard.imports.reading import Rows, Unreadable, read_file
from dashboard.wording.journal import changes
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.typography import count, enumeration, typeset
from data_access.engine import reading, writing
from data_access.entries import KINDS as ENTRY_KINDS
from data_access.entries.importing import FILE_KINDS, ImportOutcome, NotImported, import_records
from data_access.periods import day_in_paris
from data_access.reads.network import centres
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord, EntryRecord
from data_access.refusals import Problem, Rule
from data_access.rights import Actor
from data_access.writes.entry_rules import same_text

# Rows of texts to records: columns found by their headings whatever their order, each cell read, each fault told.

AnyRecord = EntryRecord | AttendanceWeekRecord


@dataclass(frozen=True)
class Fault:
    """Why a line cannot be imported: its number, the heading of its column, what stood there, and the reason."""

    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Matched:
    """The records of a file, each with its line, and its faults; `notes` say what was left aside."""

    records: tuple[tuple[int, AnyRecord], ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]


def match(kind: ImportKind, rows: Rows, *, centres: Mapping[str, str]) -> Matched:
    """The records a file makes; `centres` are the names of the centres by code. Raises Unreadable for its headings."""
    places, notes = _places(kind, rows)
    codes = {plain(form): code for code, name in centres.items() for form in (code, name)}
    read: list[tuple[int, dict[str, Any]]] = []
    faults: list[Fault] = []
    for line, cells in rows.rows:
        values: dict[str, Any] = {}
        for column, place in places.items():
            try:
                values[column.field] = _value(column, cells[place], codes)
            except WrongCell as wrong:
                faults.append(Fault(line, column.heading, cells[place].strip(), str(wrong)))
                values[column.field] = None
            else:
                if column.needed and values[column.field] is None:
                    faults.append(Fault(line, column.heading, "", typeset("indiquez une valeur.")))
        read.append((line, values))
    faulty = {fault.line for fault in faults}
    good = [(line, values) for line, values in read if line not in faulty]
    records, more = _weeks(good) if kind.record is None else _plain(kind, good)
    return Matched(tuple(records), (*faults, *more), (*rows.notes, *notes))


def _places(kind: ImportKind, rows: Rows) -> tuple[dict[Column, int], tuple[str, ...]]:
    known = {plain(form): column for column in kind.columns for form in (column.heading, *column.synonyms)}
    places: dict[Column, int] = {}
    unknown = []
    for place, heading in enumerate(rows.headings):
        column = known.get(plain(heading))
        if column is None:
            unknown.append(heading or f"colonne {place + 1}")
        elif column in places:
            raise Unreadable(f"La colonne « {column.heading} » est là deux fois. Gardez-en une.")
        else:
            places[column] = place
    absent = [column.heading for column in kind.columns if column.needed and column not in places]
    if absent:
        raise Unreadable(f"Il manque : {enumeration([f'« {name} »' for name in absent])}. Partez du modèle.")
    ignored = [name for name in unknown if plain(name) != "avertissement"]
    notes = (typeset(f"Colonnes non reconnues, laissées de côté : {enumeration(ignored)}."),) if ignored else ()
    return places, notes


def _value(column: Column, cell: str, codes: Mapping[str, str]) -> Any:
    value = column.read(cell)
    if column.field == "centre_code" and value is not None:
        if plain(value) not in codes:
            raise WrongCell(typeset(f"« {value} » n’est pas un télécentre du réseau. Indiquez son nom ou son code."))
        return codes[plain(value)]
    return value


def _plain(kind: ImportKind, rows: list[tuple[int, dict[str, Any]]]) -> tuple[list[tuple[int, AnyRecord]], list[Fault]]:
    assert kind.record is not None
    records: list[tuple[int, AnyRecord]] = []
    faults: list[Fault] = []
    seen: dict[Any, int] = {}
    for line, values in rows:
        said = {field: value for field, value in values.items() if value is not None}
        if kind.key == "placements" and said.get("aim") not in (1, 2, 3):
            faults.append(Fault(line, "Volet", str(values.get("aim")), typeset("indiquez 1, 2 ou 3.")))
            continue
        key = _key(kind, said)
        if key in seen:
            reason = typeset(
                f"cette fiche est déjà à la ligne {seen[key]}. Gardez une seule des deux lignes {seen[key]} et {line}."
            )
            first = kind.columns[0]
            faults.append(Fault(line, first.heading, str(said.get(first.field, "")), reason))
            continue
        seen[key] = line
        records.append((line, kind.record(**said)))
    return records, faults


def _key(kind: ImportKind, said: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two lines the same record, however it is written: as the engine says it of what is stored."""
    if kind.key == "members":
        number = said.get("member_number")
        values: Iterable[Any] = [number] if number else [said["family_name"], said["given_name"], said["joined_on"]]
    else:
        values = (said.get(name) for name in ENTRY_KINDS[FILE_KINDS[kind.key]].same_fields)
    return tuple(same_text(value) if isinstance(value, str) else value for value in values)


def _weeks(rows: list[tuple[int, dict[str, Any]]]) -> tuple[list[tuple[int, AnyRecord]], list[Fault]]:
    """One sheet per centre and week, complete; the line told is that of its first row."""
    weeks: dict[tuple[str, date], list[tuple[int, dict[str, Any]]]] = {}
    seen: dict[tuple[str, date, str], int] = {}
    faults: list[Fault] = []
    for line, values in rows:
        cell = (values["centre_code"], values["day"], values["seat_kind"])
        if cell in seen:
            reason = typeset(
                f"ce jour et cette position sont déjà à la ligne {seen[cell]}. Gardez l’une des lignes {seen[cell]} et {line}."
            )
            faults.append(Fault(line, "Jour", f"{values['day']:%d/%m/%Y}", reason))
            continue
        seen[cell] = line
        monday = values["day"] - timedelta(days=values["day"].weekday())
        weeks.setdefault((values["centre_code"], monday), []).append((line, values))
    records: list[tuple[int, AnyRecord]] = []
    for (code, monday), found in weeks.items():
        people = {values["distinct_people"] for _line, values in found if values.get("distinct_people") is not None}
        comments = dict.fromkeys(values["comment"] for _line, values in found if values.get("comment"))
        if len(people) > 1:
            reason = typeset("plusieurs nombres pour la même semaine. Gardez-en un.")
            faults.append(Fault(found[0][0], "Personnes différentes", ", ".join(map(str, sorted(people))), reason))
            continue
        days = tuple(
            AttendanceDayRecord(
                day=values["day"],
                seat_kind=values["seat_kind"],
                half_days=values["half_days"],
                closed=bool(values.get("closed")),
            )
            for _line, values in found
        )
        record = AttendanceWeekRecord(
            centre_code=code,
            week_start=monday,
            status="complete",
            days=days,
            distinct_people=next(iter(people), None),
            comment=" ; ".join(comments) or None,
        )
        records.append((found[0][0], record))
    return records, faults


# What became of each line of a file, as rows: for the screen, for a file, and for a program.


def faults_of(kind: ImportKind, problems: list[tuple[int, Problem]]) -> list[Fault]:
    """The refusals of the writes, under the headings of the file."""
    headings = {column.field: column.heading for column in kind.columns}
    return [
        Fault(
            line,
            headings.get(problem.field, kind.columns[0].heading),
            str(problem.values.get("value", "")),
            refusal_sentence(problem.rule, {"label": headings.get(problem.field, kind.title), **problem.values}),
        )
        for line, problem in problems
    ]


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
) -> ImportReport:
    """Imports a file whole, or says why not; raises Unreadable for a file that is no table of that kind."""
    rows = read_file(name, content)
    with reading(engine, day_in_paris(now), actor) as connection:
        places = centres(connection, on=day_in_paris(now))
    matched = match(kind, rows, centres=dict(places.select("code", "name").iter_rows()))
    if matched.faults and not rehearsal:
        return ImportReport(faults=matched.faults, notes=matched.notes)
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


def _report(kind: ImportKind, matched: Matched, outcome: ImportOutcome, *, done: bool) -> ImportReport:
    faults = (*matched.faults, *faults_of(kind, outcome.refused))
    return ImportReport(
        outcome,
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
        questions=tuple(faults_of(kind, outcome.unusual)),
        unusual=frozenset(problem.rule for _line, problem in outcome.unusual),
        notes=matched.notes,
        done=done,
    )
