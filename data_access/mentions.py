"""Finds people in texts that others typed, however they wrote them: accents, case, order, hyphens, dots in telephones.

A full name, an address or a telephone number tells a person anywhere. A family name alone does so in remarks, unless it is
also a place or somebody else's: « Murat est fermé » is not about Mme Murat.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

REMARKS: Final = frozenset(
    {
        ("attendance_week", "comment"),
        ("centre", "note"),
        ("closure", "reason"),
        ("entry_draft", "typed"),
        ("import_batch", "file_name"),
        ("week_reopening", "reason"),
    }
)
"""Texts that people type about their work, where a family name alone is looked for too."""
TITLES: Final = frozenset(
    {
        ("audit_entry", "row_key"),
        ("centre", "address"),
        ("centre", "operator_name"),
        ("centre_cost", "source"),
        ("course", "theme"),
        ("course", "title"),
        ("entry_draft", "about"),
        ("event", "audience"),
        ("event", "contact"),
        ("event", "place"),
        ("event", "title"),
        ("information_meeting", "place"),
        ("placement", "candidate_ref"),
        ("placement", "employer"),
        ("price", "note"),
        ("welcome_session", "place"),
        ("welcome_session", "precision"),
        ("welcome_session", "source"),
    }
)
"""Texts that name places, events and companies: a person is told there by what tells nobody else."""
LEFT_OUT: Final = "…"
"""Stands where a name stood; one sign, so that no text grows beyond what its column takes."""

_SHORTEST_NAME: Final = 3
_CIVILITY: Final = r"(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\.?\s+"
_GAP: Final = r"[\W_]+"
_WORD: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\d[\d\s./-]{5}")


@dataclass(frozen=True)
class Identity:
    """What tells a person."""

    family_name: str | None
    given_name: str | None
    email: str | None = None
    phone: str | None = None


class Mentions:
    """The texts that mention some people; `common` are the words, folded, that a family name shares with something else."""

    def __init__(self, people: Iterable[Identity], common: frozenset[str] = frozenset()) -> None:
        known = list(people)
        sure = [pattern for each in known for pattern in _sure(each)]
        alone = [pattern for each in known for pattern in _alone(each, common)]
        self._sure: Final = _either(sure)
        self._remarks: Final = _either([*sure, *alone])
        self._hints: Final = frozenset(word for each in known for word in words(each.family_name)[:1])

    def without(self, text: str, *, remark: bool) -> str:
        """The text with what tells these people left out."""
        composed = text if text.isascii() else unicodedata.normalize("NFC", text)
        plain = folded(composed)
        if not self._may_tell(plain):
            return text
        spans = [found.span() for found in (self._remarks if remark else self._sure).finditer(plain)]
        if not spans:
            return text
        kept, start = "", 0
        for begins, ends in spans:
            kept += composed[start:begins] + LEFT_OUT
            start = ends
        return kept + composed[start:]

    def are_in(self, text: str, *, remark: bool) -> bool:
        """Whether the text tells one of these people."""
        return self.without(text, remark=remark) != text

    def cleaned(self, table: str, document: Mapping[str, Any] | None) -> dict[str, Any] | None:
        """A document of the audit about a row of that table, with these people left out of its texts."""
        if document is None:
            return None
        return {name: self._cleaned(value, remark=(table, name) in REMARKS) for name, value in document.items()}

    def _may_tell(self, plain: str) -> bool:
        """Ten years of texts are read for one person: most are told apart without the long pattern."""
        return "@" in plain or bool(_DIGITS.search(plain)) or not self._hints.isdisjoint(_WORD.findall(plain))

    def _cleaned(self, value: Any, *, remark: bool) -> Any:
        if isinstance(value, str):
            return self.without(value, remark=remark)
        if isinstance(value, Mapping):
            return {name: self._cleaned(each, remark=remark) for name, each in value.items()}
        return [self._cleaned(each, remark=remark) for each in value] if isinstance(value, list) else value


def folded(text: str) -> str:
    """The text without accents nor case, each sign still in its place."""
    return text.lower() if text.isascii() else "".join(map(_folded_sign, text))


def words(text: str | None) -> list[str]:
    """The words of a text, folded."""
    return _WORD.findall(folded(unicodedata.normalize("NFC", text or "")))


@cache
def _folded_sign(sign: str) -> str:
    return (unicodedata.normalize("NFKD", sign)[0].casefold() or sign)[0]


def _sure(who: Identity) -> Iterator[str]:
    if who.email:
        yield rf"(?<![\w.+-]){re.escape(folded(who.email))}(?![\w-])"
    family, given = _GAP.join(words(who.family_name)), _GAP.join(words(who.given_name))
    if family and given:
        yield _whole(f"{given}{_GAP}{family}")
        yield _whole(f"{family}{_GAP}{given}")
        yield _whole(f"{given[0]}\\.?\\s*{family}")
    yield from _phone(who.phone)


def _alone(who: Identity, common: frozenset[str]) -> Iterator[str]:
    parts = words(who.family_name)
    if parts:
        yield _whole(f"{_CIVILITY}{_GAP.join(parts)}")
    if len("".join(parts)) >= _SHORTEST_NAME and not (len(parts) == 1 and parts[0] in common):
        yield _whole(_GAP.join(parts))


def _phone(phone: str | None) -> Iterator[str]:
    digits = re.sub(r"\D", "", phone or "")
    if len(digits) < 8:
        return
    if digits.startswith("0"):
        yield rf"(?<!\d)(?:0|(?:\+|00)33[\s.-]*(?:\(0\))?[\s.-]*){_spaced(digits[1:])}(?!\d)"
    else:
        yield rf"(?<!\d)(?:\+|00)?{_spaced(digits)}(?!\d)"


def _spaced(digits: str) -> str:
    return r"[\s./-]*".join(digits)


def _whole(pattern: str) -> str:
    return rf"(?<!\w){pattern}(?!\w)"


def _either(patterns: list[str]) -> re.Pattern[str]:
    # Without a pattern nothing may be found, not everything.
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")
