"""The few marks that charts are drawn from, over rows given as they are: lines and their ends, columns, stacks, rules, words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import Row, Titles, finish, told
from dashboard.wording.numbers import percent
from dashboard.wording.terms import MISSING


def marks(rows: Iterable[Row]) -> alt.Chart:
    """One mark a row. Every channel names its type: no row at all is drawn as well as any."""
    return alt.Chart(pl.DataFrame(list(rows), infer_schema_length=None))


def layered(
    layers: Sequence[alt.Chart],
    palette: Palette,
    titles: Titles | None,
    *,
    width: int,
    height: int | alt.Step,
    beside: int = 0,
) -> alt.LayerChart:
    """The marks over one another, the first lowest, finished; `beside` are the pixels of the words next to the drawing."""
    return finish(alt.LayerChart(layer=list(layers), width=width, height=height), palette, titles, width=width + beside)


def rate_in_words(rate: float | None) -> str:
    """« 35 % », or that there is none."""
    return MISSING if rate is None else percent(rate)


def shades(colours: Mapping[Any, str]) -> alt.Scale:
    """The colour of each value."""
    return alt.Scale(domain=list(colours), range=list(colours.values()))


def steps(column: str, keys: Sequence[Any], inner: float, outer: float = 0, **axis: Any) -> alt.X:
    """An axis of one column a key, in their order, `inner` and `outer` of a step between and around them."""
    scale = alt.Scale(domain=list(keys), paddingInner=inner, paddingOuter=outer)
    return alt.X(f"{column}:O", axis=alt.Axis(**axis), scale=scale)


def squares(parts: Iterable[str], *, edge: int = 0, **looks: Any) -> alt.Legend | None:
    """The names of the parts over a chart, each after a square of its colour."""
    square: dict[str, Any] = {
        "orient": "top",
        "symbolType": "square",
        "symbolStrokeWidth": edge,
        "labelLimit": 0,
        "title": None,
    }
    # A legend of no value has no size that a picture could take.
    return alt.Legend(**square, values=list(parts), **looks) if parts else None


def line(
    rows: Sequence[Row], x: alt.X, y: alt.Y, colour: str, thickness: float, said: Mapping[str, str]
) -> list[alt.Chart]:
    """A line through the `value` of each row, broken where there is none, and a dot on each that says what is `said` of it."""
    drawn = marks(rows).encode(x=x, y=y)
    dots = drawn.transform_filter("isValid(datum.value)").mark_point(filled=True, color=colour, size=16 * thickness)
    return [drawn.mark_line(color=colour, strokeWidth=thickness), dots.encode(tooltip=told(said))]


def end(text: str, value: float, colour: str, *, bold: bool, dx: int, at: float | None = None) -> alt.Chart:
    """What a line is, written at the right of its end: beside `at`, or beside the drawing."""
    drawn = marks([{"x": at, "value": value, "label": text}])
    written = drawn.mark_text(align="left", dx=dx, color=colour, fontWeight="bold" if bold else "normal")
    x = alt.value("width") if at is None else alt.X("x:Q")
    ended: alt.Chart = written.encode(x=x, y="value:Q", text="label:N")
    return ended


def named_rule(x: alt.X, at: float, words: str, palette: Palette, **looks: Any) -> list[alt.Chart]:
    """A rule from top to bottom, and its words over it."""
    column = str(x.shorthand).split(":")[0]
    drawn = marks([{column: at, "label": words}]).encode(x=x)
    over = drawn.mark_text(baseline="bottom", dy=-4, color=palette.secondary_text)
    return [
        drawn.mark_rule(color=palette.text, **looks),
        over.encode(y=alt.value(0), text="label:N"),
    ]
