"""The sheet of a centre's week: which week, its fields, what is typed in them and the record it makes."""

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Literal, cast

import polars as pl
import streamlit as st

from dashboard.configuration import clock
from dashboard.ui import components, filters, session, store
from dashboard.wording import dates
from dashboard.wording.dates import parse_week_key
from dashboard.wording.parsing import NotANumber, parse_whole_fr
from dashboard.wording.refusals import PEOPLE, field_name, not_a_whole_number
from dashboard.wording.terms import SEAT_KINDS, WEEK_STATES
from dashboard.wording.typography import WEEK_STATE_GLYPHS, capital
from data_access.periods import Period, monday
from data_access.reads.attendance import SheetHeader
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Rule
from data_access.weeks import WeekLock
from data_access.writes.week_rules import most_half_days, week_key

# What the weekly form asks, for one centre and week: its fields, the days it does not ask for, and what is stored.

WEEKS_SHOWN: Final = 4

Cell = tuple[date, str]
"""A day and a seat kind: one field."""


@dataclass(frozen=True)
class Field:
    """One number asked for, up to `most`; `half_days` and `closed` are what is stored, None where nobody said anything."""

    day: date
    seat_kind: str
    seats: int
    most: int
    half_days: int | None
    closed: bool

    @property
    def cell(self) -> Cell:
        """What it is about."""
        return self.day, self.seat_kind

    @property
    def name(self) -> str:
        """How the page and a draft call it."""
        return f"{self.day}-{self.seat_kind}"

    @property
    def label(self) -> str:
        """« Lundi 29 mai, bureaux »."""
        return f"{day_title(self.day)}, {SEAT_KINDS[self.seat_kind].short}"


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
    )


def _sheet_day(day: Any, rows: list[dict[str, Any]], today: date) -> SheetDay:
    """What was recorded is always shown, even on a day nobody would be asked about."""
    asked = tuple(
        Field(
            row["day"],
            row["seat_kind"],
            row["seats"],
            most_half_days(row),
            _recorded_half_days(row),
            bool(row["closed"]),
        )
        for row in rows
        if row["half_days"] is not None or (row["offered_half_days"] > 0 and day <= today)
    )
    return SheetDay(day, asked, "" if asked else _reason(day, rows, today))


def _recorded_half_days(row: dict[str, Any]) -> int | None:
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


# What a person typed in the weekly form, and the record it makes. A blank is nothing entered; nothing is rounded.

Status = Literal["draft", "complete", "closed"]

# Longer than any number of people; Python itself refuses to read numbers of thousands of digits.
_LONGEST_NUMBER: Final = 12


class NotWhole(ValueError):
    """Some fields hold no whole number; `sentences` says which, by field, and `rest` is what the others say."""

    def __init__(self, sentences: Mapping[str, str], rest: AttendanceWeekRecord) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = dict(sentences)
        self.rest = rest


@dataclass(frozen=True)
class Typed:
    """The texts and ticks of the form, as they stand on the screen."""

    numbers: Mapping[Cell, str]
    closed: frozenset[date]
    people: str
    remark: str
    status: Status
    closed_cells: frozenset[Cell] = frozenset()
    """Fields closed on a day when another one is not: the form of one centre closes whole days, the network's sheet any field."""

    def with_days_closed(self, days: frozenset[date]) -> "Typed":
        """The same with these days ticked as closed."""
        return replace(self, closed=self.closed | days)


def typed_as_stored(sheet: Sheet) -> Typed:
    """The form as it is when it is opened: what is stored, or blanks and the state most likely wanted."""
    header = sheet.header
    status = header.status or ("complete" if sheet.is_over else "draft")
    # Another program may leave days without anybody out of a complete week: there they count as zero, and are shown so.
    unsaid = "0" if header.status == "complete" else ""
    return Typed(
        numbers={
            field.cell: "" if field.closed else _text(field.half_days) or unsaid
            for day in sheet.days
            for field in day.fields
        },
        closed=frozenset(day.day for day in sheet.days if day.closed),
        people=_text(header.distinct_people),
        remark=header.comment or "",
        status=cast(Status, status),
    )


def record_of(
    sheet: Sheet, typed: Typed, *, base_version: int, confirmed: frozenset[Rule] = frozenset()
) -> AttendanceWeekRecord:
    """The record that says what was typed; raises NotWhole when a field holds something else than a whole number."""
    numbers: dict[Cell, int | None] = {}
    wrong: dict[str, str] = {}
    for cell, text in typed.numbers.items():
        try:
            numbers[cell] = whole_number(text)
        except NotANumber:
            wrong[f"{cell[0]} {cell[1]}"] = not_a_whole_number(field_name(*cell))
    people = None
    try:
        people = whole_number(typed.people)
    except NotANumber:
        wrong["distinct_people"] = not_a_whole_number(PEOPLE)
    record = AttendanceWeekRecord(
        centre_code=sheet.centre_code,
        week_start=sheet.week_start,
        status=typed.status,
        days=tuple(
            AttendanceDayRecord(
                day=day,
                seat_kind=cast(Literal["office", "open_space"], kind),
                half_days=value,
                closed=day in typed.closed
                or (value is None and (day, kind) in typed.closed_cells | _closed_alone(sheet)),
            )
            for (day, kind), value in numbers.items()
        ),
        distinct_people=people,
        comment=unicodedata.normalize("NFC", typed.remark).strip() or None,
        base_version=base_version,
        confirmed=confirmed,
    )
    if wrong:
        raise NotWhole(wrong, record)
    return record


def whole_number(text: str) -> int | None:
    """The number of a field, None for a blank; NotANumber for « 2,5 », « abc », « 3 € »."""
    if len(text) > _LONGEST_NUMBER or "€" in text:
        raise NotANumber(text)
    return parse_whole_fr(text)


def _closed_alone(sheet: Sheet) -> frozenset[Cell]:
    """Fields stored as closed on a day that is open: another program may say so, this form cannot, and must not lose it."""
    return frozenset(field.cell for day in sheet.days for field in day.fields if field.closed and not day.closed)


def _text(number: int | None) -> str:
    return "" if number is None else str(number)


# Which centre and week is entered: kept in the address (`?centre=MAURIAC&semaine=2017-S22`), and chosen beforehand.

WEEK_PARAMETER: Final = "semaine"
WEEKS_OFFERED: Final = 8


def chosen_week(centre_code: str) -> date:
    """The Monday of the week to enter: that of the address, else the oldest one not complete, else the current one."""
    today = clock.today()
    week = _asked_week() or store.oldest_missing_week(centre_code=centre_code, as_of=today) or monday(today)
    # Kept in the address from now on: once this week is saved, another one would be the oldest.
    choose_week(week)
    weeks = offered_weeks(week, monday(today))
    states = _states(centre_code, weeks, today)
    # The mark comes last: Streamlit would take it out of the label as an icon.
    _week_switch({day: WEEK_STATE_GLYPHS[states[day]] for day in weeks}, week, about=centre_code)
    return week


def _asked_week() -> date | None:
    """That of the address, unless it has not begun."""
    asked = parse_week_key(st.query_params.get(WEEK_PARAMETER, ""))
    return asked if asked is not None and asked <= monday(clock.today()) else None


def chosen_view() -> str:
    """« centre » or « reseau »: one centre for all, the whole network for who coordinates it."""
    if not session.current_actor().coordinates:
        return "centre"
    views = {"centre": "Un télécentre", "reseau": "Toute la semaine"}
    return filters.choice(st.segmented_control, "Vue", views, key="vue", usual="centre", required=True)


def chosen_network_week() -> date:
    """The Monday of the week to enter for all centres: that of the address, else the last one that is over."""
    today = clock.today()
    week = _asked_week() or monday(today) - timedelta(weeks=1)
    choose_week(week)
    weeks = offered_weeks(week, monday(today))
    _week_switch(_shares_entered(weeks, today), week, about="reseau")
    return week


def _shares_entered(weeks: list[date], today: date) -> dict[date, str]:
    """« 9/12 »: the sheets entered, of those that are expected."""
    known = store.attendance_weeks(Period.weeks(weeks[0], weeks[-1]), as_of=today)
    expected = known.filter(pl.col("state").is_in(["complete", "closed", "missing", "draft"]))
    # Closed by the calendar, without a version: nobody has to enter it.
    expected = expected.filter((pl.col("state") != "closed") | pl.col("version").is_not_null())
    entered = expected.filter(pl.col("state").is_in(["complete", "closed"]))
    totals, done = Counter(expected["week_start"]), Counter(entered["week_start"])
    return {day: f"{done[day]}/{totals[day]}" if totals[day] else "" for day in weeks}


def offered_weeks(week: date, current: date) -> list[date]:
    """The Mondays to choose from, the wanted one among them: blocks of eight weeks that end with the current one."""
    blocks = (current - week).days // 7 // WEEKS_OFFERED
    last = current - timedelta(weeks=blocks * WEEKS_OFFERED)
    return [last - timedelta(weeks=back) for back in reversed(range(WEEKS_OFFERED))]


def choose_week(week_start: date) -> None:
    """Goes to a week."""
    st.query_params[WEEK_PARAMETER] = dates.week_key(week_start)


def forget_week() -> None:
    """Lets the week be chosen anew, for another centre."""
    st.query_params.pop(WEEK_PARAMETER, None)


def _week_switch(marks: Mapping[date, str], week: date, *, about: str) -> None:
    """The weeks to choose from, each with its mark."""
    weeks = list(marks)
    key = f"weeks-{about}-{dates.week_key(weeks[-1])}-{dates.week_key(week)}"

    def chosen() -> None:
        if st.session_state[key] is not None:
            choose_week(st.session_state[key])

    st.segmented_control(
        "Semaine",
        weeks,
        default=week,
        required=True,
        format_func=lambda day: f"{dates.short_week(day)} {marks[day]}".strip(),
        key=key,
        on_change=chosen,
    )


_MARKS_MEAN: Final = ", ".join(f"{glyph} {WEEK_STATES[state].label}" for state, glyph in WEEK_STATE_GLYPHS.items())
_SHARES_MEAN: Final = "télécentres saisis sur ceux attendus"


def draw_legend(week: date, *, network: bool = False) -> None:
    """What the marks of the weeks mean, and the way to the weeks before and after those offered."""
    current = monday(clock.today())
    weeks = offered_weeks(week, current)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        components.note(f"Semaines : {_SHARES_MEAN if network else _MARKS_MEAN}.")
        _shift_button("Plus anciennes", weeks[0] - timedelta(weeks=1), ":material/chevron_left:")
        if weeks[-1] < current:
            later = min(weeks[-1] + timedelta(weeks=WEEKS_OFFERED), current)
            _shift_button("Plus récentes", later, ":material/chevron_right:")


def _states(centre_code: str, weeks: list[date], today: date) -> Mapping[date, str]:
    known = store.attendance_weeks(Period.weeks(weeks[0], weeks[-1]), as_of=today, centres=(centre_code,))
    return dict.fromkeys(weeks, "not_expected") | dict(known.select("week_start", "state").iter_rows())


def _shift_button(label: str, week: date, icon: str) -> None:
    st.button(label, icon=icon, key=f"weekly-{label}", on_click=choose_week, args=(week,), type="tertiary")
