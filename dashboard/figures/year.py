"""How a year is spoken of where it may still run: in a report, on its notes, on the page of the yearly evaluation."""

from datetime import date

from dashboard.wording import dates
from dashboard.wording.typography import capital
from data_access.facts import ReportFacts, YearFacts


def spoken_year(facts: ReportFacts | YearFacts) -> str:
    """« année 2016 », « du 1er janvier au 30 mai 2017 »"""
    return dates.from_to(date(facts.year, 1, 1), facts.on) if facts.running else f"année {facts.year}"


def in_the_year(facts: ReportFacts) -> str:
    """The same to begin a sentence: « En 2016 », « Du 1er janvier au 30 mai 2017 »"""
    return capital(spoken_year(facts)) if facts.running else f"En {facts.year}"


def on_the_day(facts: ReportFacts) -> str:
    """« Au 31 décembre 2016 »"""
    return f"Au {dates.long_date(facts.on)}"
