"""Half-days and hours counted day by day in Python, from the definitions alone: what the summaries are held against."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from data_access.schema import (
    attendance_day,
    attendance_week,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    opening_hours,
)

Rows = list[Mapping[str, Any]]


@dataclass(frozen=True)
class Database:
    """Every row that a figure of attendance depends on."""

    centres: Rows
    capacities: Rows
    hours: Rows
    closures: Rows
    weeks: Rows
    days: Rows
    holidays: frozenset[date]


@dataclass
class Count:
    """What one centre and seat kind offered and received in the part of a week within a month."""

    calendar: int = 0
    offered: int = 0
    occupied: int = 0
    hours: float = 0.0
    unoffered: int = 0


def read_database(connection: sa.Connection) -> Database:
    """The rows as they stand."""

    def rows(table: sa.Table) -> Rows:
        return [dict(row._mapping) for row in connection.execute(sa.select(table))]

    holidays = connection.execute(sa.select(calendar_day.c.day).where(calendar_day.c.public_holiday.is_not(None)))
    return Database(
        rows(centre),
        rows(centre_capacity),
        rows(opening_hours),
        rows(closure),
        rows(attendance_week),
        rows(attendance_day),
        frozenset(holidays.scalars()),
    )


def count_by_hand(database: Database, first: date, last: date) -> dict[tuple[int, str, date, date], Count]:
    """The counts by centre, seat kind, week and month; those where nothing was offered and nobody came are left out."""
    counts: dict[tuple[int, str, date, date], Count] = defaultdict(Count)
    sheets = {(week["centre_id"], week["week_start"]): week for week in database.weeks}
    lines = {(line["attendance_week_id"], line["day"], line["seat_kind"]): line for line in database.days}
    for place in database.centres:
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            week_start = day - timedelta(days=day.weekday())
            sheet = sheets.get((place["id"], week_start))
            complete = sheet is not None and sheet["status"] == "complete"
            open_hours = _open_hours(database, place["id"], day)
            for kind in ("office", "open_space"):
                line = lines.get((sheet["id"], day, kind)) if sheet else None
                seats = _seats(database, place["id"], kind, day) if _is_open(database, place, day) else 0
                count = counts[place["id"], kind, week_start, day.replace(day=1)]
                offered = seats * len(open_hours) if complete and not (line and line["closed"]) else 0
                count.calendar += seats * len(open_hours)
                count.offered += offered
                if complete and line and offered:
                    count.occupied += line["half_days"]
                    count.hours += line["half_days"] * sum(open_hours) / len(open_hours)
                elif complete and line:
                    count.unoffered += line["half_days"]
    for count in counts.values():
        count.hours = round(count.hours, 4)
    return {key: count for key, count in counts.items() if count != Count()}


def weeks_by_hand(
    database: Database, counts: Mapping[tuple[int, str, date, date], Count]
) -> dict[tuple[int, date], str]:
    """The state of each week that offers something or was entered."""
    entered = {(week["centre_id"], week["week_start"]): str(week["status"]) for week in database.weeks}
    offering = {(centre_id, week) for (centre_id, _, week, _), count in counts.items() if count.calendar}
    return {key: entered.get(key, "missing") for key in offering | set(entered)}


def _is_open(database: Database, place: Mapping[str, Any], day: date) -> bool:
    if place["status"] == "planned" or day in database.holidays or place["opened_on"] is None:
        return False
    if day < place["opened_on"] or day > (place["closed_on"] or date.max):
        return False
    return not any(
        row["centre_id"] in (None, place["id"]) and row["starts_on"] <= day <= row["ends_on"]
        for row in database.closures
    )


def _seats(database: Database, centre_id: int, kind: str, day: date) -> int:
    return sum(
        row["seats"]
        for row in database.capacities
        if row["centre_id"] == centre_id and row["seat_kind"] == kind and _is_valid(row, day)
    )


def _open_hours(database: Database, centre_id: int, day: date) -> list[float]:
    return [
        (row["closes_at"].hour * 60 + row["closes_at"].minute - row["opens_at"].hour * 60 - row["opens_at"].minute) / 60
        for row in database.hours
        if row["centre_id"] == centre_id and row["weekday"] == day.isoweekday() and _is_valid(row, day)
    ]


def _is_valid(row: Mapping[str, Any], day: date) -> bool:
    return bool(row["valid_from"] <= day <= (row["valid_to"] or date.max))
