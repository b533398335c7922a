"""Columns: rates by weekday, contracts, meetings, welcome sessions, who joins and leaves the Pass, the evaluated years."""

from datetime import date
from typing import Any, Final

import altair as alt
import polars as pl

from dashboard.charts.bars import OWN_PREMISES
from dashboard.charts.marks import Layers, marks, rate_in_words, shades, squares, steps
from dashboard.charts.palette import Palette
from dashboard.charts.theme import (
    DIRECT_LABEL_SIZE,
    EARLIEST,
    Row,
    Titles,
    every_month,
    haloed,
    pickable,
    span_label,
    told,
    top_of,
)
from dashboard.wording import dates
from dashboard.wording.numbers import NO_BREAK, integer, signed
from dashboard.wording.terms import MISSING, PLACEMENT_AIMS
from dashboard.wording.typography import WEEK_STATE_GLYPHS, count, typeset

# What was held and nobody counted has a mark of its own, and no column.
_UNKNOWN: Final = WEEK_STATE_GLYPHS["missing"]
_COUNTS: Final = alt.Axis(tickMinStep=1, domain=False, format="d")

# The days of the week, side by side: when are the centres used?


def fill_by_weekday(days: pl.DataFrame, *, palette: Palette, titles: Titles | None = None) -> Layers:
    """One column a day, Monday first, each with its rate.

    One row of `days` is one day of the week: weekday (1 = Monday), fill_rate (share, null when none was offered).
    """
    rows = _days(days)
    scale = alt.Scale(domain=[0, top_of([row["fill_rate"] for row in rows])])
    columns = marks(rows).encode(
        x=steps("day", [row["day"] for row in rows], 0.3, 0.15, labelFontSize=13, labelOverlap=False)
    )
    layers = [
        columns.mark_bar(color=palette.accent, cornerRadiusEnd=2).encode(
            y=alt.Y("fill_rate:Q", axis=None, scale=scale)
        ),
        columns.mark_text(baseline="bottom", dy=-5, fontWeight="bold").encode(
            y=alt.Y("top:Q", axis=None, scale=scale), text=alt.Text("said:N")
        ),
    ]
    return Layers(layers, palette, titles, width=360, height=240)


def fill_by_weekday_in_words(days: pl.DataFrame) -> str:
    """The columns for who does not see them: each day."""
    known = [row for row in _days(days) if row["fill_rate"] is not None]
    if not known:
        return typeset("Colonnes vides : aucun taux de remplissage sur la période.")
    listed = ", ".join(f"{row['day']} {row['said']}" for row in known)
    return typeset(f"Colonnes du taux de remplissage par jour : {listed}.")


def _days(days: pl.DataFrame) -> list[Row]:
    return [
        {
            **row,
            "day": dates.weekday(row["weekday"]),
            "top": row["fill_rate"] or 0.0,
            "said": rate_in_words(row["fill_rate"]),
        }
        for row in days.sort("weekday").select("weekday", "fill_rate").iter_rows(named=True)
    ]


# Contracts quarter after quarter, stacked by the aims of the convention.

# Pixels a column needs for the name of its quarter; and beyond how many columns their totals give way to an axis.
_NARROWEST_NAMED: Final = 32
_MOST_TOTALS: Final = 24
_CONTRACTS: Final = ("contrat", "contrats")


def placement_quarters(
    quarters: pl.DataFrame,
    *,
    palette: Palette,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 760,
    height: int = 260,
) -> Layers:
    """One column a quarter, from zero; its total is written above it. A quarter without a contract is a real zero.

    One row of `quarters` is one quarter and aim (1, 2, 3): quarter_start, aim, placements. Selecting a column gives
    `{selection_name: [{"year": "2016"}]}`.
    """
    every = {
        quarter: {
            "quarter": f"{quarter.year}-T{(quarter.month + 2) // 3}",
            "year": str(quarter.year),
            "title": dates.quarter(quarter),
        }
        for quarter in every_quarter(quarters["quarter_start"].to_list())
    }
    names = {aim: aim_name(aim) for aim in PLACEMENT_AIMS}
    totals = _by(quarters, "quarter_start")
    highest = max([totals.get(quarter, 0) for quarter in every], default=0)
    drawn = [
        {**every[row["quarter_start"]], "aim": row["aim"], "count": row["placements"], "name": names[row["aim"]]}
        for row in quarters.sort("quarter_start", "aim").iter_rows(named=True)
        if row["placements"] and row["quarter_start"] in every
    ]
    # The year under its first quarter shown; the quarters themselves as long as there is room for them, in the width of the
    # drawing, which a picture has too, and not in that of a page around it.
    year = "datum.index == 0 || slice(datum.label, 5) == 'T1' ? slice(datum.label, 0, 4) : ''"
    label = f"width / {max(len(every), 1)} < {_NARROWEST_NAMED} ? {year} : [slice(datum.label, 5), {year}]"
    x = steps("quarter", [said["quarter"] for said in every.values()], 0.25, 0.15, labelExpr=label)
    # Some room over the highest column, for its figure.
    y_scale = alt.Scale(domain=[0, 1.12 * max(highest, 1)], nice=False)
    y_axis = _COUNTS if len(every) > _MOST_TOTALS else None
    legend = squares(sorted({row["name"] for row in drawn}), columns=alt.expr("containerSize()[0] < 700 ? 1 : 3"))
    columns = (
        marks(drawn)
        .mark_bar(stroke=palette.background, strokeWidth=1)
        .encode(
            x=x,
            y=alt.Y("count:Q", axis=y_axis, stack="zero", scale=y_scale),
            order=alt.Order("aim:Q"),
            fill=alt.Fill(
                "name:N", scale=shades(dict(zip(names.values(), palette.categorical, strict=False))), legend=legend
            ),
            tooltip=told({"title:N": "Trimestre", "name:N": "Volet", "count:Q": "Contrats"}),
        )
    )
    words = marks({**said, "count": totals.get(quarter, 0)} for quarter, said in every.items())
    layers = [
        pickable(columns, selection_name, "year", name="columns"),
        words.mark_text(baseline="bottom", dy=-4, fontWeight="bold", opacity=0 if y_axis else 1).encode(
            x=x, y=alt.Y("count:Q", axis=y_axis, scale=y_scale), text=alt.Text("count:Q")
        ),
    ]
    return Layers(layers, palette, titles, width=width, height=height)


def placement_quarters_in_words(quarters: pl.DataFrame) -> str:
    """The columns for who does not see them: the span, the total, each aim, and the highest quarter."""
    every = every_quarter(quarters["quarter_start"].to_list())
    total = quarters["placements"].sum()
    if not every or not total:
        return typeset("Colonnes vides : aucun contrat conclu sur la période.")
    by_quarter, of_aim = _by(quarters, "quarter_start"), _by(quarters, "aim")
    best = max(every, key=lambda quarter: by_quarter.get(quarter, 0))
    by_aim = [f"{aim_name(aim)} {of_aim.get(aim, 0)}" for aim in PLACEMENT_AIMS]
    span = dates.quarter(every[0])
    if len(every) > 1:
        span = f"de {dates.short_quarter(every[0])} à {dates.short_quarter(every[-1])}"
    return typeset(
        f"Colonnes par trimestre, {span} : {count(total, *_CONTRACTS)}. {' ; '.join(by_aim)}. "
        f"Au plus haut : {count(by_quarter[best], *_CONTRACTS)} au {dates.quarter(best)}."
    )


def _by(quarters: pl.DataFrame, column: str) -> dict[object, int]:
    return dict(quarters.group_by(column).agg(pl.col("placements").sum()).iter_rows())


def every_quarter(starts: list[date]) -> list[date]:
    """The first days of the quarters from the earliest of these to the latest, none left out after `EARLIEST`."""
    return pl.date_range(max(min(starts), EARLIEST), max(starts), "1q", eager=True).to_list() if starts else []


def aim_name(aim: int) -> str:
    """« 1. Cantaliens recrutés à distance »: the number is that of the convention."""
    return f"{aim}. {PLACEMENT_AIMS[aim].brief}"


# The information meetings month after month: who came, and who was interested.

ATTENDEES: Final = "présents"
INTERESTED: Final = "dont intéressés"
# A key is « 2017-05 »: the year stands under January and the first month shown, and the months between have no label.
_LABEL: Final = "datum.index == 0 || slice(datum.label, 5) == '01' ? slice(datum.label, 0, 4) : ''"


def placement_meetings(months: pl.DataFrame, *, palette: Palette, titles: Titles | None = None) -> Layers:
    """One grey column a month for who came, a green one in it for who was interested. A month without a meeting is empty.

    One row of `months` is one month with a meeting: month_start, attendees and interested (null when nobody noted them),
    uncounted (how many of its meetings have no count: they get a mark of their own, and no column).
    """
    rows = months.sort("month_start").to_dicts()
    every = every_month(rows[0]["month_start"], rows[-1]["month_start"]) if rows else []
    x = steps("month", [f"{month:%Y-%m}" for month in every], 0.2, 0.1, labelExpr=_LABEL)
    colours = {ATTENDEES: palette.context, INTERESTED: palette.accent}
    known = marks(
        {
            "month": f"{row['month_start']:%Y-%m}",
            "title": dates.month(row["month_start"]),
            "part": part,
            "count": row[column],
            **{each: MISSING if row[each] is None else str(row[each]) for each in ("attendees", "interested")},
        }
        for part, column in ((ATTENDEES, "attendees"), (INTERESTED, "interested"))
        for row in rows
        if row[column] is not None
    ).encode(
        x=x,
        y=alt.Y("count:Q", axis=_COUNTS, stack=None, scale=alt.Scale(zero=True)),
        fill=alt.Fill("part:N", scale=shades(colours), legend=squares(colours)),
        tooltip=told({"title:N": "Mois", "attendees:N": "Présents", "interested:N": "Intéressés"}),
    )
    layers = [
        known.transform_filter(f"datum.part == '{ATTENDEES}'").mark_bar(),
        # Narrower: one sees that it is a part of the other, and where it stops.
        known.transform_filter(f"datum.part == '{INTERESTED}'").mark_bar(width=alt.RelativeBandSize(band=0.5)),
        marks({"month": f"{row['month_start']:%Y-%m}", "mark": _UNKNOWN} for row in rows if row["uncounted"])
        .mark_text(baseline="bottom", dy=-2, color=palette.secondary_text)
        .encode(x=x, y=alt.YValue(alt.expr("height")), text=alt.Text("mark:N")),
    ]
    return Layers(layers, palette, titles, width=560, height=220)


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


# The welcome sessions by number: holders, people and settled families, three counts in three panels, never added up.

COUNTS: Final = {
    "project_holders": "Porteurs de projet",
    "people": "Personnes, porteurs compris",
    "settled_families": "Familles installées à ce jour",
}
TO_COME: Final = "à venir"
# Shares of the height: over each panel its name and the figure of its highest column, and a panel without columns.
_NAME, _FIGURE, _LEAST = 0.06, 0.045, 0.035


def welcome_by_session(
    sessions: pl.DataFrame,
    *,
    palette: Palette,
    selected: int | None = None,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 760,
    height: int = 470,
) -> Layers:
    """One column a session in each of three panels, all on one scale, from zero. What nobody noted has a mark, no column.

    One row of `sessions` is one session: number, held, project_holders, people, settled_families (null when not known),
    dates_text, place. Give every number from the first to the last, also those nothing is known of. A session to come
    keeps its place, without a count. Selecting a column gives `{selection_name: [{"number": …}]}`.
    """
    rows = sessions.sort("number").to_dicts()
    # Panels share out the height, which is 1: one person is as high in all.
    highest = {key: max((row[key] or 0 for row in rows if row["held"]), default=0) for key in COUNTS}
    room = 1 - len(COUNTS) * (_NAME + _FIGURE) - _LEAST * sum(not most for most in highest.values())
    scale = room / (sum(highest.values()) or 1)
    columns: list[Row] = []
    names, bottom = [], 0.0
    for key, name in COUNTS.items():
        bottom += _NAME + _FIGURE + (scale * highest[key] or _LEAST)
        names.append({"text": name, "top": bottom - scale * highest[key] - _FIGURE - 0.5 * _NAME})
        for row in rows:
            value = row[key] if row["held"] else None
            coming = TO_COME if not columns or columns[0]["count_name"] == name else ""
            columns.append(
                {
                    "number": row["number"],
                    "kind": "coming" if not row["held"] else "unknown" if value is None else "count",
                    "value": value,
                    "said": coming if not row["held"] else _UNKNOWN if value is None else str(value),
                    "top": bottom - scale * (value or 0),
                    "bottom": bottom,
                    "selected": row["number"] == selected,
                    "count_name": name,
                    "dates": row["dates_text"],
                    "place": row["place"] or MISSING,
                }
            )
    x = steps(
        "number",
        [row["number"] for row in rows],
        0.2,
        0.1,
        title="Numéro de la session",
        domain=False,
        labelOverlap="greedy",
    )
    # Shares of the height the chart has in the end: the page takes from it the room of the axis.
    y, low = (alt.Y(f"{edge}_px:Q", scale=None, axis=None) for edge in ("top", "bottom"))
    placed = marks(columns).transform_calculate(top_px="datum.top * height", bottom_px="datum.bottom * height")
    # The session looked at stands out; its number is in the sheet beside, so colour is not alone to say it.
    colours = shades({False: palette.accent, True: palette.categorical[1]})
    said = {"number:N": "Session", "dates:N": "Dates", "place:N": "Lieu", "count_name:N": "Compte", "said:N": "Nombre"}
    drawn = (
        placed.transform_filter("isValid(datum.value)")
        .mark_bar(cornerRadiusEnd=1)
        .encode(
            x=x,
            y=y,
            y2=alt.Y2("bottom_px:Q"),
            fill=alt.Fill("selected:N", scale=colours, legend=None),
            tooltip=told(said),
        )
    )

    def texts(kind: str, **looks: Any) -> alt.Chart:
        of_kind = placed.transform_filter(f"datum.kind == '{kind}'").mark_text(**looks)
        written: alt.Chart = of_kind.encode(x=x, y=y, text=alt.Text("said:N"))
        return written

    layers = [
        placed.mark_rule(color=palette.border).encode(y=low, x=alt.XValue(0), x2=alt.X2Value("width")),
        pickable(drawn, selection_name, "number", name="columns"),
        texts("count", baseline="bottom", dy=-2, fontSize=11, opacity=alt.expr("bandwidth('x') < 11 ? 0 : 1")),
        texts("unknown", baseline="bottom", dy=-2, color=palette.secondary_text),
        texts("coming", angle=270, align="left", baseline="middle", dx=4, fontSize=12, color=palette.secondary_text),
        marks(names)
        .transform_calculate(top_px="datum.top * height")
        .mark_text(align="left", baseline="middle", fontWeight="bold", fontSize=DIRECT_LABEL_SIZE)
        .encode(x=alt.XValue(0), y=y, text=alt.Text("text:N")),
    ]
    return Layers(layers, palette, titles, width=width, height=height)


def welcome_by_session_in_words(sessions: pl.DataFrame) -> str:
    """The panels for who does not see them: how many sessions, the span of each count, and what is not known."""
    rows = sessions.filter("held").sort("number").to_dicts()
    if not rows:
        return typeset("Colonnes vides : aucune session tenue n’est connue.")
    held = f"{rows[0]['number']} à {rows[-1]['number']}" if len(rows) > 1 else str(rows[0]["number"])
    parts = []
    for key, name in COUNTS.items():
        known = [row[key] for row in rows if row[key] is not None]
        if not known:
            parts.append(f"{name} : {MISSING}")
            continue
        low, high = min(known), max(known)
        said = f"{name} : {low if low == high else f'de {low} à {high}'} par session"
        if unknown := len(rows) - len(known):
            said += f", {count(unknown, 'session')} sans effectif connu"
        parts.append(said)
    return typeset(f"Colonnes par session, {count(len(rows), 'session')} ({held}). {'. '.join(parts)}.")


# Who joins and who leaves the club: above zero and below it, with what is left of the two.

JOINS: Final = "adhésions"
LOSSES: Final = "départs"
NET: Final = "solde"
# Wider than this, the figures of a column would touch those of the next.
_COLUMNS_WITH_FIGURES: Final = 26


def pass_flows(spans: pl.DataFrame, *, palette: Palette, titles: Titles | None = None) -> Layers:
    """Columns of joins upwards, of departures downwards; those for premises of their own have their colour. A line is the net.

    One row of `spans` is one month, or a few together: first_month, last_month, pass_joins, pass_losses,
    pass_own_premises, pass_net.
    """
    rows = [
        {
            **row,
            "span": span_label(row["first_month"], row["last_month"]),
            "left": row["pass_losses"] + row["pass_own_premises"],
        }
        for row in spans.sort("first_month").iter_rows(named=True)
    ]
    parts = [
        {"span": row["span"], "part": part, "from": low, "to": high, "people": abs(high - low)}
        for row in rows
        for part, low, high in (
            (JOINS, 0, row["pass_joins"]),
            (LOSSES, -row["pass_losses"], 0),
            (OWN_PREMISES, -row["left"], -row["pass_losses"]),
        )
        if high > low
    ]
    x = _spans_axis(rows)
    y_axis = alt.Axis(format="d", tickMinStep=1, tickCount=5, domain=False, labelExpr="abs(datum.value)")
    # Room for the figures over the highest column and under the deepest.
    highest = max([row["pass_joins"] for row in rows], default=1)
    deepest = max([row["left"] for row in rows], default=1)
    y = alt.Y("from:Q", axis=y_axis, scale=alt.Scale(domain=[-1.15 * deepest, 1.15 * max(highest, 1)], nice=False))
    colours = {
        JOINS: palette.accent,
        LOSSES: palette.categorical[1],
        OWN_PREMISES: palette.categorical[2],
        NET: palette.text,
    }
    legend = squares(colours, columns=alt.expr("width < 480 ? 2 : 4"), symbolOpacity=1)
    net = marks(
        {"span": row["span"], "net": row["pass_net"], "said": signed(row["pass_net"], 0)} for row in rows
    ).encode(x=x, y=alt.Y("net:Q", axis=y_axis))
    layers = [
        marks(parts)
        .mark_bar()
        .encode(
            x=x,
            y=y,
            y2=alt.Y2("to:Q"),
            color=alt.Color("part:N", scale=shades(colours), legend=legend),
            tooltip=told({"span:N": "Période", "part:N": "Nature", "people:Q": "Personnes"}),
        ),
        marks([{"zero": 0}]).mark_rule(color=palette.secondary_text).encode(y=alt.Y("zero:Q", axis=y_axis)),
        # Edged with the background, or it would be lost on the columns it crosses.
        net.mark_line(color=palette.background, strokeWidth=4),
        net.mark_line(strokeWidth=1.75).encode(color=alt.ColorValue(palette.text)),
        net.mark_point(filled=True, size=26, color=palette.text, stroke=palette.background, strokeWidth=1).encode(
            tooltip=told({"span:N": "Période", "said:N": "Solde"})
        ),
    ]
    # How many came over each column, how many left under it; a telephone has no room for them.
    for column, up, dy in (("pass_joins", 1, -8), ("left", -1, 5)) if len(rows) <= _COLUMNS_WITH_FIGURES else ():
        figures = marks(
            {"span": row["span"], "at": up * row[column], "said": integer(row[column])} for row in rows if row[column]
        ).encode(x=x, y=alt.Y("at:Q", axis=y_axis), text=alt.Text("said:N"))
        layers += haloed(
            figures,
            palette,
            palette.secondary_text,
            baseline="bottom" if up > 0 else "top",
            dy=dy,
            fontSize=11,
            opacity=alt.expr("width < 480 ? 0 : 1"),
        )
    return Layers(layers, palette, titles, width=720, height=280)


def pass_flows_in_words(spans: pl.DataFrame) -> str:
    """The columns for who does not see them: what came, what left, what is left of it, and the extremes of the net."""
    rows = spans.sort("first_month").to_dicts()
    if not rows:
        return typeset("Colonnes vides : aucun mois sur la période.")
    joins, losses, grown, net = (
        sum(row[key] for row in rows) for key in ("pass_joins", "pass_losses", "pass_own_premises", "pass_net")
    )
    best, worst = (
        f"{signed(row['pass_net'], 0)} ({span_label(row['first_month'], row['last_month'])})"
        for row in (pick(rows, key=lambda row: row["pass_net"]) for pick in (max, min))
    )
    return typeset(
        f"Colonnes des mouvements du Pass : {count(joins, 'adhésion')}, {count(losses, 'départ')} et "
        f"{count(grown, 'installation')} dans ses propres locaux, soit un solde de {signed(net, 0)}. "
        f"Meilleur solde : {best} ; le plus bas : {worst}."
    )


def _spans_axis(rows: list[Row]) -> alt.X:
    """Single months: a January by its year, the first of the other quarters by its name. Else the first of a year by it."""
    if all(row["first_month"] == row["last_month"] for row in rows):
        values = [row["span"] for row in rows if row["first_month"].month in (1, 4, 7, 10)]
        said = f"slice(datum.label, 0, 5) == 'janv.' ? slice(datum.label, -4) : split(datum.label, '{NO_BREAK}')[0]"
    else:
        years = {row["last_month"].year: row["span"] for row in reversed(rows)}
        values = list(years.values())[::-1]
        said = "slice(datum.label, -4)"
    keys = [row["span"] for row in rows]
    return steps("span", keys, 0.2, 0.1, domain=False, values=values, labelExpr=said)


# The lines of the yearly evaluation, year after year: one panel a line, one bar a year.

# Of the height of a panel: the rest is its title.
_HIGHEST: Final = 0.62
ORIGINS: Final = {
    "computed": "calculé",
    "provisional": "provisoire",
    "published": "publié",
    "hidden": "masqué",
    "missing": "sans donnée",
}
"""Where the figure of a year comes from, in the words of the page."""


def evaluated_years(
    lines: pl.DataFrame,
    *,
    palette: Palette,
    year: int,
    titles: Titles | None = None,
    width: int = 560,
    panel: int = 64,
) -> Layers:
    """Each line on its own scale, from zero, the chosen year in full colour; a year without a figure bears a cross.

    One row of `lines` is one line of one year, in order: key, label, year, value (null when there is none or it is hidden),
    text (as it is to be read), origin (a key of ORIGINS).
    """
    drawn, names = [], []
    for place, (_, own) in enumerate(lines.group_by("key", maintain_order=True)):
        rows = own.to_dicts()
        highest, floor = max((row["value"] or 0 for row in rows), default=0) or 1, -1.0 - place
        said = str(rows[0]["label"]) + "".join(f" : {_of_year(row)}" for row in rows if row["year"] == year)
        names.append({"said": said, "at": -place - (1 - _HIGHEST) / 2, "floor": floor})
        drawn += [
            {
                **{key: row[key] for key in ("label", "text", "origin")},
                "year": str(row["year"]),
                "floor": floor,
                "top": None if row["value"] is None else floor + row["value"] / highest * _HIGHEST,
                "chosen": row["year"] == year,
                "said": ORIGINS[row["origin"]],
            }
            for row in rows
        ]
    years = dict.fromkeys(row["year"] for row in drawn)
    x = steps("year", sorted(years), 0.2, 0.1, labelOverlap=True, labelColor=palette.text)
    placed = marks(drawn).encode(
        x=x, tooltip=told({"label:N": "Ligne", "year:O": "Année", "text:N": "Valeur", "said:N": "Origine"})
    )
    ink = alt.expr(f"datum.origin == 'published' ? '{palette.context}' : '{palette.accent}'")
    opacity = alt.expr("datum.origin == 'provisional' ? 0.15 : datum.chosen ? 1 : 0.5")
    bars = placed.transform_filter("isValid(datum.top)")
    without = placed.transform_filter("!isValid(datum.top)")
    title = marks(names)
    top, floor_, at = (
        alt.Y(f"{edge}:Q", axis=None, scale=alt.Scale(domain=[-len(names), 0], nice=False, zero=False))
        for edge in ("top", "floor", "at")
    )
    layers = [
        title.mark_rule(color=palette.border).encode(y=floor_),
        bars.mark_bar(fill=ink, stroke=ink, strokeWidth=1, fillOpacity=opacity).encode(y=top, y2=alt.Y2("floor:Q")),
        without.mark_text(text="×", baseline="bottom", color=palette.secondary_text).encode(y=floor_),
        title.mark_text(align="left", baseline="middle", fontSize=DIRECT_LABEL_SIZE, color=palette.text).encode(
            x=alt.XValue(0), y=at, text=alt.Text("said:N")
        ),
    ]
    return Layers(layers, palette, titles, width=width, height=panel * len(names))


def evaluated_years_in_words(lines: pl.DataFrame, *, year: int) -> str:
    """The panels for who does not see them: of each line the first year, the highest and the chosen one, and what lacks."""
    said = []
    for (label,), own in lines.group_by("label", maintain_order=True):
        known = own.drop_nulls("value")
        if known.is_empty():
            said.append(f"{label} : aucune donnée")
            continue
        top = known.sort("value", descending=True, maintain_order=True).row(0, named=True)
        parts = [_of_year(known.row(0, named=True)), f"au plus {_of_year(top)}"]
        parts += [_of_year(row) for row in own.filter(pl.col("year") == year).to_dicts()]
        words = f"{label} : {', '.join(parts)}"
        if lacking := own.filter(pl.col("value").is_null())["year"].to_list():
            words += f" ; sans valeur : {', '.join(map(str, lacking))}"
        said.append(words)
    return typeset("Barres, année par année. " + ". ".join(said) + ".")


def _of_year(row: Row) -> str:
    origin = str(row["origin"])
    remark = f" ({ORIGINS[origin]})" if origin in ("published", "provisional") else ""
    return f"{row['text']} en {row['year']}{remark}"
