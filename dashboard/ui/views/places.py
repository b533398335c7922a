"""Short names for the places, where room is short: the commune, or what tells apart the places of one commune."""

from collections.abc import Iterator

import polars as pl

from dashboard.ui import clock, store


def short_names() -> dict[str, str]:
    """The short name of every place, by its code."""
    places = store.centres(on=clock.today())
    return dict(zip(places["code"], labels(places), strict=True))


def labels(places: pl.DataFrame) -> Iterator[str]:
    """The short name of each row of places, in their order."""
    alone = places.group_by("commune_name").len().filter(pl.col("len") == 1)["commune_name"].to_list()
    for name, commune in places.select("name", "commune_name").iter_rows():
        yield commune if commune in alone else _told_apart(name)


def _told_apart(name: str) -> str:
    inside = name.rpartition("(")[2].rstrip(")") if name.endswith(")") else ""
    return inside or name.removeprefix("Télécentre ").removeprefix("Espace de coworking ")
