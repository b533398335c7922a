"""What a weekly sheet may say: impossible values are refused, unusual ones are asked about once."""

import statistics
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data_access.reads.attendance import sheet_days, weeks_before
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Problem, Rule
from data_access.week_locks import week_lock
from data_access.writes.entry_rules import TURNING_MARKS, Place

LONGEST_COMMENT: Final = 1000
# The eight weeks and two deviations that health information systems use to tell an odd value from a busy week.
USUAL_WEEKS: Final = 8
DEVIATIONS: Final = 2

Offers = dict[tuple[date, str], dict[str, Any]]


def sheet_problems(
    connection: sa.Connection,
    record: AttendanceWeekRecord,
    place: Place,
    *,
    today: date,
    lock_holds: bool = True,
) -> list[Problem]:
    """Every reason for which the sheet cannot be stored as it is, in the order of the form."""
    problems = list(_week_problems(record, place, today))
    if lock_holds and not problems:
        problems = _lock_problems(connection, record, today)
    if problems:
        return problems
    offers = _offers(connection, record)
    for day in record.days:
        problems += _day_problems(record, day, offers, today)
    problems += _people_problems(record, offers)
    problems += _text_problems(record)
    if record.status == "complete" and not problems:
        problems += _completion_problems(record, offers, today)
    return problems


def sheet_doubts(connection: sa.Connection, record: AttendanceWeekRecord) -> list[Problem]:
    """What is odd in a complete sheet; a draft is not questioned."""
    if record.status != "complete":
        return []
    offers = _offers(connection, record)
    problems = [
        Problem(
            Rule.ABOVE_OFFER, _field(day), {"day": day.day, "seat_kind": day.seat_kind, "value": day.half_days} | offer
        )
        for day in record.days
        if (offer := offers.get((day.day, day.seat_kind))) and (day.half_days or 0) > offer["offered_half_days"]
    ]
    before = weeks_before(connection, centre_code=record.centre_code, week_start=record.week_start, count=USUAL_WEEKS)
    for test in (_all_zero, _same_as_before, _far_from_usual):
        problems += test(connection, record, before)
    return problems


def _week_problems(record: AttendanceWeekRecord, place: Place, today: date) -> Iterator[Problem]:
    if record.week_start.weekday() != 0:
        yield Problem(Rule.NOT_A_MONDAY, "week", {"day": record.week_start})
    elif record.week_start > today:
        yield Problem(Rule.WEEK_IN_FUTURE, "week", {"week_start": record.week_start})
    elif place.status == "planned" or place.opened_on is None or record.last_day < place.opened_on:
        yield Problem(Rule.CENTRE_NOT_OPEN, "week", {"opened_on": place.opened_on})
    elif place.closed_on is not None and record.week_start > place.closed_on:
        yield Problem(Rule.CENTRE_NOT_OPEN, "week", {"closed_on": place.closed_on})


def _lock_problems(connection: sa.Connection, record: AttendanceWeekRecord, today: date) -> list[Problem]:
    lock = week_lock(connection, centre_code=record.centre_code, week_start=record.week_start, as_of=today)
    values = {"week_start": record.week_start, "locked_on": lock.locked_on}
    return [Problem(Rule.WEEK_LOCKED, "week", values)] if lock.is_locked else []


def _day_problems(
    record: AttendanceWeekRecord, day: AttendanceDayRecord, offers: Offers, today: date
) -> Iterator[Problem]:
    values = {"day": day.day, "seat_kind": day.seat_kind, "value": day.half_days}
    if not record.week_start <= day.day <= record.last_day:
        yield Problem(Rule.DAY_OUTSIDE_WEEK, _field(day), values)
        return
    if day.half_days is None:
        return
    seats = offers.get((day.day, day.seat_kind), {}).get("seats", 0)
    if day.half_days < 0:
        yield Problem(Rule.NEGATIVE, _field(day), values)
    elif day.half_days > 2 * seats:
        yield Problem(Rule.ABOVE_CAPACITY, _field(day), values | {"seats": seats, "maximum": 2 * seats})
    elif day.half_days > 0 and (day.closed or record.status == "closed"):
        yield Problem(Rule.CLOSED_BUT_OCCUPIED, _field(day), values | {"whole_week": not day.closed})
    elif day.day > today and not day.closed and record.status != "closed":
        # Even zero: nobody knows yet that nobody will come.
        yield Problem(Rule.DAY_IN_FUTURE, _field(day), values)


def _people_problems(record: AttendanceWeekRecord, offers: Offers) -> Iterator[Problem]:
    people = record.distinct_people
    if people is None:
        return
    maximum = sum(2 * offer["seats"] for offer in offers.values())
    if people < 0:
        yield Problem(Rule.NEGATIVE, "distinct_people", {"value": people})
    elif people > maximum:
        yield Problem(Rule.TOO_MANY_PEOPLE, "distinct_people", {"value": people, "maximum": maximum})
    elif people > record.total and record.status != "draft":
        yield Problem(Rule.PEOPLE_WITHOUT_HALF_DAYS, "distinct_people", {"value": people, "total": record.total})
    elif people == 0 and record.total > 0:
        yield Problem(Rule.HALF_DAYS_WITHOUT_PEOPLE, "distinct_people", {"total": record.total})


def _text_problems(record: AttendanceWeekRecord) -> Iterator[Problem]:
    comment = record.comment
    closed_days = sorted({day.day for day in record.filled_days if day.closed})
    if not comment and (record.status == "closed" or (record.status == "complete" and closed_days)):
        yield Problem(Rule.REASON_MISSING, "comment", {"days": closed_days})
    if comment is None:
        return
    if len(comment) > LONGEST_COMMENT:
        yield Problem(Rule.COMMENT_TOO_LONG, "comment", {"length": len(comment), "maximum": LONGEST_COMMENT})
    if not comment.strip() or any(_is_hidden(character) for character in comment):
        yield Problem(Rule.TEXT_NOT_STORABLE, "comment")


def _is_hidden(character: str) -> bool:
    """Control characters, which PostgreSQL partly refuses, and marks that turn the reading order of a line around."""
    return character in TURNING_MARKS or (unicodedata.category(character) == "Cc" and character not in "\t\n\r")


def _completion_problems(record: AttendanceWeekRecord, offers: Offers, today: date) -> Iterator[Problem]:
    filled = {(day.day, day.seat_kind) for day in record.filled_days}
    closed = {(day.day, day.seat_kind) for day in record.filled_days if day.closed}
    offering = [key for key, offer in sorted(offers.items()) if offer["offered_half_days"] > 0]
    blank = [key for key in offering if key not in filled]
    to_come = sorted({day for day, _kind in blank if day > today})
    if to_come:
        yield Problem(Rule.WEEK_NOT_OVER, "status", {"days": to_come})
        return
    # A day without a word may have been a closed day; a day half filled was open.
    begun = {day for day, _kind in filled}
    for day, kind in blank:
        if day in begun:
            yield Problem(Rule.BLANK_FIELD, f"{day} {kind}", {"day": day, "seat_kind": kind})
    silent = sorted({day for day, _kind in blank} - begun)
    if silent:
        yield Problem(Rule.BLANK_DAYS, "days", {"days": silent})
    if offering and closed.issuperset(offering):
        yield Problem(Rule.ALL_DAYS_CLOSED, "status")


def _all_zero(connection: sa.Connection, record: AttendanceWeekRecord, before: pl.DataFrame) -> list[Problem]:
    opened = any(not day.closed for day in record.days)
    return [Problem(Rule.ALL_ZERO, "days")] if opened and record.total == 0 else []


def _same_as_before(connection: sa.Connection, record: AttendanceWeekRecord, before: pl.DataFrame) -> list[Problem]:
    if before.is_empty() or record.total == 0:
        return []
    last = before.row(0, named=True)
    if (record.week_start - last["week_start"]).days != 7:
        return []
    previous = sheet_days(connection, centre_code=record.centre_code, week_start=last["week_start"])
    then = {
        (row["day"].weekday(), row["seat_kind"]): row["half_days"]
        for row in previous.iter_rows(named=True)
        if row["half_days"] is not None and not row["closed"]
    }
    now = {(day.day.weekday(), day.seat_kind): day.half_days for day in record.days if day.half_days is not None}
    return [Problem(Rule.SAME_AS_BEFORE, "days", {"week_start": last["week_start"]})] if now == then else []


def _far_from_usual(connection: sa.Connection, record: AttendanceWeekRecord, before: pl.DataFrame) -> list[Problem]:
    if before.height < USUAL_WEEKS or record.total == 0:
        return []
    totals = before["occupied_half_days"].to_list()
    mean, spread = statistics.mean(totals), statistics.pstdev(totals)
    if abs(record.total - mean) <= max(DEVIATIONS * spread, 1):
        return []
    return [
        Problem(Rule.FAR_FROM_USUAL, "days", {"total": record.total, "lowest": min(totals), "highest": max(totals)})
    ]


def _offers(connection: sa.Connection, record: AttendanceWeekRecord) -> Offers:
    days = sheet_days(connection, centre_code=record.centre_code, week_start=record.week_start)
    return {(row["day"], row["seat_kind"]): row for row in days.iter_rows(named=True)}


def _field(day: AttendanceDayRecord) -> str:
    return f"{day.day} {day.seat_kind}"
