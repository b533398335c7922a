"""The centres from the fullest to the emptiest, against the network."""

from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.rates import top_of
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Titles, finish
from dashboard.wording.numbers import percent
from dashboard.wording.plurals import count
from dashboard.wording.typography import typeset

ROW_HEIGHT: Final = 30
WITHOUT: Final = "sans relevé"


class _Centre(TypedDict):
    centre_name: str
    fill_rate: float | None


def ranked_centres(
    centres: pl.DataFrame,
    *,
    palette: Palette,
    network_rate: float | None = None,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 560,
) -> alt.LayerChart:
    """One bar a centre, the longest first; a rule for the network. A centre without a figure comes last, and says so.

    One row of `centres` is one centre: centre_name, fill_rate (share, null when nothing was entered). Selecting a bar gives
    `{selection_name: [{"centre": …}]}`, the name of its centre.
    """
    rows = _ranked(centres)
    top = top_of([*(row["fill_rate"] for row in rows), network_rate])
    drawn = pl.DataFrame(
        [
            {
                "centre": row["centre_name"],
                "rate": row["fill_rate"],
                "from": row["fill_rate"] or 0.0,
                "said": _said(row),
                "known": row["fill_rate"] is not None,
            }
            for row in rows
        ],
        schema={"centre": pl.String, "rate": pl.Float64, "from": pl.Float64, "said": pl.String, "known": pl.Boolean},
    )
    names = drawn["centre"].to_list()
    y = alt.Y(
        "centre:N",
        sort=names,
        axis=alt.Axis(title=None, ticks=False, domain=False, labelColor=palette.text, labelFontSize=DIRECT_LABEL_SIZE),
        scale=alt.Scale(paddingInner=0.35, paddingOuter=0.15),
    )
    # No grid and no ticks: every bar carries its figure.
    scale = alt.Scale(domain=[0, top])
    bars = alt.Chart(drawn).encode(y=y)
    pointed = bars.mark_bar(
        color=palette.accent, cornerRadiusEnd=2, cursor="pointer" if selection_name else "default"
    ).encode(x=alt.X("rate:Q", axis=None, scale=scale))
    if selection_name:
        pointed = pointed.add_params(alt.selection_point(name=selection_name, fields=["centre"], empty=False))
    layers = [
        pointed,
        *(_network(network_rate, palette) if network_rate is not None else ()),
        *(
            bars.mark_text(
                align="left",
                dx=6,
                fontWeight=alt.expr("datum.known ? 'bold' : 'normal'"),
                fill=fill,
                stroke=palette.background,
                strokeWidth=halo,
            ).encode(x=alt.X("from:Q", axis=None, scale=scale), text=alt.Text("said:N"))
            for fill, halo in ((palette.background, 4), (_ink(palette), 0))
        ),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(ROW_HEIGHT))
    return finish(chart, palette, titles, width=width + 200)


def ranked_centres_in_words(centres: pl.DataFrame, *, network_rate: float | None = None) -> str:
    """The bars for who does not see them: the first, the last, the network, and who has no figure."""
    rows = _ranked(centres)
    known = [row for row in rows if row["fill_rate"] is not None]
    if not known:
        return typeset("Barres vides : aucun taux de remplissage sur la période.")
    first, last = known[0], known[-1]
    text = f"Barres : {count(len(known), 'lieu classé', 'lieux classés')} par taux de remplissage, "
    text += f"de {first['centre_name']} ({_said(first)}) à {last['centre_name']} ({_said(last)})."
    if network_rate is not None:
        above = sum(row["fill_rate"] is not None and row["fill_rate"] > network_rate for row in known)
        text += f" Réseau : {percent(network_rate)} ; {count(above, 'lieu', 'lieux')} au-dessus."
    if without := [row["centre_name"] for row in rows if row["fill_rate"] is None]:
        text += f" Sans relevé : {', '.join(without)}."
    return typeset(text)


def _ranked(centres: pl.DataFrame) -> list[_Centre]:
    ranked = centres.sort("fill_rate", descending=True, nulls_last=True, maintain_order=True)
    return cast("list[_Centre]", ranked.select("centre_name", "fill_rate").to_dicts())


def _said(row: _Centre) -> str:
    return WITHOUT if row["fill_rate"] is None else percent(row["fill_rate"])


def _ink(palette: Palette) -> alt.ExprRef:
    return alt.expr(f"datum.known ? '{palette.text}' : '{palette.secondary_text}'")


def _network(rate: float, palette: Palette) -> list[alt.Chart]:
    drawn = alt.Chart(pl.DataFrame({"rate": [rate], "label": [f"réseau {percent(rate)}"]})).encode(
        x=alt.X("rate:Q", axis=None)
    )
    return [
        # Edged with the background, or it would be lost on the bars it crosses.
        drawn.mark_rule(color=palette.background, strokeWidth=5),
        drawn.mark_rule(color=palette.text, strokeWidth=1.5),
        drawn.mark_text(baseline="bottom", dy=-4, color=palette.secondary_text).encode(
            y=alt.value(0), text=alt.Text("label:N")
        ),
    ]
