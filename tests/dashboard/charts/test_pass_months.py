"""Months are named as a reader would, and none is left out."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.theme import every_month, month_axis, span_label

DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2015, 5, 1), date(2015, 5, 1), "mai\u00a02015"),
        (date(2015, 5, 1), date(2015, 7, 1), "mai–juil.\u00a02015"),
        (date(2015, 11, 1), date(2016, 1, 1), "nov.\u00a02015\u00a0–\u00a0janv.\u00a02016"),
        (date(2015, 1, 1), date(2015, 12, 1), "2015"),
        (date(2015, 2, 1), date(2016, 1, 1), "févr.\u00a02015\u00a0–\u00a0janv.\u00a02016"),
    ],
)
def test_months_together_are_named_by_their_ends(first: date, last: date, expected: str) -> None:
    assert span_label(first, last) == expected


@given(DAYS, DAYS)
def test_every_month_between_two_days_is_there_once_and_in_order(one: date, other: date) -> None:
    first, last = min(one, other), max(one, other)
    months = every_month(first, last)

    assert months == sorted(set(months))
    assert (months[0], months[-1]) == (first.replace(day=1), last.replace(day=1))
    assert all((later - earlier).days <= 31 for earlier, later in pairwise(months))


def test_a_long_axis_names_its_januaries_and_a_short_one_its_months() -> None:
    long, short = (
        month_axis(every_month(date(2012, 2, 1), last)).to_dict() for last in (date(2014, 5, 1), date(2012, 4, 1))
    )

    assert long["axis"]["values"] == ["janv.\u00a02013", "janv.\u00a02014"]
    assert short["axis"]["values"] == ["févr.\u00a02012", "mars\u00a02012", "avr.\u00a02012"]
