"""When the centres are used: weekday by weekday, and week by week for each centre."""

from datetime import date
from itertools import pairwise
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import (
    WEEK_LABEL,
    Row,
    Titles,
    finish,
    named_by_key,
    pickable,
    pointer,
    told,
    top_of,
    whole_percent,
)
from dashboard.wording import dates
from dashboard.wording.dates import weekday
from dashboard.wording.numbers import percent
from dashboard.wording.terms import MISSING, PLACE_STATES, WEEK_STATES
from dashboard.wording.typography import count, typeset

# The days of the week, side by side: when are the centres used?

HEIGHT: Final = 240


def fill_by_weekday(
    days: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 360, height: int = HEIGHT
) -> alt.LayerChart:
    """One column a day, Monday first, each with its rate.

    One row of `days` is one day of the week: weekday (1 = Monday), fill_rate (share, null when none was offered).
    """
    rows = _days(days)
    drawn = pl.DataFrame(
        [{"day": weekday(row["weekday"]), "rate": row["fill_rate"], "said": _rate_in_words(row)} for row in rows],
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
    listed = ", ".join(f"{weekday(row['weekday'])} {_rate_in_words(row)}" for row in known)
    ordered = sorted(known, key=lambda row: row["fill_rate"] or 0.0)
    quiet, busy = ordered[0], ordered[-1]
    return typeset(
        f"Colonnes du taux de remplissage par jour : {listed}. "
        f"Le plus rempli : {weekday(busy['weekday'])} ; le moins rempli : {weekday(quiet['weekday'])}."
    )


def _days(days: pl.DataFrame) -> list[Row]:
    return days.sort("weekday").select("weekday", "fill_rate").to_dicts()


def _rate_in_words(row: Row) -> str:
    return MISSING if row["fill_rate"] is None else percent(row["fill_rate"])


# Centres by weeks: how full each one was, and why a week has no figure. Three things that are easily mixed are drawn
# apart: nobody entered the week, the centre was closed, the centre was open and nobody came.

ROW_HEIGHT: Final = 30
# The first percentage of each class but the first; the network's usual third falls among them.
CLASS_EDGES: Final = (15, 30, 45, 60, 75)
# Under this width of cell, in pixels, its figure is left out and its colour speaks alone.
_NARROWEST_PRINTED: Final = 25
_COLUMNS: Final = alt.expr("containerSize()[0] < 560 ? 2 : 6")
_PLURALS: Final = {
    state: term.plural or None for state, term in PLACE_STATES.items() if state in ("without_seats", "not_open")
}
_SAID: Final = told({"centre:N": "Lieu", "title:N": "Semaine", "said:N": "Taux de remplissage"})

# Marks drawn rather than typed: the fonts of a picture may lack them.
_ZERO = "M0,-.5C.5,-.5,.5,.5,0,.5C-.5,.5,-.5,-.5,0,-.5ZM0,-.34C-.24,-.34,-.24,.34,0,.34C.24,.34,.24,-.34,0,-.34Z"
_CLOSED = "M-.28,-.5H.3V-.34H-.1V-.1H.2V.06H-.1V.5H-.28Z"
_NOT_EXPECTED = "M-.3,-.05H.3V.05H-.3Z"
_UNKNOWN = "M-.3,-.2H.3V-.1H-.3ZM-.3,.1H.3V.2H-.3Z"
_NOT_YET = "M-.25,-.4L.3,0L-.25,.4L-.25,.25L.08,0L-.25,-.25Z"
_DRAFT = (
    "M.5,0A.5,.5,0,1,1,-.5,0A.5,.5,0,1,1,.5,0ZM.4,0A.4,.4,0,1,0,-.4,0A.4,.4,0,1,0,.4,0ZM0,-.45A.45,.45,0,0,0,0,.45Z"
)
_DOTS = (
    (0.45, 0.0),
    (0.32, 0.32),
    (0.0, 0.45),
    (-0.32, 0.32),
    (-0.45, 0.0),
    (-0.32, -0.32),
    (0.0, -0.45),
    (0.32, -0.32),
)
_MISSING = "".join(
    f"M{x + 0.09:.2f},{y}A.09,.09,0,1,1,{x - 0.09:.2f},{y}A.09,.09,0,1,1,{x + 0.09:.2f},{y}Z" for x, y in _DOTS
)

NOBODY: Final = "ouvert, personne"
_WORDS: Final = {
    **{state: term.label for state, term in WEEK_STATES.items()},
    **{state: PLACE_STATES[state].label for state in ("without_seats", "not_open")},
}
_MARKS: Final = {
    NOBODY: _ZERO,
    _WORDS["missing"]: _MISSING,
    _WORDS["draft"]: _DRAFT,
    _WORDS["closed"]: _CLOSED,
    _WORDS["without_seats"]: _UNKNOWN,
    _WORDS["not_open"]: _NOT_YET,
    _WORDS["not_expected"]: _NOT_EXPECTED,
}


def fill_heatmap(
    weeks: pl.DataFrame,
    *,
    palette: Palette,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 760,
) -> alt.LayerChart:
    """One row a centre, in the order given, one column a week, in the order of time.

    One row of `weeks` is one centre and week: centre_code, centre_name, week_start (its Monday), state (complete, draft,
    missing, closed, without_seats, not_open, not_expected), reason (why it was shut, or null), fill_rate (share; read for
    complete weeks only). Selecting a cell gives `{selection_name: [{"code": …}]}`.
    """
    cells = _cells(weeks, palette)
    placed = alt.Chart(cells).encode(x=_across(cells), y=_down(weeks))
    chart = alt.LayerChart(
        layer=[
            _rates(placed, palette, selection_name),
            _frames(placed, palette),
            _marks(placed, cells, palette),
            _figures(placed),
        ],
        width=width,
        height=alt.Step(ROW_HEIGHT),
        resolve=alt.Resolve(scale=alt.ScaleResolveMap(fill="independent", shape="independent")),
    )
    return finish(chart, palette, titles, width=width + 200)


def fill_heatmap_in_words(weeks: pl.DataFrame) -> str:
    """The heat map for who does not see it: its size, its extremes, and the weeks without a figure."""
    if weeks.is_empty():
        return typeset("Carte de chaleur vide : aucune semaine sur la période.")
    centres, columns = weeks["centre_code"].n_unique(), weeks["week_start"].n_unique()
    text = f"Carte de chaleur : {count(centres, 'lieu', 'lieux')} sur {count(columns, 'semaine')}."
    rated = weeks.filter((pl.col("state") == "complete") & pl.col("fill_rate").is_not_null())
    if rated.height:
        ordered = rated.sort("fill_rate", maintain_order=True)
        low, high = ordered.row(0, named=True), ordered.row(-1, named=True)
        text += f" Le taux hebdomadaire va de {_week_in_words(low)} à {_week_in_words(high)}."
    without = [
        count(number, _WORDS[state], _PLURALS.get(state))
        for state in ("missing", "draft", "closed", "without_seats", "not_open")
        if (number := weeks.filter(pl.col("state") == state).height)
    ]
    if without:
        text += f" Semaines sans taux : {', '.join(without)}."
    return typeset(text)


def heat_class(rate: float) -> int:
    """Which of the six classes a fill rate is in, from 0 to 5, as it is printed: 29.6 % is read as 30 and classed so."""
    return sum(whole_percent(rate) >= edge for edge in CLASS_EDGES)


def class_labels() -> list[str]:
    """« moins de 15 », « 15 à 29 », … « 75 et plus », in percent. A rate of zero has a mark of its own."""
    first, *_, last = CLASS_EDGES
    between = [f"{low} à {high - 1}" for low, high in pairwise(CLASS_EDGES)]
    return [f"moins de {first}", *between, f"{last} et plus"]


def _week_in_words(row: dict[str, object]) -> str:
    rate, week = row["fill_rate"], row["week_start"]
    assert isinstance(rate, float)
    assert isinstance(week, date)
    return f"{percent(rate)} ({row['centre_name']}, {dates.week_and_year(week)})"


def _cells(weeks: pl.DataFrame, palette: Palette) -> pl.DataFrame:
    """The words and colours of each cell."""
    labels = class_labels()
    rows = []
    for week in weeks.sort("week_start", maintain_order=True).iter_rows(named=True):
        state, rate = week["state"], week["fill_rate"]
        rated = state == "complete" and rate is not None
        some = rated and rate > 0
        # A complete week that offered no half-day has no rate: nothing was expected of it.
        words = _WORDS["not_expected" if state == "complete" else state]
        rows.append(
            {
                "code": week["centre_code"],
                "centre": week["centre_name"],
                "week": dates.week_key(week["week_start"]),
                "title": dates.week_title(week["week_start"]),
                "rate_class": labels[heat_class(rate)] if some else None,
                "ink": palette.heat[heat_class(rate)].ink if some else None,
                "text": str(whole_percent(rate)) if some else None,
                "mark": None if some else NOBODY if rated else words,
                "frame": "closed" if state == "closed" else "zero" if rated and not some else None,
                "said": percent(rate) if rated else f"{words}, {week['reason']}" if week["reason"] else words,
            }
        )
    names = ("code", "centre", "week", "title", "rate_class", "ink", "text", "mark", "frame", "said")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def _across(cells: pl.DataFrame) -> alt.X:
    weeks = cells["week"].unique(maintain_order=True).to_list()
    axis = alt.Axis(
        orient="top",
        title=None,
        labelAngle=0,
        labelExpr=WEEK_LABEL,
        labelOverlap="greedy",
        labelPadding=20,
        ticks=False,
        domain=False,
    )
    return alt.X("week:O", sort=weeks, axis=axis, scale=alt.Scale(paddingInner=0.08, paddingOuter=0))


def _down(weeks: pl.DataFrame) -> alt.Y:
    names = dict(weeks.select("centre_code", "centre_name").iter_rows())
    axis = alt.Axis(title=None, ticks=False, domain=False, labelExpr=named_by_key(names))
    return alt.Y("code:N", sort=list(names), axis=axis, scale=alt.Scale(paddingInner=0.1, paddingOuter=0))


def _rates(placed: alt.Chart, palette: Palette, selection_name: str | None) -> alt.Chart:
    classes = alt.Scale(domain=class_labels(), range=[heat.fill for heat in palette.heat])
    legend = alt.Legend(
        title="Taux de remplissage, en %",
        # The other legend is at the bottom: side by side they would be wider than the chart.
        orient="top",
        symbolType="square",
        symbolStrokeWidth=0,
        columns=_COLUMNS,
    )
    rated = placed.transform_filter("isValid(datum.rate_class)")
    cells = pickable(rated.mark_rect(cursor=pointer(selection_name)), selection_name, "code")
    colours: alt.Chart = cells.encode(tooltip=_SAID, fill=alt.Fill("rate_class:N", scale=classes, legend=legend))
    return colours


def _frames(placed: alt.Chart, palette: Palette) -> alt.Chart:
    """Behind the marks: grey where the centre was closed, a drawn edge where it was open for nobody."""
    zero = "datum.frame == 'zero'"
    frames: alt.Chart = placed.transform_filter("isValid(datum.frame)").mark_rect(
        fill=alt.expr(f"{zero} ? '{palette.background}' : '{palette.border}'"),
        stroke=alt.expr(f"{zero} ? '{palette.heat[3].fill}' : null"),
        strokeWidth=1,
    )
    return frames


def _marks(placed: alt.Chart, cells: pl.DataFrame, palette: Palette) -> alt.Chart:
    shown = [mark for mark in _MARKS if mark in cells["mark"].to_list()]
    shapes = alt.Scale(domain=shown, range=[_MARKS[mark] for mark in shown])
    # Of no value it would be a title alone.
    legend = (
        alt.Legend(title="Semaines sans taux", columns=_COLUMNS, symbolSize=350, symbolStrokeWidth=0) if shown else None
    )
    size = alt.expr("pow(min(20, 1.2 * bandwidth('x')), 2)")
    marked = placed.transform_filter("isValid(datum.mark)").mark_point(filled=True, color=palette.text, size=size)
    marks: alt.Chart = marked.encode(tooltip=_SAID, shape=alt.Shape("mark:N", scale=shapes, legend=legend))
    return marks


def _figures(placed: alt.Chart) -> alt.Chart:
    printed = alt.expr(f"bandwidth('x') < {_NARROWEST_PRINTED} ? 0 : 1")
    printed_ones = placed.transform_filter("isValid(datum.text)")
    figures: alt.Chart = printed_ones.mark_text(fill=alt.expr("datum.ink"), opacity=printed, fontSize=12).encode(
        text=alt.Text("text:N")
    )
    return figures
