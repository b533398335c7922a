"""Frames to files people open: CSV as a French spreadsheet reads it, and workbooks that say what they hold."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final

import polars as pl
import xlsxwriter

from dashboard.figures.model import Table
from dashboard.wording.numbers import rounded
from dashboard.wording.terms import DEMONSTRATION
from dashboard.wording.typography import typeset
from dashboard.wording.units import wording_of

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
# What a number reads as in a column where each row has its unit; one that tells a move bears its sign.
_UNIT_FORMATS: Final[Mapping[str, str]] = {"ratio": "0 %", "hour": '#,##0" h"'} | dict.fromkeys(
    ("EUR", "EUR/seat/year"), '#,##0" €"'
)
_POINTS: Final = '0.0" points"'
_UNIT: Final = "Unité"
_LINE_HEIGHT: Final = 15
_WIDEST: Final = 48
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
    kinds = table.rows.schema
    plain = [_plain(table, name).alias(heading) for name, heading in table.headings.items() if name in table.by_unit]
    rows = table.rows.with_columns(
        *(defused(name) for name, kind in kinds.items() if kind == pl.String),
        *(pl.col(name).dt.strftime("%H:%M") for name, kind in kinds.items() if kind == pl.Time),
    ).with_columns(*plain, *([pl.Series(_UNIT, _unit_names(table), dtype=pl.String)] if plain else []))
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
        for sheet_name, table in sheets.items():
            write_rows(book, book.add_worksheet(sheet_name), table)
        write_notes(book, book.add_worksheet("À propos"), title, notes)
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


def write_rows(book: Any, sheet: Any, table: Table, *, title: str = "") -> None:
    """The rows under their headings, on a sheet which prints as wide as a page.

    A `title` stands above them where only people read the file: a program looks for the headings in the first line.
    """
    bold = _bold(book)
    top = 1 if title else 0
    if title:
        sheet.write_string(0, 0, typeset(title), book.add_format({"bold": True, "font_size": 14}))
        sheet.set_row(0, 2 * _LINE_HEIGHT)
    sheet.freeze_panes(top + 1, 1)
    shape = cache(lambda code: book.add_format({"num_format": code}))
    columns = dict(table.headings)
    texts = table.texts
    widths = []
    for place, (name, heading) in enumerate(columns.items()):
        sheet.write_string(top, place, heading, bold)
        rows = zip(table.frame[name].to_list(), table.words(name), table.units, strict=True)
        for line, (value, words, unit) in enumerate(rows, start=top + 1):
            # A difference of two shares is told in points.
            kept = value * 100 if value is not None and name in table.moves and unit == "ratio" else value
            _write(sheet, line, place, kept if words is None else words, shape(_number_format(table, name, unit)))
        longest = max(map(len, [*texts[heading], *heading.split(), "12345678"]))
        widths.append(min(_WIDEST, longest + 2))
    if table.by_unit:
        sheet.write_string(top, len(columns), _UNIT, bold)
        for line, name in enumerate(_unit_names(table), start=top + 1):
            sheet.write_string(line, len(columns), name)
        widths.append(26)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    _grow(sheet, top, list(columns.values()), widths)
    lay_out(sheet, headings=top + 1)


def write_notes(book: Any, sheet: Any, title: str, notes: Iterable[str]) -> None:
    """What a workbook is about: its title, then one line of text under the other."""
    write_texts(book, sheet, {title: 110}, ((note,) for note in notes))


def write_texts(book: Any, sheet: Any, headings: Mapping[str, int], rows: Iterable[Sequence[str]]) -> None:
    """Rows of text under headings, each with the width of its column; long ones take several lines, which all programs show."""
    bold, wrapped = _bold(book), book.add_format({"text_wrap": True, "valign": "top"})
    widths = list(headings.values())
    for place, (heading, width) in enumerate(headings.items()):
        sheet.write_string(0, place, heading, bold)
        sheet.set_column(place, place, width)
    for line, texts in enumerate(rows, start=1):
        for place, text in enumerate(texts):
            sheet.write_string(line, place, typeset(text), wrapped)
        _grow(sheet, line, texts, widths)
    sheet.freeze_panes(1, 0)
    lay_out(sheet)


def lay_out(sheet: Any, *, headings: int = 1) -> None:
    """How a sheet prints: on A4, as wide as the page, its headings, lines of them, on each."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, headings - 1)


def _bold(book: Any) -> Any:
    return book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})


def _grow(sheet: Any, line: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    """As high as its text: Excel would see to it by itself, LibreOffice does not."""
    # Letters of bold or wide words take more than the average one.
    lines = max((-(-int(len(text) * 1.1) // width) for text, width in zip(texts, widths, strict=False)), default=1)
    if lines > 1:
        sheet.set_row(line, _LINE_HEIGHT * lines)


def defused(name: str) -> pl.Expr:
    """A column of text in which no spreadsheet sees a formula."""
    text = pl.col(name)
    starts = pl.any_horizontal(text.str.strip_chars_start(" ").str.starts_with(sign) for sign in _FORMULA_SIGNS)
    return pl.when(starts).then(pl.lit("'") + text).otherwise(text).alias(name)


def _number_format(table: Table, name: str, unit: str) -> str:
    kind = table.frame.schema[name]
    if name in table.by_unit:
        shown = _UNIT_FORMATS.get(unit, "#,##0")
        if name not in table.moves:
            return shown
        shown = _POINTS if unit == "ratio" else shown
        return f"+{shown};-{shown};{shown}"
    if name in table.shares:
        return "0 %"
    if kind.is_float():
        return "#,##0.0"
    return "#,##0" if kind.is_integer() and name != "year" else _FORMATS.get(type(kind), "General")


def _unit_names(table: Table) -> list[str]:
    return [wording_of(unit).plural for unit in table.units]


def _plain(table: Table, name: str) -> pl.Series:
    """The numbers of a column where each row has its unit, as any program reads them: « 43800 », « 35 », « +16,2 »."""

    def written(value: float | None, unit: str) -> str | None:
        if value is None:
            return None
        number = rounded(value * wording_of(unit).scale, 2)
        said = f"{number:f}".rstrip("0").rstrip(".").replace(".", ",")
        return f"+{said}" if name in table.moves and number > 0 else said

    rows = zip(table.frame[name].to_list(), table.words(name), table.units, strict=True)
    return pl.Series([written(value, unit) if words is None else words for value, words, unit in rows], dtype=pl.String)


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
