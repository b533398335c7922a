"""What has become of people some months later: the same months for everybody, and nobody counted before their time."""

import calendar
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.indicators import placements, welcome
from dashboard.indicators.model import HORIZONS, at_horizons, measure

AS_OF = date(2017, 5, 30)
days = st.dates(date(2010, 1, 1), date(2017, 12, 31))


def households(*rows: tuple[date | None, date | None]) -> pl.DataFrame:
    """Households by the end of their session and the day they settled."""
    schema = {"session_ended_on": pl.Date, "settled_on": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        number=pl.lit(1, pl.Int64), centre_code=pl.lit(None, pl.String)
    )


@pytest.mark.parametrize(
    ("since", "months", "expected"),
    [
        (date(2016, 8, 31), 6, date(2017, 2, 28)),
        (date(2015, 8, 31), 6, date(2016, 2, 29)),
        (date(2016, 2, 29), 12, date(2017, 2, 28)),
        (date(2016, 10, 14), 24, date(2018, 10, 14)),
    ],
)
def test_a_horizon_falls_on_the_same_day_of_its_month_or_on_its_last(since: date, months: int, expected: date) -> None:
    rows = pl.DataFrame({"since": [since]})

    assert at_horizons(rows, since="since", as_of=AS_OF, horizons=[months])["horizon"].to_list() == [expected]


def test_a_horizon_is_past_on_its_very_day() -> None:
    rows = pl.DataFrame({"since": [date(2016, 11, 30), date(2016, 12, 1)]})

    assert at_horizons(rows, since="since", as_of=AS_OF, horizons=[6])["followed"].to_list() == [1, 0]


def test_the_same_people_at_two_horizons_are_never_added_up() -> None:
    rows = households((date(2016, 1, 15), None))
    at = welcome.households_at_horizons(rows, as_of=AS_OF).filter(pl.col("months_after") <= 12)

    assert measure(at, welcome.FOLLOW_UP).row(0) == (None, None, None)


def test_a_family_settled_early_counts_only_when_all_of_its_time_can() -> None:
    """Half of those followed for a year had settled, on its last day; who settled in a month has not had its year yet."""
    rows = households(
        (date(2016, 1, 15), date(2017, 1, 15)),
        (date(2016, 1, 15), date(2017, 1, 16)),
        (date(2017, 4, 1), date(2017, 5, 1)),
        (None, date(2017, 1, 1)),
    )
    at = welcome.households_at_horizons(rows, as_of=AS_OF).filter(pl.col("months_after") == 12)

    assert measure(at, welcome.FOLLOW_UP).row(0) == (2, 1, 0.5)


def test_a_contract_is_kept_when_it_runs_on_the_day_of_the_horizon() -> None:
    """Begun on 10 January 2016: its twelve months fall on 10 January 2017."""
    ends = [date(2017, 1, 9), date(2017, 1, 10), None]
    contracts = pl.DataFrame({"hired_on": [date(2016, 1, 10)] * 3, "ended_on": ends}).with_columns(
        aim=pl.lit(1, pl.Int64), centre_code=pl.lit(None, pl.String), contract_kind=pl.lit("permanent")
    )
    at = placements.contracts_at_horizons(contracts, as_of=AS_OF).filter(pl.col("months_after") == 12)

    assert measure(at, placements.FOLLOW_UP).row(0) == (3, 2, 2 / 3)


@given(st.lists(st.tuples(days, st.none() | st.integers(0, 1000)), max_size=12), days)
def test_no_more_settle_than_are_followed_and_no_more_are_followed_later(
    drawn: list[tuple[date, int | None]], as_of: date
) -> None:
    rows = households(*((end, None if wait is None else end + timedelta(days=wait)) for end, wait in drawn))
    figures = measure(welcome.households_at_horizons(rows, as_of=as_of), welcome.FOLLOW_UP, by="months_after")
    followed = dict(figures.select("months_after", "households_followed").iter_rows())

    assert all(settled <= number for _, number, settled, _ in figures.iter_rows())
    assert [followed.get(months, 0) for months in HORIZONS] == sorted(followed.values(), reverse=True) or not drawn
    for months, number in followed.items():
        assert number == sum(_months_later(end, months) <= as_of for end, _ in drawn)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
