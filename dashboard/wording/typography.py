"""French typography, plurals and signs: no-break spaces, curly apostrophes, one and many."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from babel.dates import get_month_names
from babel.lists import format_list

from dashboard.wording.numbers import LOCALE, NARROW_NO_BREAK, NO_BREAK, Number, decimal, integer, is_singular, rounded

# French typography, applied: no-break spaces and curly apostrophes. Sentences may be written with ordinary spaces and
# typeset once, where they are shown. ``typeset(text) == text`` is also the test that a fixed sentence is well
# written.

_MONTHS: Final = "|".join(
    re.escape(name.strip(".")) for w in ("wide", "abbreviated") for name in get_month_names(w, locale=LOCALE).values()
)

# Only a space already there becomes a no-break one: addresses, times of day in files and markup keep their signs. A rule is
# looked for where its sign is: most sentences have none, and every text of a page passes here.
_RULES: Final = (
    ("'", re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (":", re.compile(r" (?=:(?:\s|$))"), NO_BREAK),
    *((sign, re.compile(rf"[ \u00a0](?={re.escape(sign)}(?:\s|\W|$))"), NARROW_NO_BREAK) for sign in ";!?"),
    ("«", re.compile(r"(?<=«) "), NO_BREAK),
    ("»", re.compile(r" (?=»)"), NO_BREAK),
    *((sign, re.compile(rf"(?<=\d) (?={sign})"), NO_BREAK) for sign in "%€"),
    ("n°", re.compile(r"(?<=\bn°) (?=\d)"), NO_BREAK),
    (" ", re.compile(rf"(?:(?<=\b\d)|(?<=\b\d\d)|(?<=\b1er)) (?=(?:{_MONTHS})\b)"), NO_BREAK),
)


def typeset(text: str) -> str:
    """The sentence with its no-break spaces and apostrophes; a sentence already typeset comes back as it was."""
    for sign, pattern, replacement in _RULES:
        if sign in text:
            text = pattern.sub(replacement, text)
    return text


def capital(text: str) -> str:
    """The text with a capital first letter, accent kept: « étape » gives « Étape »."""
    return text[:1].upper() + text[1:]


# Numbers and words together: « 0 adhésion », « 1,5 heure », « 2 centres », « Mauriac, Ydes et Murat ».


def plural(value: Number, singular: str, plural_form: str | None = None) -> str:
    """The word that goes with this number; the plural takes an « s » unless given."""
    return singular if is_singular(value) else plural_form or f"{singular}s"


def count(value: Number, singular: str, plural_form: str | None = None) -> str:
    """« 2 centres »: a number and its word, kept on one line."""
    digits = 0 if rounded(value, 1) == rounded(value, 0) else 1
    return decimal(value, digits) + NO_BREAK + plural(rounded(value, digits), singular, plural_form)


def enumeration(names: Sequence[str], most: int = 0) -> str:
    """« Mauriac, Ydes et Murat »; of more places than `most`, « Mauriac, Ydes et 94 autres »."""
    others = len(names) - most if most else 0
    return format_list([*names[:most], f"{integer(others)} autres"] if others > 1 else names, locale=LOCALE)


# Marks that say a state without colour. A mark never stands alone: its word or its fraction goes with it.

WEEK_STATE_GLYPHS: Final[Mapping[str, str]] = {
    "complete": "✔",
    "draft": "◐",
    "missing": "◌",
    "closed": "F",
    "not_expected": "–",
}
COMPLETENESS_GLYPHS: Final[Mapping[str, str]] = {**WEEK_STATE_GLYPHS, "late": "◷", "imported": "⇩"}


def harvey_ball(taken: int, seats: int) -> str:
    """○ ◔ ◑ ◕ ●, by quarters. Empty and full are kept for exactly none and exactly all."""
    if taken <= 0 or seats <= 0:
        return "○"
    if taken >= seats:
        return "●"
    return "◔◑◕"[min(max(round(4 * taken / seats), 1), 3) - 1]


def seats_fraction(taken: int, seats: int) -> str:
    """« 3/5 »"""
    return f"{integer(taken)}/{integer(seats)}"


# Stored text, drawn as it was typed. Streamlit reads most of its texts as Markdown: labels, headings, messages, hints,
# choices of radio buttons. A backslash takes a sign's meaning away, but not from what is looked for in the finished
# text, once backslashes are gone: signs by name (« :home: », « :material/home: ») and addresses, which it makes links.
# There a joiner that nobody sees stands between two letters.

_JOINER: Final = "\u2060"
_FOUND_IN_TEXT: Final = (
    (re.compile(r":(?=[\w+-]+[:/])"), f":{_JOINER}"),
    (re.compile(r"(?i)(https?:)(?=//)"), rf"\1{_JOINER}"),
    (re.compile(r"(?i)(www)(?=\.)"), rf"\1{_JOINER}"),
    (re.compile(r"(?<=[-.\w+])@(?=[-\w])"), f"{_JOINER}@"),
)
_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_\[\]<>#|~$&])|:(?=\w)")
_INDENTED: Final = re.compile(r"(?m)^(?: {4}|\t)\s*")
_BLOCK_SIGNS: Final = re.compile(r"(?m)^[ \t]*(?:(?=[-+=])|(\d+)(?=[.)]))")


def escape_markdown(text: str) -> str:
    """The text for a place that Streamlit reads as Markdown: it says what it holds, and means nothing.

    Every text that somebody typed, or that another program may have written, goes through here on its way to a label, a
    heading or a message; `escape` of the standard library does the same for `st.html`.
    """
    escaped = _MARKDOWN_SIGNS.sub(lambda sign: "\\" + sign.group(), _INDENTED.sub("", text))
    for pattern, replacement in _FOUND_IN_TEXT:
        escaped = pattern.sub(replacement, escaped)
    return _BLOCK_SIGNS.sub(lambda start: f"{start[1] or ''}\\", escaped)
