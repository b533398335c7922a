"""The report as slides that are edited like any others: text is text, charts are PowerPoint's own where it has them."""

import io
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any, Final

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches, Pt

from dashboard.charts.palette import LIGHT
from dashboard.exports import images
from dashboard.exports.report.model import OWNER, Drawing, Report, Subject
from dashboard.exports.report.native_charts import add_native_chart
from dashboard.wording import terms
from dashboard.wording.typography import typeset

_WIDTH, _HEIGHT = Inches(13.333), Inches(7.5)
_LEFT, _ACROSS = Inches(0.7), Inches(11.93)
_TOP, _CHART_TOP, _CHART_HEIGHT = Inches(0.4), Inches(2.05), Inches(4.75)
_NAMES, _FIGURES = Inches(4.9), Inches(1.25)
_TITLE_SLIDE, _TITLE_ONLY = 0, 5
_WHITE: Final = RGBColor(0xFF, 0xFF, 0xFF)
_WARNING: Final = RGBColor(0x7A, 0x36, 0x06)


def slides(report: Report) -> bytes:
    """The file: a title slide, the lines as a table, then one slide per subject, each with its notes."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = _WIDTH, _HEIGHT
    _lay_out(deck)
    _title_slide(deck, report)
    _lines_slide(deck, report)
    for subject in report.subjects:
        _subject_slide(deck, report, subject)
    _foot(deck, report)
    made_at = datetime.combine(report.made_on, time())
    about = deck.core_properties
    about.title, about.author, about.language, about.comments = report.title, OWNER, "fr-FR", report.warning
    about.created = about.modified = made_at
    about.last_modified_by, about.revision = OWNER, 1
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _lay_out(deck: Any) -> None:
    """The places of titles, in the layouts themselves: a title that is moved keeps its look."""
    for number in reversed(range(len(deck.slide_layouts))):
        if number not in (_TITLE_SLIDE, _TITLE_ONLY):
            deck.slide_layouts.remove(deck.slide_layouts[number])
    cover, page = deck.slide_layouts
    title, subtitle = (cover.placeholders[place] for place in (0, 1))
    _place(title, _LEFT, Inches(2.3), _ACROSS, Inches(1.2))
    _place(subtitle, _LEFT, Inches(3.6), _ACROSS, Inches(2.6))
    _place(page.placeholders[0], _LEFT, _TOP, _ACROSS, Inches(0.75))
    for layout in (cover, page, deck.slide_master):
        for holder in list(layout.placeholders):
            # Date, footer and number stand in the foot that each slide writes.
            if holder.placeholder_format.idx in (10, 11, 12) or holder.placeholder_format.type in (13, 15, 16):
                holder._element.getparent().remove(holder._element)


def _place(shape: Any, left: int, top: int, width: int, height: int) -> None:
    shape.left, shape.top, shape.width, shape.height = left, top, width, height


def _title_slide(deck: Any, report: Report) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = _colour(LIGHT.accent)
    _write(slide.shapes.title, [(report.title, 44, True)], _WHITE)
    lines = [(report.subtitle, 24, False), (f"{OWNER} · {terms.PROGRAMME}", 18, False), (report.about[-1], 16, False)]
    _write(slide.placeholders[1], lines, _WHITE)
    _notes(slide, [report.sentence, *report.about])


def _lines_slide(deck: Any, report: Report) -> None:
    slide = _slide(deck, report.lines_title, report.sentence)
    rows = report.rows()
    frame = slide.shapes.add_table(
        len(rows), len(rows[0]), _LEFT, _CHART_TOP, _ACROSS, Emu(int(_CHART_HEIGHT / max(len(rows), 12) * len(rows)))
    )
    frame.name = report.lines_title
    _say(frame, f"Tableau : {report.lines_title}.")
    table = frame.table
    figures = len(rows[0]) - 2
    widths = [_NAMES, *[_FIGURES] * figures, Emu(_ACROSS - _NAMES - figures * _FIGURES)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for line, row in enumerate(rows):
        for place, text in enumerate(row):
            _fill_cell(table.cell(line, place), text, heading=line == 0, number=0 < place < len(row) - 1)
    _notes(slide, [*report.line_notes, *report.about])


def _fill_cell(cell: Any, text: str, *, heading: bool, number: bool) -> None:
    _write_frame(cell.text_frame, [(text, 14, heading)], _WHITE if heading else _colour(LIGHT.text))
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.fill.solid()
    cell.fill.fore_color.rgb = _colour(LIGHT.accent if heading else LIGHT.background)


def _subject_slide(deck: Any, report: Report, subject: Subject) -> None:
    slide = _slide(deck, subject.title, subject.sentence)
    if subject.drawing is not None:
        _draw(slide, subject.drawing, subject.title)
    about = [f"Période : {subject.period}.", report.about[0], *report.about[2:], subject.gaps, *subject.method]
    described = [f"Description du graphique : {subject.drawing.words}"] if subject.drawing else []
    _notes(slide, [*about, *described])


def _slide(deck: Any, title: str, sentence: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    _write(slide.shapes.title, [(title, 30, True)], _colour(LIGHT.accent))
    box = slide.shapes.add_textbox(_LEFT, Inches(1.15), _ACROSS, Inches(0.8))
    box.name = "L’essentiel"
    _write(box, [(sentence, 20, False)], _colour(LIGHT.text))
    return slide


def _draw(slide: Any, drawing: Drawing, name: str) -> None:
    if drawing.native is not None:
        shape = add_native_chart(slide.shapes, drawing.native, _LEFT, _CHART_TOP, _ACROSS, _CHART_HEIGHT)
    else:
        picture = io.BytesIO(images.png(drawing.draw()))
        shape = slide.shapes.add_picture(picture, _LEFT, _CHART_TOP, height=_CHART_HEIGHT)
        if shape.width > _ACROSS:
            shape.height, shape.width = Emu(int(shape.height * _ACROSS / shape.width)), _ACROSS
        shape.left = Emu(int((_WIDTH - shape.width) / 2))
    shape.name = name
    _say(shape, drawing.words)


def _foot(deck: Any, report: Report) -> None:
    """At the foot of each slide: who, what and which page; and that data are invented where they are."""
    every = list(deck.slides)
    for number, slide in enumerate(every, start=1):
        cover = number == 1
        box = slide.shapes.add_textbox(_LEFT, Inches(6.95), Inches(6.9), Inches(0.4))
        box.name = "Pied de page"
        ink = _WHITE if cover else _colour(LIGHT.secondary_text)
        _write(box, [(f"{report.footing} · {number} / {len(every)}", 12, False)], ink)
        if report.warning:
            warning = slide.shapes.add_textbox(Inches(7.63), Inches(6.95), Inches(5), Inches(0.4))
            warning.name = "Avertissement"
            _write(warning, [(report.warning, 12, True)], _WHITE if cover else _WARNING)
            warning.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _write(shape: Any, lines: Sequence[tuple[str, int, bool]], colour: Any) -> None:
    _write_frame(shape.text_frame, lines, colour)
    shape.text_frame.word_wrap = True
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE if shape.is_placeholder else MSO_ANCHOR.TOP


def _write_frame(frame: Any, lines: Sequence[tuple[str, int, bool]], colour: Any) -> None:
    for number, (text, size, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = typeset(text)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour
        run.font.language_id = MSO_LANGUAGE_ID.FRENCH


def _notes(slide: Any, lines: Sequence[str]) -> None:
    frame = slide.notes_slide.notes_text_frame
    frame.text = "\n".join(typeset(line) for line in lines if line)
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.language_id = MSO_LANGUAGE_ID.FRENCH


def _say(shape: Any, words: str) -> None:
    """The words of a chart or a table, for who does not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", typeset(words))


def _colour(code: str) -> Any:
    return RGBColor.from_string(code.removeprefix("#"))
