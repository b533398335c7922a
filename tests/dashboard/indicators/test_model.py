"""What measure() computes, what it refuses, and why."""

from datetime import date

import polars as pl
import pytest

from dashboard.indicators import attendance, network, passes
from dashboard.indicators.model import Facts, MissingColumns, NotAdditive, measure, total
from tests.dashboard.indicators.cases import NETWORK_2013, TWO_CENTRES, frame


def test_the_rate_of_the_network_is_total_over_total_not_the_mean_of_the_rates() -> None:
    facts = frame(Facts.ATTENDANCE, TWO_CENTRES)
    by_centre = measure(facts, [attendance.FILL_RATE], by="centre_code")
    expected = {"MURAT": 0.75, "YDES": 2 / 60}

    assert dict(by_centre.iter_rows()) == expected
    assert measure(facts, [attendance.FILL_RATE]).item() == 0.32


def test_groups_come_in_order_of_appearance_under_the_keys_of_the_indicators() -> None:
    facts = pl.DataFrame(
        {
            "centre_code": ["YDES", "MURAT", "YDES"],
            "seat_kind": ["office", "office", "open_space"],
            "occupied_half_days": [1, 2, 3],
            "offered_half_days": [10, 10, 0],
            "occupied_hours": [4.0, 8.0, 12.0],
        }
    )
    expected = pl.DataFrame(
        {
            "centre_code": ["YDES", "MURAT"],
            "occupied_half_days": [4, 2],
            "offered_half_days": [10, 10],
            "hours": [16.0, 8.0],
            "fill_rate": [0.4, 0.2],
        }
    )

    assert measure(facts, attendance.USE, by=("centre_code",)).equals(expected)


def test_nothing_offered_gives_no_rate_rather_than_zero() -> None:
    facts = pl.DataFrame({"occupied_half_days": [0, 3], "offered_half_days": [0, 0]})

    assert measure(facts, [attendance.FILL_RATE]).item() is None


@pytest.mark.parametrize(
    ("values", "expected"), [([], 0), ([None], None), ([None, None], None), ([None, 3], 3), ([0], 0), ([2, 3], 5)]
)
def test_a_total_tells_missing_from_zero(values: list[int | None], expected: int | None) -> None:
    facts = pl.DataFrame({"value": values}, schema={"value": pl.Int64})

    assert facts.select(total("value")).item() == expected


def test_figures_have_the_type_of_their_unit_whatever_the_database_returned() -> None:
    facts = frame(Facts.NETWORK, NETWORK_2013).with_columns(pl.col("seats").cast(pl.Int16))
    expected = {"centres": pl.Int64, "seats": pl.Int64, "cost_per_seat": pl.Float64}

    assert measure(facts, [network.CENTRES, network.SEATS, network.COST_PER_SEAT]).schema == expected


def test_seats_of_two_dates_are_not_added() -> None:
    facts = pl.DataFrame({"as_of": [date(2016, 12, 31), date(2017, 12, 31)], "open": [True, True], "seats": [6, 8]})
    expected = {date(2016, 12, 31): 6, date(2017, 12, 31): 8}

    with pytest.raises(NotAdditive, match="seats does not add over time: keep one value of as_of"):
        measure(facts, [network.SEATS])
    assert dict(measure(facts, [network.SEATS], by="as_of").iter_rows()) == expected


def test_members_of_two_months_are_not_added_but_joins_are() -> None:
    facts = pl.DataFrame(
        {"month_start": [date(2017, 4, 1), date(2017, 5, 1)], "joined": [3, 4], "ended": [0, 1], "active": [114, 117]}
    )

    with pytest.raises(NotAdditive, match="pass_members"):
        measure(facts, [passes.PASS_JOINS, passes.PASS_MEMBERS])
    assert measure(facts, [passes.PASS_JOINS, passes.PASS_ENDS]).row(0) == (7, 1)


def test_users_of_two_years_are_not_added() -> None:
    facts = pl.DataFrame({"year": [2012, 2013], "users": [180, 214]})

    with pytest.raises(NotAdditive, match="users counts distinct people"):
        measure(facts, [network.USERS])
    assert measure(facts, [network.USERS], by="year")["users"].to_list() == [180, 214]


def test_users_of_two_centres_are_not_added_even_within_a_year() -> None:
    facts = pl.DataFrame({"year": [2013, 2013], "centre_code": ["MURAT", "YDES"], "users": [20, 15]})

    with pytest.raises(NotAdditive, match="users counts distinct people"):
        measure(facts, [network.USERS], by="year")
    assert measure(facts, [network.USERS], by=["year", "centre_code"])["users"].to_list() == [20, 15]


def test_weeks_repeated_on_each_seat_kind_are_not_counted_twice() -> None:
    facts = pl.DataFrame({"seat_kind": ["office", "open_space"], "weeks_expected": [4, 4], "weeks_complete": [3, 3]})

    with pytest.raises(NotAdditive, match="completeness does not add over seat_kind"):
        measure(facts, [attendance.COMPLETENESS])


def test_one_bad_group_among_good_ones_is_enough_to_refuse() -> None:
    facts = pl.DataFrame(
        {
            "centre_code": ["MURAT", "YDES", "YDES"],
            "as_of": [date(2017, 12, 31), date(2016, 12, 31), date(2017, 12, 31)],
            "open": [True, True, True],
        }
    )

    with pytest.raises(NotAdditive):
        measure(facts, [network.CENTRES], by="centre_code")


def test_a_missing_column_is_named_with_the_indicator_that_reads_it() -> None:
    facts = pl.DataFrame({"occupied_half_days": [1]})

    with pytest.raises(MissingColumns, match="fill_rate reads offered_half_days"):
        measure(facts, [attendance.FILL_RATE])
    with pytest.raises(MissingColumns, match="cannot group by month"):
        measure(facts, [attendance.OCCUPIED_HALF_DAYS], by="month")


def test_indicators_can_be_compared_and_kept_in_sets() -> None:
    assert len({*attendance.ALL, *attendance.ALL}) == len(attendance.ALL)
    assert "expression" not in repr(attendance.FILL_RATE)
