"""The weekly sheet is stored whole and as it was said, with its trace, or not at all."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from data_access import summaries
from data_access.engine import reading, writing
from data_access.periods import Period, day_in_paris
from data_access.reads.attendance import attendance_facts, oldest_missing_week, sheet_days, sheet_header, weeks_before
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import COMMAND_LINE, Actor
from data_access.schema import attendance_day, attendance_week, audit_entry
from data_access.writes.attendance import record_attendance_week, reopen_week
from data_access.writes.rows import Saved
from tests.data_access.weekly_sheets import (
    COORDINATOR,
    MONDAY,
    NOW,
    REFUSAL_CASES,
    TUESDAY,
    WHIT_MONDAY,
    RefusalCase,
    make_days,
    make_sheet,
    provoke,
    shut,
    small_network,
    store_usual_weeks,
    store_week,
    weekly_rules,
    with_day,
    without_days,
)

QUESTIONS = {Rule.ABOVE_OFFER, Rule.FAR_FROM_USUAL, Rule.ALL_ZERO, Rule.SAME_AS_BEFORE}


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    return small_network


@pytest.fixture
def network(engine: sa.Engine) -> sa.Engine:
    """The small network, for a test that commits."""
    return engine


@pytest.fixture
def connection(module_engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that may write in the small network, undone after the test."""
    with module_engine.connect().execution_options(immediate=True) as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


def record(connection: sa.Connection, sheet: AttendanceWeekRecord, actor: Actor = COORDINATOR) -> Saved:
    return record_attendance_week(connection, actor, sheet, now=NOW)


def stored(connection: sa.Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Everything a weekly sheet leaves behind: weeks, days, traces."""
    return tuple(
        [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]
        for table in (attendance_week, attendance_day, audit_entry)
    )  # type: ignore[return-value]


def read_back(connection: sa.Connection, sheet: AttendanceWeekRecord) -> dict[str, Any]:
    """What the form would show of the week: its header, and the days that say something."""
    key = {"centre_code": sheet.centre_code, "week_start": sheet.week_start}
    header, days = sheet_header(connection, **key), sheet_days(connection, **key)
    said = {
        (row["day"], row["seat_kind"]): "closed" if row["closed"] else row["half_days"]
        for row in days.iter_rows(named=True)
        if row["half_days"] is not None
    }
    return {"status": header.status, "people": header.distinct_people, "comment": header.comment, "days": said}


def said_by(sheet: AttendanceWeekRecord) -> dict[str, Any]:
    """The same of the sheet that was sent."""
    days = {(day.day, day.seat_kind): "closed" if day.closed else day.half_days for day in sheet.filled_days}
    return {"status": sheet.status, "people": sheet.distinct_people, "comment": sheet.comment, "days": days}


def test_a_complete_week_is_stored_as_it_was_said(connection: sa.Connection) -> None:
    sheet = make_sheet(comment="portes ouvertes jeudi")

    saved = record(connection, sheet)

    assert saved == Saved(saved.row_id, 1, already_recorded=False, audit_id=saved.audit_id)
    assert saved.audit_id
    assert read_back(connection, sheet) == said_by(sheet)
    header = sheet_header(connection, centre_code="MAURIAC", week_start=MONDAY)
    assert (header.entered_by, header.entered_at, header.version) == (COORDINATOR.name, NOW, 1)


def test_a_blank_stays_blank_and_a_zero_stays_zero(connection: sa.Connection) -> None:
    sheet = make_sheet(status="draft", days=make_days([0, None, 2], [None, 0, None]), distinct_people=None)

    record(connection, sheet)

    expected = {
        (MONDAY, "office"): 0,
        (MONDAY + timedelta(days=2), "office"): 2,
        (TUESDAY, "open_space"): 0,
    }

    assert read_back(connection, sheet)["days"] == expected


def test_a_closed_day_is_neither_blank_nor_zero(connection: sa.Connection) -> None:
    sheet = make_sheet(comment="travaux")
    for kind in ("office", "open_space"):
        sheet = with_day(sheet, TUESDAY, kind, closed=True)

    record(connection, sheet)

    days = read_back(connection, sheet)["days"]
    assert days[TUESDAY, "office"] == days[TUESDAY, "open_space"] == "closed"


def test_a_week_closed_for_a_reason_keeps_no_day(connection: sa.Connection) -> None:
    sheet = make_sheet(status="closed", days=make_days([0] * 5, [0] * 5), distinct_people=None, comment="congés")

    record(connection, sheet)

    expected = {"status": "closed", "people": None, "comment": "congés", "days": {}}

    assert read_back(connection, sheet) == expected


def test_a_holiday_is_not_asked_for(connection: sa.Connection) -> None:
    """Whit Monday offers nothing: the week is complete without it."""
    later = NOW + timedelta(days=7)
    sheet = make_sheet(week_start=WHIT_MONDAY, days=make_days([None, 4, 2, 3, 2], [None, 2, 1, 2, 2], WHIT_MONDAY))

    saved = record_attendance_week(connection, COORDINATOR, sheet, now=later)

    assert saved.version == 1


def test_a_day_of_closure_is_not_asked_for(connection: sa.Connection) -> None:
    shut(connection, TUESDAY, TUESDAY)

    saved = record(connection, without_days(make_sheet(), [(TUESDAY, "office"), (TUESDAY, "open_space")]))

    assert saved.version == 1


def test_a_draft_is_not_questioned(connection: sa.Connection) -> None:
    store_usual_weeks(connection, (20, 21, 22, 23, 24, 23, 22, 21))

    saved = record(connection, make_sheet(status="draft", days=make_days([0], [0]), distinct_people=None))

    assert saved.version == 1


def test_only_whole_numbers_make_a_sheet() -> None:
    """Not even 3.0 or True: what was typed is turned into a number elsewhere, once."""
    for value in (2.5, 3.0, True, "3"):
        with pytest.raises(ValidationError):
            AttendanceDayRecord(day=MONDAY, seat_kind="office", half_days=value)  # type: ignore[arg-type]


def test_a_day_and_seat_kind_cannot_stand_twice() -> None:
    with pytest.raises(ValidationError, match="twice"):
        make_sheet(days=make_days([1], []) + make_days([2], []))


def test_each_rule_refuses_alone_and_nothing_is_written(connection: sa.Connection) -> None:
    """Or asks, when the sheet is only unusual."""
    for case in REFUSAL_CASES:
        with pytest.raises(Refused) as refusal, connection.begin_nested():
            provoke(connection, case)

        assert {problem.rule for problem in refusal.value.problems} == {case.rule}, case
        assert isinstance(refusal.value, Unconfirmed) == (case.rule in QUESTIONS), case
        assert stored(connection) == ([], [], []), case


def test_every_rule_of_the_weekly_writes_has_a_sheet_that_breaks_it() -> None:
    assert {case.rule for case in REFUSAL_CASES} == weekly_rules()


@pytest.mark.parametrize(
    "case", [case for case in REFUSAL_CASES if case.rule in QUESTIONS], ids=lambda case: str(case.rule)
)
def test_what_is_unusual_is_stored_once_it_is_confirmed(case: RefusalCase, connection: sa.Connection) -> None:
    with pytest.raises(Unconfirmed), connection.begin_nested():
        provoke(connection, case)
    sheet = case.sheet.model_copy(update={"confirmed": frozenset({case.rule})})

    provoke(connection, dataclasses.replace(case, sheet=sheet))

    assert read_back(connection, sheet) == said_by(sheet)


def test_all_impossible_values_are_told_at_once_in_the_order_of_the_form(connection: sa.Connection) -> None:
    sheet = make_sheet(days=make_days([9, -1], [None, 7]), distinct_people=99, comment="a" * 1001)

    with pytest.raises(Refused) as refusal:
        record(connection, sheet)

    expected = [
        (Rule.ABOVE_CAPACITY, f"{MONDAY} office"),
        (Rule.NEGATIVE, f"{TUESDAY} office"),
        (Rule.ABOVE_CAPACITY, f"{TUESDAY} open_space"),
        (Rule.TOO_MANY_PEOPLE, "distinct_people"),
        (Rule.TOO_LONG, "comment"),
    ]

    assert [(problem.rule, problem.field) for problem in refusal.value.problems] == expected


def test_the_database_has_the_last_word(connection: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet that passes our rules and breaks one of the database is refused by the name of that rule."""
    monkeypatch.setattr("data_access.writes.attendance.sheet_problems", lambda *_args, **_kwargs: [])
    too_many = with_day(make_sheet(status="draft"), TUESDAY, "office", half_days=9)
    beyond = with_day(make_sheet(status="draft"), TUESDAY, "office", half_days=401)
    negative = make_sheet(status="draft", distinct_people=-1)
    refusals = []

    for sheet in (too_many, beyond, negative):
        with pytest.raises(Refused) as refusal, connection.begin_nested():
            record(connection, sheet)
        refusals += [dict(problem.values) for problem in refusal.value.problems]

    expected = [
        {"rule": "capacity_exceeded"},
        {"rule": "ck_attendance_day_half_days"},
        {"rule": "ck_attendance_week_distinct_people"},
    ]

    assert refusals == expected


def test_the_same_sheet_twice_is_written_once(connection: sa.Connection) -> None:
    """A double click, or a form sent again after a restart."""
    first = record(connection, make_sheet())
    before = stored(connection)

    second = record_attendance_week(connection, COORDINATOR, make_sheet(), now=NOW + timedelta(minutes=5))

    assert second == Saved(first.row_id, first.version, already_recorded=True)
    assert stored(connection) == before


def test_a_correction_counts_one_version_and_replaces_the_days(connection: sa.Connection) -> None:
    record(connection, make_sheet())
    corrected = make_sheet(base_version=1, status="draft", days=make_days([1], []), distinct_people=1)

    saved = record(connection, corrected)

    assert saved.version == 2
    assert read_back(connection, corrected) == said_by(corrected)


def test_a_stale_version_is_told_who_wrote_and_when(connection: sa.Connection) -> None:
    record(connection, make_sheet(), actor=Actor("animatrice@example.org", "animator", frozenset({"MAURIAC"})))

    with pytest.raises(Refused) as refusal:
        record(connection, make_sheet(distinct_people=8))

    expected = Problem(Rule.STALE_VERSION, "version", {"entered_by": "animatrice@example.org", "entered_at": NOW})

    assert refusal.value.problems == (expected,)


def what_was_said(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the author of the sheet said, without who and when."""
    names = ("status", "distinct_people", "comment", "days")
    return None if document is None else {name: document[name] for name in names}


def test_the_audit_tells_each_change_and_nothing_else(connection: sa.Connection) -> None:
    record(connection, make_sheet(days=make_days([3] * 5, [1] * 5)))
    record(connection, make_sheet(base_version=1, days=make_days([3] * 5, [2] * 5), comment="rectifié"))

    _weeks, _days, traces = stored(connection)

    first = {
        "status": "complete",
        "distinct_people": 9,
        "comment": None,
        "days": [
            {"day": str(MONDAY + timedelta(days=n)), "seat_kind": kind, "half_days": value, "closed": False}
            for n in range(5)
            for kind, value in (("office", 3), ("open_space", 1))
        ],
    }
    second = first | {
        "comment": "rectifié",
        "days": [
            day | ({"half_days": 2} if day["seat_kind"] == "open_space" else {})
            for day in first["days"]  # type: ignore[attr-defined]
        ],
    }
    expected = [
        (COORDINATOR.name, "MAURIAC 2017-S22", None, first),
        (COORDINATOR.name, "MAURIAC 2017-S22", first, second),
    ]

    said = [(row["actor"], row["row_key"], what_was_said(row["before"]), what_was_said(row["after"])) for row in traces]
    assert said == expected
    assert [row["at"] for row in traces] == [NOW, NOW]


def test_an_animator_enters_for_their_own_centres(connection: sa.Connection) -> None:
    animator = Actor("animatrice@example.org", "animator", frozenset({"MAURIAC"}))

    assert record(connection, make_sheet(), actor=animator).version == 1


def test_a_week_entered_shows_in_the_figures_at_once(network: sa.Engine) -> None:
    today = day_in_paris(NOW)
    week = Period.weeks(MONDAY, MONDAY)
    with reading(network, today, COMMAND_LINE) as connection:
        before = attendance_facts(connection, week)["occupied_half_days"].item()
    with writing(network) as connection:
        record(connection, make_sheet())
    with reading(network, today, COMMAND_LINE) as connection:
        after = attendance_facts(connection, week).row(0, named=True)

    assert before is None
    assert (after["occupied_half_days"], after["offered_half_days"], after["occupied_hours"]) == (23, 60, 69.0)


def test_of_two_who_enter_the_same_new_week_one_is_told(network: sa.Engine) -> None:
    """Neither figure is lost: the second one reads who was first, and chooses."""
    ready = threading.Barrier(2)
    outcomes: list[Saved | Refused] = []

    def enter(people: int) -> None:
        ready.wait()
        try:
            with writing(network) as connection:
                outcomes.append(record(connection, make_sheet(distinct_people=people)))
        except Refused as refusal:
            outcomes.append(refusal)

    threads = [threading.Thread(target=enter, args=(people,)) for people in (8, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    saved = [outcome for outcome in outcomes if isinstance(outcome, Saved)]
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(saved) == len(refused) == 1
    assert [problem.rule for problem in refused[0].problems] == [Rule.STALE_VERSION]
    with network.connect() as connection:
        weeks, days, traces = stored(connection)
    assert (len(weeks), len(days), len(traces)) == (1, 10, 1)


def test_writers_and_readers_at_once_neither_wait_for_ever_nor_lose_a_week(network: sa.Engine) -> None:
    """Each reader refreshes the summaries of the centres whose writers are waiting."""
    failures: list[Exception] = []

    def look() -> None:
        try:
            for _ in range(6):
                with reading(network, day_in_paris(NOW), COMMAND_LINE) as connection:
                    attendance_facts(connection, Period.year(2017))
        except Exception as error:
            failures.append(error)

    def drafts(week: int) -> None:
        monday = MONDAY - timedelta(weeks=week)
        try:
            for code in ("MURAT", "MAURIAC"):
                with writing(network) as connection:
                    days = make_days([week], [], monday)
                    sheet = make_sheet(
                        centre_code=code, week_start=monday, status="draft", days=days, distinct_people=None
                    )
                    store_week(connection, sheet)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=drafts, args=(week,)) for week in range(8)]
    threads += [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert failures == []
    with network.connect() as connection:
        assert len(stored(connection)[0]) == 16


def test_the_oldest_week_to_enter_is_missing_or_a_draft(connection: sa.Connection) -> None:
    today = day_in_paris(NOW)
    store_usual_weeks(connection, [20] * 11)

    def oldest() -> date | None:
        summaries.refresh(connection, through=today)
        return oldest_missing_week(connection, centre_code="MAURIAC", as_of=today)

    assert oldest() == MONDAY
    store_week(connection, make_sheet(status="draft"))
    assert oldest() == MONDAY
    store_week(connection, make_sheet(base_version=1))
    assert oldest() is None


def test_a_locked_week_is_not_asked_for_any_more_unless_it_is_reopened(connection: sa.Connection) -> None:
    today = day_in_paris(NOW)
    locked = MONDAY - timedelta(weeks=5)
    store_usual_weeks(connection, [20] * 4)
    store_week(connection, make_sheet())

    def oldest() -> date | None:
        summaries.refresh(connection, through=today)
        return oldest_missing_week(connection, centre_code="MAURIAC", as_of=today)

    assert oldest() is None
    reopen_week(connection, COORDINATOR, centre_code="MAURIAC", week_start=locked, reason="Planning retrouvé", now=NOW)
    assert oldest() == locked


def test_the_weeks_before_are_the_last_complete_ones(connection: sa.Connection) -> None:
    store_usual_weeks(connection, [20, 21, 22, 23])
    skipped = MONDAY - timedelta(weeks=2)
    store_week(
        connection, make_sheet(week_start=skipped, status="draft", base_version=1, days=(), distinct_people=None)
    )
    record(connection, make_sheet())

    weeks = weeks_before(connection, centre_code="MAURIAC", week_start=MONDAY, count=2)

    # Of the 21 of the older one, 8 were counted on 8 May, a holiday.
    expected = [(MONDAY - timedelta(weeks=1), 23, 0), (MONDAY - timedelta(weeks=3), 13, 8)]

    assert weeks.select("week_start", "occupied_half_days", "unoffered_half_days").rows() == expected


def test_the_days_of_a_sheet_say_why_a_day_is_not_asked_for(connection: sa.Connection) -> None:
    friday = WHIT_MONDAY + timedelta(days=4)
    shut(connection, friday, friday)

    days = sheet_days(connection, centre_code="MAURIAC", week_start=WHIT_MONDAY).filter(seat_kind="office")

    expected = [
        ("Lundi de Pentecôte", None, 2, 0),
        (None, None, 2, 8),
        (None, None, 2, 8),
        (None, None, 2, 8),
        (None, "Travaux", 2, 0),
        (None, None, 0, 0),
        (None, None, 0, 0),
    ]

    columns = ("public_holiday", "closure_reason", "usual_half_days", "offered_half_days")
    assert days.select(columns).rows() == expected


numbers = st.none() | st.integers(-2, 10) | st.integers()
comments = st.none() | st.text(max_size=40) | st.sampled_from(["travaux", "a" * 1001, "un\x00deux", "l’été\nà Murat"])


@st.composite
def any_sheet(draw: st.DrawFn) -> AttendanceWeekRecord:
    """Sheets true and untrue, of any week around."""
    monday = MONDAY + timedelta(weeks=draw(st.integers(-6, 2)), days=draw(st.sampled_from([0, 0, 0, 0, 1])))
    cells = [
        AttendanceDayRecord(
            day=monday + timedelta(days=draw(st.integers(0, 4) if draw(st.booleans()) else st.integers(-1, 8))),
            seat_kind=draw(st.sampled_from(("office", "open_space"))),
            half_days=draw(numbers),
            closed=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    plain = make_days(draw(st.lists(st.integers(0, 8), min_size=5, max_size=5)), [1] * 5, monday)
    days = plain if draw(st.booleans()) else tuple({(cell.day, cell.seat_kind): cell for cell in cells}.values())
    return make_sheet(
        centre_code=draw(st.sampled_from(("MAURIAC", "MAURIAC", "MAURIAC", "MURAT", "YDES", "NULLE-PART"))),
        week_start=monday,
        status=draw(st.sampled_from(("draft", "complete", "closed"))),
        days=days,
        distinct_people=draw(numbers),
        comment=draw(comments),
        base_version=draw(st.sampled_from((0, 0, 0, 1))),
        confirmed=draw(st.sampled_from((frozenset(), frozenset(Rule)))),
    )


@given(sheet=any_sheet())
def test_any_sheet_is_stored_as_it_was_said_or_leaves_nothing(
    connection: sa.Connection, sheet: AttendanceWeekRecord
) -> None:
    example = connection.begin_nested()
    try:
        record(connection, sheet)
    except Refused:
        assert stored(connection) == ([], [], [])
    else:
        assert read_back(connection, sheet) == said_by(sheet)
        assert record(connection, sheet).already_recorded
    finally:
        example.rollback()
