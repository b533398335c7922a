"""What pages for partners share: counts masked, and a figure or the reason why there is none."""

from collections.abc import Callable, Mapping

import polars as pl
import streamlit as st

from dashboard.charts.bars import counted_bars, counted_bars_in_words
from dashboard.figures.model import Figure, Table
from dashboard.ui import components, store
from dashboard.wording.numbers import integer
from dashboard.wording.terms import HIDDEN
from dashboard.wording.typography import escape_markdown, typeset

# A figure, or the reason why there is nothing to draw: an empty frame of axes tells nobody anything.


def figure_or(reason: str, shown: Figure, *, on_select: Callable[[], None] | None = None) -> None:
    """Draws the figure when its table has a row; else its headline and the reason."""
    if shown.table.frame.height:
        components.figure(shown, on_select=on_select)
    else:
        st.subheader(escape_markdown(typeset(shown.headline)), anchor=False)
        components.note(reason)


# Counts of people as partners see them: bars whose small counts are hidden, and the same rows as a table.


def bars(
    rows: pl.DataFrame,
    value: str,
    *,
    key: str,
    headline: str,
    subtitle: str,
    subject: str,
    headings: Mapping[str, str],
    said: Mapping[str, str] | None = None,
    notes: tuple[str, ...] = (),
    shares: frozenset[str] = frozenset(),
) -> Figure:
    """One bar a row of `label`, as long as `value`; `said` are the columns told to who does not see it, each in words."""

    def with_words(told: Mapping[str, str]) -> pl.DataFrame:
        words = pl.Series(_rows_in_words(rows, told), dtype=pl.String)
        return rows.select("label", code=pl.lit(None, pl.String), value=pl.col(value), said=words)

    # At the end of a bar there is room for one number, on a telephone as well.
    drawn = with_words({value: "{}"})
    return Figure(
        key=key,
        headline=headline,
        subtitle=subtitle,
        draw=counted_bars,
        figures=drawn,
        spoken=counted_bars_in_words(with_words(said or {value: "{}"}), subject=subject),
        table=Table(headline, rows, headings, notes, shares=shares, demonstration=store.is_demonstration()),
    )


def _rows_in_words(rows: pl.DataFrame, told: Mapping[str, str]) -> list[str]:
    return [_words(row, told) for row in rows.iter_rows(named=True)]


def _words(row: Mapping[str, object], told: Mapping[str, str]) -> str:
    """« 41 adhésions, départs : masqué »; the one word where nothing of the row is shown."""
    hidden = {name for name in told if row.get(f"{name}_hidden")}
    if hidden == set(told):
        return HIDDEN
    words = []
    for name, phrase in told.items():
        value = row[name]
        if name in hidden:
            words.append(f"{phrase.format('').strip()} : {HIDDEN}")
        elif isinstance(value, int):
            words.append(phrase.format(integer(value)))
    return typeset(", ".join(words))
