"""The data version grows with every write, stale marks say what to recompute, and rows that cannot be are refused."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from data_access.engine import data_version, data_versions, writing
from data_access.schema import DOMAINS, FACT_TABLES, attendance_day, attendance_week, centre_capacity, stale_mark
from data_access.triggers import STALE_SOURCES, triggers_disabled
from tests.data_access.one_row_each import ROWS, condition, insert_statement
from tests.databases import on_postgresql, on_sqlite
from tests.factories import (
    AFTERNOON,
    MORNING,
    OPENED_ON,
    add_capacity,
    add_centre,
    add_closure,
    add_day,
    add_hours,
    add_week,
)

# The marks every write leaves, whoever writes: the data version, and the days whose figures are stale.

MONDAY = date(2017, 5, 29)


def write(connection: sa.Connection, statement: str) -> set[str]:
    """Runs one statement, and tells which data versions grew."""
    before = data_versions(connection)
    connection.exec_driver_sql(statement)
    after = data_versions(connection)
    return {domain for domain in before if after[domain] > before[domain]}


def insert_every_row(connection: sa.Connection) -> dict[str, set[str]]:
    """Fills every table, and tells for each which data versions grew."""
    connection.exec_driver_sql("DELETE FROM dataset")
    return {table: write(connection, insert_statement(table)) for table in ROWS}


def delete_dependents(connection: sa.Connection, table: str) -> None:
    """Empties the tables that may refer to this one."""
    for name in list(ROWS)[: list(ROWS).index(table) : -1]:
        connection.exec_driver_sql(f"DELETE FROM {name} WHERE {condition(name, list(ROWS[name])[:2])}")


@pytest.mark.parametrize("table", FACT_TABLES, ids=lambda table: table.name)
def test_any_write_makes_the_data_version_and_that_of_its_domain_grow(
    connection: sa.Connection, table: sa.Table
) -> None:
    """Inserted, changed or removed, by plain SQL: every session notices, and who read of other domains knows it."""
    grown = {"n", *(domain for domain, tables in DOMAINS.items() if table.name in tables)}
    grew = insert_every_row(connection)
    key = [column.name for column in table.primary_key]
    found = condition(table.name, key)

    assert len(grown) == 2
    assert grew[table.name] >= grown
    assert write(connection, f"UPDATE {table.name} SET {key[0]} = {key[0]} WHERE {found}") == grown

    delete_dependents(connection, table.name)

    # What belongs to a row goes with it.
    assert write(connection, f"DELETE FROM {table.name} WHERE {found}") >= grown


@pytest.mark.parametrize("table", [source.table for source in STALE_SOURCES])
def test_any_write_that_moves_a_figure_marks_it_stale(connection: sa.Connection, table: str) -> None:
    """Inserted, changed or removed: the next reading counts anew. (With a centre go its figures.)"""
    insert_every_row(connection)
    key = next(iter(ROWS[table]))
    found = condition(table, [key])

    assert marks(connection) > 0
    assert marks(connection, f"UPDATE {table} SET {key} = {key} WHERE {found}") > 0
    if table != "centre":
        delete_dependents(connection, table)
        assert marks(connection, f"DELETE FROM {table} WHERE {found}") > 0
        assert marks(connection, insert_statement(table)) > 0


def marks(connection: sa.Connection, statement: str | None = None) -> int:
    """How many days are marked stale, by that statement alone if one is given."""
    if statement:
        connection.execute(sa.delete(stale_mark))
        connection.exec_driver_sql(statement)
    return int(connection.execute(sa.select(sa.func.count()).select_from(stale_mark)).scalar_one())


def test_a_write_undone_leaves_the_data_version_as_it_was(engine: sa.Engine) -> None:
    """Nothing was written, so there is nothing to notice."""
    with engine.connect() as connection:
        before = data_version(connection)
    with engine.connect().execution_options(immediate=True) as connection, connection.begin() as transaction:
        add_centre(connection)
        transaction.rollback()
    with engine.connect() as connection:
        assert data_version(connection) == before


@on_postgresql
def test_emptying_a_table_is_a_write(engine: sa.Engine) -> None:
    """TRUNCATE is no DELETE for PostgreSQL; it is one for the figures."""
    with writing(engine) as connection:
        centre_id = add_centre(connection)
        add_week(connection, centre_id, MONDAY, office=(1,))
        connection.execute(sa.delete(stale_mark))
        before = data_version(connection)
        connection.exec_driver_sql("TRUNCATE attendance_day")

        assert data_version(connection) > before
        assert connection.execute(sa.select(stale_mark.c.centre_id)).scalars().all() == [centre_id]


@on_sqlite
@pytest.mark.parametrize(
    "replacement",
    [
        "REPLACE INTO centre_capacity (centre_id, seat_kind, seats, valid_from, valid_to)"
        " SELECT centre_id, seat_kind, seats, valid_from, '2010-12-31' FROM centre_capacity",
        "REPLACE INTO closure (id, centre_id, starts_on, ends_on, reason)"
        " SELECT id, centre_id, '2010-06-01', '2010-06-01', reason FROM closure",
    ],
    ids=["found by its natural key", "found by its identifier"],
)
def test_a_row_replaced_marks_the_days_it_had(engine: sa.Engine, replacement: str) -> None:
    """SQLite removes what REPLACE replaces without firing the triggers of a removal."""
    with writing(engine) as connection:
        centre_id = add_centre(connection)
        add_closure(connection, centre_id, MONDAY, MONDAY)
        connection.execute(sa.delete(stale_mark))
        connection.exec_driver_sql(replacement)
        marked = connection.execute(
            sa.select(sa.func.count())
            .select_from(stale_mark)
            .where(stale_mark.c.first_day <= MONDAY, sa.func.coalesce(stale_mark.c.last_day, MONDAY) >= MONDAY)
        ).scalar_one()

    assert marked > 0


def test_a_bulk_load_leaves_the_rules_in_place(connection: sa.Connection) -> None:
    """Suspended for the load, and back after it; the load counts as one write."""
    before = data_version(connection)
    with triggers_disabled(connection):
        week_id = add_week(connection, add_centre(connection), MONDAY)

    assert data_version(connection) == before + 1
    with pytest.raises(sa.exc.IntegrityError, match="rule: capacity_exceeded"):
        add_day(connection, week_id, MONDAY, 5)


def test_every_table_has_a_row_here() -> None:
    """A table added is a table whose writes are noticed."""
    assert set(ROWS) == {table.name for table in FACT_TABLES}


# The rules that look at other rows hold in the database itself, whoever writes.

SUNDAY = MONDAY + timedelta(days=6)
DAY = timedelta(days=1)
MID_WEEK = MONDAY + 2 * DAY


def test_capacities_of_one_kind_do_not_overlap(connection: sa.Connection) -> None:
    """Two numbers of seats the same day would count seats twice."""
    centre_id = add_centre(connection, seats_office=None)
    add_capacity(connection, centre_id, "office", 2, date(2012, 1, 1), date(2014, 12, 31))

    with pytest.raises(sa.exc.IntegrityError, match="rule: capacity_overlaps"):
        add_capacity(connection, centre_id, "office", 3, date(2014, 12, 31))


def test_a_capacity_changed_over_another_one_is_refused(connection: sa.Connection) -> None:
    """An update is a write like another."""
    centre_id = add_centre(connection, seats_office=None)
    add_capacity(connection, centre_id, "office", 2, date(2012, 1, 1), date(2014, 12, 31))
    add_capacity(connection, centre_id, "office", 3, date(2015, 1, 1))

    with pytest.raises(sa.exc.IntegrityError, match="rule: capacity_overlaps"):
        connection.execute(sa.update(centre_capacity).where(centre_capacity.c.seats == 2).values(valid_to=None))


def test_capacities_may_follow_each_other_and_differ_by_kind_and_centre(connection: sa.Connection) -> None:
    """The day after the last one is free again."""
    centre_id = add_centre(connection, seats_office=None)
    add_capacity(connection, centre_id, "office", 2, date(2012, 1, 1), date(2014, 12, 31))
    add_capacity(connection, centre_id, "office", 3, date(2015, 1, 1))
    add_capacity(connection, centre_id, "office", 1, date(2010, 1, 4), date(2011, 12, 31))
    add_capacity(connection, centre_id, "open_space", 4, date(2012, 1, 1))
    add_centre(connection, "MURAT")

    assert connection.execute(sa.select(sa.func.count()).select_from(centre_capacity)).scalar_one() == 5


def test_opening_hours_of_one_half_day_do_not_overlap(connection: sa.Connection) -> None:
    """A morning cannot open twice."""
    centre_id = add_centre(connection, weekdays=())
    add_hours(connection, centre_id, 1, MORNING, OPENED_ON, date(2014, 12, 31))
    add_hours(connection, centre_id, 1, AFTERNOON)
    add_hours(connection, centre_id, 2, MORNING)
    add_hours(connection, centre_id, 1, MORNING, date(2015, 1, 1))

    with pytest.raises(sa.exc.IntegrityError, match="rule: opening_hours_overlap"):
        add_hours(connection, centre_id, 1, AFTERNOON, date(2016, 1, 1), date(2016, 1, 1))


@pytest.mark.parametrize("day", [MONDAY - DAY, SUNDAY + DAY], ids=["the Sunday before", "the Monday after"])
def test_a_day_outside_its_week_is_refused(connection: sa.Connection, day: date) -> None:
    """It would be counted in a week nobody entered."""
    week_id = add_week(connection, add_centre(connection), MONDAY)

    with pytest.raises(sa.exc.IntegrityError, match="rule: day_outside_week"):
        add_day(connection, week_id, day, 1)


def test_a_week_holds_its_monday_and_its_sunday(connection: sa.Connection) -> None:
    """Both ends belong to the week."""
    week_id = add_week(connection, add_centre(connection), MONDAY)
    add_day(connection, week_id, MONDAY, 1)
    add_day(connection, week_id, SUNDAY, 1)

    assert connection.execute(sa.select(sa.func.count()).select_from(attendance_day)).scalar_one() == 2


def test_a_week_does_not_move_away_from_its_days(connection: sa.Connection) -> None:
    """Its days would then lie outside it; an empty sheet may move."""
    centre_id = add_centre(connection)
    filled = add_week(connection, centre_id, MONDAY, office=(1,))
    empty = add_week(connection, centre_id, MONDAY + 7 * DAY)
    later = sa.update(attendance_week).values(week_start=MONDAY + 14 * DAY)

    connection.execute(later.where(attendance_week.c.id == empty))

    with pytest.raises(sa.exc.IntegrityError, match="rule: day_outside_week"):
        connection.execute(later.values(week_start=MONDAY + 21 * DAY).where(attendance_week.c.id == filled))


def test_a_day_holds_at_most_two_half_days_a_seat(connection: sa.Connection) -> None:
    """One person in the morning and one in the afternoon."""
    week_id = add_week(connection, add_centre(connection, seats_office=2), MONDAY)
    add_day(connection, week_id, MONDAY, 4)

    with pytest.raises(sa.exc.IntegrityError, match="rule: capacity_exceeded"):
        add_day(connection, week_id, MONDAY + DAY, 5)


def test_a_correction_holds_at_most_two_half_days_a_seat(connection: sa.Connection) -> None:
    """An update is a write like another."""
    add_week(connection, add_centre(connection, seats_office=2), MONDAY, office=(4,))

    with pytest.raises(sa.exc.IntegrityError, match="rule: capacity_exceeded"):
        connection.execute(sa.update(attendance_day).values(half_days=5))


def test_the_seats_are_those_of_the_day_and_the_kind(connection: sa.Connection) -> None:
    """A desk added on Wednesday holds nobody on Tuesday, and an office none of the open space."""
    centre_id = add_centre(connection, seats_office=None, seats_open_space=4)
    add_capacity(connection, centre_id, "office", 1, OPENED_ON, MID_WEEK - DAY)
    add_capacity(connection, centre_id, "office", 3, MID_WEEK)
    add_week(connection, centre_id, MONDAY, office=(2, 2, 6), open_space=(8,))

    with pytest.raises(sa.exc.IntegrityError, match="rule: capacity_exceeded"):
        connection.execute(sa.update(attendance_day).where(attendance_day.c.day == MID_WEEK - DAY).values(half_days=3))
