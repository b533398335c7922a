"""The network: its centres, seats and costs, and the people who use it in a year."""

from functools import partial
from typing import Final

import polars as pl

from dashboard.indicators.model import NOTHING, Dimension, Facts, Indicator, Unit, ratio, total

# What the network has at a date: centres, seats, and what they cost in the year.

# A stock: it adds over centres, never over dates.
_at_a_date: Final = partial(Indicator, facts=Facts.NETWORK, adds_over=frozenset({Dimension.CENTRE}))
_CAPACITIES: Final = "Capacités des télécentres, datées"
_COSTS: Final = "Coûts annuels déclarés par télécentre"


def _of_open_centres(column: str) -> pl.Expr:
    return pl.col(column).filter(pl.col("open"))


_COSTED: Final = pl.col("open") & pl.col("cost_eur").is_not_null() & pl.col("seats").is_not_null()

CENTRES: Final = _at_a_date(
    key="centres",
    label="Télécentres",
    unit=Unit.CENTRE,
    definition="Télécentres et espaces de coworking du réseau ouverts à la date de référence. "
    "Un lieu en projet ou fermé n’est pas compté.",
    formula="nombre de lieux ouverts à la date",
    source="Registre des télécentres",
    expression=total("open"),
)
SEATS: Final = _at_a_date(
    key="seats",
    label="Positions de travail",
    unit=Unit.SEAT,
    definition="Places où une personne peut travailler dans les lieux ouverts à la date de référence, "
    "en bureau individuel ou en open space.",
    formula="bureaux individuels + places en open space",
    source=_CAPACITIES,
    expression=total(_of_open_centres("seats")),
    limits="Pour 2013, le dossier de présentation publie 58 positions et une autre source 47. "
    "Le bilan retient 58 et laisse les deux visibles.",
)
SEATS_OFFICE: Final = _at_a_date(
    key="seats_office",
    label="Bureaux individuels",
    unit=Unit.SEAT,
    definition="Positions de travail situées dans un bureau fermé, dans les lieux ouverts à la date de référence.",
    formula="somme des bureaux individuels des lieux ouverts",
    source=_CAPACITIES,
    expression=total(_of_open_centres("seats_office")),
)
SEATS_OPEN_SPACE: Final = _at_a_date(
    key="seats_open_space",
    label="Places en open space",
    unit=Unit.SEAT,
    definition="Positions de travail situées dans une salle partagée, dans les lieux ouverts à la date de référence.",
    formula="somme des places en open space des lieux ouverts",
    source=_CAPACITIES,
    expression=total(_of_open_centres("seats_open_space")),
)
COST: Final = _at_a_date(
    key="cost",
    label="Coût annuel",
    unit=Unit.EURO,
    definition="Dépenses de fonctionnement de l’année, pour les télécentres qui les ont déclarées.",
    formula="somme des coûts déclarés de l’année",
    source=_COSTS,
    expression=total("cost_eur"),
    limits="La nature des dépenses comprises dans le chiffre publié pour 2013 n’est pas connue.",
)
SEATS_COSTED: Final = _at_a_date(
    key="seats_costed",
    label="Positions de travail au coût connu",
    unit=Unit.SEAT,
    definition="Positions de travail des lieux ouverts à la date de référence qui ont déclaré leur coût de l’année.",
    formula="somme des positions des lieux ouverts au coût connu",
    source=_COSTS,
    expression=total(pl.col("seats").filter(_COSTED)),
)
COST_PER_SEAT: Final = _at_a_date(
    key="cost_per_seat",
    label="Coût annuel d’un poste",
    unit=Unit.EURO_PER_SEAT,
    definition="Ce que coûte en moyenne une position de travail pendant l’année, dans les lieux ouverts au 31\u00a0décembre dont "
    "le coût et les positions sont connus.",
    formula="coûts de l’année ÷ positions de travail au 31\u00a0décembre, des mêmes lieux",
    source=_COSTS,
    expression=ratio(total(pl.col("cost_eur").filter(_COSTED)), total(pl.col("seats").filter(_COSTED))),
    limits="Un lieu dont le coût n’est pas déclaré n’entre ni au numérateur ni au dénominateur. À lire avec la couverture des "
    "coûts.",
)
COST_COVERAGE: Final = _at_a_date(
    key="cost_coverage",
    label="Couverture des coûts",
    unit=Unit.RATIO,
    definition="Part des positions de travail dont le lieu a déclaré son coût de l’année.",
    formula="positions des télécentres au coût connu ÷ positions de travail",
    source=_COSTS,
    expression=ratio(total(pl.col("seats").filter(_COSTED)), total(_of_open_centres("seats"))),
)


# Who comes: distinct people, counted once where the names are, and never added up here.

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
    limits="Une personne accueillie dans deux télécentres compte une fois. "
    "Ce nombre ne s’additionne ni entre télécentres, ni entre années. Il n’est pas connu avant la première convention "
    "enregistrée.",
)

ALL: Final = (CENTRES, SEATS, SEATS_OFFICE, SEATS_OPEN_SPACE, COST, SEATS_COSTED, COST_PER_SEAT, COST_COVERAGE, USERS)
