"""French typography, applied: no-break spaces and curly apostrophes.

Sentences may be written with ordinary spaces and typeset once, where they are shown. ``typeset(text) == text`` is also
the test that a fixed sentence is well written.
"""

import re
from typing import Final

from dashboard.wording.numbers import NARROW_NO_BREAK, NO_BREAK

# Only a space already there becomes a no-break one: addresses, times of day in files and markup keep their signs.
_RULES: Final = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r" (?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"[ \u00a0](?=[;!?](?:\s|\W|$))"), NARROW_NO_BREAK),
    (re.compile(r"(?<=«) "), NO_BREAK),
    (re.compile(r" (?=»)"), NO_BREAK),
    (re.compile(r"(?<=\d) (?=[%€])"), NO_BREAK),
    (re.compile(r"(?<=\bn°) (?=\d)"), NO_BREAK),
)


def typeset(text: str) -> str:
    """The sentence with its no-break spaces and apostrophes; a sentence already typeset comes back as it was."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def capital(text: str) -> str:
    """The text with a capital first letter, accent kept: « étape » gives « Étape »."""
    return text[:1].upper() + text[1:]
