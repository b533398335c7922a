"""Days, months and hours of Paris, as the invented facts need them."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from data_access.periods import PARIS, month_end

ONE_DAY: Final = timedelta(days=1)


def paris_instant(day: date, moment: time) -> datetime:
    """A moment of the day in Paris, in UTC."""
    return datetime.combine(day, moment, PARIS).astimezone(UTC)


def months_after(day: date, months: int) -> date:
    """The same day of a later month (earlier if negative), or the last day of that month when it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, month_end(first).day))


def any_day(draws: Random, first: date, last: date) -> date:
    """A day from `first` to `last`, both included."""
    return first + timedelta(days=draws.randint(0, (last - first).days))


def any_weekday(draws: Random, first: date, last: date) -> date:
    """A day from Monday to Friday; any day when the span is too short to be sure of one."""
    day = any_day(draws, first, last)
    while day.weekday() >= 5 and (last - first).days >= 2:
        day = any_day(draws, first, last)
    return day


def weekday_of_month(year: int, month: int, weekday: int, rank: int) -> date:
    """The `rank`-th such weekday (1 = Monday) of a month, from 1; -1 = the last one."""
    first = date(year, month, 1)
    if rank < 0:
        last = month_end(first)
        return last - timedelta(days=(last.isoweekday() - weekday) % 7)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (rank - 1))
