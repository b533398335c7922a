"""How much work comes to the network: over the years, through the year, over the week."""

from bisect import bisect_right
from collections.abc import Set
from datetime import date, timedelta
from typing import Final

# Use against an ordinary week of 2013; straight lines between the dates.
_YEARS: Final = (
    (date(2007, 1, 1), 0.55),
    (date(2009, 1, 1), 0.65),
    (date(2012, 1, 1), 0.90),
    (date(2013, 7, 1), 1.00),
    (date(2017, 1, 1), 1.16),
    (date(2020, 3, 1), 1.30),
    (date(2020, 3, 16), 0.55),
    (date(2020, 5, 11), 0.30),
    (date(2020, 9, 1), 0.85),
    (date(2020, 11, 2), 0.55),
    (date(2021, 1, 4), 0.75),
    (date(2021, 9, 1), 1.20),
    (date(2023, 1, 1), 1.40),
    (date(2027, 1, 1), 1.55),
)
_MONTHS: Final = (0.96, 1.00, 1.06, 1.01, 0.95, 1.04, 0.80, 0.55, 1.06, 1.10, 1.08, 0.84)
_WEEKDAYS: Final = (0.96, 1.09, 0.90, 1.10, 0.92, 0.40, 0.0)
_FRIDAY_AFTERNOON: Final = 0.78
_BRIDGE: Final = 0.45
_DAYS: Final = [day for day, _ in _YEARS]


def use_of_year(day: date) -> float:
    """How much the network is used that day against 2013, whatever the season."""
    after = bisect_right(_DAYS, day)
    if after == 0 or after == len(_YEARS):
        return _YEARS[max(after - 1, 0)][1]
    (start, before), (end, then) = _YEARS[after - 1], _YEARS[after]
    return before + (then - before) * ((day - start) / (end - start))


def use_of_day(day: date, half_day: str, public_holidays: Set[date]) -> float:
    """How busy a half-day is against an ordinary one: month, weekday, and days that bridge a holiday and a weekend."""
    use = _MONTHS[day.month - 1] * _WEEKDAYS[day.weekday()]
    if day.weekday() == 4:
        use *= _FRIDAY_AFTERNOON if half_day == "pm" else 1.0
        use *= _BRIDGE if day - timedelta(days=1) in public_holidays else 1.0
    if day.weekday() == 0:
        use *= _BRIDGE if day + timedelta(days=1) in public_holidays else 1.0
    return use
