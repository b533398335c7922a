"""Charts to picture files, drawn in this process: no browser and no address is needed."""

from typing import TypeAlias

import altair as alt
import vl_convert

from dashboard.charts.marks import Layers

AnyChart: TypeAlias = alt.Chart | Layers | str
"""A chart of Altair, or an SVG drawing as it is."""

# The release of Vega-Lite that wrote the chart must be the one that draws it.
_VERSION = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
_NOWHERE: list[str] = []


def png(chart: AnyChart, scale: float = 2.0) -> bytes:
    """The chart as a PNG picture; `scale` 2 is sharp on screen and in print. Its data must be carried in the chart."""
    if isinstance(chart, str):
        return vl_convert.svg_to_png(chart, scale=scale)
    return vl_convert.vegalite_to_png(_description(chart), vl_version=_VERSION, scale=scale, allowed_base_urls=_NOWHERE)


def svg(chart: AnyChart) -> str:
    """The chart as an SVG drawing, its text kept as text. Its data must be carried in the chart."""
    if isinstance(chart, str):
        return chart
    return vl_convert.vegalite_to_svg(_description(chart), vl_version=_VERSION, allowed_base_urls=_NOWHERE)


def _description(chart: alt.Chart | Layers) -> dict[str, object]:
    """The chart in Vega-Lite's words, whole: Altair's limit of 5,000 rows protects notebooks, not files."""
    with alt.data_transformers.enable("default", max_rows=None):
        description: dict[str, object] = chart.to_dict(validate=False)
    return description
