"""What each place cost and earned, year by year; the costs of 2013 come to the published cost per seat."""

from typing import Final

from data_access.demonstration.places import PLACES, Place
from data_access.demonstration.published import published
from data_access.demonstration.scene import Scene
from data_access.schema import centre_cost

SOURCE: Final = "Données de démonstration"
_YEAR: Final = 2013
_GROWTH: Final = 1.021
_FIRST_YEAR_MINIMUM: Final = 90


def write_costs(scene: Scene) -> None:
    """Keeps the accounts of the years that are over."""
    for year in range(PLACES[0].first_day.year, scene.as_of.year + (1 if _is_last_day(scene) else 0)):
        places = [place for place in PLACES if place.first_day.year <= year]
        for place, cost in zip(places, _costs(scene, places, year), strict=True):
            draws = scene.draws("revenue", place.code, year)
            scene.rows.add(
                centre_cost,
                centre_id=scene.centres[place.code],
                year=year,
                cost_eur=float(cost),
                revenue_eur=float(round(cost * draws.uniform(0.12, 0.38) * min(1.0, 0.6 + place.level))),
                source=SOURCE,
            )


def _costs(scene: Scene, places: list[Place], year: int) -> list[int]:
    """Whole euros, which add up to the cost per seat of the year times its seats."""
    per_seat = published("cost_per_seat", _YEAR)
    seats = [_seats(place, year) for place in places]
    draws = scene.draws("costs", year)
    wished = per_seat if year == _YEAR else per_seat * _GROWTH ** (year - _YEAR) * draws.uniform(0.97, 1.03)
    total = round(wished * sum(seats))
    # Small places cost more per seat than big ones, and a place costs less in the year it opens.
    weights = [
        (count + 1.5) * draws.uniform(0.85, 1.15) * _share_of_year(place, year)
        for place, count in zip(places, seats, strict=True)
    ]
    costs = [int(total * weight / sum(weights)) for weight in weights]
    costs[0] += total - sum(costs)
    return costs


def _seats(place: Place, year: int) -> int:
    capacity = [capacity for capacity in place.capacities if capacity.since.year <= year][-1]
    return capacity.office + capacity.open_space


def _share_of_year(place: Place, year: int) -> float:
    if place.first_day.year < year:
        return 1.0
    return max(_FIRST_YEAR_MINIMUM, 366 - place.first_day.timetuple().tm_yday) / 366


def _is_last_day(scene: Scene) -> bool:
    return (scene.as_of.month, scene.as_of.day) == (12, 31)
