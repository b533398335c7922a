"""Every indicator of the product, in the order the methodology page and the README list them; and the yearly lines."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

import polars as pl

from dashboard.indicators import attendance, network, passes, placements, welcome
from dashboard.indicators.model import EVERYTHING, Dimension, Facts, Indicator, measure

SUBJECTS: Final[Mapping[str, tuple[Indicator, ...]]] = {
    "Le réseau": network.ALL,
    "La fréquentation": attendance.ALL,
    "Le Pass Actifs Mobiles": passes.ALL,
    "Pôle Emploi": placements.ALL,
    "Les sessions d’accueil": welcome.ALL,
}
"""The indicators by what they are about."""
ALL: Final[tuple[Indicator, ...]] = tuple(each for subject in SUBJECTS.values() for each in subject)
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


# The yearly evaluation: the seven lines that funders know, in their order and under their names.

# Seven lines, the second with its two parts, then the completeness that goes with them. Names are those of 2014.
_LINES: Final = (
    (network.CENTRES, "Nombre de télécentres"),
    (network.SEATS, "Positions de travail"),
    (network.SEATS_OFFICE, "dont bureaux individuels"),
    (network.SEATS_OPEN_SPACE, "dont places en open space"),
    (network.USERS, "Fréquentation des télécentres"),
    (attendance.HOURS, "Nombre d’heures d’utilisation"),
    (attendance.FILL_RATE, "Taux moyen de remplissage"),
    (passes.PASS_MEMBERS, "Nombre d’inscrits au Pass Actifs Mobiles"),
    (network.COST_PER_SEAT, "Coût moyen annuel d’un poste de télétravail"),
    (attendance.COMPLETENESS, "Complétude des relevés"),
)

EVALUATION: Final[tuple[Indicator, ...]] = tuple(replace(indicator, label=label) for indicator, label in _LINES)


class EvaluationFacts(Protocol):
    """The facts of one year, each frame as its question returns it; whatever bears these four names will do."""

    @property
    def network(self) -> pl.DataFrame:
        """At 31 December, one row per centre, with the costs of the year."""

    @property
    def attendance(self) -> pl.DataFrame:
        """The days of the year, weeks counted."""

    @property
    def users(self) -> pl.DataFrame:
        """The row of the year."""

    @property
    def passes(self) -> pl.DataFrame:
        """The row of 31 December."""


def evaluation(facts: EvaluationFacts) -> pl.DataFrame:
    """One row, one column per line of EVALUATION, in its order.

    Raises NotAdditive when a frame holds several dates, years or months where the line wants one.
    """
    parts = [measure(getattr(facts, kind), lines) for kind, lines in _BY_FACTS.items()]
    return pl.concat(parts, how="horizontal").select(line.key for line in EVALUATION)


def evaluations(years: Sequence[EvaluationFacts]) -> pl.DataFrame:
    """The same for several years at once, a row a year in their order; null where a year has no row of facts."""
    rows = pl.DataFrame({"number": range(len(years))}, schema={"number": pl.Int64})
    if not years:
        return pl.DataFrame(schema=[line.key for line in EVALUATION])
    for kind, lines in _BY_FACTS.items():
        frames = [getattr(each, kind) for each in years]
        numbers = [number for number, frame in enumerate(frames) for _ in range(frame.height)]
        stacked = pl.concat(frames, how="vertical_relaxed").with_columns(number=pl.Series(numbers, dtype=pl.Int64))
        measured = measure(stacked, lines, by="number")
        rows = rows.join(measured, on="number", how="left", maintain_order="left")
    return rows.select(line.key for line in EVALUATION)


_BY_FACTS: Final = {
    name: tuple(line for line in EVALUATION if line.facts is kind)
    for name, kind in (
        ("network", Facts.NETWORK),
        ("attendance", Facts.ATTENDANCE),
        ("users", Facts.USERS),
        ("passes", Facts.PASSES),
    )
}
