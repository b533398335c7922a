"""What cannot be is refused by the database itself, whoever writes; rows of before stay, are told, and can be corrected."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.schema import FACT_TABLES, centre, placement
from data_access.schema.columns import ClockTime, Day, Instant, Number, plausible_range, ranges_of
from data_access.triggers import rows_of_before, triggers_disabled
from tests.data_access.one_row_each import ROWS, insert_statement
from tests.factories import AFTERNOON, MORNING, OPENED_ON, add_capacity, add_centre, add_day, add_hours, add_week

MONDAY = date(2017, 5, 29)
MISTYPED = (
    "UPDATE agreement SET signed_on = '0217-05-29'",
    "UPDATE attendance_week SET week_start = '0217-05-26'",
    "UPDATE centre SET latitude = 2.87, longitude = 45.11",
    "UPDATE centre SET opened_on = '0210-01-04'",
    "UPDATE centre_capacity SET valid_from = '0017-01-01'",
    "UPDATE centre_cost SET year = 217",
    "UPDATE centre_cost SET cost_eur = 54172000000",
    "UPDATE closure SET starts_on = '0217-05-29'",
    "UPDATE course SET duration_hours = 7000",
    "UPDATE event SET starts_at = '0217-05-30 07:00:00'",
    "UPDATE event SET attendance = 2017053",
    "UPDATE former_opening SET opened_on = '0208-01-01'",
    "UPDATE information_meeting SET attendees = 2017",
    "UPDATE member_service SET starts_on = '0217-05-29'",
    "UPDATE pass_membership SET joined_on = '0217-05-29'",
    "UPDATE placement SET informed_on = '0217-05-29'",
    "UPDATE placement SET informed_on = '2917-05-29'",
    "UPDATE published_figure SET year_from = 201",
    "UPDATE visit SET started_at = '0217-05-29 08:00:00'",
    "UPDATE welcome_household SET holders = 2017, people = 2017",
    "UPDATE welcome_session SET number = 2026",
    "UPDATE welcome_session SET starts_on = '0217-05-29'",
)


def counts_something(column: sa.Column[Any]) -> bool:
    """Whether a column holds a day, an instant, a number or a coordinate, which must have a range; no key, no version."""
    if isinstance(column.type, ClockTime) or column.primary_key or column.foreign_keys or column.name == "version":
        return False
    return isinstance(column.type, Day | Instant | Number) or type(column.type) is sa.Integer


def test_every_date_number_and_coordinate_has_a_range() -> None:
    """What a program may write and people read; what the application writes of itself, and the calendar, apart."""
    ranged = [table for table in FACT_TABLES if ranges_of(table)]
    without = {
        f"{column.table.name}.{column.name}"
        for table in ranged
        for column in table.c
        if counts_something(column) and plausible_range(column) is None
    }
    assert not without
    assert {table.name for table in FACT_TABLES} - {table.name for table in ranged} == {
        "account", "account_centre", "audit_entry", "calendar_day", "dataset", "import_batch", "presentation", "reminder",
    }  # fmt: skip


@pytest.fixture(scope="module")
def of_everything() -> list[str]:
    return [insert_statement(table) for table in ROWS]


@pytest.mark.parametrize("statement", MISTYPED)
def test_a_value_that_cannot_be_is_refused_whoever_writes(
    connection: sa.Connection, of_everything: list[str], statement: str
) -> None:
    """By plain SQL, as other programs do."""
    connection.exec_driver_sql("DELETE FROM dataset")
    for row in of_everything:
        connection.exec_driver_sql(row)

    with pytest.raises(sa.exc.IntegrityError, match=r"rule: \w+_range|ck_\w+_year"):
        connection.exec_driver_sql(statement)


def test_years_typed_with_a_zero_are_refused(connection: sa.Connection) -> None:
    """0216 for 2016, as forms and spreadsheets of other programs let pass."""
    with pytest.raises(sa.exc.IntegrityError, match="rule: placement_hired_on_range"):
        connection.exec_driver_sql(
            "INSERT INTO placement (aim, candidate_ref, stage, contract_kind, hired_on)"
            " VALUES (1, 'TYPO-1', 'hired', 'permanent', '0216-03-01')"
        )


@contextmanager
def of_before(connection: sa.Connection) -> Iterator[None]:
    """What was written while there was no rule."""
    with triggers_disabled(connection):
        yield


def test_a_row_of_before_is_told_stays_and_can_be_corrected(connection: sa.Connection) -> None:
    """What it says beside changes freely; the date itself only for one that can be."""
    with of_before(connection):
        connection.exec_driver_sql(
            "INSERT INTO placement (id, aim, candidate_ref, stage, contract_kind, hired_on)"
            " VALUES (7, 1, 'TYPO-1', 'hired', 'permanent', '0216-03-01')"
        )

    assert [(table.name, column, row.id) for table, column, row in rows_of_before(connection)] == [
        ("placement", "hired_on", 7)
    ]

    connection.execute(sa.update(placement).values(employer="Mairie"))
    with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
        connection.execute(sa.update(placement).values(hired_on=date(217, 3, 1)))
    connection.execute(sa.update(placement).values(hired_on=date(2016, 3, 1)))

    assert rows_of_before(connection) == []


def test_a_morning_ends_before_its_afternoon_begins(connection: sa.Connection) -> None:
    """Else a half-day would be worth hours that nobody was there; another day and another time of validity do not count."""
    centre_id = add_centre(connection, weekdays=())
    add_hours(connection, centre_id, 2, ("pm", AFTERNOON[1], AFTERNOON[2]))
    add_hours(connection, centre_id, 1, ("am", MORNING[1], AFTERNOON[2]))
    add_hours(
        connection, centre_id, 2, ("am", MORNING[1], AFTERNOON[2]), date(2008, 1, 1), OPENED_ON - timedelta(days=1)
    )

    with pytest.raises(sa.exc.IntegrityError, match="rule: hours_overlap"):
        add_hours(connection, centre_id, 2, ("am", MORNING[1], AFTERNOON[2]))


@pytest.mark.parametrize(
    ("day", "most"), [(0, 2), (1, 4), (2, 4)], ids=["mornings only", "the whole day", "no hours that weekday"]
)
def test_a_day_holds_its_seats_times_the_half_days_open(connection: sa.Connection, day: int, most: int) -> None:
    """Two seats; where nothing is offered whoever came all the same is no rate, and had two half-days at most."""
    centre_id = add_centre(connection, seats_office=None, weekdays=(2,))
    add_capacity(connection, centre_id, "office", 2)
    add_hours(connection, centre_id, 1, MORNING)
    week_id = add_week(connection, centre_id, MONDAY)

    with pytest.raises(sa.exc.IntegrityError, match="rule: capacity_exceeded"), connection.begin_nested():
        add_day(connection, week_id, MONDAY + timedelta(days=day), most + 1)
    add_day(connection, week_id, MONDAY + timedelta(days=day), most)


def test_what_was_entered_before_its_rule_is_told(connection: sa.Connection) -> None:
    """More half-days than were open, and hours that overlap."""
    centre_id = add_centre(connection, weekdays=())
    add_hours(connection, centre_id, 1, MORNING)
    week_id = add_week(connection, centre_id, MONDAY)
    with of_before(connection):
        add_day(connection, week_id, MONDAY, 4)
        add_hours(connection, centre_id, 1, ("pm", MORNING[1], AFTERNOON[2]), OPENED_ON)

    rules = [rule for _table, rule, _row in rows_of_before(connection)]

    assert sorted(set(rules)) == ["hours_overlap"]
    connection.execute(sa.text("DELETE FROM opening_hours WHERE half_day = 'pm'"))
    assert [rule for _table, rule, _row in rows_of_before(connection)] == ["capacity_exceeded"]


def test_a_place_whose_dates_were_mistyped_is_no_place_that_fails(connection: sa.Connection) -> None:
    """The rules name what the row says, and look at no other column."""
    with of_before(connection):
        centre_id = add_centre(connection, opened_on=date(210, 1, 4))

    connection.execute(sa.update(centre).where(centre.c.id == centre_id).values(phone="04 71 46 20 26"))
    connection.execute(sa.update(centre).where(centre.c.id == centre_id).values(opened_on=OPENED_ON))

    assert rows_of_before(connection) == []
