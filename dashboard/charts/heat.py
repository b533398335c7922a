"""Cells that darken: the weeks of each centre by their fill rate, the services of each year by who was given them."""

from itertools import pairwise
from math import ceil
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.marks import Layers, marks, shades, steps
from dashboard.charts.palette import Palette
from dashboard.charts.theme import (
    AXIS_SIZE,
    DIRECT_LABEL_SIZE,
    WEEK_LABEL,
    Titles,
    names_axis,
    pickable,
    told,
    whole_percent,
)
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import FEWER_SIGN, PLACE_STATES, WEEK_STATES, hidden_words
from dashboard.wording.typography import count, enumeration, typeset

# Centres by weeks: how full each one was, and why a week has no figure. Three things that are easily mixed are drawn
# apart: nobody entered the week, the centre was closed, the centre was open and nobody came.

# The first percentage of each class but the first; the network's usual third falls among them.
CLASS_EDGES: Final = (15, 30, 45, 60, 75)
# Under this width of cell, in pixels, its figure is small; narrower still, it is left out and its colour speaks alone.
_NARROW, _NARROWEST_PRINTED = 25, 17
_COLUMNS: Final = alt.expr("containerSize()[0] < 560 ? 2 : 6")
_UNRATED: Final = ("missing", "draft", "closed", "without_seats", "not_open")

# Marks drawn rather than typed: the fonts of a picture may lack them.
_DOTS: Final = (
    (0.45, 0.0),
    (0.32, 0.32),
    (0.0, 0.45),
    (-0.32, 0.32),
    (-0.45, 0.0),
    (-0.32, -0.32),
    (0.0, -0.45),
    (0.32, -0.32),
)
NOBODY: Final = "ouvert, personne"
_WORDS: Final = {
    **{state: term.label for state, term in WEEK_STATES.items()},
    **{state: PLACE_STATES[state].label for state in ("without_seats", "not_open")},
}
_MARKS: Final = {
    NOBODY: "M0,-.5C.5,-.5,.5,.5,0,.5C-.5,.5,-.5,-.5,0,-.5ZM0,-.34C-.24,-.34,-.24,.34,0,.34C.24,.34,.24,-.34,0,-.34Z",
    _WORDS["missing"]: "".join(
        f"M{x + 0.09:.2f},{y}A.09,.09,0,1,1,{x - 0.09:.2f},{y}A.09,.09,0,1,1,{x + 0.09:.2f},{y}Z" for x, y in _DOTS
    ),
    _WORDS["draft"]: (
        "M.5,0A.5,.5,0,1,1,-.5,0A.5,.5,0,1,1,.5,0ZM.4,0A.4,.4,0,1,0,-.4,0A.4,.4,0,1,0,.4,0ZM0,-.45A.45,.45,0,0,0,0,.45Z"
    ),
    _WORDS["closed"]: "M-.28,-.5H.3V-.34H-.1V-.1H.2V.06H-.1V.5H-.28Z",
    _WORDS["without_seats"]: "M-.3,-.2H.3V-.1H-.3ZM-.3,.1H.3V.2H-.3Z",
    _WORDS["not_open"]: "M-.25,-.4L.3,0L-.25,.4L-.25,.25L.08,0L-.25,-.25Z",
    _WORDS["not_expected"]: "M-.3,-.05H.3V.05H-.3Z",
}


def fill_heatmap(
    weeks: pl.DataFrame, *, palette: Palette, selection_name: str | None = None, titles: Titles | None = None
) -> Layers:
    """One row a centre, in the order given, one column a week, in the order of time.

    One row of `weeks` is one centre and week: centre_code, centre_name, week_start (its Monday), state (complete, draft,
    missing, closed, without_seats, not_open, not_expected), reason (why it was shut, or null), fill_rate (share; read for
    complete weeks only). Selecting a cell gives `{selection_name: [{"code": …}]}`.
    """
    cells = []
    for week in weeks.sort("week_start", maintain_order=True).iter_rows(named=True):
        rate = week["fill_rate"] if week["state"] == "complete" else None
        # A complete week that offered no half-day has no rate: nothing was expected of it.
        words = _WORDS["not_expected" if week["state"] == "complete" else week["state"]]
        some = (
            {
                "rate_class": class_labels()[heat_class(rate)],
                "ink": palette.heat[heat_class(rate)].ink,
                "text": str(whole_percent(rate)),
            }
            if rate
            else {"mark": words if rate is None else NOBODY}
        )
        cells.append(
            {
                **dict.fromkeys(("rate_class", "ink", "text", "mark")),
                "code": week["centre_code"],
                "centre": week["centre_name"],
                "week": dates.week_key(week["week_start"]),
                "title": dates.week_title(week["week_start"]),
                "frame": "closed" if week["state"] == "closed" else "zero" if rate == 0 else None,
                "said": percent(rate) if rate is not None else ", ".join(filter(None, (words, week["reason"]))),
                **some,
            }
        )
    x = steps(
        "week",
        list(dict.fromkeys(cell["week"] for cell in cells)),
        0.08,
        orient="top",
        labelExpr=WEEK_LABEL,
        labelPadding=20,
        domain=False,
    )
    names = dict(weeks.select("centre_code", "centre_name").iter_rows())
    look = {"labelColor": palette.secondary_text, "labelFontSize": AXIS_SIZE}
    y = names_axis("code", names, palette, inner=0.1, outer=0, **look)
    placed = marks(cells).encode(x=x, y=y)
    said = told({"centre:N": "Lieu", "title:N": "Semaine", "said:N": "Taux de remplissage"})
    rated = placed.transform_filter("isValid(datum.rate_class)").mark_rect()
    classes = alt.Legend(
        title="Taux de remplissage, en %",
        # The other legend is at the bottom: side by side they would be wider than the chart.
        orient="top",
        symbolType="square",
        symbolStrokeWidth=0,
        columns=_COLUMNS,
    )
    colours = shades(dict(zip(class_labels(), (heat.fill for heat in palette.heat), strict=True)))
    # Behind the marks: grey where the centre was closed, a drawn edge where it was open for nobody.
    zero = "datum.frame == 'zero'"
    frames = placed.transform_filter("isValid(datum.frame)").mark_rect(
        fill=alt.expr(f"{zero} ? '{palette.background}' : '{palette.border}'"),
        stroke=alt.expr(f"{zero} ? '{palette.heat[3].fill}' : null"),
        strokeWidth=1,
    )
    shown = {mark: shape for mark, shape in _MARKS.items() if any(cell["mark"] == mark for cell in cells)}
    # Of no value it would be a title alone.
    without = (
        alt.Legend(title="Semaines sans taux", columns=_COLUMNS, symbolSize=350, symbolStrokeWidth=0) if shown else None
    )
    marked = placed.transform_filter("isValid(datum.mark)").mark_point(
        filled=True, color=palette.text, size=alt.expr("pow(min(20, 1.2 * bandwidth('x')), 2)")
    )
    printed = placed.transform_filter("isValid(datum.text)").mark_text(
        fill=alt.expr("datum.ink"),
        opacity=alt.expr(f"bandwidth('x') < {_NARROWEST_PRINTED} ? 0 : 1"),
        fontSize=alt.expr(f"bandwidth('x') < {_NARROW} ? 10 : 12"),
    )
    layers = [
        pickable(rated, selection_name, "code", name="cells").encode(
            tooltip=said, fill=alt.Fill("rate_class:N", scale=colours, legend=classes)
        ),
        frames,
        marked.encode(tooltip=said, shape=alt.Shape("mark:N", scale=shades(shown), legend=without)),
        printed.encode(text=alt.Text("text:N")),
    ]
    apart = alt.Resolve(scale=alt.ScaleResolveMap(fill="independent", shape="independent"))
    return Layers(layers, palette, titles, width=760, height=alt.Step(30), beside=200, resolve=apart)


def fill_heatmap_in_words(weeks: pl.DataFrame) -> str:
    """The heat map for who does not see it: its size, its extremes, and the weeks without a figure."""
    if weeks.is_empty():
        return typeset("Carte de chaleur vide : aucune semaine sur la période.")
    centres, columns = weeks["centre_code"].n_unique(), weeks["week_start"].n_unique()
    text = f"Carte de chaleur : {count(centres, 'lieu', 'lieux')} sur {count(columns, 'semaine')}."
    rated = weeks.filter((pl.col("state") == "complete") & pl.col("fill_rate").is_not_null())
    if rated.height:
        ordered = rated.sort("fill_rate", maintain_order=True)
        low, high = (
            f"{percent(row['fill_rate'])} ({row['centre_name']}, {dates.week_and_year(row['week_start'])})"
            for row in (ordered.row(0, named=True), ordered.row(-1, named=True))
        )
        text += f" Le taux hebdomadaire va de {low} à {high}."
    plurals = {state: PLACE_STATES[state].plural or None for state in ("without_seats", "not_open")}
    without = [
        count(number, _WORDS[state], plurals.get(state))
        for state in _UNRATED
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


# What the programme gives, year after year: a table whose cells darken with the count printed in them.


def pass_services(cells: pl.DataFrame, *, palette: Palette, titles: Titles | None = None) -> Layers:
    """Kinds by years, the count printed in each cell; the darkest is the largest of all.

    One row of `cells` is one kind and year, in the order to be shown: label, year, people (0 where nobody, null where there are
    few and who reads may not see how many).
    """
    most = max((people or 0 for people in cells["people"]), default=0)
    drawn = []
    for row in cells.iter_rows(named=True):
        fill, ink = palette.background, palette.secondary_text
        if row["people"]:
            shade = palette.heat[ceil(row["people"] / most * len(palette.heat)) - 1]
            fill, ink = shade.fill, shade.ink
        said = FEWER_SIGN if row["people"] is None else integer(row["people"])
        drawn.append({"kind": row["label"], "year": str(row["year"]), "said": said, "fill": fill, "ink": ink})
    kinds = {row["kind"]: row["kind"] for row in drawn}
    years = sorted({row["year"] for row in drawn})
    placed = marks(drawn).encode(
        x=steps("year", years, 0.06, orient="top", domain=False, labelOverlap=False),
        y=names_axis("kind", kinds, palette, inner=0.06, outer=0),
    )
    layers = [
        placed.mark_rect(cornerRadius=2).encode(color=alt.Color("fill:N", scale=None)),
        placed.mark_text(fontSize=DIRECT_LABEL_SIZE, fill=alt.expr("datum.ink")).encode(text=alt.Text("said:N")),
    ]
    return Layers(layers, palette, titles, width=420, height=alt.Step(40), beside=180)


def pass_services_in_words(cells: pl.DataFrame) -> str:
    """The table for who does not see it: the last year of each kind, and the year before."""
    if cells.filter(pl.col("people").ne_missing(0)).is_empty():
        return typeset("Tableau vide : rien n’est enregistré sur ces années.")
    last = cells["year"].unique().sort().tail(2).implode()
    said = []
    for (label,), rows in cells.filter(pl.col("year").is_in(last)).group_by("label", maintain_order=True):
        counts = [
            f"{hidden_words(few=True) if people is None else integer(people)} en {year}"
            for people, year in rows.select("people", "year").iter_rows()
        ]
        said.append(f"{label} : {enumeration(counts)}")
    return typeset(f"Tableau par année. {' ; '.join(said)}.")
