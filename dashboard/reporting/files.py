"""A report as a file, in each of its four forms; charts and writers are loaded when a file is asked for, not before."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

import sqlalchemy as sa

from dashboard.reporting.facts import ReportFacts, report_facts
from data_access.rights import Right, requires

if TYPE_CHECKING:
    from dashboard.exports.report.model import Report

Form = Literal["pdf", "pptx", "docx", "xlsx"]
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
FORMS: Final[dict[Form, str]] = {
    "pdf": "application/pdf",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
"""The forms, with their media types."""


@requires(Right.SMALL_COUNTS)
def report_file(connection: sa.Connection, year: int, form: Form, *, as_of: date) -> bytes:
    """The report of a year, asked for and written; it draws the contracts quarter by quarter."""
    return year_file(report_facts(connection, year, as_of=as_of), form)[1]


@requires(Right.FIGURES)
def notes_file(connection: sa.Connection, year: int, form: Form, *, as_of: date) -> bytes:
    """The notes of all places, asked for and written."""
    return notes_archive(report_facts(connection, year, as_of=as_of), form)


def written(report: "Report", form: Form) -> bytes:
    """The report in one form."""
    if form == "pdf":
        from dashboard.exports.report.pdf import pdf as write
    elif form == "pptx":
        from dashboard.exports.report.slides import slides as write
    elif form == "docx":
        from dashboard.exports.report.document import document as write
    else:
        from dashboard.exports.report.workbook import workbook as write
    return write(report)


def year_file(facts: ReportFacts, form: Form) -> tuple[str, bytes]:
    """The report of the year: its name and its content."""
    from dashboard.reporting.year_report import year_report

    return f"cybercantal-bilan-complet-{facts.year}.{form}", written(year_report(facts), form)


def note_file(facts: ReportFacts, code: str, form: Form) -> tuple[str, bytes]:
    """The note of one place; UnknownPlace when it was not open."""
    from dashboard.reporting.centre_note import centre_note

    return f"cybercantal-note-{facts.year}-{code.lower()}.{form}", written(centre_note(facts, code), form)


def every_note(
    facts: ReportFacts, form: Form, tell: Callable[[str, float], None] = lambda step, done: None
) -> Iterator[tuple[str, bytes]]:
    """The note of each place open at the end of the year; `tell` is called with the place begun and the share done."""
    places = facts.place_names
    for done, (code, name) in enumerate(places.items()):
        tell(name, done / len(places))
        yield note_file(facts, code, form)
    tell("Terminé", 1.0)


def notes_archive(facts: ReportFacts, form: Form) -> bytes:
    """The notes of all places in one ZIP file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in every_note(facts, form):
            # A date of its own, not that of the clock: the same facts give the same file.
            entry = zipfile.ZipInfo(name, (*facts.as_of.timetuple()[:3], 0, 0, 0))
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()
