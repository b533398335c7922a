"""French numbers: no-break spaces, decimal comma, true minus sign, halves rounded away from zero as a spreadsheet does.

Every function here takes a number. What a frame holds may be missing: ``units.format_value`` takes that.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from babel.core import Locale
from babel.numbers import format_decimal

LOCALE: Final = "fr_FR"
NO_BREAK: Final = "\u00a0"
NARROW_NO_BREAK: Final = "\u202f"
MINUS: Final = "\u2212"

Number = int | float | Decimal


def rounded(value: Number, digits: int = 0) -> Decimal:
    """The value at the precision shown, never « -0 »: 2,5 gives 3 where Python and Babel alone would give 2."""
    # str() first: Decimal(0.145) is 0.14499…, and would round down what everybody reads as 0,145.
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP) + 0


def scaled(value: Number, factor: int) -> Decimal:
    """The exact multiple of what a reader sees: 0.145 × 100 is 14,5, not 14,499…"""
    return Decimal(str(value)) * factor


def integer(value: Number) -> str:
    """« 43 800 »"""
    return decimal(value, digits=0)


# The same numbers come back all over a page, and from page to page.
@lru_cache(maxsize=8192)
def decimal(value: Number, digits: int = 1) -> str:
    """« 12,5 », always with this many decimals, so that a column lines up."""
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return format_decimal(rounded(value, digits), format=f"{pattern};{MINUS}{pattern}", locale=LOCALE)


def signed(value: Number, digits: int = 1) -> str:
    """« +3,2 », « −3,2 », and a plain « 0,0 » for what rounds to nothing."""
    return ("+" if rounded(value, digits) > 0 else "") + decimal(value, digits)


def percent(share: Number, digits: int = 0) -> str:
    """« 35 % » for 0.35."""
    return decimal(scaled(share, 100), digits) + NO_BREAK + "%"


def points(difference: Number) -> str:
    """« +3,2 points », « −2 points » for a difference of two shares, 0.032 or -0.02: never « % » of a « % ».

    One decimal at most, and none when it would be a zero.
    """
    value = rounded(scaled(difference, 100), 1)
    digits = 0 if value == value.to_integral_value() else 1
    noun = "point" if is_singular(value) else "points"
    return signed(value, digits) + NO_BREAK + noun


def hours(value: Number, digits: int = 0) -> str:
    """« 43 800 h »"""
    return decimal(value, digits) + NARROW_NO_BREAK + "h"


def euros(value: Number, digits: int = 0) -> str:
    """« 934 € »"""
    return decimal(value, digits) + NO_BREAK + "€"


def ordinal(value: int, feminine: bool = False) -> str:
    """« 23e », « 1er », and « 1re » for a session."""
    if value == 1:
        return "1re" if feminine else "1er"
    return f"{integer(value)}e"


def is_singular(value: Number) -> bool:
    """French keeps the singular below two: 0, 1 and 1,5."""
    return Locale.parse(LOCALE).plural_form(abs(Decimal(str(value)))) == "one"
