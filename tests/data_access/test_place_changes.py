"""Seats and hours hold from a day on: no day before changes, no two periods overlap, and a change can be taken back."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access import summaries
from data_access.entries import KINDS
from data_access.entries.engine import delete_entry, find_entries, record_entry, stored_record
from data_access.entries.periods import CAPACITIES, HOURS, DatedRow, changed_from, joined, stored_rows
from data_access.entries.undoing import undo_change
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts
from data_access.records import CapacityRecord, OpenHalfDay, OpeningHoursRecord
from data_access.refusals import Refused, Rule, Unconfirmed
from data_access.rights import Actor
from data_access.schema import audit_entry, opening_hours
from data_access.writes.rows import Change, Saved
from tests.data_access.entering import entering
from tests.factories import OPENED_ON, add_capacity, add_centre, add_week

NOW = datetime(2017, 5, 30, 8, 0, tzinfo=UTC)
CLAIRE = Actor("claire@cantal.fr", "coordinator")
ELISE = Actor("elise@cantal.fr", "animator", frozenset({"MURAT"}))
MAY_29, JUNE_5 = date(2017, 5, 29), date(2017, 6, 5)
CAPACITY: dict[str, Any] = {"centre_code": "MURAT", "seat_kind": "office", "seats": 6, "valid_from": JUNE_5}


def capacity(connection: sa.Connection, actor: Actor = CLAIRE, **fields: Any) -> Saved:
    return entering("capacity")(connection, actor, CapacityRecord(**CAPACITY | fields), now=NOW)


def week_of(*half_days: tuple[int, str, int, int]) -> tuple[OpenHalfDay, ...]:
    return tuple(
        OpenHalfDay(weekday=weekday, half_day=name, opens_at=time(opens), closes_at=time(closes))
        for weekday, name, opens, closes in half_days
    )


def hours(connection: sa.Connection, *half_days: tuple[int, str, int, int], **fields: Any) -> Saved:
    about: dict[str, Any] = {"centre_code": "MURAT", "valid_from": JUNE_5, "half_days": week_of(*half_days)} | fields
    return entering("opening_hours")(connection, CLAIRE, OpeningHoursRecord(**about), now=NOW)


def office(*periods: tuple[int, date, date | None]) -> list[DatedRow]:
    return [DatedRow(("office",), (seats,), first, last) for seats, first, last in periods]


def refused_for(problem: pytest.ExceptionInfo[Refused]) -> list[tuple[Rule, str]]:
    return [(each.rule, each.field) for each in problem.value.problems]


@pytest.fixture
def murat(connection: sa.Connection) -> int:
    """Two offices since 2010, Monday to Friday."""
    return add_centre(connection, "MURAT")


def test_more_seats_from_a_day_on_end_the_former_ones_the_day_before(connection: sa.Connection, murat: int) -> None:
    capacity(connection)

    expected = office((2, OPENED_ON, date(2017, 6, 4)), (6, JUNE_5, None))
    assert stored_rows(connection, CAPACITIES, murat) == expected


def test_a_change_leaves_what_is_known_to_come(connection: sa.Connection, murat: int) -> None:
    capacity(connection, seats=9, valid_from=date(2018, 1, 1))

    capacity(connection, base_version=1)

    expected = office((2, OPENED_ON, date(2017, 6, 4)), (6, JUNE_5, date(2017, 12, 31)), (9, date(2018, 1, 1), None))
    assert stored_rows(connection, CAPACITIES, murat) == expected


def test_seats_of_the_other_kind_stay_as_they_are(connection: sa.Connection, murat: int) -> None:
    add_capacity(connection, murat, "open_space", 8)

    capacity(connection)

    others = [row for row in stored_rows(connection, CAPACITIES, murat) if row.key == ("open_space",)]
    assert others == [DatedRow(("open_space",), (8,), OPENED_ON)]


def test_the_same_seats_again_change_nothing_and_leave_no_trace(connection: sa.Connection, murat: int) -> None:
    first = capacity(connection)

    again = capacity(connection)

    assert again == Saved(first.row_id, 1, already_recorded=True)
    assert connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar_one() == 1


def test_a_request_sent_again_is_answered_and_not_done_again(connection: sa.Connection, murat: int) -> None:
    capacity(connection, request_key="once-only")
    before = stored_rows(connection, CAPACITIES, murat)

    assert capacity(connection, request_key="once-only").already_recorded
    assert stored_rows(connection, CAPACITIES, murat) == before


def test_seats_changed_meanwhile_are_refused(connection: sa.Connection, murat: int) -> None:
    capacity(connection)

    with pytest.raises(Refused) as problem:
        capacity(connection, seats=7)

    assert refused_for(problem) == [(Rule.RECORD_CHANGED, "version")]


def test_taking_back_restores_the_periods_exactly(connection: sa.Connection, murat: int) -> None:
    before = stored_rows(connection, CAPACITIES, murat)
    saved = capacity(connection)

    undo_change(connection, Change(CLAIRE, NOW, "x"), saved.audit_id or 0)

    assert stored_rows(connection, CAPACITIES, murat) == before


def test_seats_fewer_than_those_taken_are_refused_with_the_first_week(connection: sa.Connection, murat: int) -> None:
    for monday in (MAY_29, JUNE_5):
        add_week(connection, murat, monday, office=[4, 1])

    with pytest.raises(Refused) as problem:
        capacity(connection, seats=1, valid_from=date(2017, 5, 1))

    assert refused_for(problem) == [(Rule.SEATS_ALREADY_TAKEN, "seats")]
    expected = {"seat_kind": "office", "seats": 1, "half_days": 4, "week_start": MAY_29, "open_half_days": 2}
    assert problem.value.problems[0].values == expected | {"of_hours": False}


def test_taking_back_is_refused_once_the_new_seats_were_taken(connection: sa.Connection, murat: int) -> None:
    saved = capacity(connection)
    add_week(connection, murat, JUNE_5, office=[10])

    with pytest.raises(Refused) as problem:
        undo_change(connection, Change(CLAIRE, NOW, "x"), saved.audit_id or 0)

    assert refused_for(problem) == [(Rule.SEATS_ALREADY_TAKEN, "seats")]


def test_a_change_of_the_past_is_asked_about_once(connection: sa.Connection, murat: int) -> None:
    add_week(connection, murat, MAY_29, office=[1])

    with pytest.raises(Unconfirmed) as problem:
        capacity(connection, valid_from=date(2017, 6, 1))
    capacity(connection, valid_from=date(2017, 6, 1), confirmed=frozenset({Rule.CHANGES_PAST_RATES}))

    assert problem.value.problems[0].values == {"weeks": 1, "day": date(2017, 6, 1)}


def test_everything_wrong_is_told_at_once(connection: sa.Connection, murat: int) -> None:
    with pytest.raises(Refused) as problem:
        capacity(connection, seat_kind="sofa", seats=-1, valid_from=date(17, 6, 5))

    assert set(refused_for(problem)) == {
        (Rule.NOT_IN_LIST, "seat_kind"),
        (Rule.OUT_OF_RANGE, "seats"),
        (Rule.DAY_TOO_EARLY, "valid_from"),
    }


def test_an_animator_does_not_change_the_seats_of_a_centre(connection: sa.Connection, murat: int) -> None:
    with pytest.raises(Refused) as problem:
        capacity(connection, ELISE)

    assert refused_for(problem) == [(Rule.NOT_YOUR_ROLE, "")]


def test_more_seats_offer_more_half_days_in_later_weeks_only(connection: sa.Connection, murat: int) -> None:
    weeks = Period.weeks(MAY_29, JUNE_5)
    for monday in (MAY_29, JUNE_5):
        add_week(connection, murat, monday, office=[1])
    summaries.refresh(connection, through=date(2017, 6, 30))
    capacity(connection, confirmed=frozenset({Rule.CHANGES_PAST_RATES}))

    assert not summaries.are_fresh(connection, through=date(2017, 6, 30))
    summaries.refresh(connection, through=date(2017, 6, 30))
    facts = attendance_facts(connection, weeks, by=("week_start",))
    # Two offices ten half-days a week; then six, but on Whit Monday.
    assert dict(facts.select("week_start", "offered_half_days").iter_rows()) == {MAY_29: 20, JUNE_5: 48}


def test_a_whole_week_of_hours_replaces_the_former_one_from_its_day(connection: sa.Connection, murat: int) -> None:
    before = stored_rows(connection, HOURS, murat)

    saved = hours(connection, (1, "am", 8, 12), (2, "am", 9, 12))

    rows = stored_rows(connection, HOURS, murat)
    going_on = [row for row in rows if row.valid_to is None]
    expected = [
        DatedRow((1, "am"), (time(8), time(12)), JUNE_5),
        # What does not change goes on as one period.
        DatedRow((2, "am"), (time(9), time(12)), OPENED_ON),
    ]
    assert going_on == expected
    assert {row.valid_to for row in rows} == {None, date(2017, 6, 4)}

    undo_change(connection, Change(CLAIRE, NOW, "x"), saved.audit_id or 0)
    assert stored_rows(connection, HOURS, murat) == before


def test_a_centre_that_never_opens_is_asked_about_and_offers_nothing(connection: sa.Connection, murat: int) -> None:
    with pytest.raises(Unconfirmed) as problem:
        hours(connection)
    hours(connection, confirmed=frozenset({Rule.NEVER_OPEN}))

    summaries.refresh(connection, through=date(2017, 6, 30))
    facts = attendance_facts(connection, Period.weeks(JUNE_5, JUNE_5), by=("week_start",))
    assert refused_for(problem) == [(Rule.NEVER_OPEN, "half_days")]
    assert facts["offered_half_days"].sum() == 0


@pytest.mark.parametrize(
    ("half_days", "expected"),
    [
        ([(3, "am", 12, 9)], [(Rule.HOURS_REVERSED, "day_3")]),
        ([(3, "am", 9, 9)], [(Rule.HOURS_REVERSED, "day_3")]),
        ([(3, "am", 9, 14), (3, "pm", 13, 18)], [(Rule.HOURS_OVERLAP, "day_3")]),
        ([(8, "am", 9, 12)], [(Rule.NOT_IN_LIST, "half_days")]),
        ([(1, "night", 9, 12)], [(Rule.NOT_IN_LIST, "half_days")]),
        ([(1, "am", 9, 12), (1, "am", 9, 12)], [(Rule.NOT_IN_LIST, "half_days")]),
    ],
)
def test_hours_that_cannot_be_are_refused(
    connection: sa.Connection, murat: int, half_days: list[Any], expected: list[Any]
) -> None:
    with pytest.raises(Refused) as problem:
        hours(connection, *half_days)

    assert refused_for(problem) == expected


def test_the_same_hours_again_change_nothing(connection: sa.Connection, murat: int) -> None:
    hours(connection, (1, "am", 8, 12))

    assert hours(connection, (1, "am", 8, 12)).already_recorded
    assert connection.execute(sa.select(sa.func.count()).select_from(opening_hours)).scalar_one() == 11


DAYS = st.integers(0, 40).map(lambda number: date(2017, 1, 1) + timedelta(days=number))
CHANGES = st.lists(st.tuples(st.sampled_from(["office", "open_space"]), st.integers(0, 3), DAYS), max_size=8)


def seats_on(rows: list[DatedRow], kind: str, day: date) -> list[Any]:
    return [row.value[0] for row in rows if row.key == (kind,) and row.valid_from <= day <= row.end]


@given(CHANGES)
def test_a_change_is_true_from_its_day_on_and_touches_no_day_before(changes: list[tuple[str, int, date]]) -> None:
    rows: list[DatedRow] = []
    for kind, seats, day in changes:
        before = rows
        rows = changed_from(before, day, {(kind,): (seats,)}, among=[(kind,)])
        turns = [row.valid_from for row in before if row.key == (kind,) and row.valid_from > day]
        following = min(turns, default=date.max)
        for number in range(-2, 45):
            each = date(2017, 1, 1) + timedelta(days=number)
            for other in ("office", "open_space"):
                expected = [seats] if other == kind and day <= each < following else seats_on(before, other, each)
                assert seats_on(rows, other, each) == expected
        assert joined(rows) == rows


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("record"), st.sampled_from(["office", "open_space"]), st.integers(0, 3), DAYS),
        st.tuples(st.just("take back"), st.integers(0, 9)),
    ),
    max_size=10,
)


@given(steps=STEPS)
def test_whatever_is_recorded_and_taken_back_no_periods_overlap(
    connection: sa.Connection, steps: list[tuple[Any, ...]]
) -> None:
    """The database refuses an overlap: none of these steps may meet that refusal."""
    with connection.begin_nested() as attempt:
        centre_id = add_centre(connection, "MURAT")
        states, traces = [stored_rows(connection, CAPACITIES, centre_id)], list[int]()
        for step in steps:
            if step[0] == "record":
                _name, kind, seats, day = step
                fields = {"seat_kind": kind, "seats": seats, "valid_from": day, "base_version": _version(connection)}
                saved = capacity(connection, **fields)
                if saved.audit_id:
                    traces.append(saved.audit_id)
                    states.append(stored_rows(connection, CAPACITIES, centre_id))
            elif traces:
                undo_change(connection, Change(CLAIRE, NOW, "x"), traces.pop())
                states.pop()
            assert stored_rows(connection, CAPACITIES, centre_id) == states[-1]
        attempt.rollback()


def _version(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar_one())


# A period is a record of its own: found, corrected, deleted.


def found(connection: sa.Connection, key: str) -> list[tuple[int, str]]:
    return [(each.row_id, each.label) for each in find_entries(connection, CLAIRE, KINDS[key])]


def test_a_period_of_seats_is_corrected_and_the_others_stay(connection: sa.Connection, murat: int) -> None:
    saved = capacity(connection)
    read = stored_record(connection, CLAIRE, KINDS["capacity"], saved.row_id)
    assert (read.seats, read.valid_from, read.base_version) == (6, JUNE_5, 1)

    later = read.model_copy(update={"valid_from": date(2017, 6, 12), "seats": 5})
    record_entry(connection, CLAIRE, KINDS["capacity"], later, now=NOW, row_id=saved.row_id)

    expected = office((2, OPENED_ON, date(2017, 6, 11)), (5, date(2017, 6, 12), None))
    assert stored_rows(connection, CAPACITIES, murat) == expected


def test_a_period_that_is_deleted_gives_its_days_to_the_one_before(connection: sa.Connection, murat: int) -> None:
    saved = capacity(connection)
    labels = [
        "Télécentre MURAT, bureaux : 6, à partir du 05/06/2017",
        "Télécentre MURAT, bureaux : 2, à partir du 04/01/2010",
    ]
    assert [label for _row_id, label in found(connection, "capacity")] == labels

    deleted = delete_entry(connection, CLAIRE, KINDS["capacity"], saved.row_id, base_version=1, now=NOW)

    assert stored_rows(connection, CAPACITIES, murat) == office((2, OPENED_ON, None))
    undo_change(connection, Change(CLAIRE, NOW, "x"), deleted)
    assert [label for _row_id, label in found(connection, "capacity")] == labels


def test_a_week_of_hours_is_corrected_from_its_day(connection: sa.Connection, murat: int) -> None:
    saved = hours(connection, (1, "am", 8, 12))
    read = stored_record(connection, CLAIRE, KINDS["opening_hours"], saved.row_id)
    assert (read.half_days, read.valid_from) == (week_of((1, "am", 8, 12)), JUNE_5)

    corrected = read.model_copy(update={"valid_from": date(2017, 6, 12)})
    record_entry(connection, CLAIRE, KINDS["opening_hours"], corrected, now=NOW, row_id=saved.row_id)

    begun = [row for row in stored_rows(connection, HOURS, murat) if row.valid_from > OPENED_ON]
    assert begun == [DatedRow((1, "am"), (time(8), time(12)), date(2017, 6, 12))]
    days = [label for _row_id, label in found(connection, "opening_hours")]
    assert days == ["Télécentre MURAT, à partir du 12/06/2017", "Télécentre MURAT, à partir du 04/01/2010"]
