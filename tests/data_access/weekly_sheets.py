"""A small network to enter weeks in, sheets of its week 22 of 2017, and one sheet for every rule that can refuse it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from data_access import summaries
from data_access.periods import day_in_paris
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Rule
from data_access.rights import Actor
from data_access.schema import centre
from data_access.writes import attendance, week_rules
from data_access.writes.attendance import record_attendance_week
from tests.factories import add_centre, add_closure

MONDAY: Final = date(2017, 5, 29)
TUESDAY: Final = date(2017, 5, 30)
NOW: Final = datetime(2017, 6, 9, 14, 42, tzinfo=UTC)  # a Friday, 16 h 42 in Paris
COORDINATOR: Final = Actor("coordination@example.org", "coordinator")
WHIT_MONDAY: Final = date(2017, 6, 5)
OPENED: Final = date(2013, 5, 1)


def add_network(connection: sa.Connection) -> None:
    """Mauriac and Murat with 4 offices and 2 open-space seats from Monday to Friday, one closed and one planned place."""
    seats = {"seats_office": 4, "seats_open_space": 2}
    add_centre(connection, "MAURIAC", opened_on=OPENED, **seats)
    add_centre(connection, "MURAT", opened_on=OPENED, **seats)
    add_centre(connection, "YDES", opened_on=OPENED, status="closed", closed_on=date(2017, 4, 30), **seats)
    add_centre(connection, "PIERREFORT", opened_on=None, status="planned", **seats)


def small_network(connection: sa.Connection) -> None:
    """The same with its summaries: what is undone in each example need not be made in each."""
    add_network(connection)
    summaries.refresh(connection, through=day_in_paris(NOW))


def shut(connection: sa.Connection, first: date, last: date) -> None:
    """Mauriac is closed for works on these days."""
    mauriac = connection.execute(sa.select(centre.c.id).where(centre.c.code == "MAURIAC")).scalar_one()
    add_closure(connection, mauriac, first, last)


def make_days(
    office: Sequence[int | None], open_space: Sequence[int | None], monday: date = MONDAY
) -> tuple[AttendanceDayRecord, ...]:
    """The days of a week from Monday on, one number per day."""
    return tuple(
        AttendanceDayRecord(day=monday + timedelta(days=offset), seat_kind=kind, half_days=value)
        for kind, values in (("office", office), ("open_space", open_space))
        for offset, value in enumerate(values)
    )


def make_sheet(**changes: Any) -> AttendanceWeekRecord:
    """A complete and ordinary week 22: 23 half-days, 9 different people."""
    plain: dict[str, Any] = {
        "centre_code": "MAURIAC",
        "week_start": MONDAY,
        "status": "complete",
        "days": make_days([3, 4, 2, 3, 2], [2, 2, 1, 2, 2]),
        "distinct_people": 9,
    }
    return AttendanceWeekRecord(**(plain | changes))


def with_day(sheet: AttendanceWeekRecord, day: date, seat_kind: str, **changes: Any) -> AttendanceWeekRecord:
    """The same sheet with one day changed, or added."""
    kept = tuple(record for record in sheet.days if (record.day, record.seat_kind) != (day, seat_kind))
    changed = AttendanceDayRecord(**({"day": day, "seat_kind": seat_kind} | changes))
    return sheet.model_copy(update={"days": (*kept, changed)})


def without_days(sheet: AttendanceWeekRecord, cells: Iterable[tuple[date, str]]) -> AttendanceWeekRecord:
    """The same sheet with these days left blank."""
    blank = set(cells)
    return sheet.model_copy(update={"days": tuple(day for day in sheet.days if (day.day, day.seat_kind) not in blank)})


def store_week(connection: sa.Connection, sheet: AttendanceWeekRecord) -> int:
    """Records a sheet whatever is unusual in it, over what is stored; answers its version."""
    sheet = sheet.model_copy(update={"confirmed": frozenset(Rule)})
    return record_attendance_week(connection, COORDINATOR, sheet, now=in_time(sheet)).version


def in_time(sheet: AttendanceWeekRecord) -> datetime:
    """The Friday after the week: an older week could not be entered any more at `NOW`."""
    return NOW - (MONDAY - sheet.week_start)


def store_usual_weeks(connection: sa.Connection, totals: Sequence[int]) -> None:
    """Complete weeks right before week 22, the last total being that of week 21; at most 40 a week."""
    for back, total in enumerate(reversed(totals), start=1):
        monday = MONDAY - timedelta(weeks=back)
        days = make_days([min(8, max(0, total - 8 * n)) for n in range(5)], [0] * 5, monday)
        store_week(connection, make_sheet(week_start=monday, days=days, distinct_people=None))


@dataclass(frozen=True)
class RefusalCase:
    """A sheet that one rule alone refuses or asks about. `usual` are totals of the weeks before."""

    rule: Rule
    sheet: AttendanceWeekRecord
    actor: Actor = COORDINATOR
    usual: tuple[int, ...] = ()
    shut_days: tuple[date, ...] = ()
    stored: AttendanceWeekRecord | None = None


def _closed(sheet: AttendanceWeekRecord, *days: date) -> AttendanceWeekRecord:
    for day in days:
        for kind in ("office", "open_space"):
            sheet = with_day(sheet, day, kind, closed=True)
    return sheet


_WEEK_DAYS = [MONDAY + timedelta(days=n) for n in range(5)]
_CURRENT_WEEK = make_days([None, 4, 2, 3], [None, 2, 1, 2], WHIT_MONDAY)

REFUSAL_CASES: Final = (
    RefusalCase(
        Rule.NOT_ALLOWED, make_sheet(), actor=Actor("animatrice@example.org", "animator", frozenset({"MURAT"}))
    ),
    RefusalCase(Rule.NOT_ALLOWED, make_sheet(), actor=Actor("elu@example.org", "viewer", frozenset({"MAURIAC"}))),
    RefusalCase(Rule.UNKNOWN_CENTRE, make_sheet(centre_code="NULLE-PART")),
    RefusalCase(Rule.NOT_A_MONDAY, make_sheet(week_start=TUESDAY)),
    RefusalCase(Rule.WEEK_IN_FUTURE, make_sheet(week_start=date(2017, 6, 12))),
    RefusalCase(Rule.CENTRE_NOT_OPEN, make_sheet(week_start=date(2013, 4, 22))),
    RefusalCase(Rule.CENTRE_NOT_OPEN, make_sheet(centre_code="YDES")),
    RefusalCase(Rule.CENTRE_NOT_OPEN, make_sheet(centre_code="PIERREFORT")),
    RefusalCase(Rule.WEEK_LOCKED, make_sheet(week_start=date(2017, 5, 1), days=make_days([1], [], date(2017, 5, 1)))),
    RefusalCase(Rule.DAY_OUTSIDE_WEEK, with_day(make_sheet(), WHIT_MONDAY, "office", half_days=1)),
    RefusalCase(
        Rule.DAY_IN_FUTURE,
        make_sheet(
            status="draft", week_start=WHIT_MONDAY, days=make_days([None, 1, 1, 1, 1, 0], [None] * 6, WHIT_MONDAY)
        ),
    ),
    RefusalCase(Rule.NEGATIVE, with_day(make_sheet(status="draft"), TUESDAY, "office", half_days=-3)),
    RefusalCase(Rule.NEGATIVE, make_sheet(status="draft", distinct_people=-1)),
    RefusalCase(Rule.ABOVE_CAPACITY, with_day(make_sheet(), TUESDAY, "office", half_days=9)),
    RefusalCase(Rule.ABOVE_CAPACITY, with_day(make_sheet(status="draft"), TUESDAY, "open_space", half_days=2**70)),
    RefusalCase(
        Rule.CLOSED_BUT_OCCUPIED,
        with_day(make_sheet(comment="travaux"), TUESDAY, "office", half_days=1, closed=True),
    ),
    RefusalCase(
        Rule.CLOSED_BUT_OCCUPIED,
        make_sheet(status="closed", comment="congés", days=make_days([1], []), distinct_people=None),
    ),
    RefusalCase(Rule.PEOPLE_WITHOUT_HALF_DAYS, make_sheet(distinct_people=24)),
    RefusalCase(Rule.HALF_DAYS_WITHOUT_PEOPLE, make_sheet(distinct_people=0)),
    RefusalCase(Rule.TOO_MANY_PEOPLE, make_sheet(status="draft", distinct_people=2**70)),
    RefusalCase(Rule.ALL_DAYS_CLOSED, _closed(make_sheet(comment="congés", distinct_people=None), *_WEEK_DAYS)),
    RefusalCase(Rule.REASON_MISSING, make_sheet(status="closed", days=(), distinct_people=None)),
    RefusalCase(Rule.REASON_MISSING, _closed(make_sheet(), TUESDAY)),
    RefusalCase(Rule.REASON_MISSING, make_sheet(status="closed", comment=".", days=(), distinct_people=None)),
    RefusalCase(Rule.TOO_LONG, make_sheet(comment="a" * 1001)),
    RefusalCase(Rule.UNREADABLE_TEXT, make_sheet(comment="un\x00deux")),
    RefusalCase(Rule.UNREADABLE_TEXT, make_sheet(comment="un\u202edeux")),
    RefusalCase(Rule.UNREADABLE_TEXT, make_sheet(comment="caf\ufffd")),
    RefusalCase(Rule.MISSING_VALUE, make_sheet(comment="...")),
    RefusalCase(Rule.TOO_PERSONAL, make_sheet(comment="Voir 2 85 05 15 187 001 44")),
    RefusalCase(Rule.STALE_VERSION, make_sheet(distinct_people=8), stored=make_sheet()),
    RefusalCase(Rule.STALE_VERSION, make_sheet(base_version=3)),
    RefusalCase(
        Rule.WEEK_NOT_OVER,
        make_sheet(week_start=WHIT_MONDAY, days=_CURRENT_WEEK),
    ),
    RefusalCase(Rule.BLANK_FIELD, without_days(make_sheet(), [(TUESDAY, "open_space")])),
    RefusalCase(Rule.BLANK_DAYS, without_days(make_sheet(), [(TUESDAY, "office"), (TUESDAY, "open_space")])),
    RefusalCase(
        Rule.ABOVE_OFFER,
        make_sheet(),
        shut_days=(TUESDAY,),
    ),
    RefusalCase(
        Rule.FAR_FROM_USUAL,
        make_sheet(days=make_days([1, 0, 0, 0, 1], [0] * 5), distinct_people=2),
        usual=(15, 17, 19, 20, 21, 22, 24, 25),
    ),
    RefusalCase(Rule.ALL_ZERO, make_sheet(days=make_days([0] * 5, [0] * 5), distinct_people=0)),
    RefusalCase(
        Rule.SAME_AS_BEFORE,
        make_sheet(days=make_days([8, 8, 7, 0, 0], [0] * 5)),
        usual=(23,),
    ),
)


WEEKLY_WRITES: Final = (Path(attendance.__file__), Path(week_rules.__file__))


def weekly_rules() -> set[Rule]:
    """The rules that the weekly writes name, and those of the centre they lock and of every text."""
    named = {name for file in WEEKLY_WRITES for name in re.findall(r"\bRule\.([A-Z_]+)", file.read_text("utf-8"))}
    of_texts = {Rule.MISSING_VALUE, Rule.TOO_LONG, Rule.UNREADABLE_TEXT, Rule.TOO_PERSONAL}
    return {Rule[name] for name in named} - {Rule.NOT_YOUR_ROLE} | {Rule.NOT_ALLOWED, Rule.UNKNOWN_CENTRE} | of_texts


def case_moment(case: RefusalCase) -> datetime:
    """When the sheet is sent: on the Thursday for a week that is not over, else on the Friday of week 23."""
    return NOW - timedelta(days=1) if case.rule == Rule.WEEK_NOT_OVER else NOW


def provoke(connection: sa.Connection, case: RefusalCase) -> None:
    """Makes the case's network, then sends its sheet; raises the refusal."""
    for day in case.shut_days:
        shut(connection, day, day)
    if case.stored is not None:
        store_week(connection, case.stored)
    store_usual_weeks(connection, case.usual)
    record_attendance_week(connection, case.actor, case.sheet, now=case_moment(case))
