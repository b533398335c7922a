"""The report as slides that are edited like any others: text is text, charts are PowerPoint's own where it has them."""

import io
from typing import Any

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Emu, Inches

from dashboard.charts.palette import LIGHT
from dashboard.exports import images
from dashboard.exports.report.model import Drawing, Report, Subject
from dashboard.exports.report.native_charts import add_native_chart
from dashboard.exports.report.slide_parts import (
    ACROSS,
    LEFT,
    WHITE,
    WIDTH,
    add_feet,
    add_text,
    blank_deck,
    colour,
    file_of,
    say,
    tell_notes,
    title_slide,
    titled_slide,
    write_frame,
)
from dashboard.wording.terms import OWNER, PROGRAMME

_CHART_TOP, _CHART_HEIGHT = Inches(2.05), Inches(4.75)
_NAMES, _FIGURES = Inches(4.9), Inches(1.25)


def slides(report: Report) -> bytes:
    """The file: a title slide, the lines as a table, then one slide per subject, each with its notes."""
    deck = blank_deck(report.title, made_on=report.made_on, warning=report.warning)
    lines = [(report.subtitle, 24, False), (f"{OWNER} · {PROGRAMME}", 18, False), (report.about[-1], 16, False)]
    title_slide(deck, report.title, lines, [report.sentence, *report.about])
    _lines_slide(deck, report)
    for subject in report.subjects:
        _subject_slide(deck, report, subject)
    add_feet(deck, report.footing, report.warning)
    return file_of(deck)


def _lines_slide(deck: Any, report: Report) -> None:
    slide = _slide(deck, report.lines_title, report.sentence)
    rows = report.rows()
    frame = slide.shapes.add_table(
        len(rows), len(rows[0]), LEFT, _CHART_TOP, ACROSS, Emu(int(_CHART_HEIGHT / max(len(rows), 12) * len(rows)))
    )
    frame.name = report.lines_title
    say(frame, f"Tableau : {report.lines_title}.")
    table = frame.table
    figures = len(rows[0]) - 2
    widths = [_NAMES, *[_FIGURES] * figures, Emu(ACROSS - _NAMES - figures * _FIGURES)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for line, row in enumerate(rows):
        for place, text in enumerate(row):
            _fill_cell(table.cell(line, place), text, heading=line == 0, number=0 < place < len(row) - 1)
    tell_notes(slide, [*report.line_notes, *report.about])


def _fill_cell(cell: Any, text: str, *, heading: bool, number: bool) -> None:
    write_frame(cell.text_frame, [(text, 14, heading)], WHITE if heading else colour(LIGHT.text))
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.fill.solid()
    cell.fill.fore_color.rgb = colour(LIGHT.accent if heading else LIGHT.background)


def _subject_slide(deck: Any, report: Report, subject: Subject) -> None:
    slide = _slide(deck, subject.title, subject.sentence)
    if subject.drawing is not None:
        _draw(slide, subject.drawing, subject.title)
    about = [f"Période : {subject.period}.", report.about[0], *report.about[2:], subject.gaps, *subject.method]
    described = [f"Description du graphique : {subject.drawing.words}"] if subject.drawing else []
    tell_notes(slide, [*about, *described])


def _slide(deck: Any, title: str, sentence: str) -> Any:
    slide = titled_slide(deck, title)
    add_text(slide, "L’essentiel", [(sentence, 20, False)], (LEFT, Inches(1.15), ACROSS, Inches(0.8)))
    return slide


def _draw(slide: Any, drawing: Drawing, name: str) -> None:
    if drawing.native is not None:
        shape = add_native_chart(slide.shapes, drawing.native, LEFT, _CHART_TOP, ACROSS, _CHART_HEIGHT)
    else:
        picture = io.BytesIO(images.png(drawing.draw()))
        shape = slide.shapes.add_picture(picture, LEFT, _CHART_TOP, height=_CHART_HEIGHT)
        if shape.width > ACROSS:
            shape.height, shape.width = Emu(int(shape.height * ACROSS / shape.width)), ACROSS
        shape.left = Emu(int((WIDTH - shape.width) / 2))
    shape.name = name
    say(shape, drawing.words)
