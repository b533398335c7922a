"""Horizontal bars: counts in the order given, centres in their rank, our figures beside those that were published."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Row, Titles, finish, names_axis, pickable, pointer, told, top_of
from dashboard.wording.numbers import NO_BREAK, percent
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


# The lines of the yearly evaluation: the year chosen against the year published, each line on its own scale.

COMPARED_ROW: Final = 56
PROVISIONAL: Final = "provisoire"


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
    rows = _bars(lines.to_dicts(), published_year, year)
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
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(COMPARED_ROW, **{"for": "position"}))
    return finish(chart, palette, titles, width=width + 200)


def published_comparison_in_words(lines: pl.DataFrame, *, published_year: int, year: int) -> str:
    """The bars for who does not see them: both figures of each line."""
    said = [
        f"{line['label']} : {line['published_text']} en {published_year}, {line['current_text']} en {year}"
        + (f" ({PROVISIONAL})" if line["provisional"] else "")
        for line in lines.to_dicts()
    ]
    return typeset(f"Barres de {published_year} et de {year}. " + " ; ".join(said) + ".")


def _bars(lines: list[Row], published_year: int, year: int) -> list[Row]:
    bars: list[Row] = []
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
