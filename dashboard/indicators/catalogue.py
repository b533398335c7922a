"""Every indicator of the product, in the order the methodology page and the README list them."""

from typing import Final

import polars as pl

from dashboard.indicators import attendance, network, occupancy, passes, placements, welcome
from dashboard.indicators.model import EVERYTHING, Dimension, Indicator

ALL: Final[tuple[Indicator, ...]] = (
    *network.ALL,
    *attendance.ALL,
    *occupancy.ALL,
    *passes.ALL,
    *placements.ALL,
    *welcome.ALL,
)
_BY_KEY: Final = {indicator.key: indicator for indicator in ALL}


class UnknownIndicator(KeyError):
    """No indicator has this key."""


def indicator(key: str) -> Indicator:
    """The indicator of this key; UnknownIndicator when there is none."""
    if key not in _BY_KEY:
        raise UnknownIndicator(key)
    return _BY_KEY[key]


def how_it_adds(indicator: Indicator) -> str:
    """What a reader may do with several figures of this indicator, in a few French words."""
    if not indicator.adds_over:
        return "Ne s’additionne pas"
    if not indicator.additive:
        return "Se recalcule sur les totaux"
    if indicator.adds_over == EVERYTHING:
        return "S’additionne"
    if Dimension.TIME in indicator.adds_over:
        return "S’additionne entre télécentres et dans le temps"
    return "S’additionne entre télécentres, pas dans le temps"


def methodology_table() -> pl.DataFrame:
    """One row per indicator: key, label, definition, formula, unit, adds, source, limits, all in French but the key."""
    told = ("key", "label", "definition", "formula", "unit", "adds", "source", "limits")
    rows = ({**vars(each), "unit": each.unit.label, "adds": how_it_adds(each)} for each in ALL)
    schema = dict.fromkeys(told, pl.String)
    return pl.DataFrame([[row[name] for name in told] for row in rows], schema=schema, orient="row")
