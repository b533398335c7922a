"""What every invented fact depends on: the day it is made for, the seed, and the published places around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from random import Random

from data_access.demonstration.days import paris_instant
from data_access.demonstration.rows import Rows


@dataclass(frozen=True)
class Commune:
    """Somewhere people live."""

    insee_code: str
    name: str
    population: int
    epci_name: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Scene:
    """One network to invent. `copy` is 1 for the network of the county, more for its copies in load tests.

    `until` is the moment it is invented at: nothing happened after it. `centres` gives the identifier of each place.
    """

    as_of: date
    until: datetime
    seed: int
    copy: int
    rows: Rows
    centres: Mapping[str, int]
    communes: Sequence[Commune]
    public_holidays: frozenset[date]

    def draws(self, *about: object) -> Random:
        """Random numbers of their own for each subject: a change in one subject leaves the others as they were."""
        return Random("/".join(str(part) for part in (self.seed, self.copy, *about)))


def moment_reached(as_of: date, now: datetime | None) -> datetime:
    """`now` if it falls on `as_of`, its evening if later; without `now`, the day has not begun."""
    morning, evening = paris_instant(as_of, time(0, 0)), paris_instant(as_of, time(23, 59))
    return morning if now is None else min(max(now, morning), evening)
