"""Marks that say a state without colour. A mark never stands alone: its word or its fraction goes with it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dashboard.wording.numbers import integer

WEEK_STATE_GLYPHS: Final[Mapping[str, str]] = MappingProxyType(
    {"complete": "✔", "draft": "◐", "missing": "◌", "closed": "F", "not_expected": "–"}
)
COMPLETENESS_GLYPHS: Final[Mapping[str, str]] = MappingProxyType({**WEEK_STATE_GLYPHS, "late": "◷"})


def harvey_ball(taken: int, seats: int) -> str:
    """○ ◔ ◑ ◕ ●, by quarters. Empty and full are kept for exactly none and exactly all."""
    if taken <= 0 or seats <= 0:
        return "○"
    if taken >= seats:
        return "●"
    return "◔◑◕"[min(max(round(4 * taken / seats), 1), 3) - 1]


def seats_fraction(taken: int, seats: int) -> str:
    """« 3/5 »"""
    return f"{integer(taken)}/{integer(seats)}"
