"""Short names for the places, where room is short: the commune, or what tells apart the places of one commune."""

import polars as pl

from dashboard.configuration import clock
from dashboard.ui import store
from dashboard.wording.terms import short_place_names


def short_names() -> dict[str, str]:
    """The short name of every place, by its code."""
    places = store.centres(on=clock.today())
    return dict(zip(places["code"], labels(places), strict=True))


def labels(places: pl.DataFrame) -> list[str]:
    """The short name of each row of places, in their order."""
    return short_place_names(places.select("name", "commune_name").rows())
