"""The days places are shut: summer, the end of the year, works, and the spring of 2020."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from data_access.demonstration.days import any_day
from data_access.demonstration.places import PLACES, Place
from data_access.demonstration.scene import Scene
from data_access.periods import monday
from data_access.schema import closure

_WORKS: Final = (
    "Travaux de peinture",
    "Remplacement du chauffage",
    "Passage à la fibre",
    "Coupure d’électricité programmée",
    "Travaux d’accessibilité",
)


@dataclass(frozen=True)
class Closure:
    """Days a place is shut, both included; no place = the whole network."""

    place: str | None
    starts_on: date
    ends_on: date
    reason: str


LOCKDOWN: Final = Closure(None, date(2020, 3, 17), date(2020, 5, 10), "Confinement")
_KNOWN: Final = (
    LOCKDOWN,
    Closure("MURAT", date(2011, 11, 28), date(2011, 12, 4), "Travaux d’extension"),
    Closure("LA-FORGE", date(2017, 8, 28), date(2017, 9, 3), "Déménagement au Garric"),
)


def closures(scene: Scene, last_year: int) -> list[Closure]:
    """Every closure that begins by the end of `last_year`."""
    habits = [
        found
        for place in PLACES
        for year in range(place.first_day.year, last_year + 1)
        for found in _habits(scene, place, year)
        if found.starts_on >= place.first_day
    ]
    return [*(known for known in _KNOWN if known.starts_on.year <= last_year), *habits]


def shut_days(all_closures: Sequence[Closure], place: Place, public_holidays: frozenset[date]) -> frozenset[date]:
    """The days a place does not open though its timetable says so."""
    days = {
        found.starts_on + timedelta(days=number)
        for found in all_closures
        if found.place in (None, place.code)
        for number in range((found.ends_on - found.starts_on).days + 1)
    }
    return public_holidays | days


def write_closures(scene: Scene, all_closures: Sequence[Closure]) -> None:
    """Keeps the closures that have begun."""
    for found in sorted(all_closures, key=lambda found: (found.starts_on, found.place or "")):
        # The closures of the whole network are written once, with the first copy.
        if found.starts_on <= scene.as_of and (found.place or scene.copy == 1):
            scene.rows.add(
                closure,
                centre_id=scene.centres[found.place] if found.place else None,
                starts_on=found.starts_on,
                ends_on=found.ends_on,
                reason=found.reason,
            )


def _habits(scene: Scene, place: Place, year: int) -> Iterator[Closure]:
    draws = scene.draws("closures", place.code, year)
    if place.summer_weeks:
        begins = monday(date(year, 8, 4) + timedelta(days=7 * draws.randint(0, 1)))
        ends = begins + timedelta(days=7 * place.summer_weeks - 1)
        yield Closure(place.code, begins, ends, "Congés d’été")
    # The last week of 2013 straddles two years: shut everywhere, it leaves the published year whole on its last evening.
    if place.closes_at_christmas or year == 2013:
        begins = date(year, 12, 30) if year == 2013 else date(year, 12, 23) + timedelta(days=draws.randint(0, 3))
        yield Closure(
            place.code, begins, date(year + 1, 1, 1) + timedelta(days=draws.randint(0, 2)), "Congés de fin d’année"
        )
    if year != 2013 and draws.random() < 0.2:
        begins = monday(any_day(draws, date(year, 2, 1), date(year, 11, 20))) + timedelta(days=draws.randint(0, 2))
        works = Closure(place.code, begins, begins + timedelta(days=draws.randint(0, 2)), draws.choice(_WORKS))
        if works.starts_on.month != 8 and not (
            works.starts_on <= LOCKDOWN.ends_on and works.ends_on >= LOCKDOWN.starts_on
        ):
            yield works
