"""Weeks along an axis: one step a week, none left out, so that a week without a figure is a hole in the line."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import altair as alt

from dashboard.wording.dates import week_key

# A key is « 2017-S22 ». Its year is written under the first week shown, and under the first week of a year.
WEEK_LABEL: Final = (
    "[slice(datum.label, 5), datum.index == 0 || slice(datum.label, 6) == '01' ? slice(datum.label, 0, 4) : '']"
)


def every_week(mondays: Sequence[date]) -> list[date]:
    """The Mondays from the earliest of these to the latest, both included; none when there is none."""
    if not mondays:
        return []
    first, last = min(mondays), max(mondays)
    return [first + timedelta(weeks=number) for number in range((last - first).days // 7 + 1)]


def week_axis(mondays: Sequence[date]) -> alt.X:
    """The axis of the column `week`, which holds keys: text, so that no time zone moves a Monday."""
    keys = [week_key(monday) for monday in mondays]
    axis = alt.Axis(title=None, labelAngle=0, labelExpr=WEEK_LABEL, labelOverlap="greedy", ticks=False, grid=False)
    return alt.X("week:O", axis=axis, scale=alt.Scale(domain=keys))
