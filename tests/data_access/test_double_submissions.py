"""What is sent twice, at once or one after the other, is recorded once, and the second answer says so."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.records import AttendanceWeekRecord, PassMembershipRecord, PlacementRecord
from data_access.refusals import Refused
from data_access.schema import attendance_day, attendance_week, audit_entry, pass_membership, person, placement
from data_access.writes.attendance import record_attendance_week
from data_access.writes.rows import Saved
from tests.data_access.entering import entering
from tests.data_access.test_writers_at_once import wait_until_somebody_waits
from tests.data_access.weekly_sheets import COORDINATOR, MONDAY, NOW, make_days, make_sheet, small_network
from tests.databases import on_postgresql

Answer = Saved | Refused

REPEATED = 8
AT_ONCE = 8
OTHERS = 6


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    return small_network


@pytest.fixture
def network(engine: sa.Engine) -> sa.Engine:
    """The small network, no week entered."""
    return engine


def send_sheet(engine: sa.Engine, sheet: AttendanceWeekRecord) -> Saved:
    with writing(engine) as connection:
        return record_attendance_week(connection, COORDINATOR, sheet, now=NOW)


def send_membership(engine: sa.Engine, record: PassMembershipRecord) -> Saved:
    with writing(engine) as connection:
        return entering("membership")(connection, COORDINATOR, record, now=NOW)


def send_placement(engine: sa.Engine, record: PlacementRecord) -> Saved:
    with writing(engine) as connection:
        return entering("placement")(connection, COORDINATOR, record, now=NOW)


def corrections(count: int) -> list[AttendanceWeekRecord]:
    """Successive savings of one sheet, each made on the one before."""
    return [
        make_sheet(
            status="draft", days=make_days([number % 8, number // 8 % 8, number // 64], [1]), base_version=number
        )
        for number in range(count)
    ]


def membership(number: int) -> PassMembershipRecord:
    return PassMembershipRecord(
        family_name=f"Delmas-{number}",
        given_name="Claire",
        joined_on=MONDAY - timedelta(days=1),
        request_key=f"membership-{number}",
    )


def path(number: int) -> PlacementRecord:
    return PlacementRecord(informed_on=MONDAY, request_key=f"placement-{number}")


def at_once(send: Callable[[], Answer]) -> list[Any]:
    """The two answers to something sent from two threads at the same moment."""
    ready = threading.Barrier(2)

    def sent() -> Answer:
        ready.wait(30)
        try:
            return send()
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(2) as pool:
        return [answer.result(30) for answer in [pool.submit(sent), pool.submit(sent)]]


def already_recorded(answers: list[Answer]) -> list[object]:
    """What the two answers say, the first one recorded first."""
    return sorted((getattr(answer, "already_recorded", answer) for answer in answers), key=str)


def counted(engine: sa.Engine, *tables: sa.Table) -> list[int]:
    with engine.connect() as connection:
        return [connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


def versions(engine: sa.Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(sa.select(attendance_week.c.version)).scalars())


def test_a_sheet_sent_again_right_away_is_recorded_once_and_says_so(network: sa.Engine) -> None:
    answers = [[send_sheet(network, sheet), send_sheet(network, sheet)] for sheet in corrections(REPEATED)]

    assert all(already_recorded(list(pair)) == [False, True] for pair in answers)
    assert counted(network, attendance_week, audit_entry) == [1, REPEATED]
    assert versions(network) == [REPEATED]


def test_a_sheet_sent_twice_at_once_is_recorded_once_and_one_answer_says_so(network: sa.Engine) -> None:
    answers = [at_once(partial(send_sheet, network, sheet)) for sheet in corrections(AT_ONCE)]

    assert [pair for pair in map(already_recorded, answers) if pair != [False, True]] == []
    assert counted(network, attendance_week, audit_entry) == [1, AT_ONCE]
    assert versions(network) == [AT_ONCE]


def test_a_new_sheet_sent_twice_at_once_keeps_each_of_its_days_once(network: sa.Engine) -> None:
    answers = at_once(lambda: send_sheet(network, make_sheet()))

    assert already_recorded(answers) == [False, True]
    assert counted(network, attendance_week, attendance_day, audit_entry) == [1, 10, 1]


@pytest.mark.parametrize("twice", [at_once, lambda send: [send(), send()]], ids=["at once", "right away"])
def test_a_membership_sent_twice_makes_one_member_and_one_person(
    network: sa.Engine, twice: Callable[[Callable[[], Any]], list[Any]]
) -> None:
    answers = [twice(partial(send_membership, network, membership(number))) for number in range(OTHERS)]

    assert [pair for pair in map(already_recorded, answers) if pair != [False, True]] == []
    assert counted(network, pass_membership, person, audit_entry) == [OTHERS, OTHERS, 2 * OTHERS]
    assert all(first.row_id == second.row_id for first, second in answers)


@pytest.mark.parametrize("twice", [at_once, lambda send: [send(), send()]], ids=["at once", "right away"])
def test_a_placement_sent_twice_is_one_placement(
    network: sa.Engine, twice: Callable[[Callable[[], Any]], list[Any]]
) -> None:
    answers = [twice(partial(send_placement, network, path(number))) for number in range(OTHERS)]

    assert [pair for pair in map(already_recorded, answers) if pair != [False, True]] == []
    assert counted(network, placement, audit_entry) == [OTHERS, OTHERS]
    assert all(first.row_id == second.row_id for first, second in answers)


@on_postgresql
def test_a_request_sent_while_the_same_is_being_stored_waits_for_its_answer(network: sa.Engine) -> None:
    record = path(1).model_copy(update={"candidate_ref": "C901"})
    with ThreadPoolExecutor(1) as pool:
        with writing(network) as connection:
            first = entering("placement")(connection, COORDINATOR, record, now=NOW)
            second = pool.submit(send_placement, network, record)
            wait_until_somebody_waits(network)

        assert second.result(30) == Saved(first.row_id, 0, already_recorded=True)
    assert counted(network, placement, audit_entry) == [1, 1]
