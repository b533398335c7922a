"""Numbers and words together: « 0 adhésion », « 1,5 heure », « 2 centres », « Mauriac, Ydes et Murat »."""

from collections.abc import Sequence

from babel.lists import format_list

from dashboard.wording.numbers import LOCALE, NO_BREAK, Number, decimal, is_singular, rounded


def plural(value: Number, singular: str, plural_form: str | None = None) -> str:
    """The word that goes with this number; the plural takes an « s » unless given."""
    return singular if is_singular(value) else plural_form or f"{singular}s"


def count(value: Number, singular: str, plural_form: str | None = None) -> str:
    """« 2 centres »: a number and its word, kept on one line."""
    digits = 0 if rounded(value, 1) == rounded(value, 0) else 1
    return decimal(value, digits) + NO_BREAK + plural(rounded(value, digits), singular, plural_form)


def enumeration(names: Sequence[str]) -> str:
    """« Mauriac, Ydes et Murat »"""
    return format_list(names, locale=LOCALE)
