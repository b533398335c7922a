"""The members of the Pass in time: how many, who came and left, who stayed after the free months, what they are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import (
    DIRECT_LABEL_SIZE,
    Row,
    Titles,
    every_month,
    finish,
    month_axis,
    names_axis,
    span_label,
    told,
)
from dashboard.wording.dates import long_date
from dashboard.wording.numbers import NO_BREAK, integer, percent, signed
from dashboard.wording.terms import FEWER_SIGN, hidden_words
from dashboard.wording.typography import count, enumeration, typeset

# The members of the club month after month, and the figures that were published.

HEIGHT: Final = 280


@dataclass(frozen=True)
class PublishedPoint:
    """A published figure, at the month it speaks of, with its words: « 111 (évaluation 2013) »."""

    month: date
    value: float
    label: str


def pass_members(
    months: pl.DataFrame,
    *,
    palette: Palette,
    published: Sequence[PublishedPoint] = (),
    titles: Titles | None = None,
    width: int = 720,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """One line from zero, green over the months chosen and grey before and after them; the published figures as rings.

    One row of `months` is one month, in order and without a gap: month_start, counted_on (the day the members are counted:
    its last one, or today), members, chosen (whether the month is in the period the page is about).
    """
    rows = months.sort("month_start").to_dicts()
    known = [row["month_start"] for row in rows] + [point.month for point in published]
    axis = month_axis(every_month(min(known), max(known)) if known else [])
    drawn = pl.DataFrame(
        [
            {
                "month": span_label(row["month_start"], row["month_start"]),
                "day": long_date(row["counted_on"]),
                "members": row["members"],
                "chosen": row["chosen"],
            }
            for row in rows
        ],
        schema={"month": pl.String, "day": pl.String, "members": pl.Int64, "chosen": pl.Boolean},
    )
    y = alt.Y(
        "members:Q",
        axis=alt.Axis(title=None, format="d", tickMinStep=1, tickCount=5, ticks=False, domain=False),
        scale=alt.Scale(domainMin=0, nice=True),
    )
    line = alt.Chart(drawn).encode(x=axis, y=y)
    tooltip = [alt.Tooltip("day:N", title="Au"), alt.Tooltip("members:Q", title="Adhérents", format="d")]
    layers = [
        line.mark_line(color=palette.context, strokeWidth=1.5),
        line.transform_filter("datum.chosen").mark_line(color=palette.accent, strokeWidth=3),
        # Wide and unseen, so that a month is easily pointed at.
        line.mark_point(filled=True, size=120, opacity=0).encode(tooltip=tooltip),
        *(_end(drawn, rows[-1], axis, y, palette) if rows else ()),
        *(layer for point in published for layer in _published(point, known, axis, y, palette)),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    return finish(chart, palette, titles, width=width + 120)


def pass_members_in_words(months: pl.DataFrame, *, published: Sequence[PublishedPoint] = ()) -> str:
    """The line for who does not see it: its ends over the months chosen, its extremes, the published figures."""
    rows = months.sort("month_start").to_dicts()
    repere = "".join(f" Repère publié : {point.label}." for point in published)
    if not rows:
        return typeset(f"Courbe vide : aucun adhérent enregistré.{repere}")
    shown = [row for row in rows if row["chosen"]] or rows
    first, last = shown[0], shown[-1]
    low, high = (pick(shown, key=lambda row: row["members"]) for pick in (min, max))
    text = (
        f"Courbe des adhérents par mois : {_members_in_words(first)}, {_members_in_words(last)} ; "
        f"au plus bas {_members_in_words(low)}, au plus haut {_members_in_words(high)}."
    )
    if rows[-1] is not last:
        text += f" Dernier point de la courbe : {_members_in_words(rows[-1])}."
    return typeset(text + repere)


def _members_in_words(row: Row) -> str:
    return f"{count(row['members'], 'adhérent')} au {long_date(row['counted_on'])}"


def _end(drawn: pl.DataFrame, last: Row, x: alt.X, y: alt.Y, palette: Palette) -> list[alt.Chart]:
    ink = palette.accent if last["chosen"] else palette.secondary_text
    end = alt.Chart(drawn.tail(1).with_columns(said=pl.lit(integer(last["members"])))).encode(x=x, y=y)
    return [
        end.mark_point(filled=True, size=50, color=ink),
        end.mark_text(align="left", dx=9, color=ink, fontWeight="bold", fontSize=DIRECT_LABEL_SIZE + 3).encode(
            text="said:N"
        ),
    ]


def _published(point: PublishedPoint, months: list[date], x: alt.X, y: alt.Y, palette: Palette) -> list[alt.Chart]:
    """A ring, and its words below and to the right, where a curve that rises leaves room; to the left near the end."""
    span = every_month(min(months), max(months))
    late = span.index(point.month) > 0.6 * len(span)
    label = pl.DataFrame(
        {"month": [span_label(point.month, point.month)], "members": [point.value], "label": [typeset(point.label)]}
    )
    ring = alt.Chart(label).encode(x=x, y=y)
    return [
        ring.mark_point(filled=True, size=110, fill=palette.background, stroke=palette.text, strokeWidth=2),
        ring.mark_text(
            align="right" if late else "left",
            baseline="bottom" if late else "top",
            dx=-8 if late else 8,
            dy=-6 if late else 6,
            color=palette.text,
        ).encode(text="label:N"),
    ]


# Who joins and who leaves the club: above zero and below it, with what is left of the two.

JOINS: Final = "adhésions"
LOSSES: Final = "départs"
OWN_PREMISES: Final = "partis dans leurs propres locaux"
NET: Final = "solde"
# Wider than this, the figures of a column would touch those of the next.
_COLUMNS_WITH_FIGURES: Final = 26
_PEOPLE: Final = alt.Tooltip("people:Q", title="Personnes", format="d")
_PARTS: Final = {"part": pl.String, "from": pl.Int64, "to": pl.Int64, "people": pl.Int64}


def pass_flows(
    spans: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 720, height: int = HEIGHT
) -> alt.LayerChart:
    """Columns of joins upwards, of departures downwards; those for premises of their own have their colour. A line is the net.

    One row of `spans` is one month, or a few together: first_month, last_month, pass_joins, pass_losses,
    pass_own_premises, pass_net.
    """
    rows = spans.sort("first_month").to_dicts()
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
        alt.Chart(_flow_parts(rows, labels))
        .mark_bar()
        .encode(
            x=x,
            y=y,
            y2=alt.Y2("to:Q"),
            color=colours,
            tooltip=[*told({"span:N": "Période", "part:N": "Nature"}), _PEOPLE],
        ),
        alt.Chart(pl.DataFrame({"zero": [0]}))
        .mark_rule(color=palette.secondary_text)
        .encode(y=alt.Y("zero:Q", axis=y_axis)),
        # Edged with the background, or it would be lost on the columns it crosses.
        net.mark_line(color=palette.background, strokeWidth=4),
        net.mark_line(strokeWidth=1.75).encode(color=alt.value(palette.text)),
        net.mark_point(filled=True, size=26, color=palette.text, stroke=palette.background, strokeWidth=1).encode(
            tooltip=told({"span:N": "Période", "said:N": "Solde"})
        ),
        *(_figures(rows, labels, x, y_axis, palette) if len(rows) <= _COLUMNS_WITH_FIGURES else ()),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    return finish(chart, palette, titles, width=width)


def pass_flows_in_words(spans: pl.DataFrame) -> str:
    """The columns for who does not see them: what came, what left, what is left of it, and the extremes of the net."""
    rows = spans.sort("first_month").to_dicts()
    if not rows:
        return typeset("Colonnes vides : aucun mois sur la période.")
    joins, losses, grown, net = (
        sum(row[key] for row in rows) for key in ("pass_joins", "pass_losses", "pass_own_premises", "pass_net")
    )
    best, worst = max(rows, key=lambda row: row["pass_net"]), min(rows, key=lambda row: row["pass_net"])
    return typeset(
        f"Colonnes des mouvements du Pass : {count(joins, 'adhésion')}, {count(losses, 'départ')} et "
        f"{count(grown, 'installation')} dans ses propres locaux, soit un solde de {signed(net, 0)}. "
        f"Meilleur solde : {_net_in_words(best)} ; le plus bas : {_net_in_words(worst)}."
    )


def _net_in_words(row: Row) -> str:
    return f"{signed(row['pass_net'], 0)} ({span_label(row['first_month'], row['last_month'])})"


def _axis(rows: list[Row], labels: list[str]) -> alt.X:
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


def _flow_parts(rows: list[Row], labels: list[str]) -> pl.DataFrame:
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
    return pl.DataFrame(parts, schema={"span": pl.String, **_PARTS})


def _net(rows: list[Row], labels: list[str]) -> pl.DataFrame:
    nets = [
        {"span": label, "net": row["pass_net"], "said": signed(row["pass_net"], 0)}
        for row, label in zip(rows, labels, strict=True)
    ]
    return pl.DataFrame(nets, schema={"span": pl.String, "net": pl.Int64, "said": pl.String})


def _figures(rows: list[Row], labels: list[str], x: alt.X, axis: alt.Axis, palette: Palette) -> list[alt.Chart]:
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


# What becomes of the six free months: one bar for those who joined together, cut by what they did next.

ROW_HEIGHT: Final = 28
KEPT: Final = "restés"

LEFT: Final = "partis"
RUNNING: Final = "encore dans les six mois"


def pass_cohorts(
    cohorts: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 560
) -> alt.LayerChart:
    """One bar a cohort, the oldest first: who stayed, who left for premises of their own, who left, who is still in free months.

    A cohort of which somebody is still in the free months has no share yet: it says so in words.
    One row of `cohorts` is the people who joined from first_month to last_month: joined, trials_over (past their free
    months), kept (members in the seventh month) and left_own_premises among these, kept_share (null while it runs).
    """
    rows = cohorts.sort("first_month").to_dicts()
    labels = [span_label(row["first_month"], row["last_month"]) for row in rows]
    y = names_axis("cohort", labels, palette, limit=160)
    # Room for the words after the longest bar: more of it where the chart is narrow.
    longest = max([row["joined"] for row in rows], default=1)
    scale = alt.Scale(domainMin=0, domainMax=alt.expr(f"{longest} * (width < 260 ? 2 : 1.6)"))
    colours = alt.Scale(
        domain=[KEPT, OWN_PREMISES, LEFT, RUNNING],
        range=[palette.accent, palette.categorical[2], palette.categorical[1], palette.background],
    )
    legend = alt.Legend(
        title=None,
        orient="top",
        symbolType="square",
        columns=alt.expr("width < 400 ? 2 : 4"),
        symbolStrokeColor=palette.context,
        symbolStrokeWidth=1,
        labelLimit=320,
    )
    parts = alt.Chart(_cohort_parts(rows, labels))
    words = alt.Chart(_words(rows, labels)).encode(y=y)
    layers = [
        parts.mark_bar(strokeWidth=1).encode(
            y=y,
            x=alt.X("from:Q", axis=None, scale=scale),
            x2=alt.X2("to:Q"),
            color=alt.Color("part:N", scale=colours, legend=legend),
            stroke=alt.when(alt.datum["part"] == RUNNING).then(alt.value(palette.context)).otherwise(alt.value(None)),
            tooltip=[*told({"cohort:N": "Adhésions de", "part:N": "Au septième mois"}), _PEOPLE],
        ),
        words.mark_text(
            align="left",
            dx=8,
            fontWeight=alt.expr("datum.known ? 'bold' : 'normal'"),
            fill=alt.expr(f"datum.known ? '{palette.text}' : '{palette.secondary_text}'"),
        ).encode(x=alt.X("joined:Q", axis=None, scale=scale), text="said:N"),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(ROW_HEIGHT))
    return finish(chart, palette, titles, width=width + 160)


def pass_cohorts_in_words(cohorts: pl.DataFrame) -> str:
    """The bars for who does not see them: the whole share, the best and the worst cohort, and what is not known yet."""
    rows = cohorts.sort("first_month").to_dicts()
    if not rows:
        return typeset("Barres vides : aucune adhésion sur la période.")
    known = [row for row in rows if row["kept_share"] is not None]
    running = sum(row["joined"] - row["trials_over"] for row in rows)
    later = f" {count(running, 'personne est', 'personnes sont')} encore dans les six mois gratuits." if running else ""
    if not known:
        return typeset(f"Barres des cohortes : aucune n’a encore terminé ses six mois gratuits.{later}")
    best, worst = (pick(known, key=lambda row: row["kept_share"] or 0.0) for pick in (max, min))
    shares = _share(best) if len(known) == 1 else f"de {_share(worst)} à {_share(best)}"
    grown = sum(row["left_own_premises"] for row in rows)
    return typeset(
        f"Barres de {count(len(rows), 'cohorte')} : {shares} restés au septième mois ; "
        f"{count(grown, 'personne partie', 'personnes parties')} dans leurs propres locaux.{later}"
    )


def _share(row: Row) -> str:
    return f"{percent(row['kept_share'] or 0.0)} ({span_label(row['first_month'], row['last_month'])})"


def _cohort_parts(rows: list[Row], labels: list[str]) -> pl.DataFrame:
    parts = []
    for row, label in zip(rows, labels, strict=True):
        left = row["trials_over"] - row["kept"] - row["left_own_premises"]
        start = 0
        for part, people in (
            (KEPT, row["kept"]),
            (OWN_PREMISES, row["left_own_premises"]),
            (LEFT, left),
            (RUNNING, row["joined"] - row["trials_over"]),
        ):
            if people:
                parts.append({"cohort": label, "part": part, "from": start, "to": start + people, "people": people})
            start += people
    return pl.DataFrame(parts, schema={"cohort": pl.String, **_PARTS})


def _words(rows: list[Row], labels: list[str]) -> pl.DataFrame:
    words = [
        {
            "cohort": label,
            "joined": row["joined"],
            "said": _cohort_in_words(row),
            "known": row["kept_share"] is not None,
        }
        for row, label in zip(rows, labels, strict=True)
    ]
    return pl.DataFrame(words, schema={"cohort": pl.String, "joined": pl.Int64, "said": pl.String, "known": pl.Boolean})


def _cohort_in_words(row: Row) -> str:
    if row["kept_share"] is None:
        return typeset(f"en cours : {integer(row['joined'] - row['trials_over'])} sur {integer(row['joined'])}")
    return typeset(f"{percent(row['kept_share'])} ({integer(row['kept'])} sur {integer(row['trials_over'])})")


# What the programme gives, year after year: a table whose cells darken with the count printed in them.

SERVICE_ROW: Final = 40


def pass_services(
    cells: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 420
) -> alt.LayerChart:
    """Kinds by years, the count printed in each cell; the darkest is the largest of all.

    One row of `cells` is one kind and year, in the order to be shown: label, year, people (0 where nobody, null where there are
    few and who reads may not see how many).
    """
    rows = cells.to_dicts()
    most = max([row["people"] or 0 for row in rows], default=0)
    drawn = pl.DataFrame(
        [
            {
                "kind": row["label"],
                "year": str(row["year"]),
                "said": FEWER_SIGN if row["people"] is None else integer(row["people"]),
                **_look(row, most, palette),
            }
            for row in rows
        ],
        schema=dict.fromkeys(("kind", "year", "said", "fill", "ink"), pl.String),
    )
    top = alt.Axis(title=None, orient="top", labelAngle=0, ticks=False, domain=False)
    side = alt.Axis(title=None, ticks=False, domain=False, labelColor=palette.text, labelFontSize=DIRECT_LABEL_SIZE)
    gap = alt.Scale(paddingInner=0.06, paddingOuter=0)
    placed = alt.Chart(drawn).encode(
        x=alt.X("year:O", axis=top, scale=gap),
        y=alt.Y("kind:N", axis=side, scale=gap, sort=drawn["kind"].unique(maintain_order=True).to_list()),
    )
    layers = [
        placed.mark_rect(cornerRadius=2).encode(color=alt.Color("fill:N", scale=None)),
        placed.mark_text(fontSize=DIRECT_LABEL_SIZE, fill=alt.expr("datum.ink")).encode(text="said:N"),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=alt.Step(SERVICE_ROW))
    return finish(chart, palette, titles, width=width + 180)


def pass_services_in_words(cells: pl.DataFrame) -> str:
    """The table for who does not see it: the last year of each kind, and the year before."""
    rows = cells.to_dicts()
    if all(row["people"] == 0 for row in rows):
        return typeset("Tableau vide : rien n’est enregistré sur ces années.")
    years = sorted({row["year"] for row in rows})[-2:]
    said = []
    for label in dict.fromkeys(row["label"] for row in rows):
        counts = [
            f"{_service_in_words(row)} en {row['year']}"
            for row in rows
            if row["label"] == label and row["year"] in years
        ]
        said.append(f"{label} : {enumeration(counts)}")
    return typeset(f"Tableau par année. {' ; '.join(said)}.")


def _service_in_words(row: Row) -> str:
    return hidden_words(few=True) if row["people"] is None else integer(row["people"])


def _look(row: Row, most: int, palette: Palette) -> dict[str, str]:
    if not row["people"]:
        return {"fill": palette.background, "ink": palette.secondary_text}
    shade = palette.heat[ceil(row["people"] / most * len(palette.heat)) - 1]
    return {"fill": shade.fill, "ink": shade.ink}
