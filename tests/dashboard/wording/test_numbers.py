from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording import numbers


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (numbers.integer(43800), "43\u202f800"),
        (numbers.integer(0), "0"),
        (numbers.integer(-3), "−3"),
        (numbers.integer(2.5), "3"),
        (numbers.integer(Decimal("1234567")), "1\u202f234\u202f567"),
        (numbers.decimal(12.5), "12,5"),
        (numbers.decimal(1234.5, 2), "1\u202f234,50"),
        (numbers.decimal(0.145, 2), "0,15"),
        (numbers.decimal(-0.04), "0,0"),
        (numbers.signed(-3.2), "−3,2"),
        (numbers.signed(3.2), "+3,2"),
        (numbers.signed(0), "0,0"),
        (numbers.signed(-0.4, digits=0), "0"),
        (numbers.percent(0.35), "35\u00a0%"),
        (numbers.percent(0.145), "15\u00a0%"),
        (numbers.percent(0.3537, digits=1), "35,4\u00a0%"),
        (numbers.points(0.032), "+3,2\u00a0points"),
        (numbers.points(-0.02), "−2\u00a0points"),
        (numbers.points(0.01), "+1\u00a0point"),
        (numbers.points(-0.015), "−1,5\u00a0point"),
        (numbers.points(0), "0\u00a0point"),
        (numbers.points(-0.0004), "0\u00a0point"),
        (numbers.hours(43800), "43\u202f800\u202fh"),
        (numbers.hours(12.5, digits=1), "12,5\u202fh"),
        (numbers.euros(934), "934\u00a0€"),
        (numbers.euros(54172.5, digits=2), "54\u202f172,50\u00a0€"),
        (numbers.ordinal(23), "23e"),
        (numbers.ordinal(1), "1er"),
        (numbers.ordinal(1, feminine=True), "1re"),
    ],
)
def test_a_number_is_written_in_french(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("ours", "babel"),
    [
        (numbers.integer(43800), format_decimal(43800, locale="fr_FR")),
        (numbers.percent(0.35), format_percent(0.35, locale="fr_FR")),
        (numbers.hours(43800), format_unit(43800, "duration-hour", length="short", locale="fr_FR")),
        (
            numbers.euros(934),
            format_currency(934, "EUR", format="#,##0\u00a0¤", currency_digits=False, locale="fr_FR"),
        ),
        (numbers.signed(-3.2), format_decimal(-3.2, format="+#,##0.0;−#,##0.0", locale="fr_FR")),
        (numbers.signed(3.2), format_decimal(3.2, format="+#,##0.0;−#,##0.0", locale="fr_FR")),
    ],
)
def test_our_signs_are_those_of_babel(ours: str, babel: str) -> None:
    assert ours == babel


@pytest.mark.parametrize("value", [0, 1, 1.5, -1, 1.9])
def test_below_two_french_keeps_the_singular(value: float) -> None:
    assert numbers.is_singular(value)


@pytest.mark.parametrize("value", [2, 5, -2, 100, 1_000_000])
def test_from_two_on_french_takes_the_plural(value: int) -> None:
    assert not numbers.is_singular(value)


@given(st.integers(-(10**6), 10**6), st.integers(0, 3))
def test_a_half_is_rounded_away_from_zero(whole: int, digits: int) -> None:
    half = Decimal(abs(whole)).scaleb(-digits) + Decimal(5).scaleb(-digits - 1)
    expected = Decimal(abs(whole) + 1).scaleb(-digits)

    assert numbers.rounded(half, digits) == expected
    assert numbers.rounded(-half, digits) == -expected


@given(st.floats(-1e12, 1e12))
def test_no_number_is_written_with_an_ordinary_space_or_a_hyphen(value: float) -> None:
    for written in (numbers.decimal(value), numbers.percent(value), numbers.hours(value), numbers.euros(value)):
        assert " " not in written
        assert "-" not in written
