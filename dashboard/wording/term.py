"""The French word of one coded value, in its forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from dashboard.wording.numbers import Number
from dashboard.wording.plurals import plural
from dashboard.wording.typography import capital


@dataclass(frozen=True)
class Term:
    """One coded value in French: in a sentence, in the plural, and where room is short."""

    label: str
    plural: str = ""
    short: str = ""

    @property
    def title(self) -> str:
        """The label with a capital."""
        return capital(self.label)

    @property
    def brief(self) -> str:
        """The short form with a capital; the title when there is none."""
        return capital(self.short) or self.title

    def counted(self, value: Number) -> str:
        """The label in the number that goes with this value: « bureaux individuels » for 2."""
        return plural(value, self.label, self.plural or None)


Code = TypeVar("Code", str, int)


def terms(words: dict[Code, Term]) -> Mapping[Code, Term]:
    """The words of one list of codes, which nothing changes."""
    return MappingProxyType(words)
