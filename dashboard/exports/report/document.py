"""The report as a text document that anybody may correct and complete: headings, tables and pictures with their words."""

import io
from datetime import datetime, time
from typing import Any, Final

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from dashboard.charts.palette import LIGHT
from dashboard.exports import images
from dashboard.exports.report import Report, numeric_columns, readable
from dashboard.figures.model import Figure
from dashboard.wording.terms import OWNER
from dashboard.wording.typography import typeset

_WIDTH: Final = Cm(17)
_HIGHEST: Final = Cm(8.5)
# Letters a column may ask room for: beyond, its text takes two lines. Some more are for its borders.
_WIDEST, _BORDERS = 26, 4
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
    for note in (*report.line_notes, *report.about):
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
    text.add_paragraph(typeset(subject.finding))
    if subject.draw is not None:
        _picture(text, subject)
    rows = readable(subject.table)
    if len(rows) > 1:
        text.add_heading(typeset(subject.table.title), 2)
        _table(text, rows, numeric_columns(subject.table))
    for line in (subject.gaps, *subject.method, f"Période : {subject.period}.", report.about[0]):
        _small(text, line)


def _picture(text: Any, figure: Figure) -> None:
    picture = text.add_picture(io.BytesIO(images.png(figure.on_paper())), width=_WIDTH)
    if picture.height > _HIGHEST:
        picture.width, picture.height = int(picture.width * _HIGHEST / picture.height), _HIGHEST
    text.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    picture._inline.docPr.set("descr", typeset(figure.spoken))


def _table(text: Any, rows: list[list[str]], numeric: list[bool]) -> None:
    table = text.add_table(len(rows), len(rows[0]), style="Table Grid")
    table.autofit = False
    asked = [_room(column) for column in zip(*rows, strict=True)]
    widths = [int(_WIDTH * letters / sum(asked)) for letters in asked]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for line, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        for place, (cell, said) in enumerate(zip(row.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
            cell.width = widths[place]
            run = paragraph.add_run(said)
            run.font.size, run.bold = Pt(9), line == 0
            if place and numeric[place]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    # Told as headings, and repeated on the next page.
    table.rows[0]._tr.get_or_add_trPr().append(_element("tblHeader", val="true"))
    for cell in table.rows[0].cells:
        fill = LIGHT.sequential[0].removeprefix("#")
        cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=fill))


def _room(column: tuple[str, ...]) -> int:
    """How many letters wide a column is: its longest cell, or the longest word of its heading, which is not cut."""
    heading, *cells = column
    words = max(len(word) for word in heading.split())
    return max(words, min(max(map(len, cells), default=0), _WIDEST)) + _BORDERS


def _small(text: Any, line: str) -> None:
    paragraph = text.add_paragraph()
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run(typeset(line)).font.size = Pt(8.5)
