"""Who writes the sheets of several centres and who writes one of them at once wait in turn, and never for ever."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.entries.importing import import_records
from data_access.entries.undoing import undo_change
from data_access.records import AttendanceWeekRecord
from data_access.schema import attendance_week
from data_access.writes.attendance import record_attendance_week, record_attendance_weeks, reopen_week
from data_access.writes.rows import Change
from tests.data_access.test_writers_at_once import wait_until_somebody_waits
from tests.data_access.weekly_sheets import COORDINATOR, MONDAY, NOW, make_days, make_sheet, small_network
from tests.databases import on_postgresql

ROUNDS = 15


def network_with_a_draft(connection: sa.Connection) -> None:
    small_network(connection)
    record_attendance_week(connection, COORDINATOR, murat(1), now=NOW)


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    return network_with_a_draft


@pytest.fixture
def network(engine: sa.Engine) -> sa.Engine:
    """The small network, no week entered but one draft of Murat."""
    return engine


def murat(half_days: int, base_version: int = 0) -> AttendanceWeekRecord:
    days = make_days([half_days], [])
    return make_sheet(centre_code="MURAT", status="draft", days=days, distinct_people=None, base_version=base_version)


def save(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        record_attendance_week(connection, COORDINATOR, murat(2, base_version=1), now=NOW)


def take_the_draft_back(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        undo_change(connection, Change(COORDINATOR, NOW, "take_back"), 1)


def reopen_an_old_week(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        old = MONDAY.replace(month=1, day=2)
        reopen_week(connection, COORDINATOR, centre_code="MURAT", week_start=old, reason="planning retrouvé", now=NOW)


@on_postgresql
@pytest.mark.parametrize("write", [save, take_the_draft_back, reopen_an_old_week])
def test_a_file_being_imported_and_a_write_in_a_centre_it_comes_to_do_not_block_each_other(
    network: sa.Engine, write: Callable[[sa.Engine], None]
) -> None:
    with ThreadPoolExecutor(1) as pool:
        others = []

        def write_meanwhile(done: int) -> None:
            if done == 1:
                others.append(pool.submit(write, network))
                wait_until_somebody_waits(network)

        with writing(network) as connection:
            # The second sheet is the one that is stored: the write that waits meets no other version.
            imported = import_records(
                connection,
                COORDINATOR,
                "attendance",
                [(2, make_sheet()), (3, murat(1))],
                file_name="relevés.csv",
                now=NOW,
                progress=write_meanwhile,
            )

        assert (imported.added, imported.unchanged) == ([2], [3])
        assert [other.result(30) for other in others] == [None]


@on_postgresql
def test_several_centres_saved_together_and_one_of_them_at_once_are_all_stored(network: sa.Engine) -> None:
    ready = threading.Barrier(2)

    def save_rounds(codes: list[str], monday: date) -> None:
        for number in range(ROUNDS):
            days = make_days([number % 8, number // 8], [], monday)
            about = {"week_start": monday, "status": "draft", "days": days, "distinct_people": None}
            sheets = [make_sheet(centre_code=code, base_version=number, **about) for code in codes]
            ready.wait(30)
            with writing(network) as connection:
                record_attendance_weeks(connection, COORDINATOR, sheets, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(save_rounds, ["MAURIAC", "MURAT"], MONDAY - timedelta(weeks=1)),
            pool.submit(save_rounds, ["MURAT"], MONDAY - timedelta(weeks=2)),
        ]

        assert [each.result(60) for each in both] == [None, None]
    with network.connect() as connection:
        versions = connection.execute(sa.select(attendance_week.c.version)).scalars().all()
    assert sorted(versions) == [1, ROUNDS, ROUNDS, ROUNDS]
