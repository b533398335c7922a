"""Weeks are ISO weeks keyed by their Monday, in Python as in the calendar of the database; periods are cut whole."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access.periods import Period, monday, month_end, month_start
from data_access.schema import calendar_day

FIRST, LAST = date(2009, 1, 1), date(2040, 12, 31)
DAY = timedelta(days=1)
any_day = st.dates(FIRST, LAST)
periods = st.one_of(
    st.builds(lambda a, b: Period.weeks(min(a, b), max(a, b)), any_day, any_day),
    st.builds(lambda a, b: Period.months(min(a, b), max(a, b)), any_day, any_day),
)


def every_day() -> list[date]:
    """From 2009 to 2040."""
    return [FIRST + number * DAY for number in range((LAST - FIRST).days + 1)]


def test_every_day_has_the_same_monday_and_month_in_python_and_in_the_calendar(connection: sa.Connection) -> None:
    """The summaries group by the calendar, the screens by Python."""
    question = sa.select(
        calendar_day.c.day, calendar_day.c.weekday, calendar_day.c.week_start, calendar_day.c.month_start
    ).where(calendar_day.c.day.between(FIRST, LAST))

    expected = [(day, day.isoweekday(), monday(day), month_start(day)) for day in every_day()]

    assert [tuple(row) for row in connection.execute(question.order_by(calendar_day.c.day))] == expected


def test_the_monday_of_a_day_is_that_of_its_iso_week() -> None:
    """Whatever the year the week is numbered in."""
    for day in every_day():
        year, week, _ = day.isocalendar()

        assert monday(day) == date.fromisocalendar(year, week, 1)


def test_the_years_of_53_weeks_are_known() -> None:
    """A week more in the year: 28 December is always in the last one."""
    long_years = [year for year in range(2009, 2041) if date(year, 12, 28).isocalendar().week == 53]

    assert long_years == [2009, 2015, 2020, 2026, 2032, 2037]


def test_the_calendar_has_the_public_holidays_of_mainland_france(connection: sa.Connection) -> None:
    """Eleven a year; Easter moves three of them, Ascension may fall on another one."""
    question = (
        sa.select(calendar_day.c.day)
        .where(
            calendar_day.c.public_holiday.is_not(None), calendar_day.c.day.between(date(2017, 1, 1), date(2017, 12, 31))
        )
        .order_by(calendar_day.c.day)
    )

    expected = [
        date(2017, 1, 1),
        date(2017, 4, 17),
        date(2017, 5, 1),
        date(2017, 5, 8),
        date(2017, 5, 25),
        date(2017, 6, 5),
        date(2017, 7, 14),
        date(2017, 8, 15),
        date(2017, 11, 1),
        date(2017, 11, 11),
        date(2017, 12, 25),
    ]

    assert connection.execute(question).scalars().all() == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2017, 2, 3), date(2017, 2, 28)),
        (date(2020, 2, 29), date(2020, 2, 29)),
        (date(2017, 12, 31), date(2017, 12, 31)),
        (date(2017, 4, 1), date(2017, 4, 30)),
    ],
)
def test_a_month_ends_on_its_last_day(day: date, expected: date) -> None:
    """Also in a leap year and in December."""
    assert month_end(day) == expected


@given(any_day)
def test_the_day_after_a_month_is_the_first_of_the_next(day: date) -> None:
    """No day between two months, none in both."""
    after = month_end(day) + DAY

    assert after.day == 1
    assert month_start(after - DAY) == month_start(day)


@pytest.mark.parametrize(
    ("first", "last", "unit"),
    [
        (date(2017, 5, 30), date(2017, 6, 4), "week"),
        (date(2017, 5, 29), date(2017, 6, 3), "week"),
        (date(2017, 5, 2), date(2017, 5, 31), "month"),
        (date(2017, 5, 1), date(2017, 5, 30), "month"),
    ],
)
def test_a_period_that_cuts_a_week_or_a_month_is_refused(first: date, last: date, unit: str) -> None:
    """The summaries could not answer it."""
    with pytest.raises(ValueError, match=f"not whole {unit}s"):
        Period(first, last, unit)  # type: ignore[arg-type]


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    """It would answer nothing, silently."""
    with pytest.raises(ValueError, match="ends after it begins"):
        Period(date(2017, 6, 5), date(2017, 5, 28), "week")


def test_the_last_weeks_are_those_that_are_over() -> None:
    """On a Monday the week before is the last one; on a Sunday the week is not over yet."""
    expected = Period(date(2017, 5, 22), date(2017, 6, 4), "week")

    assert Period.last_weeks(2, date(2017, 6, 5)) == expected
    assert Period.last_weeks(2, date(2017, 6, 11)) == expected


def test_a_year_is_its_twelve_months() -> None:
    """From the first to the last of its days."""
    assert Period.year(2017) == Period.months(date(2017, 1, 15), date(2017, 12, 2))


@given(periods)
def test_the_span_before_ends_where_this_one_begins(period: Period) -> None:
    """It has as many weeks, or as many months."""
    before = period.span_before()

    assert before.last + DAY == period.first
    assert length(before) == length(period)


@given(periods)
def test_the_year_before_is_as_long_and_begins_on_the_same_weekday_or_month(period: Period) -> None:
    """52 weeks for weeks; the same months of the year before for months, whatever February has."""
    before = period.year_before()

    assert length(before) == length(period)
    if period.unit == "week":
        assert period.first - before.first == timedelta(weeks=52)
    else:
        assert (before.first.month, before.last.month) == (period.first.month, period.last.month)
        assert before.first.year == period.first.year - 1


def length(period: Period) -> int:
    """In its own unit."""
    if period.unit == "week":
        return ((period.last - period.first).days + 1) // 7
    return (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
