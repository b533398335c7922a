"""Months along an axis, one step each, by themselves or several together, named as a reader would."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import altair as alt

from dashboard.wording.dates import short_month
from dashboard.wording.numbers import NO_BREAK

# Up to here every month is named under the axis; with more, the years are.
MONTHS_NAMED: Final = 14


def span_label(first: date, last: date) -> str:
    """« mai 2015 », « mai–juil. 2015 », « nov. 2015 – janv. 2016 », « 2015 »: from the month of a day to that of another."""
    if (first.year, first.month) == (last.year, last.month):
        return _unbroken(first)
    if first.year == last.year:
        return str(first.year) if (first.month, last.month) == (1, 12) else f"{_name(first)}–{_unbroken(last)}"
    return f"{_unbroken(first)}{NO_BREAK}–{NO_BREAK}{_unbroken(last)}"


def every_month(first: date, last: date) -> list[date]:
    """The first days of the months of two days and of all between."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    start = first.year * 12 + first.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(start, start + count)]


def month_axis(months: Sequence[date], column: str = "month") -> alt.X:
    """The axis of a column that holds `span_label(month, month)`: text, so that no time zone moves a month."""
    labels = [span_label(month, month) for month in months]
    januaries = [label for label, month in zip(labels, months, strict=True) if month.month == 1]
    named = len(months) <= MONTHS_NAMED or not januaries
    axis = alt.Axis(
        title=None,
        labelAngle=0,
        labelOverlap="greedy",
        ticks=False,
        grid=False,
        values=labels if named else januaries,
        labelExpr="datum.label" if named else "slice(datum.label, -4)",
    )
    return alt.X(f"{column}:O", axis=axis, scale=alt.Scale(domain=labels))


def _name(month: date) -> str:
    return short_month(month).rsplit(" ", 1)[0]


def _unbroken(month: date) -> str:
    return short_month(month).replace(" ", NO_BREAK)
