"""What is published of a count that grows: as it stood at month ends, so that all who publish it hide the same."""

from datetime import date, timedelta

import polars as pl

from dashboard.indicators import placements
from dashboard.indicators.disclosure import protected
from dashboard.indicators.model import measure


def last_published(today: date) -> date:
    """The last day of the last month that is over: between two days of a month, one person more would be told apart."""
    return today.replace(day=1) - timedelta(days=1)


def month_ends(on: date) -> list[date]:
    """The last days of the twelve months before that of this day, the oldest first: what was hidden on them stays hidden."""
    months = [on.year * 12 + on.month - 1 - back for back in range(11, -1, -1)]
    return [date(month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]


def contracts_by_year(contracts: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """One row per year up to that of `on`: `placements`, null where `placements_hidden`. The running year is one of them.

    Whoever leaves that year out hides the same years all the same: the total of all is known, and would give it back.
    """

    def counted(day: date) -> pl.DataFrame:
        begun = contracts.filter(pl.col("hired_on") <= day)
        years = measure(begun, [placements.PLACEMENTS], by="year")
        first = begun["year"].min()
        every = pl.DataFrame({"year": range(first if isinstance(first, int) else day.year, day.year + 1)})
        found = every.cast({"year": pl.Int32}).join(years, on="year", how="left", maintain_order="left")
        return found.with_columns(pl.col("placements").fill_null(0))

    return protected(counted(on), "placements", ["year"], earlier=[counted(day) for day in month_ends(on)])
