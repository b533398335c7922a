"""The few marks that charts are drawn from, over rows given as they are: lines and their ends, columns, stacks, rules, words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import altair as alt

from dashboard.charts.palette import Palette
from dashboard.charts.theme import Row, Titles, finish, told
from dashboard.wording.numbers import percent
from dashboard.wording.terms import MISSING


def marks(rows: Iterable[Row]) -> alt.Chart:
    """One mark a row. Every channel names its type: no row at all is drawn as well as any.

    A channel is an object (`alt.Text("said:N")`): of a bare text Altair looks for its class among all, each time.
    """
    return alt.Chart(alt.InlineData(values=list(rows)))


class Layers:
    """Marks over one another, the first lowest, finished: a chart, put together when it is described.

    Its rows stand apart, under names that stay the same whatever they hold. Two charts of one `shape` differ in nothing
    else: the description of one, which takes Altair longer than all the rest, does for the other.
    """

    def __init__(
        self,
        layers: Sequence[alt.Chart],
        palette: Palette,
        titles: Titles | None,
        *,
        width: int,
        height: float | alt.Step,
        beside: int = 0,
        parameters: Sequence[alt.VariableParameter] = (),
        resolve: alt.Resolve | None = None,
    ) -> None:
        """`beside` are the pixels of the words next to the drawing; what a layer selects joins the `parameters`."""
        self.rows: dict[str, list[Row]] = {}
        data: dict[int, alt.NamedData] = {}
        bare = [layer.copy(deep=False) for layer in layers]
        for layer in bare:
            if isinstance(layer.data, alt.InlineData):
                name = f"rows-{len(data)}"
                if id(layer.data) not in data:
                    data[id(layer.data)], self.rows[name] = alt.NamedData(name=name), layer.data.values
                layer.data = data[id(layer.data)]
        self.shape = (bare, palette, titles, width, height, beside, list(parameters), resolve)

    def description(self, *, validate: bool = False) -> dict[str, Any]:
        """The chart in Vega-Lite's words, without its rows."""
        layers, palette, titles, width, height, beside, parameters, resolve = self.shape
        # Copies, since Altair takes from its layers what it says of all.
        chart = alt.LayerChart(layer=[layer.copy(deep=False) for layer in layers], width=width, height=height)
        if parameters:
            # Altair has lifted the selections out of their layers.
            chart.params = [*parameters, *(chart.params if isinstance(chart.params, list) else [])]
        if resolve:
            chart.resolve = resolve
        described: dict[str, Any] = finish(chart, palette, titles, width=width + beside).to_dict(validate=validate)
        if resolve is None:
            _say_once(described["layer"])
        return described

    def to_dict(self, *, validate: bool = True) -> dict[str, Any]:
        """The chart in Vega-Lite's words, whole."""
        return {**self.description(validate=validate), "datasets": self.rows}


def _say_once(layers: Sequence[Mapping[str, Any]]) -> None:
    """What the first layer says of an axis of names holds for all: told again, the months or places were most of a chart."""
    said: list[Any] = []
    for encoding in (layer.get("encoding", {}) for layer in layers):
        for channel in (encoding[side] for side in ("x", "y") if encoding.get(side, {}).get("type") in _OF_NAMES):
            for part in ("axis", "scale"):
                if channel.get(part):
                    told = (channel["field"], part, channel[part])
                    if told in said:
                        del channel[part]
                    else:
                        said.append(told)


_OF_NAMES: Final = ("nominal", "ordinal")


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
    x = alt.XValue("width") if at is None else alt.X("x:Q")
    ended: alt.Chart = written.encode(x=x, y=alt.Y("value:Q"), text=alt.Text("label:N"))
    return ended


def named_rule(x: alt.X, at: float, words: str, palette: Palette, **looks: Any) -> list[alt.Chart]:
    """A rule from top to bottom, and its words over it."""
    column = str(x.shorthand).split(":")[0]
    drawn = marks([{column: at, "label": words}]).encode(x=x)
    over = drawn.mark_text(baseline="bottom", dy=-4, color=palette.secondary_text)
    return [
        drawn.mark_rule(color=palette.text, **looks),
        over.encode(y=alt.YValue(0), text=alt.Text("label:N")),
    ]
