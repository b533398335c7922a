"""The report as a tagged PDF (PDF/UA-1), and as files that anybody may correct or compute further: text and workbook."""

import importlib.util
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pikepdf
import typst
import xlsxwriter
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from dashboard.charts.palette import LIGHT
from dashboard.charts.theme import FONT
from dashboard.exports import images
from dashboard.exports.report import Report, numeric_columns, readable
from dashboard.exports.tables import SAFE_OPTIONS, write_notes, write_rows, write_texts
from dashboard.figures.model import Figure
from dashboard.wording import dates, terms
from dashboard.wording.terms import OWNER
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
        "subjects": [_subject_content(subject) for subject in report.subjects],
    }


def _subject_content(subject: Figure) -> dict[str, Any]:
    return {
        "title": typeset(subject.headline),
        "subtitle": typeset(subject.subtitle),
        "chart": images.svg(subject.on_paper()).replace(FONT, FAMILY) if subject.draw else None,
        "words": subject.alternative if subject.draw else "",
        "caption": typeset(subject.table.title),
        "rows": readable(subject.table),
        "numeric": numeric_columns(subject.table),
        "period": typeset(f"Période : {subject.period}."),
        "method": [typeset(line) for line in subject.method],
        "gaps": typeset(subject.gaps),
    }


# The text document: headings, tables and pictures with their words.

_WIDTH: Final = Cm(17)
_HIGHEST: Final = Cm(8.5)
# Letters a column may ask room for, half as many where there are many columns: beyond, its text takes two lines.
_WIDEST, _MANY = 26, 8
# What a cell keeps free on both sides, and the sizes of its letters, each so wide at most, whatever font stands in for ours.
_BORDERS: Final = Pt(6)
_LARGEST, _SMALLEST, _LETTER = 9, 6, 0.66
_FONT: Final = "Calibri"
_WARNING: Final = RGBColor(0x7A, 0x36, 0x06)


def document(report: Report) -> bytes:
    """The file."""
    text = Document()
    _style(text, report)
    text.add_paragraph(typeset(report.title), style="Title")
    text.add_paragraph(typeset(report.subtitle), style="Subtitle")
    text.add_paragraph(typeset(report.sentence))
    text.add_heading(typeset(report.lines.title), 1)
    _table(text, readable(report.lines), numeric_columns(report.lines))
    for note in (*report.line_notes, " ".join(report.about)):
        _small(text, note)
    for subject in report.subjects:
        _subject(text, report, subject)
    file = io.BytesIO()
    text.save(file)
    return file.getvalue()


def _style(text: Any, report: Report) -> None:
    """Language, letters, colours, margins, what the file says of itself, and what stands on each page."""
    about = text.core_properties
    about.title, about.author, about.language, about.comments = report.title, OWNER, "fr-FR", report.warning
    about.created = about.modified = datetime.combine(report.made_on, time())
    about.last_modified_by = OWNER
    green = RGBColor.from_string(LIGHT.accent.removeprefix("#"))
    for language in text.styles.element.xpath(".//w:lang"):
        language.set(qn("w:val"), "fr-FR")
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2"):
        style = text.styles[name]
        style.font.name = _FONT
        # A style that names its letters by the theme would keep those of the theme.
        for fonts in style.element.xpath(".//w:rFonts"):
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
        if name != "Normal":
            style.font.color.rgb = green
    text.styles["Normal"].font.size = Pt(10.5)
    section = text.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    if report.warning:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = head.add_run(typeset(report.warning))
        run.bold, run.font.color.rgb = True, _WARNING
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{typeset(report.footing)} · ").font.size = Pt(8.5)
    number = _element("t")
    number.text = "1"
    foot._p.append(_element("fldSimple", _element("r", number), instr="PAGE"))


def _element(tag: str, *inside: Any, **attributes: str) -> Any:
    """What the library has no word for."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    made.extend(inside)
    return made


def _subject(text: Any, report: Report, subject: Figure) -> None:
    heading = text.add_heading(typeset(subject.headline), 1)
    heading.paragraph_format.page_break_before = not report.brief
    text.add_paragraph(typeset(subject.subtitle))
    if subject.draw is not None:
        _picture(text, subject)
    rows = readable(subject.table)
    if len(rows) > 1:
        text.add_heading(typeset(subject.table.title), 2)
        _table(text, rows, numeric_columns(subject.table))
    # Together: a page of its own for the last line of them is a page lost.
    _small(text, " ".join([subject.gaps, *subject.method, f"Période : {subject.period}.", report.about[0]]))


def _picture(text: Any, figure: Figure) -> None:
    picture = text.add_picture(io.BytesIO(images.png(figure.on_paper())), width=_WIDTH)
    if picture.height > _HIGHEST:
        picture.width, picture.height = int(picture.width * _HIGHEST / picture.height), _HIGHEST
    text.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    picture._inline.docPr.set("descr", figure.alternative)


def _table(text: Any, rows: list[list[str]], numeric: list[bool]) -> None:
    table = text.add_table(len(rows), len(rows[0]), style="Table Grid")
    table.autofit = False
    columns = list(zip(*rows, strict=True))
    asked = [_room(column, _WIDEST if len(columns) <= _MANY else _WIDEST // 2) for column in columns]
    letter = (_WIDTH.pt - len(columns) * _BORDERS.pt) / sum(asked)
    widths = [int(_BORDERS + Pt(1) * letter * letters) for letters in asked]
    size = Pt(max(_SMALLEST, min(_LARGEST, letter / _LETTER)))
    borders = {side: _element(side, w=str(int(_BORDERS.twips / 2)), type="dxa") for side in ("left", "right")}
    table._tbl.tblPr.append(_element("tblCellMar", *borders.values()))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for line, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        for place, (cell, said) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
            cell.width = widths[place]
            run = paragraph.add_run(said)
            run.font.size, run.bold = size, line == 0
            if place and numeric[place]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    # Told as headings, and repeated on the next page.
    table.rows[0]._tr.get_or_add_trPr().append(_element("tblHeader", val="true"))
    for cell in table.rows[0].cells:
        fill = LIGHT.sequential[0].removeprefix("#")
        cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=fill))


def _room(column: tuple[str, ...], widest: int) -> int:
    """How many letters wide a column is: its longest cell, or the longest word of its heading, which is not cut."""
    heading, *cells = column
    words = max(len(word) for word in heading.split())
    return max(words, min(max(map(len, cells), default=0), widest))


def _small(text: Any, line: str) -> None:
    paragraph = text.add_paragraph()
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1
    paragraph.add_run(typeset(line)).font.size = Pt(8.5)


# The workbook: one sheet per table, what each figure means, and what the file is about.

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
        write_rows(book, book.add_worksheet(_LINES), report.lines, title=report.lines.title)
        tables = [table for subject in report.subjects for table in (subject.table, *subject.details)]
        for name, table in zip(_names(table.short or table.title for table in tables), tables, strict=True):
            write_rows(book, book.add_worksheet(name), table, title=table.title)
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
