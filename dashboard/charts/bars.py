"""Horizontal bars: counts in the order given, centres in their rank."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import Row, Titles, finish, names_axis, pickable, pointer, told, top_of
from dashboard.wording.numbers import percent
from dashboard.wording.typography import count, typeset

# Bars that count, in the order given, each with its words: the steps towards a contract, the centres visited.

COUNTED_ROW: Final = 34
# Pixels kept at the right of the longest bar for its words: « 109 · 91 % ».
_ROOM: Final = 96
# Pixels a name may take.
_NAMES: Final = alt.expr("containerSize()[0] < 360 ? 190 : 250")
_LETTER: Final = 7


def counted_bars(
    bars: pl.DataFrame,
    *,
    palette: Palette,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 560,
) -> alt.LayerChart:
    """One bar a row, from zero, none sorted.

    One row of `bars` is one bar: label, value, said (what is written at its end) and code; `role`, where it is told, is that
    of its colour: the subject of the figure (green), a result (blue), a loss (orange), or context (grey). One whose value is
    null, hidden from who reads, has no length, and its words say so. Selecting a row that has a code gives
    `{selection_name: [{"code": …}]}`.
    """
    role = pl.col("role") if "role" in bars.columns else pl.lit("subject").alias("role")
    drawn = bars.select("label", pl.col("value").cast(pl.Int64).fill_null(0), "said", "code", role).with_row_index(
        "bar"
    )
    drawn = drawn.with_columns(pl.col("bar").cast(pl.String))
    y = names_axis("bar", dict(drawn.select("bar", "label").iter_rows()), palette, limit=_NAMES)
    longest = max(drawn["value"].to_list(), default=0)
    room = max([_ROOM, *(_LETTER * len(said) for said in drawn["said"])])
    scale = alt.Scale(domain=[0, max(longest, 1)], range=[0, alt.expr(f"max(40, width - {room})")])
    colours = {
        "subject": palette.accent,
        "result": palette.categorical[2],
        "loss": palette.categorical[1],
        "context": palette.context,
    }
    shades = alt.Scale(domain=list(colours), range=list(colours.values()))
    pointed = told({"label:N": "Libellé", "said:N": "Nombre"})
    placed = alt.Chart(drawn).encode(y=y, x=alt.X("value:Q", axis=None, scale=scale))
    layers = [
        placed.mark_bar(cornerRadiusEnd=2).encode(
            color=alt.Color("role:N", legend=None, scale=shades), tooltip=pointed
        ),
        placed.mark_text(align="left", dx=6, fontWeight="bold").encode(text=alt.Text("said:N")),
    ]
    if selection_name:
        # From edge to edge, unseen: a bar of one person is too short to be hit.
        rows = alt.Chart(drawn.drop_nulls("code")).mark_bar(opacity=0, cursor="pointer")
        rows = rows.encode(y=y, x=alt.value(0), x2=alt.value("width"), tooltip=pointed)
        layers.append(pickable(rows, selection_name, "code", name="bars"))
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(COUNTED_ROW))
    return finish(chart, palette, titles, width=width + 200)


def counted_bars_in_words(bars: pl.DataFrame, *, subject: str) -> str:
    """The bars for who does not see them: each one, in order. `subject` says what they count, in the plural."""
    rows = bars.to_dicts()
    if not rows:
        return typeset(f"Barres vides : aucune donnée sur les {subject}.")
    return typeset(f"Barres, {subject} : " + " ; ".join(f"{row['label']} {row['said']}" for row in rows) + ".")


# The centres from the fullest to the emptiest, against the network.

RANKED_ROW: Final = 30


def ranked_centres(
    centres: pl.DataFrame,
    *,
    palette: Palette,
    network_rate: float | None = None,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 560,
) -> alt.LayerChart:
    """One bar a centre, the longest first; a rule for the network. A centre without a figure comes last, and says why.

    One row of `centres` is one centre: code, centre_name, fill_rate (share, null when there is none) and why there is none
    (words). Selecting a bar gives `{selection_name: [{"code": …}]}`.
    """
    rows = _ranked(centres)
    top = top_of([*(row["fill_rate"] for row in rows), network_rate])
    drawn = pl.DataFrame(
        [
            {
                "code": row["code"],
                "rate": row["fill_rate"],
                "from": row["fill_rate"] or 0.0,
                "said": _rate_in_words(row),
                "known": row["fill_rate"] is not None,
            }
            for row in rows
        ],
        schema={"code": pl.String, "rate": pl.Float64, "from": pl.Float64, "said": pl.String, "known": pl.Boolean},
    )
    ink = alt.expr(f"datum.known ? '{palette.text}' : '{palette.secondary_text}'")
    # No grid and no ticks: every bar carries its figure.
    scale = alt.Scale(domain=[0, top])
    names = {row["code"]: row["centre_name"] for row in rows}
    bars = alt.Chart(drawn).encode(y=names_axis("code", names, palette))
    pointed = bars.mark_bar(color=palette.accent, cornerRadiusEnd=2, cursor=pointer(selection_name)).encode(
        x=alt.X("rate:Q", axis=None, scale=scale)
    )
    layers = [
        pickable(pointed, selection_name, "code"),
        *(_network(network_rate, palette) if network_rate is not None else ()),
        *(
            bars.mark_text(
                align="left",
                dx=6,
                fontWeight=alt.expr("datum.known ? 'bold' : 'normal'"),
                fill=fill,
                stroke=palette.background,
                strokeWidth=halo,
                limit=alt.expr("datum.known ? 0 : width"),
            ).encode(x=alt.X("from:Q", axis=None, scale=scale), text=alt.Text("said:N"))
            for fill, halo in ((palette.background, 4), (ink, 0))
        ),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(RANKED_ROW))
    return finish(chart, palette, titles, width=width + 200)


def ranked_centres_in_words(centres: pl.DataFrame, *, network_rate: float | None = None) -> str:
    """The bars for who does not see them: the first, the last, the network, and who has no figure."""
    rows = _ranked(centres)
    known = [row for row in rows if row["fill_rate"] is not None]
    if not known:
        return typeset("Barres vides : aucun taux de remplissage sur la période.")
    first, last = known[0], known[-1]
    text = f"Barres : {count(len(known), 'lieu classé', 'lieux classés')} par taux de remplissage, "
    text += f"de {first['centre_name']} ({_rate_in_words(first)}) à {last['centre_name']} ({_rate_in_words(last)})."
    if network_rate is not None:
        above = sum(row["fill_rate"] is not None and row["fill_rate"] > network_rate for row in known)
        text += f" Réseau : {percent(network_rate)} ; {count(above, 'lieu', 'lieux')} au-dessus."
    if without := [f"{row['centre_name']} ({row['why']})" for row in rows if row["fill_rate"] is None]:
        text += f" Sans taux : {', '.join(without)}."
    return typeset(text)


def _ranked(centres: pl.DataFrame) -> list[Row]:
    ranked = centres.sort("fill_rate", descending=True, nulls_last=True, maintain_order=True)
    return ranked.select("code", "centre_name", "fill_rate", "why").to_dicts()


def _rate_in_words(row: Row) -> str:
    return str(row["why"]) if row["fill_rate"] is None else percent(row["fill_rate"])


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
