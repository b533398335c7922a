"""Bars that count, in the order given, each with its words: the steps towards a contract, the centres visited."""

from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Titles, finish
from dashboard.wording.typography import typeset

ROW_HEIGHT: Final = 34
# Pixels kept at the right of the longest bar for its words: « 109 · 91 % ».
_ROOM: Final = 96


class _Bar(TypedDict):
    label: str
    value: int
    said: str
    code: str | None


def counted_bars(
    bars: pl.DataFrame,
    *,
    palette: Palette,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 560,
) -> alt.LayerChart:
    """One bar a row, from zero, none sorted.

    One row of `bars` is one bar: label, value, said (what is written at its end) and code. One whose value is null, hidden
    from who reads, has no length, and its words say so. Selecting a bar that has a
    code gives `{selection_name: [{"code": …}]}`.
    """
    drawn = bars.select("label", pl.col("value").cast(pl.Int64).fill_null(0), "said", "code")
    axis = alt.Axis(
        title=None, ticks=False, domain=False, labelColor=palette.text, labelFontSize=DIRECT_LABEL_SIZE, labelLimit=190
    )
    y = alt.Y(
        "label:N", sort=drawn["label"].to_list(), axis=axis, scale=alt.Scale(paddingInner=0.35, paddingOuter=0.15)
    )
    longest = max(drawn["value"].to_list(), default=0)
    scale = alt.Scale(domain=[0, max(longest, 1)], range=[0, alt.expr(f"max(40, width - {_ROOM})")])
    placed = alt.Chart(drawn).encode(y=y, x=alt.X("value:Q", axis=None, scale=scale))
    pointed = placed.mark_bar(
        color=palette.accent, cornerRadiusEnd=2, cursor="pointer" if selection_name else "default"
    ).encode(tooltip=[alt.Tooltip("label:N", title="Libellé"), alt.Tooltip("said:N", title="Nombre")])
    if selection_name:
        # Named, so that the same bars always give the same description: Altair would number it anew.
        pointed = pointed.add_params(alt.selection_point(name=selection_name, fields=["code"], empty=False)).properties(
            name="bars"
        )
    words = placed.mark_text(align="left", dx=6, fontWeight="bold").encode(text=alt.Text("said:N"))
    chart = alt.LayerChart(layer=[pointed, words], width=width, height=alt.Step(ROW_HEIGHT))
    return finish(chart, palette, titles, width=width + 200)


def counted_bars_in_words(bars: pl.DataFrame, *, subject: str) -> str:
    """The bars for who does not see them: each one, in order. `subject` says what they count, in the plural."""
    rows = cast("list[_Bar]", bars.to_dicts())
    if not rows:
        return typeset(f"Barres vides : aucune donnée sur les {subject}.")
    return typeset(f"Barres, {subject} : " + " ; ".join(f"{row['label']} {row['said']}" for row in rows) + ".")
