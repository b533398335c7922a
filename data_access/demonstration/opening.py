"""When each place is open, day by day: what its seats are offered on."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import NamedTuple

from data_access.demonstration.places import Place


class OpenDay(NamedTuple):
    """A day a place is open, with the opening and closing time of each of its half-days."""

    day: date
    half_days: dict[str, tuple[time, time]]
    hours_per_half_day: float


def open_days(place: Place, last: date, shut: frozenset[date]) -> Iterator[OpenDay]:
    """The days the place is open from its first to `last`; `shut` are public holidays and closures."""
    for timetable, following in zip(place.timetables, (*place.timetables[1:], None), strict=True):
        weekdays: dict[int, dict[str, tuple[time, time]]] = {}
        for (weekday, half_day), hours in timetable.week().items():
            weekdays.setdefault(weekday, {})[half_day] = hours
        means = {weekday: _mean_hours(half_days) for weekday, half_days in weekdays.items()}
        day = timetable.since
        end = min(last, following.since - timedelta(days=1) if following else last)
        while day <= end:
            weekday = day.isoweekday()
            if weekday in weekdays and day not in shut:
                yield OpenDay(day, weekdays[weekday], means[weekday])
            day += timedelta(days=1)


def _mean_hours(half_days: dict[str, tuple[time, time]]) -> float:
    minutes = sum(
        (closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in half_days.values()
    )
    return minutes / 60 / len(half_days)
