"""Between which values each date, number and coordinate makes sense: what the database refuses beyond, whoever writes.

A year typed 0216 for 2016, a year in the place of a number, latitude and longitude swapped are mistakes and no facts.
The triggers refuse them as they are written (`data_access.triggers`); rows of before stay as they are until somebody
corrects them, and `cybercantal doctor` tells them. Forms and files refuse the same, in words.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.schema.columns import Day, Instant

Range = tuple[Any, Any]

EARLIEST: Final = date(1998, 1, 1)
"""Before the first telecentre of the county; a year typed with two digits falls before it."""
LATEST: Final = date(2100, 12, 31)
FIRST_OPENINGS: Final = date(1990, 1, 1)
"""A place may be older than what it offers the network: what it says of itself may go further back."""
_OPENINGS: Final = (FIRST_OPENINGS, LATEST)
_NO_END: Final = date(9999, 12, 31)
"""Other programs write so what never ends, beside NULL."""
_YEARS: Final = (EARLIEST.year, LATEST.year)
_LATITUDES: Final = (41, 52)
_LONGITUDES: Final = (-6, 10)
"""Mainland France: the two do not meet, so that a point whose coordinates are swapped lies outside."""
_EUROS: Final = (0, 10_000_000)
_PEOPLE: Final = (0, 500)
_HOUSEHOLD: Final = (1, 15)

# A number stands here, or has no range: keys, versions, flags and the like. Days and instants have one by themselves.
_OF_NUMBERS: Final[Mapping[str, Mapping[str, Range]]] = {
    "commune": {"population": (0, 5_000_000), "latitude": _LATITUDES, "longitude": _LONGITUDES},
    "centre": {
        "latitude": _LATITUDES, "longitude": _LONGITUDES,
        "opened_on": _OPENINGS, "closed_on": _OPENINGS, "closed_before": _OPENINGS,
    },
    "former_opening": {"opened_on": _OPENINGS, "closed_on": _OPENINGS},
    "centre_capacity": {"seats": (0, 200), "valid_from": _OPENINGS, "valid_to": (FIRST_OPENINGS, _NO_END)},
    "opening_hours": {"weekday": (1, 7), "valid_from": _OPENINGS, "valid_to": (FIRST_OPENINGS, _NO_END)},
    "closure": {"ends_on": (EARLIEST, _NO_END)},
    "centre_cost": {"year": _YEARS, "cost_eur": _EUROS, "revenue_eur": _EUROS},
    "price": {"lowest_eur": _EUROS, "highest_eur": _EUROS},
    "attendance_week": {"distinct_people": (0, 3_000)},
    "attendance_day": {"half_days": (0, 400)},
    "placement": {"aim": (1, 3)},
    "information_meeting": {"attendees": (0, 1_000), "interested": (0, 1_000)},
    "welcome_session": {
        "number": (1, 999), "applications": _PEOPLE, "selected": _PEOPLE, "project_holders": _PEOPLE, "people": _PEOPLE,
    },
    "welcome_household": {"holders": _HOUSEHOLD, "people": _HOUSEHOLD},
    "welcome_attendance": {"people_present": (0, 15)},
    "course": {"duration_hours": (0.5, 400)},
    "event": {"attendance": (0, 100_000)},
    "published_figure": {"year_from": _YEARS, "year_to": _YEARS, "value": (0, 1_000_000_000)},
}  # fmt: skip
# What the application writes of itself, by its own clock; and the calendar, which nobody enters.
_OF_THE_APPLICATION: Final = (
    "audit_entry", "import_batch", "import_file", "reminder", "dataset", "presentation", "calendar_day",
)  # fmt: skip


def plausible_range(column: sa.Column[Any]) -> Range | None:
    """The lowest and the highest value of a column, both included; None for what any value may be."""
    told = _OF_NUMBERS.get(column.table.name, {}).get(column.name)
    if told is not None:
        return told
    if isinstance(column.type, Day):
        return EARLIEST, LATEST
    if isinstance(column.type, Instant):
        return datetime(EARLIEST.year, 1, 1, tzinfo=UTC), datetime(LATEST.year, 12, 31, tzinfo=UTC)
    return None


def ranges_of(table: sa.Table) -> Mapping[str, Range]:
    """The columns of a table that have a plausible range, with it; none where the application writes of itself."""
    if table.name in _OF_THE_APPLICATION:
        return {}
    found = {column.name: plausible_range(column) for column in table.c}
    return {name: limits for name, limits in found.items() if limits is not None}
