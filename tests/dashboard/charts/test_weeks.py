"""Weeks follow each other without a hole, also over a new year of fifty-three weeks."""

from datetime import date

from dashboard.charts.theme import every_week, week_axis


def test_a_week_that_nobody_gave_is_still_on_the_axis() -> None:
    expected = [date(2017, 5, 15), date(2017, 5, 22), date(2017, 5, 29)]

    assert every_week([date(2017, 5, 29), date(2017, 5, 15)]) == expected


def test_no_week_makes_no_axis() -> None:
    assert every_week([]) == []


def test_a_year_of_fifty_three_weeks_keeps_its_last_one() -> None:
    axis = week_axis(every_week([date(2020, 12, 21), date(2021, 1, 4)])).to_dict()
    expected = ["2020-S52", "2020-S53", "2021-S01"]

    assert axis["scale"]["domain"] == expected
