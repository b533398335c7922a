"""Short names for the places, where room is short: the commune, or what tells apart the places of one commune."""

from collections import Counter
from collections.abc import Sequence


def short_place_names(places: Sequence[tuple[str, str]]) -> list[str]:
    """The short name of each place, given with its commune, in their order."""
    in_commune = Counter(commune for _, commune in places)
    return [commune if in_commune[commune] == 1 else _told_apart(name) for name, commune in places]


def _told_apart(name: str) -> str:
    inside = name.rpartition("(")[2].rstrip(")") if name.endswith(")") else ""
    return inside or name.removeprefix("Télécentre ").removeprefix("Espace de coworking ")
