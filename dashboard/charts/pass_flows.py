"""Who joins and who leaves the club: above zero and below it, with what is left of the two."""

from datetime import date
from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.pass_months import span_label
from dashboard.charts.theme import Titles, finish
from dashboard.wording.numbers import NO_BREAK, integer, signed
from dashboard.wording.plurals import count
from dashboard.wording.typography import typeset

HEIGHT: Final = 280
JOINS: Final = "adhésions"
LOSSES: Final = "départs"
OWN_PREMISES: Final = "partis dans leurs propres locaux"
NET: Final = "solde"
# Wider than this, the figures of a column would touch those of the next.
_COLUMNS_WITH_FIGURES: Final = 26


class _Span(TypedDict):
    first_month: date
    last_month: date
    pass_joins: int
    pass_losses: int
    pass_own_premises: int
    pass_net: int


def pass_flows(
    spans: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 720, height: int = HEIGHT
) -> alt.LayerChart:
    """Columns of joins upwards, of departures downwards; those for premises of their own have their colour. A line is the net.

    One row of `spans` is one month, or a few together: first_month, last_month, pass_joins, pass_losses,
    pass_own_premises, pass_net.
    """
    rows = _rows(spans)
    labels = [span_label(row["first_month"], row["last_month"]) for row in rows]
    x = _axis(rows, labels)
    y_axis = alt.Axis(
        title=None, format="d", tickMinStep=1, tickCount=5, ticks=False, domain=False, labelExpr="abs(datum.value)"
    )
    # Room for the figures over the highest column and under the deepest.
    highest = max([row["pass_joins"] for row in rows], default=1)
    deepest = max([row["pass_losses"] + row["pass_own_premises"] for row in rows], default=1)
    y = alt.Y("from:Q", axis=y_axis, scale=alt.Scale(domain=[-1.15 * deepest, 1.15 * max(highest, 1)], nice=False))
    colours = alt.Color(
        "part:N",
        scale=alt.Scale(
            domain=[JOINS, LOSSES, OWN_PREMISES, NET],
            range=[palette.accent, palette.categorical[1], palette.categorical[2], palette.text],
        ),
        legend=alt.Legend(
            title=None,
            orient="top",
            symbolType="square",
            columns=alt.expr("width < 480 ? 2 : 4"),
            labelLimit=320,
            symbolOpacity=1,
        ),
    )
    net = alt.Chart(_net(rows, labels)).encode(x=x, y=alt.Y("net:Q", axis=y_axis))
    layers = [
        alt.Chart(_parts(rows, labels))
        .mark_bar()
        .encode(
            x=x,
            y=y,
            y2=alt.Y2("to:Q"),
            color=colours,
            tooltip=[
                alt.Tooltip("span:N", title="Période"),
                alt.Tooltip("part:N", title="Nature"),
                alt.Tooltip("people:Q", title="Personnes", format="d"),
            ],
        ),
        alt.Chart(pl.DataFrame({"zero": [0]}))
        .mark_rule(color=palette.secondary_text)
        .encode(y=alt.Y("zero:Q", axis=y_axis)),
        # Edged with the background, or it would be lost on the columns it crosses.
        net.mark_line(color=palette.background, strokeWidth=4),
        net.mark_line(strokeWidth=1.75).encode(color=alt.value(palette.text)),
        net.mark_point(filled=True, size=26, color=palette.text, stroke=palette.background, strokeWidth=1).encode(
            tooltip=[alt.Tooltip("span:N", title="Période"), alt.Tooltip("said:N", title="Solde")]
        ),
        *(_figures(rows, labels, x, y_axis, palette) if len(rows) <= _COLUMNS_WITH_FIGURES else ()),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    return finish(chart, palette, titles, width=width)


def pass_flows_in_words(spans: pl.DataFrame) -> str:
    """The columns for who does not see them: what came, what left, what is left of it, and the extremes of the net."""
    rows = _rows(spans)
    if not rows:
        return typeset("Colonnes vides : aucun mois sur la période.")
    joins, losses, grown, net = (
        sum(row[key] for row in rows) for key in ("pass_joins", "pass_losses", "pass_own_premises", "pass_net")
    )
    best, worst = max(rows, key=lambda row: row["pass_net"]), min(rows, key=lambda row: row["pass_net"])
    return typeset(
        f"Colonnes des mouvements du Pass : {count(joins, 'adhésion')}, {count(losses, 'départ')} et "
        f"{count(grown, 'installation')} dans ses propres locaux, soit un solde de {signed(net, 0)}. "
        f"Meilleur solde : {_said(best)} ; le plus bas : {_said(worst)}."
    )


def _said(row: _Span) -> str:
    return f"{signed(row['pass_net'], 0)} ({span_label(row['first_month'], row['last_month'])})"


def _rows(spans: pl.DataFrame) -> list[_Span]:
    return cast("list[_Span]", spans.sort("first_month").select(*_Span.__annotations__).to_dicts())


def _axis(rows: list[_Span], labels: list[str]) -> alt.X:
    """Single months: a January by its year, the first of the other quarters by its name. Else the first of a year by it."""
    spans = list(zip(rows, labels, strict=True))
    if all(row["first_month"] == row["last_month"] for row in rows):
        values = [label for row, label in spans if row["first_month"].month in (1, 4, 7, 10)]
        said = f"slice(datum.label, 0, 5) == 'janv.' ? slice(datum.label, -4) : split(datum.label, '{NO_BREAK}')[0]"
    else:
        years: dict[int, str] = {}
        for row, label in spans:
            years.setdefault(row["last_month"].year, label)
        values = list(years.values())
        said = "slice(datum.label, -4)"
    axis = alt.Axis(
        title=None,
        labelAngle=0,
        labelOverlap="greedy",
        ticks=False,
        grid=False,
        domain=False,
        values=values,
        labelExpr=said,
    )
    return alt.X("span:O", axis=axis, scale=alt.Scale(domain=labels, paddingInner=0.2, paddingOuter=0.1))


def _parts(rows: list[_Span], labels: list[str]) -> pl.DataFrame:
    parts = [
        {"span": label, "part": part, "from": low, "to": high, "people": abs(high - low)}
        for row, label in zip(rows, labels, strict=True)
        for part, low, high in (
            (JOINS, 0, row["pass_joins"]),
            (LOSSES, -row["pass_losses"], 0),
            (OWN_PREMISES, -row["pass_losses"] - row["pass_own_premises"], -row["pass_losses"]),
        )
        if high > low
    ]
    return pl.DataFrame(
        parts, schema={"span": pl.String, "part": pl.String, "from": pl.Int64, "to": pl.Int64, "people": pl.Int64}
    )


def _net(rows: list[_Span], labels: list[str]) -> pl.DataFrame:
    nets = [
        {"span": label, "net": row["pass_net"], "said": signed(row["pass_net"], 0)}
        for row, label in zip(rows, labels, strict=True)
    ]
    return pl.DataFrame(nets, schema={"span": pl.String, "net": pl.Int64, "said": pl.String})


def _figures(rows: list[_Span], labels: list[str], x: alt.X, axis: alt.Axis, palette: Palette) -> list[alt.Chart]:
    """How many came over each column, how many left under it; a telephone has no room for them."""
    ends = {
        "came": [row["pass_joins"] for row in rows],
        "left": [row["pass_losses"] + row["pass_own_premises"] for row in rows],
    }
    return [
        alt.Chart(
            pl.DataFrame(
                {
                    "span": labels,
                    "at": [-number if side == "left" else number for number in numbers],
                    "said": [integer(number) if number else "" for number in numbers],
                },
                schema={"span": pl.String, "at": pl.Int64, "said": pl.String},
            )
        )
        .mark_text(
            baseline="top" if side == "left" else "bottom",
            dy=5 if side == "left" else -8,
            fontSize=11,
            color=palette.secondary_text,
            opacity=alt.expr("width < 480 ? 0 : 1"),
        )
        .encode(x=x, y=alt.Y("at:Q", axis=axis), text="said:N")
        for side, numbers in ends.items()
    ]
