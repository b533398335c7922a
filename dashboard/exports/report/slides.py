"""The report as slides that can be edited: text, tables and native charts."""

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any, Final

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Inches, Pt

from dashboard.charts.palette import LIGHT
from dashboard.exports import images
from dashboard.exports.report import Report, numeric_columns, readable
from dashboard.figures.model import Figure, NativeChart
from dashboard.wording.terms import OWNER, PROGRAMME
from dashboard.wording.typography import typeset

# What every deck of slides is made with: its layouts, its title slide, its foot, texts in French, notes, spoken
# words.

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, ACROSS = Inches(0.7), Inches(11.93)
_TITLE_SLIDE, _TITLE_ONLY = 0, 5
_FOOT: Final = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
WHITE: Final = RGBColor(0xFF, 0xFF, 0xFF)
_WARNING: Final = RGBColor(0x7A, 0x36, 0x06)

TextLine = tuple[str, int, bool]
"""A line of text, its size in points, and whether it is bold."""


def colour(code: str) -> Any:
    """A colour of the palette."""
    return RGBColor.from_string(code.removeprefix("#"))


@dataclass(frozen=True)
class Page:
    """A slide after the first: its title, what the speaker reads (source, period, perimeter), and who draws the rest."""

    title: str
    notes: Sequence[str]
    draw: Callable[[Any], None]


def deck_file(
    title: str,
    lines: Sequence[TextLine],
    notes: Sequence[str],
    pages: Iterable[Page],
    made_on: date,
    warning: str,
    footing: str,
) -> bytes:
    """A wide deck: the county's slide with `lines` under its title, then the others, each with its foot."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    _lay_out(deck)
    about = deck.core_properties
    about.title, about.author, about.language, about.comments = title, OWNER, "fr-FR", warning
    about.created = about.modified = datetime.combine(made_on, time())
    about.last_modified_by, about.revision = OWNER, 1
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.background.fill.solid()
    first.background.fill.fore_color.rgb = colour(LIGHT.accent)
    _write(first.shapes.title, [(title, 44, True)], WHITE)
    _write(first.placeholders[1], lines, WHITE)
    _tell_notes(first, notes)
    for page in pages:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        _write(slide.shapes.title, [(page.title, 30, True)], colour(LIGHT.accent))
        page.draw(slide)
        _tell_notes(slide, page.notes)
    _add_feet(deck, footing, warning)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _lay_out(deck: Any) -> None:
    """The places of titles, in the layouts themselves: a title that is moved keeps its look."""
    for number in reversed(range(len(deck.slide_layouts))):
        if number not in (_TITLE_SLIDE, _TITLE_ONLY):
            deck.slide_layouts.remove(deck.slide_layouts[number])
    cover, page = deck.slide_layouts
    title, subtitle = (cover.placeholders[number] for number in (0, 1))
    for shape, top, high in ((title, 2.3, 1.2), (subtitle, 3.6, 2.6), (page.placeholders[0], 0.4, 0.75)):
        shape.left, shape.top, shape.width, shape.height = LEFT, Inches(top), ACROSS, Inches(high)
    for layout in (cover, page, deck.slide_master):
        for holder in list(layout.placeholders):
            # Date, footer and number stand in the foot that each slide writes.
            if holder.placeholder_format.type in _FOOT:
                holder._element.getparent().remove(holder._element)


def add_text(
    slide: Any, name: str, lines: Sequence[TextLine], box: tuple[int, int, int, int], ink: str = LIGHT.text
) -> Any:
    """A box of text on a slide, at its left, top, width and height."""
    shape = slide.shapes.add_textbox(*box)
    shape.name = name
    _write(shape, lines, colour(ink))
    return shape


def _add_feet(deck: Any, footing: str, warning_text: str) -> None:
    """Who, what and which page; and that data are invented where they are."""
    every = list(deck.slides)
    for number, slide in enumerate(every, start=1):
        cover = number == 1
        box = slide.shapes.add_textbox(LEFT, Inches(6.95), Inches(6.9), Inches(0.4))
        box.name = "Pied de page"
        ink = WHITE if cover else colour(LIGHT.secondary_text)
        _write(box, [(f"{footing} · {number} / {len(every)}", 11, False)], ink)
        if warning_text:
            warning = slide.shapes.add_textbox(Inches(7.63), Inches(6.95), Inches(5), Inches(0.4))
            warning.name = "Avertissement"
            _write(warning, [(warning_text, 11, True)], WHITE if cover else _WARNING)
            warning.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _write(shape: Any, lines: Sequence[TextLine], ink: Any) -> None:
    _write_frame(shape.text_frame, lines, ink)
    shape.text_frame.word_wrap = True
    shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE if shape.is_placeholder else MSO_ANCHOR.TOP


def _write_frame(frame: Any, lines: Sequence[TextLine], ink: Any) -> None:
    for number, (text, size, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        run = paragraph.add_run()
        run.text = typeset(text)
        run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, ink
        run.font.language_id = MSO_LANGUAGE_ID.FRENCH


def _tell_notes(slide: Any, lines: Sequence[str]) -> None:
    frame = slide.notes_slide.notes_text_frame
    frame.text = "\n".join(typeset(line) for line in lines if line)
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.language_id = MSO_LANGUAGE_ID.FRENCH


def say(shape: Any, words: str) -> None:
    """The words of what is drawn, for who does not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", typeset(words))


# Charts that PowerPoint draws: their figures are in the file, and are changed there like those of any other.

_SHAPES: Final = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked_columns": XL_CHART_TYPE.COLUMN_STACKED,
    "line": XL_CHART_TYPE.LINE,
}
# With more marks than this their figures would touch one another.
_MOST_LABELS: Final = 60
_NAMES_ON_AN_AXIS: Final = 9


def add_native_chart(shapes: Any, figures: NativeChart, left: int, top: int, width: int, height: int) -> Any:
    """The frame of the chart, in the colours of the product."""
    shown = "0 %" if figures.share else "#,##0"
    data = CategoryChartData(number_format=shown)
    data.categories = figures.categories
    for name, values in figures.series.items():
        data.add_series(name, values)
    frame = shapes.add_chart(_SHAPES[figures.shape], left, top, width, height, data)
    chart = frame.chart
    chart.font.size, chart.font.color.rgb = Pt(13), colour(LIGHT.text)
    chart.has_title = False
    chart.has_legend = len(figures.series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    _axes(chart, figures, shown)
    inks = LIGHT.categorical if figures.shape != "line" else (LIGHT.accent, LIGHT.context)
    for series, ink in zip(chart.plots[0].series, inks, strict=False):
        if figures.shape == "line":
            series.smooth = False
            series.format.line.width, series.format.line.color.rgb = Pt(2.5), colour(ink)
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = colour(ink)
    return frame


def _axes(chart: Any, figures: NativeChart, shown: str) -> None:
    labelled = (
        figures.labelled and figures.shape != "line" and len(figures.categories) * len(figures.series) <= _MOST_LABELS
    )
    values, names = chart.value_axis, chart.category_axis
    values.minimum_scale = 0
    values.has_major_gridlines = values.visible = figures.labelled and not labelled
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = shown, False
    names.format.line.color.rgb = colour(LIGHT.border)
    names.has_major_gridlines = False
    plot = chart.plots[0]
    if values.has_major_gridlines:
        values.major_gridlines.format.line.color.rgb = colour(LIGHT.border)
        values.format.line.fill.background()
    if figures.shape == "line":
        _thin_out(names, len(figures.categories))
    else:
        plot.gap_width = 45
    if figures.shape == "bars":
        # The first category on top, as in a list.
        names.reverse_order = True
    if labelled:
        plot.has_data_labels = True
        labels = plot.data_labels
        labels.number_format, labels.number_format_is_linked = (
            f"{shown};;" if "stacked" in figures.shape else shown,
            False,
        )
        labels.font.size = Pt(13)
        if "stacked" in figures.shape:
            labels.font.color.rgb = colour(LIGHT.background)
        else:
            labels.position = XL_LABEL_POSITION.OUTSIDE_END


def _thin_out(names: Any, count: int) -> None:
    """One name in a few; the library has no word for it."""
    for tag in ("c:tickLblSkip", "c:tickMarkSkip"):
        skip = OxmlElement(tag)
        skip.set("val", str(max(1, count // _NAMES_ON_AN_AXIS)))
        # The standard wants them just before this one.
        names._element.xpath("c:noMultiLvlLbl")[0].addprevious(skip)


# The report as slides that are edited like any others: text is text, charts are PowerPoint's own where it has them.

_CHART_TOP, _CHART_HEIGHT = Inches(2.05), Inches(4.75)
_NAMES, _FIGURES = Inches(4.9), Inches(1.25)


def slides(report: Report) -> bytes:
    """The file: a title slide, the lines as a table, then one slide per subject, each with its notes."""
    lines = [(report.subtitle, 24, False), (f"{OWNER} · {PROGRAMME}", 18, False), (report.about[-1], 16, False)]
    pages = [Page(report.lines.title, [*report.line_notes, *report.about], partial(_draw_lines, report))]
    for subject in report.subjects:
        told = [f"Période : {subject.period}.", report.about[0], *report.about[2:], subject.gaps, *subject.method]
        told += [f"Description du graphique : {subject.alternative}"] if subject.draw else []
        pages.append(Page(subject.headline, told, partial(_draw_subject, subject)))
    notes = [report.sentence, *report.about]
    return deck_file(report.title, lines, notes, pages, report.made_on, report.warning, report.footing)


def _draw_lines(report: Report, slide: Any) -> None:
    _under_title(slide, "L’essentiel", report.sentence, 20)
    rows, numeric = readable(report.lines), numeric_columns(report.lines)
    frame = slide.shapes.add_table(
        len(rows), len(rows[0]), LEFT, _CHART_TOP, ACROSS, Emu(int(_CHART_HEIGHT / max(len(rows), 12) * len(rows)))
    )
    frame.name = report.lines.title
    say(frame, f"Tableau : {report.lines.title}.")
    figures = sum(numeric)
    widths = [_NAMES, *[_FIGURES] * figures, Emu(ACROSS - _NAMES - figures * _FIGURES)]
    for column, width in zip(frame.table.columns, widths, strict=True):
        column.width = width
    for line, row in enumerate(rows):
        for place, text in enumerate(row):
            _fill_cell(frame.table.cell(line, place), text, heading=line == 0, number=numeric[place])


def _fill_cell(cell: Any, text: str, *, heading: bool, number: bool) -> None:
    _write_frame(cell.text_frame, [(text, 14, heading)], WHITE if heading else colour(LIGHT.text))
    cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if number else PP_ALIGN.LEFT
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    cell.fill.solid()
    cell.fill.fore_color.rgb = colour(LIGHT.accent if heading else LIGHT.background)


def _under_title(slide: Any, name: str, sentence: str, size: int) -> None:
    add_text(slide, name, [(sentence, size, False)], (LEFT, Inches(1.15), ACROSS, Inches(0.8)))


def _draw_subject(figure: Figure, slide: Any) -> None:
    _under_title(slide, "Ce qui est dessiné", figure.subtitle, 16)
    if figure.draw is None:
        return
    if figure.native is not None:
        shape = add_native_chart(slide.shapes, figure.native, LEFT, _CHART_TOP, ACROSS, _CHART_HEIGHT)
    else:
        picture = io.BytesIO(images.png(figure.on_paper()))
        shape = slide.shapes.add_picture(picture, LEFT, _CHART_TOP, height=_CHART_HEIGHT)
        if shape.width > ACROSS:
            shape.height, shape.width = Emu(int(shape.height * ACROSS / shape.width)), ACROSS
        shape.left = Emu(int((WIDTH - shape.width) / 2))
    shape.name = figure.table.title
    say(shape, figure.alternative)
