"""The welcome sessions: holders, people and settled families are three counts that never stand for one another."""

from typing import Final

import polars as pl

from dashboard.indicators.facts import Facts
from dashboard.indicators.model import EVERYTHING, Indicator, Unit, ratio, total

_SESSIONS: Final = "Sessions d’accueil d’actifs"

WELCOME_SESSIONS: Final = Indicator(
    key="welcome_sessions",
    label="Sessions d’accueil d’actifs",
    unit=Unit.SESSION,
    definition="Sessions de trois jours, numérotées, organisées pour des personnes qui souhaitent s’installer.",
    formula="nombre de sessions",
    source=_SESSIONS,
    facts=Facts.WELCOME,
    expression=pl.col("number").n_unique(),
    adds_over=EVERYTHING,
)
PROJECT_HOLDERS: Final = Indicator(
    key="project_holders",
    label="Porteurs de projet accueillis",
    unit=Unit.PERSON,
    definition="Personnes reçues en session pour leur propre projet, sans leur conjoint ni leurs enfants.",
    formula="somme des porteurs de projet des sessions",
    source=_SESSIONS,
    facts=Facts.WELCOME,
    expression=total("project_holders"),
    adds_over=EVERYTHING,
    limits="Une session dont l’effectif est inconnu manque au total. Elle ne vaut pas zéro.",
)
WELCOME_PEOPLE: Final = Indicator(
    key="welcome_people",
    label="Personnes accueillies",
    unit=Unit.PERSON,
    definition="Toutes les personnes reçues en session, porteurs de projet et famille qui les accompagne.",
    formula="somme des personnes des sessions",
    source=_SESSIONS,
    facts=Facts.WELCOME,
    expression=total("people"),
    adds_over=EVERYTHING,
    limits="Une session dont l’effectif est inconnu manque au total. Elle ne vaut pas zéro.",
)
SETTLED_FAMILIES: Final = Indicator(
    key="settled_families",
    label="Familles installées",
    unit=Unit.FAMILY,
    definition="Foyers reçus en session qui se sont ensuite installés dans le Cantal.",
    formula="nombre de foyers installés",
    source=_SESSIONS,
    facts=Facts.WELCOME,
    expression=total("settled_families"),
    adds_over=EVERYTHING,
    limits="Une installation se constate parfois des années après. Les sessions récentes en comptent donc moins.",
)
SETTLED_SHARE: Final = Indicator(
    key="settled_share",
    label="Part des porteurs installés",
    unit=Unit.RATIO,
    definition="Familles installées rapportées aux porteurs de projet, sur les sessions dont le suivi est connu.",
    formula="familles installées ÷ porteurs de projet accueillis",
    source=_SESSIONS,
    facts=Facts.WELCOME,
    expression=ratio(
        total("settled_families"), total(pl.col("project_holders").filter(pl.col("settled_families").is_not_null()))
    ),
    adds_over=EVERYTHING,
    additive=False,
    limits="La publication de 2017 dit environ un quart, soit une centaine de familles depuis 2003.",
)

ALL: Final = (WELCOME_SESSIONS, PROJECT_HOLDERS, WELCOME_PEOPLE, SETTLED_FAMILIES, SETTLED_SHARE)
