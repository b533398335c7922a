import polars as pl

from dashboard.indicators.attendance import FILL_RATE, HOURS
from dashboard.indicators.comparison import compare


def test_counts_differ_by_a_count_and_shares_by_a_share() -> None:
    now = pl.DataFrame({"hours": [1200.0], "fill_rate": [0.5]})
    before = pl.DataFrame({"hours": [1000.0], "fill_rate": [0.25]})
    expected = pl.DataFrame(
        {
            "key": ["hours", "fill_rate"],
            "unit": ["hour", "ratio"],
            "current": [1200.0, 0.5],
            "previous": [1000.0, 0.25],
            "difference": [200.0, 0.25],
        }
    )

    assert compare(now, before, [HOURS, FILL_RATE]).equals(expected)


def test_a_figure_absent_on_one_side_has_no_difference() -> None:
    now = pl.DataFrame({"hours": [1200]})
    expected = [(1200.0, None, None), (None, None, None)]

    figures = compare(now, pl.DataFrame(), [HOURS, FILL_RATE])
    assert figures.select("current", "previous", "difference").rows() == expected
