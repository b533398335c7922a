"""The welcome sessions: holders, people and settled families are three counts that never stand for one another."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

import polars as pl

from dashboard.indicators.model import Facts, Indicator, Unit, at_horizons, ratio, total, within_one

_SESSIONS: Final = "Sessions d’accueil d’actifs"
_of_sessions: Final = partial(Indicator, source=_SESSIONS, facts=Facts.WELCOME)

_UNKNOWN: Final = (
    "Une session dont l’effectif est inconnu manque au total. Elle ne vaut pas zéro. Le total noté d’une session vaut tant que "
    "ses foyers, saisis un à un, ne l’atteignent pas."
)

WELCOME_SESSIONS: Final = _of_sessions(
    key="welcome_sessions",
    label="Sessions d’accueil d’actifs",
    unit=Unit.SESSION,
    definition="Sessions de trois jours, numérotées, organisées pour des personnes qui souhaitent s’installer.",
    formula="nombre de sessions",
    expression=pl.col("number").n_unique(),
)
PROJECT_HOLDERS: Final = _of_sessions(
    key="project_holders",
    label="Porteurs de projet accueillis",
    unit=Unit.PERSON,
    definition="Personnes reçues en session pour leur propre projet, sans leur conjoint ni leurs enfants.",
    formula="somme des porteurs de projet des sessions",
    expression=total("project_holders"),
    limits=_UNKNOWN,
)
WELCOME_PEOPLE: Final = _of_sessions(
    key="welcome_people",
    label="Personnes accueillies",
    unit=Unit.PERSON,
    definition="Toutes les personnes reçues en session, porteurs de projet et famille qui les accompagne.",
    formula="somme des personnes des sessions",
    expression=total("people"),
    limits=_UNKNOWN,
)
SETTLED_FAMILIES: Final = _of_sessions(
    key="settled_families",
    label="Familles installées",
    unit=Unit.FAMILY,
    definition="Foyers reçus en session qui se sont ensuite installés dans le Cantal.",
    formula="nombre de foyers installés",
    expression=total("settled_families"),
    limits="Une installation se constate parfois des années après. Les sessions récentes en comptent donc moins.",
)
SETTLED_SHARE: Final = _of_sessions(
    key="settled_share",
    label="Part des porteurs installés",
    unit=Unit.RATIO,
    definition="Familles installées rapportées aux porteurs de projet, sur les sessions, ou les foyers, dont le suivi est "
    "connu.",
    formula="familles installées ÷ porteurs de projet accueillis",
    expression=ratio(
        total("settled_families"), total(pl.col("followed_holders").filter(pl.col("settled_families").is_not_null()))
    ),
    limits="La publication de 2017 dit environ un quart, soit une centaine de familles depuis 2003.",
)

HOUSEHOLDS: Final = Indicator(
    key="households",
    label="Foyers reçus en session",
    unit=Unit.FAMILY,
    definition="Foyers reçus en session, chacun avec un ou plusieurs porteurs de projet et ceux qui les accompagnent.",
    formula="nombre de foyers",
    source=_SESSIONS,
    facts=Facts.HOUSEHOLDS,
    expression=total("households"),
    limits="Les premières sessions n’ont gardé que leurs totaux : leurs foyers ne sont pas connus.",
)
HOUSEHOLDS_FOLLOWED: Final = replace(
    HOUSEHOLDS,
    key="households_followed",
    label="Foyers dont l’échéance est passée",
    definition="Foyers reçus depuis au moins 6, 12 ou 24 mois : les seuls dont on sait s’ils se sont installés à temps.",
    formula="nombre de foyers dont la fin de session + 6, 12 ou 24 mois est passée",
    facts=Facts.FOLLOW_UP,
    expression=within_one("months_after", total("followed")),
    limits="Les échéances ne s’additionnent pas : ce sont les mêmes foyers. Une session dont les jours ne sont pas connus n’a "
    "pas d’échéance.",
)
HOUSEHOLDS_SETTLED: Final = replace(
    HOUSEHOLDS_FOLLOWED,
    key="households_settled",
    label="Foyers installés à l’échéance",
    definition="Foyers installés dans le Cantal au plus tard 6, 12 ou 24 mois après la fin de leur session.",
    formula="nombre de foyers dont la date d’installation ne dépasse pas l’échéance",
    expression=within_one("months_after", total("settled")),
)
HOUSEHOLDS_SETTLED_SHARE: Final = replace(
    HOUSEHOLDS_FOLLOWED,
    key="households_settled_share",
    label="Part des foyers installés à l’échéance",
    unit=Unit.RATIO,
    definition="Foyers installés 6, 12 ou 24 mois après leur session, parmi ceux dont l’échéance est passée.",
    formula="foyers installés à l’échéance ÷ foyers dont l’échéance est passée",
    expression=within_one("months_after", ratio(total("settled"), total("followed"))),
)
PEOPLE_EXPECTED: Final = Indicator(
    key="people_expected",
    label="Personnes attendues un jour de session",
    unit=Unit.PERSON,
    definition="Personnes des foyers dont la présence a été notée ce jour-là, qu’elles soient venues ou non.",
    formula="somme des personnes de ces foyers",
    source=_SESSIONS,
    facts=Facts.WELCOME_DAYS,
    expression=within_one("day_number", total("people_expected")),
    limits="Les trois jours d’une session ne s’additionnent pas : ce sont les mêmes personnes.",
)
PEOPLE_PRESENT: Final = replace(
    PEOPLE_EXPECTED,
    key="people_present",
    label="Personnes présentes un jour de session",
    definition="Personnes dont la présence a été notée ce jour-là.",
    formula="somme des présents",
    expression=within_one("day_number", total("people_present")),
)
PRESENCE_SHARE: Final = replace(
    PEOPLE_EXPECTED,
    key="presence_share",
    label="Taux de présence",
    unit=Unit.RATIO,
    definition="Personnes présentes rapportées aux personnes attendues, le même jour de session.",
    formula="présents ÷ attendus",
    expression=ratio(total("people_present"), total("people_expected")),
    limits="",
)

COUNTS: Final = (PROJECT_HOLDERS, WELCOME_PEOPLE, SETTLED_FAMILIES)
FOLLOW_UP: Final = (HOUSEHOLDS_FOLLOWED, HOUSEHOLDS_SETTLED, HOUSEHOLDS_SETTLED_SHARE)
DAYS: Final = (PEOPLE_EXPECTED, PEOPLE_PRESENT, PRESENCE_SHARE)
ALL: Final = (WELCOME_SESSIONS, *COUNTS, SETTLED_SHARE, HOUSEHOLDS, *FOLLOW_UP, *DAYS)
_COUNTS: Final = ("project_holders", "people", "followed_holders", "settled_families", "applications", "selected")


HIGHEST_NUMBER: Final = 999


def every_session(known: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """One row a number, from 1 to the last one announced: `held`, `upcoming` and what is known of it.

    All the numbers before an announced session, or before one held, were held. What is known of a session to come is not
    counted, and one that does not follow the next in number is left out: its elder has not been described yet. So is a year
    noted in the place of a number, before the database refused it.
    """
    known = known.filter(pl.col("number") <= HIGHEST_NUMBER)
    ahead = known.filter(pl.col("starts_on") > as_of).sort("starts_on")
    held = known.filter((pl.col("starts_on") <= as_of) | (pl.col("starts_on").is_null() & pl.col("detailed")))
    last_held = max([*held["number"].to_list(), *((ahead["number"][0] - 1,) if ahead.height else ())], default=0)
    announced: list[int] = []
    for number in ahead["number"]:
        if number == (announced[-1] if announced else last_held) + 1:
            announced.append(number)
    numbers = pl.DataFrame({"number": range(1, (announced[-1] if announced else last_held) + 1)})
    return (
        numbers.with_columns(held=pl.col("number") <= last_held)
        .join(known.drop("held"), on="number", how="left")
        .with_columns(*[pl.when("held").then(name).alias(name) for name in _COUNTS], upcoming=~pl.col("held"))
        .sort("number")
    )


def households_at_horizons(households: pl.DataFrame, *, as_of: date) -> pl.DataFrame:
    """Each household at each horizon after its session: `settled` is 1 when the horizon is past and it settled by then."""
    in_time = pl.col("settled_on").is_not_null() & (pl.col("settled_on") <= pl.col("horizon"))
    return at_horizons(
        households.select("number", "centre_code", "session_ended_on", "settled_on"),
        since="session_ended_on",
        as_of=as_of,
    ).with_columns(settled=pl.col("followed") * in_time.cast(pl.Int64))
