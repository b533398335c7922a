"""What was acknowledged is never lost and nothing is half written, whether writers are killed, fail, or have clocks that jump."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.entries.undoing import undo_change
from data_access.periods import day_in_paris
from data_access.reads.entries import history
from data_access.schema import attendance_day, attendance_week, audit_entry, stale_mark
from data_access.writes.attendance import record_attendance_week
from data_access.writes.rows import Change
from tests import faults
from tests.data_access.weekly_sheets import COORDINATOR, NOW, make_sheet, small_network
from tests.databases import on_sqlite

RUNS = 3


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], None]:
    return small_network


def test_what_was_acknowledged_is_there_once_and_nothing_is_half_written(database_url: str, engine: sa.Engine) -> None:
    """The command of 1,000 kills, of a few: in a process of its own, which alone may be divided in two."""
    faults.fill_in(database_url)

    told = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--seed", "2017", "--at", database_url]
        + [f"--{name}={RUNS if name == engine.dialect.name else 0}" for name in ("sqlite", "postgresql")],
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert f"{RUNS} kills" in told.stdout


@on_sqlite
def test_a_save_that_fails_at_any_statement_leaves_nothing(engine: sa.Engine) -> None:
    """Whichever it is, the commit included; then it is saved whole."""
    tables = (attendance_week, attendance_day, audit_entry, stale_mark)

    def rows() -> list[int]:
        with engine.connect() as connection:
            return [connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]

    def save(*, failing_at: int) -> bool:
        """Whether it came to its end before it failed."""
        statements = 0

        def fail(*_: object) -> None:
            nonlocal statements
            statements += 1
            if statements == failing_at:
                raise RuntimeError("no more")

        for moment in ("before_cursor_execute", "commit"):
            sa.event.listen(engine, moment, fail)
        try:
            with writing(engine, COORDINATOR) as connection:
                record_attendance_week(connection, COORDINATOR, make_sheet(), now=NOW)
        except RuntimeError:
            return False
        finally:
            for moment in ("before_cursor_execute", "commit"):
                sa.event.remove(engine, moment, fail)
        return True

    nothing, failing_at = rows(), 1
    while not save(failing_at=failing_at):
        assert rows() == nothing
        failing_at += 1

    assert failing_at > 20
    assert rows()[0] == 1


def test_a_clock_that_goes_back_changes_no_order(engine: sa.Engine) -> None:
    """Two hours earlier, the change that was made last is the last one, and the one that is taken back."""

    def save(half_days: int, version: int, hours: int) -> None:
        sheet = make_sheet(distinct_people=half_days, base_version=version)
        with writing(engine, COORDINATOR) as connection:
            record_attendance_week(connection, COORDINATOR, sheet, now=NOW + timedelta(hours=hours))

    save(7, version=0, hours=0)
    save(8, version=1, hours=-2)
    save(9, version=2, hours=+2)
    with writing(engine, COORDINATOR) as connection:
        changes = history(connection, table_name="attendance_week", row_key="MAURIAC 2017-S22")
        assert [change["after"]["distinct_people"] for change in changes] == [9, 8, 7]
        undo_change(connection, Change(COORDINATOR, NOW - timedelta(hours=2), "take_back"), changes[0]["id"])
        assert connection.execute(sa.select(attendance_week.c.distinct_people)).scalar_one() == 8


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/Paris", "Pacific/Auckland"])
def test_the_day_in_the_county_is_not_that_of_the_machine(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    late = NOW.replace(hour=22, minute=30)
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert day_in_paris(late) == NOW.date() + timedelta(days=1)
    finally:
        monkeypatch.undo()
        time.tzset()
