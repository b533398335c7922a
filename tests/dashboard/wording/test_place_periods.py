"""Periods of seats and hours, as the journal tells them."""

from typing import Any

import pytest

from dashboard.wording.journal import changes, period_in_words, period_value
from dashboard.wording.typography import typeset


def seats(kind: str, number: int, first: str, last: str | None = None) -> dict[str, Any]:
    return {"seat_kind": kind, "seats": number, "valid_from": first, "valid_to": last}


MONDAY_MORNING = {
    "weekday": 1,
    "half_day": "am",
    "opens_at": "09:00:00",
    "closes_at": "12:30:00",
    "valid_from": "2015-01-01",
    "valid_to": None,
}


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (seats("office", 4, "2015-01-01"), ("Bureaux, à partir du 1er\u00a0janvier 2015", "4")),
        (
            seats("open_space", 2, "2015-01-01", "2017-05-29"),
            ("Open space, du 1er\u00a0janvier 2015 au 29\u00a0mai 2017", "2"),
        ),
        (MONDAY_MORNING, ("Lundi matin, à partir du 1er\u00a0janvier 2015", "9 h – 12 h 30")),
    ],
)
def test_a_period_is_told_with_its_days_and_what_it_holds(period: dict[str, Any], expected: tuple[str, str]) -> None:
    name, value = expected

    assert period_in_words(period) == name
    assert period_value(period) == typeset(value).replace(" ", "\u00a0").replace("–\u00a0", "– ")


def test_the_journal_tells_the_periods_that_changed() -> None:
    desks = seats("open_space", 2, "2015-01-01")
    before = {"centre": "MURAT", "periods": [seats("office", 4, "2015-01-01"), desks]}
    after = {
        "centre": "MURAT",
        "periods": [seats("office", 4, "2015-01-01", "2017-06-04"), seats("office", 6, "2017-06-05"), desks],
    }

    told = changes({"table_name": "centre_capacity", "before": before, "after": after})

    assert told == [
        ("Bureaux, à partir du 1er\u00a0janvier 2015", "4", "–"),
        ("Bureaux, du 1er\u00a0janvier 2015 au 4\u00a0juin 2017", "–", "4"),
        ("Bureaux, à partir du 5\u00a0juin 2017", "–", "6"),
    ]
