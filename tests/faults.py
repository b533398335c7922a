"""Writers killed in the middle of writes: `python -m tests.faults --seed N [--sqlite RUNS] [--postgresql RUNS]`.

Four writers save weeks of their own as fast as they can, in a process that is killed at a random instant. Each save that
was acknowledged must then be there, none half written, each version with its line in the audit, every summary what its
rows give. Prints the counts, with the seed that makes them come back.
"""

import argparse
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from data_access import summaries
from data_access.engine import open_engine, writing
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord
from data_access.refusals import Busy
from data_access.rights import COMMAND_LINE
from data_access.schema import attendance_day, attendance_week, audit_entry, centre
from data_access.writes.attendance import record_attendance_week
from tests.burst import CODES, COORDINATOR, MONDAY, NOW, fill
from tests.databases import database_apart

WRITERS: Final = 4
LONGEST_SECONDS: Final = 0.25
RECOUNTED_EVERY: Final = 10


def write(url: str, told: int) -> None:
    """What the process that is killed does: each writer says its number and the version that was acknowledged."""
    engine = open_engine(url)
    versions = stored_versions(engine)

    def go_on(writer: int) -> None:
        version = versions[writer]
        while True:
            # On a busy machine a turn may not come in time: it is asked for again.
            with suppress(Busy):
                version = save(engine, writer, version)
                os.write(told, f"{writer} {version}\n".encode())

    for writer in range(WRITERS):
        threading.Thread(target=go_on, args=(writer,), daemon=True).start()
    threading.Event().wait()


def save(engine: sa.Engine, writer: int, version: int) -> int:
    """The version of a writer's sheet that is acknowledged, once it is saved over this one."""
    days = tuple(
        AttendanceDayRecord(day=MONDAY + timedelta(days=day), seat_kind="office", half_days=half_days(version + 1))
        for day in range(5)
    )
    sheet = AttendanceWeekRecord(
        centre_code=CODES[writer], week_start=MONDAY, status="draft", days=days, base_version=version
    )
    with writing(engine, COORDINATOR) as connection:
        saved = record_attendance_week(connection, COORDINATOR, sheet, now=NOW)
    return saved.version


def half_days(version: int) -> int:
    """What each day of a version says: a sheet that mixes two is half written."""
    return 1 + version % 3


def stored_versions(engine: sa.Engine) -> dict[int, int]:
    """The version of each writer's sheet that is stored; 0 for none."""
    week = attendance_week.c
    question = sa.select(centre.c.code, week.version).join(attendance_week, week.centre_id == centre.c.id)
    with engine.connect() as connection:
        stored = {row.code: row.version for row in connection.execute(question.where(week.week_start == MONDAY))}
    return {writer: stored.get(CODES[writer], 0) for writer in range(WRITERS)}


def killed(url: str, after: float) -> list[tuple[int, int]]:
    """Has a process write until so long after its first acknowledgement, and answers each of them: writer and version."""
    here, there = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.close(here)
            write(url, there)
        finally:
            os._exit(1)
    os.close(there)
    said = os.read(here, 4096)
    time.sleep(after)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    while more := os.read(here, 65536):
        said += more
    os.close(here)
    # The last line may be cut short.
    lines = [line.split() for line in said.decode().split("\n")[:-1]]
    return [(int(writer), int(version)) for writer, version in lines]


def look(url: str, acknowledged: list[tuple[int, int]], *, recount: bool) -> Counter[str]:
    """What is found once the database is opened again, before anybody else writes."""
    found: Counter[str] = Counter(runs=1, acknowledged=len(acknowledged))
    engine = open_engine(url)
    versions = stored_versions(engine)
    for writer, version in dict(acknowledged).items():
        found["lost"] += versions[writer] < version
        found["not acknowledged, yet whole"] += versions[writer] > version
    with engine.connect() as connection:
        for writer, version in versions.items():
            sheet = (
                sa.select(attendance_day.c.half_days)
                .join(attendance_week, attendance_week.c.id == attendance_day.c.attendance_week_id)
                .join(centre, centre.c.id == attendance_week.c.centre_id)
                .where(centre.c.code == CODES[writer])
            )
            said = connection.execute(sheet).scalars().all()
            found["half written"] += list(said) != [half_days(version)] * 5 if version else bool(said)
            key = f"{CODES[writer]} {MONDAY:%G-S%V}"
            lines = sa.select(sa.func.count()).select_from(audit_entry).where(audit_entry.c.row_key == key)
            found["audit astray"] += connection.execute(lines).scalar_one() != version
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            found["damaged"] += connection.exec_driver_sql("PRAGMA integrity_check").scalar() != "ok"
    if recount:
        with engine.connect().execution_options(actor=COMMAND_LINE) as connection, connection.begin() as transaction:
            found["summaries astray"] += len(summaries.wrong_summaries(connection, through=NOW.date()))
            transaction.rollback()
    engine.dispose()
    return found


FAULTS: Final = ("lost", "half written", "audit astray", "damaged", "summaries astray")


def kill_many(url: str, runs: int, seed: int) -> Counter[str]:
    """So many runs one after the other on one database, which only grows."""
    chance, found = random.Random(seed), Counter[str]()
    for number in range(runs):
        acknowledged = killed(url, chance.uniform(0, LONGEST_SECONDS))
        found += look(url, acknowledged, recount=number % RECOUNTED_EVERY == 0)
    return found


@contextmanager
def filled(engine: str) -> Iterator[str]:
    with database_apart(engine) as url:
        fill_in(url)
        yield url


def fill_in(url: str) -> None:
    engine = open_engine(url)
    with writing(engine) as connection:
        fill(connection)
    engine.dispose()


def main() -> None:
    """One line for each engine; ends badly where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=2017)
    parser.add_argument("--sqlite", type=int, default=1000, metavar="RUNS")
    parser.add_argument("--postgresql", type=int, default=100, metavar="RUNS")
    parser.add_argument("--at", help="a database that is filled already, instead", metavar="URL")
    asked = parser.parse_args()
    faults = 0
    for name, runs in (("sqlite", asked.sqlite), ("postgresql", asked.postgresql)):
        if not runs:
            continue
        if asked.at:
            found = kill_many(asked.at, runs, asked.seed)
        else:
            with filled(name) as url:
                found = kill_many(url, runs, asked.seed)
        said = ", ".join(f"{what} {found[what]}" for what in ("acknowledged", "not acknowledged, yet whole", *FAULTS))
        print(f"{name}: seed {asked.seed}, {found['runs']} kills: {said}", flush=True)
        faults += sum(found[what] for what in FAULTS)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
