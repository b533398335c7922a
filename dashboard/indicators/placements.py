"""Work contracts under the convention with Pôle Emploi, in all and by each of its three aims."""

from dataclasses import replace
from typing import Final

import polars as pl

from dashboard.indicators.facts import Facts
from dashboard.indicators.model import EVERYTHING, Indicator, Unit, total

PLACEMENTS: Final = Indicator(
    key="placements",
    label="Contrats conclus",
    unit=Unit.CONTRACT,
    definition="Contrats de travail conclus dans le cadre de la convention avec Pôle Emploi, à la date d’embauche.",
    formula="nombre d’embauches dans la période",
    source="Suivi de la convention avec Pôle Emploi",
    facts=Facts.PLACEMENTS,
    expression=total("placements"),
    adds_over=EVERYTHING,
    limits="La publication de 2017 donne un ordre de grandeur, une trentaine depuis fin 2013, et non un compte.",
)


def _of_aim(aim: int, label: str, definition: str) -> Indicator:
    of_this_aim = pl.col("placements").filter(pl.col("aim") == aim)
    return replace(
        PLACEMENTS,
        key=f"placements_aim_{aim}",
        label=label,
        definition=definition,
        formula=f"nombre d’embauches du volet {aim} dans la période",
        expression=total(of_this_aim),
        limits="",
    )


PLACEMENTS_AIM_1: Final = _of_aim(
    1,
    "Contrats du volet 1",
    "Demandeurs d’emploi du Cantal embauchés en télétravail par un employeur d’un autre département.",
)
PLACEMENTS_AIM_2: Final = _of_aim(
    2,
    "Contrats du volet 2",
    "Personnes venues dans le Cantal avec leur conjoint, qui y exercent à distance l’emploi salarié qu’elles avaient.",
)
PLACEMENTS_AIM_3: Final = _of_aim(
    3,
    "Contrats du volet 3",
    "Offres d’employeurs du Cantal restées sans candidat, pourvues par un télétravailleur d’un autre département.",
)

ALL: Final = (PLACEMENTS, PLACEMENTS_AIM_1, PLACEMENTS_AIM_2, PLACEMENTS_AIM_3)
