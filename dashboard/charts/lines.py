"""Lines in time: the fill rate week after week, alone and centre by centre, the seats taken in a day, the members of the Pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import accumulate
from math import ceil
from typing import Any, Final, Literal

import altair as alt
import polars as pl

from dashboard.charts.marks import Layers, end, line, marks, rate_in_words
from dashboard.charts.palette import Palette
from dashboard.charts.theme import (
    ACROSS,
    DIRECT_LABEL_SIZE,
    DOWN,
    Row,
    Titles,
    every_month,
    every_week,
    month_axis,
    named_expressions,
    rate_axis,
    span_label,
    told,
    top_of,
    week_axis,
)
from dashboard.wording import dates
from dashboard.wording.numbers import decimal, integer, percent, rounded
from dashboard.wording.typography import count, typeset

# The fill rate week after week, beside the same weeks a year before and a figure of reference.

LAST_YEAR: Final = "un an avant"
Align = Literal["left", "right", "center"]


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
    height: int = 300,
) -> Layers:
    """One line, from zero; in grey the year before. A week without a figure breaks the line.

    One row of `weeks` is one week: week_start (its Monday), fill_rate (share, null when there is none) and
    fill_rate_last_year (same, may be left out). `name` is what the line is of.
    """
    rows = _unbroken(weeks)
    before, now = ([row[rate] for row in rows] for rate in ("fill_rate_last_year", "fill_rate"))
    top = top_of([*now, *before, reference.value if reference else None])
    x, y = week_axis([row["week_start"] for row in rows]), rate_axis("value", top)
    layers = _reference(reference, palette, (before, now), top, height) if reference else []
    for rates, colour, thickness in ((before, palette.context, 1.5), (now, palette.accent, 2.5)):
        points = [
            {
                "week": dates.week_key(row["week_start"]),
                "title": dates.week_title(row["week_start"]),
                "value": rate,
                "said": rate_in_words(rate),
            }
            for row, rate in zip(rows, rates, strict=True)
        ]
        layers += line(points, x, y, colour, thickness, {"title:N": "Semaine", "said:N": "Taux de remplissage"})
    # What each line is, written at its right end; two ends that are too near are pushed apart, not below the axis.
    ends = [
        (label, known[-1], colour, label == name)
        for label, rates, colour in ((name, now, palette.accent), (LAST_YEAR, before, palette.secondary_text))
        if (known := [rate for rate in rates if rate is not None])
    ]
    room = (DIRECT_LABEL_SIZE + 4) / height * top
    places = [rate for _, rate, _, _ in ends]
    if len(places) == 2 and abs(places[0] - places[1]) < room:
        middle, upper = max(sum(places) / 2, room / 2), 1 if places[0] >= places[1] else -1
        places = [middle + upper * room / 2, middle - upper * room / 2]
    layers += [
        end(f"{label} {percent(rate)}", place, colour, bold=bold, dx=10)
        for (label, rate, colour, bold), place in zip(ends, places, strict=True)
    ]
    return Layers(layers, palette, titles, width=width, height=height, beside=120)


def fill_by_week_in_words(weeks: pl.DataFrame, *, reference: Reference | None = None, name: str = "réseau") -> str:
    """The line for who does not see it: its ends, its extremes, its holes."""
    rows = _unbroken(weeks)
    known = [row for row in rows if row["fill_rate"] is not None]
    if not known:
        return typeset(f"Courbe vide : aucun taux de remplissage du {name} sur la période.")
    first, last, low, high = (
        f"{percent(row['fill_rate'])} en {dates.week_and_year(row['week_start'])}"
        for row in (known[0], known[-1], *(pick(known, key=lambda row: row["fill_rate"]) for pick in (min, max)))
    )
    text = f"Courbe du taux de remplissage par semaine ({name}) : {first}, {last} ; au plus bas {low}, au plus haut {high}."
    if (earlier := known[-1]["fill_rate_last_year"]) is not None:
        text += f" Un an avant la dernière semaine : {percent(earlier)}."
    if holes := len(rows) - len(known):
        text += f" Sans taux : {count(holes, 'semaine')}."
    if reference:
        text += f" Repère : {reference.label}."
    return typeset(text)


def _unbroken(weeks: pl.DataFrame) -> list[Row]:
    """One row a week from the first to the last, none left out."""
    known = {row["week_start"]: row for row in weeks.iter_rows(named=True)}
    nothing = {"fill_rate": None, "fill_rate_last_year": None}
    return [{"week_start": monday, **nothing, **known.get(monday, {})} for monday in every_week(list(known))]


def _reference(
    reference: Reference, palette: Palette, curves: Sequence[Sequence[float | None]], top: float, height: int
) -> list[alt.Chart]:
    """Its rule, and its words over or under its left, right or middle third: where fewest points of the curves are."""
    room = 1.6 * DIRECT_LABEL_SIZE / height * top
    third = ceil(len(curves[0]) / 3)
    places: dict[Align, tuple[str, slice]] = {
        "left": ("4", slice(third)),
        "right": ("width - 4", slice(-third, None)),
        "center": ("width / 2", slice(third, -third)),
    }

    def points_near(place: tuple[Align, bool]) -> int:
        align, above = place
        low, high = (0.0, room) if above else (-room, 0.0)
        near = [rate for curve in curves for rate in curve[places[align][1]] if rate is not None]
        return sum(low <= rate - reference.value <= high for rate in near)

    align, above = min(((align, above) for align in places for above in (True, False)), key=points_near)
    drawn = marks([{"value": reference.value, "label": typeset(reference.label)}]).encode(y=alt.Y("value:Q"))
    words = drawn.mark_text(
        align=align,
        baseline="bottom" if above else "top",
        dy=-4 if above else 5,
        fontSize=12,
        color=palette.secondary_text,
    )
    return [
        drawn.mark_rule(strokeDash=[5, 4], color=palette.secondary_text),
        words.encode(x=alt.XValue(alt.expr(places[align][0])), text=alt.Text("label:N")),
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
# Where a panel begins, and a point in it: `panel` counts the panels, `along` goes from 0 to 1 across one, `rate` up to the
# top of the scale.
_PANEL_LEFT: Final = f"{_LEFT} + (datum.panel % abreast) * (panel_w + {_GAP})"
_PANEL_TOP: Final = f"{_TOP} + floor(datum.panel / abreast) * panel_h"
_ALONG: Final = f"{_PANEL_LEFT} + datum.along * panel_w"
_FEET: Final = f"{_PANEL_TOP} + {_NAME} + plot_h + 4"


def centre_versus_network(weeks: pl.DataFrame, *, palette: Palette, titles: Titles | None = None) -> Layers:
    """One panel a centre, in the order given: its line in green, that of the network without it in grey, all on one scale.

    The scale is from 0 to 100 %, or further where a rate is: nothing is drawn in another's panel.
    One row of `weeks` is one centre and week: centre_code, centre_name, week_start (its Monday), fill_rate and network_rate
    (shares, null when there is none). The network's rate leaves this centre out, or a large one would be compared with itself.
    """
    rows = {(row["centre_code"], row["week_start"]): row for row in weeks.iter_rows(named=True)}
    names = {code: row["centre_name"] for (code, _), row in rows.items()}
    mondays = every_week([monday for _, monday in rows])
    top = max(1.0, top_of(rate for row in rows.values() for rate in (row["fill_rate"], row["network_rate"])))
    # Of each centre and week its two rates, and where they are drawn.
    points = [
        (
            {"panel": panel, "along": step / max(1, len(mondays) - 1)},
            rows.get((code, monday), {"fill_rate": None, "network_rate": None}),
            {"centre": name, "week": dates.week_title(monday)},
        )
        for panel, (code, name) in enumerate(names.items())
        for step, monday in enumerate(mondays)
    ]
    # A point placed by an expression cannot be a hole in a line: each unbroken run is a line of its own.
    lines = []
    for rate, colour, thickness in (("network_rate", palette.context, 1.5), ("fill_rate", palette.accent, 2.2)):
        runs = accumulate(int(row[rate] is None) for _, row, _ in points)
        known = [
            {**place, rate: row[rate], "run": run}
            for (place, row, _), run in zip(points, runs, strict=True)
            if row[rate] is not None
        ]
        lines.append(
            _placed(known, _ALONG, _up(rate))
            .mark_line(color=colour, strokeWidth=thickness)
            .encode(detail=[alt.Detail("panel:N"), alt.Detail("run:N")], order=alt.Order("along:Q"))
        )
    # A dot a week: it shows the weeks that stand alone, and says its figures when pointed at.
    dots = [
        {
            **place,
            **said,
            "fill_rate": row["fill_rate"],
            "own": percent(row["fill_rate"]),
            "others": rate_in_words(row["network_rate"]),
        }
        for place, row, said in points
        if row["fill_rate"] is not None
    ]
    pointed = told(
        {"centre:N": "Lieu", "week:N": "Semaine", "own:N": "Taux de remplissage", "others:N": "Réseau sans lui"}
    )
    layers = [
        *_grid(list(names.values()), mondays, top, palette),
        *_key(palette),
        *lines,
        _placed(dots, _ALONG, _up("fill_rate"))
        .mark_point(filled=True, color=palette.accent, size=16)
        .encode(tooltip=pointed),
    ]
    panels = max(1, len(names))
    # How many panels abreast, and the size of one, as expressions of the size of the chart.
    sizes = named_expressions(
        abreast="width < 500 ? 2 : width < 900 ? 3 : 4",
        panel_w=f"(width - {_LEFT} - {_GAP} * (abreast - 1)) / abreast",
        panel_h=f"(height - {_TOP}) / ceil({panels} / abreast)",
        plot_h=f"panel_h - {_NAME} - {_FOOT}",
        top_rate=str(top),
    )
    height = _TOP + PANEL_HEIGHT * ceil(panels / _COLUMNS)
    return Layers(layers, palette, titles, width=760, height=height, parameters=sizes)


def centre_versus_network_in_words(weeks: pl.DataFrame) -> str:
    """The panels for who does not see them: how many weeks each centre spent above the rest of the network."""
    said = [
        f"{name} : " + (f"{above} sur {count(both, 'semaine')}" if both else "sans relevé")
        for name, above, both in weeks_above(weeks)
    ]
    if not said:
        return typeset("Courbes vides : aucune semaine sur la période.")
    return typeset(f"Courbes par lieu, semaines au-dessus du reste du réseau. {' ; '.join(said)}.")


def weeks_above(weeks: pl.DataFrame) -> list[tuple[str, int, int]]:
    """Of each centre its name, the weeks it spent above the rest of the network, and those in which both have a rate."""
    told = []
    for _, own in weeks.group_by("centre_code", maintain_order=True):
        both = own.drop_nulls(["fill_rate", "network_rate"])
        told.append(
            (own["centre_name"][-1], both.filter(pl.col("fill_rate") > pl.col("network_rate")).height, both.height)
        )
    return told


def _up(rate: str) -> str:
    return f"{_PANEL_TOP} + {_NAME} + (1 - datum.{rate} / top_rate) * plot_h"


def _placed(rows: list[Row], across: str, down: str, **more: str) -> alt.Chart:
    placed: alt.Chart = marks(rows).transform_calculate(px=across, py=down, **more).encode(x=ACROSS, y=DOWN)
    return placed


def _grid(names: list[str], mondays: list[date], top: float, palette: Palette) -> list[alt.Chart]:
    """Of each panel the scale, the centre over it, and the first and the last week under it."""
    panels = list(enumerate(names))
    rules = [
        {"panel": panel, "rate": rate, "said": percent(rate)} for panel, _ in panels for rate in (0.0, top / 2, top)
    ]
    scale = _placed(rules, _PANEL_LEFT, _up("rate"), end=f"{_PANEL_LEFT} + panel_w", first="datum.panel % abreast == 0")
    titles = _placed([{"panel": panel, "text": name} for panel, name in panels], _PANEL_LEFT, f"{_PANEL_TOP} + 8")
    weeks = ((mondays[0], 0.0, "left"), (mondays[-1], 1.0, "right")) if mondays else ()
    ends = [
        {"panel": panel, "text": dates.short_week(monday), "along": along, "align": align}
        for panel, _ in panels
        for monday, along, align in weeks
    ]
    small: dict[str, Any] = {"fontSize": 11, "color": palette.secondary_text}
    return [
        scale.mark_rule(color=palette.border, strokeOpacity=0.7).encode(x2=alt.X2("end:Q")),
        scale.transform_filter("datum.first")
        .mark_text(align="right", baseline="middle", dx=-6, **small)
        .encode(text=alt.Text("said:N")),
        titles.mark_text(align="left", baseline="middle", fontWeight="bold", limit=alt.expr("panel_w")).encode(
            text=alt.Text("text:N")
        ),
        _placed(ends, _ALONG, _FEET)
        .mark_text(align=alt.expr("datum.align"), baseline="top", **small)
        .encode(text=alt.Text("text:N")),
    ]


def _key(palette: Palette) -> list[alt.Chart]:
    """What the two lines are, said once over all the panels."""
    layers = []
    for text, colour, ink, left in (
        (CENTRE, palette.accent, palette.accent, _LEFT),
        (OTHERS, palette.context, palette.secondary_text, _LEFT + 90),
    ):
        drawn = marks([{"px": left, "end": left + 18, "words": left + 24, "py": 8, "text": text}]).encode(y=DOWN)
        layers += [
            drawn.mark_rule(color=colour, strokeWidth=2.5).encode(x=ACROSS, x2=alt.X2("end:Q")),
            drawn.mark_text(align="left", baseline="middle", color=ink, fontSize=DIRECT_LABEL_SIZE).encode(
                x=alt.X("words:Q", scale=None, axis=None), text=alt.Text("text:N")
            ),
        ]
    return layers


# The seats taken in the course of a day, against what is usual on that weekday.

# A day that was quiet at both ends is drawn over these hours all the same, so that days look alike.
_LEAST_SPAN: Final = (8, 18)
_DAY_HEIGHT: Final = 240


def occupancy_day(
    slots: pl.DataFrame, *, palette: Palette, usual_name: str = "d’habitude", titles: Titles | None = None
) -> Layers:
    """Two lines from zero: today in green up to now, a usual day in grey.

    One row of `slots` is one half-hour: slot (time of day), seats_taken (null when still to come) and usual (mean number
    of seats, null when unknown). `usual_name` is written at the end of the grey line: « un mardi habituel ».
    """
    rows = slots.sort("slot").to_dicts()
    busy = [_hour(row["slot"]) for row in rows if (row["seats_taken"] or 0) > 0 or (row["usual"] or 0) > 0]
    # The hours drawn: those with somebody, and the half-hour on each side.
    first = min([_LEAST_SPAN[0], *(hour - 0.5 for hour in busy)])
    last = max([_LEAST_SPAN[1], *(hour + 0.5 for hour in busy)])
    highest = max((row[seats] or 0 for row in rows for seats in ("seats_taken", "usual")), default=0)
    step = 2 if highest <= 10 else 10
    top = max(4, step * (int(highest) // step + 1))
    hours = [hour for hour in range(int(first), int(last) + 1) if first <= hour]
    x = alt.X(
        "x:Q",
        axis=alt.Axis(values=hours, labelExpr="datum.value + '\u00a0h'", grid=False),
        scale=alt.Scale(domain=[first, last], nice=False),
    )
    ticks = list(range(0, top + 1, 2 if top <= 10 else 10))
    y = alt.Y("value:Q", axis=alt.Axis(values=ticks, format="d", domain=False), scale=alt.Scale(domain=[0, top]))
    layers: list[alt.Chart] = []
    ends: list[Row] = []
    for column, written, name, colour, ink, thickness in (
        ("usual", decimal, usual_name, palette.context, palette.secondary_text, 1.5),
        ("seats_taken", integer, "aujourd’hui {}", palette.accent, palette.accent, 2.5),
    ):
        points = [
            {
                "x": _hour(row["slot"]),
                "value": float(row[column]),
                "hour": dates.time_of_day(row["slot"]),
                "said": written(row[column]),
            }
            for row in rows
            if first <= _hour(row["slot"]) <= last and row[column] is not None
        ]
        layers += line(points, x, y, colour, thickness, {"hour:N": "Heure", "said:N": "Positions occupées"})
        ends += [{**point, "label": name.format(point["said"]), "ink": ink} for point in points[-1:]]
    # What each line is, written at its end: today's where it stops, over the usual one where they are too near.
    room = (DIRECT_LABEL_SIZE + 4) / _DAY_HEIGHT * top
    if len(ends) == 2 and ends[0]["x"] == ends[1]["x"] and abs(ends[0]["value"] - ends[1]["value"]) < room:
        ends[1]["value"] = ends[0]["value"] + room
    layers += [
        end(each["label"], each["value"], each["ink"], bold=each["ink"] == palette.accent, dx=8, at=each["x"])
        for each in ends
    ]
    return Layers(layers, palette, titles, width=720, height=_DAY_HEIGHT, beside=140)


def occupancy_day_in_words(slots: pl.DataFrame, *, usual_name: str = "d’habitude") -> str:
    """The day for who does not see it: where it stands, its highest point, and what is usual then."""
    rows = slots.sort("slot").to_dicts()
    now = [row for row in rows if row["seats_taken"] is not None]
    usual = [row for row in rows if row["usual"] is not None]
    if not now and not usual:
        return typeset("Courbe vide : aucun pointage ce jour-là, ni les mêmes jours des semaines précédentes.")
    said = ["Courbe des positions occupées par demi-heure."]
    if now:
        (last, taken), (high, most) = (
            (
                dates.time_of_day(row["slot"]),
                count(rounded(row["seats_taken"]), "position occupée", "positions occupées"),
            )
            for row in (now[-1], max(now, key=lambda row: row["seats_taken"]))
        )
        said.append(f"À {last}, {taken} ; au plus haut {most} à {high}.")
        if now[-1]["usual"] is not None:
            said.append(f"À la même heure {usual_name} : {decimal(now[-1]['usual'])}.")
    if usual:
        top = max(usual, key=lambda row: row["usual"])
        said.append(
            f"La courbe grise ({usual_name}) est au plus haut à {dates.time_of_day(top['slot'])}, "
            f"avec {decimal(top['usual'])}."
        )
    return typeset(" ".join(said))


def _hour(slot: time) -> float:
    return slot.hour + slot.minute / 60


# The members of the club month after month, and the figures that were published.


@dataclass(frozen=True)
class PublishedPoint:
    """A published figure, at the month it speaks of, with its words: « 111 (évaluation 2013) »."""

    month: date
    value: float
    label: str


def pass_members(
    months: pl.DataFrame,
    *,
    palette: Palette,
    published: Sequence[PublishedPoint] = (),
    titles: Titles | None = None,
    width: int = 720,
    height: int = 280,
) -> Layers:
    """One line from zero, green over the months chosen and grey before and after them; the published figures as rings.

    One row of `months` is one month, in order and without a gap: month_start, counted_on (the day the members are counted:
    its last one, or today), members, chosen (whether the month is in the period the page is about).
    """
    rows = months.sort("month_start").to_dicts()
    known = [row["month_start"] for row in rows] + [point.month for point in published]
    span = every_month(min(known), max(known)) if known else []
    points = [
        {
            "month": span_label(row["month_start"], row["month_start"]),
            "members": row["members"],
            "chosen": row["chosen"],
            "day": dates.long_date(row["counted_on"]),
            "said": integer(row["members"]),
        }
        for row in rows
    ]
    y = alt.Y(
        "members:Q",
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=5, domain=False),
        scale=alt.Scale(domainMin=0, nice=True),
    )
    line = marks(points).encode(x=month_axis(span), y=y)
    layers = [
        line.mark_line(color=palette.context, strokeWidth=1.5),
        line.transform_filter("datum.chosen").mark_line(color=palette.accent, strokeWidth=3),
        # Wide and unseen, so that a month is easily pointed at.
        line.mark_point(filled=True, size=120, opacity=0).encode(
            tooltip=told({"day:N": "Au", "members:Q": "Adhérents"})
        ),
    ]
    if points:
        ink = palette.accent if rows[-1]["chosen"] else palette.secondary_text
        last = marks(points[-1:]).encode(x=month_axis(span), y=y)
        words = last.mark_text(align="left", dx=9, color=ink, fontWeight="bold", fontSize=DIRECT_LABEL_SIZE + 3)
        layers += [last.mark_point(filled=True, size=50, color=ink), words.encode(text=alt.Text("said:N"))]
    for point in published:
        # A ring, and its words below and to the right, where a curve that rises leaves room; to the left near the end.
        late = span.index(point.month) > 0.6 * len(span)
        month = span_label(point.month, point.month)
        ring = marks([{"month": month, "members": point.value, "label": typeset(point.label)}]).encode(
            x=month_axis(span), y=y
        )
        words = ring.mark_text(
            align="right" if late else "left",
            baseline="bottom" if late else "top",
            dx=-8 if late else 8,
            dy=-6 if late else 6,
            color=palette.text,
        )
        layers += [
            ring.mark_point(filled=True, size=110, fill=palette.background, stroke=palette.text, strokeWidth=2),
            words.encode(text=alt.Text("label:N")),
        ]
    return Layers(layers, palette, titles, width=width, height=height, beside=120)


def pass_members_in_words(months: pl.DataFrame, *, published: Sequence[PublishedPoint] = ()) -> str:
    """The line for who does not see it: its ends over the months chosen, its extremes, the published figures."""
    rows = months.sort("month_start").to_dicts()
    repere = "".join(f" Repère publié : {point.label}." for point in published)
    if not rows:
        return typeset(f"Courbe vide : aucun adhérent enregistré.{repere}")
    shown = [row for row in rows if row["chosen"]] or rows
    extremes = (pick(shown, key=lambda row: row["members"]) for pick in (min, max))
    first, last, low, high, end = (
        f"{count(row['members'], 'adhérent')} au {dates.long_date(row['counted_on'])}"
        for row in (shown[0], shown[-1], *extremes, rows[-1])
    )
    text = f"Courbe des adhérents par mois : {first}, {last} ; au plus bas {low}, au plus haut {high}."
    if rows[-1] is not shown[-1]:
        text += f" Dernier point de la courbe : {end}."
    return typeset(text + repere)
