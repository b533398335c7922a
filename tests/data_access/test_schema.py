"""The tables refuse, on both engines alike, what no figure could be made of, whoever writes: plain SQL here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from data_access.schema import (
    FACT_TABLES,
    attendance_day,
    attendance_week,
    centre,
    metadata,
    opening_hours,
    visit,
)
from tests.factories import add_centre, add_day, add_week

MONDAY = date(2017, 5, 29)


@dataclass(frozen=True)
class Write:
    """One statement that breaks one rule of the database."""

    rule: str
    statement: str

    def __str__(self) -> str:
        return self.rule


CENTRE = "INSERT INTO centre (code, name, kind, status, insee_code{columns}) VALUES ({values})"
PLAIN = "'MURAT', 'La COcotte numérique', 'telecentre', 'planned', '15138'"


def a_centre(column: str, value: str) -> str:
    """A row of `centre` that is right but for one value."""
    return CENTRE.format(columns=f", {column}", values=f"{PLAIN}, {value}")


REFUSED = (
    Write("letters are no number", "UPDATE centre_capacity SET seats = 'abc'"),
    Write("a decimal comma is no number", "UPDATE centre_cost SET cost_eur = '12,5'"),
    Write("a decimal comma is no whole number", "UPDATE attendance_day SET half_days = '12,5'"),
    Write("a number is not below zero", "UPDATE attendance_day SET half_days = -1"),
    Write("a latitude lies on the globe", "UPDATE centre SET latitude = 244.9"),
    Write("a page to book is an address", "UPDATE centre SET booking_page = 'javascript:alert(1)'"),
    Write("a day has a month that exists", "UPDATE centre SET opened_on = '2017-13-01'"),
    Write("a day exists in its month", "UPDATE centre SET opened_on = '2017-02-29'"),
    Write("a day is no text", "UPDATE centre SET opened_on = 'hier'"),
    Write("an empty text is no day", "UPDATE centre SET opened_on = ''"),
    Write("a day has no year 10000", "UPDATE centre SET closed_on = '10000-01-01'"),
    Write("an instant is no text", "UPDATE attendance_week SET entered_at = 'ce matin'"),
    Write("an instant has a day that exists", "UPDATE attendance_week SET entered_at = '2017-02-29 08:00:00'"),
    Write("an hour exists", "UPDATE opening_hours SET closes_at = '25:00'"),
    Write("midnight is the hour 0", "UPDATE opening_hours SET closes_at = '24:00'"),
    Write("a flag is yes or no", "UPDATE attendance_day SET closed = 'peut-être'"),
    Write("an empty text is no text", "UPDATE centre SET note = ''"),
    Write("a name is not longer than its column", f"UPDATE centre SET name = '{'a' * 300}'"),
    Write("a seat kind is known", "UPDATE centre_capacity SET seat_kind = 'sofa'"),
    Write("a status is known", "UPDATE attendance_week SET status = 'done'"),
    Write("a centre has a name", "UPDATE centre SET name = NULL"),
    Write("two centres have two codes", CENTRE.format(columns="", values=PLAIN.replace("MURAT", "AURILLAC"))),
    Write("an open centre has an opening date", "UPDATE centre SET opened_on = NULL"),
    Write("a closed centre has a closing date", "UPDATE centre SET status = 'closed'"),
    Write("a centre closes after it opens", "UPDATE centre SET closed_on = '2010-01-03'"),
    Write("a week starts on a Monday", "UPDATE attendance_week SET week_start = '2017-05-30'"),
    Write("one sheet a centre and week", "INSERT INTO attendance_week (centre_id, week_start, status)"
          " SELECT centre_id, week_start, 'draft' FROM attendance_week"),
    Write("one row a day and seat kind", "INSERT INTO attendance_day (attendance_week_id, day, seat_kind, half_days)"
          " SELECT attendance_week_id, day, seat_kind, 0 FROM attendance_day"),
    Write("a day marked closed holds nobody", "UPDATE attendance_day SET closed = (1 = 1)"),
    Write("closing comes after opening", "UPDATE opening_hours SET closes_at = '08:00'"),
    Write("a weekday is one of seven", "UPDATE opening_hours SET weekday = 8"),
    Write("a sheet is that of a centre that exists", "UPDATE attendance_week SET centre_id = 99999"),
    Write("a sheet's centre is not removed", "DELETE FROM centre"),
    Write("capacity is that of a centre that exists", "UPDATE centre_capacity SET centre_id = 99999"),
    Write("a person is named", "INSERT INTO person (status) VALUES ('independent')"),
    Write("a closure has a reason", "INSERT INTO closure (starts_on, ends_on) VALUES ('2017-05-29', '2017-05-29')"),
    Write("a closure ends after it starts", "INSERT INTO closure (starts_on, ends_on, reason)"
          " VALUES ('2017-05-29', '2017-05-28', 'Travaux')"),
    Write("a hired candidate has a hiring date", "INSERT INTO placement (aim, candidate_ref, stage, contract_kind)"
          " VALUES (1, 'C1', 'hired', 'permanent')"),
    Write("an aim is one of three", "INSERT INTO placement (aim, candidate_ref, stage) VALUES (4, 'C1', 'informed')"),
    Write("the data come from one place", "INSERT INTO dataset (id) VALUES (2)"),
    Write("a postcode has five digits", a_centre("postcode", "'1530'")),
)  # fmt: skip


@pytest.fixture
def network(connection: sa.Connection) -> sa.Connection:
    """One centre with a sheet of one day."""
    week_id = add_week(connection, add_centre(connection), MONDAY)
    add_day(connection, week_id, MONDAY, 3)
    connection.exec_driver_sql(
        "INSERT INTO centre_cost (centre_id, year, cost_eur, source)"
        " SELECT id, 2017, 4000, 'Compte administratif' FROM centre"
    )
    return connection


@pytest.mark.parametrize("write", REFUSED, ids=str)
def test_a_write_that_breaks_a_rule_is_refused(network: sa.Connection, write: Write) -> None:
    """The same on both engines, for any program."""
    with pytest.raises(sa.exc.DBAPIError):
        network.exec_driver_sql(write.statement)


def test_a_number_with_decimals_never_enters_a_whole_number(network: sa.Connection) -> None:
    """SQLite refuses it; PostgreSQL rounds what SQL gives it, so a whole number is what is stored."""
    statement = "UPDATE attendance_day SET half_days = 2.7"
    if network.dialect.name == "sqlite":
        with pytest.raises(sa.exc.IntegrityError):
            network.exec_driver_sql(statement)
    else:
        network.exec_driver_sql(statement)

        assert network.exec_driver_sql("SELECT half_days FROM attendance_day").scalar_one() == 3


@pytest.mark.parametrize("day", ["infinity", "0001-01-01 BC", "0000-01-01", "10000-01-01"])
def test_a_day_that_no_program_could_read_is_refused(network: sa.Connection, day: str) -> None:
    """PostgreSQL and SQLite know days that Python does not: one of them would break every reading."""
    with pytest.raises(sa.exc.DBAPIError):
        network.exec_driver_sql(f"UPDATE centre_capacity SET valid_from = '{day}', valid_to = NULL")


def test_a_datetime_without_a_zone_is_refused(network: sa.Connection) -> None:
    """Nobody could tell which hour it was."""
    with pytest.raises(sa.exc.StatementError, match="an instant needs a time zone"):
        network.execute(sa.update(attendance_week).values(entered_at=datetime(2017, 5, 29)))


def test_an_instant_is_given_back_in_utc_to_the_second(network: sa.Connection) -> None:
    """Whatever the zone it was said in."""
    said = datetime(2017, 5, 29, 9, 30, 15, 999_999, tzinfo=ZoneInfo("Europe/Paris"))

    network.execute(sa.update(attendance_week).values(entered_at=said))
    stored = network.execute(sa.select(attendance_week.c.entered_at)).scalar_one()

    assert stored == datetime(2017, 5, 29, 7, 30, 15, tzinfo=UTC)
    assert stored.tzinfo is UTC


def test_an_instant_is_no_day(network: sa.Connection) -> None:
    """A day has no hour to lose."""
    with pytest.raises(sa.exc.StatementError, match="a day is expected"):
        network.execute(sa.update(centre).values(opened_on=datetime(2017, 5, 29, tzinfo=UTC)))


def test_days_hours_and_flags_are_given_back_as_such(network: sa.Connection) -> None:
    """SQLite keeps text and numbers; no program above it sees any."""
    assert network.execute(sa.select(attendance_day.c.day, attendance_day.c.closed)).one() == (MONDAY, False)
    assert network.execute(sa.select(sa.func.min(opening_hours.c.opens_at))).scalar_one() == time(9)


def test_the_longest_text_that_fits_is_taken(network: sa.Connection) -> None:
    """The limit itself is allowed, with letters that take two bytes."""
    network.exec_driver_sql(f"UPDATE centre SET name = '{'é' * 160}'")

    assert network.execute(sa.select(centre.c.name)).scalar_one() == "é" * 160


def test_removing_a_person_keeps_the_visits_nameless(network: sa.Connection) -> None:
    """Somebody's stay still counts once nobody may know whose it was."""
    network.exec_driver_sql("INSERT INTO person (family_name, status) VALUES ('Delmas', 'independent')")
    network.exec_driver_sql(
        "INSERT INTO visit (centre_id, seat_kind, person_id, started_at, source)"
        " SELECT c.id, 'office', p.id, '2017-05-29 08:00:00', 'desk' FROM centre c CROSS JOIN person p"
    )
    network.exec_driver_sql("DELETE FROM person")

    assert network.execute(sa.select(visit.c.person_id)).all() == [(None,)]


def test_removing_a_sheet_removes_its_days(network: sa.Connection) -> None:
    """Days of no sheet would be counted by nobody."""
    network.exec_driver_sql("DELETE FROM attendance_week")

    assert network.exec_driver_sql("SELECT count(*) FROM attendance_day").scalar_one() == 0


def test_a_centre_without_a_sheet_goes_with_what_it_offers(connection: sa.Connection) -> None:
    """A centre entered by mistake can be removed."""
    add_centre(connection)
    connection.exec_driver_sql("DELETE FROM centre")

    assert connection.exec_driver_sql("SELECT count(*) FROM centre_capacity").scalar_one() == 0
    assert connection.exec_driver_sql("SELECT count(*) FROM opening_hours").scalar_one() == 0


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_a_table_says_what_one_row_is(table: sa.Table) -> None:
    """Other programs read these comments in PostgreSQL."""
    assert table.comment


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_rule_has_a_name(table: sa.Table) -> None:
    """A refusal names its rule, which a sentence is then found for."""
    for constraint in table.constraints:
        assert constraint.name, constraint


@pytest.mark.parametrize("table", FACT_TABLES, ids=lambda table: table.name)
def test_a_coded_column_says_what_its_codes_mean(table: sa.Table) -> None:
    """A code without its meaning is a guess."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint) and " IN ('" in str(constraint.sqltext):
            column = str(constraint.sqltext).split(" IN ")[0]
            assert table.c[column].comment


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_every_foreign_key_that_is_searched_has_an_index(table: sa.Table) -> None:
    """Deleting or joining a person or a sheet must not read a whole large table."""
    large = {"attendance_day", "visit", "agreement", "pass_membership", "attendance_week"}
    if table.name not in large:
        return
    first_columns = {index.columns[0].name for index in table.indexes} | {
        next(iter(constraint.columns)).name
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
    }
    assert {key.parent.name for key in table.foreign_keys} <= first_columns
