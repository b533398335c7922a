"""The sheets of all centres for one week: a line a centre, a table pasted by its titles, reviewed before it is saved."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import polars as pl

from dashboard.configuration import clock
from dashboard.imports.reading import Rows, Unreadable, read_file
from dashboard.imports.wide import CLOSED_WORDS, KIND_LETTERS, NOT_ASKED, Heading, heading_of
from dashboard.ui import session, store
from dashboard.ui.forms.filling import Texts
from dashboard.ui.forms.weekly_sheet import (
    Cell,
    Field,
    NotWhole,
    Sheet,
    Status,
    Typed,
    day_title,
    record_of,
    sheet_of,
    typed_as_stored,
)
from dashboard.wording import dates
from dashboard.wording.parsing import plain
from dashboard.wording.refusals import PEOPLE, field_name, refusal_sentence, refusal_sentences
from dashboard.wording.terms import SEAT_KINDS, WEEK_STATUSES
from dashboard.wording.typography import capital, enumeration, typeset
from data_access import codes
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Busy, Problem, Refused, Rule, Unconfirmed
from data_access.writes.attendance import drop_draft, record_attendance_weeks
from data_access.writes.rows import Saved

# The sheets of all centres for one week as one table of texts: a row per centre, a column per day and seat kind.

CENTRE: Final = "centre"
PEOPLE_COLUMN: Final = "people"
STATUS: Final = "status"
REMARK: Final = "remark"
CLOSED: Final = "fermé"

Row = Mapping[str, str]
"""The texts of one centre by column."""


@dataclass(frozen=True)
class NetworkSheet:
    """One week of the network: the sheets of the centres that had seats, with short names for them, in their order."""

    week_start: date
    sheets: tuple[Sheet, ...]
    names: Mapping[str, str]
    shut: Mapping[str, str] = field(default_factory=dict)
    """Why nothing is asked of the centres that are closed all week long, by short name."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The days and seat kinds that at least one centre is asked for, or has recorded."""
        found = {field.cell for sheet in self.sheets for field in fields_of(sheet).values()}
        return tuple(sorted(found, key=lambda cell: (cell[0], codes.SEAT_KINDS.index(cell[1]))))

    @property
    def columns(self) -> tuple[str, ...]:
        """What is typed for each centre, in order."""
        return (*map(column_of, self.cells), PEOPLE_COLUMN, STATUS, REMARK)

    def stored_rows(self) -> dict[str, Row]:
        """What is stored, as it would have been typed, by centre code."""
        return {sheet.centre_code: self._stored_row(sheet) for sheet in self.sheets}

    @property
    def versions(self) -> dict[str, int]:
        """Those of the sheets as they are stored, by centre code."""
        return {sheet.centre_code: sheet.header.version for sheet in self.sheets}

    def frame(self) -> pl.DataFrame:
        """What is stored, after the names of the centres."""
        told = [{CENTRE: self.names[code], **row} for code, row in self.stored_rows().items()]
        return pl.DataFrame(told, schema=dict.fromkeys((CENTRE, *self.columns), pl.String))

    def headings(self, *, short: bool) -> dict[str, str]:
        """The titles of the columns; short ones for the screen. All name their day, those of a file with its year: a sheet
        that is pasted back, or imported, says its week."""
        titles = {column_of(cell): _short_title(cell) if short else _whole_title(cell) for cell in self.cells}
        rest = {PEOPLE_COLUMN: "Personnes" if short else PEOPLE, STATUS: "État", REMARK: "Remarque ou motif"}
        return {CENTRE: "Télécentre", **titles, **rest}

    def _stored_row(self, sheet: Sheet) -> Row:
        typed, asked = typed_as_stored(sheet), fields_of(sheet)
        cells = {column_of(cell): _cell_text(asked.get(column_of(cell)), typed) for cell in self.cells}
        # A week nobody entered has no state yet: the row is left out until something is typed in it.
        status = WEEK_STATUSES[sheet.header.status].label if sheet.header.status else ""
        return cells | {PEOPLE_COLUMN: typed.people, STATUS: status, REMARK: typed.remark}


def network_sheet(
    week_start: date, centres: Mapping[str, str], short_names: Mapping[str, str], today: date
) -> NetworkSheet:
    """The sheets of these centres, name by code; a centre without seats that week has none."""
    sheets = [sheet_of(code, name, week_start, today) for code, name in centres.items()]
    shown = [sheet for sheet in sheets if fields_of(sheet) or sheet.header.status]
    names = {sheet.centre_code: short_names[sheet.centre_code] for sheet in shown}
    shown.sort(key=lambda sheet: plain(names[sheet.centre_code]))
    shut = {
        short_names[sheet.centre_code]: enumeration(
            list(dict.fromkeys(day.not_asked for day in sheet.days if day.not_asked))
        )
        for sheet in sheets
        if sheet not in shown and sheet.has_seats
    }
    return NetworkSheet(week_start, tuple(shown), names, {name: reason for name, reason in shut.items() if reason})


def with_state(sheet: Sheet, row: Row) -> Row:
    """The row with the state it gets when none is given: complete once the week is over and no field is blank."""
    if row.get(STATUS, "").strip():
        return row
    filled = all(row.get(column, "").strip() for column in fields_of(sheet))
    return {**row, STATUS: WEEK_STATUSES["complete" if filled and sheet.is_over else "draft"].label}


def typed_of(sheet: Sheet, row: Row) -> Typed:
    """What a row says, as the form of one centre would."""
    asked = fields_of(sheet)
    texts = {field.cell: row.get(column, "").strip() for column, field in asked.items()}
    closed = {cell for cell, text in texts.items() if plain(text) in CLOSED_WORDS}
    whole_days = frozenset(day.day for day in sheet.asked if all(field.cell in closed for field in day.fields))
    return Typed(
        numbers={cell: "" if cell in closed else text for cell, text in texts.items()},
        closed=whole_days,
        people=row.get(PEOPLE_COLUMN, "").strip(),
        remark=row.get(REMARK, ""),
        status=status_words()[with_state(sheet, row)[STATUS]],
        closed_cells=frozenset(cell for cell in closed if cell[0] not in whole_days),
    )


def fields_of(sheet: Sheet) -> dict[str, Field]:
    """The fields of a sheet by column."""
    return {column_of(field.cell): field for day in sheet.days for field in day.fields}


def column_of(cell: Cell) -> str:
    """The name of a column: « 2017-05-29 office »."""
    return f"{cell[0].isoformat()} {cell[1]}"


def status_words() -> dict[str, Status]:
    """The states a row can be given, by the word for each."""
    codes_offered: tuple[Status, ...] = ("complete", "draft", "closed")
    return {WEEK_STATUSES[code].label: code for code in codes_offered}


def _pasted_text(sheet: Sheet, column: str, text: str) -> str:
    """What a pasted cell puts in the table; Unreadable for what cannot stand there."""
    if column == STATUS and text:
        found = next((word for word in status_words() if plain(word) == plain(text)), None)
        if found is None:
            raise Unreadable(f"État : « {text} » n’est pas un état. Indiquez {' ou '.join(status_words())}.")
        return found
    asked = column in (*fields_of(sheet), PEOPLE_COLUMN, STATUS, REMARK)
    if not asked and text not in ("", NOT_ASKED):
        raise Unreadable(_nothing_asked(sheet, column))
    return text if asked else NOT_ASKED


def _nothing_asked(sheet: Sheet, column: str) -> str:
    day_text, kind = column.split(" ")
    day = date.fromisoformat(day_text)
    reason = next((each.not_asked for each in sheet.days if each.day == day and each.not_asked), "")
    why = f" ({reason})" if reason else ""
    return f"{capital(field_name(day, kind))} : rien n’est attendu{why}. Laissez la case comme elle était."


def _cell_text(field: Field | None, typed: Typed) -> str:
    if field is None:
        return NOT_ASKED
    if field.closed:
        return CLOSED
    return typed.numbers[field.cell]


def _short_title(cell: Cell) -> str:
    """« Lu 29 B »: the month stands in the title of the week."""
    day, kind = cell
    return f"{capital(dates.weekday(day.isoweekday())[:2])} {day.day} {KIND_LETTERS[kind]}"


def _dated_title(cell: Cell) -> str:
    """« Lundi 29 mai, bureaux »."""
    day, kind = cell
    return f"{day_title(day)}, {SEAT_KINDS[kind].short}"


def _whole_title(cell: Cell) -> str:
    """« Lundi 29 mai 2017, bureaux »."""
    day, kind = cell
    return capital(f"{dates.full_date(day)}, {SEAT_KINDS[kind].short}")


def title_of(column: str) -> str:
    """The name of a column in a sentence."""
    if column in (PEOPLE_COLUMN, STATUS, REMARK):
        return {PEOPLE_COLUMN: PEOPLE, STATUS: "État", REMARK: "Remarque"}[column]
    day_text, kind = column.split(" ")
    return _dated_title((date.fromisoformat(day_text), kind))


# A whole table pasted from a spreadsheet: its columns are found by their titles, its lines by the name of the centre.


@dataclass(frozen=True)
class Pasted:
    """The rows with what was pasted into them, by centre code; `notes` say what was left aside."""

    rows: Mapping[str, Row]
    notes: tuple[str, ...]


def pasted_into(network: NetworkSheet, rows: Mapping[str, Row], text: str) -> Pasted:
    """The rows with a pasted table laid over them; a cell that was pasted blank becomes blank.

    Raises Unreadable when no line or column of it can be recognised, when its titles are those of another week or of none,
    when a centre is there twice, and for what cannot stand in its cell.
    """
    if len(text.strip().splitlines()) < 2:
        raise Unreadable("Collez la ligne de titres et au moins une ligne de chiffres.")
    known = {title for short in (True, False) for title in network.headings(short=short).values()}
    table = read_file("collage.csv", text.encode("utf-8", "replace"), known)
    columns, unknown_columns = _columns(network, table)
    codes = {
        plain(form): code
        for sheet in network.sheets
        for code in (sheet.centre_code,)
        for form in (sheet.centre_name, code, network.names[code])
    }
    place = columns.pop(CENTRE)
    changed, sheets, wrong = dict(rows), {sheet.centre_code: sheet for sheet in network.sheets}, []
    unknown_lines, shut_lines = [], []
    shut = {plain(name) for name in network.shut}
    lines: dict[str, int] = {}
    for line, cells in table.rows:
        code = codes.get(plain(cells[place]))
        if plain(cells[place]) in shut:
            shut_lines.append(cells[place].strip())
        elif code is None:
            unknown_lines.append(f"ligne {line} (« {cells[place].strip()} »)")
        elif code in lines:
            raise Unreadable(f"{network.names[code]} est à la ligne {lines[code]} et à la ligne {line}. Gardez-en une.")
        else:
            lines[code] = line
            row = dict(changed[code])
            for column, at in columns.items():
                try:
                    row[column] = _pasted_text(sheets[code], column, cells[at].strip())
                except Unreadable as misplaced:
                    wrong.append(f"{network.names[code]} – {misplaced}")
            changed[code] = row
    if wrong:
        raise Unreadable(" ".join(wrong))
    if not lines:
        raise Unreadable("Aucune ligne ne commence par le nom d’un télécentre. Gardez la première colonne du modèle.")
    totals = [f"ligne {fault.line} (« {fault.value} »)" for fault in table.faults]
    closed = (typeset(f"Fermés cette semaine, laissés de côté : {enumeration(shut_lines)}."),) if shut_lines else ()
    return Pasted(
        changed,
        (
            *closed,
            *_left_aside("Colonnes", unknown_columns),
            *_left_aside("Lignes", [*unknown_lines, *totals]),
            *table.notes,
        ),
    )


def _columns(network: NetworkSheet, table: Rows) -> tuple[dict[str, int], list[str]]:
    """The place of each column that is recognised, and the titles that are not."""
    titles = {plain(title): column for column, title in network.headings(short=True).items()} | {
        plain(PEOPLE): PEOPLE_COLUMN
    }
    places: dict[str, int] = {}
    unknown, days = [], set()
    for at, text in enumerate(table.headings):
        column, heading = titles.get(plain(text)), heading_of(text)
        if heading is not None and heading.is_a_day:
            column = _column_of_day(network, text, heading)
            days.add(column)
        if column in places:
            raise Unreadable(f"La colonne « {text} » est là deux fois. Gardez-en une.")
        if column in (CENTRE, *network.columns):
            places[column] = at
        elif column is None or any(cells[at].strip() not in ("", NOT_ASKED) for _line, cells in table.rows):
            unknown.append(f"« {text} »")
    if CENTRE not in places or len(places) == 1:
        raise Unreadable("Les titres des colonnes ne sont pas reconnus. Copiez aussi la ligne de titres du modèle.")
    if not days & places.keys():
        raise Unreadable("Aucun titre ne dit de quelle semaine est ce tableau. Copiez aussi une colonne de jour.")
    return places, [title for title in unknown if plain(title) != "avertissement"]


def _column_of_day(network: NetworkSheet, text: str, heading: Heading) -> str:
    """The column of a title that names a day; Unreadable for one that is not of this week, or does not say so in whole."""
    again = "Téléchargez de nouveau la feuille de la semaine affichée : ses titres portent la date."
    day = heading.day_in(network.week_start)
    if heading.day is None:
        raise Unreadable(f"« {text} » ne dit pas de quelle semaine. {again}")
    if day is None:
        first, last = (dates.numeric_date(network.week_start + timedelta(days=ahead)) for ahead in (0, 6))
        raise Unreadable(f"« {text} » n’est pas un jour de la semaine affichée, du {first} au {last}. {again}")
    if heading.seat_kind is None or heading.half is not None:
        raise Unreadable(f"« {text} » ne dit pas quelles positions, ou pas de tout le jour. {again}")
    return column_of((day, heading.seat_kind))


def _left_aside(what: str, names: list[str]) -> tuple[str, ...]:
    return (typeset(f"{what} non reconnues, laissées de côté : {enumeration(names)}."),) if names else ()


# What saving the week of all centres would do: the same write as for good, given up once it has answered.

NETWORK_FORM: Final = "network"
"""The form that what is typed in the sheet of the network is kept for."""
VERSION: Final = "version-"
"""How the page calls the version that the row of a centre is typed over, before its code."""


@dataclass(frozen=True)
class Difference:
    """One text that saving would change."""

    centre: str
    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Fault:
    """Why the row of a centre cannot be saved, and the column at fault; neither where the whole cannot."""

    centre_code: str
    column: str
    sentence: str

    @property
    def cell(self) -> str:
        """How the page calls the cell where it stands."""
        return cell_name(self.centre_code, self.column)


@dataclass(frozen=True)
class Review:
    """What saving would do. `faults` forbid it, `questions` are asked once, each with the name of its centre;
    `overtaken` when somebody else changed one of the sheets meanwhile, `misread` when what was pasted is no such table,
    `failed` when the database did not answer."""

    differences: tuple[Difference, ...] = ()
    faults: tuple[Fault, ...] = ()
    questions: tuple[Fault, ...] = ()
    unusual: Mapping[str, frozenset[Rule]] = field(default_factory=dict)
    failed: str = ""
    overtaken: bool = False
    misread: str = ""

    @property
    def centres(self) -> int:
        """How many sheets would be stored."""
        return len({difference.centre for difference in self.differences})


@dataclass(frozen=True)
class NetworkEditing:
    """The table as it stands on the page, with the versions of the sheets that each row was typed over, by centre code.

    `number` tells it from the tables before it.
    """

    week_start: date
    versions: Mapping[str, int]
    rows: Mapping[str, Row]
    review: Review | None = None
    notes: tuple[str, ...] = ()
    resumed_from: datetime | None = None
    number: str = field(default_factory=lambda: secrets.token_hex(4))


def cell_name(code: str, column: str) -> str:
    """How the page and a draft call a cell."""
    return f"{code}-{column.replace(' ', '-')}"


def texts_of(network: NetworkSheet, rows: Mapping[str, Row]) -> dict[str, str]:
    """What stands in the cells, by their names."""
    return {
        cell_name(sheet.centre_code, column): rows[sheet.centre_code][column]
        for sheet in network.sheets
        for column in (*fields_of(sheet), PEOPLE_COLUMN, STATUS, REMARK)
    }


def version_texts(versions: Mapping[str, int]) -> dict[str, str]:
    """The versions that the rows of the table are typed over, as the page holds them."""
    return {f"{VERSION}{code}": str(version) for code, version in versions.items()}


def with_texts(network: NetworkSheet, texts: Texts, **about: Any) -> NetworkEditing:
    """What is stored, with what was typed over it: the page says nothing of what it did not change."""
    rows, versions = network.stored_rows(), network.versions
    for sheet in network.sheets:
        code = sheet.centre_code
        asked = (*fields_of(sheet), PEOPLE_COLUMN, STATUS, REMARK)
        typed = {column: texts[cell_name(code, column)].strip() for column in asked if cell_name(code, column) in texts}
        over = texts.get(f"{VERSION}{code}", "")
        rows[code] = {**rows[code], **typed}
        versions[code] = int(over) if typed and over.isdecimal() else versions[code]
    return NetworkEditing(network.week_start, versions, rows, **about)


def tried(
    network: NetworkSheet,
    editing: NetworkEditing,
    *,
    confirmed: Mapping[str, frozenset[Rule]] | None = None,
    saved: dict[str, Saved] | None = None,
) -> Review:
    """Writes the changed sheets; gives them up again unless `saved` is there to receive what was stored."""
    stored_rows = network.stored_rows()
    changed = [sheet for sheet in network.sheets if _touched(stored_rows, editing, sheet.centre_code)]
    said = {sheet.centre_code: with_state(sheet, editing.rows[sheet.centre_code]) for sheet in changed}
    found = Review(tuple(each for code, row in said.items() for each in _differences(network, code, stored_rows, row)))
    records, faults = _records(changed, said, editing, confirmed or {})
    found = replace(found, faults=faults)
    try:
        with store.writing() as connection, connection.begin_nested() as written:
            stored = record_attendance_weeks(connection, session.current_actor(), records, now=clock.now())
            if saved is None or faults:
                written.rollback()
            else:
                about = dates.week_key(network.week_start)
                drop_draft(connection, session.current_actor(), form=NETWORK_FORM, about=about)
        if saved is not None and not faults:
            saved.update(stored)
    except Unconfirmed as doubt:
        unusual = {
            code: frozenset(problem.rule for problem in doubt.problems if problem.values["centre_code"] == code)
            for code in {problem.values["centre_code"] for problem in doubt.problems}
        }
        return replace(found, questions=_problem_sentences(network, doubt.problems), unusual=unusual)
    except Busy as busy:
        return replace(found, failed=refusal_sentences(busy))
    except Refused as refusal:
        overtaken = any(problem.rule == Rule.STALE_VERSION for problem in refusal.problems)
        return replace(found, faults=(*faults, *_problem_sentences(network, refusal.problems)), overtaken=overtaken)
    return found


def _records(
    sheets: list[Sheet],
    rows: Mapping[str, Row],
    editing: NetworkEditing,
    confirmed: Mapping[str, frozenset[Rule]],
) -> tuple[list[AttendanceWeekRecord], tuple[Fault, ...]]:
    records, faults = [], []
    for sheet in sheets:
        code = sheet.centre_code
        agreed = confirmed.get(code, frozenset())
        try:
            typed = typed_of(sheet, rows[code])
            records.append(record_of(sheet, typed, base_version=editing.versions[code], confirmed=agreed))
        except NotWhole as wrong:
            faults += [Fault(code, _column_of_field(name), said) for name, said in wrong.sentences.items()]
            # What the other cells say, so that all that is wrong with a row is told at once.
            records.append(wrong.rest)
    return records, tuple(faults)


def _touched(stored: Mapping[str, Row], editing: NetworkEditing, code: str) -> bool:
    """Whether somebody typed in the row of a centre here; what others change meanwhile is theirs."""
    return any(text != stored[code][column].strip() for column, text in editing.rows[code].items())


def _differences(network: NetworkSheet, code: str, stored: Mapping[str, Row], row: Row) -> tuple[Difference, ...]:
    return tuple(
        Difference(network.names[code], title_of(column), stored[code][column], row[column])
        for column in network.columns
        if stored[code][column].strip() != row[column].strip()
    )


def _problem_sentences(network: NetworkSheet, problems: Sequence[Problem]) -> tuple[Fault, ...]:
    asked = {sheet.centre_code: fields_of(sheet) for sheet in network.sheets}
    faults = []
    for problem in problems:
        code = problem.values.get("centre_code", "")
        column = _column_of_field(problem.field)
        if days := problem.values.get("days"):
            column = next((each for each, field in asked.get(code, {}).items() if field.day in days), column)
        faults.append(Fault(code, column, refusal_sentence(problem.rule, problem.values)))
    return tuple(faults)


def _column_of_field(name: str) -> str:
    return {"distinct_people": PEOPLE_COLUMN, "comment": REMARK, "closed": REMARK}.get(name, name)
