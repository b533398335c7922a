"""The fill rate week after week, beside the same weeks a year before and a figure of reference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final, Literal, TypedDict, cast

import altair as alt
import polars as pl

from dashboard.charts.axes import every_week, rate_axis, top_of, week_axis
from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Titles, finish
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import count, typeset

LAST_YEAR: Final = "un an avant"
HEIGHT: Final = 300
Align = Literal["left", "center", "right"]
_X: Final[dict[Align, str]] = {"left": "4", "right": "width - 4", "center": "width / 2"}


@dataclass(frozen=True)
class Reference:
    """A figure that does not move, drawn across the chart with its words: « 35 % (évaluation 2013) »."""

    value: float
    label: str


class _Week(TypedDict):
    week_start: date
    fill_rate: float | None
    fill_rate_last_year: float | None


def fill_by_week(
    weeks: pl.DataFrame,
    *,
    palette: Palette,
    reference: Reference | None = None,
    name: str = "réseau",
    titles: Titles | None = None,
    width: int = 720,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """One line, from zero; in grey the year before. A week without a figure breaks the line.

    One row of `weeks` is one week: week_start (its Monday), fill_rate (share, null when there is none) and
    fill_rate_last_year (same, may be left out). `name` is what the line is of.
    """
    rows = _rows(weeks)
    mondays = every_week([row["week_start"] for row in rows])
    rates = [rate for row in rows for rate in (row["fill_rate"], row["fill_rate_last_year"])]
    top = top_of([*rates, reference.value if reference else None])
    now = {row["week_start"]: row["fill_rate"] for row in rows}
    before = {row["week_start"]: row["fill_rate_last_year"] for row in rows}
    layers = []
    for rates_by_week, colour, thickness in ((before, palette.context, 1.5), (now, palette.accent, 2.5)):
        line = alt.Chart(_line(mondays, rates_by_week)).encode(x=week_axis(mondays), y=rate_axis("rate", top))
        layers += [
            line.mark_line(color=colour, strokeWidth=thickness, invalid="break-paths-show-path-domains"),
            line.transform_filter("isValid(datum.rate)")
            .mark_point(filled=True, color=colour, size=16 * thickness)
            .encode(
                tooltip=[alt.Tooltip("title:N", title="Semaine"), alt.Tooltip("said:N", title="Taux de remplissage")]
            ),
        ]
    if reference:
        curves = [[rates_by_week.get(monday) for monday in mondays] for rates_by_week in (before, now)]
        layers = [_rule(reference, palette), _rule_label(reference, palette, curves, top, height), *layers]
    ends = _ends(now, before, name, palette, top, height)
    chart = alt.LayerChart(layer=[*layers, *ends], width=width, height=height)
    return finish(chart, palette, titles, width=width + 120)


def fill_by_week_in_words(weeks: pl.DataFrame, *, reference: Reference | None = None, name: str = "réseau") -> str:
    """The line for who does not see it: its ends, its extremes, its holes."""
    rows = _rows(weeks)
    known = [(row["week_start"], row["fill_rate"]) for row in rows if row["fill_rate"] is not None]
    if not known:
        return typeset(f"Courbe vide : aucun taux de remplissage du {name} sur la période.")
    (first, start), (last, end) = known[0], known[-1]
    low = min(known, key=lambda pair: pair[1])
    high = max(known, key=lambda pair: pair[1])
    text = (
        f"Courbe du taux de remplissage par semaine ({name}) : {percent(start)} en {dates.week_and_year(first)}, "
        f"{percent(end)} en {dates.week_and_year(last)} ; au plus bas {percent(low[1])} en "
        f"{dates.week_and_year(low[0])}, au plus haut {percent(high[1])} en {dates.week_and_year(high[0])}."
    )
    earlier = [row["fill_rate_last_year"] for row in rows if row["week_start"] == last]
    if earlier and earlier[0] is not None:
        text += f" Un an avant la dernière semaine : {percent(earlier[0])}."
    if holes := len(every_week([row["week_start"] for row in rows])) - len(known):
        text += f" Sans taux : {count(holes, 'semaine')}."
    if reference:
        text += f" Repère : {reference.label}."
    return typeset(text)


def _rows(weeks: pl.DataFrame) -> list[_Week]:
    earlier = "fill_rate_last_year"
    complete = weeks if earlier in weeks.columns else weeks.with_columns(pl.lit(None, pl.Float64).alias(earlier))
    return cast("list[_Week]", complete.sort("week_start").to_dicts())


def _line(mondays: list[date], rates: dict[date, float | None]) -> pl.DataFrame:
    rows = [
        {
            "week": dates.week_key(monday),
            "title": dates.week_title(monday),
            "rate": rate,
            "said": MISSING if rate is None else percent(rate),
        }
        for monday in mondays
        for rate in [rates.get(monday)]
    ]
    return pl.DataFrame(rows, schema={"week": pl.String, "title": pl.String, "rate": pl.Float64, "said": pl.String})


def _rule(reference: Reference, palette: Palette) -> alt.Chart:
    drawn = alt.Chart(pl.DataFrame({"rate": [reference.value]}))
    rule: alt.Chart = drawn.mark_rule(strokeDash=[5, 4], color=palette.secondary_text).encode(y=alt.Y("rate:Q"))
    return rule


def _rule_label(
    reference: Reference, palette: Palette, curves: Sequence[Sequence[float | None]], top: float, height: int
) -> alt.Chart:
    """The words of the reference, over or under its left, right or middle third: where fewest points of the curves are."""
    room = 1.6 * DIRECT_LABEL_SIZE / height * top

    def points_near(place: tuple[Align, bool]) -> int:
        align, above = place
        low, high = (0.0, room) if above else (-room, 0.0)
        near = [rate for curve in curves for rate in _third(curve, align) if rate is not None]
        return sum(low <= rate - reference.value <= high for rate in near)

    align, above = min(((align, above) for align in _X for above in (True, False)), key=points_near)
    text = pl.DataFrame({"rate": [reference.value], "label": [typeset(reference.label)]})
    label: alt.Chart = (
        alt.Chart(text)
        .mark_text(
            align=align,
            baseline="bottom" if above else "top",
            dy=-4 if above else 5,
            fontSize=12,
            color=palette.secondary_text,
        )
        .encode(x=alt.value(alt.expr(_X[align])), y=alt.Y("rate:Q"), text=alt.Text("label:N"))
    )
    return label


def _third(curve: Sequence[float | None], align: Align) -> Sequence[float | None]:
    size = ceil(len(curve) / 3)
    return {"left": curve[:size], "right": curve[-size:], "center": curve[size:-size]}[align]


def _ends(
    now: dict[date, float | None],
    before: dict[date, float | None],
    name: str,
    palette: Palette,
    top: float,
    height: int,
) -> list[alt.Chart]:
    """What each line is, written at its right end; two ends that are too near are pushed apart."""
    ends = [
        (label, known[-1], colour, weight)
        for label, rates, colour, weight in (
            (name, now, palette.accent, "bold"),
            (LAST_YEAR, before, palette.secondary_text, "normal"),
        )
        if (known := [rate for rate in rates.values() if rate is not None])
    ]
    room = (DIRECT_LABEL_SIZE + 4) / height * top
    places = [rate for _, rate, _, _ in ends]
    if len(places) == 2 and abs(places[0] - places[1]) < room:
        middle, upper = sum(places) / 2, 1 if places[0] >= places[1] else -1
        # Not below the axis.
        middle = max(middle, room / 2)
        places = [middle + upper * room / 2, middle - upper * room / 2]
    return [
        alt.Chart(pl.DataFrame({"rate": [place], "label": [f"{label} {percent(rate)}"]}))
        .mark_text(align="left", dx=10, color=colour, fontWeight=weight)  # type: ignore[arg-type]
        .encode(x=alt.value("width"), y=alt.Y("rate:Q"), text=alt.Text("label:N"))
        for (label, rate, colour, weight), place in zip(ends, places, strict=True)
    ]
