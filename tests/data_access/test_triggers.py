"""Rules that look at other rows, and the marks every write leaves, whoever writes."""

import threading
import time
from datetime import date, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.metadata import data_version
from data_access.schema import FACT_TABLES, attendance_day, attendance_week, centre_capacity, stale_mark
from data_access.triggers import suspended
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

MONDAY = date(2017, 5, 29)
SUNDAY = MONDAY + timedelta(days=6)
DAY = timedelta(days=1)
MID_WEEK = MONDAY + 2 * DAY

# One row of every table a program may write, in the order of their dependencies.
ROWS: Final[dict[str, dict[str, Any]]] = {
    "account": {"id": 1, "email": "a@example.org", "display_name": "Anne", "role": "viewer", "active": True},
    "audit_entry": {"id": 1, "at": "2017-05-29 08:00:00", "actor": "a", "action": "b", "table_name": "c", "row_key": "d"},
    "calendar_day": {"day": "1999-12-31", "weekday": 5, "week_start": "1999-12-27", "month_start": "1999-12-01"},
    "centre": {"id": 1, "code": "C", "name": "C", "kind": "telecentre", "status": "planned", "insee_code": "15014"},
    "commune": {
        "insee_code": "15014", "name": "Aurillac", "population": 25000, "epci_siren": "241500230",
        "epci_name": "CABA", "longitude": 2.4, "latitude": 44.9,
    },
    "dataset": {"id": 1, "demonstration": True},
    "information_meeting": {"id": 1, "held_on": "2017-05-29", "place": "Aurillac"},
    "person": {"id": 1, "family_name": "Delmas", "status": "independent"},
    "published_figure": {
        "id": 1, "indicator": "seats", "label": "Positions", "year_from": 2013, "year_to": 2013, "value": 58,
        "unit": "seat", "precision": "exact", "source": "Dossier",
    },
    "welcome_session": {"id": 1, "number": 1},
    "account_centre": {"account_id": 1, "centre_id": 1},
    "agreement": {
        "id": 1, "centre_id": 1, "person_id": 1, "seat_kind": "office", "formula": "day", "signed_on": "2017-05-29",
    },
    "attendance_week": {"id": 1, "centre_id": 1, "week_start": "2017-05-29", "status": "complete"},
    "centre_capacity": {"id": 1, "centre_id": 1, "seat_kind": "office", "seats": 2, "valid_from": "2017-01-01"},
    "centre_cost": {"id": 1, "centre_id": 1, "year": 2017, "cost_eur": 4000, "source": "Compte administratif"},
    "closure": {"id": 1, "starts_on": "2017-05-29", "ends_on": "2017-05-29", "reason": "Travaux"},
    "course": {"id": 1, "code": "X", "title": "X", "active": True},
    "member_service": {"id": 1, "person_id": 1, "service": "mail", "starts_on": "2017-05-29"},
    "opening_hours": {
        "id": 1, "centre_id": 1, "weekday": 1, "half_day": "am", "opens_at": "09:00", "closes_at": "12:00",
        "valid_from": "2017-01-01",
    },
    "pass_membership": {
        "id": 1, "person_id": 1, "member_number": "1", "joined_on": "2017-05-29", "free_until": "2017-11-29",
    },
    "placement": {"id": 1, "aim": 1, "candidate_ref": "C1", "stage": "informed"},
    "price": {"id": 1, "period": "2017", "formula": "day"},
    "reminder": {
        "id": 1, "centre_id": 1, "week_start": "2017-05-29", "sent_at": "2017-06-06 08:00:00", "recipient": "a",
        "channel": "email",
    },
    "visit": {"id": 1, "centre_id": 1, "seat_kind": "office", "started_at": "2017-05-29 08:00:00", "source": "desk"},
    "welcome_household": {
        "id": 1, "welcome_session_id": 1, "project_kind": "telework", "holders": 1, "people": 2, "outcome": "pending",
    },
    "attendance_day": {"id": 1, "attendance_week_id": 1, "day": "2017-05-29", "seat_kind": "office", "half_days": 1},
    "event": {"id": 1, "kind": "open_day", "title": "X", "starts_at": "2017-05-30 07:00:00"},
    "support": {"id": 1, "person_id": 1, "kind": "housing", "opened_on": "2017-05-29"},
    "welcome_attendance": {"id": 1, "welcome_household_id": 1, "day": "2017-05-29", "people_present": 2},
}  # fmt: skip


def write(connection: sa.Connection, statement: str) -> bool:
    """Runs one statement, and tells whether the data version grew."""
    before = data_version(connection)
    connection.exec_driver_sql(statement)
    return data_version(connection) > before


def literal(value: object) -> str:
    """A value as any SQL program would write it."""
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


@pytest.mark.parametrize("table", FACT_TABLES, ids=lambda table: table.name)
def test_any_write_makes_the_data_version_grow(connection: sa.Connection, table: sa.Table) -> None:
    """Inserted, changed or removed, by plain SQL: every session notices."""
    connection.exec_driver_sql("DELETE FROM dataset")
    grew = {}
    for name, row in ROWS.items():
        values = ", ".join(literal(value) for value in row.values())
        grew[name] = write(connection, f"INSERT INTO {name} ({', '.join(row)}) VALUES ({values})")
    row = ROWS[table.name]
    key = " AND ".join(f"{column.name} = {literal(row[column.name])}" for column in table.primary_key)
    first = next(iter(table.primary_key)).name

    assert grew[table.name]
    assert write(connection, f"UPDATE {table.name} SET {first} = {first} WHERE {key}")
    for name in list(ROWS)[::-1]:
        if name == table.name:
            break
        if name != "calendar_day":
            connection.exec_driver_sql(f"DELETE FROM {name}")
    assert write(connection, f"DELETE FROM {table.name} WHERE {key}")


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
    with suspended(connection):
        week_id = add_week(connection, add_centre(connection), MONDAY)

    assert data_version(connection) == before + 1
    with pytest.raises(sa.exc.IntegrityError, match="rule: capacity_exceeded"):
        add_day(connection, week_id, MONDAY, 5)


@on_postgresql
def test_of_two_writers_at_once_the_second_meets_the_rule(engine: sa.Engine) -> None:
    """It waits for the first one's seats to be known, then is refused."""
    with writing(engine) as connection:
        centre_id = add_centre(connection, seats_office=None)
    refused: list[str] = []

    def write_second() -> None:
        try:
            with writing(engine) as connection:
                add_capacity(connection, centre_id, "office", 3, date(2012, 1, 1))
        except sa.exc.IntegrityError as error:
            refused.append(str(error.orig))

    second = threading.Thread(target=write_second)
    with writing(engine) as connection:
        add_capacity(connection, centre_id, "office", 2, date(2010, 1, 4))
        second.start()
        wait_until_somebody_waits(engine)
    second.join(10)

    assert len(refused) == 1
    assert "rule: capacity_overlaps" in refused[0]


@on_postgresql
def test_a_capacity_and_a_sheet_written_at_once_do_not_block_each_other(engine: sa.Engine) -> None:
    """Each holds what the other needs next, unless the rule locks the centre no more than it must."""
    with writing(engine) as connection:
        centre_id = add_centre(connection, seats_office=None)
    failures: list[Exception] = []

    def write_capacity() -> None:
        try:
            with writing(engine) as connection:
                add_capacity(connection, centre_id, "office", 2)
        except sa.exc.DBAPIError as error:
            failures.append(error)

    other = threading.Thread(target=write_capacity)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE person SET version = version + 1")
        other.start()
        wait_until_somebody_waits(engine)
        add_week(connection, centre_id, MONDAY)
    other.join(10)

    assert failures == []


def test_every_table_has_a_row_here() -> None:
    """A table added is a table whose writes are noticed."""
    assert set(ROWS) == {table.name for table in FACT_TABLES}


def wait_until_somebody_waits(engine: sa.Engine) -> None:
    """Returns once another session waits for a lock in this database."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(500):
        with engine.connect() as connection:
            if connection.exec_driver_sql(question).scalar_one():
                return
        time.sleep(0.01)
    raise TimeoutError("nobody waits")
