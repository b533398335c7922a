"""Counts of people as partners see them: bars whose small counts are hidden, and the same rows as a table."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from dashboard.charts.counted_bars import counted_bars, counted_bars_in_words
from dashboard.exports.tables import Table
from dashboard.ui import store
from dashboard.ui.components import Figure
from dashboard.wording.numbers import integer
from dashboard.wording.small_counts import HIDDEN
from dashboard.wording.typography import typeset
from data_access.periods import month_start


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
        words = pl.Series(_said(rows, told), dtype=pl.String)
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


def last_published(today: date) -> date:
    """The last day of the last month that is over: between two days of a month, one person more would be told apart."""
    return month_start(today) - timedelta(days=1)


def month_ends(on: date) -> list[date]:
    """The last days of the twelve months before that of this day, the oldest first: what was hidden on them stays hidden."""
    months = [on.year * 12 + on.month - 1 - back for back in range(11, -1, -1)]
    return [date(month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]


def _said(rows: pl.DataFrame, told: Mapping[str, str]) -> list[str]:
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
