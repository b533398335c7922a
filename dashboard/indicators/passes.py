"""The Pass Actifs Mobiles: who joins, who leaves, how many members at a date."""

from typing import Final

from dashboard.indicators.facts import Facts
from dashboard.indicators.model import EVERYTHING, Dimension, Indicator, Unit, total

_MEMBERSHIPS: Final = "Adhésions au Pass Actifs Mobiles"

PASS_JOINS: Final = Indicator(
    key="pass_joins",
    label="Adhésions au Pass Actifs Mobiles",
    unit=Unit.PERSON,
    definition="Personnes dont l’adhésion a commencé pendant la période.",
    formula="nombre de dates d’adhésion dans la période",
    source=_MEMBERSHIPS,
    facts=Facts.PASSES,
    expression=total("joined"),
    adds_over=EVERYTHING,
)
PASS_ENDS: Final = Indicator(
    key="pass_ends",
    label="Départs du Pass Actifs Mobiles",
    unit=Unit.PERSON,
    definition="Personnes dont l’adhésion a pris fin pendant la période.",
    formula="nombre de dates de fin dans la période",
    source=_MEMBERSHIPS,
    facts=Facts.PASSES,
    expression=total("ended"),
    adds_over=EVERYTHING,
)
PASS_MEMBERS: Final = Indicator(
    key="pass_members",
    label="Adhérents au Pass Actifs Mobiles",
    unit=Unit.PERSON,
    definition="Personnes ayant adhéré à la date de référence ou avant, et dont l’adhésion n’avait pas pris fin avant "
    "cette date. Les six mois gratuits sont compris.",
    formula="adhésions commencées − adhésions terminées avant la date",
    source=_MEMBERSHIPS,
    facts=Facts.PASSES,
    expression=total("active"),
    # Members at two dates are largely the same people.
    adds_over=frozenset({Dimension.CENTRE}),
    limits="La publication de 2013 (111 inscrits) ne dit pas si elle compte les adhérents à une date ou toutes les "
    "adhésions depuis 2012.",
)

ALL: Final = (PASS_JOINS, PASS_ENDS, PASS_MEMBERS)
