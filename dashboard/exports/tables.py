"""Frames to files people open: CSV as a French spreadsheet reads it, and workbooks that say what they hold."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

import polars as pl
import xlsxwriter

from dashboard.figures.model import Table
from dashboard.wording.terms import DEMONSTRATION, HIDDEN

# A cell of text that begins so is a formula to a spreadsheet: it gets an apostrophe, which spreadsheets show as text.
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")
# Text stays text: nothing typed by a person becomes a formula or a link.
SAFE_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_FORMATS: Final[Mapping[type[pl.DataType], str]] = {
    pl.Date: "dd/mm/yyyy",
    pl.Datetime: "dd/mm/yyyy hh:mm",
    pl.Time: "hh:mm",
}
_ODS_HEADING = (
    '<style:style style:name="heading" style:family="table-cell">'
    '<style:text-properties fo:font-weight="bold"/></style:style>'
)
_ODS_WIDTH = (
    '<style:style style:name="wide" style:family="table-column">'
    '<style:table-column-properties style:column-width="4.5cm"/></style:style>'
)


def csv(table: Table) -> bytes:
    """Semicolons, decimal comma and a byte order mark, so that a French spreadsheet opens it as it is.

    Demonstration data say so in a last column: a comment line would break the file for programs.
    """
    rows = table.rows.with_columns(defused(name) for name, kind in table.rows.schema.items() if kind == pl.String)
    if table.demonstration:
        rows = rows.with_columns(pl.lit(DEMONSTRATION).alias("Avertissement"))
    return rows.write_csv(separator=";", include_bom=True, decimal_comma=True).encode()


def xlsx(table: Table) -> bytes:
    """A workbook: the rows on « Données », what they are on « À propos »."""
    return workbook({"Données": table}, title=table.title, notes=table.all_notes)


def workbook(sheets: Mapping[str, Table], *, title: str, notes: Sequence[str]) -> bytes:
    """A workbook of several tables, each on the sheet of its name (31 signs at most), what they are on « À propos »."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, SAFE_OPTIONS) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for sheet_name, table in sheets.items():
            write_rows(book, book.add_worksheet(sheet_name), table)
        about = book.add_worksheet("À propos")
        about.set_column(0, 0, 110)
        about.write_string(0, 0, title, bold)
        for line, note in enumerate(notes, start=2):
            about.write_string(line, 0, note)
    return file.getvalue()


def ods(sheets: Mapping[str, Table]) -> bytes:
    """A workbook of LibreOffice of several tables of texts, each on the sheet of its name, under bold headings."""
    from odfdo import Cell, Column, Document, Row
    from odfdo import Table as Sheet

    def row(values: Iterable[str | None], style: str | None = None) -> Row:
        cells = Row()
        cells.extend_cells([Cell(value, style=style) for value in values])
        return cells

    document = Document("spreadsheet")
    for style in (_ODS_HEADING, _ODS_WIDTH):
        document.insert_style(style, automatic=True)
    document.body.clear()
    for name, table in sheets.items():
        sheet = Sheet(name)
        for _heading in table.headings:
            sheet.append(Column(style="wide"))
        sheet.append_row(row(table.headings.values(), style="heading"))
        for values in table.rows.rows():
            sheet.append_row(row(values))
        document.body.append(sheet)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def write_rows(book: Any, sheet: Any, table: Table) -> None:
    """The rows under their headings, from the first cell of a sheet."""
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for place, (name, heading) in enumerate(table.headings.items()):
        values = [
            HIDDEN if hidden else value
            for value, hidden in zip(table.frame[name].to_list(), table.hides(name), strict=True)
        ]
        sheet.write_string(0, place, heading, bold)
        shape = book.add_format({"num_format": _number_format(table, name)})
        for line, value in enumerate(values, start=1):
            _write(sheet, line, place, value, shape)
        sheet.set_column(place, place, min(48, max(len(heading), *(len(str(value)) for value in values), 8) + 2))


def defused(name: str) -> pl.Expr:
    """A column of text in which no spreadsheet sees a formula."""
    text = pl.col(name)
    starts = pl.any_horizontal(text.str.strip_chars_start(" ").str.starts_with(sign) for sign in _FORMULA_SIGNS)
    return pl.when(starts).then(pl.lit("'") + text).otherwise(text).alias(name)


def _number_format(table: Table, name: str) -> str:
    kind = table.frame.schema[name]
    if name in table.shares:
        return "0 %"
    if kind.is_float():
        return "#,##0.0"
    return "#,##0" if kind.is_integer() and name != "year" else _FORMATS.get(type(kind), "General")


def _write(sheet: Any, line: int, place: int, value: Any, shape: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(line, place, "oui" if value else "non")
    elif isinstance(value, datetime | date | time):
        sheet.write_datetime(line, place, value.replace(tzinfo=None) if isinstance(value, datetime) else value, shape)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, shape)
    else:
        sheet.write_string(line, place, str(value))
