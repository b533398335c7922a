"""What a person typed, back to a number. A blank is nothing entered, never zero."""

import re
from decimal import Decimal
from typing import Final

# A group is three digits after a space of any kind; « 12 50 » is a slip, not 1 250.
_SPACE: Final = "[ \u00a0\u202f\u2009]"
_NUMBER: Final = re.compile(rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+)(?:[.,][0-9]+)?")
_EURO_SIGN: Final = re.compile(rf"(?<=[0-9]){_SPACE}*€$")


class NotANumber(ValueError):
    """The text cannot be read as a number; the message is the French sentence to show beside the field."""


def parse_fr(text: str) -> Decimal | None:
    """The number in « 12,5 », « 12.5 », « 1 234,50 », « −3 » or « 934 € »; None for a blank."""
    plain = _EURO_SIGN.sub("", text.strip()).replace("\u2212", "-")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise NotANumber(f"«\u00a0{text.strip()}\u00a0» n’est pas un nombre. Indiquez par exemple 12,5.")
    return Decimal(re.sub(_SPACE, "", plain).replace(",", "."))


def parse_whole_fr(text: str) -> int | None:
    """The whole number in « 12 » or « 1 234 »; None for a blank; « 2,5 » is refused, not rounded."""
    value = parse_fr(text)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise NotANumber(f"«\u00a0{text.strip()}\u00a0» n’est pas un nombre entier. Indiquez par exemple 3.")
    return int(value)
