"""When a week can no longer be entered, and until when a reopened one can: one definition for reads and writes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from data_access.schema import audit_entry, centre, week_reopening

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


def reopened_weeks(connection: sa.Connection, *, centre_code: str, as_of: date) -> frozenset[date]:
    """The Mondays of the weeks of a centre that were locked and may be entered again on a day."""
    weeks = connection.execute(
        sa.select(week_reopening.c.week_start)
        .join(centre, centre.c.id == week_reopening.c.centre_id)
        .where(centre.c.code == centre_code, week_reopening.c.open_until >= as_of)
    ).scalars()
    return frozenset(weeks)


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
