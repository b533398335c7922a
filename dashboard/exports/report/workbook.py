"""The report as a workbook to compute further: one sheet per table, what each figure means, and what the file is about."""

import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from typing import Final

import xlsxwriter

from dashboard.exports.report import Report
from dashboard.exports.tables import SAFE_OPTIONS, write_notes, write_rows, write_texts
from dashboard.wording.terms import OWNER

_LINES: Final = "Lignes du bilan"
_DEFINITIONS: Final = "Définitions"
_ABOUT: Final = "À propos"
_LONGEST_NAME: Final = 31
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")


def workbook(report: Report) -> bytes:
    """The file; numbers are numbers, and a value that is missing is an empty cell."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, SAFE_OPTIONS) as book:
        made_at = datetime.combine(report.made_on, time())
        book.set_properties({"title": report.title, "author": OWNER, "comments": report.warning, "created": made_at})
        write_rows(book, book.add_worksheet(_LINES), report.lines)
        tables = [table for subject in report.subjects for table in (subject.table, *subject.details)]
        for name, table in zip(_names(table.short or table.title for table in tables), tables, strict=True):
            write_rows(book, book.add_worksheet(name), table)
        headings = {"Indicateur": 22, "Définition": 46, "Formule": 28, "Unité": 14, "Source": 20}
        defined = ((each.label, each.definition, each.formula, each.unit.label, each.source) for each in report.defined)
        write_texts(book, book.add_worksheet(_DEFINITIONS), headings, defined)
        gaps = (f"{subject.headline}. {subject.gaps}" for subject in report.subjects)
        said = (report.warning, report.subtitle, report.sentence, *report.about, *report.line_notes, *gaps)
        write_notes(book, book.add_worksheet(_ABOUT), report.title, filter(None, said))
        for sheet in book.worksheets():
            # On each page printed: a spreadsheet has no other place that is not among the rows.
            right = f"&R{report.warning}" if report.warning else ""
            sheet.set_header(f"&L{report.title.replace('&', '&&')}{right}")
            sheet.set_footer("&C&P / &N")
    return file.getvalue()


def _names(titles: Iterable[str]) -> Iterator[str]:
    """A name for each sheet: as short as spreadsheets want, never the same twice; a long title gives its first words."""
    taken = {_LINES.lower(), _DEFINITIONS.lower(), _ABOUT.lower()}
    for title in titles:
        name, again = _shortened(_FORBIDDEN.sub(" ", title), _LONGEST_NAME), 2
        stem = name
        while name.lower() in taken:
            ending = f" ({again})"
            name, again = _shortened(stem, _LONGEST_NAME - len(ending)) + ending, again + 1
        taken.add(name.lower())
        yield name


def _shortened(title: str, room: int) -> str:
    """Up to its first comma, or its last whole word."""
    if len(title) <= room:
        return title.strip()
    stem = title.split(",")[0]
    return stem.strip() if len(stem) <= room else stem[: room + 1].rsplit(" ", 1)[0].strip()
