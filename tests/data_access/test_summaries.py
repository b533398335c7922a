"""Summaries equal the rows they come from, whoever wrote them and in which order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access import summaries
from data_access.engine import reading, writing
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts, attendance_weeks
from data_access.rights import COMMAND_LINE
from data_access.schema import (
    attendance_day,
    attendance_summary,
    attendance_week,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    opening_hours,
    stale_mark,
    summary_extent,
    week_summary,
    weekday_summary,
)
from tests.data_access.edits import EDITS, FIRST, days
from tests.data_access.figures import (
    FRIDAY,
    FULL,
    MONDAY,
    NEXT_MONDAY,
    THURSDAY,
    TODAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    counts,
    facts,
    weeks_by_state,
)
from tests.data_access.hand_count import Count, count_by_hand, read_database, weeks_by_hand
from tests.databases import on_postgresql
from tests.factories import (
    add_capacity,
    add_centre,
    add_closure,
    add_hours,
    add_week,
)

# The summaries follow the rows: whatever is written, by whom and in which order, they equal what is counted anew.


def test_a_week_that_becomes_complete_counts(connection: sa.Connection) -> None:
    """One column changed by another program, and the figures follow."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL, status="draft")
    assert counts(connection) == (None, 0)

    connection.execute(sa.update(attendance_week).values(status="complete"))

    assert counts(connection) == (20, 20)


def test_seats_added_in_the_middle_of_a_year_move_the_year(connection: sa.Connection) -> None:
    """The offer of the weeks before stays what it was."""
    centre_id = add_centre(connection)
    add_week(connection, centre_id, MONDAY, office=FULL)
    add_week(connection, centre_id, NEXT_MONDAY, office=FULL)
    assert counts(connection, Period.year(2017)) == (40, 40)

    connection.execute(sa.update(centre_capacity).values(valid_to=NEXT_MONDAY - timedelta(days=1)))
    add_capacity(connection, centre_id, "office", 5, NEXT_MONDAY)

    assert counts(connection, Period.year(2017)) == (40, 70)


def test_a_closure_taken_back_gives_its_days_back(connection: sa.Connection) -> None:
    """Moved first, then removed."""
    centre_id = add_centre(connection)
    add_week(connection, centre_id, MONDAY)
    add_closure(connection, None, MONDAY, WEDNESDAY)
    assert counts(connection) == (0, 8)

    connection.execute(sa.update(closure).values(starts_on=FRIDAY, ends_on=FRIDAY))
    assert counts(connection) == (0, 16)

    connection.execute(sa.delete(closure))
    assert counts(connection) == (0, 20)


def test_a_public_holiday_corrected_in_the_calendar_moves_the_figures(connection: sa.Connection) -> None:
    """The calendar is a table like another."""
    add_week(connection, add_centre(connection), MONDAY)
    assert counts(connection) == (0, 20)

    connection.execute(sa.update(calendar_day).where(calendar_day.c.day == MONDAY).values(public_holiday="Fête"))

    assert counts(connection) == (0, 16)


def test_a_closing_date_moved_back_takes_the_weeks_after_it_away(connection: sa.Connection) -> None:
    """They are no more expected, however far back."""
    add_centre(connection)
    june = Period.months(MONDAY, MONDAY)
    assert weeks_by_state(connection, june) == {"expected": 5, "missing": 5}

    connection.execute(sa.update(centre).values(status="closed", closed_on=MONDAY))
    assert weeks_by_state(connection, june) == {"expected": 3, "missing": 3}
    assert facts(connection, june)["calendar_half_days"] == 4 * (2 + 4 + 1)

    connection.execute(sa.update(centre).values(closed_on=date(2012, 12, 31)))
    assert weeks_by_state(connection, june) == {}


def test_hours_changed_from_a_day_on_change_the_hours_of_the_days_after(connection: sa.Connection) -> None:
    """The afternoon closes an hour later from Thursday: 3 h 30 a half-day instead of 3."""
    centre_id = add_centre(connection)
    add_week(connection, centre_id, MONDAY, office=(0, 0, 1, 1, 0))
    assert facts(connection)["occupied_hours"] == 6.0

    connection.execute(sa.update(opening_hours).where(opening_hours.c.half_day == "pm").values(valid_to=WEDNESDAY))
    for weekday in range(1, 6):
        add_hours(connection, centre_id, weekday, ("pm", time(14), time(18)), THURSDAY)

    assert facts(connection)["occupied_hours"] == 6.5


def test_a_correction_moves_the_figures(connection: sa.Connection) -> None:
    """A day corrected, a day removed, the sheet removed with its days."""
    add_week(connection, add_centre(connection), MONDAY, office=(1, 2))
    assert counts(connection) == (3, 20)

    connection.execute(sa.update(attendance_day).where(attendance_day.c.day == MONDAY).values(half_days=4))
    assert counts(connection) == (6, 20)

    connection.execute(sa.delete(attendance_day).where(attendance_day.c.day == TUESDAY))
    assert counts(connection) == (4, 20)

    connection.execute(sa.delete(attendance_week))
    assert counts(connection) == (None, 0)
    assert weeks_by_state(connection, WEEK) == {"expected": 1, "missing": 1}


def test_a_sheet_entered_for_the_wrong_centre_moves_whole(connection: sa.Connection) -> None:
    """Both centres' figures follow."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL)
    murat = add_centre(connection, "MURAT")
    assert counts(connection, centres=["AURILLAC"]) == (20, 20)

    connection.execute(sa.update(attendance_week).values(centre_id=murat))

    assert counts(connection, centres=["AURILLAC"]) == (None, 0)
    assert counts(connection, centres=["MURAT"]) == (20, 20)


def test_an_emptied_sheet_entered_for_the_wrong_week_moves(connection: sa.Connection) -> None:
    """The week it left is missing again."""
    add_week(connection, add_centre(connection), MONDAY)
    two_weeks = Period.weeks(MONDAY, NEXT_MONDAY)
    summaries.refresh(connection, through=TODAY)

    connection.execute(sa.update(attendance_week).values(week_start=NEXT_MONDAY))
    summaries.refresh(connection, through=TODAY)

    assert attendance_weeks(connection, two_weeks, as_of=TODAY)["state"].to_list() == ["missing", "complete"]


@pytest.mark.parametrize("far", [date(9999, 12, 31), date(9999, 12, 27), date(9000, 1, 2)])
def test_a_period_that_ends_in_a_far_future_is_one_without_end(connection: sa.Connection, far: date) -> None:
    """Other programs write so what never ends."""
    centre_id = add_centre(connection, seats_office=None)
    add_capacity(connection, centre_id, "office", 2, date(1990, 1, 1), far)
    add_closure(connection, centre_id, FRIDAY, far)
    add_week(connection, centre_id, MONDAY)

    assert counts(connection) == (0, 16)


def test_weeks_are_expected_as_time_goes(connection: sa.Connection) -> None:
    """Nothing is written meanwhile: the calendar alone makes a new week missing."""
    add_centre(connection, opened_on=MONDAY)
    summer = Period.months(MONDAY, date(2017, 9, 1))

    assert weeks_by_state(connection, summer, as_of=MONDAY) == {}
    assert weeks_by_state(connection, summer, as_of=NEXT_MONDAY) == {"expected": 1, "missing": 1}
    assert weeks_by_state(connection, summer, as_of=date(2017, 8, 14)) == {"expected": 9, "missing": 9}
    assert weeks_by_state(connection, summer, as_of=NEXT_MONDAY) == {"expected": 1, "missing": 1}


def test_a_centre_removed_takes_its_figures_away(connection: sa.Connection) -> None:
    """A place entered twice by mistake."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL)
    twice = add_centre(connection, "TWICE")
    assert facts(connection)["calendar_half_days"] == 40

    connection.execute(sa.delete(centre).where(centre.c.id == twice))

    assert facts(connection)["calendar_half_days"] == 20


def test_a_refresh_touches_only_what_is_stale(connection: sa.Connection) -> None:
    """A week written recomputes its month, not the years before: the reading stays quick."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL)
    summaries.refresh(connection, through=TODAY)
    connection.exec_driver_sql("UPDATE attendance_summary SET calendar_half_days = -1")

    connection.execute(sa.update(attendance_day).values(half_days=1))

    assert facts(connection)["calendar_half_days"] == 20
    untouched = connection.exec_driver_sql("SELECT count(*) FROM attendance_summary WHERE calendar_half_days = -1")
    assert untouched.scalar_one() > 350


def test_a_reading_right_after_a_refresh_has_nothing_to_do(connection: sa.Connection) -> None:
    """Until the next write, or the next month."""
    add_centre(connection)
    assert not summaries.are_fresh(connection, through=TODAY)

    summaries.refresh(connection, through=TODAY)

    assert summaries.are_fresh(connection, through=TODAY)
    assert not summaries.are_fresh(connection, through=date(2017, 8, 1))


# Whatever any program writes, in whatever order, the summaries equal what is counted by hand from the rows.

LAST_DAY = date(2017, 1, 31)
LAST_SUNDAY = date(2017, 2, 5)


@given(
    first_reading=days,
    steps=st.lists(st.tuples(EDITS, st.one_of(st.none(), days)), max_size=12),
    asked=st.tuples(days, days).map(sorted),
)
@pytest.mark.slow
def test_maintained_summaries_equal_those_made_anew_and_those_counted_by_hand(
    connection: sa.Connection, first_reading: date, steps: list[tuple[str, date | None]], asked: list[date]
) -> None:
    """Each step is a write, which a rule may refuse, and then perhaps a reading of some day; any days are asked for."""
    with taken_back(connection):
        add_two_centres(connection)
        summaries.refresh(connection, through=first_reading)
        for statement, day in steps:
            with suppress(sa.exc.IntegrityError), connection.begin_nested():
                connection.exec_driver_sql(statement)
            if day:
                summaries.refresh(connection, through=day)
        summaries.refresh(connection, through=LAST_DAY)
        maintained = summary_rows(connection)
        database = read_database(connection)
        by_hand = count_by_hand(database, FIRST, LAST_SUNDAY)

        assert counts_of(connection) == by_hand
        assert weeks_of(connection) == weeks_by_hand(database, by_hand)
        assert by_weekday(connection) == by_month(by_hand)
        assert of_days(connection, *asked) == whole(count_by_hand(database, *asked))

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
    summaries.refresh(connection, through=LAST_DAY)

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
    with reading(engine, LAST_DAY, COMMAND_LINE) as connection:
        period = Period.months(FIRST, LAST_DAY)
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
    summaries.mark_stale(connection)
    summaries.refresh(connection, through=LAST_DAY)


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
            row.calendar_half_days,
            row.offered_half_days,
            row.occupied_half_days,
            round(row.occupied_hours, 4),
            row.unoffered_half_days,
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


def of_days(connection: sa.Connection, first: date, last: date) -> list[float]:
    """Offered, occupied and unoffered half-days and hours of some days, as they are asked for."""
    row = attendance_facts(connection, Period.days(first, last)).row(0, named=True)
    names = ("offered_half_days", "occupied_half_days", "unoffered_half_days", "occupied_hours")
    return [round(row[name] or 0, 2) for name in names]


def whole(counts: dict[tuple[int, str, date, date], Count]) -> list[float]:
    """The same from the hand count."""
    rows = [(count.offered, count.occupied, count.unoffered, count.hours) for count in counts.values()]
    return [round(sum(values), 2) for values in zip(*rows, strict=True)] or [0, 0, 0, 0]


def by_month(counts: dict[tuple[int, str, date, date], Count]) -> dict[tuple[int, str, date], tuple[int, int, float]]:
    """The same from the hand count, for the months that are over or begun."""
    sums: dict[tuple[int, str, date], tuple[int, int, float]] = {}
    for (centre_id, kind, _, month), count in counts.items():
        if month <= LAST_DAY:
            offered, occupied_, hours = sums.get((centre_id, kind, month), (0, 0, 0.0))
            added = (offered + count.offered, occupied_ + count.occupied, round(hours + count.hours, 4))
            sums[centre_id, kind, month] = added
    return {key: values for key, values in sums.items() if any(values)}
