"""What the weekly form asks, for one centre and week: its fields, the days it does not ask for, and what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from dashboard.ui import store
from dashboard.wording import dates
from dashboard.wording.numbers import integer
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import capital
from data_access.reads.attendance import SheetHeader
from data_access.week_locks import WeekLock
from data_access.writes.attendance import week_key

WEEKS_SHOWN: Final = 4

Cell = tuple[date, str]
"""A day and a seat kind: one field."""


@dataclass(frozen=True)
class Field:
    """One number asked for; `half_days` and `closed` are what is stored, None where nobody said anything."""

    day: date
    seat_kind: str
    seats: int
    half_days: int | None
    closed: bool

    @property
    def cell(self) -> Cell:
        """What it is about."""
        return self.day, self.seat_kind

    @property
    def label(self) -> str:
        """« Lundi 29 mai », and « bureaux (4) » on a second line: the first is the title of its column."""
        return f"{day_title(self.day)}\n{SEAT_KINDS[self.seat_kind].short} ({integer(self.seats)})"


@dataclass(frozen=True)
class SheetDay:
    """A column of the form: a day with its fields, or the reason why nothing is asked."""

    day: date
    fields: tuple[Field, ...]
    not_asked: str = ""

    @property
    def closed(self) -> bool:
        """Whether the whole day is stored as closed."""
        return bool(self.fields) and all(field.closed for field in self.fields)


@dataclass(frozen=True)
class Sheet:
    """One centre and week. `before` holds its last complete weeks, newest first."""

    centre_code: str
    centre_name: str
    week_start: date
    days: tuple[SheetDay, ...]
    header: SheetHeader
    before: pl.DataFrame = field(compare=False)
    today: date
    has_seats: bool
    lock: WeekLock
    let_by_the_month: Mapping[Cell, int] = field(default_factory=dict)
    """Half-days of the desks let by the month."""

    @property
    def journal_key(self) -> str:
        """How the journal names it."""
        return week_key(self.centre_code, self.week_start)

    @property
    def asked(self) -> tuple[SheetDay, ...]:
        """The days with something to fill in."""
        return tuple(day for day in self.days if day.fields)

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to come this week."""
        return self.week_start + timedelta(days=6) < self.today or not any(
            day.not_asked == TO_COME for day in self.days
        )

    @property
    def stored_total(self) -> int:
        """Occupied half-days as stored, whatever the state of the week."""
        return sum(field.half_days or 0 for day in self.days for field in day.fields)


TO_COME: Final = "à venir"


def sheet_of(centre_code: str, centre_name: str, week_start: date, today: date) -> Sheet:
    """Everything the form needs, as stored at this moment."""
    question: dict[str, Any] = {"centre_code": centre_code, "week_start": week_start}
    rows = store.sheet_days(**question)
    days = (
        _sheet_day(day, list(group.iter_rows(named=True)), today)
        for (day,), group in rows.sort("day", "seat_kind").group_by("day", maintain_order=True)
    )
    return Sheet(
        centre_code,
        centre_name,
        week_start,
        tuple(day for day in days if day.fields or day.not_asked),
        store.sheet_header(**question),
        store.weeks_before(**question, count=WEEKS_SHOWN),
        today,
        has_seats=not rows.is_empty(),
        lock=store.week_lock(**question, as_of=today),
        let_by_the_month={
            (row["day"], row["seat_kind"]): row["half_days"]
            for row in store.monthly_desk_days(**question).iter_rows(named=True)
            if row["day"] <= today
        },
    )


def _sheet_day(day: Any, rows: list[dict[str, Any]], today: date) -> SheetDay:
    """What was recorded is always shown, even on a day nobody would be asked about."""
    asked = tuple(
        Field(row["day"], row["seat_kind"], row["seats"], _said(row), bool(row["closed"]))
        for row in rows
        if row["half_days"] is not None or (row["offered_half_days"] > 0 and day <= today)
    )
    return SheetDay(day, asked, "" if asked else _reason(day, rows, today))


def _said(row: dict[str, Any]) -> int | None:
    return None if row["closed"] else row["half_days"]


def _reason(day: date, rows: list[dict[str, Any]], today: date) -> str:
    first = rows[0]
    if not first["usual_half_days"]:
        return ""
    if first["public_holiday"]:
        return str(first["public_holiday"])
    if first["closure_reason"]:
        return f"Fermeture : {first['closure_reason']}"
    offers = any(row["offered_half_days"] > 0 for row in rows)
    return TO_COME if offers and day > today else ""


def day_title(day: date) -> str:
    """« Lundi 29 mai », « Jeudi 1er juin »: the year is that of the week."""
    return capital(dates.full_date(day).rsplit(" ", 1)[0])
