"""Two programs that write at once on PostgreSQL: the rules hold, and neither blocks the other."""

import threading
import time
from datetime import date

import sqlalchemy as sa

from data_access.engine import writing
from tests.databases import on_postgresql
from tests.factories import add_capacity, add_centre, add_week

MONDAY = date(2017, 5, 29)


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


def wait_until_somebody_waits(engine: sa.Engine) -> None:
    """Returns once another session waits for a lock in this database."""
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(500):
        with engine.connect() as connection:
            if connection.exec_driver_sql(question).scalar_one():
                return
        time.sleep(0.01)
    raise TimeoutError("nobody waits")
