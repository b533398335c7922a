"""Rows of texts to lines of records: columns found by their headings whatever their order, each cell read, each fault told."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import Any

from dashboard.imports.kinds import WHOLE_NETWORK, Column, ImportKind
from dashboard.imports.reading import Fault, Rows, Unreadable
from dashboard.imports.wide import DayCell, cells_of, named_weeks, weeks, wide_layout, with_its_day
from dashboard.wording.dates import numeric_date, weekday
from dashboard.wording.parsing import WrongCell, any_form, plain
from dashboard.wording.typography import enumeration, typeset
from data_access.entries import KINDS as ENTRY_KINDS
from data_access.entries.files import FILE_KINDS, WEEKDAYS, Line
from data_access.records import EntryRecord
from data_access.words import same_text


@dataclass(frozen=True)
class Matched:
    """The lines of a file, each with its number, and its faults; `notes` say what was left aside."""

    records: tuple[tuple[int, Line | EntryRecord], ...]
    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    cells: Mapping[int, Mapping[str, Fault]] = field(default_factory=dict)
    """Where the fields of a record stand, for one of several lines (`dashboard.imports.wide.weeks`)."""


@dataclass(frozen=True)
class Headings:
    """Which column each heading of a file is: `fields` in their order, None for one left aside; `notes` say which were."""

    fields: tuple[str | None, ...]
    notes: tuple[str, ...] = ()


def match(
    kind: ImportKind,
    rows: Rows,
    *,
    centres: Mapping[str, str],
    short_names: Mapping[str, str] = MappingProxyType({}),
    headings: Mapping[str, str | None] | None = None,
    accepted: frozenset[str] = frozenset(),
) -> Matched:
    """The lines a file makes. `centres` are the names of the centres by code, `short_names` those of the screens.

    `headings` are the fields that a person gave to headings (`plain` writing, None for one set aside), `accepted` the doubts
    that a person confirmed.

    Raises Unreadable for a column that is lacking, or is there twice.
    """
    found = columns_of(kind, rows.headings, headings or {})
    wide = wide_layout(rows.headings, found.fields) if kind.key == "attendance" else None
    said_by_headings = () if wide is None else ("seat_kind", *(("day",) if wide.days else ()))
    needed = {column.field for column in kind.columns if column.needed}
    if kind.key == "attendance" and wide is None:
        needed.add("half_days")
    absent = [
        column.heading for column in kind.columns if column.field in needed.difference(said_by_headings, found.fields)
    ]
    if absent:
        where = f", dans la feuille « {rows.sheet} »" if rows.sheet else ""
        raise Unreadable(f"Il manque : {enumeration([f'« {name} »' for name in absent])}{where}. Partez du modèle.")
    places = {field: place for place, field in enumerate(found.fields) if field is not None}
    # What is stored may lack what a new record must say: of that, the record itself tells.
    record = ENTRY_KINDS[FILE_KINDS[kind.key]]
    told = set(record.needed) - set(record.same_fields)
    identifying = {column.field for column in kind.columns if column.needed} - told
    read: list[tuple[int, dict[str, Any]]] = []
    day_cells: list[DayCell] = []
    dated_by_week = False
    faults: list[Fault] = []
    for line, typed in rows.rows:
        cells: Sequence[str] = typed
        if kind.key == "attendance":
            cells, unread = with_its_day(rows, found.fields, line, typed)
            dated_by_week = dated_by_week or cells is not typed
            if unread:
                faults += unread
                continue
        values: dict[str, Any] = {}
        for column in kind.columns:
            if column.field not in places:
                continue
            place = places[column.field]
            value, fault = _value(column, cells[place], (centres, short_names), accepted)
            if fault is not None:
                reason, doubt = fault
                faults.append(rows.fault(line, place, column.heading, reason, value=cells[place].strip(), doubt=doubt))
            elif value is None and column.field in identifying and not _is_whole_network(column, cells[place]):
                faults.append(rows.fault(line, place, column.heading, typeset("indiquez une valeur.")))
            values[column.field] = value
        faults += _weekday_contradicted(kind, rows, line, cells, found, values)
        if wide is not None:
            laid, wrong = cells_of(wide, rows, line, cells, values)
            day_cells += laid
            faults += wrong
        read.append((line, values))
    faulty = {fault.line for fault in faults}
    if kind.key == "attendance":
        titles = {field: rows.headings[place] for field, place in places.items()}
        if wide is None:
            at = places["half_days"]
            day_cells = [DayCell(line, at, titles["half_days"], values) for line, values in read]
            used = named_weeks(rows.headings, found.fields) if dated_by_week else ()
            notes = _told_aside(rows.headings, found.fields, read_elsewhere=used)
        else:
            notes = (wide.note, *_told_aside(rows.headings, found.fields, read_elsewhere=wide.places))
        gathered = weeks(day_cells, rows, places, titles, faulty=faulty)
        told_of = (*rows.faults, *faults, *gathered.faults)
        return Matched(gathered.records, told_of, (*rows.notes, *notes, *gathered.notes), gathered.cells)
    good = [(line, values) for line, values in read if line not in faulty]
    records, more = _lines(kind, good)
    return Matched(tuple(records), (*rows.faults, *faults, *more), (*rows.notes, *found.notes))


# Headings to columns.


def columns_of(kind: ImportKind, headings: Sequence[str], given: Mapping[str, str | None]) -> Headings:
    """The column of each heading: the one that a person gave it, else that of its name, else that of a synonym nobody has,
    else of either in another form (singular, feminine).

    Raises Unreadable for two of the same name.
    """
    plains = [plain(heading) for heading in headings]
    known = {column.field for column in kind.columns}
    fields: list[str | None] = [None] * len(plains)
    aside = {place for place, name in enumerate(plains) if name in given and given[name] not in known}
    for place, name in enumerate(plains):
        field = given.get(name)
        if field in known and field not in fields:
            fields[place] = field
    for names in ("heading", "synonyms", "any form"):
        for column in kind.columns:
            forms = {
                "heading": {plain(column.heading)},
                "synonyms": set(map(plain, column.synonyms)),
                "any form": set(map(any_form, (column.heading, *column.synonyms))),
            }[names]
            written = any_form if names == "any form" else plain
            places = [
                place
                for place, heading in enumerate(headings)
                if written(heading) in forms and place not in aside and not fields[place]
            ]
            if column.field in fields or not places:
                continue
            if len(places) > 1 and (names == "heading" or len({plains[place] for place in places}) == 1):
                raise Unreadable(f"La colonne « {column.heading} » est là deux fois. Gardez-en une.")
            fields[places[0]] = column.field
    return Headings(tuple(fields), _told_aside(headings, fields))


def _told_aside(
    headings: Sequence[str], fields: Sequence[str | None], *, read_elsewhere: Collection[int | None] = ()
) -> tuple[str, ...]:
    left = [
        heading or f"colonne {place + 1}"
        for place, (heading, field) in enumerate(zip(headings, fields, strict=True))
        if field is None and place not in read_elsewhere and plain(heading) != "avertissement"
    ]
    return (typeset(f"Colonnes laissées de côté : {enumeration(left)}."),) if left else ()


def _weekday_contradicted(
    kind: ImportKind,
    rows: Rows,
    line: int,
    cells: Sequence[str],
    found: Headings,
    values: Mapping[str, Any],
) -> list[Fault]:
    """A column left aside that repeats the weekday of the day beside it, and says another."""
    day = values.get("day")
    if kind.key != "attendance" or day is None:
        return []
    known = {plain(name) for name in WEEKDAYS}
    return [
        rows.fault(
            line,
            place,
            rows.headings[place],
            typeset(f"{numeric_date(day)} est un {weekday(day.isoweekday())}. Corrigez la date ou le jour."),
            value=cells[place].strip(),
        )
        for place, field in enumerate(found.fields)
        if field is None and plain(cells[place]) in known and plain(cells[place]) != plain(WEEKDAYS[day.weekday()])
    ]


# Cells to values.


def _value(
    column: Column, cell: str, centres: Sequence[Mapping[str, str]], accepted: frozenset[str]
) -> tuple[Any, tuple[str, str] | None]:
    """What a cell says, or why it cannot be read and the doubt there is about it."""
    try:
        value = column.read(cell)
        if column.names_a_centre and value is not None:
            value = None if _is_whole_network(column, cell) else _centre(value, centres)
    except WrongCell as wrong:
        if wrong.doubt and wrong.doubt in accepted:
            return wrong.reading, None
        return None, (str(wrong), wrong.doubt)
    return value, None


def _is_whole_network(column: Column, cell: str) -> bool:
    return column.names_a_centre and column.needed and plain(cell) == plain(WHOLE_NETWORK)


def _centre(word: str, centres: Sequence[Mapping[str, str]]) -> str:
    """The code of the centre of that code or name, else of that short name; a word that names two is refused."""
    names, short_names = centres
    found = {code for code, name in names.items() if plain(word) in (plain(code), plain(name))}
    found = found or {code for code, name in short_names.items() if plain(word) == plain(name)}
    if len(found) == 1:
        return found.pop()
    if found:
        raise WrongCell(f"« {word} » désigne deux lieux. Indiquez le code : {' ou '.join(sorted(found))}.")
    raise WrongCell(f"« {word} » n’est pas un télécentre du réseau. Indiquez son nom ou son code.")


# Rows to lines, each once.


def _lines(
    kind: ImportKind, rows: list[tuple[int, dict[str, Any]]]
) -> tuple[list[tuple[int, Line | EntryRecord]], list[Fault]]:
    lines: list[tuple[int, Line | EntryRecord]] = []
    faults: list[Fault] = []
    seen: dict[Any, int] = {}
    for line, values in rows:
        said = {field: value for field, value in values.items() if value is not None}
        key = _key(kind, said)
        if key in seen:
            reason = typeset(
                f"cette fiche est déjà à la ligne {seen[key]}. Gardez une seule des deux lignes {seen[key]} et {line}."
            )
            first = kind.columns[0]
            faults.append(Fault(line, first.heading, str(said.get(first.field, "")), reason))
            continue
        seen[key] = line
        lines.append((line, Line(values)))
    return lines, faults


_WHO = ("family_name", "given_name", "email", "phone", "joined_on")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "agreements": (*_WHO, "centre_code", "signed_on"),
    "services": (*_WHO, "service", "starts_on"),
    "supports": (*_WHO, "session_number", "household_number", "kind", "opened_on"),
    "households": ("session_number", "household_number"),
}
"""What makes two lines the same record, where the record itself has references in the place of words."""


def _key(kind: ImportKind, said: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two lines the same record, however it is written: as the engine says it of what is stored."""
    if kind.key == "members":
        number = said.get("member_number")
        values: Iterable[Any] = [number] if number else [said.get(name) for name in _WHO]
    else:
        names = _KEYS.get(kind.key, ENTRY_KINDS[FILE_KINDS[kind.key]].same_fields)
        values = (said.get(name) for name in names)
    return tuple(same_text(value) if isinstance(value, str) else value for value in values)


# Faults of one cause, told once.


@dataclass(frozen=True)
class Cause:
    """One cause of faults: the column, the sentence, the lines it touches in order, and the values that stood there."""

    column: str
    reason: str
    lines: tuple[int, ...]
    values: tuple[str, ...]
    faults: tuple[Fault, ...]

    @property
    def where(self) -> str:
        """« ligne 8 », « lignes 2 à 12, 15 », with the sheet where there is one."""
        runs = [list(run) for _gap, run in groupby(enumerate(self.lines), lambda pair: pair[1] - pair[0])]
        spans = [
            str(run[0][1]) if len(run) == 1 else f"{run[0][1]} {'à' if len(run) > 2 else 'et'} {run[-1][1]}"
            for run in runs
        ]
        sheet = next((fault.sheet for fault in self.faults if fault.sheet), "")
        told = f"{'lignes' if len(self.lines) > 1 else 'ligne'} {', '.join(spans)}"
        return typeset(f"feuille « {sheet} », {told}" if sheet else told)


def grouped(faults: Iterable[Fault]) -> list[Cause]:
    """The causes of faults, in the order of their first lines: those of one column whose sentences differ only by what the
    cell holds are one, told with the first of them."""
    found: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in sorted(faults, key=lambda each: each.line):
        found.setdefault((fault.column, fault.doubt, _bare(fault)), []).append(fault)
    return [
        Cause(
            each[0].column,
            each[0].reason,
            tuple(sorted({fault.line for fault in each})),
            tuple(dict.fromkeys(fault.value for fault in each if fault.value)),
            tuple(each),
        )
        for each in found.values()
    ]


def _bare(fault: Fault) -> str:
    """A sentence without the value that it repeats, so that the same one of another cell is the same cause."""
    if fault.doubt:
        return ""
    return fault.reason.replace(typeset(f"« {fault.value} »"), "…")
