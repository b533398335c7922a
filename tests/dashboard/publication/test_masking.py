"""A count of few people is not published; a count of none, and what is no count of people, are."""

from datetime import date

import polars as pl

from dashboard.indicators.disclosure import THRESHOLD
from dashboard.publication import PublishedFacts, published_figures
from data_access.facts import YearFacts

DAY = date(2016, 12, 31)
NOTHING = pl.DataFrame()
PUBLISHED = pl.DataFrame(schema={"indicator": pl.String, "year_from": pl.Int32, "year_to": pl.Int32})
WORKED = {
    "occupied_half_days": 4, "offered_half_days": 8, "occupied_hours": 16.0, "weeks_complete": 1, "weeks_expected": 1,
    "weeks_draft": 0, "weeks_missing": 0, "weeks_closed": 0,
}  # fmt: skip
MONTHS = pl.DataFrame([{"month_start": date(2016, 1, 1), **WORKED}]).clear()


def figures(users: int, members: int, contracts: int) -> dict[str, float]:
    """The figures published of a year with one place of two seats."""
    place = {
        "centre_code": "C",
        "as_of": DAY,
        "open": True,
        "seats": 2,
        "seats_office": 2,
        "seats_open_space": 0,
        "cost_eur": 900.0,
    }
    year = YearFacts(
        year=2016,
        on=DAY,
        network=pl.DataFrame([place]),
        attendance=pl.DataFrame([WORKED]),
        users=pl.DataFrame([{"year": 2016, "users": users}]),
        passes=pl.DataFrame([{"as_of": DAY, "active": members}]),
    )
    signed = contracts_of([2016] * contracts)
    facts = PublishedFacts(
        date(2017, 5, 30), False, NOTHING, NOTHING, (year,), PUBLISHED, MONTHS, NOTHING, signed, NOTHING
    )
    return dict(published_figures(facts).select("key", "value").iter_rows())


def contracts_of(years: list[int]) -> pl.DataFrame:
    """One contract for each of these years, begun in its June."""
    rows = [(year, date(year, 6, 1) if year < 2017 else date(2017, 2, 1), 1) for year in years]
    return pl.DataFrame(rows, schema={"year": pl.Int32, "hired_on": pl.Date, "placements": pl.Int64}, orient="row")


def test_few_people_are_not_counted_in_public() -> None:
    found = figures(users=THRESHOLD - 1, members=1, contracts=2)

    assert {"users", "pass_members", "placements"}.isdisjoint(found)
    assert found["seats"] == 2, "seats are not people"


def test_enough_people_and_nobody_are() -> None:
    found = figures(users=THRESHOLD, members=0, contracts=7)

    assert (found["users"], found["pass_members"], found["placements"]) == (5, 0, 7)


def test_a_year_of_few_contracts_is_not_found_by_taking_the_others_from_the_total() -> None:
    """The total of all years is told to elected members."""
    signed = contracts_of([2014] * 9 + [2015] * 2 + [2016] * 8)
    facts = PublishedFacts(date(2017, 5, 30), False, NOTHING, NOTHING, (), PUBLISHED, MONTHS, NOTHING, signed, NOTHING)
    told = published_figures(facts).filter(pl.col("key") == "placements")["ends_on"].dt.year().to_list()

    assert 2015 not in told
    assert len(told) == 1


def test_the_running_year_is_told_to_nobody_so_that_those_that_are_over_stand_as_they_are() -> None:
    """Partners are told the total up to the end of the last one."""
    signed = contracts_of([2015] * 9 + [2016] * 8 + [2017] * 3)
    facts = PublishedFacts(date(2017, 5, 30), False, NOTHING, NOTHING, (), PUBLISHED, MONTHS, NOTHING, signed, NOTHING)
    told = published_figures(facts).filter(pl.col("key") == "placements")["ends_on"].dt.year().to_list()

    assert told == [2015, 2016]
