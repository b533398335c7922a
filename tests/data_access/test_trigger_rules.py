"""The rules that look at other rows hold in the database itself, whoever writes."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from data_access.schema import attendance_day, attendance_week, centre_capacity
from tests.factories import (
    AFTERNOON,
    MORNING,
    OPENED_ON,
    add_capacity,
    add_centre,
    add_day,
    add_hours,
    add_week,
)

MONDAY = date(2017, 5, 29)
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
