"""The note of one place, on one page: its lines beside those of the network, and its year."""

from typing import Any

import polars as pl

from dashboard.exports.report.model import Report, Subject
from dashboard.exports.tables import Table
from dashboard.indicators import attendance
from dashboard.indicators.model import measure
from dashboard.reporting.facts import ReportFacts
from dashboard.reporting.lines import PLACE_LINES, is_provisional, place_figures, place_lines
from dashboard.reporting.subjects_of_use import (
    places_with_figures,
    rates_by_week,
    weeks_drawing,
    weeks_table,
    whole_hours,
)
from dashboard.reporting.wordings import in_the_year, method, spoken_year, weeks_missing
from dashboard.wording import dates
from dashboard.wording.units import format_quantity, format_value


class UnknownPlace(LookupError):
    """No place open at the end of the year has this code."""


def centre_note(facts: ReportFacts, code: str) -> Report:
    """The note; UnknownPlace when the place was not open at the end of the year."""
    if code not in facts.place_names:
        raise UnknownPlace(code)
    place = places_with_figures(facts).row(by_predicate=pl.col("code") == code, named=True)
    figures = place_figures(facts, code)
    notes = ["Les personnes différentes ne s’additionnent pas d’un lieu à l’autre."]
    if is_provisional(facts, figures):
        notes.append("Chiffres provisoires : l’année n’est pas finie ou trop peu de relevés sont complets.")
    return Report(
        title=f"{place['name']}, {facts.year}",
        subtitle=f"Note du lieu, {place['commune_name']}",
        made_on=facts.as_of,
        perimeter=place["name"],
        period=spoken_year(facts),
        filters=f"ce lieu, toutes les positions de travail, {facts.year}",
        sentence=_sentence(facts, place),
        lines_title=f"Le lieu et le réseau, {facts.year}",
        headings=("Ce lieu", "Réseau", "", "Repose sur"),
        lines=place_lines(facts, code),
        line_notes=tuple(notes),
        subjects=(_weeks(facts, code, place),),
        defined=PLACE_LINES,
        demonstration=facts.demonstration,
        brief=True,
    )


def _sentence(facts: ReportFacts, place: dict[str, Any]) -> str:
    if place["fill_rate"] is None:
        return f"{in_the_year(facts)}, aucun relevé complet ne permet de dire si ce lieu se remplit."
    rate = measure(facts.evaluation.attendance, [attendance.FILL_RATE]).item()
    return (
        f"{in_the_year(facts)}, {format_quantity(place['seats'], 'seat')} et {format_value(place['hours'], 'hour')} "
        f"d’utilisation : un taux de remplissage de {format_value(place['fill_rate'], 'ratio')}, "
        f"contre {format_value(rate, 'ratio')} pour le réseau."
    )


def _weeks(facts: ReportFacts, code: str, place: dict[str, Any]) -> Subject:
    own = facts.by_centre_and_month.filter(pl.col("centre_code") == code, pl.col("month_start") <= facts.on)
    months = measure(own, attendance.USE, by="month_start").with_columns(
        month=pl.col("month_start").map_elements(dates.month, return_dtype=pl.String)
    )
    weeks = rates_by_week(facts, code)
    headings = {
        "month": "Mois",
        "occupied_half_days": "Demi-journées occupées",
        "offered_half_days": "Demi-journées offertes",
        "hours": "Heures",
        "fill_rate": "Remplissage",
    }
    shares = frozenset({"fill_rate"})
    return Subject(
        title="Le remplissage, au fil de l’année",
        sentence="Taux de remplissage de chaque semaine complète.",
        drawing=weeks_drawing(weeks, place["label"], height=150),
        table=Table(
            "Utilisation par mois", whole_hours(months), headings, shares=shares, demonstration=facts.demonstration
        ),
        period=spoken_year(facts),
        method=method(attendance.FILL_RATE),
        gaps=weeks_missing(facts, pl.DataFrame([place])),
        details=(weeks_table(facts, weeks),),
    )
