"""The report as a tagged PDF (PDF/UA-1), with the letters of the screens."""

import importlib.util
import io
import json
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pikepdf
import typst

from dashboard.charts.theme import FONT
from dashboard.exports import images
from dashboard.exports.report import Report, numeric_columns, readable
from dashboard.figures.model import Figure
from dashboard.wording import dates, terms
from dashboard.wording.typography import typeset

# The letters of the documents: those of the screens, from a package, so that a machine without any font writes them.

FAMILY: Final = "Source Sans Pro"
_PACKAGE: Final = "font_source_sans_pro"


@lru_cache
def fonts() -> typst.Fonts:
    """The family of the product, and those the typesetter brings for the signs it lacks; none of the machine's."""
    found = importlib.util.find_spec(_PACKAGE)
    places = [Path(folder) / "files" for folder in (found.submodule_search_locations or ())] if found else []
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[*map(str, places)])


# The report as a PDF: tagged, with its language, its title and the words of its charts, to the standard PDF/UA-1. The
# standard is checked while the file is made: a chart without words, for one, ends it.

_TEMPLATE: Final = Path(__file__).with_name("report.typ")
_STANDARD: Final = "ua-1"


def pdf(report: Report) -> bytes:
    """The file; the same report gives the same bytes."""
    file = typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=fonts(),
        sys_inputs={"report": json.dumps(_content(report), ensure_ascii=False)},
        pdf_standards=_STANDARD,
        timestamp=datetime.combine(report.made_on, time(), UTC),
    )
    assert isinstance(file, bytes), "one file is asked for"
    return _with_row_headings(file)


def _with_row_headings(file: bytes) -> bytes:
    """The file, in which the first cell of each row is its heading: the typesetter tags the headings of columns alone.

    It also ties each cell to its column by name, which would hide the row from a reader: without that, a reader follows
    the scopes of both.
    """
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(file)) as document:
        bodies = (
            part for part in document.objects if isinstance(part, pikepdf.Dictionary) and part.get("/S") == "/TBody"
        )
        for row in (row for body in bodies for row in body.K):
            heading, *cells = row.K
            heading.S, heading.A = pikepdf.Name.TH, pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=pikepdf.Name.Row)
            for cell in cells:
                del cell.A
        document.save(written, deterministic_id=True)
    return written.getvalue()


def _content(report: Report) -> dict[str, Any]:
    """What the template lays out, every sentence with its no-break spaces."""
    made_on = report.made_on
    return {
        "family": FAMILY,
        "owner": terms.OWNER,
        "programme": terms.PROGRAMME,
        **{said: typeset(getattr(report, said)) for said in ("title", "subtitle", "warning", "footing", "sentence")},
        "date": [made_on.year, made_on.month, made_on.day],
        "made_on": dates.long_date(made_on),
        "brief": report.brief,
        "about": [typeset(line) for line in report.about],
        "lines_title": typeset(report.lines.title),
        "lines": readable(report.lines),
        "lines_numeric": numeric_columns(report.lines),
        "line_notes": [typeset(note) for note in report.line_notes],
        "subjects": [_subject(subject) for subject in report.subjects],
    }


def _subject(subject: Figure) -> dict[str, Any]:
    return {
        "title": typeset(subject.headline),
        "sentence": typeset(subject.finding),
        "chart": images.svg(subject.on_paper()).replace(FONT, FAMILY) if subject.draw else None,
        "words": typeset(subject.spoken) if subject.draw else "",
        "caption": typeset(subject.table.title),
        "rows": readable(subject.table),
        "numeric": numeric_columns(subject.table),
        "period": typeset(f"Période : {subject.period}."),
        "method": [typeset(line) for line in subject.method],
        "gaps": typeset(subject.gaps),
    }
