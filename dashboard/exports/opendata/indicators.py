"""Figures under the national schema of the impact of a digital public service: one line per figure, date and place."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from dashboard.exports.opendata.places import PUBLISHER
from dashboard.exports.opendata.schemas import INDICATORS, in_order
from dashboard.indicators.catalogue import indicator
from dashboard.indicators.model import Unit
from dashboard.wording.numbers import rounded, scaled
from dashboard.wording.terms import DEMONSTRATION, PROGRAMME
from dashboard.wording.typography import typeset

COUNTY_CODE: Final = "15"
FREQUENCIES: Final[Mapping[str, str]] = MappingProxyType({"year": "annuelle", "month": "mensuelle"})

# The schema wants « unité » for what is counted.
_COUNTED: Final = "unité"
_UNITS: Final[Mapping[Unit, str]] = MappingProxyType(
    {
        Unit.HALF_DAY: "demi-journée",
        Unit.HOUR: "heure",
        Unit.RATIO: "%",
        Unit.EURO: "euro",
        Unit.EURO_PER_SEAT: "euro par poste et par an",
    }
)


def indicators_csv(figures: pl.DataFrame, *, demonstration: bool) -> bytes:
    """One line per row, in its order; a figure that is not known has no line.

    One row of `figures`: `key` of the indicator, `value`, `every` (`year` or `month`), `starts_on` (null for what stands
    at a date) and `ends_on`, `insee_code` (the county's for the whole network).
    """
    lines = [_line(row, demonstration) for row in figures.drop_nulls("value").iter_rows(named=True)]
    schema = {name: _TYPES.get(name, pl.String) for name in _FIELDS}
    return in_order(pl.DataFrame(lines, schema=schema), INDICATORS).write_csv().encode()


_FIELDS: Final = (
    "administration_rattachement", "nom_service_public_numerique", "indicateur", "valeur", "unite_mesure", "est_cible",
    "frequence_monitoring", "date", "est_periode", "date_debut", "est_automatise", "source_collecte", "code_insee",
    "commentaires",
)  # fmt: skip
_TYPES: Final[Mapping[str, type[pl.DataType]]] = MappingProxyType(
    {
        "est_cible": pl.Boolean, "est_periode": pl.Boolean, "est_automatise": pl.Boolean, "date": pl.Date,
        "date_debut": pl.Date,
    }
)  # fmt: skip


def _line(row: dict[str, Any], demonstration: bool) -> dict[str, Any]:
    told = indicator(row["key"])
    said = f"{told.definition} Formule : {told.formula}. {told.limits}".strip()
    starts_on: date | None = row["starts_on"]
    return {
        "administration_rattachement": PUBLISHER,
        "nom_service_public_numerique": PROGRAMME,
        "indicateur": told.label,
        "valeur": _number(row["value"], told.unit),
        "unite_mesure": _UNITS.get(told.unit, _COUNTED),
        "est_cible": False,
        "frequence_monitoring": FREQUENCIES[row["every"]],
        "date": row["ends_on"],
        "est_periode": starts_on is not None,
        "date_debut": starts_on,
        # People write the sheets; only the sums are made by the program.
        "est_automatise": False,
        "source_collecte": told.source,
        "code_insee": row["insee_code"],
        "commentaires": typeset(f"{DEMONSTRATION}. {said}" if demonstration else said),
    }


def _number(value: float, unit: Unit) -> str:
    """With a decimal point: at most one decimal, and percents rather than shares."""
    shown = rounded(scaled(value, 100), 1) if unit is Unit.RATIO else rounded(value, 1)
    return str(int(shown)) if shown == shown.to_integral_value() else str(shown)
