"""What a centre offers, receives and has entered: each definition as a case worked by hand, on both engines.

Every row comes from plain SQL.
"""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from data_access.periods import Period
from data_access.reads.attendance import attendance_facts, attendance_weeks, completeness_weeks
from data_access.schema import attendance_day, centre_capacity, opening_hours
from tests.data_access.figures import (
    FRIDAY,
    FULL,
    MONDAY,
    THURSDAY,
    TODAY,
    TUESDAY,
    WEDNESDAY,
    WEEK,
    counts,
    facts,
    weeks_by_state,
)
from tests.factories import (
    add_capacity,
    add_centre,
    add_closure,
    add_day,
    add_hours,
    add_week,
)


def test_a_week_offers_its_seats_times_its_open_half_days(connection: sa.Connection) -> None:
    """2 seats × 2 half-days × 5 days; 7 of them occupied, 3 hours each."""
    add_week(connection, add_centre(connection), MONDAY, office=(1, 2, 0, 4, 0))

    expected = {
        "calendar_half_days": 20,
        "offered_half_days": 20,
        "occupied_half_days": 7,
        "occupied_hours": 21.0,
        "unoffered_half_days": 0,
    }

    assert facts(connection) == expected


def test_a_draft_counts_for_nothing_in_the_rate(connection: sa.Connection) -> None:
    """Neither its offer nor what was entered so far; it is a draft in the completeness."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL, status="draft")

    assert counts(connection) == (None, 0)
    assert facts(connection)["calendar_half_days"] == 20
    assert weeks_by_state(connection, WEEK) == {"expected": 1, "draft": 1}


def test_missing_is_not_closed_and_closed_is_not_zero(connection: sa.Connection) -> None:
    """Nobody entered the first week, the second was shut, nobody came in the third."""
    centre_id = add_centre(connection)
    add_week(connection, centre_id, MONDAY + timedelta(weeks=1), status="closed", comment="Travaux")
    add_week(connection, centre_id, MONDAY + timedelta(weeks=2), office=(0, 0, 0, 0, 0))
    three_weeks = Period.weeks(MONDAY, MONDAY + timedelta(weeks=2))

    assert counts(connection, three_weeks) == (0, 20)
    assert weeks_by_state(connection, three_weeks) == {"expected": 2, "complete": 1, "missing": 1, "closed": 1}
    states = attendance_weeks(connection, three_weeks, as_of=TODAY)
    assert states.select("state", "offered_half_days", "occupied_half_days").rows() == [
        ("missing", None, None),
        ("closed", None, None),
        ("complete", 20, 0),
    ]


def test_a_day_without_a_row_in_a_complete_week_is_zero_occupied(connection: sa.Connection) -> None:
    """It offers all the same."""
    add_week(connection, add_centre(connection), MONDAY, office=(4, None, None, None, 4))

    assert counts(connection) == (8, 20)


def test_a_day_marked_closed_offers_nothing(connection: sa.Connection) -> None:
    """For the seats it was marked closed for, and no others."""
    centre_id = add_centre(connection, seats_open_space=3)
    week_id = add_week(connection, centre_id, MONDAY, office=(4, 4))
    add_day(connection, week_id, WEDNESDAY, 0, closed=True)

    assert counts(connection, seat_kind="office") == (8, 16)
    assert counts(connection, seat_kind="open_space") == (0, 30)


def test_seats_added_within_a_week_offer_from_their_day_on(connection: sa.Connection) -> None:
    """2 seats on Monday and Tuesday, 3 from Wednesday: 2 × 4 + 3 × 6."""
    centre_id = add_centre(connection, seats_office=None)
    add_capacity(connection, centre_id, "office", 2, valid_to=TUESDAY)
    add_capacity(connection, centre_id, "office", 3, WEDNESDAY)
    add_week(connection, centre_id, MONDAY, office=(4, 4, 6, 6, 6))

    assert counts(connection) == (26, 26)


def test_a_closure_of_one_centre_leaves_the_others_open(connection: sa.Connection) -> None:
    """Thursday and Friday are shut in Aurillac alone."""
    aurillac, murat = add_centre(connection), add_centre(connection, "MURAT")
    for centre_id in (aurillac, murat):
        add_week(connection, centre_id, MONDAY)
    add_closure(connection, aurillac, THURSDAY, FRIDAY)

    assert counts(connection, centres=["AURILLAC"]) == (0, 12)
    assert counts(connection, centres=["MURAT"]) == (0, 20)


def test_a_closure_of_the_network_shuts_every_centre(connection: sa.Connection) -> None:
    """Also a centre added after it."""
    add_week(connection, add_centre(connection), MONDAY)
    add_closure(connection, None, MONDAY, WEDNESDAY)
    add_week(connection, add_centre(connection, "MURAT"), MONDAY)

    assert counts(connection) == (0, 16)


def test_a_week_that_closures_shut_from_end_to_end_is_closed_and_not_expected(connection: sa.Connection) -> None:
    """Nobody has to enter that nothing happened. A centre that was not open yet, or keeps no hours, is not closed."""
    add_closure(connection, add_centre(connection, "YDES"), MONDAY, MONDAY + timedelta(days=2))
    add_closure(connection, None, MONDAY + timedelta(days=3), MONDAY + timedelta(days=6))
    add_centre(connection, "MURAT", opened_on=MONDAY + timedelta(days=7))

    assert weeks_by_state(connection, WEEK) == {}
    states = attendance_weeks(connection, WEEK, as_of=TODAY).select("centre_code", "state").rows()
    assert sorted(states) == [("MURAT", "not_expected"), ("YDES", "closed")]
    assert completeness_weeks(connection, WEEK, as_of=TODAY)["weeks_expected"].sum() == 0


def test_a_public_holiday_offers_nothing(connection: sa.Connection) -> None:
    """Ascension Day, Thursday 25 May 2017."""
    monday = date(2017, 5, 22)
    add_week(connection, add_centre(connection), monday)

    assert counts(connection, Period.weeks(monday, monday)) == (0, 16)


def test_the_opening_day_is_open(connection: sa.Connection) -> None:
    """Opened on Wednesday: Wednesday, Thursday and Friday."""
    add_week(connection, add_centre(connection, opened_on=WEDNESDAY), MONDAY)

    assert counts(connection) == (0, 12)


def test_the_closing_day_is_open(connection: sa.Connection) -> None:
    """Closed on Wednesday: Monday, Tuesday and Wednesday."""
    add_week(connection, add_centre(connection, status="closed", closed_on=WEDNESDAY), MONDAY)

    assert counts(connection) == (0, 12)


def test_a_planned_centre_offers_nothing(connection: sa.Connection) -> None:
    """Even with a date, seats and hours foreseen."""
    add_centre(connection, status="planned")

    assert facts(connection)["calendar_half_days"] == 0
    assert weeks_by_state(connection, WEEK) == {}


def test_people_where_no_seat_is_known_are_told_apart_and_in_no_rate(connection: sa.Connection) -> None:
    """Another program may load sheets first: 5 of 20 is a quarter, whoever sat in a place whose seats nobody recorded."""
    add_week(connection, add_centre(connection), MONDAY, office=(4, 1))
    add_week(connection, add_centre(connection, "MURAT", seats_office=None), MONDAY, office=FULL)
    expected = {
        "calendar_half_days": 20,
        "offered_half_days": 20,
        "occupied_half_days": 5,
        "occupied_hours": 15.0,
        "unoffered_half_days": 20,
    }

    assert facts(connection) == expected
    assert facts(connection, centres=["MURAT"])["occupied_half_days"] is None
    assert facts(connection, Period.days(TUESDAY, WEDNESDAY), centres=["MURAT"])["unoffered_half_days"] == 8


def test_people_of_a_day_that_offers_nothing_are_not_its_full_rate(connection: sa.Connection) -> None:
    """One seat, both half-days each day of Ascension week: 8 of 8, and 2 on the holiday, whose hours nobody knows."""
    monday = date(2017, 5, 22)
    week = Period.weeks(monday, monday)
    add_week(connection, add_centre(connection, seats_office=1), monday, office=(2, 2, 2, 2, 2))

    assert counts(connection, week) == (8, 8)
    assert (facts(connection, week)["unoffered_half_days"], facts(connection, week)["occupied_hours"]) == (2, 24.0)
    assert attendance_weeks(connection, week, as_of=TODAY)["unoffered_half_days"].to_list() == [2]


@pytest.mark.parametrize("nothing", ["capacity", "hours", "opening", "closing", "closure", "day marked closed"])
def test_only_the_days_with_an_offer_have_a_rate(connection: sa.Connection, nothing: str) -> None:
    """Half of the week offers, and is full; what is counted on the other days is in no rate, whatever the reason."""
    dates = {"opening": {"opened_on": WEDNESDAY}, "closing": {"status": "closed", "closed_on": TUESDAY}}
    centre_id = add_centre(connection, **dates.get(nothing, {}))
    table = {"capacity": centre_capacity, "hours": opening_hours}.get(nothing)
    if table is not None:
        connection.execute(sa.update(table).values(valid_to=TUESDAY))
    if nothing == "closure":
        add_closure(connection, centre_id, WEDNESDAY, FRIDAY)
    add_week(connection, centre_id, MONDAY, office=FULL)
    if nothing == "day marked closed":
        connection.execute(
            sa.update(attendance_day).where(attendance_day.c.day >= WEDNESDAY).values(half_days=0, closed=True)
        )
    row = facts(connection)
    offered = 12 if nothing == "opening" else 8

    assert (row["occupied_half_days"], row["offered_half_days"]) == (offered, offered)
    assert row["unoffered_half_days"] == (0 if nothing == "day marked closed" else 20 - offered)
    assert total_by_weekday(connection) == [row["occupied_half_days"], row["unoffered_half_days"]]


def total_by_weekday(connection: sa.Connection) -> list[int]:
    """Occupied half-days, with an offer and without, added over the weekdays."""
    by_weekday = attendance_facts(connection, WEEK, by=["weekday"])
    return [by_weekday["occupied_half_days"].sum(), by_weekday["unoffered_half_days"].sum()]


def test_a_week_that_straddles_two_years_is_split_by_day(connection: sa.Connection) -> None:
    """Monday is 31 December 2018, Tuesday a holiday; each year gets its days, and the week counts once, in 2019."""
    monday = date(2018, 12, 31)
    add_week(connection, add_centre(connection), monday, office=(3, 0, 2, 1, 0))
    today = date(2019, 1, 31)

    assert counts(connection, Period.year(2018), today=today) == (3, 4)
    assert counts(connection, Period.year(2019), today=today) == (3, 12)
    assert counts(connection, Period.weeks(monday, monday), today=today) == (6, 16)
    assert weeks_by_state(connection, Period.year(2019), as_of=today) == {"expected": 4, "complete": 1, "missing": 3}


@pytest.mark.parametrize("monday", [date(2020, 12, 28), date(2026, 12, 28)])
def test_the_week_53_is_a_week_like_another(connection: sa.Connection, monday: date) -> None:
    """Its Friday is 1 January, a holiday, Saturday is open here; its days are split, it counts once, in the old year."""
    centre_id = add_centre(connection, opened_on=monday, weekdays=range(1, 7))
    add_week(connection, centre_id, monday, office=(1, 1, 1, 1, 0, 2))
    today = date(monday.year + 1, 1, 10)
    week = Period.weeks(monday, monday)

    assert monday.isocalendar().week == 53
    assert counts(connection, week, today=today) == (6, 20)
    assert counts(connection, Period.year(monday.year), today=today) == (4, 16)
    assert counts(connection, Period.year(monday.year + 1), today=today) == (2, 4)
    assert weeks_by_state(connection, Period.year(monday.year), as_of=today) == {"expected": 1, "complete": 1}
    assert attendance_weeks(connection, week, as_of=today)["week_start"].to_list() == [monday]


def test_an_occupied_half_day_lasts_the_open_hours_shared_by_the_open_half_days(connection: sa.Connection) -> None:
    """8 h 30 – 12 h and 13 h 30 – 18 h 30 make 4 h 15 each; Wednesday is open in the morning alone: 3 h 30."""
    centre_id = add_centre(connection, weekdays=())
    for weekday in (1, 2, 3):
        add_hours(connection, centre_id, weekday, ("am", time(8, 30), time(12)))
    for weekday in (1, 2):
        add_hours(connection, centre_id, weekday, ("pm", time(13, 30), time(18, 30)))
    add_week(connection, centre_id, MONDAY, office=(3, 1, 2))

    expected = {
        "calendar_half_days": 4 + 4 + 2,
        "offered_half_days": 4 + 4 + 2,
        "occupied_half_days": 6,
        "occupied_hours": 4 * 4.25 + 2 * 3.5,
        "unoffered_half_days": 0,
    }

    assert facts(connection) == expected
