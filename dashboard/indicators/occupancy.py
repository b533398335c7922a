"""Seats taken at an instant. A centre without news is left out of both terms, never counted as empty."""

from datetime import date
from functools import partial
from typing import Final

import polars as pl

from dashboard.indicators.model import Dimension, Facts, Indicator, Unit, ratio, total

_at_an_instant: Final = partial(
    Indicator,
    source="Pointages en cours",
    facts=Facts.OCCUPANCY,
    # A stock: people present at ten and at eleven are partly the same.
    adds_over=frozenset({Dimension.CENTRE, Dimension.SEAT_KIND}),
)
_KNOWN_SEATS: Final = pl.col("seats").filter(pl.col("seats_taken").is_not_null())

SEATS_TAKEN: Final = _at_an_instant(
    key="seats_taken",
    label="Positions occupées",
    unit=Unit.SEAT,
    definition="Positions de travail occupées à l’instant choisi, d’après les arrivées et les départs pointés.",
    formula="nombre de pointages en cours",
    expression=total("seats_taken"),
    limits="Une arrivée ou un départ non pointé fausse le nombre jusqu’à sa correction.",
)
SEATS_KNOWN: Final = _at_an_instant(
    key="seats_known",
    label="Positions suivies",
    unit=Unit.SEAT,
    definition="Positions de travail des télécentres dont l’occupation est connue à l’instant choisi.",
    formula="somme des positions des télécentres qui pointent",
    expression=total(_KNOWN_SEATS),
)
SEATS_FREE: Final = _at_an_instant(
    key="seats_free",
    label="Positions libres",
    unit=Unit.SEAT,
    definition="Positions de travail suivies que personne n’occupe à l’instant choisi.",
    formula="positions suivies − positions occupées",
    # Row by row: one more visitor than seats here frees no seat elsewhere.
    expression=total((pl.col("seats") - pl.col("seats_taken")).clip(lower_bound=0)),
)
OCCUPANCY: Final = _at_an_instant(
    key="occupancy",
    label="Occupation en direct",
    unit=Unit.RATIO,
    definition="Part des positions de travail suivies qui sont occupées à l’instant choisi.",
    formula="positions occupées ÷ positions suivies",
    expression=ratio(total("seats_taken"), total(_KNOWN_SEATS)),
    limits="À ne pas confondre avec le taux de remplissage, qui porte sur une période.",
)

ALL: Final = (SEATS_TAKEN, SEATS_KNOWN, SEATS_FREE, OCCUPANCY)


def against_usual(slots: pl.DataFrame, day: date) -> pl.DataFrame:
    """One row per half-hour, in order: `slot`, the `seats_taken` of the day and the `usual` ones.

    `slots` has one row per day and half-hour. What is usual is the mean of the other days, each of which counts alike;
    both are null where there is nothing to tell: half-hours still to come, no other day.
    """
    others = pl.col("day") != day
    return (
        slots.group_by("slot")
        .agg(
            seats_taken=pl.col("seats_taken").filter(~others).first(),
            usual=pl.col("seats_taken").filter(others).mean().cast(pl.Float64),
        )
        .sort("slot")
    )
