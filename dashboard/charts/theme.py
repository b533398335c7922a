"""The finishing touch of every chart: titles, letters, colours, sizes and the French locale, in one place.

Colours are written in the chart rather than left to the page, because the page's own default for chart text is too pale
to read, and because an exported picture has no page. Draw a finished chart with `theme=None` in Streamlit.
"""

import textwrap
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import altair as alt

from dashboard.charts.palette import Palette
from dashboard.wording.vega import vega_locale

# The first is the font of the page, which ships with Streamlit. A picture drawn where it is missing needs the generic
# family after it: with a lone unknown font the renderer draws no text at all.
FONT = "Source Sans, sans-serif"

HEADLINE_SIZE = 20
SUBTITLE_SIZE = 16
DIRECT_LABEL_SIZE = 13
AXIS_SIZE = 12
# The names of centres are long: on a telephone they would leave no room for what they name.
_LABEL_LIMIT = alt.expr("containerSize()[0] < 560 ? 120 : 260")

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart, alt.FacetChart)


@dataclass(frozen=True)
class Titles:
    """`headline` says what the chart shows, in ten words at most; `subtitle` what is measured, its unit and period."""

    headline: str
    subtitle: str


def finish(chart: Chart, palette: Palette, titles: Titles | None = None, *, width: int = 720) -> Chart:
    """The same chart, with its titles and the product's look; `width` is that of the picture, to break titles in lines.

    Without `titles` the page writes them itself, as headings that wrap and that a screen reader can reach.
    """
    # Set on the chart just built, not on a copy of it: Altair's copies take longer than all the rest.
    chart.config = _config(palette)
    if titles:
        chart.title = _title(titles, width)
    return chart


@lru_cache
def _config(palette: Palette) -> alt.Config:
    return alt.Config(
        # The chart is one image with one French sentence, given by the page. Vega would add a label to each mark and axis,
        # in English and in pixels.
        aria=False,
        background=palette.background,
        font=FONT,
        locale=vega_locale(),
        padding=8,
        axis=alt.AxisConfig(
            labelColor=palette.secondary_text,
            titleColor=palette.secondary_text,
            labelFontSize=AXIS_SIZE,
            titleFontSize=AXIS_SIZE,
            titleFontWeight="normal",
            domainColor=palette.border,
            gridColor=palette.border,
            gridOpacity=0.6,
            tickColor=palette.border,
            labelPadding=6,
            labelLimit=_LABEL_LIMIT,
        ),
        legend=alt.LegendConfig(
            labelColor=palette.secondary_text,
            titleColor=palette.secondary_text,
            labelFontSize=AXIS_SIZE,
            titleFontSize=AXIS_SIZE,
            titleFontWeight="normal",
            labelLimit=_LABEL_LIMIT,
            orient="bottom",
        ),
        header=alt.HeaderConfig(
            labelColor=palette.text,
            labelFontSize=DIRECT_LABEL_SIZE,
            labelFontWeight="bold",
            labelAnchor="start",
            labelLimit=_LABEL_LIMIT,
            title=None,
        ),
        title=alt.TitleConfig(
            anchor="start",
            frame="bounds",
            color=palette.text,
            subtitleColor=palette.secondary_text,
            fontSize=HEADLINE_SIZE,
            subtitleFontSize=SUBTITLE_SIZE,
            fontWeight="bold",
            subtitlePadding=6,
            offset=18,
        ),
        text=alt.MarkConfig(fontSize=DIRECT_LABEL_SIZE, color=palette.text),
        mark=alt.MarkConfig(color=palette.accent),
        # Colours are chosen for contrast: none is let through.
        point=alt.MarkConfig(opacity=1),
        view=alt.ViewConfig(stroke=None),
    )


def _title(titles: Titles, width: int) -> alt.TitleParams:
    return alt.TitleParams(
        text=_lines(titles.headline, width, HEADLINE_SIZE * 0.56),
        subtitle=_lines(titles.subtitle, width, SUBTITLE_SIZE * 0.52),
    )


def _lines(text: str, width: int, letter_width: float) -> list[str]:
    """The text cut at ordinary spaces only: a French no-break space stays inside its line."""
    kept = text.replace("\u00a0", "\ue000").replace("\u202f", "\ue001")
    lines = textwrap.wrap(kept, max(20, int(width / letter_width)), break_long_words=False, break_on_hyphens=False)
    return [line.replace("\ue000", "\u00a0").replace("\ue001", "\u202f") for line in lines]
