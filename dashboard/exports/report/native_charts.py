"""Charts that PowerPoint draws: their figures are in the file, and are changed there like those of any other."""

from typing import Any, Final

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Pt

from dashboard.charts.palette import LIGHT
from dashboard.exports.report.model import NativeChart
from dashboard.exports.report.slide_parts import colour

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
