"""Periods of seats and hours, as the journal tells them."""

import pytest

from dashboard.wording.journal import changes, period_in_words, period_value
from dashboard.wording.typography import typeset


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2015-01-01/.. office", "Bureaux, à partir du 1er janvier 2015"),
        ("2015-01-01/2017-05-29 open_space", "Open space, du 1er janvier 2015 au 29 mai 2017"),
        ("2015-01-01/.. 1 am", "Lundi matin, à partir du 1er janvier 2015"),
    ],
)
def test_a_period_is_told_with_its_days(name: str, expected: str) -> None:
    assert period_in_words(name) == expected


@pytest.mark.parametrize(("stored", "expected"), [("4", "4"), ("09:00/12:30", "9 h – 12 h 30"), (None, "–")])
def test_what_a_period_holds_is_told(stored: str | None, expected: str) -> None:
    assert period_value(stored) == typeset(expected).replace(" ", "\u00a0")


def test_the_journal_tells_the_periods_that_changed() -> None:
    before = {"centre": "MURAT", "periods": {"2015-01-01/.. office": "4", "2015-01-01/.. open_space": "2"}}
    after = {
        "centre": "MURAT",
        "periods": {
            "2015-01-01/2017-06-04 office": "4",
            "2017-06-05/.. office": "6",
            "2015-01-01/.. open_space": "2",
        },
    }

    told = changes({"table_name": "centre_capacity", "before": before, "after": after})

    assert told == [
        ("Bureaux, à partir du 1er janvier 2015", "4", "–"),
        ("Bureaux, du 1er janvier 2015 au 4 juin 2017", "–", "4"),
        ("Bureaux, à partir du 5 juin 2017", "–", "6"),
    ]
