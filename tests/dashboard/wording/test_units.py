import math

import pytest

from dashboard.indicators.model import Unit
from dashboard.wording.terms import MISSING
from dashboard.wording.units import (
    UNITS,
    UnknownUnit,
    format_difference,
    format_quantity,
    format_value,
    heading,
)


def test_units_are_those_of_the_indicators_under_the_same_name() -> None:
    expected = {unit.value: unit.label for unit in Unit}

    assert {code: words.plural for code, words in UNITS.items()} == expected


@pytest.mark.parametrize(
    ("value", "unit", "shown", "in_a_sentence"),
    [
        (58, "seat", "58", "58\u00a0positions de travail"),
        (1, "seat", "1", "1\u00a0position de travail"),
        (0, "family", "0", "0\u00a0famille"),
        (43800.0, "hour", "43\u202f800\u202fh", "43\u202f800\u00a0heures"),
        (1.4, "hour", "1\u202fh", "1\u00a0heure"),
        (0.354, "ratio", "35\u00a0%", "35\u00a0%"),
        (54172.0, "EUR", "54\u202f172\u00a0€", "54\u202f172\u00a0euros"),
        (934.0, "EUR/seat/year", "934\u00a0€", "934\u00a0euros par poste et par an"),
        (None, "ratio", MISSING, MISSING),
        (math.nan, "hour", MISSING, MISSING),
        (math.inf, "hour", MISSING, MISSING),
    ],
)
def test_a_value_reads_with_its_unit(value: float | None, unit: str, shown: str, in_a_sentence: str) -> None:
    assert format_value(value, unit) == shown
    assert format_quantity(value, unit) == in_a_sentence


def test_a_column_has_its_unit_in_the_heading_and_bare_numbers_below() -> None:
    assert heading("Heures", "hour") == "Heures\u00a0(h)"
    assert heading("Télécentres", "centre") == "Télécentres"


def test_a_unit_without_wording_is_named() -> None:
    with pytest.raises(UnknownUnit, match="parsec"):
        format_value(1, "parsec")


@pytest.mark.parametrize(
    ("difference", "unit", "shown"),
    [
        (3, "centre", "+3"),
        (-1200, "hour", "−1\u202f200\u202fh"),
        (-0.02, "ratio", "−2\u00a0points"),
        (34, "EUR/seat/year", "+34\u00a0€"),
        (0, "person", "0"),
        (-0.4, "hour", "0\u202fh"),
        (None, "person", MISSING),
    ],
)
def test_a_difference_has_its_sign_and_a_true_minus(difference: float | None, unit: str, shown: str) -> None:
    assert format_difference(difference, unit) == shown
