"""Contracts quarter after quarter, by aim, and the information meetings month after month."""

from datetime import date
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import EARLIEST, Titles, every_month, finish, parts_legend, pickable, pointer, told
from dashboard.wording import dates
from dashboard.wording.terms import MISSING, PLACEMENT_AIMS
from dashboard.wording.typography import WEEK_STATE_GLYPHS, count, typeset

# Contracts quarter after quarter, stacked by the aims of the convention.

QUARTERS_HEIGHT: Final = 260
# Pixels a column needs for the name of its quarter; and beyond how many columns their totals give way to an axis.
_NARROWEST_NAMED: Final = 32
_MOST_TOTALS: Final = 24
_CONTRACTS: Final = ("contrat", "contrats")
_COUNTS: Final = alt.Axis(title=None, tickMinStep=1, ticks=False, domain=False, format="d")


def placement_quarters(
    quarters: pl.DataFrame,
    *,
    palette: Palette,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 760,
    height: int = QUARTERS_HEIGHT,
) -> alt.LayerChart:
    """One column a quarter, from zero; its total is written above it. A quarter without a contract is a real zero.

    One row of `quarters` is one quarter and aim (1, 2, 3): quarter_start, aim, placements. Selecting a column gives
    `{selection_name: [{"year": "2016"}]}`.
    """
    names = {aim: aim_name(aim) for aim in PLACEMENT_AIMS}
    every = every_quarter(quarters["quarter_start"].to_list())
    keys = [_quarter_key(quarter) for quarter in every]
    columns_of = pl.DataFrame(
        {
            "quarter_start": every,
            "quarter": keys,
            "year": [str(quarter.year) for quarter in every],
            "title": [dates.quarter(quarter) for quarter in every],
        },
        schema={"quarter_start": pl.Date, **dict.fromkeys(("quarter", "year", "title"), pl.String)},
    )
    counted = columns_of.join(quarters, on="quarter_start", how="left", maintain_order="left").rename(
        {"placements": "count"}
    )
    drawn = (
        counted.filter(pl.col("count") > 0)
        .with_columns(name=pl.col("aim").replace_strict(names, return_dtype=pl.String))
        .sort("quarter_start", "aim")
        .drop("quarter_start")
    )
    totals = counted.group_by("quarter", "year", "title", maintain_order=True).agg(pl.col("count").sum())
    highest = max(totals["count"].to_list(), default=0)
    x = alt.X("quarter:O", axis=_axis(len(keys)), scale=alt.Scale(domain=keys, paddingInner=0.25, paddingOuter=0.15))
    # Some room over the highest column, for its figure.
    y_scale = alt.Scale(domain=[0, 1.12 * max(highest, 1)], nice=False)
    y_axis = _COUNTS if len(keys) > _MOST_TOTALS else None
    columns = (
        alt.Chart(drawn)
        .mark_bar(stroke=palette.background, strokeWidth=1, cursor=pointer(selection_name))
        .encode(
            x=x,
            y=alt.Y("count:Q", axis=y_axis, stack="zero", scale=y_scale),
            order=alt.Order("aim:Q"),
            fill=alt.Fill(
                "name:N",
                scale=alt.Scale(domain=list(names.values()), range=list(palette.categorical[: len(names)])),
                legend=parts_legend(drawn["name"].unique().sort().to_list(), narrow_below=700),
            ),
            tooltip=told({"title:N": "Trimestre", "name:N": "Volet", "count:Q": "Contrats"}),
        )
    )
    words = (
        alt.Chart(totals)
        .mark_text(baseline="bottom", dy=-4, fontWeight="bold", opacity=0 if y_axis else 1)
        .encode(x=x, y=alt.Y("count:Q", axis=y_axis, scale=y_scale), text=alt.Text("count:Q"))
    )
    columns = pickable(columns, selection_name, "year", name="columns")
    chart = alt.LayerChart(layer=[columns, words], width=width, height=height)
    return finish(chart, palette, titles, width=width)


def placement_quarters_in_words(quarters: pl.DataFrame) -> str:
    """The columns for who does not see them: the span, the total, each aim, and the highest quarter."""
    every = every_quarter(quarters["quarter_start"].to_list())
    total = quarters["placements"].sum()
    if not every or not total:
        return typeset("Colonnes vides : aucun contrat conclu sur la période.")
    by_quarter = dict(quarters.group_by("quarter_start").agg(pl.col("placements").sum()).iter_rows())
    best = max(every, key=lambda quarter: by_quarter.get(quarter, 0))
    of_aim = dict(quarters.group_by("aim").agg(pl.col("placements").sum()).iter_rows())
    by_aim = [f"{aim_name(aim)} {of_aim.get(aim, 0)}" for aim in PLACEMENT_AIMS]
    span = dates.quarter(every[0])
    if len(every) > 1:
        span = f"de {dates.short_quarter(every[0])} à {dates.short_quarter(every[-1])}"
    return typeset(
        f"Colonnes par trimestre, {span} : {count(total, *_CONTRACTS)}. {' ; '.join(by_aim)}. "
        f"Au plus haut : {count(by_quarter[best], *_CONTRACTS)} au {dates.quarter(best)}."
    )


def every_quarter(starts: list[date]) -> list[date]:
    """The first days of the quarters from the earliest of these to the latest, none left out after `EARLIEST`."""
    if not starts:
        return []
    first, last = max(min(starts), EARLIEST), max(starts)
    numbers = range(first.year * 4 + (first.month - 1) // 3, last.year * 4 + (last.month - 1) // 3 + 1)
    return [date(number // 4, number % 4 * 3 + 1, 1) for number in numbers]


def aim_name(aim: int) -> str:
    """« 1. Cantaliens recrutés à distance »: the number is that of the convention."""
    return f"{aim}. {PLACEMENT_AIMS[aim].brief}"


def _quarter_key(start: date) -> str:
    return f"{start.year}-T{(start.month - 1) // 3 + 1}"


def _axis(quarters: int) -> alt.Axis:
    """The year under its first quarter shown; the quarters themselves as long as there is room for them."""
    year = "datum.index == 0 || slice(datum.label, 5) == 'T1' ? slice(datum.label, 0, 4) : ''"
    both = f"[slice(datum.label, 5), {year}]"
    # The width of the drawing, which a picture has too, and not that of a page around it.
    label = f"width / {max(quarters, 1)} < {_NARROWEST_NAMED} ? {year} : {both}"
    return alt.Axis(title=None, labelAngle=0, ticks=False, labelExpr=label, labelOverlap="greedy")


# The information meetings month after month: who came, and who was interested.

MEETINGS_HEIGHT: Final = 220
ATTENDEES: Final = "présents"
INTERESTED: Final = "dont intéressés"
_NOT_COUNTED: Final = WEEK_STATE_GLYPHS["missing"]


def placement_meetings(
    months: pl.DataFrame,
    *,
    palette: Palette,
    titles: Titles | None = None,
    width: int = 560,
    height: int = MEETINGS_HEIGHT,
) -> alt.LayerChart:
    """One grey column a month for who came, a green one in it for who was interested. A month without a meeting is empty.

    One row of `months` is one month with a meeting: month_start, attendees and interested (null when nobody noted them),
    uncounted (how many of its meetings have no count: they get a mark of their own, and no column).
    """
    rows = months.sort("month_start").to_dicts()
    every = every_month(rows[0]["month_start"], rows[-1]["month_start"]) if rows else []
    keys = [_month_key(month) for month in every]
    drawn = pl.DataFrame(
        [
            {
                "month": _month_key(row["month_start"]),
                "title": dates.month(row["month_start"]),
                "part": part,
                "count": value,
                "attendees": _count_in_words(row["attendees"]),
                "interested": _count_in_words(row["interested"]),
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
        [{"month": _month_key(row["month_start"]), "mark": _NOT_COUNTED} for row in rows if row["uncounted"]],
        schema={"month": pl.String, "mark": pl.String},
    )
    axis = alt.Axis(title=None, labelAngle=0, ticks=False, labelExpr=_LABEL, labelOverlap="greedy")
    x = alt.X("month:O", axis=axis, scale=alt.Scale(domain=keys, paddingInner=0.2, paddingOuter=0.1))
    colours = alt.Scale(domain=[ATTENDEES, INTERESTED], range=[palette.context, palette.accent])
    legend = alt.Legend(title=None, orient="top", symbolType="square", symbolStrokeWidth=0, labelLimit=0)
    known = alt.Chart(drawn.drop_nulls("count")).encode(
        x=x,
        y=alt.Y("count:Q", axis=_COUNTS, stack=None, scale=alt.Scale(zero=True)),
        fill=alt.Fill("part:N", scale=colours, legend=legend),
        tooltip=told({"title:N": "Mois", "attendees:N": "Présents", "interested:N": "Intéressés"}),
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
    rows = months.sort("month_start").to_dicts()
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


# A key is « 2017-05 »: the year stands under January and the first month shown, and the months between have no label.
_LABEL: Final = "datum.index == 0 || slice(datum.label, 5) == '01' ? slice(datum.label, 0, 4) : ''"


def _month_key(month: date) -> str:
    return f"{month.year:04}-{month.month:02}"


def _count_in_words(value: int | None) -> str:
    return MISSING if value is None else str(value)
