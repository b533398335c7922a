"""What a weekly sheet may say: impossible values are refused, unusual ones are asked about once."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Problem, Rule
from data_access.weeks import usual_band, week_lock
from data_access.writes.entry_rules import not_open, says_something, unreadable
from data_access.writes.known_weeks import KnownWeeks, Offers, offered_half_days

ASKED_OF_A_FILE: Final = (Rule.BLANK_FIELD, Rule.BLANK_DAYS)
"""What a file is only asked about; a confirmed zero is no doubt that stays with the week."""


def sheet_problems(
    connection: sa.Connection,
    record: AttendanceWeekRecord,
    known: KnownWeeks,
    *,
    today: date,
    coordinates: bool,
    from_file: bool = False,
) -> list[Problem]:
    """Every reason for which the sheet cannot be stored as it is, in the order of the form.

    A file may bring weeks of years ago that nobody had entered; who coordinates corrects by one, for a `reason`, those
    that are locked.
    """
    problems, offers = list(_week_problems(record, known, today)), known.offers(record)
    new_of_file = from_file and record.base_version == 0
    if not problems and not new_of_file and not (from_file and coordinates and record.reason):
        lock = week_lock(connection, centre_code=record.centre_code, week_start=record.week_start, as_of=today)
        problems += [week_locked(record.week_start, lock.locked_on, coordinates=coordinates)] if lock.is_locked else []
    if problems:
        return problems
    for day in record.days:
        problems += _day_problems(record, day, offers, today)
    problems += _people_problems(record, offers)
    problems += _text_problems(record)
    if record.status == "complete" and not problems:
        problems += _completion_problems(record, offers, today)
        if from_file and record.status_said:
            problems = [problem for problem in problems if problem.rule not in ASKED_OF_A_FILE]
    return problems


def sheet_doubts(record: AttendanceWeekRecord, known: KnownWeeks, *, today: date, from_file: bool) -> list[Problem]:
    """What is odd in a complete sheet; a draft is not questioned.

    A day that a file has no number for, in a week that it calls complete, counts as nobody: that is asked.
    """
    if record.status != "complete":
        return []
    offers = known.offers(record)
    problems = [
        Problem(
            Rule.ABOVE_OFFER, _field(day), {"day": day.day, "seat_kind": day.seat_kind, "value": day.half_days} | offer
        )
        for day in record.days
        if (offer := offers.get((day.day, day.seat_kind))) and (day.half_days or 0) > offer["offered_half_days"]
    ]
    if from_file and record.status_said:
        problems += [
            Problem(problem.rule, problem.field, {**problem.values, "counts_zero": True})
            for problem in _completion_problems(record, offers, today)
            if problem.rule in ASKED_OF_A_FILE
        ]
    problems += _all_zero(record)
    problems += _same_as_before(record, known)
    problems += _far_from_usual(record, known)
    return problems


def state_of_days(record: AttendanceWeekRecord, offers: Offers, *, drafted: bool, today: date) -> str:
    """The state of a sheet that nobody has said: closed when its days are and no other was offered; a draft as long as it is
    one and a day is blank; else complete."""
    offering = {cell for cell, offer in offers.items() if offer["offered_half_days"] > 0}
    closed = {(day.day, day.seat_kind) for day in record.days if day.closed}
    open_days = any(not day.closed for day in record.days)
    if closed and not open_days and closed >= offering:
        return "closed"
    return "draft" if drafted and any(_completion_problems(record, offers, today)) else "complete"


def _week_problems(record: AttendanceWeekRecord, known: KnownWeeks, today: date) -> Iterator[Problem]:
    place, openings = known.place(record.centre_code), known.openings(record.centre_code)
    if record.week_start.weekday() != 0:
        yield Problem(Rule.NOT_A_MONDAY, "week", {"day": record.week_start})
    elif record.week_start > today:
        yield Problem(Rule.WEEK_IN_FUTURE, "week", {"week_start": record.week_start})
    elif shut := not_open(place, openings, record.week_start, record.last_day):
        yield Problem(Rule.CENTRE_NOT_OPEN, "week", shut)


def week_locked(week_start: date, locked_on: date, *, coordinates: bool) -> Problem:
    """Says to who may that they open it again, to others whom to ask."""
    values = {"week_start": week_start, "locked_on": locked_on, "coordinates": coordinates}
    return Problem(Rule.WEEK_LOCKED, "week", values)


def _day_problems(
    record: AttendanceWeekRecord, day: AttendanceDayRecord, offers: Offers, today: date
) -> Iterator[Problem]:
    values = {"day": day.day, "seat_kind": day.seat_kind, "value": day.half_days}
    if not record.week_start <= day.day <= record.last_day:
        yield Problem(Rule.DAY_OUTSIDE_WEEK, _field(day), values)
        return
    if day.half_days is None:
        return
    offer = offers.get((day.day, day.seat_kind), {})
    seats, maximum = offer.get("seats", 0), most_half_days(offer)
    if day.half_days < 0:
        yield Problem(Rule.NEGATIVE, _field(day), values)
    elif day.half_days > maximum:
        about = {"seats": seats, "maximum": maximum, "open_half_days": offer.get("usual_half_days") or None}
        yield Problem(Rule.ABOVE_CAPACITY, _field(day), values | about)
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
    closed_days = sorted({day.day for day in record.filled_days if day.closed})
    reason = record.comment is not None and says_something(record.comment)
    if not reason and (record.status == "closed" or (record.status == "complete" and closed_days)):
        yield Problem(Rule.REASON_MISSING, "comment", {"days": closed_days})
    elif record.comment is not None:
        yield from unreadable(record, "attendance_week")


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


def _all_zero(record: AttendanceWeekRecord) -> list[Problem]:
    opened = any(not day.closed for day in record.days)
    return [Problem(Rule.ALL_ZERO, "days")] if opened and record.total == 0 else []


def _same_as_before(record: AttendanceWeekRecord, known: KnownWeeks) -> list[Problem]:
    last = record.week_start - timedelta(days=7)
    if last not in known.complete(record) or record.total == 0:
        return []
    then = {(day.weekday(), kind): half_days for (day, kind), half_days in known.cells_before(record).items()}
    now = {(day.day.weekday(), day.seat_kind): day.half_days for day in record.days if day.half_days is not None}
    return [Problem(Rule.SAME_AS_BEFORE, "days", {"week_start": last})] if now == then else []


def _far_from_usual(record: AttendanceWeekRecord, known: KnownWeeks) -> list[Problem]:
    offered = offered_half_days(record, known.offers(record))
    usual = usual_band(known.complete(record), record.week_start, offered=offered)
    if usual is None or record.total == 0 or usual.holds(record.total):
        return []
    values = {"total": record.total, "lowest": usual.lowest, "highest": usual.highest}
    return [Problem(Rule.FAR_FROM_USUAL, "days", values)]


def most_half_days(offer: Mapping[str, Any]) -> int:
    """The most that can be noted of one day and seat kind: its seats × the half-days open that weekday. Where there are no
    hours that weekday nothing is offered, and who came all the same had two half-days."""
    return int(offer.get("seats", 0) * (offer.get("usual_half_days") or 2))


def _field(day: AttendanceDayRecord) -> str:
    return f"{day.day} {day.seat_kind}"
