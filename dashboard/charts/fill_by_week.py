"""The fill rate week after week: that of the network, and one centre beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final, Literal

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import (
    ACROSS,
    DIRECT_LABEL_SIZE,
    DOWN,
    Row,
    Titles,
    every_week,
    finish,
    named_expressions,
    rate_axis,
    told,
    top_of,
    week_axis,
)
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import count, typeset

# The fill rate week after week, beside the same weeks a year before and a figure of reference.

LAST_YEAR: Final = "un an avant"
HEIGHT: Final = 300
Align = Literal["left", "center", "right"]
_LABEL_X: Final[dict[Align, str]] = {"left": "4", "right": "width - 4", "center": "width / 2"}


@dataclass(frozen=True)
class Reference:
    """A figure that does not move, drawn across the chart with its words: « 35 % (évaluation 2013) »."""

    value: float
    label: str


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
        line = alt.Chart(_unbroken_line(mondays, rates_by_week)).encode(x=week_axis(mondays), y=rate_axis("rate", top))
        layers += [
            line.mark_line(color=colour, strokeWidth=thickness, invalid="break-paths-show-path-domains"),
            line.transform_filter("isValid(datum.rate)")
            .mark_point(filled=True, color=colour, size=16 * thickness)
            .encode(tooltip=told({"title:N": "Semaine", "said:N": "Taux de remplissage"})),
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


def _rows(weeks: pl.DataFrame) -> list[Row]:
    earlier = "fill_rate_last_year"
    complete = weeks if earlier in weeks.columns else weeks.with_columns(pl.lit(None, pl.Float64).alias(earlier))
    return complete.sort("week_start").to_dicts()


def _unbroken_line(mondays: list[date], rates: dict[date, float | None]) -> pl.DataFrame:
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

    align, above = min(((align, above) for align in _LABEL_X for above in (True, False)), key=points_near)
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
        .encode(x=alt.value(alt.expr(_LABEL_X[align])), y=alt.Y("rate:Q"), text=alt.Text("label:N"))
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


# Each centre beside the network without it, all on one scale: who is busier than the rest, and when? The panels are
# laid out by expressions of the chart's width, not by Vega-Lite's facets, whose width is fixed: four abreast on a
# large screen, two on a telephone.

CENTRE: Final = "le lieu"
OTHERS: Final = "le réseau sans lui"
PANEL_HEIGHT: Final = 140
_COLUMNS: Final = 3
# Pixels: the words on top, the scale at the left, between panels, for the name of a centre, for the weeks under it.
_TOP, _LEFT, _GAP, _NAME, _FOOT = 30, 38, 28, 22, 20


def centre_versus_network(
    weeks: pl.DataFrame, *, palette: Palette, titles: Titles | None = None, width: int = 760
) -> alt.LayerChart:
    """One panel a centre, in the order given: its line in green, that of the network without it in grey, all on one scale.

    The scale is from 0 to 100 %, or further where a rate is: nothing is drawn in another's panel.
    One row of `weeks` is one centre and week: centre_code, centre_name, week_start (its Monday), fill_rate and network_rate
    (shares, null when there is none). The network's rate leaves this centre out, or a large one would be compared with itself.
    """
    rows = weeks.to_dicts()
    names = {row["centre_code"]: row["centre_name"] for row in rows}
    mondays = every_week([row["week_start"] for row in rows])
    points = _points(rows, names, mondays)
    top = max(1.0, top_of(rate for row in rows for rate in (row["fill_rate"], row["network_rate"])))
    layers = [
        *_grid(len(names), top, palette),
        *_names(list(names.values()), mondays, palette),
        *_key(palette),
        _centre_line(points, "network_rate", palette.context, 1.5),
        _centre_line(points, "fill_rate", palette.accent, 2.2),
        _dots(points, palette),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=_TOP + PANEL_HEIGHT * max(1, ceil(len(names) / _COLUMNS)))
    chart.params = _frame(len(names), top)
    return finish(chart, palette, titles, width=width)


def centre_versus_network_in_words(weeks: pl.DataFrame) -> str:
    """The panels for who does not see them: how many weeks each centre spent above the rest of the network."""
    rows = weeks.to_dicts()
    said = []
    for code, name in {row["centre_code"]: row["centre_name"] for row in rows}.items():
        both = [
            (row["fill_rate"], row["network_rate"])
            for row in rows
            if row["centre_code"] == code and row["fill_rate"] is not None and row["network_rate"] is not None
        ]
        above = sum(own > others for own, others in both)
        said.append(f"{name} : {above} sur {count(len(both), 'semaine')}" if both else f"{name} : sans relevé")
    if not said:
        return typeset("Courbes vides : aucune semaine sur la période.")
    return typeset(f"Courbes par lieu, semaines au-dessus du reste du réseau. {' ; '.join(said)}.")


def _frame(panels: int, top: float) -> list[alt.VariableParameter]:
    """How many panels abreast, and the size of one, as expressions of the size of the chart."""
    return named_expressions(
        abreast="width < 500 ? 2 : width < 900 ? 3 : 4",
        panel_w=f"(width - {_LEFT} - {_GAP} * (abreast - 1)) / abreast",
        panel_h=f"(height - {_TOP}) / ceil({max(1, panels)} / abreast)",
        plot_h=f"panel_h - {_NAME} - {_FOOT}",
        top_rate=str(top),
    )


# Where a panel begins, and a point in it: `panel` counts the panels, `along` goes from 0 to 1 across one, `rate` up to the
# top of the scale.
_PANEL_LEFT: Final = f"{_LEFT} + (datum.panel % abreast) * (panel_w + {_GAP})"
_PANEL_TOP: Final = f"{_TOP} + floor(datum.panel / abreast) * panel_h"
_ALONG: Final = f"{_PANEL_LEFT} + datum.along * panel_w"


def _up(rate: str) -> str:
    return f"{_PANEL_TOP} + {_NAME} + (1 - ({rate}) / top_rate) * plot_h"


def _points(rows: Sequence[Row], names: Mapping[str, str], mondays: Sequence[date]) -> pl.DataFrame:
    known = {(row["centre_code"], row["week_start"]): row for row in rows}
    steps = max(1, len(mondays) - 1)
    points = []
    for panel, (code, name) in enumerate(names.items()):
        for step, monday in enumerate(mondays):
            row = known.get((code, monday))
            own, others = (row["fill_rate"], row["network_rate"]) if row else (None, None)
            points.append(
                {
                    "panel": panel,
                    "along": step / steps,
                    "fill_rate": own,
                    "network_rate": others,
                    "centre": name,
                    "week": dates.week_title(monday),
                    "own": MISSING if own is None else percent(own),
                    "others": MISSING if others is None else percent(others),
                }
            )
    numbers = {"panel": pl.Int64, "along": pl.Float64, "fill_rate": pl.Float64, "network_rate": pl.Float64}
    return pl.DataFrame(points, schema={**numbers, **dict.fromkeys(("centre", "week", "own", "others"), pl.String)})


def _centre_line(points: pl.DataFrame, rate: str, colour: str, thickness: float) -> alt.Chart:
    # A point placed by an expression cannot be a hole in a line: each unbroken run is a line of its own.
    runs = points.select("panel", "along", rate, run=pl.col(rate).is_null().cum_sum()).drop_nulls(rate)
    placed = alt.Chart(runs).transform_calculate(px=_ALONG, py=_up(f"datum.{rate}"))
    line: alt.Chart = placed.mark_line(color=colour, strokeWidth=thickness).encode(
        x=ACROSS, y=DOWN, detail=[alt.Detail("panel:N"), alt.Detail("run:N")], order=alt.Order("along:Q")
    )
    return line


def _dots(points: pl.DataFrame, palette: Palette) -> alt.Chart:
    """A dot a week: it shows the weeks that stand alone, and says its figures when pointed at."""
    placed = alt.Chart(points.filter(pl.col("fill_rate").is_not_null())).transform_calculate(
        px=_ALONG, py=_up("datum.fill_rate")
    )
    dots: alt.Chart = placed.mark_point(filled=True, color=palette.accent, size=16).encode(
        x=ACROSS,
        y=DOWN,
        tooltip=told(
            {"centre:N": "Lieu", "week:N": "Semaine", "own:N": "Taux de remplissage", "others:N": "Réseau sans lui"}
        ),
    )
    return dots


def _grid(panels: int, top: float, palette: Palette) -> list[alt.Chart]:
    steps = (0.0, top / 2, top)
    rules = pl.DataFrame(
        [{"panel": panel, "rate": rate, "said": percent(rate)} for panel in range(panels) for rate in steps],
        schema={"panel": pl.Int64, "rate": pl.Float64, "said": pl.String},
    )
    placed = alt.Chart(rules).transform_calculate(
        px=_PANEL_LEFT, end=f"{_PANEL_LEFT} + panel_w", py=_up("datum.rate"), first="datum.panel % abreast == 0"
    )
    return [
        placed.mark_rule(color=palette.border, strokeOpacity=0.7).encode(x=ACROSS, x2=alt.X2("end:Q"), y=DOWN),
        placed.transform_filter("datum.first")
        .mark_text(align="right", baseline="middle", dx=-6, fontSize=11, color=palette.secondary_text)
        .encode(x=ACROSS, y=DOWN, text=alt.Text("said:N")),
    ]


def _names(names: Sequence[str], mondays: Sequence[date], palette: Palette) -> list[alt.Chart]:
    """The centre over its panel, and the first and the last week under it."""
    titles = alt.Chart(
        pl.DataFrame(
            {"panel": list(range(len(names))), "text": list(names)}, schema={"panel": pl.Int64, "text": pl.String}
        )
    ).transform_calculate(px=_PANEL_LEFT, py=f"{_PANEL_TOP} + 8")
    ends = (
        [(dates.short_week(mondays[0]), 0.0, "left"), (dates.short_week(mondays[-1]), 1.0, "right")] if mondays else []
    )
    feet = pl.DataFrame(
        [
            {"panel": panel, "text": text, "along": along, "align": align}
            for panel in range(len(names))
            for text, along, align in ends
        ],
        schema={"panel": pl.Int64, "text": pl.String, "along": pl.Float64, "align": pl.String},
    )
    under = alt.Chart(feet).transform_calculate(px=_ALONG, py=f"{_up('0')} + 4")
    return [
        titles.mark_text(align="left", baseline="middle", fontWeight="bold", limit=alt.expr("panel_w")).encode(
            x=ACROSS, y=DOWN, text=alt.Text("text:N")
        ),
        under.mark_text(
            align=alt.expr("datum.align"), baseline="top", fontSize=11, color=palette.secondary_text
        ).encode(x=ACROSS, y=DOWN, text=alt.Text("text:N")),
    ]


def _key(palette: Palette) -> list[alt.Chart]:
    """What the two lines are, said once over all the panels."""
    entries = [(CENTRE, palette.accent, palette.accent, 0), (OTHERS, palette.context, palette.secondary_text, 90)]
    return [
        layer
        for text, colour, ink, left in entries
        for layer in (
            alt.Chart(pl.DataFrame({"px": [_LEFT + left], "end": [_LEFT + left + 18], "py": [8]}))
            .mark_rule(color=colour, strokeWidth=2.5)
            .encode(x=ACROSS, x2=alt.X2("end:Q"), y=DOWN),
            alt.Chart(pl.DataFrame({"px": [_LEFT + left + 24], "py": [8], "text": [text]}))
            .mark_text(align="left", baseline="middle", color=ink, fontSize=DIRECT_LABEL_SIZE)
            .encode(x=ACROSS, y=DOWN, text=alt.Text("text:N")),
        )
    ]
