"""The welcome sessions, each figure beside the same one worked out in plain Python from the rows."""

from datetime import date, timedelta
from typing import Any, Final

import pytest
import sqlalchemy as sa

from data_access.reads.programmes import welcome_days, welcome_households, welcome_sessions
from data_access.schema import centre, commune, welcome_attendance, welcome_household, welcome_session
from tests.demonstrations import demonstration
from tests.factories import add_centre

AS_OF: Final = date(2017, 5, 30)
FIRST_DAY: Final = date(2016, 10, 12)
Row = dict[str, Any]


def add_session(connection: sa.Connection, number: int, **columns: Any) -> int:
    """A session of which nothing is known but its number, unless told."""
    return _added(connection, welcome_session, number=number, **columns)


def add_household(connection: sa.Connection, session_id: int, **columns: Any) -> int:
    """A household of one holder who came alone and is still thinking, unless told."""
    values = {"project_kind": "telework", "holders": 1, "people": 1, "outcome": "pending", **columns}
    return _added(connection, welcome_household, welcome_session_id=session_id, **values)


def _added(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    key = connection.execute(sa.insert(table).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


@pytest.fixture
def sessions(connection: sa.Connection) -> sa.Connection:
    """A session with its totals, one with its households, one nobody described, and one to come."""
    murat = {"insee_code": "15138", "name": "Murat", "population": 1900, "latitude": 45.11, "longitude": 2.87}
    connection.execute(sa.insert(commune).values({**murat, "epci_siren": "200066637", "epci_name": "Hautes Terres"}))
    centre_id = add_centre(connection, "MURAT", insee_code="15138")
    add_session(connection, 20, starts_on=date(2014, 1, 1), project_holders=30)
    detailed = add_session(
        connection, 22, starts_on=FIRST_DAY, ends_on=FIRST_DAY + timedelta(days=2), place="Murat", project_holders=99
    )
    couple = add_household(connection, detailed, holders=2, people=4, visited_centre_id=centre_id, teleworker=True)
    settled = {"outcome": "settled", "settled_on": AS_OF, "settled_insee_code": "15138"}
    settler = add_household(connection, detailed, people=2, **settled)
    later = {"outcome": "settled", "settled_on": AS_OF + timedelta(days=1), "settled_insee_code": "15138"}
    add_household(connection, detailed, **later)
    add_household(connection, detailed, outcome="dropped")
    for household_id, present in ((couple, 3), (settler, 2)):
        day = {"welcome_household_id": household_id, "day": FIRST_DAY, "people_present": present}
        connection.execute(sa.insert(welcome_attendance).values(day))
    add_session(connection, 21)
    add_session(connection, 23, starts_on=date(2017, 10, 18), ends_on=date(2017, 10, 20), project_holders=20)
    return connection


def test_counts_come_from_households_once_they_reach_the_totals(sessions: sa.Connection) -> None:
    """No total falls because somebody began to enter details: the first of the households of 30 holders changes nothing."""
    begun = add_session(sessions, 24, project_holders=30, people=32)
    add_household(sessions, begun, people=2)
    expected = [
        (20, False, False, 30, None, None, 30),
        (21, False, False, None, None, None, None),
        (22, True, True, 99, None, 1, 5),
        (23, False, False, 20, None, None, 20),
        (24, True, True, 30, 32, 0, 1),
    ]

    found = welcome_sessions(sessions, as_of=AS_OF)

    columns = ("number", "detailed", "partial", "project_holders", "people", "settled_families", "followed_holders")
    assert list(found.select(columns).iter_rows()) == expected
    add_household(sessions, begun, holders=15, people=15)
    add_household(sessions, begun, holders=14, people=15)
    reached = welcome_sessions(sessions, as_of=AS_OF).select(columns).row(-1)
    assert reached == (24, True, False, 30, 32, 0, 30)


def test_a_session_is_held_once_begun_and_nobody_knows_it_of_one_without_a_date(sessions: sa.Connection) -> None:
    found = welcome_sessions(sessions, as_of=AS_OF)

    assert dict(found.select("number", "held").iter_rows()) == {20: True, 21: None, 22: True, 23: False}


@pytest.mark.parametrize(("as_of", "expected"), [(date(2017, 5, 29), 0), (AS_OF, 1), (date(2017, 5, 31), 2)])
def test_a_family_is_settled_from_the_day_it_settles(sessions: sa.Connection, as_of: date, expected: int) -> None:
    found = welcome_sessions(sessions, as_of=as_of)
    households = welcome_households(sessions, as_of=as_of)

    assert dict(found.select("number", "settled_families").iter_rows())[22] == expected
    assert households["settled"].sum() == expected
    assert households["commune_name"].drop_nulls().to_list() == ["Murat"] * expected


def test_a_household_has_its_session_the_centre_it_visited_and_no_name(sessions: sa.Connection) -> None:
    expected = {
        "number": 22, "session_ended_on": date(2016, 10, 14), "holders": 2, "people": 4, "teleworker": True,
        "centre_code": "MURAT", "settled_on": None, "insee_code": None, "commune_name": None, "epci_name": None, "latitude": None,
        "longitude": None, "households": 1, "settled": 0, "dropped": 0,
    }  # fmt: skip

    assert welcome_households(sessions, as_of=AS_OF).row(0, named=True) == expected


def test_a_day_counts_the_people_of_the_households_noted_that_day(sessions: sa.Connection) -> None:
    """Two households in four were noted: six people of them were awaited, five came."""
    assert welcome_days(sessions).rows(named=True) == [
        {"number": 22, "day": FIRST_DAY, "people_present": 5, "people_expected": 6, "day_number": 1}
    ]


def test_frames_keep_their_columns_without_a_row(connection: sa.Connection) -> None:
    assert welcome_sessions(connection, as_of=AS_OF).width == 15
    assert welcome_households(connection, as_of=AS_OF)["households"].sum() == 0
    assert welcome_days(connection)["day_number"].to_list() == []


@pytest.fixture(scope="module")
def demonstrated() -> dict[str, list[Row]]:
    """Every row of the demonstration of May 2017 about sessions."""
    tables = (welcome_session, welcome_household, welcome_attendance, centre)
    with demonstration(date(2017, 5, 30)).connect() as connection:
        return {table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()] for table in tables}


@pytest.mark.parametrize("as_of", [date(2013, 12, 31), date(2017, 5, 29)])
def test_the_sessions_of_the_demonstration_are_what_their_rows_give(
    demonstrated: dict[str, list[Row]], as_of: date
) -> None:
    expected = []
    for session in sorted(demonstrated["welcome_session"], key=lambda row: row["number"]):
        households = [row for row in demonstrated["welcome_household"] if row["welcome_session_id"] == session["id"]]
        if households:
            settled = sum(row["settled_on"] is not None and row["settled_on"] <= as_of for row in households)
            counts = (sum(row["holders"] for row in households), sum(row["people"] for row in households), settled)
        else:
            counts = (session["project_holders"], session["people"], None)
        expected.append((session["number"], *counts))

    with demonstration(date(2017, 5, 30)).connect() as connection:
        found = welcome_sessions(connection, as_of=as_of)

    assert list(found.select("number", "project_holders", "people", "settled_families").iter_rows()) == expected


def test_the_days_of_the_demonstration_are_what_their_rows_give(demonstrated: dict[str, list[Row]]) -> None:
    sessions = {row["id"]: row for row in demonstrated["welcome_session"]}
    households = {row["id"]: row for row in demonstrated["welcome_household"]}
    expected: dict[tuple[int, int], tuple[int, int]] = {}
    for row in demonstrated["welcome_attendance"]:
        household = households[row["welcome_household_id"]]
        session = sessions[household["welcome_session_id"]]
        key = (session["number"], (row["day"] - session["starts_on"]).days + 1)
        present, awaited = expected.get(key, (0, 0))
        expected[key] = (present + row["people_present"], awaited + household["people"])

    with demonstration(date(2017, 5, 30)).connect() as connection:
        found = welcome_days(connection)

    assert {
        row[:2]: row[2:]
        for row in found.select("number", "day_number", "people_present", "people_expected").iter_rows()
    } == expected
