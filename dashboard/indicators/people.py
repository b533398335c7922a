"""Who comes: distinct people, counted once where the names are, and never added up here."""

from typing import Final

import polars as pl

from dashboard.indicators.facts import Facts
from dashboard.indicators.model import NOTHING, Indicator, Unit

USERS: Final = Indicator(
    key="users",
    label="Utilisateurs",
    unit=Unit.PERSON,
    definition="Personnes différentes dont une convention d’utilisation était en cours au moins un jour de l’année.",
    formula="nombre de personnes distinctes",
    source="Conventions d’utilisation",
    facts=Facts.USERS,
    # The only row: measure() refuses two.
    expression=pl.col("users").first(),
    adds_over=NOTHING,
    additive=False,
    limits="Une personne accueillie dans deux télécentres compte une fois. "
    "Ce nombre ne s’additionne ni entre télécentres, ni entre années.",
)

ALL: Final = (USERS,)
