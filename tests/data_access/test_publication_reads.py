"""What may be given away of a place: its own numbers and addresses, never somebody's."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
import sqlalchemy as sa

from data_access.reads.publication import census_counts, published_hours, published_places
from data_access.schema import agreement, audit_entry, centre, person
from tests.data_access.one_row_each import insert_statement

DAY = date(2017, 5, 30)


@pytest.fixture
def place(connection: sa.Connection) -> sa.Connection:
    """One open centre, « C », with a telephone number and an address."""
    connection.exec_driver_sql(insert_statement("centre"))
    opened = {
        "status": "open",
        "opened_on": date(2010, 1, 1),
        "phone": "04 71 00 00 01",
        "email": "accueil@example.org",
    }
    connection.execute(sa.update(centre).values(**opened))
    return connection


def somebody(connection: sa.Connection, **known: str) -> int:
    return int(
        connection.execute(
            sa.insert(person)
            .values(family_name="Roux", given_name="Lise", status="other", **known)
            .returning(person.c.id)
        ).scalar_one()
    )


def told(connection: sa.Connection) -> dict[str, object]:
    return published_places(connection, on=DAY).row(0, named=True)


def test_the_contacts_of_a_place_are_told(place: sa.Connection) -> None:
    assert (told(place)["phone"], told(place)["email"]) == ("04 71 00 00 01", "accueil@example.org")


def test_a_contact_that_is_also_somebodys_is_not_told(place: sa.Connection) -> None:
    somebody(place, phone="04.71.00.00.01", email="Accueil@example.org")

    assert (told(place)["phone"], told(place)["email"]) == (None, None)


def test_the_note_about_a_place_stays_in_the_house(place: sa.Connection) -> None:
    assert "note" not in told(place)


def test_a_place_is_dated_by_its_last_change(place: sa.Connection) -> None:
    assert told(place)["updated_on"] is None
    row_id = place.execute(sa.select(centre.c.id)).scalar_one()
    change = {"actor": "a@example.org", "action": "update", "table_name": "centre", "row_key": "C", "row_id": row_id}
    for day in (2, 9):
        place.execute(sa.insert(audit_entry).values(at=datetime(2017, 5, day, 9, tzinfo=UTC), **change))

    assert told(place)["updated_on"] == date(2017, 5, 9)


def test_the_census_counts_each_person_of_a_place_once(place: sa.Connection) -> None:
    centre_id = place.execute(sa.select(centre.c.id)).scalar_one()
    lise = somebody(place)
    for signed_on, ended_on in (
        (date(2016, 1, 4), date(2016, 2, 1)),
        (date(2016, 3, 1), None),
        (date(2017, 1, 1), None),
    ):
        values = {"seat_kind": "office", "formula": "day", "signed_on": signed_on, "ended_on": ended_on}
        reason = {"exit_reason": "moved"} if ended_on else {}
        place.execute(sa.insert(agreement).values(centre_id=centre_id, person_id=lise, **values, **reason))

    assert census_counts(place, year=2016)["users"].to_list() == [1]
    assert census_counts(place, year=2015)["users"].to_list() == [0]
    assert census_counts(place, year=2009).is_empty()


def test_no_hours_are_told_of_a_place_that_has_none(place: sa.Connection) -> None:
    hours = published_hours(place, on=DAY)

    assert hours.is_empty()
    assert hours.schema["opens_at"] == pl.Time
