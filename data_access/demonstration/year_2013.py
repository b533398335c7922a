"""Makes the hours of 2013 those that were published, to the quarter of an hour."""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import date
from random import Random
from typing import Final

from data_access.demonstration.attendance import Presence, Week

YEAR: Final = 2013
# Hours of a half-day are the mean of two spans in quarters of an hour: whole numbers of eighths.
_EIGHTHS: Final = 8
_NEAR: Final = 60
# About forty half-days at a time.
_MOVED: Final = 1400
_MOVES: Final = 50


def fit_hours(all_weeks: Iterable[Week], hours: float, rates: tuple[float, float], draws: Random) -> None:
    """Adds or takes away a half-day here and there until the complete weeks of 2013 come to `hours`.

    The fill rate then lies between `rates`: when it is too high, half-days move to places whose half-days are longer.
    """
    presences = counted(all_weeks)
    offered = sum(presence.offered for presence in presences)
    wanted = round(hours * _EIGHTHS)
    _approach(presences, wanted - _occupied_eighths(presences), draws)
    mean = wanted / sum(presence.total for presence in presences)
    shorter = [presence for presence in presences if _eighths(presence) < mean]
    longer = [presence for presence in presences if _eighths(presence) > mean]
    for _ in range(_MOVES):
        rate = sum(presence.total for presence in presences) / offered
        if rates[0] < rate < rates[1]:
            break
        _approach(shorter, _MOVED if rate <= rates[0] else -_MOVED, draws)
        _approach(longer, wanted - _occupied_eighths(presences), draws)
    else:
        raise ValueError("no attendance gives both the hours and the fill rate that were published")
    rest = wanted - _occupied_eighths(presences)
    for change, eighths in _steps(rest, sorted({_eighths(presence) for presence in presences})):
        alike = [presence for presence in presences if _eighths(presence) == eighths]
        while not _change(draws.choice(alike), change, draws):
            pass


def counted(all_weeks: Iterable[Week]) -> list[Presence]:
    """The presences of 2013 that count: in complete weeks, on days not marked closed."""
    return [
        presence
        for week in all_weeks
        if week.status == "complete"
        for presence in week.presences
        if presence.day.year == YEAR and presence.day not in week.closed_days
    ]


def year_is_over(as_of: date) -> bool:
    """Whether 2013 belongs to the past, so that its figures are those published."""
    return as_of >= date(YEAR, 12, 31)


def _approach(presences: Sequence[Presence], rest: int, draws: Random) -> None:
    """Brings the occupied time of some presences near `rest` eighths of an hour more; busy ones change most."""
    while abs(rest) > _NEAR:
        presence = draws.choice(presences)
        if draws.random() < presence.total / presence.offered:
            rest -= _change(presence, 1 if rest > 0 else -1, draws) * _eighths(presence)


def _occupied_eighths(presences: Iterable[Presence]) -> int:
    return sum(presence.total * _eighths(presence) for presence in presences)


def _change(presence: Presence, change: int, draws: Random) -> int:
    """Changes one half-day if it may, and gives what was done: 1, -1 or 0."""
    half_day = draws.choice(list(presence.taken))
    if not 0 <= presence.taken[half_day] + change <= presence.seats:
        return 0
    presence.taken[half_day] += change
    return change


def _eighths(presence: Presence) -> int:
    return round(presence.hours_per_half_day * _EIGHTHS)


def _steps(rest: int, units: Sequence[int]) -> list[tuple[int, int]]:
    """The fewest half-days to add (1) or take away (-1), each of some length in eighths of an hour, that come to `rest`."""
    bound = _NEAR + max(units)
    paths: dict[int, list[tuple[int, int]]] = {0: []}
    waiting = deque([0])
    while waiting:
        reached = waiting.popleft()
        if reached == rest:
            return paths[reached]
        for change in (1, -1):
            for unit in units:
                then = reached + change * unit
                if abs(then) <= bound and then not in paths:
                    paths[then] = [*paths[reached], (change, unit)]
                    waiting.append(then)
    raise ValueError("the opening hours cannot add up to the published hours")
