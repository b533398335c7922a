"""Sentences that several pages of a report need: how a figure is counted, what is missing."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from dashboard.indicators.model import Indicator
from dashboard.reporting.facts import ReportFacts
from dashboard.wording import dates
from dashboard.wording.plurals import count, enumeration
from dashboard.wording.typography import capital

_NAMED = 4


def method(*indicators: Indicator) -> tuple[str, ...]:
    """What each figure means and how it is computed."""
    return tuple(
        f"{each.label} : {each.definition} Formule : {each.formula}. Source : {each.source}." for each in indicators
    )


def spoken_year(facts: ReportFacts) -> str:
    """« année 2016 », « du 1er janvier au 30 mai 2017 »"""
    return dates.from_to(date(facts.year, 1, 1), facts.on) if facts.running else f"année {facts.year}"


def in_the_year(facts: ReportFacts) -> str:
    """The same to begin a sentence: « En 2016 », « Du 1er janvier au 30 mai 2017 »"""
    return capital(spoken_year(facts)) if facts.running else f"En {facts.year}"


def on_the_day(facts: ReportFacts) -> str:
    """« Au 31 décembre 2016 »"""
    return f"Au {dates.long_date(facts.on)}"


def weeks_missing(facts: ReportFacts, rows: pl.DataFrame) -> str:
    """Which weeks the figures lack, and where."""
    owed = rows.filter((pl.col("weeks_missing") > 0) | (pl.col("weeks_draft") > 0)).sort("name")
    if owed.is_empty():
        return "Manques : aucun, toutes les semaines attendues sont complètes."
    missing, drafts = int(owed["weeks_missing"].sum()), int(owed["weeks_draft"].sum())
    parts = [
        count(number, *words)
        for number, words in (
            (missing, ("semaine manquante", "semaines manquantes")),
            (drafts, ("brouillon", "brouillons")),
        )
        if number
    ]
    return f"Manques : {enumeration(parts)} ({named(owed['name'].to_list())}). Elles ne valent pas zéro."


def named(places: Sequence[str]) -> str:
    """The names of places, or their number when they are many."""
    return enumeration(places) if len(places) <= _NAMED else count(len(places), "lieu", "lieux")
