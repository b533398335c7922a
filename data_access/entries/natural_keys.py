"""What makes two records the same for people: names as two writings of them agree, and numbers that follow a series."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# Letters that are written as two as well, and that no decomposition opens.
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})
_NUMBERED: Final = re.compile(r"(.*?)(\d{1,9})")


def same_words(*texts: str | None) -> str:
    """Some words as two writings of them agree: case, accents, ligatures, hyphens, apostrophes and spaces forgiven."""
    opened = " ".join(text for text in texts if text).casefold().translate(_LIGATURES)
    plain = unicodedata.normalize("NFKD", opened)
    letters = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(letters.split())


def next_in_series(given: Iterable[str], *, first: str) -> str:
    """The number that follows the series of the last one given, « PAM-0789 » after « PAM-0788 »; `first` begins one.

    `given` are the numbers so far, in the order they were given; what ends with no digit is in no series.
    """
    numbered = [found for text in given if (found := _NUMBERED.fullmatch(text))]
    if not numbered:
        return first
    prefix, width = numbered[-1][1], len(numbered[-1][2])
    highest = max(int(found[2]) for found in numbered if found[1] == prefix)
    return f"{prefix}{highest + 1:0{width}d}"
