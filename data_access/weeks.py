"""What a centre's week usually comes to in its season, and until when it may be entered: one rule for reads and writes."""

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from data_access.periods import month_start
from data_access.schema import attendance_summary, audit_entry, centre, week_reopening, week_summary

# What it usually comes to: one definition for forms, files, Complétude and the demonstration.

RECENT_WEEKS: Final = 8
"""The last complete weeks of a centre that say how busy it is; without as many, nothing is unusual."""
_OLDEST_RECENT: Final = 20
A_YEAR: Final = timedelta(weeks=52)
_SEASON: Final = 3
SEASON: Final = timedelta(weeks=_SEASON)
"""Around the same week of the year before: school holidays move by that much from a year to the next."""
_LEAST_OF_SEASON: Final = 3
# Deviations from the mean, and the same of a mere count, whose spread is the root of its mean: 3 half-days after 6 are no
# surprise. Without the season of the year before, what is told as odd may be the season: the band is wider.
_DEVIATIONS, _OF_A_COUNT = 2.0, 2.5
_WITHOUT_SEASON: Final = 3.0


@dataclass(frozen=True)
class WeekUse:
    """Half-days offered in a complete week of a centre, and occupied as entered, on days that offer nothing too."""

    offered: int
    occupied: int


@dataclass(frozen=True)
class UsualBand:
    """Between how many half-days a week usually lies, both included."""

    lowest: int
    highest: int

    def holds(self, total: int) -> bool:
        """Whether a week of so many half-days is usual."""
        return self.lowest <= total <= self.highest


def usual_band(weeks: Mapping[date, WeekUse], week_start: date, *, offered: int) -> UsualBand | None:
    """What a week that offers so many half-days usually comes to; None while too little is known, or it offers nothing.

    `weeks` are complete weeks of its centre by their Monday, later ones too, which are not looked at. Half-days are taken
    for what was offered, so that a week with a public holiday is compared with whole ones; the band holds both that of the
    last weeks and that of the same weeks of the year before.
    """
    if offered <= 0:
        return None
    recent = _shares(weeks, [week_start - timedelta(weeks=ago) for ago in range(1, _OLDEST_RECENT + 1)])
    if len(recent) < RECENT_WEEKS:
        return None
    then = week_start - A_YEAR
    season = _shares(weeks, [then + timedelta(weeks=apart) for apart in range(-_SEASON, _SEASON + 1)])
    compared = [recent[:RECENT_WEEKS], season if len(season) >= _LEAST_OF_SEASON else []]
    deviations, of_a_count = (_DEVIATIONS, _OF_A_COUNT) if compared[1] else (_WITHOUT_SEASON, _WITHOUT_SEASON)
    bounds: list[float] = []
    for shares in filter(None, compared):
        totals = [share * offered for share in shares]
        mean = statistics.mean(totals)
        reach = max(deviations * statistics.pstdev(totals), of_a_count * math.sqrt(max(mean, 1)))
        bounds += [mean - reach, mean + reach]
    return UsualBand(max(math.ceil(min(bounds)), 0), math.floor(max(bounds)))


def _shares(weeks: Mapping[date, WeekUse], mondays: Iterable[date]) -> list[float]:
    """The part of the offer that was occupied in those of these weeks that are known and offered something."""
    return [use.occupied / use.offered for day in mondays if (use := weeks.get(day)) is not None and use.offered > 0]


def complete_weeks(
    connection: sa.Connection, centres: Sequence[str], *, first: date, last: date
) -> dict[str, dict[date, WeekUse]]:
    """What the complete weeks of these centres offered and received, by centre and Monday, in order."""
    sums = attendance_summary.c
    asked = sa.select(centre.c.id).where(centre.c.code.in_(centres))
    # By centre and month, as its key goes: whoever looks by week alone reads those of every centre.
    weeks = (
        sa.select(
            sums.centre_id,
            sums.week_start,
            sa.func.sum(sums.offered_half_days).label("offered"),
            sa.func.sum(sums.occupied_half_days + sums.unoffered_half_days).label("occupied"),
        )
        .where(
            sums.centre_id.in_(asked),
            sums.month_start.between(month_start(first), month_start(last + timedelta(days=6))),
            sums.week_start.between(first, last),
        )
        .group_by(sums.centre_id, sums.week_start)
        .subquery()
    )
    question = (
        sa.select(centre.c.code, weeks.c.week_start, weeks.c.offered, weeks.c.occupied)
        .join(weeks, weeks.c.centre_id == centre.c.id)
        .join(
            week_summary,
            sa.and_(week_summary.c.centre_id == weeks.c.centre_id, week_summary.c.week_start == weeks.c.week_start),
        )
        .where(week_summary.c.state == "complete")
        .order_by(centre.c.code, weeks.c.week_start)
    )
    found: dict[str, dict[date, WeekUse]] = {code: {} for code in centres}
    for row in connection.execute(question):
        found[row.code][row.week_start] = WeekUse(int(row.offered or 0), int(row.occupied or 0))
    return found


# When it can no longer be entered, and until when a reopened one can.

LOCKED_AFTER_DAYS: Final = 28
"""Counted from the Sunday of the week: four whole weeks to enter or correct it."""
OPEN_AGAIN_DAYS: Final = 7
ASK_REOPENING: Final = "ask_reopening"
"""The deed of who asks for a locked week to be opened again: kept by the audit, answered by a reopening."""


@dataclass(frozen=True)
class WeekLock:
    """Whether a week may still be entered.

    `locked_on` is the first day on which it may not; `open_until` the last day of a reopening, None without one.
    """

    locked_on: date
    is_locked: bool
    open_until: date | None = None


def locks_on(week_start: date) -> date:
    """The first day on which the week of that Monday can no longer be entered."""
    return week_start + timedelta(days=6 + LOCKED_AFTER_DAYS)


def week_lock(connection: sa.Connection, *, centre_code: str, week_start: date, as_of: date) -> WeekLock:
    """The lock of one centre and week on a day."""
    locked_on = locks_on(week_start)
    open_until = connection.execute(
        sa.select(week_reopening.c.open_until)
        .join(centre, centre.c.id == week_reopening.c.centre_id)
        .where(centre.c.code == centre_code, week_reopening.c.week_start == week_start)
        .order_by(week_reopening.c.open_until.desc())
        .limit(1)
    ).scalar_one_or_none()
    reopened = open_until is not None and as_of <= open_until
    return WeekLock(locked_on, as_of >= locked_on and not reopened, open_until)


def reopened_weeks(connection: sa.Connection, *, as_of: date) -> frozenset[tuple[str, date]]:
    """The weeks that were locked and may be entered again on a day, by the code of their centre and their Monday."""
    weeks = (
        sa.select(centre.c.code, week_reopening.c.week_start)
        .join(centre, centre.c.id == week_reopening.c.centre_id)
        .where(week_reopening.c.open_until >= as_of)
    )
    return frozenset((code, week_start) for code, week_start in connection.execute(weeks))


@dataclass(frozen=True)
class AskedReopening:
    """Who asked for a locked week to be opened again, and when."""

    actor: str
    at: datetime


def asked_reopenings(connection: sa.Connection) -> dict[str, dict[date, AskedReopening]]:
    """The reopenings asked for and not given since, by centre code and Monday."""
    entry, later = audit_entry.c, audit_entry.alias("later")
    answered = sa.exists().where(
        later.c.table_name == "week_reopening",
        later.c.row_key == entry.row_key,
        later.c.action == "reopen_week",
        later.c.id > entry.id,
    )
    question = (
        sa.select(entry.actor, entry.at, entry.after)
        .where(entry.table_name == "week_reopening", entry.action == ASK_REOPENING, ~answered)
        .order_by(entry.id)
    )
    asked: dict[str, dict[date, AskedReopening]] = {}
    for row in connection.execute(question):
        week_start = date.fromisoformat(row.after["week_start"])
        asked.setdefault(row.after["centre"], {})[week_start] = AskedReopening(row.actor, row.at)
    return asked
