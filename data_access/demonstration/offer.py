"""Rows of what each place offers: seats and opening hours, with the days they are valid from and to."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeVar

from data_access.codes import SEAT_KINDS
from data_access.demonstration.days import ONE_DAY
from data_access.demonstration.places import Place
from data_access.demonstration.scene import Scene
from data_access.schema import centre_capacity, opening_hours


class _Dated(Protocol):
    @property
    def since(self) -> date: ...


_Kind = TypeVar("_Kind", bound=_Dated)


def write_offer(scene: Scene, place: Place) -> None:
    """Keeps the seats and hours a place has had until `as_of`; the last ones have no end."""
    centre_id = scene.centres[place.code]
    for capacity, valid_to in _with_ends(place.capacities, scene.as_of):
        for seat_kind in SEAT_KINDS:
            if capacity.seats(seat_kind):
                scene.rows.add(
                    centre_capacity,
                    centre_id=centre_id,
                    seat_kind=seat_kind,
                    seats=capacity.seats(seat_kind),
                    valid_from=capacity.since,
                    valid_to=valid_to,
                )
    for timetable, valid_to in _with_ends(place.timetables, scene.as_of):
        for (weekday, half_day), (opens_at, closes_at) in timetable.week().items():
            scene.rows.add(
                opening_hours,
                centre_id=centre_id,
                weekday=weekday,
                half_day=half_day,
                opens_at=opens_at,
                closes_at=closes_at,
                valid_from=timetable.since,
                valid_to=valid_to,
            )


def _with_ends(dated: Sequence[_Kind], as_of: date) -> list[tuple[_Kind, date | None]]:
    """What has begun by `as_of`, each with the day before the next one begins."""
    begun = [item for item in dated if item.since <= as_of]
    return [(item, after.since - ONE_DAY) for item, after in pairwise(begun)] + [(item, None) for item in begun[-1:]]
