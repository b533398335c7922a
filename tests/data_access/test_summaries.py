"""The summaries follow the rows: whatever is written, by whom and in which order, they equal what is counted anew."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from data_access import summaries
from data_access.periods import Period
from data_access.reads.attendance import attendance_weeks
from data_access.schema import (
    attendance_day,
    attendance_week,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    opening_hours,
)
from tests.data_access.figures import (
    FRIDAY,
    FULL,
    MONDAY,
    NEXT_MONDAY,
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
    add_hours,
    add_week,
)


def test_a_week_that_becomes_complete_counts(connection: sa.Connection) -> None:
    """One column changed by another program, and the figures follow."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL, status="draft")
    assert counts(connection) == (None, 0)

    connection.execute(sa.update(attendance_week).values(status="complete"))

    assert counts(connection) == (20, 20)


def test_seats_added_in_the_middle_of_a_year_move_the_year(connection: sa.Connection) -> None:
    """The offer of the weeks before stays what it was."""
    centre_id = add_centre(connection)
    add_week(connection, centre_id, MONDAY, office=FULL)
    add_week(connection, centre_id, NEXT_MONDAY, office=FULL)
    assert counts(connection, Period.year(2017)) == (40, 40)

    connection.execute(sa.update(centre_capacity).values(valid_to=NEXT_MONDAY - timedelta(days=1)))
    add_capacity(connection, centre_id, "office", 5, NEXT_MONDAY)

    assert counts(connection, Period.year(2017)) == (40, 70)


def test_a_closure_taken_back_gives_its_days_back(connection: sa.Connection) -> None:
    """Moved first, then removed."""
    centre_id = add_centre(connection)
    add_week(connection, centre_id, MONDAY)
    add_closure(connection, None, MONDAY, WEDNESDAY)
    assert counts(connection) == (0, 8)

    connection.execute(sa.update(closure).values(starts_on=FRIDAY, ends_on=FRIDAY))
    assert counts(connection) == (0, 16)

    connection.execute(sa.delete(closure))
    assert counts(connection) == (0, 20)


def test_a_public_holiday_corrected_in_the_calendar_moves_the_figures(connection: sa.Connection) -> None:
    """The calendar is a table like another."""
    add_week(connection, add_centre(connection), MONDAY)
    assert counts(connection) == (0, 20)

    connection.execute(sa.update(calendar_day).where(calendar_day.c.day == MONDAY).values(public_holiday="Fête"))

    assert counts(connection) == (0, 16)


def test_a_closing_date_moved_back_takes_the_weeks_after_it_away(connection: sa.Connection) -> None:
    """They are no more expected, however far back."""
    add_centre(connection)
    june = Period.months(MONDAY, MONDAY)
    assert weeks_by_state(connection, june) == {"expected": 5, "missing": 5}

    connection.execute(sa.update(centre).values(status="closed", closed_on=MONDAY))
    assert weeks_by_state(connection, june) == {"expected": 3, "missing": 3}
    assert facts(connection, june)["calendar_half_days"] == 4 * (2 + 4 + 1)

    connection.execute(sa.update(centre).values(closed_on=date(2012, 12, 31)))
    assert weeks_by_state(connection, june) == {}


def test_hours_changed_from_a_day_on_change_the_hours_of_the_days_after(connection: sa.Connection) -> None:
    """The afternoon closes an hour later from Thursday: 3 h 30 a half-day instead of 3."""
    centre_id = add_centre(connection)
    add_week(connection, centre_id, MONDAY, office=(0, 0, 1, 1, 0))
    assert facts(connection)["occupied_hours"] == 6.0

    connection.execute(sa.update(opening_hours).where(opening_hours.c.half_day == "pm").values(valid_to=WEDNESDAY))
    for weekday in range(1, 6):
        add_hours(connection, centre_id, weekday, ("pm", time(14), time(18)), THURSDAY)

    assert facts(connection)["occupied_hours"] == 6.5


def test_a_correction_moves_the_figures(connection: sa.Connection) -> None:
    """A day corrected, a day removed, the sheet removed with its days."""
    add_week(connection, add_centre(connection), MONDAY, office=(1, 2))
    assert counts(connection) == (3, 20)

    connection.execute(sa.update(attendance_day).where(attendance_day.c.day == MONDAY).values(half_days=4))
    assert counts(connection) == (6, 20)

    connection.execute(sa.delete(attendance_day).where(attendance_day.c.day == TUESDAY))
    assert counts(connection) == (4, 20)

    connection.execute(sa.delete(attendance_week))
    assert counts(connection) == (None, 0)
    assert weeks_by_state(connection, WEEK) == {"expected": 1, "missing": 1}


def test_a_sheet_entered_for_the_wrong_centre_moves_whole(connection: sa.Connection) -> None:
    """Both centres' figures follow."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL)
    murat = add_centre(connection, "MURAT")
    assert counts(connection, centres=["AURILLAC"]) == (20, 20)

    connection.execute(sa.update(attendance_week).values(centre_id=murat))

    assert counts(connection, centres=["AURILLAC"]) == (None, 0)
    assert counts(connection, centres=["MURAT"]) == (20, 20)


def test_an_emptied_sheet_entered_for_the_wrong_week_moves(connection: sa.Connection) -> None:
    """The week it left is missing again."""
    add_week(connection, add_centre(connection), MONDAY)
    two_weeks = Period.weeks(MONDAY, NEXT_MONDAY)
    summaries.refresh(connection, through=TODAY)

    connection.execute(sa.update(attendance_week).values(week_start=NEXT_MONDAY))
    summaries.refresh(connection, through=TODAY)

    assert attendance_weeks(connection, two_weeks, as_of=TODAY)["state"].to_list() == ["missing", "complete"]


@pytest.mark.parametrize("far", [date(9999, 12, 31), date(9999, 12, 27), date(9000, 1, 2)])
def test_a_period_that_ends_in_a_far_future_is_one_without_end(connection: sa.Connection, far: date) -> None:
    """Other programs write so what never ends."""
    centre_id = add_centre(connection, seats_office=None)
    add_capacity(connection, centre_id, "office", 2, date(1, 1, 1), far)
    add_closure(connection, centre_id, FRIDAY, far)
    add_week(connection, centre_id, MONDAY)

    assert counts(connection) == (0, 16)


def test_weeks_are_expected_as_time_goes(connection: sa.Connection) -> None:
    """Nothing is written meanwhile: the calendar alone makes a new week missing."""
    add_centre(connection, opened_on=MONDAY)
    summer = Period.months(MONDAY, date(2017, 9, 1))

    assert weeks_by_state(connection, summer, as_of=MONDAY) == {}
    assert weeks_by_state(connection, summer, as_of=NEXT_MONDAY) == {"expected": 1, "missing": 1}
    assert weeks_by_state(connection, summer, as_of=date(2017, 8, 14)) == {"expected": 9, "missing": 9}
    assert weeks_by_state(connection, summer, as_of=NEXT_MONDAY) == {"expected": 1, "missing": 1}


def test_a_centre_removed_takes_its_figures_away(connection: sa.Connection) -> None:
    """A place entered twice by mistake."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL)
    twice = add_centre(connection, "TWICE")
    assert facts(connection)["calendar_half_days"] == 40

    connection.execute(sa.delete(centre).where(centre.c.id == twice))

    assert facts(connection)["calendar_half_days"] == 20


def test_a_refresh_touches_only_what_is_stale(connection: sa.Connection) -> None:
    """A week written recomputes its month, not the years before: the reading stays quick."""
    add_week(connection, add_centre(connection), MONDAY, office=FULL)
    summaries.refresh(connection, through=TODAY)
    connection.exec_driver_sql("UPDATE attendance_summary SET calendar_half_days = -1")

    connection.execute(sa.update(attendance_day).values(half_days=1))

    assert facts(connection)["calendar_half_days"] == 20
    untouched = connection.exec_driver_sql("SELECT count(*) FROM attendance_summary WHERE calendar_half_days = -1")
    assert untouched.scalar_one() > 350


def test_a_reading_right_after_a_refresh_has_nothing_to_do(connection: sa.Connection) -> None:
    """Until the next write, or the next month."""
    add_centre(connection)
    assert not summaries.are_fresh(connection, through=TODAY)

    summaries.refresh(connection, through=TODAY)

    assert summaries.are_fresh(connection, through=TODAY)
    assert not summaries.are_fresh(connection, through=date(2017, 8, 1))
