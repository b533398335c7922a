from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording.numbers import decimal
from dashboard.wording.parsing import NotANumber, parse_fr, parse_whole_fr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12,5", Decimal("12.5")),
        ("12.5", Decimal("12.5")),
        ("1 234,50", Decimal("1234.50")),
        ("1 234", Decimal(1234)),
        ("1\u202f234", Decimal(1234)),
        ("1\u00a0234,5", Decimal("1234.5")),
        ("43800", Decimal(43800)),
        (" 7 ", Decimal(7)),
        ("0", Decimal(0)),
        ("-3", Decimal(-3)),
        ("−3,2", Decimal("-3.2")),
        ("+3", Decimal(3)),
        ("934 €", Decimal(934)),
        ("934\u00a0€", Decimal(934)),
    ],
)
def test_a_number_is_read_as_french_people_type_it(text: str, expected: Decimal) -> None:
    assert parse_fr(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\u00a0"])
def test_a_blank_is_nothing_not_zero(text: str) -> None:
    assert parse_fr(text) is None
    assert parse_whole_fr(text) is None


@pytest.mark.parametrize(
    "text", ["abc", "12 50", "1,2,3", "12,", ",5", "--3", "NaN", "inf", "1e3", "٣", "€", "3 h", "1234 567"]
)
def test_what_is_not_a_number_is_refused_with_what_to_type(text: str) -> None:
    expected = f"«\u00a0{text}\u00a0» n’est pas un nombre. Indiquez par exemple 12,5."

    with pytest.raises(NotANumber) as refusal:
        parse_fr(text)
    assert str(refusal.value) == expected


def test_a_decimal_is_not_rounded_into_a_whole_number() -> None:
    assert parse_whole_fr("1 234") == 1234
    assert parse_whole_fr("3,0") == 3
    with pytest.raises(NotANumber, match="n’est pas un nombre entier"):
        parse_whole_fr("2,5")


@given(st.decimals(-(10**9), 10**9, places=2))
def test_what_we_write_we_can_read(value: Decimal) -> None:
    assert parse_fr(decimal(value, 2)) == value
