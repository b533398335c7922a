"""The welcome sessions by number: holders, people and settled families, three counts in three panels, never added up."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Row, Titles, finish, pickable, pointer, told
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import WEEK_STATE_GLYPHS, count, typeset

COUNTS: Final = {
    "project_holders": "Porteurs de projet",
    "people": "Personnes, porteurs compris",
    "settled_families": "Familles installées à ce jour",
}
TO_COME: Final = "à venir"
_SAID: Final = told(
    {"number:N": "Session", "dates:N": "Dates", "place:N": "Lieu", "count_name:N": "Compte", "said:N": "Nombre"}
)
HEIGHT: Final = 470
# Shares of the height: over each panel its name and the figure of its highest column, and a panel without columns.
_NAME, _FIGURE, _LEAST = 0.06, 0.045, 0.035
_UNKNOWN: Final = WEEK_STATE_GLYPHS["missing"]


def welcome_by_session(
    sessions: pl.DataFrame,
    *,
    palette: Palette,
    selected: int | None = None,
    selection_name: str | None = None,
    titles: Titles | None = None,
    width: int = 760,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """One column a session in each of three panels, all on one scale, from zero. What nobody noted has a mark, no column.

    One row of `sessions` is one session: number, held, project_holders, people, settled_families (null when not known),
    dates_text, place. Give every number from the first to the last, also those nothing is known of. A session to come
    keeps its place, without a count. Selecting a column gives `{selection_name: [{"number": …}]}`.
    """
    rows = sessions.sort("number").to_dicts()
    numbers = [row["number"] for row in rows]
    bottoms, scale = _panels(rows)
    marks = pl.DataFrame(
        [_mark(row, key, bottoms[key], scale, row["number"] == selected) for key in COUNTS for row in rows],
        schema=_MARK,
    )
    names = pl.DataFrame(
        {
            "text": list(COUNTS.values()),
            "top": [bottoms[key] - scale * _highest(rows, key) - _FIGURE - 0.5 * _NAME for key in COUNTS],
        },
        schema={"text": pl.String, "top": pl.Float64},
    )
    axis = alt.Axis(title="Numéro de la session", labelAngle=0, ticks=False, domain=False, labelOverlap="greedy")
    x = alt.X("number:O", axis=axis, scale=alt.Scale(domain=numbers, paddingInner=0.2, paddingOuter=0.1))
    # Shares of the height the chart has in the end: the page takes from it the room of the axis.
    y = alt.Y("top_px:Q", scale=None, axis=None)
    placed = {"top_px": "datum.top * height", "bottom_px": "datum.bottom * height"}
    base = alt.Chart(marks).transform_calculate(**placed).encode(x=x)
    # The session looked at stands out; its number is in the sheet beside, so colour is not alone to say it.
    colours = alt.Scale(domain=[False, True], range=[palette.accent, palette.categorical[1]])
    columns = (
        base.transform_filter("isValid(datum.value)")
        .mark_bar(cursor=pointer(selection_name), cornerRadiusEnd=1)
        .encode(y=y, y2=alt.Y2("bottom_px:Q"), fill=alt.Fill("selected:N", scale=colours, legend=None), tooltip=_SAID)
    )
    columns = pickable(columns, selection_name, "number", name="columns")
    texts = base.encode(y=y, text=alt.Text("said:N"))
    layers = [
        alt.Chart(marks)
        .transform_calculate(**placed)
        .mark_rule(color=palette.border)
        .encode(y=alt.Y("bottom_px:Q", scale=None, axis=None), x=alt.value(0), x2=alt.value("width")),
        columns,
        texts.transform_filter("datum.kind == 'count'").mark_text(
            baseline="bottom", dy=-2, fontSize=11, opacity=alt.expr("bandwidth('x') < 11 ? 0 : 1")
        ),
        texts.transform_filter("datum.kind == 'unknown'").mark_text(
            baseline="bottom", dy=-2, color=palette.secondary_text
        ),
        texts.transform_filter("datum.kind == 'coming'").mark_text(
            angle=270, align="left", baseline="middle", dx=4, fontSize=12, color=palette.secondary_text
        ),
        alt.Chart(names)
        .transform_calculate(top_px="datum.top * height")
        .mark_text(align="left", baseline="middle", fontWeight="bold", fontSize=DIRECT_LABEL_SIZE)
        .encode(x=alt.value(0), y=y, text=alt.Text("text:N")),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    return finish(chart, palette, titles, width=width)


def welcome_by_session_in_words(sessions: pl.DataFrame) -> str:
    """The panels for who does not see them: how many sessions, the span of each count, and what is not known."""
    rows = sessions.filter("held").sort("number").to_dicts()
    if not rows:
        return typeset("Colonnes vides : aucune session tenue n’est connue.")
    held = f"{rows[0]['number']} à {rows[-1]['number']}" if len(rows) > 1 else str(rows[0]["number"])
    parts = []
    for key, name in COUNTS.items():
        known = [value for row in rows if (value := row[key]) is not None]
        unknown = len(rows) - len(known)
        said = f"{name} : {_span(known)}"
        if unknown and known:
            said += f", {count(unknown, 'session')} sans effectif connu"
        parts.append(said)
    return typeset(f"Colonnes par session, {count(len(rows), 'session')} ({held}). {'. '.join(parts)}.")


def _span(values: list[int]) -> str:
    if not values:
        return MISSING
    low, high = min(values), max(values)
    return f"{low} par session" if low == high else f"de {low} à {high} par session"


_MARK: Final = {
    **dict.fromkeys(("number", "value"), pl.Int64),
    **dict.fromkeys(("top", "bottom"), pl.Float64),
    "selected": pl.Boolean,
    **dict.fromkeys(("kind", "said", "count_name", "dates", "place"), pl.String),
}


def _panels(rows: list[Row]) -> tuple[dict[str, float], float]:
    """The bottom of each panel and the height of one person, the same in all: panels share out the height, which is 1."""
    highest = {key: _highest(rows, key) for key in COUNTS}
    empty = sum(not most for most in highest.values())
    room = 1 - len(COUNTS) * (_NAME + _FIGURE) - empty * _LEAST
    scale = room / (sum(highest.values()) or 1)
    bottoms, bottom = {}, 0.0
    for key, most in highest.items():
        bottom += _NAME + _FIGURE + (scale * most or _LEAST)
        bottoms[key] = bottom
    return bottoms, scale


def _highest(rows: list[Row], key: str) -> int:
    return max((row[key] or 0 for row in rows if row["held"]), default=0)


def _mark(row: Row, key: str, bottom: float, scale: float, selected: bool) -> dict[str, object]:
    value: int | None = row[key] if row["held"] else None
    kind = "count" if value is not None else "unknown" if row["held"] else "coming"
    first = key == next(iter(COUNTS))
    return {
        "number": row["number"],
        "kind": kind,
        "value": value,
        "said": str(value) if value is not None else _UNKNOWN if row["held"] else TO_COME if first else "",
        "top": bottom - scale * (value or 0),
        "bottom": bottom,
        "selected": selected,
        "count_name": COUNTS[key],
        "dates": row["dates_text"],
        "place": row["place"] or MISSING,
    }
