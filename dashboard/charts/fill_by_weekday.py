"""The days of the week, side by side: when are the centres used?"""

from typing import Final, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.rates import top_of
from dashboard.charts.theme import Titles, finish
from dashboard.wording.dates import weekday
from dashboard.wording.numbers import percent
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import typeset

HEIGHT: Final = 240


class _Day(TypedDict):
    weekday: int
    fill_rate: float | None


def fill_by_weekday(
    days: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 360, height: int = HEIGHT
) -> alt.LayerChart:
    """One column a day, Monday first, each with its rate.

    One row of `days` is one day of the week: weekday (1 = Monday), fill_rate (share, null when none was offered).
    """
    rows = _days(days)
    drawn = pl.DataFrame(
        [{"day": weekday(row["weekday"]), "rate": row["fill_rate"], "said": _said(row)} for row in rows],
        schema={"day": pl.String, "rate": pl.Float64, "said": pl.String},
    ).with_columns(top=pl.col("rate").fill_null(0.0))
    scale = alt.Scale(domain=[0, top_of([row["fill_rate"] for row in rows])])
    axis = alt.Axis(title=None, labelAngle=0, ticks=False, labelFontSize=13)
    columns = alt.Chart(drawn).encode(
        x=alt.X("day:N", sort=drawn["day"].to_list(), axis=axis, scale=alt.Scale(paddingInner=0.3, paddingOuter=0.15))
    )
    layers = [
        columns.mark_bar(color=palette.accent, cornerRadiusEnd=2).encode(y=alt.Y("rate:Q", axis=None, scale=scale)),
        columns.mark_text(baseline="bottom", dy=-5, fontWeight="bold").encode(
            y=alt.Y("top:Q", axis=None, scale=scale), text=alt.Text("said:N")
        ),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    return finish(chart, palette, titles, width=width)


def fill_by_weekday_in_words(days: pl.DataFrame) -> str:
    """The columns for who does not see them: each day, then the busiest and the quietest."""
    known = [row for row in _days(days) if row["fill_rate"] is not None]
    if not known:
        return typeset("Colonnes vides : aucun taux de remplissage sur la période.")
    listed = ", ".join(f"{weekday(row['weekday'])} {_said(row)}" for row in known)
    ordered = sorted(known, key=lambda row: row["fill_rate"] or 0.0)
    quiet, busy = ordered[0], ordered[-1]
    return typeset(
        f"Colonnes du taux de remplissage par jour : {listed}. "
        f"Le plus rempli : {weekday(busy['weekday'])} ; le moins rempli : {weekday(quiet['weekday'])}."
    )


def _days(days: pl.DataFrame) -> list[_Day]:
    return cast("list[_Day]", days.sort("weekday").select("weekday", "fill_rate").to_dicts())


def _said(row: _Day) -> str:
    return MISSING if row["fill_rate"] is None else percent(row["fill_rate"])
