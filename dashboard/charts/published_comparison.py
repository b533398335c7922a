"""The lines of the yearly evaluation: the year chosen against the year published, each line on its own scale."""

from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Titles, finish
from dashboard.wording.numbers import NO_BREAK
from dashboard.wording.typography import typeset

ROW_HEIGHT: Final = 56
PROVISIONAL: Final = "provisoire"


class _Line(TypedDict):
    label: str
    published: float | None
    current: float | None
    published_text: str
    current_text: str
    provisional: bool


def published_comparison(
    lines: pl.DataFrame,
    *,
    palette: Palette,
    published_year: int,
    year: int,
    titles: Titles | None = None,
    width: int = 560,
) -> alt.LayerChart:
    """Two bars a line, the published year in grey over the chosen year in green, from zero.

    Seats, euros and hours have no common scale: the longer bar of each line is drawn full, so compare inside a line only.
    One row of `lines` is one indicator: label, published, current (null when unknown), published_text, current_text (as
    they are to be read, with their unit), provisional (too little was entered for the current figure to be sure).
    """
    rows = _bars(cast("list[_Line]", lines.to_dicts()), published_year, year)
    names = ("label", "year", "share", "from", "said", "role")
    drawn = pl.DataFrame(rows, schema={name: pl.Float64 if name in ("share", "from") else pl.String for name in names})
    labels = drawn["label"].unique(maintain_order=True).to_list()
    roles = alt.Scale(domain=["published", "current"], range=[palette.context, palette.accent])
    axis = alt.Axis(title=None, ticks=False, domain=False, labelColor=palette.text, labelFontSize=DIRECT_LABEL_SIZE)
    placed = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=labels, axis=axis, scale=alt.Scale(paddingInner=0.35, paddingOuter=0.1)),
        yOffset=alt.YOffset("role:N", sort=["published", "current"], scale=alt.Scale(paddingInner=0.12)),
    )
    # A quarter of the width is left to the words at the end of the longest bar.
    scale = alt.Scale(domain=[0, 1.35])
    layers = [
        placed.mark_bar(cornerRadiusEnd=2).encode(
            x=alt.X("share:Q", axis=None, scale=scale), color=alt.Color("role:N", scale=roles, legend=None)
        ),
        placed.mark_text(
            align="left",
            dx=6,
            fontWeight=alt.expr("datum.role == 'current' ? 'bold' : 'normal'"),
            fill=alt.expr(f"datum.role == 'current' ? '{palette.text}' : '{palette.secondary_text}'"),
        ).encode(x=alt.X("from:Q", axis=None, scale=scale), text=alt.Text("said:N")),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(ROW_HEIGHT, **{"for": "position"}))
    return finish(chart, palette, titles, width=width + 200)


def published_comparison_in_words(lines: pl.DataFrame, *, published_year: int, year: int) -> str:
    """The bars for who does not see them: both figures of each line."""
    said = [
        f"{line['label']} : {line['published_text']} en {published_year}, {line['current_text']} en {year}"
        + (f" ({PROVISIONAL})" if line["provisional"] else "")
        for line in cast("list[_Line]", lines.to_dicts())
    ]
    return typeset(f"Barres de {published_year} et de {year}. " + " ; ".join(said) + ".")


def _bars(lines: list[_Line], published_year: int, year: int) -> list[dict[str, object]]:
    bars: list[dict[str, object]] = []
    for line in lines:
        longest = max(line["published"] or 0.0, line["current"] or 0.0) or 1.0
        unsure = f"{NO_BREAK}({PROVISIONAL})" if line["provisional"] else ""
        for role, at, value, text, remark in (
            ("published", published_year, line["published"], line["published_text"], ""),
            ("current", year, line["current"], line["current_text"], unsure),
        ):
            bars.append(
                {
                    "label": line["label"],
                    "year": str(at),
                    "share": None if value is None else value / longest,
                    "from": (value or 0.0) / longest,
                    "said": f"{text} en{NO_BREAK}{at}{remark}",
                    "role": role,
                }
            )
    return bars
