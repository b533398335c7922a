"""A fill rate on a chart: its axis, from zero up to a round figure, and the whole percentage it is printed as."""

from collections.abc import Iterable
from math import ceil

import altair as alt

from dashboard.wording.numbers import rounded


def top_of(rates: Iterable[float | None], *, least: float = 0.5) -> float:
    """The round share where the axis ends, above every rate, so that a quiet year is not drawn as a busy one."""
    highest = max((rate for rate in rates if rate is not None), default=0.0)
    return max(least, ceil(round(highest * 10, 6)) / 10)


def whole_percent(rate: float) -> int:
    """The figure printed for a share: classes are made of it, so that « 30 » is never coloured as 29.6 was."""
    return int(rounded(rate, 2) * 100)


def rate_axis(column: str, top: float) -> alt.Y:
    """A vertical axis from 0 % to `top`."""
    ticks = [step / 10 for step in range(0, round(top * 10) + 1, 1 if top <= 0.6 else 2)]
    axis = alt.Axis(title=None, format=".0%", values=ticks, ticks=False, domain=False)
    return alt.Y(f"{column}:Q", axis=axis, scale=alt.Scale(domain=[0, top]))
