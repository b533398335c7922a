"""The first days of a base: what is not noted yet, who notes it and where; and what a page lacks that cannot work without it.

Ticks follow from what is stored, and so does the end of the list: it goes when all is noted, or once the network has been
entering weeks for a while, when « À faire » and the pages say what lacks. There is no button that sends it away: what is not
noted is missing whether it is read or not, and nobody has to remember who sent it away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

import polars as pl

from dashboard.figures.completeness import named
from dashboard.figures.model import Task
from dashboard.wording.typography import typeset
from data_access.facts import FirstDayFacts

Who = Literal["administration", "coordination", "saisie"]
"""Who does it: accounts and settings are administered, places coordinated, weeks entered by who keeps the place too."""

Needed = Literal["places", "seats", "hours", "weeks"]
"""What figures are made of, each thing after those it needs."""
NEEDED: Final[Mapping[str, Needed]] = {
    "overview": "weeks",
    "network_map": "seats",
    "occupancy": "hours",
    "attendance": "weeks",
    "evaluation": "weeks",
    "completeness": "hours",
}
"""What a page of the whole network cannot work without, by its file name: that step, and those before it."""


@dataclass(frozen=True)
class Step:
    """One thing that a base needs: what it is, whether it is there, what lacks in a sentence, who notes it and where."""

    key: str
    title: str
    done: bool
    lacks: str
    who: Who
    ways: tuple[Task, ...]


def steps(facts: FirstDayFacts, today: date, *, has_mail: bool) -> tuple[Step, ...]:
    """All of them, in the order in which they are done."""
    return (_coordination(facts), *_of_places(facts), *_then(facts, today, has_mail=has_mail))


def lacking(facts: FirstDayFacts, needed: Needed, centre_code: str | None = None) -> Step | None:
    """The first thing that lacks of what a page needs, for one place or for every one; None when nothing does.

    A page of the whole network works as soon as one place has what it needs; of a place that is not open nothing lacks.
    """
    if centre_code is None:
        of = facts.places
        is_enough = of.filter(*_WORKS_WITH[needed]).height > 0
    else:
        of = facts.places.filter(pl.col("code") == centre_code)
        is_enough = of.is_empty()
    if is_enough:
        return None
    every = _of_places(replace(facts, places=of))
    upto = [step.key for step in every].index(needed) + 1
    return next((step for step in every[:upto] if not step.done), None)


_WORKS_WITH: Final[Mapping[Needed, tuple[pl.Expr, ...]]] = {
    "places": (),
    "seats": (pl.col("seats"),),
    "hours": (pl.col("seats"), pl.col("hours")),
    "weeks": (pl.col("weeks"),),
}
"""What one place must have for such a page to work."""


def _coordination(facts: FirstDayFacts) -> Step:
    return Step(
        "coordination",
        "Un compte de coordination",
        facts.coordinators > 0,
        "Personne ne tient encore le réseau : sans coordination, aucun lieu ne peut être noté.",
        "administration",
        (Task("Ouvrir un compte", "accounts"),),
    )


def _of_places(facts: FirstDayFacts) -> tuple[Step, Step, Step, Step]:
    places = facts.places
    return (
        Step(
            "places",
            "Les lieux",
            not places.is_empty(),
            "Aucun lieu ouvert n’est encore noté.",
            "coordination",
            (
                Task("Importer les lieux d’un tableur", "transfers", {"nature": "centres"}),
                Task("Les noter ou choisir parmi ceux de 2017", "centres"),
            ),
        ),
        _dated(places, "seats", "Les positions de travail", "ne sont pas encore notées", "positions"),
        _dated(places, "hours", "Les horaires", "ne sont pas encore notés", "horaires"),
        _weeks(places),
    )


def _dated(places: pl.DataFrame, key: Needed, what: str, lack: str, form: str) -> Step:
    without = places.filter(~pl.col(key))
    first = without["code"][0] if without.height else ""
    return Step(
        key,
        what,
        bool(places.height) and without.is_empty(),
        f"{what} {lack}{_for(without)}.",
        "coordination",
        (Task("Les noter", "centres", {"centre": first, "formulaire": f"{form}."} if first else {}),),
    )


def _weeks(places: pl.DataFrame) -> Step:
    without = places.filter(~pl.col("weeks"))
    first = without["code"][0] if without.height else ""
    return Step(
        "weeks",
        "Les premières semaines",
        bool(places.height) and without.is_empty(),
        f"Aucune semaine n’est encore saisie{_for(without)}.",
        "saisie",
        (
            Task("Saisir une semaine", "weekly_entry", {"centre": first} if first else {}),
            Task("Importer des relevés", "transfers", {"nature": "attendance"}),
        ),
    )


def _for(places: pl.DataFrame) -> str:
    return f" pour {named(places['name'].to_list())}" if places.height else ""


def _then(facts: FirstDayFacts, today: date, *, has_mail: bool) -> tuple[Step, ...]:
    unkept = facts.places.filter(pl.col("animators") == 0)
    past = facts.has_totals or (facts.first_week is not None and facts.first_week.year < today.year)
    return (
        Step(
            "animation",
            "Les comptes d’animation",
            bool(facts.places.height) and unkept.is_empty(),
            f"Personne n’a de compte d’animation{_for(unkept)}.",
            "administration",
            (Task("Ouvrir un compte", "accounts"),),
        ),
        Step(
            "closures",
            "Les fermetures",
            facts.has_closures,
            "Aucune fermeture n’est notée : congés, travaux. Les jours fériés sont connus.",
            "coordination",
            (Task("Noter une fermeture", "other_entries", {"saisie": "fermeture", "geste": "noter"}),),
        ),
        Step(
            "totals",
            "Les années passées",
            past,
            "Aucun total des années passées n’est noté : bilans et courbes commencent avec la première semaine.",
            "coordination",
            (Task("Noter un total publié", "other_entries", {"saisie": "total-publie", "geste": "noter"}),),
        ),
        Step(
            "reminders",
            "Les relances par courriel",
            has_mail,
            "Aucun serveur de courriel n’est réglé : les relances et les invitations se copient à la main.",
            "administration",
            (Task("Voir les réglages", "settings_in_force"),),
        ),
    )


def said_by(who: Who, facts: FirstDayFacts, *, opens_accounts: bool) -> str:
    """Who does what who reads may not: « À faire par la coordination. »; where nobody is it, who opens accounts is told so."""
    if who == "administration":
        return typeset("À faire par l’administration.")
    if who == "saisie":
        return typeset("Chaque télécentre saisit les siennes.")
    if opens_accounts and not facts.coordinators:
        return typeset("À faire par la coordination : ouvrez-lui un compte.")
    return typeset("À faire par la coordination.")
