"""Whatever any program writes, in whatever order, the summaries equal what is counted by hand from the rows."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access import summaries
from data_access.actors import COMMAND_LINE
from data_access.engine import reading, writing
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts
from data_access.schema import attendance_summary, stale_mark, summary_extent, week_summary, weekday_summary
from tests.data_access.edits import EDITS, FIRST, days
from tests.data_access.hand_count import Count, count_by_hand, read_database, weeks_by_hand
from tests.databases import on_postgresql
from tests.factories import add_centre, add_week

TODAY = date(2017, 1, 31)
LAST_SUNDAY = date(2017, 2, 5)


@pytest.mark.slow
@given(first_reading=days, steps=st.lists(st.tuples(EDITS, st.one_of(st.none(), days)), max_size=12))
def test_maintained_summaries_equal_those_made_anew_and_those_counted_by_hand(
    connection: sa.Connection, first_reading: date, steps: list[tuple[str, date | None]]
) -> None:
    """Each step is a write, which a rule may refuse, and then perhaps a reading of some day."""
    with taken_back(connection):
        add_two_centres(connection)
        summaries.refresh(connection, through=first_reading)
        for statement, day in steps:
            with suppress(sa.exc.IntegrityError), connection.begin_nested():
                connection.exec_driver_sql(statement)
            if day:
                summaries.refresh(connection, through=day)
        summaries.refresh(connection, through=TODAY)
        maintained = summary_rows(connection)
        database = read_database(connection)
        by_hand = count_by_hand(database, FIRST, LAST_SUNDAY)

        assert counts_of(connection) == by_hand
        assert weeks_of(connection) == weeks_by_hand(database, by_hand)
        assert by_weekday(connection) == by_month(by_hand)

        make_anew(connection)

        assert summary_rows(connection) == maintained


def test_readings_at_once_refresh_once(engine: sa.Engine) -> None:
    """Sessions that notice a write together each get the figures, and none of them twice."""
    with writing(engine) as connection:
        centre_id = add_centre(connection)

    for number in range(2):
        with writing(engine) as connection:
            add_week(connection, centre_id, FIRST + timedelta(weeks=number), office=(1, 2, 3))
        with ThreadPoolExecutor(6) as pool:
            read = list(pool.map(lambda _: occupied(engine), range(6)))

        assert read == [6 * (number + 1)] * 6


@on_postgresql
def test_a_refresh_waits_for_no_writer_and_misses_none(engine: sa.Engine) -> None:
    """A write that is not committed yet is not counted; it is, by the reading after its commit."""
    with writing(engine) as connection:
        centre_id = add_centre(connection)
    with writing(engine) as connection:
        add_week(connection, centre_id, FIRST, office=(1,))
        before = occupied(engine)

    assert (before, occupied(engine)) == (None, 1)


def test_a_law_is_checked_on_something(connection: sa.Connection) -> None:
    """The database the edits begin on has figures of every kind."""
    add_two_centres(connection)
    summaries.refresh(connection, through=TODAY)

    assert len(counts_of(connection)) > 20
    assert set(weeks_of(connection).values()) == {"complete", "missing"}
    assert connection.execute(sa.select(sa.func.count()).select_from(stale_mark)).scalar_one() == 0


def add_two_centres(connection: sa.Connection) -> None:
    """Two centres of three seats, with one week entered each."""
    for number, code in ((1, "AURILLAC"), (2, "MURAT")):
        add_centre(connection, code, id=number, seats_open_space=1, opened_on=FIRST)
        monday = FIRST + timedelta(weeks=number)
        add_week(connection, number, monday, office=(1, 2, 0, 3), open_space=(2,))


def occupied(engine: sa.Engine) -> int | None:
    """What a session reads."""
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        period = Period.months(FIRST, TODAY)
        figure: int | None = attendance_facts(connection, period)["occupied_half_days"].item()
        return figure


@contextmanager
def taken_back(connection: sa.Connection) -> Iterator[None]:
    """What is written within is undone: each example begins on the same database."""
    nested = connection.begin_nested()
    try:
        yield
    finally:
        nested.rollback()


def make_anew(connection: sa.Connection) -> None:
    """Forgets every summary and makes them all again."""
    for table in (attendance_summary, weekday_summary, week_summary, summary_extent, stale_mark):
        connection.execute(sa.delete(table))
    summaries.mark_all_stale(connection)
    summaries.refresh(connection, through=TODAY)


def summary_rows(connection: sa.Connection) -> list[list[tuple[Any, ...]]]:
    """The rows of the three summaries, in order; hours to the second, since sums depend on their order."""
    return [
        sorted(
            tuple(round(value, 4) if isinstance(value, float) else value for value in row)
            for row in connection.execute(sa.select(table))
        )
        for table in (attendance_summary, weekday_summary, week_summary)
    ]


def counts_of(connection: sa.Connection) -> dict[tuple[int, str, date, date], Count]:
    """The summary as the hand count tells it; rows that only say zero tell nothing."""
    table = attendance_summary.c
    counts = {
        (row.centre_id, row.seat_kind, row.week_start, row.month_start): Count(
            row.calendar_half_days, row.offered_half_days, row.occupied_half_days, round(row.occupied_hours, 4)
        )
        for row in connection.execute(sa.select(*table))
    }
    return {key: count for key, count in counts.items() if count != Count()}


def weeks_of(connection: sa.Connection) -> dict[tuple[int, date], str]:
    """The state of each week that is expected or entered."""
    question = sa.select(week_summary.c.centre_id, week_summary.c.week_start, week_summary.c.state)
    return {(row.centre_id, row.week_start): row.state for row in connection.execute(question)}


def by_weekday(connection: sa.Connection) -> dict[tuple[int, str, date], tuple[int, int, float]]:
    """Offered, occupied and hours by month, from the summary by weekday."""
    table = weekday_summary.c
    question = sa.select(
        table.centre_id,
        table.seat_kind,
        table.month_start,
        sa.func.sum(table.offered_half_days).label("offered"),
        sa.func.sum(table.occupied_half_days).label("occupied"),
        sa.func.sum(table.occupied_hours).label("hours"),
    ).group_by(table.centre_id, table.seat_kind, table.month_start)
    sums = {
        (row.centre_id, row.seat_kind, row.month_start): (int(row.offered), int(row.occupied), round(row.hours, 4))
        for row in connection.execute(question)
    }
    return {key: values for key, values in sums.items() if any(values)}


def by_month(counts: dict[tuple[int, str, date, date], Count]) -> dict[tuple[int, str, date], tuple[int, int, float]]:
    """The same from the hand count, for the months that are over or begun."""
    sums: dict[tuple[int, str, date], tuple[int, int, float]] = {}
    for (centre_id, kind, _, month), count in counts.items():
        if month <= TODAY:
            offered, occupied_, hours = sums.get((centre_id, kind, month), (0, 0, 0.0))
            added = (offered + count.offered, occupied_ + count.occupied, round(hours + count.hours, 4))
            sums[centre_id, kind, month] = added
    return {key: values for key, values in sums.items() if any(values)}
