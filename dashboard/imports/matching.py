"""Rows of texts to records: columns found by their headings whatever their order, each cell read, each fault told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.imports.kinds import Column, ImportKind
from dashboard.imports.reading import Fault, Rows, Unreadable
from dashboard.imports.weeks import weeks
from dashboard.wording.parsing import WrongCell, plain
from dashboard.wording.typography import enumeration, typeset
from data_access.entries import KINDS as ENTRY_KINDS
from data_access.entries.importing import FILE_KINDS
from data_access.records import AttendanceWeekRecord, EntryRecord
from data_access.writes.entry_rules import same_text

AnyRecord = EntryRecord | AttendanceWeekRecord


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
    records, more = weeks(good) if kind.record is None else _plain(kind, good)
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
