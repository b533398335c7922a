"""What a weekly sheet may say beside what is known of its centre: impossible values are refused, unusual ones asked about."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access import summaries
from data_access.engine import data_version
from data_access.openings import Opening, openings_of
from data_access.reads.attendance import sheet_days
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Problem, Rule
from data_access.rights import Actor
from data_access.schema import attendance_week, audit_entry
from data_access.weeks import A_YEAR, SEASON, WeekUse, complete_weeks, usual_band, week_lock
from data_access.writes.entry_rules import Place, locked_centre, not_open, says_something, unreadable

# What is looked at beside a sheet when it is recorded: read at once for the sheets of a file, true as each is stored.

Offers = dict[tuple[date, str], dict[str, Any]]
"""What a centre offers on the days of a week, by day and seat kind: rows of `sheet_days`."""
Cells = dict[tuple[date, str], int]
"""The half-days of a week as entered, by day and seat kind; days marked closed left out."""

READ_AHEAD: Final = 26
"""How many weeks of a centre are read at once for a file, which mostly brings them one after the other."""
_A_WEEK: Final = timedelta(weeks=1)


@dataclass(frozen=True)
class EnteredWeek:
    """What must be known of a stored sheet before it is read whole."""

    id: int
    status: str
    distinct_people: int | None


@dataclass(frozen=True)
class _Span:
    """The weeks of one centre that were read: from a Monday to the last one."""

    first: date
    last: date
    offers: dict[date, Offers]
    cells: dict[date, Cells]
    complete: dict[date, WeekUse]
    entered: dict[date, EnteredWeek]
    changes: dict[date, int]


class KnownWeeks:
    """What is known of centres and their weeks in one transaction, whose sheets are all recorded by way of it.

    Each centre is locked when it is first asked about: nobody else writes its weeks before the transaction ends. A next
    transaction that has locked them may go on with it, unless somebody else wrote between the two.
    """

    def __init__(self, connection: sa.Connection, actor: Actor, *, today: date, ahead: int = 1) -> None:
        """`ahead` is how many weeks of a centre are read at once."""
        self._connection, self._actor, self._today, self._ahead = connection, actor, today, ahead
        self._version: int | None = None
        self._places: dict[str, tuple[Place, list[Opening]]] = {}
        self._spans: dict[str, _Span] = {}

    def keep(self) -> None:
        """Called last in a transaction, for the next one."""
        self._version = data_version(self._connection)

    def goes_on(self, connection: sa.Connection) -> bool:
        """Whether it still holds in this transaction, for which it is then used."""
        self._connection = connection
        return self._version == data_version(connection)

    def place(self, code: str) -> Place:
        """The centre; Refused for who may not enter its figures, and for a code that none has."""
        return self._known_place(code)[0]

    def openings(self, code: str) -> list[Opening]:
        """When the centre was open."""
        return self._known_place(code)[1]

    def offers(self, record: AttendanceWeekRecord) -> Offers:
        """What the centre of a sheet offers that week."""
        return self._span(record).offers.get(record.week_start, {})

    def complete(self, record: AttendanceWeekRecord) -> Mapping[date, WeekUse]:
        """The complete weeks of its centre since a year and a season before it; later ones may be among them."""
        return self._span(record).complete

    def cells_before(self, record: AttendanceWeekRecord) -> Cells:
        """What was entered the week before it."""
        return self._span(record).cells.get(record.week_start - _A_WEEK, {})

    def entered(self, record: AttendanceWeekRecord) -> EnteredWeek | None:
        """The sheet of that centre and week that is stored; None when nobody entered one."""
        return self._span(record).entered.get(record.week_start)

    def next_version(self, record: AttendanceWeekRecord) -> int:
        """A version that nobody has read of the sheet, not even of one that was undone since: one more than its changes."""
        return 1 + self._span(record).changes.get(record.week_start, 0)

    def note(self, record: AttendanceWeekRecord, week_id: int) -> None:
        """Says that a sheet was stored, with its audit entry."""
        span, monday = self._span(record), record.week_start
        span.entered[monday] = EnteredWeek(week_id, record.status, record.distinct_people)
        span.changes[monday] = span.changes.get(monday, 0) + 1
        span.cells[monday] = {
            (day.day, day.seat_kind): day.half_days or 0 for day in record.filled_days if not day.closed
        }
        span.complete.pop(monday, None)
        if record.status == "complete":
            span.complete[monday] = WeekUse(offered_half_days(record, self.offers(record)), record.total)

    def _known_place(self, code: str) -> tuple[Place, list[Opening]]:
        if code not in self._places:
            place = locked_centre(self._connection, self._actor, code)
            self._places[code] = place, openings_of(self._connection, place.id)
        return self._places[code]

    def _span(self, record: AttendanceWeekRecord) -> _Span:
        code, monday = record.centre_code, record.week_start
        span = self._spans.get(code)
        if span is None or not span.first <= monday <= span.last:
            span = self._spans[code] = self._read(code, monday)
        return span

    def _read(self, code: str, monday: date) -> _Span:
        place, week = self.place(code), attendance_week.c
        # The usual weeks are read from the summaries, which what was written before has made stale.
        summaries.refresh(self._connection, through=self._today, centre_id=place.id)
        last = monday + min((self._ahead - 1) * _A_WEEK, date.max - monday)
        before = monday - min(_A_WEEK, monday - date.min)
        offers: dict[date, Offers] = {}
        cells: dict[date, Cells] = {}
        days = sheet_days(self._connection, centre_code=code, week_start=before, last_week=last)
        for row in days.iter_rows(named=True):
            of_week = row["day"] - timedelta(days=row["day"].weekday())
            cell = row["day"], row["seat_kind"]
            offers.setdefault(of_week, {})[cell] = row
            if row["half_days"] is not None and not row["closed"]:
                cells.setdefault(of_week, {})[cell] = row["half_days"]
        stored = self._connection.execute(
            sa.select(week.week_start, week.id, week.status, week.distinct_people).where(
                week.centre_id == place.id, week.week_start.between(monday, last)
            )
        )
        weeks = [monday + number * _A_WEEK for number in range((last - monday).days // 7 + 1)]
        keys = {week_key(code, each): each for each in weeks}
        changes = self._connection.execute(
            sa.select(audit_entry.c.row_key, sa.func.count())
            .where(audit_entry.c.table_name == attendance_week.name, audit_entry.c.row_key.in_(keys))
            .group_by(audit_entry.c.row_key)
        )
        year_before = monday - min(A_YEAR + SEASON, monday - date.min)
        complete = complete_weeks(self._connection, [code], first=year_before, last=last)[code]
        return _Span(
            first=monday,
            last=last,
            offers=offers,
            cells=cells,
            complete=complete,
            entered={row.week_start: EnteredWeek(row.id, row.status, row.distinct_people) for row in stored},
            changes={keys[key]: int(number) for key, number in changes},
        )


def offered_half_days(record: AttendanceWeekRecord, offers: Offers) -> int:
    """What the centre offers on the days that the sheet does not mark as closed."""
    shut = {(day.day, day.seat_kind) for day in record.days if day.closed}
    return int(sum(offer["offered_half_days"] for cell, offer in offers.items() if cell not in shut))


def week_key(centre_code: str, week_start: date) -> str:
    """« MURAT 2017-S22 »: how the audit names a sheet."""
    return f"{centre_code} {week_start:%G-S%V}"


# What a weekly sheet may say: impossible values are refused, unusual ones are asked about once.

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
