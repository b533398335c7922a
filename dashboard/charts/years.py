"""The lines of the yearly evaluation, year after year: one panel a line, one bar a year."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Titles, finish, told
from dashboard.wording.typography import typeset

PANEL: Final = 64
# Of the height of a panel: the rest is its title.
_HIGHEST: Final = 0.62
ORIGINS: Final = {
    "computed": "calculé",
    "provisional": "provisoire",
    "published": "publié",
    "hidden": "masqué",
    "missing": "sans donnée",
}
"""Where the figure of a year comes from, in the words of the page."""


def evaluated_years(
    lines: pl.DataFrame,
    *,
    palette: Palette,
    year: int,
    titles: Titles | None = None,
    width: int = 560,
    panel: int = PANEL,
) -> alt.LayerChart:
    """Each line on its own scale, from zero, the chosen year in full colour; a year without a figure bears a cross.

    One row of `lines` is one line of one year, in order: key, label, year, value (null when there is none or it is hidden),
    text (as it is to be read), origin (a key of ORIGINS).
    """
    keys = lines["key"].unique(maintain_order=True).to_list()
    highest = pl.col("value").max().over("key")
    share = pl.when(highest > 0).then(pl.col("value") / highest).otherwise(pl.col("value"))
    floor = pl.Series([-1.0 - keys.index(key) for key in lines["key"]], dtype=pl.Float64)
    drawn = lines.select(
        "label",
        pl.col("year").cast(pl.String),
        "text",
        "origin",
        floor=floor,
        top=floor + share * _HIGHEST,
        chosen=pl.col("year") == year,
        said=pl.col("origin").replace_strict(ORIGINS, return_dtype=pl.String),
    )
    scale = alt.Scale(domain=[-len(keys), 0], nice=False, zero=False)
    axis = alt.Axis(title=None, ticks=False, grid=False, labelAngle=0, labelOverlap=True, labelColor=palette.text)
    x = alt.X("year:O", axis=axis, scale=alt.Scale(paddingInner=0.2, paddingOuter=0.1))
    placed = alt.Chart(drawn).encode(
        x=x, tooltip=told({"label:N": "Ligne", "year:O": "Année", "text:N": "Valeur", "said:N": "Origine"})
    )
    ink = f"datum.origin == 'published' ? '{palette.context}' : '{palette.accent}'"
    bars = placed.transform_filter("isValid(datum.top)").mark_bar(
        fill=alt.expr(ink),
        stroke=alt.expr(ink),
        strokeWidth=1,
        fillOpacity=alt.expr("datum.origin == 'provisional' ? 0.15 : datum.chosen ? 1 : 0.5"),
    )
    without = placed.transform_filter("!isValid(datum.top)").mark_text(
        text="×", baseline="bottom", color=palette.secondary_text
    )
    names = pl.DataFrame(
        {
            "said": [_title(lines.filter(pl.col("key") == key), year) for key in keys],
            "at": [float(-place) - (1 - _HIGHEST) / 2 for place in range(len(keys))],
            "floor": [float(-place - 1) for place in range(len(keys))],
        },
        schema={"said": pl.String, "at": pl.Float64, "floor": pl.Float64},
    )
    y = alt.Y("top:Q", axis=None, scale=scale)
    layers = [
        alt.Chart(names).mark_rule(color=palette.border).encode(y=alt.Y("floor:Q", axis=None, scale=scale)),
        bars.encode(y=y, y2="floor:Q"),
        without.encode(y=alt.Y("floor:Q", axis=None, scale=scale)),
        alt.Chart(names)
        .mark_text(align="left", baseline="middle", fontSize=DIRECT_LABEL_SIZE, color=palette.text)
        .encode(x=alt.value(0), y=alt.Y("at:Q", axis=None, scale=scale), text="said:N"),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=panel * len(keys))
    return finish(chart, palette, titles, width=width)


def evaluated_years_in_words(lines: pl.DataFrame, *, year: int) -> str:
    """The panels for who does not see them: of each line the first year, the highest and the chosen one, and what lacks."""
    said = []
    for (label,), own in lines.group_by("label", maintain_order=True):
        known = own.drop_nulls("value")
        if known.is_empty():
            said.append(f"{label} : aucune donnée")
            continue
        top = known.sort("value", descending=True, maintain_order=True).row(0, named=True)
        parts = [_of_year(known.row(0, named=True)), f"au plus {_of_year(top)}"]
        parts += [_of_year(row) for row in own.filter(pl.col("year") == year).to_dicts()]
        words = f"{label} : {', '.join(parts)}"
        if lacking := own.filter(pl.col("value").is_null())["year"].to_list():
            words += f" ; sans valeur : {', '.join(map(str, lacking))}"
        said.append(words)
    return typeset("Barres, année par année. " + ". ".join(said) + ".")


def _title(own: pl.DataFrame, year: int) -> str:
    chosen = own.filter(pl.col("year") == year).to_dicts()
    return str(own["label"][0]) + (f" : {_of_year(chosen[0])}" if chosen else "")


def _of_year(row: dict[str, object]) -> str:
    origin = str(row["origin"])
    remark = f" ({ORIGINS[origin]})" if origin in ("published", "provisional") else ""
    return f"{row['text']} en {row['year']}{remark}"
