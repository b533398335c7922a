"""A count of few people is not published; a count of none, and what is no count of people, are."""

from datetime import date

import polars as pl

from dashboard.publication.facts import Facts
from dashboard.publication.figures import SMALLEST_COUNT, published_figures
from data_access.reads.evaluation import YearFacts

DAY = date(2016, 12, 31)
NOTHING = pl.DataFrame()


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
    used = {"occupied_half_days": 4, "offered_half_days": 8, "occupied_hours": 16.0}
    weeks = {"weeks_complete": 1, "weeks_expected": 1, "weeks_draft": 0, "weeks_missing": 0, "weeks_closed": 0}
    year = YearFacts(
        year=2016,
        on=DAY,
        network=pl.DataFrame([place]),
        attendance=pl.DataFrame([used | weeks]),
        users=pl.DataFrame([{"year": 2016, "users": users}]),
        passes=pl.DataFrame([{"as_of": DAY, "active": members}]),
    )
    signed = pl.DataFrame(
        {"year": [2016] * contracts, "placements": [1] * contracts}, schema={"year": pl.Int32, "placements": pl.Int64}
    )
    months = pl.DataFrame([{"month_start": date(2016, 1, 1), **used, **weeks}]).clear()
    facts = Facts(date(2017, 5, 30), False, NOTHING, NOTHING, (year,), months, NOTHING, signed, NOTHING)
    return dict(published_figures(facts).select("key", "value").iter_rows())


def test_few_people_are_not_counted_in_public() -> None:
    found = figures(users=SMALLEST_COUNT - 1, members=1, contracts=2)

    assert {"users", "pass_members", "placements"}.isdisjoint(found)
    assert found["seats"] == 2, "seats are not people"


def test_enough_people_and_nobody_are() -> None:
    found = figures(users=SMALLEST_COUNT, members=0, contracts=7)

    assert (found["users"], found["pass_members"], found["placements"]) == (5, 0, 7)
