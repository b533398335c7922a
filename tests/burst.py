"""Many save at once while others read: `python -m tests.burst [sqlite|postgresql] [--seconds N]`.

24 writers, two a place, each saving a week of their own again as soon as it is saved, and 6 readers who ask for the figures of
the year as often; in one process, as in a server. Prints, for each engine, how long saves and reads took, and the errors.
"""

import argparse
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from data_access import summaries
from data_access.engine import open_engine, reading, writing
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.rights import COMMAND_LINE, Actor
from data_access.writes.attendance import record_attendance_week
from tests.databases import database_apart
from tests.factories import add_centre

NOW: Final = datetime(2026, 11, 26, 9, tzinfo=UTC)
MONDAY: Final = date(2026, 11, 16)
CODES: Final = tuple(f"LIEU-{number:02}" for number in range(12))
WRITERS: Final = 24
READERS: Final = 6
COORDINATOR: Final = Actor("coordination@example.org", "coordinator")


@dataclass
class Burst:
    """What came of a burst: seconds of each save and each read that were answered, and the errors by name."""

    saves: list[list[float]] = field(default_factory=list)
    reads: list[list[float]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def told(self) -> str:
        return f"{_told('saves', self.saves)}\n{_told('reads', self.reads)}\nerrors {dict(self.errors)}"


def _told(what: str, each: list[list[float]]) -> str:
    waits = sorted(seconds for one in each for seconds in one)
    if not waits:
        return f"{what} none"
    shares = " ".join(f"p{share} {waits[min(len(waits) * share // 100, len(waits) - 1)]:.2f}" for share in (50, 95, 99))
    fewest, most = min(map(len, each)), max(map(len, each))
    return f"{what} {len(waits)}, {fewest} to {most} for each: {shares} max {waits[-1]:.2f} s"


def fill(connection: sa.Connection) -> None:
    """The network that is written in: twelve places, opened this year."""
    for code in CODES:
        add_centre(connection, code, opened_on=date(2026, 1, 5), seats_office=4)
    summaries.refresh(connection, through=NOW.date())


def burst(engine: sa.Engine, *, writers: int, readers: int, until: Callable[[int], bool]) -> Burst:
    """Has everybody begin together and go on `until` so many rounds are done, or it is time."""
    found, ready = Burst(), threading.Barrier(writers + readers)

    def go_on(deed: Callable[[int], None], taken: list[float]) -> None:
        ready.wait()
        number = 0
        while not until(number):
            begun = time.monotonic()
            try:
                deed(number)
                taken.append(time.monotonic() - begun)
            except Exception as error:
                found.errors[f"{deed.__name__}: {type(error).__name__} {str(error).splitlines()[0][:90]}"] += 1
            number += 1

    with ThreadPoolExecutor(writers + readers) as pool:
        for number in range(writers):
            found.saves.append([])
            pool.submit(go_on, _saving(engine, number), found.saves[-1])
        for _ in range(readers):
            found.reads.append([])
            pool.submit(go_on, _reading(engine), found.reads[-1])
    return found


def _saving(engine: sa.Engine, writer: int) -> Callable[[int], None]:
    # Not the week of 11 November: figures of a public holiday are asked about.
    monday = MONDAY - timedelta(weeks=2 * (writer // len(CODES)))
    versions = [0]

    def save(number: int) -> None:
        days = tuple(
            AttendanceDayRecord(day=monday + timedelta(days=day), seat_kind="office", half_days=1 + (number + day) % 3)
            for day in range(5)
        )
        code = CODES[writer % len(CODES)]
        sheet = AttendanceWeekRecord(
            centre_code=code, week_start=monday, status="complete", days=days, base_version=versions[0]
        )
        with writing(engine, COORDINATOR) as connection:
            saved = record_attendance_week(connection, COORDINATOR, sheet, now=NOW)
        versions[0] = saved.version

    return save


def _reading(engine: sa.Engine) -> Callable[[int], None]:
    def read(_number: int) -> None:
        with reading(engine, NOW.date(), COMMAND_LINE) as connection:
            attendance_facts(connection, Period.year(2026))

    return read


def _over(seconds: float) -> Callable[[int], bool]:
    end = time.monotonic() + seconds
    return lambda _rounds: time.monotonic() > end


def main() -> None:
    """One block of lines for each engine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", default=["sqlite", "postgresql"])
    parser.add_argument("--seconds", type=int, default=60)
    asked = parser.parse_args()
    for name in asked.engines:
        with database_apart(name) as url:
            engine = open_engine(url)
            with writing(engine) as connection:
                fill(connection)
            found = burst(engine, writers=WRITERS, readers=READERS, until=_over(asked.seconds))
            print(f"{name}, {asked.seconds} s\n{found.told}", flush=True)
            engine.dispose()


if __name__ == "__main__":
    main()
