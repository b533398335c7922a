"""What may be given away of a place: its own numbers and addresses, never somebody's."""

from datetime import UTC, date, datetime, time

import polars as pl
import pytest
import sqlalchemy as sa

from data_access.reads.publication import census_counts, published_hours, published_places
from data_access.schema import agreement, audit_entry, centre, opening_hours, person
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
    """Nor one that stands among others."""
    somebody(place, phone="04.71.00.00.01", email="Accueil@example.org")
    place.execute(
        sa.update(centre).values(phone="06 00 00 00 00 / 04 71 00 00 01", email="a@b.fr, accueil@example.org")
    )

    assert (told(place)["phone"], told(place)["email"]) == (None, None)


def test_the_note_about_a_place_stays_in_the_house(place: sa.Connection) -> None:
    assert "note" not in told(place)


def test_a_place_is_dated_by_its_last_change(place: sa.Connection) -> None:
    assert told(place)["updated_on"] == date(2010, 1, 1), "the day it opened, where nothing was changed since"
    row_id = place.execute(sa.select(centre.c.id)).scalar_one()
    change = {"actor": "a@example.org", "action": "update", "row_key": "C", "row_id": row_id}
    for day, table in ((2, "centre"), (8, "opening_hours"), (12, "person")):
        place.execute(
            sa.insert(audit_entry).values(at=datetime(2017, 5, day, 23, tzinfo=UTC), table_name=table, **change)
        )

    assert told(place)["updated_on"] == date(2017, 5, 9), "the day in Paris"


def test_a_position_whose_coordinates_are_swapped_is_not_told(connection: sa.Connection) -> None:
    """Such a row is of before the database refused it: its trigger is taken away to have one."""
    connection.exec_driver_sql(insert_statement("centre"))
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql(f"DROP TRIGGER {'centre_update_range' if sqlite else 'centre_range ON centre'}")
    connection.execute(sa.update(centre).values(latitude=2.869, longitude=45.11, location_precision="address"))

    assert {told(connection)[name] for name in ("latitude", "longitude", "location_precision")} == {None}


def test_hours_that_begin_later_say_from_when(place: sa.Connection) -> None:
    """Hours of now hide those to come, and a place that has none yet has its first ones."""
    about = {"centre_id": place.execute(sa.select(centre.c.id)).scalar_one(), "half_day": "am"}
    week = {"opens_at": time(9), "closes_at": time(12), **about}
    for weekday, begins in ((1, date(2017, 7, 1)), (2, date(2017, 9, 1))):
        place.execute(sa.insert(opening_hours).values(weekday=weekday, valid_from=begins, **week))
    assert published_hours(place, on=DAY).select("weekday", "begins_on").rows() == [(1, date(2017, 7, 1))]

    place.execute(sa.insert(opening_hours).values(weekday=3, valid_from=date(2015, 1, 1), **week))
    assert published_hours(place, on=DAY).select("weekday", "begins_on").rows() == [(3, None)]


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
