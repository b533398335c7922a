"""The convention with Pôle Emploi: what the reader asks for, and what answers in words and in tiles.

Everything is a count: the pseudonyms of candidates stay in the database.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.indicators import placements
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import address, clock, filters, store
from dashboard.ui.components import Tile
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.plurals import count
from dashboard.wording.terms import JOB_CENTRE, PLACEMENT_AIMS
from dashboard.wording.typography import capital
from dashboard.wording.units import format_quantity, wording_of

# The convention was signed at the end of that year.
SIGNED_IN: Final = 2013
SINCE: Final = f"depuis fin {SIGNED_IN}"
# The month of the published count: contracts are counted up to its end to be put beside it.
PUBLISHED: Final = date(2017, 5, 31)
WHOLE: Final = "tout"
SOURCE: Final = f"Source : suivi de la convention avec {JOB_CENTRE}."
NOTHING: Final = "Rien n’a encore été saisi : ni candidat, ni contrat, ni réunion d’information."
NO_CONTRACT: Final = "Aucun contrat ne correspond. Choisissez un autre volet, un autre lieu ou une autre période."
NO_CANDIDATE: Final = "Aucun candidat ne correspond. Choisissez un autre volet ou une autre période."
NO_MEETING: Final = "Aucune réunion n’est enregistrée sur cette période."
_CONTRACTS: Final = ("contrat conclu", "contrats conclus")
# « une trentaine », « une centaine »: how a precision says that a figure was never counted to the unit.
_ABOUT: Final = re.compile(r"\bune [a-zé]+aine\b")


@dataclass(frozen=True)
class Asked:
    """What the figures of the page are about: contracts of an aim or a centre, since the convention or in one year."""

    as_of: date
    year: int | None
    aim: int | None
    centre_code: str | None
    centre_name: str | None

    @property
    def last(self) -> date:
        """The last day looked at."""
        return self.as_of if self.year is None else min(self.as_of, date(self.year, 12, 31))

    @property
    def year_before(self) -> "Asked | None":
        """The same days of the year before, as they were known a year ago; None since the convention: nothing is before."""
        if self.year is None or self.year <= SIGNED_IN:
            return None
        # The last of February has no fellow in most years.
        day = 28 if (self.as_of.month, self.as_of.day) == (2, 29) else self.as_of.day
        a_year_ago = self.as_of.replace(year=self.as_of.year - 1, day=day)
        return Asked(a_year_ago, self.year - 1, self.aim, self.centre_code, self.centre_name)

    @property
    def period(self) -> str:
        """The period, for a sentence: « depuis fin 2013 », « en 2016 », « du 1er janvier au 30 mai 2017 »."""
        if self.year is None:
            return SINCE
        if self.last == date(self.year, 12, 31):
            return f"en {self.year}"
        return dates.from_to(date(self.year, 1, 1), self.last)

    @property
    def perimeter(self) -> str:
        """Who is looked at, for a sentence."""
        aim = f"volet {self.aim}" if self.aim else "les trois volets"
        return f"{aim}, {self.centre_name or 'tous les lieux'}"

    def keeps(self, frame: pl.DataFrame, *, centre: bool = True) -> pl.DataFrame:
        """The rows of a frame asked for, by the columns it has; without `centre`, those of every centre."""
        if self.year is not None:
            frame = frame.filter(pl.col("year") == self.year)
        if self.aim is not None and "aim" in frame.columns:
            frame = frame.filter(pl.col("aim") == self.aim)
        if centre and self.centre_code is not None and "centre_code" in frame.columns:
            frame = frame.filter(pl.col("centre_code") == self.centre_code)
        return frame


def asked() -> Asked:
    """The aim, the centre and the years the reader wants."""
    today = clock.today()
    aims = {WHOLE: "Les trois volets", **{str(aim): f"{aim}. {term.brief}" for aim, term in PLACEMENT_AIMS.items()}}
    aim = address.choice(st.selectbox, "Volet de la convention", aims, key="volet", usual=WHOLE, width=320)
    centre_code, centre_name = filters.chosen_centre()
    years = {
        WHOLE: f"Depuis fin {SIGNED_IN}",
        **{str(year): str(year) for year in range(today.year, SIGNED_IN - 1, -1)},
    }
    year = address.choice(st.selectbox, "Période", years, key="annees", usual=WHOLE, width=180)
    return Asked(
        today, None if year == WHOLE else int(year), None if aim == WHOLE else int(aim), centre_code, centre_name
    )


def contracts(shown: Asked, *, centre: bool = True) -> pl.DataFrame:
    """One row per contract asked for, as known at the end of its period."""
    return shown.keeps(store.placement_facts(as_of=shown.as_of), centre=centre)


def nothing_entered(shown: Asked) -> bool:
    """Whether nobody has entered anything of the convention: that is not zero contracts."""
    return (
        store.candidate_facts(as_of=shown.as_of).is_empty() and store.information_meetings(as_of=shown.as_of).is_empty()
    )


def sentence(shown: Asked) -> str:
    """How many contracts, and compared with what."""
    if nothing_entered(shown):
        return f"Le suivi de la convention avec {JOB_CENTRE} n’a pas encore été saisi."
    of_whom = f" ({shown.perimeter})" if shown.aim or shown.centre_code else ""
    number = _value(contracts(shown), placements.PLACEMENTS)
    said = (
        f"{count(number, *_CONTRACTS)} {shown.period}{of_whom}" if number else f"Aucun contrat {shown.period}{of_whom}"
    )
    if number:
        running = _value(contracts(shown), placements.PLACEMENTS_RUNNING)
        said += f", dont {running or 'aucun'} en cours aujourd’hui"
    before = shown.year_before
    if before is not None:
        return f"{said} ; {_value(contracts(before), placements.PLACEMENTS) or 'aucun'} {before.period}."
    lately, earlier = (
        _value(_between(shown, months_ago, months_ago - 12), placements.PLACEMENTS) for months_ago in (12, 24)
    )
    return f"{said}. Ces douze derniers mois : {lately} ; les douze précédents : {earlier}."


def published_sentence(shown: Asked) -> str:
    """The published count in its own words, and beside it the count at the same date; never a figure to the unit."""
    found = store.published_figures().filter(pl.col("indicator") == placements.PLACEMENTS.key)
    if found.is_empty():
        return ""
    row = found.row(0, named=True)
    said = (
        f"Publié en {dates.month(PUBLISHED)} : {published_words(row)} depuis fin {row['year_from']} "
        f"({row['source']}). C’est un ordre de grandeur : il n’est pas tracé."
    )
    if nothing_entered(shown):
        return said
    on = min(PUBLISHED, shown.as_of)
    number = _value(store.placement_facts(as_of=on), placements.PLACEMENTS)
    return f"{said} Au {dates.long_date(on)}, le suivi en compte {number}."


def published_words(row: Mapping[str, Any]) -> str:
    """« une trentaine de contrats »: a published figure as sure as its precision, no more."""
    about = _ABOUT.search(row["precision"])
    return f"{about[0]} de {wording_of(row['unit']).plural}" if about else format_quantity(row["value"], row["unit"])


def tiles(shown: Asked) -> list[Tile]:
    """Contracts, those still running, and the meetings, against the same days a year before."""
    now, before = _figures(shown), _figures(shown.year_before)
    entered = not nothing_entered(shown)
    return [
        Tile(
            indicator,
            now[indicator.key] if entered or indicator in placements.MEETINGS else None,
            previous=before.get(indicator.key),
            compared_with="en un an",
        )
        for indicator in (
            placements.PLACEMENTS,
            placements.PLACEMENTS_RUNNING,
            placements.MEETING_ATTENDEES,
            placements.MEETING_INTEREST,
        )
    ]


def closing_note(shown: Asked) -> str:
    """Perimeter, period, and what the counts rest on."""
    held, rows = meetings(shown), contracts(shown)
    uncounted = held.filter(pl.col("attendees").is_null()).height
    placeless = rows.filter(pl.col("centre_code").is_null()).height
    said = f"Périmètre : {shown.perimeter}. Période : {shown.period}. "
    said += count(held.height, "réunion tenue", "réunions tenues")
    said += f", dont {uncounted} sans effectif noté. " if uncounted else ". "
    if placeless:
        said += f"{count(placeless, 'contrat')} sans lieu noté. "
    return said + "Aucun nom ni pseudonyme de candidat n’est affiché."


def meetings(shown: Asked) -> pl.DataFrame:
    """One row per meeting of the period; meetings have neither aim nor centre."""
    return shown.keeps(store.information_meetings(as_of=shown.as_of))


def about(shown: Asked) -> str:
    """Perimeter, period and source, for the foot of a table."""
    return f"{capital(shown.perimeter)}, {shown.period}. {SOURCE}"


def picked(figure: str, selection: str) -> list[dict[str, str]]:
    """What was last clicked on a chart: the fields of each mark, none when the click was beside."""
    event = st.session_state.get(f"chart-{figure}") or {}
    return event.get("selection", {}).get(selection) or []


def share(value: float | None) -> str:
    """« 91 % », or nothing where no share can be told."""
    return "" if value is None else percent(value)


def _figures(shown: Asked | None) -> dict[str, float | None]:
    if shown is None:
        return {}
    rows = measure(contracts(shown), [placements.PLACEMENTS, placements.PLACEMENTS_RUNNING]).row(0, named=True)
    held = meetings(shown)
    counted = [None] * len(placements.MEETINGS) if held.is_empty() else measure(held, placements.MEETINGS).row(0)
    return {**rows, **dict(zip((each.key for each in placements.MEETINGS), counted, strict=True))}


def _between(shown: Asked, from_months_ago: int, to_months_ago: int) -> pl.DataFrame:
    """Contracts begun after the day so many months ago, up to the day so many months ago."""
    day = pl.lit(shown.as_of)
    after, until = (day.dt.offset_by(f"-{months}mo") for months in (from_months_ago, to_months_ago))
    return contracts(shown).filter((pl.col("hired_on") > after) & (pl.col("hired_on") <= until))


def _value(facts: pl.DataFrame, indicator: Indicator) -> int:
    return int(measure(facts, [indicator]).item() or 0)
