"""A place is open in each of its periods: what was true of a year does not move when the place opens again, whoever writes.

The hand-made network: A open since 2010; R, of one office, open from 2010 to 30 June 2024, then again from 1 September 2025.
Each offers 2 half-days a day from Monday to Friday.
"""

from datetime import date, timedelta

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access import summaries
from data_access.openings import (
    NotOpenings,
    Opening,
    opening_on,
    openings_as_text,
    openings_from_text,
    openings_of,
    why_not_open,
)
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts, completeness_facts
from data_access.reads.network import centres, network_facts
from data_access.schema import centre, former_opening
from data_access.triggers import triggers_disabled
from tests.factories import OPENED_ON, add_centre, add_week

CLOSED_ON, REOPENED_ON = date(2024, 6, 30), date(2025, 9, 1)
TODAY = date(2025, 11, 30)
REOPENED = "UPDATE centre SET opened_on = '2025-09-01', closed_on = NULL, status = 'open' WHERE code = 'R'"
"""As another program writes it, which knows one pair of dates."""


@pytest.fixture
def reopened(connection: sa.Connection) -> int:
    """The id of R, still closed."""
    add_centre(connection, "A", seats_office=1)
    centre_id = add_centre(connection, "R", seats_office=1, status="closed", closed_on=CLOSED_ON)
    add_week(connection, centre_id, date(2023, 6, 12), office=(2, 2, 2, 2, 2))
    return centre_id


def figures(connection: sa.Connection, year: int) -> tuple[object, ...]:
    """All that an evaluation takes of a year: what was occupied and offered, the weeks, the places and seats at its end."""
    summaries.refresh(connection, through=TODAY)
    period, on = Period.year(year), min(date(year, 12, 31), TODAY)
    network = network_facts(connection, on=on)
    return (
        attendance_facts(connection, period, by=("centre_code",)).rows(),
        completeness_facts(connection, period, as_of=TODAY, by=("centre_code",)).rows(),
        network.filter("open").select("centre_code", "seats").rows(),
    )


def test_a_year_that_is_over_does_not_move_when_a_place_opens_again(connection: sa.Connection, reopened: int) -> None:
    before = {year: figures(connection, year) for year in (2010, 2023, 2024)}
    connection.exec_driver_sql(REOPENED)

    assert {year: figures(connection, year) for year in (2010, 2023, 2024)} == before
    assert figures(connection, 2023)[2] == [("A", 1), ("R", 1)]
    assert openings_of(connection, reopened) == [Opening(OPENED_ON, CLOSED_ON), Opening(REOPENED_ON)]


def test_a_reopening_in_two_statements_keeps_the_period_before(connection: sa.Connection, reopened: int) -> None:
    """The last day is emptied first; it is remembered until a first day follows it."""
    connection.exec_driver_sql("UPDATE centre SET closed_on = NULL, status = 'open' WHERE code = 'R'")
    assert openings_of(connection, reopened) == [Opening(OPENED_ON)]

    connection.exec_driver_sql("UPDATE centre SET opened_on = '2025-09-01' WHERE code = 'R'")
    assert openings_of(connection, reopened) == [Opening(OPENED_ON, CLOSED_ON), Opening(REOPENED_ON)]


def test_a_closing_that_was_a_mistake_is_forgotten_by_the_next_one(connection: sa.Connection, reopened: int) -> None:
    connection.exec_driver_sql("UPDATE centre SET closed_on = NULL, status = 'open' WHERE code = 'R'")
    connection.exec_driver_sql("UPDATE centre SET closed_on = '2025-06-30', status = 'closed' WHERE code = 'R'")
    connection.exec_driver_sql(REOPENED)

    assert openings_of(connection, reopened) == [Opening(OPENED_ON, date(2025, 6, 30)), Opening(REOPENED_ON)]


def test_it_offers_nothing_between_and_again_from_its_day(connection: sa.Connection, reopened: int) -> None:
    """2025 has 86 working days from 1 September to 31 December without 11 November and Christmas, two half-days each."""
    connection.exec_driver_sql(REOPENED)
    summaries.refresh(connection, through=date(2025, 12, 31))

    offered = attendance_facts(connection, Period.year(2025), by=("centre_code",)).filter(centre_code="R")
    assert offered["calendar_half_days"].to_list() == [2 * 86]


@pytest.mark.parametrize(
    ("on", "is_open", "opened_on"),
    [
        (date(2009, 12, 31), False, OPENED_ON),
        (date(2023, 12, 31), True, OPENED_ON),
        (date(2024, 12, 31), False, OPENED_ON),
        (date(2025, 12, 31), True, REOPENED_ON),
    ],
)
def test_a_place_is_told_as_it_was_that_day(
    connection: sa.Connection, reopened: int, on: date, is_open: bool, opened_on: date
) -> None:
    """In the period that ran, else in the one before."""
    connection.exec_driver_sql(REOPENED)

    row = centres(connection, on=on).row(by_predicate=pl.col("code") == "R", named=True)
    closed_on = None if opened_on == REOPENED_ON else CLOSED_ON
    assert (row["open"], row["opened_on"], row["closed_on"]) == (is_open, opened_on, closed_on)
    assert row["first_opened_on"] == OPENED_ON


def test_a_beginning_that_is_corrected_is_no_reopening(connection: sa.Connection, reopened: int) -> None:
    """Nothing was closed between; and a place that never closed only began later."""
    connection.exec_driver_sql("UPDATE centre SET opened_on = '2012-01-01'")

    assert connection.execute(sa.select(former_opening)).all() == []


def test_a_reopening_taken_back_leaves_the_period_before(connection: sa.Connection, reopened: int) -> None:
    """The dates of before are written again: that period is the last one again, and no former one."""
    connection.exec_driver_sql(REOPENED)
    connection.exec_driver_sql(
        "UPDATE centre SET opened_on = '2010-01-04', closed_on = '2024-06-30', status = 'closed' WHERE code = 'R'"
    )

    assert openings_of(connection, reopened) == [Opening(OPENED_ON, CLOSED_ON)]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO former_opening (centre_id, opened_on, closed_on) VALUES ({r}, '2024-01-01', '2025-01-31')",
        "INSERT INTO former_opening (centre_id, opened_on, closed_on) VALUES ({r}, '2025-01-01', '2025-09-01')",
        "UPDATE former_opening SET closed_on = '2025-09-30'",
        "UPDATE centre SET opened_on = '2024-06-30' WHERE code = 'R'",
    ],
)
def test_periods_of_a_place_do_not_overlap(connection: sa.Connection, reopened: int, statement: str) -> None:
    """A day would be offered twice."""
    connection.exec_driver_sql(REOPENED)

    with pytest.raises(sa.exc.IntegrityError, match="rule: openings_overlap"):
        connection.exec_driver_sql(statement.format(r=reopened))


def test_a_period_written_by_another_program_counts(connection: sa.Connection, reopened: int) -> None:
    """The table is public: a period it adds is offered at the next reading."""
    before = figures(connection, 2008)
    connection.execute(
        sa.insert(former_opening).values(centre_id=reopened, opened_on=date(2008, 1, 1), closed_on=date(2008, 12, 31))
    )

    assert figures(connection, 2008) != before
    assert centres(connection, on=date(2008, 7, 1)).filter("open")["code"].to_list() == ["R"]


def test_a_bulk_load_may_bring_former_periods(connection: sa.Connection) -> None:
    """As the demonstration does, without the triggers."""
    with triggers_disabled(connection):
        centre_id = add_centre(connection, opened_on=REOPENED_ON)
        connection.execute(
            sa.insert(former_opening).values(centre_id=centre_id, opened_on=OPENED_ON, closed_on=CLOSED_ON)
        )

    opened, closed = opening_on(date(2020, 1, 1))
    assert connection.execute(sa.select(opened, closed).select_from(centre)).one() == (OPENED_ON, CLOSED_ON)


def test_a_day_out_of_all_periods_says_which_one_is_near() -> None:
    periods = [Opening(OPENED_ON, CLOSED_ON), Opening(REOPENED_ON)]

    assert why_not_open(periods, date(2009, 1, 1)) == {"opened_on": OPENED_ON}
    assert why_not_open(periods, CLOSED_ON) is None
    assert why_not_open(periods, date(2025, 1, 1)) == {"closed_on": CLOSED_ON}
    assert why_not_open(periods, date(2025, 8, 26), REOPENED_ON) is None
    assert why_not_open([], TODAY) == {"opened_on": None}


DAYS = st.integers(0, 20_000).map(lambda number: date(1990, 1, 1) + timedelta(days=number))


@given(st.lists(DAYS, unique=True, max_size=8).map(sorted))
def test_periods_are_read_as_they_are_written(days: list[date]) -> None:
    periods = [Opening(first, last) for first, last in zip(days[::2], days[1::2], strict=False)]

    assert openings_from_text(openings_as_text(periods)) == periods


@pytest.mark.parametrize(
    "text", ["2010", "01/01/2010", "31/12/2010 – 01/01/2010", "30/02/2010 – 01/03/2010", "01/01/10 – 31/12/10"]
)
def test_what_says_no_period_is_told(text: str) -> None:
    with pytest.raises(NotOpenings):
        openings_from_text(text)
