"""What becomes of the six free months: one bar for those who joined together, cut by what they did next."""

from datetime import date
from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.pass_months import span_label
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Titles, finish
from dashboard.wording.numbers import integer, percent
from dashboard.wording.plurals import count
from dashboard.wording.typography import typeset

ROW_HEIGHT: Final = 28
KEPT: Final = "restés"
OWN_PREMISES: Final = "partis dans leurs propres locaux"
LEFT: Final = "partis"
RUNNING: Final = "encore dans les six mois"


class _Cohort(TypedDict):
    first_month: date
    last_month: date
    joined: int
    trials_over: int
    kept: int
    left_own_premises: int
    kept_share: float | None


def pass_cohorts(
    cohorts: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 560
) -> alt.LayerChart:
    """One bar a cohort, the oldest first: who stayed, who left for premises of their own, who left, who is still in free months.

    A cohort of which somebody is still in the free months has no share yet: it says so in words.
    One row of `cohorts` is the people who joined from first_month to last_month: joined, trials_over (past their free
    months), kept (members in the seventh month) and left_own_premises among these, kept_share (null while it runs).
    """
    rows = _rows(cohorts)
    labels = [span_label(row["first_month"], row["last_month"]) for row in rows]
    y = alt.Y(
        "cohort:N",
        sort=labels,
        axis=alt.Axis(
            title=None,
            ticks=False,
            domain=False,
            labelColor=palette.text,
            labelFontSize=DIRECT_LABEL_SIZE,
            labelLimit=160,
        ),
        scale=alt.Scale(paddingInner=0.35, paddingOuter=0.15),
    )
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
    parts = alt.Chart(_parts(rows, labels))
    words = alt.Chart(_words(rows, labels)).encode(y=y)
    layers = [
        parts.mark_bar(strokeWidth=1).encode(
            y=y,
            x=alt.X("from:Q", axis=None, scale=scale),
            x2=alt.X2("to:Q"),
            color=alt.Color("part:N", scale=colours, legend=legend),
            stroke=alt.when(alt.datum["part"] == RUNNING).then(alt.value(palette.context)).otherwise(alt.value(None)),
            tooltip=[
                alt.Tooltip("cohort:N", title="Adhésions de"),
                alt.Tooltip("part:N", title="Au septième mois"),
                alt.Tooltip("people:Q", title="Personnes", format="d"),
            ],
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
    rows = _rows(cohorts)
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


def _share(row: _Cohort) -> str:
    return f"{percent(row['kept_share'] or 0.0)} ({span_label(row['first_month'], row['last_month'])})"


def _rows(cohorts: pl.DataFrame) -> list[_Cohort]:
    return cast("list[_Cohort]", cohorts.sort("first_month").select(*_Cohort.__annotations__).to_dicts())


def _parts(rows: list[_Cohort], labels: list[str]) -> pl.DataFrame:
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
    return pl.DataFrame(
        parts, schema={"cohort": pl.String, "part": pl.String, "from": pl.Int64, "to": pl.Int64, "people": pl.Int64}
    )


def _words(rows: list[_Cohort], labels: list[str]) -> pl.DataFrame:
    words = [
        {"cohort": label, "joined": row["joined"], "said": _said(row), "known": row["kept_share"] is not None}
        for row, label in zip(rows, labels, strict=True)
    ]
    return pl.DataFrame(words, schema={"cohort": pl.String, "joined": pl.Int64, "said": pl.String, "known": pl.Boolean})


def _said(row: _Cohort) -> str:
    if row["kept_share"] is None:
        return typeset(f"en cours : {integer(row['joined'] - row['trials_over'])} sur {integer(row['joined'])}")
    return typeset(f"{percent(row['kept_share'])} ({integer(row['kept'])} sur {integer(row['trials_over'])})")
