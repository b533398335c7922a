"""The one engine of entries, and the registry of every kind of record it stores."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from data_access.entries.attendance import ATTENDANCE_WEEK
from data_access.entries.kind import Field, FoundEntry, Kind
from data_access.entries.people import PEOPLE
from data_access.entries.periods import PERIODS
from data_access.entries.places import PLACES
from data_access.entries.programmes import AGENDA, PROGRAMMES
from data_access.entries.published import PUBLISHED_FIGURE

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {kind.key: kind for kind in (*PEOPLE, *PROGRAMMES, *AGENDA, *PLACES, *PERIODS, PUBLISHED_FIGURE, ATTENDANCE_WEEK)}
)
"""Every kind of record, by its key."""

__all__ = ["KINDS", "Field", "FoundEntry", "Kind"]
