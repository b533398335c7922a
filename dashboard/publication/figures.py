"""The figures that are published, one row each: the network by year and month, each commune by year."""

from collections.abc import Iterable
from datetime import date
from typing import Final

import polars as pl

from dashboard.exports.opendata.indicators import COUNTY_CODE
from dashboard.indicators import attendance, network, passes, people, placements
from dashboard.indicators.disclosure import is_small, protected
from dashboard.indicators.facts import Facts as Kind
from dashboard.indicators.model import Indicator, Unit, measure
from dashboard.publication.facts import Facts
from data_access.periods import month_end
from data_access.reads.evaluation import YearFacts

_OF_PEOPLE: Final = frozenset({Unit.PERSON, Unit.FAMILY, Unit.CONTRACT})

_SCHEMA: Final = {
    "key": pl.String,
    "value": pl.Float64,
    "every": pl.String,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "insee_code": pl.String,
}
_USE: Final = (attendance.OCCUPIED_HALF_DAYS, attendance.OFFERED_HALF_DAYS, attendance.HOURS, attendance.FILL_RATE)
_BY_MONTH: Final = (*_USE, attendance.COMPLETENESS)
# What stands at the last day of the year, and what the year brought.
_STOCKS: Final = (network.CENTRES, network.SEATS, network.SEATS_OFFICE, network.SEATS_OPEN_SPACE, passes.PASS_MEMBERS)
_FLOWS: Final = (people.USERS, *_BY_MONTH, network.COST_PER_SEAT)


def published_figures(facts: Facts) -> pl.DataFrame:
    """One row per figure, as `indicators_csv` takes it; counts of few people are left out."""
    rows = [
        *(row for year in facts.years for row in _of_year(year)),
        *_of_contracts(facts),
        *_of_months(facts.months),
        *_of_communes(facts),
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").drop_nulls("value")


Row = tuple[str, float | None, str, date | None, date, str]


def _of_year(year: YearFacts) -> Iterable[Row]:
    frames = {
        Kind.NETWORK: year.network,
        Kind.ATTENDANCE: year.attendance,
        Kind.USERS: year.users,
        Kind.PASSES: year.passes,
    }
    first, last = date(year.year, 1, 1), date(year.year, 12, 31)
    for indicator in (*_STOCKS, *_FLOWS):
        value = measure(frames[indicator.facts], [indicator]).item()
        # No total stands beside these: what is hidden cannot be found by taking away.
        if indicator.unit in _OF_PEOPLE and is_small(value):
            continue
        yield indicator.key, value, "year", None if indicator in _STOCKS else first, last, COUNTY_CODE


def _of_contracts(facts: Facts) -> Iterable[Row]:
    """From the year of the first one; the total of all years is known elsewhere, so that one hidden year hides another."""
    last, key = facts.today.year - 1, placements.PLACEMENTS.key
    signed = measure(facts.placements.filter(pl.col("year") <= last), [placements.PLACEMENTS], by="year")
    if signed.is_empty():
        return
    years = pl.DataFrame({"year": range(min(signed["year"]), last + 1)}, schema={"year": signed.schema["year"]})
    counts = years.join(signed, on="year", how="left", maintain_order="left").with_columns(pl.col(key).fill_null(0))
    earlier = [counts.head(length) for length in range(1, counts.height)]
    for year, count in protected(counts, key, ("year",), earlier=earlier).select("year", key).iter_rows():
        yield key, count, "year", date(year, 1, 1), date(year, 12, 31), COUNTY_CODE


def _of_months(months: pl.DataFrame) -> Iterable[Row]:
    for row in measure(months, _BY_MONTH, by="month_start").iter_rows(named=True):
        first: date = row["month_start"]
        yield from _rows(row, _BY_MONTH, "month", first, month_end(first), COUNTY_CODE)


def _of_communes(facts: Facts) -> Iterable[Row]:
    if facts.places_by_year.is_empty():
        return
    communes = facts.places.select(pl.col("code").alias("centre_code"), "insee_code")
    used = facts.places_by_year.join(communes, on="centre_code", how="left", maintain_order="left").sort(
        "year", "insee_code"
    )
    for row in measure(used, _USE, by=("year", "insee_code")).iter_rows(named=True):
        year: int = row["year"]
        yield from _rows(row, _USE, "year", date(year, 1, 1), date(year, 12, 31), row["insee_code"])


def _rows(
    row: dict[str, float], indicators: tuple[Indicator, ...], every: str, first: date, last: date, code: str
) -> Iterable[Row]:
    for indicator in indicators:
        yield indicator.key, row[indicator.key], every, first, last, code
