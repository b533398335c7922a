"""A week can be entered for four weeks after its Sunday; then only once somebody who coordinates has said why."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.entries.undoing import undo_change
from data_access.periods import day_in_paris
from data_access.reads.attendance import weeks_to_verify
from data_access.refusals import Refused, Rule
from data_access.rights import Actor
from data_access.schema import attendance_week, audit_entry, week_reopening
from data_access.weeks import week_lock
from data_access.writes.attendance import (
    record_attendance_week,
    record_attendance_weeks,
    reopen_week,
    verify_weeks,
)
from data_access.writes.rows import Change, Saved
from tests.data_access.weekly_sheets import COORDINATOR, MONDAY, NOW, add_network, in_time, make_days, make_sheet

ANIMATOR = Actor("animatrice@example.org", "animator", frozenset({"MAURIAC"}))
SUNDAY = MONDAY + timedelta(days=6)
LAST_DAY = SUNDAY + timedelta(days=27)


@pytest.fixture
def network(connection: sa.Connection) -> sa.Connection:
    add_network(connection)
    return connection


def at_noon(day: date) -> datetime:
    return NOW + (day - day_in_paris(NOW))


def record(connection: sa.Connection, day: date, actor: Actor = ANIMATOR, **changes: object) -> Saved:
    return record_attendance_week(connection, actor, make_sheet(**changes), now=at_noon(day))


def reopen(connection: sa.Connection, day: date, reason: str | None = "Planning retrouvé", **about: Actor) -> object:
    actor = about.get("actor", COORDINATOR)
    return reopen_week(connection, actor, centre_code="MAURIAC", week_start=MONDAY, reason=reason, now=at_noon(day))


def rules(refusal: pytest.ExceptionInfo[Refused]) -> list[Rule]:
    return [problem.rule for problem in refusal.value.problems]


def test_the_last_day_to_enter_a_week_is_the_27th_after_its_sunday(network: sa.Connection) -> None:
    assert record(network, LAST_DAY).version == 1


@pytest.mark.parametrize("actor", [ANIMATOR, COORDINATOR], ids=lambda actor: actor.role)
def test_from_the_28th_day_on_nobody_enters_it(network: sa.Connection, actor: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        record(network, SUNDAY + timedelta(days=28), actor=actor)

    assert rules(refusal) == [Rule.WEEK_LOCKED]
    assert refusal.value.problems[0].values["locked_on"] == SUNDAY + timedelta(days=28)


def test_a_reopened_week_is_entered_for_a_week_and_locks_again(network: sa.Connection) -> None:
    day = date(2017, 9, 4)
    reopen(network, day)

    assert record(network, day + timedelta(days=7)).version == 1
    with pytest.raises(Refused) as refusal:
        record(network, day + timedelta(days=8), base_version=1, distinct_people=8)
    assert rules(refusal) == [Rule.WEEK_LOCKED]


def test_reopening_leaves_its_reason_and_a_trace(network: sa.Connection) -> None:
    reopen(network, date(2017, 9, 4))

    kept = network.execute(sa.select(week_reopening.c.reason, week_reopening.c.reopened_by)).one()
    entry = network.execute(sa.select(audit_entry.c.action, audit_entry.c.row_key)).one()
    assert tuple(kept) == ("Planning retrouvé", COORDINATOR.name)
    assert tuple(entry) == ("reopen_week", "MAURIAC 2017-S22")


def test_reopening_twice_is_reopening_once(network: sa.Connection) -> None:
    reopen(network, date(2017, 9, 4))

    assert reopen(network, date(2017, 9, 4)) is None


def test_a_week_that_is_not_locked_is_not_reopened(network: sa.Connection) -> None:
    assert reopen(network, LAST_DAY) is None


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_reopening_needs_a_reason(network: sa.Connection, reason: str | None) -> None:
    with pytest.raises(Refused) as refusal:
        reopen(network, date(2017, 9, 4), reason=reason)

    assert rules(refusal) == [Rule.MISSING_VALUE]


def test_an_animator_does_not_reopen(network: sa.Connection) -> None:
    with pytest.raises(Refused) as refusal:
        reopen(network, date(2017, 9, 4), actor=ANIMATOR)

    assert rules(refusal) == [Rule.NOT_YOUR_ROLE]


def test_a_reopening_holds_for_its_centre_and_week_alone(network: sa.Connection) -> None:
    day = date(2017, 9, 4)
    reopen(network, day)

    def is_locked(code: str, week: date) -> bool:
        return week_lock(network, centre_code=code, week_start=week, as_of=day).is_locked

    assert not is_locked("MAURIAC", MONDAY)
    assert is_locked("MURAT", MONDAY)
    assert is_locked("MAURIAC", MONDAY - timedelta(weeks=1))


# Taking back a sheet.


def test_taking_back_a_first_entry_leaves_no_sheet(network: sa.Connection) -> None:
    saved = record(network, LAST_DAY)

    undo_change(network, Change(ANIMATOR, at_noon(LAST_DAY), "take_back"), saved.audit_id or 0)

    assert record(network, LAST_DAY).already_recorded is False


def test_taking_back_a_correction_restores_figures_status_and_when_it_was_completed(network: sa.Connection) -> None:
    first = record(network, MONDAY + timedelta(days=8))
    days = make_days([1] * 5, [1] * 5)
    second = record(network, LAST_DAY, base_version=1, days=days, distinct_people=2, comment="rectifié")

    undo_change(network, Change(ANIMATOR, at_noon(LAST_DAY), "take_back"), second.audit_id or 0)

    entries = network.execute(sa.select(audit_entry).order_by(audit_entry.c.id)).all()
    assert entries[-1].after == entries[0].after
    assert entries[-1].undoes_id == second.audit_id
    # The first sheet sent again is the one stored; its version grew, so that what was read before is known to be old.
    again = record(network, LAST_DAY)
    assert (again.already_recorded, again.version) == (True, first.version + 2)


def test_a_locked_week_is_not_taken_back_either(network: sa.Connection) -> None:
    saved = record(network, LAST_DAY)

    with pytest.raises(Refused) as refusal:
        undo_change(network, Change(COORDINATOR, at_noon(date(2017, 9, 4)), "take_back"), saved.audit_id or 0)

    assert rules(refusal) == [Rule.WEEK_LOCKED]


# What was unusual, and who looked at it.


def test_what_its_author_confirmed_stays_to_verify_until_somebody_has_looked(network: sa.Connection) -> None:
    zeros = make_sheet(days=make_days([0] * 5, [0] * 5), distinct_people=0, confirmed=frozenset({Rule.ALL_ZERO}))
    record_attendance_week(network, ANIMATOR, zeros, now=NOW)

    def doubts() -> tuple[object, ...]:
        entry = network.execute(sa.select(audit_entry.c.after).order_by(audit_entry.c.id.desc())).scalars().first()
        return entry["doubts"], entry["verified_by"]

    assert doubts() == ("all_zero", None)
    verify_weeks(network, COORDINATOR, [("MAURIAC", MONDAY, 1)], now=NOW)
    assert doubts() == ("all_zero", COORDINATOR.name)
    # No figure changed: who has the sheet open may still save it.
    assert network.scalar(sa.select(attendance_week.c.version).where(attendance_week.c.week_start == MONDAY)) == 1


def test_an_ordinary_week_has_nothing_to_verify(network: sa.Connection) -> None:
    record(network, LAST_DAY)

    assert verify_weeks(network, COORDINATOR, [("MAURIAC", MONDAY, 1)], now=NOW) is None


def test_a_sheet_changed_since_it_was_read_is_not_verified(network: sa.Connection) -> None:
    record(network, LAST_DAY)

    with pytest.raises(Refused) as refusal:
        verify_weeks(network, COORDINATOR, [("MAURIAC", MONDAY, 7)], now=NOW)

    assert rules(refusal) == [Rule.STALE_VERSION]


# Several centres at once.


def test_the_sheets_of_several_centres_are_stored_together(network: sa.Connection) -> None:
    sheets = [make_sheet(), make_sheet(centre_code="MURAT")]

    saved = record_attendance_weeks(network, COORDINATOR, sheets, now=NOW)

    assert {code: week.version for code, week in saved.items()} == {"MAURIAC": 1, "MURAT": 1}


def test_one_sheet_that_cannot_be_stored_keeps_all_of_them_out_and_is_named(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        add_network(connection)
    sheets = [make_sheet(), make_sheet(centre_code="MURAT", distinct_people=-1)]

    with pytest.raises(Refused) as refusal, writing(engine) as connection:
        record_attendance_weeks(connection, COORDINATOR, sheets, now=NOW)

    assert [(each.rule, each.values["centre_code"]) for each in refusal.value.problems] == [(Rule.NEGATIVE, "MURAT")]
    with engine.connect() as connection:
        assert connection.execute(sa.select(audit_entry)).all() == []


def test_weeks_are_verified_together_for_a_reason_and_undone_together(network: sa.Connection) -> None:
    """A week that changed since it was read keeps all of them from it; undone, even locked ones are to verify again."""
    old = MONDAY - timedelta(weeks=20)
    zeros = {"distinct_people": 0, "confirmed": frozenset({Rule.ALL_ZERO})}
    for monday in (MONDAY, old):
        sheet = make_sheet(week_start=monday, days=make_days([0] * 5, [0] * 5, monday), **zeros)
        record_attendance_week(network, COORDINATOR, sheet, now=in_time(sheet))

    with pytest.raises(Refused), network.begin_nested():
        verify_weeks(network, COORDINATOR, [("MAURIAC", MONDAY, 1), ("MAURIAC", old, 2)], note=None, now=NOW)
    assert weeks_to_verify(network, as_of=NOW.date()).height == 2
    with pytest.raises(Refused):
        verify_weeks(network, COORDINATOR, [("MAURIAC", MONDAY, 1)], note="...", now=NOW)

    done = verify_weeks(network, COORDINATOR, [("MAURIAC", MONDAY, 1), ("MAURIAC", old, 1)], note="vacances", now=NOW)
    assert weeks_to_verify(network, as_of=NOW.date()).is_empty()
    notes = network.execute(sa.select(audit_entry.c.after).where(audit_entry.c.action == "verify_week")).scalars()
    assert [after["said_of_change"] for after in notes] == ["vacances", "vacances"]

    assert done is not None
    undo_change(network, Change(COORDINATOR, NOW, "take_back"), done)
    assert weeks_to_verify(network, as_of=NOW.date()).height == 2
