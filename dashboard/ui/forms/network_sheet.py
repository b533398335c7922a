"""The sheets of all centres for one week as one table of texts: a row per centre, a column per day and seat kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from dashboard.imports.kinds import plain
from dashboard.ui.forms.weekly_sheet import Cell, Field, Sheet, day_title, sheet_of
from dashboard.ui.forms.weekly_typed import Status, Typed, typed_as_stored
from dashboard.wording import dates
from dashboard.wording.refusals import PEOPLE, field_name
from dashboard.wording.terms import SEAT_KINDS, WEEK_STATUSES
from dashboard.wording.typography import capital, typeset
from data_access import codes

CENTRE: Final = "centre"
PEOPLE_COLUMN: Final = "people"
STATUS: Final = "status"
REMARK: Final = "remark"
CLOSED: Final = "fermé"
NOT_ASKED: Final = "—"
KIND_LETTERS: Final = {"office": "B", "open_space": "O"}
"""Where a column has no room for the words."""
_CLOSED_WORDS: Final = frozenset({CLOSED, "ferme", "fermée", "f"})

Row = Mapping[str, str]
"""The texts of one centre by column."""


class NotASheet(ValueError):
    """A row that makes no sheet; `sentences` say why and what to do."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


@dataclass(frozen=True)
class NetworkSheet:
    """One week of the network: the sheets of the centres that had seats, with short names for them, in their order."""

    week_start: date
    sheets: tuple[Sheet, ...]
    names: Mapping[str, str]

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

    def frame(self, rows: Mapping[str, Row]) -> pl.DataFrame:
        """The table that is shown: the names of the centres, then their rows."""
        told = [{CENTRE: self.names[sheet.centre_code], **rows[sheet.centre_code]} for sheet in self.sheets]
        return pl.DataFrame(told, schema=dict.fromkeys((CENTRE, *self.columns), pl.String))

    def headings(self, *, short: bool) -> dict[str, str]:
        """The titles of the columns; short ones for the screen."""
        titles = {column_of(cell): _short_title(cell) if short else capital(field_name(*cell)) for cell in self.cells}
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
    return NetworkSheet(week_start, tuple(shown), names)


def with_state(sheet: Sheet, row: Row) -> Row:
    """The row with the state it gets when none is given: complete once the week is over and no field is blank."""
    if row.get(STATUS, "").strip():
        return row
    filled = all(row.get(column, "").strip() for column in fields_of(sheet))
    return {**row, STATUS: WEEK_STATUSES["complete" if filled and sheet.is_over else "draft"].label}


def typed_of(sheet: Sheet, row: Row) -> Typed:
    """What a row says, as the form of one centre would; raises NotASheet for what it cannot say."""
    asked = fields_of(sheet)
    wrong = [_nothing_asked(sheet, column) for column, text in row.items() if _answers_nothing(column, text, asked)]
    if wrong:
        raise NotASheet(wrong)
    texts = {field.cell: row.get(column, "").strip() for column, field in asked.items()}
    closed = {cell for cell, text in texts.items() if text.casefold() in _CLOSED_WORDS}
    whole_days = frozenset(day.day for day in sheet.asked if all(field.cell in closed for field in day.fields))
    return Typed(
        numbers={cell: "" if cell in closed else text for cell, text in texts.items()},
        closed=whole_days,
        people=row.get(PEOPLE_COLUMN, "").strip(),
        remark=row.get(REMARK, ""),
        status=_status(with_state(sheet, row)[STATUS]),
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


def _status(text: str) -> Status:
    words = status_words()
    if text.strip().casefold() not in words:
        choices = " ou ".join(words)
        raise NotASheet([typeset(f"État : « {text.strip()} » n’est pas un état. Indiquez {choices}.")])
    return words[text.strip().casefold()]


def _answers_nothing(column: str, text: str, asked: Mapping[str, Field]) -> bool:
    return column not in (*asked, PEOPLE_COLUMN, STATUS, REMARK, CENTRE) and text.strip() not in ("", NOT_ASKED)


def _nothing_asked(sheet: Sheet, column: str) -> str:
    day_text, kind = column.split(" ")
    day = date.fromisoformat(day_text)
    reason = next((each.not_asked for each in sheet.days if each.day == day and each.not_asked), "")
    why = f" ({reason})" if reason else ""
    return typeset(f"{capital(field_name(day, kind))} : rien n’est attendu{why}. Laissez la case comme elle était.")


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


def title_of(column: str) -> str:
    """The name of a column in a sentence."""
    if column in (PEOPLE_COLUMN, STATUS, REMARK):
        return {PEOPLE_COLUMN: PEOPLE, STATUS: "État", REMARK: "Remarque"}[column]
    day_text, kind = column.split(" ")
    return f"{day_title(date.fromisoformat(day_text))}, {SEAT_KINDS[kind].short}"
