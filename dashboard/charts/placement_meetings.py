"""The information meetings month after month: who came, and who was interested."""

from datetime import date
from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import Titles, finish
from dashboard.wording import dates
from dashboard.wording.glyphs import WEEK_STATE_GLYPHS
from dashboard.wording.plurals import count
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import typeset

HEIGHT: Final = 220
ATTENDEES: Final = "présents"
INTERESTED: Final = "dont intéressés"
_NOT_COUNTED: Final = WEEK_STATE_GLYPHS["missing"]


class _Month(TypedDict):
    month_start: date
    uncounted: int
    attendees: int | None
    interested: int | None


def placement_meetings(
    months: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 560, height: int = HEIGHT
) -> alt.LayerChart:
    """One grey column a month for who came, a green one in it for who was interested. A month without a meeting is empty.

    One row of `months` is one month with a meeting: month_start, attendees and interested (null when nobody noted them),
    uncounted (how many of its meetings have no count: they get a mark of their own, and no column).
    """
    rows = cast("list[_Month]", months.sort("month_start").to_dicts())
    every = every_month([row["month_start"] for row in rows])
    keys = [_key(month) for month in every]
    drawn = pl.DataFrame(
        [
            {
                "month": _key(row["month_start"]),
                "title": dates.month(row["month_start"]),
                "part": part,
                "count": value,
                "attendees": _said(row["attendees"]),
                "interested": _said(row["interested"]),
            }
            for part in (ATTENDEES, INTERESTED)
            for row in rows
            for value in [row["attendees"] if part == ATTENDEES else row["interested"]]
        ],
        schema={
            **dict.fromkeys(("month", "title", "part"), pl.String),
            "count": pl.Int64,
            **dict.fromkeys(("attendees", "interested"), pl.String),
        },
    )
    gaps = pl.DataFrame(
        [{"month": _key(row["month_start"]), "mark": _NOT_COUNTED} for row in rows if row["uncounted"]],
        schema={"month": pl.String, "mark": pl.String},
    )
    axis = alt.Axis(title=None, labelAngle=0, ticks=False, labelExpr=_LABEL, labelOverlap="greedy")
    x = alt.X("month:O", axis=axis, scale=alt.Scale(domain=keys, paddingInner=0.2, paddingOuter=0.1))
    colours = alt.Scale(domain=[ATTENDEES, INTERESTED], range=[palette.context, palette.accent])
    legend = alt.Legend(title=None, orient="top", symbolType="square", symbolStrokeWidth=0, labelLimit=0)
    counts = alt.Axis(title=None, tickMinStep=1, ticks=False, domain=False, format="d")
    known = alt.Chart(drawn.drop_nulls("count")).encode(
        x=x,
        y=alt.Y("count:Q", axis=counts, stack=None, scale=alt.Scale(zero=True)),
        fill=alt.Fill("part:N", scale=colours, legend=legend),
        tooltip=[
            alt.Tooltip("title:N", title="Mois"),
            alt.Tooltip("attendees:N", title="Présents"),
            alt.Tooltip("interested:N", title="Intéressés"),
        ],
    )
    layers = [
        known.transform_filter(f"datum.part == '{ATTENDEES}'").mark_bar(),
        # Narrower: one sees that it is a part of the other, and where it stops.
        known.transform_filter(f"datum.part == '{INTERESTED}'").mark_bar(width=alt.RelativeBandSize(band=0.5)),
        alt.Chart(gaps)
        .mark_text(baseline="bottom", dy=-2, color=palette.secondary_text)
        .encode(x=x, y=alt.value(alt.expr("height")), text=alt.Text("mark:N")),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    return finish(chart, palette, titles, width=width)


def placement_meetings_in_words(months: pl.DataFrame) -> str:
    """The columns for who does not see them: the span, both totals, the extremes, and what was not counted."""
    rows = cast("list[_Month]", months.sort("month_start").to_dicts())
    if not rows:
        return typeset("Colonnes vides : aucune réunion sur la période.")
    known = [(row["attendees"], row["month_start"]) for row in rows if row["attendees"] is not None]
    text = f"Colonnes par mois, de {dates.month(rows[0]['month_start'])} à {dates.month(rows[-1]['month_start'])}"
    if known:
        interested = sum(row["interested"] or 0 for row in rows)
        low, high = min(known), max(known)
        text += (
            f" : {count(sum(number for number, _ in known), 'présence')}, {count(interested, 'intéressé')}. "
            f"De {low[0]} ({dates.month(low[1])}) à {count(high[0], 'présent')} ({dates.month(high[1])})"
        )
    if uncounted := sum(row["uncounted"] for row in rows):
        text += f". {count(uncounted, 'réunion')} sans effectif noté"
    return typeset(f"{text}.")


def every_month(starts: list[date]) -> list[date]:
    """The first days of the months from the earliest of these to the latest, none left out."""
    if not starts:
        return []
    first, last = min(starts), max(starts)
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


# A key is « 2017-05 »: the year stands under January and the first month shown, and the months between have no label.
_LABEL: Final = "datum.index == 0 || slice(datum.label, 5) == '01' ? slice(datum.label, 0, 4) : ''"


def _key(month: date) -> str:
    return f"{month.year:04}-{month.month:02}"


def _said(value: int | None) -> str:
    return MISSING if value is None else str(value)
