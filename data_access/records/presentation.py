"""A show for a fair, as a coordinator composes it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from data_access.records.entries import EntryRecord, OptionalText


class PresentationRecord(EntryRecord):
    """Which slides, by their codes, in which order; `titles` are those changed, by code."""

    name: OptionalText = None
    slides: tuple[str, ...] = ()
    seconds: int = 12
    theme: Literal["auto", "light", "dark"] = "auto"
    titles: Mapping[str, str] = Field(default_factory=dict)
