"""10,000 lines imported while an animator saves every second: `python -m tests.import_load [sqlite|postgresql]`.

Prints, for each engine, what the rehearsal and the import took, and the slowest save of each, after those of as many saves
while nobody imports: a machine that is at work otherwise makes these wait too. The import runs in a process of its own, as
another server's would; PostgreSQL is a server of the tests, on this machine only.
"""

import statistics
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from dashboard.imports.kinds import KINDS
from dashboard.imports.running import counted, run_import
from data_access import summaries
from data_access.engine import open_engine, writing
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Refused, Rule
from data_access.rights import Actor
from data_access.schema import attendance_week
from data_access.writes.attendance import record_attendance_week
from tests.databases import database_apart
from tests.factories import add_centre

CODES = ("MURAT", "MAURIAC", "YDES", "MONTSALVY", "SALERS")
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
FIRST = date(2019, 1, 7)
WEEKS = 200
COORDINATOR = Actor("coordination@example.org", "coordinator")
ANIMATOR = Actor("animation@example.org", "animator", frozenset({"MURAT"}))
LONGEST = 600
ALONE = 20


def the_file() -> str:
    """Five places, 200 weeks, five days, two kinds of seats: 10,000 lines."""
    lines = ["Télécentre;Jour;Position;Demi-journées"]
    for code in CODES:
        for at in range(WEEKS * 7):
            day = FIRST + timedelta(days=at)
            if day.weekday() < 5:
                value = 2 + (at * 7 + at // 7) % 4
                lines += [f"{code};{day:%d/%m/%Y};bureau individuel;{value}", f"{code};{day:%d/%m/%Y};open space;1"]
    return "\n".join(lines) + "\n"


def bring(url: str, *, rehearsal: bool) -> None:
    """What the other process does."""
    engine = open_engine(url)
    report = run_import(
        engine,
        COORDINATOR,
        KINDS["attendance"],
        "releves.csv",
        the_file().encode(),
        now=NOW,
        rehearsal=rehearsal,
        confirmed=frozenset(Rule),
    )
    print(dict(counted(report.outcome)), "done" if report.done else "rehearsed", report.faults[:1], flush=True)


def save(engine: sa.Engine, at: int) -> float:
    """A week of the animator, entered or corrected, and how long it took."""
    monday = date(2026, 11, 16)
    begun = time.monotonic()
    with writing(engine, ANIMATOR) as connection:
        version = connection.execute(
            sa.select(attendance_week.c.version).where(attendance_week.c.week_start == monday)
        ).scalar_one_or_none()
        days = tuple(
            AttendanceDayRecord(day=monday + timedelta(days=n), seat_kind=kind, half_days=1 + (at + n) % 3)
            for n in range(5)
            for kind in ("office", "open_space")
        )
        sheet = AttendanceWeekRecord(
            centre_code="MURAT", week_start=monday, status="draft", days=days, base_version=version or 0
        )
        record_attendance_week(connection, ANIMATOR, sheet, now=NOW)
    return time.monotonic() - begun


def measure(url: str, step: str) -> None:
    """Runs one step in another process, saving every second meanwhile, and prints the slowest save."""
    engine = open_engine(url)
    begun = time.monotonic()
    # « alone », the other process only waits.
    told = (
        ["-c", f"import time; time.sleep({ALONE})"]
        if step == "alone"
        else ["-m", "tests.import_load", f"--{step}", url]
    )
    other = subprocess.Popen([sys.executable, *told])
    saves, lost = [], 0
    while other.poll() is None and time.monotonic() - begun < LONGEST:
        try:
            saves.append(save(engine, len(saves)))
        except Refused:
            lost += 1
        time.sleep(1)
    if other.poll() is None:
        other.kill()
    print(
        f"{engine.dialect.name:10} {step:9} {time.monotonic() - begun:6.1f} s, {len(saves)} saves, "
        f"median {statistics.median(saves or [0]):.2f} s, slowest {max(saves, default=0):.2f} s, {lost} refused",
        flush=True,
    )


def main(engines: list[str]) -> None:
    """One line for each engine and step."""
    for name in engines or ["sqlite", "postgresql"]:
        with database_apart(name) as url:
            engine = open_engine(url)
            with writing(engine) as connection:
                for code in CODES:
                    add_centre(connection, code, opened_on=date(2018, 1, 1), seats_office=4, seats_open_space=2)
                summaries.refresh(connection, through=NOW.date())
            for step in ("alone", "rehearse", "import"):
                measure(url, step)


if __name__ == "__main__":
    if sys.argv[1:2] in (["--rehearse"], ["--import"]):
        bring(sys.argv[2], rehearsal=sys.argv[1] == "--rehearse")
    else:
        main(sys.argv[1:])
