"""What has become of those counted: how many still are, how many no longer, and how many it is too early to say."""

from dataclasses import dataclass
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.palette import Palette
from dashboard.charts.theme import DIRECT_LABEL_SIZE, Row, Titles, finish, parts_legend, told
from dashboard.wording.numbers import percent
from dashboard.wording.terms import HIDDEN, MISSING
from dashboard.wording.typography import capital, typeset

ROW_HEIGHT: Final = 46
# Above the bar, the words of the row.
_WORDS: Final = 18


@dataclass(frozen=True)
class Parts:
    """The names of the three parts of a bar, in lower case: « installés », « pas encore installés », « trop tôt »."""

    yes: str
    no: str
    waiting: str


def follow_up(
    rows: pl.DataFrame, *, palette: Palette, parts: Parts, titles: Titles | None = None, width: int = 560
) -> alt.LayerChart:
    """One bar a row, as long as its count: green for `yes`, grey for `no`, an empty box for `waiting`.

    One row of `rows` is one bar: label, yes, no, waiting (counts), share (yes among yes and no; null when there is none).
    A count hidden from who reads is null, with `share_hidden`: it is not drawn, and its words say so.
    """
    records = rows.to_dicts()
    names = [parts.yes, parts.no, parts.waiting]
    drawn = pl.DataFrame(
        [
            {"label": row["label"], "part": name, "place": place, "count": count_of}
            for row in records
            for place, (name, count_of) in enumerate(zip(names, (row["yes"], row["no"], row["waiting"]), strict=True))
            if count_of
        ],
        schema={"label": pl.String, "part": pl.String, "place": pl.Int64, "count": pl.Int64},
    )
    said = pl.DataFrame(
        [{"label": row["label"], "said": _row_in_words(row, parts)} for row in records],
        schema={"label": pl.String, "said": pl.String},
    )
    labels = [row["label"] for row in records]
    shown = [name for name in names if name in drawn["part"].to_list()]
    legend = parts_legend(shown, narrow_below=420, edge=1)
    y = alt.Y("label:N", sort=labels, axis=None, scale=alt.Scale(domain=labels, paddingInner=0, paddingOuter=0))
    bars = (
        alt.Chart(drawn)
        .mark_bar(height=ROW_HEIGHT - _WORDS - 12, yOffset=_WORDS / 2, strokeWidth=1)
        .encode(
            y=y,
            x=alt.X("count:Q", axis=None, stack="zero", scale=alt.Scale(nice=False)),
            order=alt.Order("place:Q"),
            fill=alt.Fill("part:N", scale=_scale(names, palette, palette.secondary_background), legend=legend),
            stroke=alt.Stroke("part:N", scale=_scale(names, palette, palette.context), legend=legend),
            tooltip=told({"label:N": "Ligne", "part:N": "Part", "count:Q": "Nombre"}),
        )
    )
    words = (
        alt.Chart(said)
        .mark_text(align="left", baseline="middle", dy=-ROW_HEIGHT / 2 + _WORDS / 2 + 2, fontSize=DIRECT_LABEL_SIZE)
        .encode(y=y, x=alt.value(0), text=alt.Text("said:N"))
    )
    chart = alt.LayerChart(layer=[bars, words], width=width, height=alt.Step(ROW_HEIGHT))
    return finish(chart, palette, titles, width=width)


def follow_up_in_words(rows: pl.DataFrame, *, parts: Parts, subject: str) -> str:
    """The bars for who does not see them: each row in full. `subject` says what is counted, in the plural."""
    records = rows.to_dicts()
    if not records:
        return typeset(f"Barres vides : aucune donnée sur les {subject}.")
    return typeset(f"Barres, {subject}. " + " ".join(f"{_row_in_words(row, parts)}." for row in records))


def _row_in_words(row: Row, parts: Parts) -> str:
    """« Après 12 mois : 67 % (18 sur 27), échéance à venir : 3 »; what is hidden is « masqué »."""
    if row.get("share_hidden"):
        counts = {parts.yes: row["yes"], parts.no: row["no"]}
        told = HIDDEN
        if any(value is not None for value in counts.values()):
            told = ", ".join(f"{name} : {HIDDEN if value is None else value}" for name, value in counts.items())
    elif row["share"] is None:
        told = MISSING
    else:
        told = f"{percent(row['share'])} ({row['yes']} sur {row['yes'] + row['no']})"
    waiting = HIDDEN if row["waiting"] is None else row["waiting"]
    return typeset(f"{capital(row['label'])} : {told}" + (f", {parts.waiting} : {waiting}" if waiting else ""))


def _scale(names: list[str], palette: Palette, of_waiting: str) -> alt.Scale:
    return alt.Scale(domain=names, range=[palette.accent, palette.context, of_waiting])
