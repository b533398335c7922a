"""The finishing touch of every chart, in one place: titles, letters, colours, sizes, the French locale, and axes.

Colours are written in the chart rather than left to the page, because the page's own default for chart text is too pale
to read, and because an exported picture has no page. Draw a finished chart with `theme=None` in Streamlit.
"""

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil
from typing import Any, Final, TypeVar

import altair as alt
import polars as pl
from altair.utils import schemapi

from dashboard.charts.palette import Palette
from dashboard.wording.dates import short_month, vega_locale, week_key
from dashboard.wording.numbers import NO_BREAK, rounded

# A chart is checked whole by the tests that draw it, not piece by piece each time that one is drawn.
schemapi.disable_debug_mode()

# The first is the font of the page, which ships with Streamlit. A picture drawn where it is missing needs the generic
# family after it: with a lone unknown font the renderer draws no text at all.
FONT = "Source Sans, sans-serif"

HEADLINE_SIZE = 20
SUBTITLE_SIZE = 16
DIRECT_LABEL_SIZE = 13
AXIS_SIZE = 12
# The names of centres are long: on a telephone they would leave no room for what they name.
_LABEL_LIMIT = alt.expr("containerSize()[0] < 560 ? 120 : 260")

# Letters of a name that takes two lines where the chart is narrower than this.
_LONG_NAME: Final = 26
_TELEPHONE: Final = 420

Chart = TypeVar("Chart", alt.Chart, alt.LayerChart)
Row = dict[str, Any]
"""One row that a chart draws; the chart says which columns it has."""


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
            title=None,
            ticks=False,
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
        axisX=alt.AxisConfig(labelAngle=0, labelOverlap="greedy", labelSeparation=6),
        legend=alt.LegendConfig(
            labelColor=palette.secondary_text,
            titleColor=palette.secondary_text,
            labelFontSize=AXIS_SIZE,
            titleFontSize=AXIS_SIZE,
            titleFontWeight="normal",
            labelLimit=_LABEL_LIMIT,
            orient="bottom",
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
        text=lines_within(titles.headline, width, HEADLINE_SIZE),
        subtitle=lines_within(titles.subtitle, width, SUBTITLE_SIZE),
    )


def lines_within(text: str, width: float, size: int) -> list[str]:
    """The text cut to a width, at ordinary spaces only: a French no-break space stays inside its line."""
    kept = text.replace("\u00a0", "\ue000").replace("\u202f", "\ue001")
    lines = textwrap.wrap(kept, max(20, int(width / (size * 0.56))), break_long_words=False, break_on_hyphens=False)
    return [line.replace("\ue000", "\u00a0").replace("\ue001", "\u202f") for line in lines]


# What several charts share: what is said of a mark pointed at, marks to be chosen, axes.


def told(titles: Mapping[str, str]) -> list[alt.Tooltip]:
    """What is said of a mark pointed at: columns, as Altair writes them, with their titles."""
    return [alt.Tooltip(column, title=title) for column, title in titles.items()]


def pickable(marks: alt.Chart, selection_name: str | None, field: str, *, name: str) -> alt.Chart:
    """The marks, each of which gives `{selection_name: [{field: …}]}` when it is clicked; as they are without a name for it.

    Their own `name` keeps the description the same whatever the rows: Altair would name them by what they hold.
    """
    if not selection_name:
        return marks
    chosen: alt.Chart = marks.add_params(alt.selection_point(name=selection_name, fields=[field], empty=False))
    mark: Any = chosen.mark
    chosen.mark = mark if isinstance(mark, alt.MarkDef) else alt.MarkDef(mark)
    chosen.mark.cursor = "pointer"
    chosen.name = name
    return chosen


ACROSS: Final = alt.X("px:Q", scale=None, axis=None)
DOWN: Final = alt.Y("py:Q", scale=None, axis=None)
"""Columns of pixels, for what a chart places by expressions of its own size."""


def haloed(words: alt.Chart, palette: Palette, ink: str | alt.ExprRef, **looks: Any) -> list[alt.Chart]:
    """The words of a chart over their halo, so that they are read whatever they are written on."""
    halo = {"stroke": palette.background, "strokeJoin": "round", **looks}
    return [words.mark_text(fill=fill, strokeWidth=wide, **halo) for fill, wide in ((palette.background, 3), (ink, 0))]


def named_expressions(**expressions: str) -> list[alt.VariableParameter]:
    """Expressions that others in the chart call by their name."""
    return [alt.VariableParameter(name=name, expr=expression) for name, expression in expressions.items()]


def names_axis(
    column: str,
    names: Mapping[str, str],
    palette: Palette,
    *,
    inner: float = 0.35,
    outer: float = 0.15,
    **looks: Any,
) -> alt.Y:
    """An axis of names by their keys, which the column holds, to read from top to bottom: two of one name are two rows."""
    named = f"({json.dumps(dict(names), ensure_ascii=False)})[datum.value]"
    if any(len(name) > _LONG_NAME for name in names.values()):
        # On a telephone, in two lines.
        lines = {key: textwrap.wrap(name, max(_LONG_NAME, len(name) * 2 // 3)) for key, name in names.items()}
        cut = f"({json.dumps(lines, ensure_ascii=False)})[datum.value]"
        named = f"containerSize()[0] > 0 && containerSize()[0] < {_TELEPHONE} ? {cut} : {named}"
    look = {"labelColor": palette.text, "labelFontSize": DIRECT_LABEL_SIZE, **looks}
    scale = alt.Scale(paddingInner=inner, paddingOuter=outer)
    return alt.Y(f"{column}:N", sort=list(names), axis=alt.Axis(domain=False, labelExpr=named, **look), scale=scale)


# What several charts share of an axis: rates from zero up, weeks under their months, spans of months.

# A fill rate on a chart: its axis, from zero up to a round figure, and the whole percentage it is printed as.


def top_of(rates: Iterable[float | None]) -> float:
    """The round share where the axis ends, above every rate, so that a quiet year is not drawn as a busy one."""
    highest = max((rate for rate in rates if rate is not None), default=0.0)
    return max(0.5, ceil(round(highest * 10, 6)) / 10)


def whole_percent(rate: float) -> int:
    """The figure printed for a share: classes are made of it, so that « 30 » is never coloured as 29.6 was."""
    return int(rounded(rate, 2) * 100)


def rate_axis(column: str, top: float) -> alt.Y:
    """A vertical axis from 0 % to `top`."""
    ticks = [step / 10 for step in range(0, round(top * 10) + 1, 1 if top <= 0.6 else 2)]
    axis = alt.Axis(format=".0%", values=ticks, domain=False)
    return alt.Y(f"{column}:Q", axis=axis, scale=alt.Scale(domain=[0, top]))


# Weeks along an axis: one step a week, none left out, so that a week without a figure is a hole in the line.

# A key is « 2017-S22 ». Its year is written under the first week shown, and under the first week of a year.
WEEK_LABEL: Final = (
    "[slice(datum.label, 5), datum.index == 0 || slice(datum.label, 6) == '01' ? slice(datum.label, 0, 4) : '']"
)


def every_week(mondays: Sequence[date]) -> list[date]:
    """The Mondays from the earliest of these to the latest, both included; none when there is none."""
    return pl.date_range(min(mondays), max(mondays), "1w", eager=True).to_list() if mondays else []


def week_axis(mondays: Sequence[date]) -> alt.X:
    """The axis of the column `week`, which holds keys: text, so that no time zone moves a Monday."""
    keys = [week_key(monday) for monday in mondays]
    return alt.X("week:O", axis=alt.Axis(labelExpr=WEEK_LABEL), scale=alt.Scale(domain=keys))


# Months along an axis, one step each, by themselves or several together, named as a reader would.

# Up to here every month is named under the axis; with more, the years are.
MONTHS_NAMED: Final = 14


def span_label(first: date, last: date) -> str:
    """« mai 2015 », « mai–juil. 2015 », « nov. 2015 – janv. 2016 », « 2015 »: from the month of a day to that of another."""
    if (first.year, first.month) == (last.year, last.month):
        return _unbroken(first)
    if first.year == last.year:
        return str(first.year) if (first.month, last.month) == (1, 12) else f"{_name(first)}–{_unbroken(last)}"
    return f"{_unbroken(first)}{NO_BREAK}–{NO_BREAK}{_unbroken(last)}"


EARLIEST: Final = date(1998, 1, 1)
"""No chart begins before it: what is said to be older was mistyped before the database refused it."""


def every_month(first: date, last: date) -> list[date]:
    """The first days of the months of two days and of all between, none before `EARLIEST`."""
    return pl.date_range(max(first, EARLIEST).replace(day=1), last, "1mo", eager=True).to_list()


def month_axis(months: Sequence[date]) -> alt.X:
    """The axis of the column `month`, which holds `span_label(month, month)`: text, so that no time zone moves a month."""
    labels = [span_label(month, month) for month in months]
    januaries = [label for label, month in zip(labels, months, strict=True) if month.month == 1]
    named = len(months) <= MONTHS_NAMED or not januaries
    axis = alt.Axis(
        values=labels if named else januaries,
        labelExpr="datum.label" if named else "slice(datum.label, -4)",
    )
    return alt.X("month:O", axis=axis, scale=alt.Scale(domain=labels))


def _name(month: date) -> str:
    return short_month(month).rsplit(" ", 1)[0]


def _unbroken(month: date) -> str:
    return short_month(month).replace(" ", NO_BREAK)
