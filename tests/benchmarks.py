"""What the database's speed rests on, as ratios within one run: `python -m tests.benchmarks`; pages: `cybercantal bench`."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from data_access import summaries
from data_access.demonstration import load_demonstration
from data_access.engine import data_version, open_engine, reading, writing
from data_access.migrations import migrate
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts, attendance_weeks
from data_access.reference_data import load_reference
from data_access.rights import COMMAND_LINE
from data_access.schema import centre
from data_access.summaries import day_facts, of_days

TODAY = date(2026, 11, 20)
ROUNDS = 15


def median_seconds(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The middle of several runs, after one that warms up."""
    action()
    spent = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


def demonstration(folder: Path, as_of: date) -> sa.Engine:
    """A database with the demonstration as of that day: the later, the longer its history."""
    engine = open_engine(f"sqlite:///{folder / f'{as_of}.sqlite'}")
    migrate(engine)
    with writing(engine) as connection:
        load_reference(connection, places=True)
    load_demonstration(engine, as_of=as_of)
    return engine


def asked(engine: sa.Engine, today: date, question: Callable[[sa.Connection], object]) -> Callable[[], object]:
    def ask() -> object:
        with reading(engine, today, COMMAND_LINE) as connection:
            return question(connection)

    return ask


def last_quarter(today: date) -> Callable[[sa.Connection], object]:
    period = Period.last_weeks(12, today)
    return lambda connection: (
        attendance_facts(connection, period, by=("centre_code", "week_start")),
        attendance_weeks(connection, period, as_of=today),
    )


def from_the_rows(connection: sa.Connection) -> object:
    """The same from the rows and the calendar, as a page without summaries would have to ask."""
    answers = []
    for centre_id in connection.execute(sa.select(centre.c.id)).scalars().all():
        facts = day_facts()
        measures = [
            sa.func.sum(facts.c[name]) for name in ("offered_half_days", "occupied_half_days", "occupied_hours")
        ]
        question = sa.select(facts.c.month_start, *measures).group_by(facts.c.month_start)
        answers.append(connection.execute(question, of_days(centre_id, date(2007, 1, 1), TODAY)).all())
    return answers


def from_the_summaries(connection: sa.Connection) -> object:
    """Offered and occupied half-days and hours of every centre and month."""
    return attendance_facts(connection, Period.months(date(2007, 1, 1), TODAY), by=("centre_code", "month_start"))


def correct_a_week(engine: sa.Engine) -> Callable[[], object]:
    """One value corrected by another program, then the next read."""

    def write_then_read() -> object:
        with writing(engine) as connection:
            connection.exec_driver_sql(
                "UPDATE attendance_day SET half_days = half_days WHERE id = (SELECT max(id) FROM attendance_day)"
            )
        return asked(engine, TODAY, lambda connection: None)()

    return write_then_read


def rebuild(engine: sa.Engine) -> Callable[[], object]:
    def all_of_it() -> None:
        with writing(engine) as connection:
            summaries.mark_stale(connection)
            summaries.refresh(connection, through=TODAY)

    return all_of_it


def main() -> None:
    """Prints one ratio a line, with what it is over."""
    with tempfile.TemporaryDirectory() as folder:
        long, short = (
            demonstration(Path(folder), day) for day in (TODAY, TODAY.replace(year=2011) + timedelta(days=1))
        )
        quarter = last_quarter(TODAY)
        ratios = {
            "12 weeks with 19 years of history / with 4 years": median_seconds(asked(long, TODAY, quarter))
            / median_seconds(asked(short, TODAY.replace(year=2011), last_quarter(TODAY.replace(year=2011)))),
            "all months from the summaries / from the rows": median_seconds(asked(long, TODAY, from_the_summaries))
            / median_seconds(asked(long, TODAY, from_the_rows)),
            "refresh after one correction / full rebuild": median_seconds(correct_a_week(long))
            / median_seconds(rebuild(long), 3),
            "version check / 12 weeks of attendance": median_seconds(lambda: _version(long), 200)
            / median_seconds(asked(long, TODAY, quarter)),
        }
    for name, ratio in ratios.items():
        print(f"{ratio:8.3f}  {name}")


def _version(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return data_version(connection)


if __name__ == "__main__":
    main()
