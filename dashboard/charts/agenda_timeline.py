"""The agenda on one row of time: a dot an entry, where its day is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.marks import Layers, marks, named_rule, shades
from dashboard.charts.palette import Palette
from dashboard.charts.theme import Titles, told
from dashboard.wording import dates
from dashboard.wording.typography import count, typeset

_WIDTH: Final = 720
_DOT: Final = 13
_EPOCH: Final = date(1970, 1, 1)
_TICKS: Final = 10


@dataclass(frozen=True)
class Family:
    """Kinds of entries that share a mark: twelve shapes would not be told apart. `glyph` is the mark inside a text."""

    label: str
    shape: str
    glyph: str
    kinds: frozenset[str]


FAMILIES: Final = (
    Family("Portes ouvertes", "circle", "●", frozenset({"open_day"})),
    Family("Formations et ateliers", "triangle-up", "▲", frozenset({"training", "workshop", "webinar"})),
    Family("Conférences et tables rondes", "square", "■", frozenset({"talk", "round_table", "demonstration"})),
    Family("Forums et salons", "diamond", "◆", frozenset({"forum", "fair"})),
    Family(
        "Réunions et sessions d’accueil",
        "cross",
        "✚",
        frozenset({"information_meeting", "welcome_session", "animators_meeting"}),
    ),
)


def family_of(kind: str) -> Family:
    """The family of a kind of entry; KeyError for a kind without one."""
    return {code: family for family in FAMILIES for code in family.kinds}[kind]


def agenda_timeline(
    entries: pl.DataFrame,
    *,
    palette: Palette,
    today: date | None = None,
    selection_name: str = "jour",
    titles: Titles | None = None,
) -> Layers:
    """One dot an entry at its first day, a line to its last; dots that would touch are set one over the other.

    One row of `entries` is one entry: starts_on, ends_on, kind (code), kind_label, title, where, hours (texts).
    `today` is marked when it lies inside. Selecting a dot gives `{selection_name: [{"day": "2017-05-30"}]}`.
    """
    rows = entries.sort("starts_on", maintain_order=True).to_dicts()
    days = [row["starts_on"] for row in rows] + [row["ends_on"] for row in rows]
    first, last = (min(days), max(days)) if days else (_EPOCH, _EPOCH)
    levels = _levels([row["starts_on"] for row in rows], max(1, ceil(((last - first).days + 2) * _DOT / _WIDTH)))
    drawn = [
        {
            "day": row["starts_on"].isoformat(),
            "x": _number(row["starts_on"]),
            "end": _number(row["ends_on"]),
            "level": level,
            "family": family_of(row["kind"]).label,
            "said": ", ".join(filter(None, (dates.full_date(row["starts_on"]), row["hours"]))),
            "kind": row["kind_label"],
            "title": row["title"],
            "where": row["where"],
        }
        for row, level in zip(rows, levels, strict=True)
    ]
    x = _axis(first, last)
    # One more row than dots: a lone row would be hard to hit.
    y = alt.Y("level:O", axis=None, scale=alt.Scale(domain=list(range(max([*levels, 1]) + 1))[::-1]))
    present = [family for family in FAMILIES if any(row["kind"] in family.kinds for row in rows)]
    columns = alt.expr("containerSize()[0] < 560 ? 1 : 5")
    # A legend without a line has no size, and a picture without a size is refused.
    legend = alt.Legend(title=None, columns=columns, symbolSize=110, labelLimit=260) if present else None
    colours = {family.label: palette.categorical[FAMILIES.index(family)] for family in present}
    colour = alt.Color("family:N", scale=shades(colours), legend=legend)
    shapes = shades({family.label: family.shape for family in present})
    dots = marks(drawn).mark_point(
        filled=True, size=_DOT**2, stroke=palette.background, strokeWidth=1, cursor="pointer"
    )
    layers = [
        *(
            named_rule(x, _number(today), "aujourd’hui", palette, strokeDash=[4, 3])
            if today is not None and first < today <= last
            else ()
        ),
        marks(drawn)
        .transform_filter("datum.end > datum.x")
        .mark_rule(strokeWidth=3)
        .encode(x=x, x2=alt.X2("end:Q"), y=y, color=colour),
        dots.encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.Shape("family:N", scale=shapes, legend=legend),
            opacity=alt.OpacityValue(0.35, condition={"param": selection_name, "value": 1}),
            tooltip=told({"said:N": "Quand", "kind:N": "Type", "title:N": "Titre", "where:N": "Lieu"}),
        )
        .add_params(alt.selection_point(name=selection_name, fields=["day"], empty=True))
        .properties(name="rendez-vous"),
    ]
    return Layers(layers, palette, titles, width=_WIDTH, height=alt.Step(20))


def agenda_timeline_in_words(entries: pl.DataFrame) -> str:
    """The row for who does not see it: how many, between which days, and the families."""
    rows = entries.sort("starts_on", maintain_order=True).to_dicts()
    if not rows:
        return typeset("Frise vide : aucun rendez-vous.")
    days = [row["starts_on"] for row in rows]
    families = ", ".join(
        f"{family.label[0].lower()}{family.label[1:]} : {number}"
        for family in FAMILIES
        if (number := sum(row["kind"] in family.kinds for row in rows))
    )
    return typeset(
        f"Frise de {count(len(rows), 'rendez-vous', 'rendez-vous')} sur {count(len(set(days)), 'jour')}, "
        f"{dates.from_to(min(days), max(row['ends_on'] for row in rows))}. "
        f"Par famille : {families}."
    )


def _levels(days: Sequence[date], apart: int) -> list[int]:
    """The row of each dot, from the bottom: the lowest where the last dot is `apart` days away or more."""
    last_day_of_level: list[date] = []
    levels = []
    for day in days:
        free = (level for level, last in enumerate(last_day_of_level) if day - last >= timedelta(days=apart))
        level = next(free, len(last_day_of_level))
        last_day_of_level[level : level + 1] = [day]
        levels.append(level)
    return levels


def _axis(first: date, last: date) -> alt.X:
    """Days counted since 1970: no time zone can move them."""
    ticks = _ticks(first, last)
    by_month = (last - first).days > 120
    day = "utcdate({0}) == 1 ? '1er ' + utcFormat({0}, '%b') : utcFormat({0}, '%-d %b')"
    label = (f"utcFormat({{0}}, '{'%b %Y'}')" if by_month else day).format("datum.value * 86400000")
    axis = alt.Axis(
        values=[_number(tick) for tick in ticks],
        labelExpr=label,
        grid=True,
        ticks=True,
        labelSeparation=8,
        labelFlush=True,
    )
    return alt.X("x:Q", axis=axis, scale=alt.Scale(domain=[_number(first) - 1, _number(last) + 1], nice=False))


def _ticks(first: date, last: date) -> list[date]:
    """Ten labels or so: days from the first on, or firsts of months."""
    span = (last - first).days
    for step in (1, 2, 7, 14):
        if span / step <= _TICKS:
            return [first + timedelta(days=number) for number in range(0, span + 1, step)]
    months = (last.year - first.year) * 12 + last.month - first.month
    each = next(step for step in (1, 2, 3, 6, 12, 24, 60, 600, 12000) if months / step <= _TICKS)
    index = first.year * 12 + first.month
    starts = (number for number in range(index, index + months) if number % each == 0)
    return [date(number // 12, number % 12 + 1, 1) for number in starts]


def _number(day: date) -> int:
    return (day - _EPOCH).days
