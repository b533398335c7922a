"""What is usual is the mean of other days, half-hour by half-hour."""

from datetime import date, time

import polars as pl

from dashboard.indicators.attendance import against_usual

TUESDAY = date(2017, 5, 30)


def test_each_other_day_counts_alike_and_the_day_itself_does_not() -> None:
    slots = pl.DataFrame(
        {
            "day": [TUESDAY, date(2017, 5, 23), date(2017, 5, 16), date(2017, 5, 23)],
            "slot": [time(9), time(9), time(9), time(18)],
            "seats_taken": [7, 4, 1, 2],
        }
    )

    expected = [(time(9), 7, 2.5), (time(18), None, 2.0)]

    assert against_usual(slots, TUESDAY).rows() == expected


def test_without_another_day_nothing_is_usual() -> None:
    slots = pl.DataFrame({"day": [TUESDAY], "slot": [time(9)], "seats_taken": [7]})

    assert against_usual(slots, TUESDAY).rows() == [(time(9), 7, None)]
    assert against_usual(slots.clear(), TUESDAY).schema == {
        "slot": pl.Time,
        "seats_taken": pl.Int64,
        "usual": pl.Float64,
    }
