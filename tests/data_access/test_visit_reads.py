"""What the desk is shown, and the weekly sheet its check-ins propose."""

from datetime import datetime, timedelta

import polars as pl
import pytest
import sqlalchemy as sa

from data_access.reads.occupancy import people_with_agreement, proposed_days, visits_of_day
from tests.data_access.desks import ANIMATOR, NOW, TUESDAY, add_network, add_person, add_visit, at

MONDAY = TUESDAY - timedelta(days=1)


@pytest.fixture
def centres(connection: sa.Connection) -> dict[str, int]:
    return add_network(connection)


def test_people_are_offered_by_name_while_their_agreement_runs(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    add_person(connection, centres["MURAT"], "Zola")
    add_person(connection, centres["MURAT"], "Arnal", ended_on=TUESDAY)
    add_person(connection, centres["MURAT"], "Ended", ended_on=MONDAY)
    add_person(connection, centres["MURAT"], "Later", signed_on=TUESDAY + timedelta(days=1))
    add_person(connection, centres["YDES"], "Elsewhere")

    people = people_with_agreement(connection, ANIMATOR, centre_code="MURAT", on=TUESDAY)

    assert people["name"].to_list() == ["Arnal Marie", "Zola Marie"]


def test_the_desk_sees_who_came_today_and_who_is_left_from_before(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    person_id = add_person(connection, centres["MURAT"])
    add_visit(connection, centres["MURAT"], at(9, day=MONDAY), at(10, day=MONDAY))
    add_visit(connection, centres["MURAT"], at(14, day=MONDAY))
    add_visit(connection, centres["MURAT"], at(9), at(9, 30), person_id=person_id)
    add_visit(connection, centres["MURAT"], at(10))
    add_visit(connection, centres["YDES"], at(10))

    seen = visits_of_day(connection, ANIMATOR, centre_code="MURAT", on=TUESDAY)

    expected = [(None, at(14, day=MONDAY), None), ("Marie Dupont", at(9), at(9, 30)), (None, at(10), None)]
    assert seen.select("person_name", "started_at", "ended_at").rows() == expected


def proposal(connection: sa.Connection, now: datetime = NOW) -> dict[tuple[int, str], int]:
    days = proposed_days(connection, centre_code="MURAT", week_start=MONDAY, now=now)
    return {(day.isoweekday(), kind): half_days for day, kind, half_days in days.iter_rows()}


def test_a_visit_occupies_each_half_day_it_overlaps_by_half_an_hour(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    murat = centres["MURAT"]
    add_visit(connection, murat, at(9, day=MONDAY), at(17, day=MONDAY))
    add_visit(connection, murat, at(11, 31, day=MONDAY), at(14, 29, day=MONDAY), seat_kind="open_space")
    add_visit(connection, murat, at(11, 30), at(14, 10), seat_kind="open_space")

    expected = {(1, "office"): 2, (1, "open_space"): 0, (2, "office"): 0, (2, "open_space"): 1}

    assert proposal(connection, now=at(19)) == expected


def test_people_who_take_turns_fill_no_more_than_the_seats(connection: sa.Connection, centres: dict[str, int]) -> None:
    for hour in (9, 10, 11):
        add_visit(connection, centres["MURAT"], at(hour, day=MONDAY), at(hour + 1, day=MONDAY))

    assert proposal(connection)[1, "office"] == 2


def test_a_known_person_who_comes_back_from_a_break_counts_once(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    person_id = add_person(connection, centres["MURAT"])
    for begun, ended in ((at(8, 30, day=MONDAY), at(10, day=MONDAY)), (at(10, 30, day=MONDAY), at(12, day=MONDAY))):
        add_visit(connection, centres["MURAT"], begun, ended, person_id=person_id)

    assert proposal(connection)[1, "office"] == 1


def test_a_visit_that_goes_on_counts_up_to_now(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_visit(connection, centres["MURAT"], at(9, 50))

    assert proposal(connection, now=at(10, 12))[2, "office"] == 0
    assert proposal(connection, now=at(10, 20))[2, "office"] == 1
    assert proposal(connection, now=at(14, 30))[2, "office"] == 2


def test_a_visit_nobody_ended_stops_with_its_day(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_visit(connection, centres["MURAT"], at(15, day=MONDAY))

    assert proposal(connection) == {(1, "office"): 1, (1, "open_space"): 0}


def test_a_day_without_a_check_in_is_not_proposed(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_visit(
        connection, centres["MURAT"], at(9, day=MONDAY + timedelta(days=6)), at(12, day=MONDAY + timedelta(days=6))
    )

    days = proposed_days(
        connection, centre_code="MURAT", week_start=MONDAY, now=at(19, day=TUESDAY + timedelta(days=9))
    )

    assert days.is_empty()
    assert days.schema == {"day": pl.Date, "seat_kind": pl.String, "half_days": pl.Int64}
