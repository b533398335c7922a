"""Weeks are ISO weeks keyed by their Monday, in Python as in the calendar of the database; periods are cut whole."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from data_access.periods import Period, last_sunday, monday, month_end, month_start, months_before
from data_access.schema import calendar_day

FIRST, LAST = date(2009, 1, 1), date(2040, 12, 31)
DAY = timedelta(days=1)
any_day = st.dates(FIRST, LAST)
periods = st.one_of(
    *(
        st.builds(lambda a, b, of=of: of(min(a, b), max(a, b)), any_day, any_day)
        for of in (Period.weeks, Period.months)
    ),
    st.builds(lambda a, b: Period.days(min(a, b), max(a, b)), any_day, any_day),
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


def test_every_day_has_the_same_iso_week_wherever_it_is_counted(connection: sa.Connection) -> None:
    """From 2007 to 2040, in Python, in Polars and by each engine, beside the Monday that the calendar stores."""
    first = date(2007, 1, 1)
    expected = [(first + number * DAY).isocalendar()[:2] for number in range((LAST - first).days + 1)]
    days = pl.DataFrame({"day": pl.date_range(first, LAST, eager=True)})
    by_polars = days.select(pl.col("day").dt.iso_year(), pl.col("day").dt.week().alias("week")).rows()
    # The year and the number of a week are those of its Thursday; PostgreSQL says them itself.
    week = {
        "sqlite": "CAST(strftime('%Y', day, '-3 days', 'weekday 4') AS integer), "
        "(strftime('%j', day, '-3 days', 'weekday 4') - 1) / 7 + 1",
        "postgresql": "CAST(to_char(day, 'IYYY') AS integer), CAST(to_char(day, 'IW') AS integer)",
    }[connection.dialect.name]
    question = f"SELECT {week}, week_start FROM calendar_day WHERE day BETWEEN '{first}' AND '{LAST}' ORDER BY day"
    stored = [tuple(row) for row in connection.exec_driver_sql(question)]

    assert by_polars == expected
    assert [row[:2] for row in stored] == expected
    assert [date.fromisoformat(str(row[2])) for row in stored] == [date.fromisocalendar(*each, 1) for each in expected]


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


def test_a_quarter_and_a_month_are_whole_months() -> None:
    """Of whichever of their days."""
    assert Period.quarter(date(2017, 5, 15)) == Period.months(date(2017, 4, 1), date(2017, 6, 30))
    assert Period.month(date(2016, 2, 29)) == Period(date(2016, 2, 1), date(2016, 2, 29), "month")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2017, 5, 30), 3, date(2017, 2, 28)),
        (date(2017, 1, 15), 13, date(2015, 12, 15)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
    ],
)
def test_the_same_day_months_before_stays_inside_its_month(day: date, months: int, expected: date) -> None:
    """A shorter month gives its last day."""
    assert months_before(day, months) == expected


@given(periods)
def test_the_span_before_ends_where_this_one_begins(period: Period) -> None:
    """It has as many days, as many weeks, or as many months."""
    before = period.before()

    assert before is not None
    assert before.last + DAY == period.first
    assert length(before) == length(period)


@given(periods)
def test_the_year_before_is_as_long_and_begins_on_the_same_weekday_or_day(period: Period) -> None:
    """52 weeks for weeks; the same months or days of the year before else, whatever February has."""
    before = period.year_before()

    assert before is not None
    if period.unit == "week":
        assert (length(before), period.first - before.first) == (length(period), timedelta(weeks=52))
    else:
        assert before.first == months_before(period.first, 12)
        ends = month_end(before.last) if period.unit == "month" else months_before(period.last, 12)
        assert before.last == ends


# A period is over or is said to run: a part is compared with the same part, whatever the day one looks.


@pytest.mark.parametrize(
    ("whole", "as_of", "so_far", "before", "year_before"),
    [
        # A year in December, in January, on and after the 29th of February.
        ("year", "2026-12-03", "2026-01-01 2026-12-02", "2025-01-01 2025-12-02", "2025-01-01 2025-12-02"),
        ("year", "2027-01-20", "2027-01-01 2027-01-19", "2026-01-01 2026-01-19", "2026-01-01 2026-01-19"),
        ("year", "2024-03-01", "2024-01-01 2024-02-29", "2023-01-01 2023-02-28", "2023-01-01 2023-02-28"),
        ("year", "2025-03-01", "2025-01-01 2025-02-28", "2024-01-01 2024-02-28", "2024-01-01 2024-02-28"),
        ("month", "2024-03-31", "2024-03-01 2024-03-30", "2024-02-01 2024-02-29", "2023-03-01 2023-03-30"),
        ("quarter", "2026-11-26", "2026-10-01 2026-11-25", "2026-07-01 2026-08-25", "2025-10-01 2025-11-25"),
        # Nothing of it is over: nothing is compared with nothing.
        ("month", "2027-01-01", "2027-01-01 2026-12-31", "2026-12-01 2026-11-30", "2026-01-01 2025-12-31"),
    ],
)
def test_what_runs_is_compared_with_the_same_days(
    whole: str, as_of: str, so_far: str, before: str, year_before: str
) -> None:
    """The day one looks is not over."""
    day = date.fromisoformat(as_of)
    period = Period.year(day.year) if whole == "year" else getattr(Period, whole)(day)
    cut = period.so_far(day)

    assert cut.runs
    assert [said(cut), said(cut.before()), said(cut.year_before())] == [so_far, before, year_before]


def test_what_is_over_is_compared_with_the_whole() -> None:
    """From the day after its last one; a leap February meets a whole one."""
    period = Period.month(date(2024, 2, 1)).so_far(date(2024, 3, 1))

    assert not period.runs
    assert said(period.year_before()) == "2023-02-01 2023-02-28"
    assert said(Period.month(date(2025, 2, 1)).year_before()) == "2024-02-01 2024-02-29"


def test_weekly_sheets_are_known_to_the_last_sunday() -> None:
    """Both sides end there, so that like is compared with like."""
    cut = Period.year(2026).so_far(date(2026, 12, 3), by_week=True)

    assert (said(cut), said(cut.year_before())) == ("2026-01-01 2026-11-29", "2025-01-01 2025-11-29")


@pytest.mark.parametrize(
    ("period", "day", "a_year_before", "just_before"),
    [
        # A year that runs is known up to its last day, and so is the one before.
        (Period.year(2017).so_far(date(2017, 5, 31)), "2017-05-30", "2016-05-30", "2016-05-30"),
        (Period.year(2024).so_far(date(2024, 3, 1)), "2024-02-29", "2023-02-28", "2023-02-28"),
        # What is over is looked at from as far.
        (Period.month(date(2017, 4, 1)), "2017-05-30", "2016-05-30", "2017-04-30"),
        (Period.months(date(2015, 5, 1), date(2017, 4, 1)), "2017-05-30", "2016-05-30", "2015-05-30"),
        (Period.days(date(2016, 3, 10), date(2016, 4, 20)), "2016-04-30", "2015-04-30", "2016-03-19"),
        (Period.last_weeks(4, date(2017, 5, 30)), "2017-05-30", "2016-05-31", "2017-05-02"),
    ],
)
def test_a_span_is_looked_at_from_as_far_as_the_one_it_is_compared_with(
    period: Period, day: str, a_year_before: str, just_before: str
) -> None:
    earlier = (period.year_before(), period.before())

    assert [str(period.same_day_of(each, date.fromisoformat(day))) for each in earlier if each] == [
        a_year_before,
        just_before,
    ]


def test_nothing_comes_before_the_beginning() -> None:
    """« Tout » is compared with nothing, and is empty before the network opens."""
    ever = Period.since(date(2007, 3, 5), date(2026, 11, 26)).so_far(date(2026, 11, 26))

    assert said(ever) == "2007-03-05 2026-11-25"
    assert ever.before() is ever.year_before() is ever.weeks_within().year_before() is None
    assert Period.since(date(2027, 3, 5), date(2026, 11, 26)).is_empty


def test_every_day_from_2007_to_2035_has_its_periods_and_what_they_compare_with() -> None:
    """No day raises; what runs and its fellow end on the same day of a month, or at the end of a shorter one."""
    day, last = date(2007, 1, 1), date(2035, 12, 31)
    while day <= last:
        for period in (Period.month(day), Period.quarter(day), Period.year(day.year), Period.weeks(day, day)):
            for by_week in (False, True):
                cut = period.so_far(day, by_week=by_week)
                for before in (cut.before(), cut.year_before()):
                    assert before is not None
                    assert before.last < cut.first
                    assert before.is_empty == cut.is_empty
                    if cut.runs and not cut.is_empty and cut.unit == "month":
                        assert before.last.day == min(cut.last.day, month_end(before.last).day)
                weeks = cut.weeks_within()
                assert weeks.is_empty or weeks.last <= cut.last + 3 * DAY
                assert not by_week or weeks.is_empty or weeks.last <= last_sunday(day)
        day += DAY


@given(st.lists(any_day, min_size=2, max_size=5, unique=True).map(sorted))
def test_the_weeks_of_periods_side_by_side_are_theirs_once(bounds: list[date]) -> None:
    """A week is counted in the period that holds its Thursday, and in no other."""
    parts = [Period.days(first, after - DAY).weeks_within() for first, after in pairwise(bounds)]
    whole = Period.days(bounds[0], bounds[-1] - DAY).weeks_within()

    assert sum(length(part) for part in parts) == length(whole)


def said(period: Period | None) -> str:
    """Its first and last days."""
    assert period is not None
    return f"{period.first} {period.last}"


def days_of(period: Period) -> int:
    """How many of its days are over."""
    return (period.last - period.first).days + 1


def length(period: Period) -> int:
    """In its own unit."""
    if period.unit == "month":
        return (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    return days_of(period) // (7 if period.unit == "week" else 1)
