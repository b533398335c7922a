"""The Pass Actifs Mobiles: who joins, who leaves, how many members at a date, what the free months lead to, what is given."""

from functools import partial
from typing import Final

import polars as pl

from dashboard.indicators.model import NOTHING, Dimension, Facts, Indicator, Unit, ratio, total

_MEMBERSHIPS: Final = "Adhésions au Pass Actifs Mobiles"
_of_people: Final = partial(Indicator, unit=Unit.PERSON, source=_MEMBERSHIPS, facts=Facts.PASSES)
_of_cohorts: Final = partial(Indicator, source=_MEMBERSHIPS, facts=Facts.PASS_COHORTS)
_LAST_DAY: Final = (
    "Le dernier jour d’une adhésion compte encore\u00a0: qui part le dernier jour du mois est un départ du suivant."
)

PASS_JOINS: Final = _of_people(
    key="pass_joins",
    label="Adhésions au Pass Actifs Mobiles",
    definition="Personnes devenues adhérentes pendant la période.",
    formula="nombre de personnes dont l’adhésion commence dans la période",
    expression=total("joined"),
    limits="Les adhésions d’une personne qui se chevauchent ou se suivent d’un jour à l’autre n’en font qu’une. "
    "Qui revient après au moins un jour d’absence adhère de nouveau.",
)
PASS_ENDS: Final = _of_people(
    key="pass_ends",
    label="Départs du Pass Actifs Mobiles",
    definition="Personnes qui ont cessé d’être adhérentes pendant la période. Qui revient le lendemain n’est pas parti.",
    formula="nombre de personnes dont le lendemain du dernier jour d’adhésion est dans la période",
    expression=total("ended"),
    limits=_LAST_DAY,
)
PASS_MEMBERS: Final = _of_people(
    key="pass_members",
    label="Adhérents au Pass Actifs Mobiles",
    definition="Personnes ayant adhéré à la date de référence ou avant, et dont l’adhésion n’avait pas pris fin avant "
    "cette date. Les six mois gratuits sont compris.",
    formula="nombre de personnes dont une adhésion est en cours à la date",
    expression=total("active"),
    # Members at two dates are largely the same people.
    adds_over=frozenset({Dimension.CENTRE}),
    limits="La publication de 2013 (111 inscrits) ne dit pas si elle compte les adhérents à une date ou toutes les "
    "adhésions depuis 2012.",
)
PASS_OWN_PREMISES: Final = _of_people(
    key="pass_own_premises",
    label="Installés dans leurs propres locaux",
    definition="Personnes qui ont cessé d’être adhérentes pendant la période parce qu’elles ont pris leurs propres locaux. "
    "C’est un résultat du programme\u00a0: il n’est pas compté comme une perte.",
    formula="nombre de départs de la période, de motif «\u00a0propres locaux\u00a0»",
    expression=total("ended_own_premises"),
)
PASS_LOSSES: Final = _of_people(
    key="pass_losses",
    label="Départs, hors installation",
    definition="Personnes qui ont cessé d’être adhérentes pendant la période, sans que ce soit pour leurs propres locaux.",
    formula="départs − installations dans ses propres locaux",
    expression=total("ended") - total("ended_own_premises"),
)
PASS_NET: Final = _of_people(
    key="pass_net",
    label="Solde des adhésions",
    definition="Ce que le nombre d’adhérents a gagné pendant la période\u00a0: adhésions moins départs, quel que soit le motif.",
    formula="adhésions − départs",
    expression=total("joined") - total("ended"),
    limits=_LAST_DAY,
)
PASS_TRIALS_OVER: Final = _of_cohorts(
    key="pass_trials_over",
    label="Périodes gratuites achevées",
    unit=Unit.PERSON,
    definition="Personnes ayant adhéré pendant la période, et dont les six mois gratuits sont passés.",
    formula="nombre de personnes ayant adhéré dans la période, dont le dernier jour gratuit est passé",
    expression=total("trials_over"),
)
PASS_KEPT: Final = _of_cohorts(
    key="pass_kept",
    label="Adhérents au septième mois",
    unit=Unit.PERSON,
    definition="Personnes ayant adhéré pendant la période, et encore adhérentes le lendemain de leur dernier jour gratuit.",
    formula="nombre de personnes ayant adhéré dans la période, adhérentes le lendemain du dernier jour gratuit",
    expression=total("kept"),
    limits="Qui a adhéré de nouveau dès le lendemain de ses six mois gratuits est resté.",
)
PASS_TRIALS_OWN_PREMISES: Final = _of_cohorts(
    key="pass_trials_own_premises",
    label="Installés avant le septième mois",
    unit=Unit.PERSON,
    definition="Personnes ayant adhéré pendant la période, et parties dans leurs propres locaux avant la fin de leurs six "
    "mois gratuits.",
    formula="nombre de personnes ayant adhéré dans la période, parties avant le septième mois pour leurs propres locaux",
    expression=total("left_own_premises"),
)
PASS_KEPT_SHARE: Final = _of_cohorts(
    key="pass_kept_share",
    label="Restés au septième mois",
    unit=Unit.RATIO,
    definition="Part des personnes ayant adhéré pendant la période qui sont encore adhérentes le lendemain de leur dernier "
    "jour gratuit, parmi celles dont les six mois gratuits sont passés.",
    formula="adhérents au septième mois ÷ périodes gratuites achevées",
    expression=ratio(total("kept"), total("trials_over")),
    limits="Qui est encore dans ses six mois gratuits n’est compté ni comme resté ni comme parti.",
)
SERVICE_HOLDERS: Final = Indicator(
    key="service_holders",
    label="Titulaires d’un service",
    unit=Unit.PERSON,
    definition="Personnes ayant détenu le service au moins un jour de l’année\u00a0: domiciliation, annuaire, courrier ou "
    "webinaires.",
    formula="nombre de personnes distinctes par année et service, dans le réseau ou dans un télécentre",
    source="Services aux titulaires du Pass Actifs Mobiles",
    facts=Facts.SERVICES,
    # The only row: measure() refuses two.
    expression=pl.col("holders").first(),
    adds_over=NOTHING,
    limits="Une personne qui détient deux services compte une fois dans chacun. Qui détient un service dans deux télécentres "
    "compte dans chacun, et une fois dans le réseau.",
)
SUPPORTS_OPENED: Final = Indicator(
    key="supports_opened",
    label="Accompagnements ouverts",
    unit=Unit.PERSON,
    definition="Personnes ou foyers dont l’accompagnement a commencé dans l’année\u00a0: logement, création d’entreprise ou "
    "résidence d’entrepreneur. Un foyer compte une fois.",
    formula="nombre de dates d’ouverture dans l’année",
    source="Accompagnements",
    facts=Facts.SUPPORTS,
    expression=total("opened"),
)

ALL: Final = (
    PASS_JOINS,
    PASS_ENDS,
    PASS_MEMBERS,
    PASS_OWN_PREMISES,
    PASS_LOSSES,
    PASS_NET,
    PASS_TRIALS_OVER,
    PASS_KEPT,
    PASS_TRIALS_OWN_PREMISES,
    PASS_KEPT_SHARE,
    SERVICE_HOLDERS,
    SUPPORTS_OPENED,
)
