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
    return pl.DataFrame(
        {
            "key": [each.key for each in ALL],
            "label": [each.label for each in ALL],
            "definition": [each.definition for each in ALL],
            "formula": [each.formula for each in ALL],
            "unit": [each.unit.label for each in ALL],
            "adds": [how_it_adds(each) for each in ALL],
            "source": [each.source for each in ALL],
            "limits": [each.limits for each in ALL],
        }
    )


def readme_table() -> str:
    """The indicators as a Markdown table, for the README; a test says when the README is stale."""
    titles = ("Indicateur", "Clé", "Définition", "Formule", "Unité", "Source")
    rows = [(each.label, f"`{each.key}`", each.definition, each.formula, each.unit.label, each.source) for each in ALL]
    lines = [titles, ("---",) * len(titles), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
