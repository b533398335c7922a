"""The members of the club month after month, and the one figure that was ever published."""

from dataclasses import dataclass
from datetime import date
from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.pass_months import every_month, month_axis, span_label
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Titles, finish
from dashboard.wording.dates import long_date
from dashboard.wording.numbers import integer
from dashboard.wording.plurals import count
from dashboard.wording.typography import typeset

HEIGHT: Final = 280


@dataclass(frozen=True)
class PublishedPoint:
    """A published figure, at the month it speaks of, with its words: « 111 (évaluation 2013) »."""

    month: date
    value: float
    label: str


class _Month(TypedDict):
    month_start: date
    counted_on: date
    members: int
    chosen: bool


def pass_members(
    months: pl.DataFrame,
    *,
    palette: Palette,
    published: PublishedPoint | None = None,
    titles: Titles | None = None,
    width: int = 720,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """One line from zero, green over the months chosen and grey before and after them; the published figure as a ring.

    One row of `months` is one month, in order and without a gap: month_start, counted_on (the day the members are counted:
    its last one, or today), members, chosen (whether the month is in the period the page is about).
    """
    rows = _rows(months)
    known = [row["month_start"] for row in rows] + ([published.month] if published else [])
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
        *(_published(published, known, axis, y, palette) if published else ()),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    return finish(chart, palette, titles, width=width + 120)


def pass_members_in_words(months: pl.DataFrame, *, published: PublishedPoint | None = None) -> str:
    """The line for who does not see it: its ends over the months chosen, its extremes, the published figure."""
    rows = _rows(months)
    repere = f" Repère publié : {published.label}." if published else ""
    if not rows:
        return typeset(f"Courbe vide : aucun adhérent enregistré.{repere}")
    shown = [row for row in rows if row["chosen"]] or rows
    first, last = shown[0], shown[-1]
    low, high = (
        min(shown, key=lambda row: row["members"]),
        max(shown, key=lambda row: row["members"]),
    )
    text = (
        f"Courbe des adhérents par mois : {_said(first)}, {_said(last)} ; "
        f"au plus bas {_said(low)}, au plus haut {_said(high)}."
    )
    if rows[-1] is not last:
        text += f" Dernier point de la courbe : {_said(rows[-1])}."
    return typeset(text + repere)


def _said(row: _Month) -> str:
    return f"{count(row['members'], 'adhérent')} au {long_date(row['counted_on'])}"


def _rows(months: pl.DataFrame) -> list[_Month]:
    columns = ("month_start", "counted_on", "members", "chosen")
    return cast("list[_Month]", months.sort("month_start").select(columns).to_dicts())


def _end(drawn: pl.DataFrame, last: _Month, x: alt.X, y: alt.Y, palette: Palette) -> list[alt.Chart]:
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
