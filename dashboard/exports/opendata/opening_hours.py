"""A week of opening hours in the words of OpenStreetMap: « Mo-Fr 08:30-12:00,14:00-17:30; PH off »."""

from collections.abc import Iterable
from datetime import time
from itertools import groupby
from typing import Any, Final

_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
# A centre offers nothing on public holidays, whatever its hours.
_HOLIDAYS: Final = "PH off"


def opening_hours(half_days: Iterable[dict[str, Any]]) -> str | None:
    """The open half-days of one week (`weekday` from 1, `opens_at`, `closes_at`) as one text; None when there is none."""
    spans: dict[int, list[tuple[time, time]]] = {}
    for row in sorted(half_days, key=lambda row: (row["weekday"], row["opens_at"])):
        day = spans.setdefault(row["weekday"], [])
        if day and day[-1][1] == row["opens_at"]:
            day[-1] = (day[-1][0], row["closes_at"])
        else:
            day.append((row["opens_at"], row["closes_at"]))
    if not spans:
        return None
    rules = [f"{_span(days)} {hours}" for hours, days in _runs({day: _hours(spans[day]) for day in sorted(spans)})]
    return "; ".join([*rules, _HOLIDAYS])


def _runs(hours: dict[int, str]) -> list[tuple[str, list[int]]]:
    """Days that follow each other and have the same hours, together."""
    # Within a run of days, the day minus its place is the same.
    runs = groupby(enumerate(hours), key=lambda placed: (placed[1] - placed[0], hours[placed[1]]))
    return [(key[1], [day for _place, day in run]) for key, run in runs]


def _span(days: list[int]) -> str:
    first, last = _DAYS[days[0] - 1], _DAYS[days[-1] - 1]
    return first if len(days) == 1 else f"{first}-{last}"


def _hours(spans: list[tuple[time, time]]) -> str:
    return ",".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans)
