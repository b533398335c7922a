"""The seats taken in the course of a day, against what is usual on that weekday."""

from datetime import time
from typing import Final, Literal, NamedTuple, cast

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Row, Titles, finish, told
from dashboard.wording import dates
from dashboard.wording.numbers import decimal, integer, rounded
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import count, typeset

HEIGHT: Final = 240
# A day that was quiet at both ends is drawn over these hours all the same, so that days look alike.
_LEAST_SPAN: Final = (8, 18)
_TODAY: Final = "aujourd’hui"


class _End(NamedTuple):
    slot: time
    seats: float
    label: str
    colour: str
    weight: Literal["normal", "bold"]


def occupancy_day(
    slots: pl.DataFrame,
    *,
    palette: Palette,
    usual_name: str = "d’habitude",
    titles: Titles | None = None,
    width: int = 720,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """Two lines from zero: today in green up to now, a usual day in grey.

    One row of `slots` is one half-hour: slot (time of day), seats_taken (null when still to come) and usual (mean number
    of seats, null when unknown). `usual_name` is written at the end of the grey line: « un mardi habituel ».
    """
    rows = slots.sort("slot").to_dicts()
    top = _top([value for row in rows for value in (row["seats_taken"], row["usual"])])
    first, last = _span(rows)
    shown = [row for row in rows if first <= _hour(row["slot"]) <= last]
    layers = []
    for column, colour, thickness in (("usual", palette.context, 1.5), ("seats_taken", palette.accent, 2.5)):
        line = alt.Chart(_line(shown, column)).encode(x=_hours_axis(first, last), y=_seats_axis(top))
        layers += [
            line.mark_line(color=colour, strokeWidth=thickness),
            line.mark_point(filled=True, color=colour, size=16 * thickness).encode(
                tooltip=told({"said_hour:N": "Heure", "said:N": "Positions occupées"})
            ),
        ]
    chart = alt.LayerChart(layer=[*layers, *_ends(shown, usual_name, palette, top, height)], width=width, height=height)
    return finish(chart, palette, titles, width=width + 140)


def occupancy_day_in_words(slots: pl.DataFrame, *, usual_name: str = "d’habitude") -> str:
    """The day for who does not see it: where it stands, its highest point, and what is usual then."""
    rows = slots.sort("slot").to_dicts()
    now = [row for row in rows if row["seats_taken"] is not None]
    usual = [row for row in rows if row["usual"] is not None]
    if not now and not usual:
        return typeset("Courbe vide : aucun pointage ce jour-là, ni les mêmes jours des semaines précédentes.")
    said = "Courbe des positions occupées par demi-heure. "
    if now:
        last, high = now[-1], max(now, key=lambda row: row["seats_taken"] or 0)
        said += (
            f"À {dates.time_of_day(last['slot'])}, {_seats(last['seats_taken'])} ; "
            f"au plus haut {_seats(high['seats_taken'])} à {dates.time_of_day(high['slot'])}. "
        )
        same = last["usual"]
        if same is not None:
            said += f"À la même heure {usual_name} : {decimal(same)}. "
    if usual:
        high = max(usual, key=lambda row: row["usual"] or 0)
        said += (
            f"La courbe grise ({usual_name}) est au plus haut à {dates.time_of_day(high['slot'])}, "
            f"avec {decimal(high['usual'] or 0)}."
        )
    return typeset(said.strip())


def _hour(slot: time) -> float:
    return slot.hour + slot.minute / 60


def _span(rows: list[Row]) -> tuple[float, float]:
    """The hours drawn: those with somebody, and the half-hour on each side."""
    busy = [_hour(row["slot"]) for row in rows if (row["seats_taken"] or 0) > 0 or (row["usual"] or 0) > 0]
    return min([_LEAST_SPAN[0], *(hour - 0.5 for hour in busy)]), max([_LEAST_SPAN[1], *(hour + 0.5 for hour in busy)])


def _top(values: list[float | None] | list[int | float | None]) -> int:
    """The round number of seats where the axis ends."""
    highest = max((value for value in values if value is not None), default=0)
    step = 2 if highest <= 10 else 10
    return max(4, step * (int(highest) // step + 1))


def _line(rows: list[Row], column: str) -> pl.DataFrame:
    points = [
        {
            "hour": _hour(row["slot"]),
            "seats": float(value),
            "said_hour": dates.time_of_day(row["slot"]),
            "said": integer(value) if column == "seats_taken" else decimal(value),
        }
        for row in rows
        if (value := cast("float | None", row[column])) is not None
    ]
    schema = {"hour": pl.Float64, "seats": pl.Float64, "said_hour": pl.String, "said": pl.String}
    return pl.DataFrame(points, schema=schema)


def _hours_axis(first: float, last: float) -> alt.X:
    hours = [hour for hour in range(int(first), int(last) + 1) if first <= hour <= last]
    axis = alt.Axis(
        title=None, values=hours, labelExpr="datum.value + '\u00a0h'", labelOverlap="greedy", grid=False, ticks=False
    )
    return alt.X("hour:Q", axis=axis, scale=alt.Scale(domain=[first, last], nice=False))


def _seats_axis(top: int) -> alt.Y:
    step = 2 if top <= 10 else 10
    axis = alt.Axis(title=None, values=list(range(0, top + 1, step)), format="d", ticks=False, domain=False)
    return alt.Y("seats:Q", axis=axis, scale=alt.Scale(domain=[0, top]))


def _ends(rows: list[Row], usual_name: str, palette: Palette, top: int, height: int) -> list[alt.Chart]:
    """What each line is, written at its end: today's where it stops, beside its last point."""
    ends = []
    now = [row for row in rows if row["seats_taken"] is not None]
    usual = [row for row in rows if row["usual"] is not None]
    if usual:
        ends.append(_End(usual[-1]["slot"], usual[-1]["usual"] or 0.0, usual_name, palette.secondary_text, "normal"))
    if now:
        taken = now[-1]["seats_taken"] or 0
        ends.append(_End(now[-1]["slot"], float(taken), f"{_TODAY} {integer(taken)}", palette.accent, "bold"))
    room = (DIRECT_LABEL_SIZE + 4) / height * top
    if len(ends) == 2 and ends[0].slot == ends[1].slot and abs(ends[0].seats - ends[1].seats) < room:
        ends[1] = ends[1]._replace(seats=ends[0].seats + room)
    return [
        alt.Chart(pl.DataFrame({"hour": [_hour(end.slot)], "seats": [end.seats], "label": [end.label]}))
        .mark_text(align="left", dx=8, baseline="middle", color=end.colour, fontWeight=end.weight)
        .encode(x="hour:Q", y="seats:Q", text="label:N")
        for end in ends
    ]


def _seats(value: int | None) -> str:
    return MISSING if value is None else count(rounded(value), "position occupée", "positions occupées")
