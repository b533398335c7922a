"""The report as a workbook to compute further: one sheet per table, what each figure means, and what the file is about."""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Any, Final

import xlsxwriter

from dashboard.exports.report.model import Report, ReportLine
from dashboard.exports.tables import SAFE_OPTIONS, write_rows
from dashboard.wording.terms import OWNER
from dashboard.wording.typography import typeset
from dashboard.wording.units import wording_of

_LINES: Final = "Lignes du bilan"
_DEFINITIONS: Final = "Définitions"
_ABOUT: Final = "À propos"
_LONGEST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_FORMATS: Final = {"ratio": "0 %", "hour": '#,##0" h"', "EUR": '#,##0" €"', "EUR/seat/year": '#,##0" €"'}


def workbook(report: Report) -> bytes:
    """The file; numbers are numbers, and a value that is missing is an empty cell."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, SAFE_OPTIONS) as book:
        made_at = datetime.combine(report.made_on, time())
        book.set_properties({"title": report.title, "author": OWNER, "comments": report.warning, "created": made_at})
        heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        _lines(book, book.add_worksheet(_LINES), report, heading)
        tables = [table for subject in report.subjects for table in (subject.table, *subject.details)]
        for name, table in zip(_names(table.title for table in tables), tables, strict=True):
            write_rows(book, book.add_worksheet(name), table)
        _definitions(book, book.add_worksheet(_DEFINITIONS), report, heading)
        _about(book, book.add_worksheet(_ABOUT), report, heading)
        for sheet in book.worksheets():
            # On each page printed: a spreadsheet has no other place that is not among the rows.
            right = f"&R{report.warning}" if report.warning else ""
            sheet.set_header(f"&L{report.title.replace('&', '&&')}{right}")
            sheet.set_footer("&C&P / &N")
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
    return file.getvalue()


def _lines(book: Any, sheet: Any, report: Report, heading: Any) -> None:
    """One row a line, as numbers; few people stay in words."""
    now, compared, difference, rests_on = report.headings
    columns = [
        "Indicateur",
        now,
        *([compared] if compared else []),
        *([difference] if difference else []),
        "Unité",
        rests_on,
    ]
    for place, text in enumerate(columns):
        sheet.write_string(0, place, text, heading)
    for row, line in enumerate(report.lines, start=1):
        shape = book.add_format({"num_format": _FORMATS.get(line.unit, "#,##0")})
        sheet.write_string(row, 0, line.label)
        _number(sheet, row, 1, line.value, line.text, shape)
        if compared:
            _number(sheet, row, 2, line.compared_value, line.compared_text, shape)
        if difference:
            _number(sheet, row, 3, _difference(line), line.difference, shape)
        sheet.write_string(row, len(columns) - 2, wording_of(line.unit).plural)
        sheet.write_string(row, len(columns) - 1, line.rests_on)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, len(columns) - 2, 16)
    sheet.set_column(len(columns) - 1, len(columns) - 1, 40)
    sheet.freeze_panes(1, 1)


def _number(sheet: Any, row: int, place: int, value: float | None, text: str, shape: Any) -> None:
    if value is None:
        sheet.write_string(row, place, text)
    else:
        sheet.write_number(row, place, value, shape)


def _difference(line: ReportLine) -> float | None:
    return None if line.value is None or line.compared_value is None else line.value - line.compared_value


def _definitions(book: Any, sheet: Any, report: Report, heading: Any) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, (text, width) in enumerate(
        (("Indicateur", 34), ("Définition", 70), ("Formule", 50), ("Unité", 22), ("Source", 40))
    ):
        sheet.write_string(0, place, text, heading)
        sheet.set_column(place, place, width)
    for row, each in enumerate(report.defined, start=1):
        said = (each.label, each.definition, each.formula, each.unit.label, each.source)
        for place, text in enumerate(said):
            sheet.write_string(row, place, typeset(text), wrapped)
    sheet.freeze_panes(1, 1)


def _about(book: Any, sheet: Any, report: Report, heading: Any) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 120)
    sheet.write_string(0, 0, report.title, heading)
    gaps = (f"{subject.headline}. {subject.gaps}" for subject in report.subjects)
    said = (report.warning, report.subtitle, report.sentence, *report.about, *report.line_notes, *gaps)
    for row, line in enumerate((line for line in said if line), start=1):
        sheet.write_string(row, 0, typeset(line), wrapped)


def _names(titles: Iterable[str]) -> Iterator[str]:
    """A name for each sheet: as short as spreadsheets want, never the same twice."""
    taken = {_LINES.lower(), _DEFINITIONS.lower(), _ABOUT.lower()}
    for title in titles:
        stem = _FORBIDDEN.sub(" ", title)
        name, again = stem[:_LONGEST_NAME].strip(), 2
        while name.lower() in taken:
            ending = f" ({again})"
            name, again = stem[: _LONGEST_NAME - len(ending)].strip() + ending, again + 1
        taken.add(name.lower())
        yield name
