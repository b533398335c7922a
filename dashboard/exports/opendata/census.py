"""The national census of tiers-lieux, as far as the database can answer: one line per place and question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from dashboard.exports.opendata.datasets import opening_hours
from dashboard.exports.tables import Table
from dashboard.indicators import attendance
from dashboard.indicators.model import Indicator, Unit
from dashboard.wording import dates
from dashboard.wording.numbers import decimal
from dashboard.wording.terms import CENTRE_KINDS, CENTRE_STATUSES, OPERATOR_KINDS
from dashboard.wording.typography import typeset
from dashboard.wording.units import format_value

Place = Mapping[str, Any]
"""One place with what is known of it: the columns of `census`."""

_HEADINGS: Final = {
    "place": "Lieu",
    "code": "Code",
    "theme": "Thème",
    "question": "Question",
    "answer": "Réponse",
    "missing": "Ce qui manque",
}


@dataclass(frozen=True)
class Question:
    """What a census asks of a place: how the database answers, and what to look for where it cannot."""

    theme: str
    text: str
    answer: Callable[[Place], str | None]
    missing: str


def census(places: pl.DataFrame, hours: pl.DataFrame, *, year: int, demonstration: bool) -> Table:
    """One line per place and question; an answer the database has not is empty, and the line says what is missing.

    One row of `places`: what `published_places` and `census_counts` tell of a place, with `occupied_half_days`, `hours`
    and `fill_rate` of the year; `users` is already masked, as text.
    """
    weeks = {code: list(rows.iter_rows(named=True)) for (code,), rows in hours.group_by("centre_code")}
    lines = []
    for row in places.iter_rows(named=True):
        place = {**row, "half_days_of_week": weeks.get(row["code"], [])}
        for question in _questions(year):
            answer = question.answer(place)
            told = {"answer": answer, "missing": None if answer else question.missing}
            lines.append(
                {"place": row["name"], "code": row["code"], "theme": question.theme, "question": question.text, **told}
            )
    frame = pl.DataFrame(lines, schema=dict.fromkeys(_HEADINGS, pl.String)).with_columns(
        pl.col("question", "missing").map_elements(typeset, return_dtype=pl.String)
    )
    notes = (
        f"Réponses tirées de la base pour {year} ; à relire avant envoi.",
        "Questions d’après les recensements nationaux connus de 2020 à 2023 : leurs intitulés exacts changent chaque année.",
    )
    return Table(
        f"Recensement des tiers-lieux {year}", frame, _HEADINGS, tuple(map(typeset, notes)), demonstration=demonstration
    )


def _questions(year: int) -> tuple[Question, ...]:
    identity, offer, use, money, rest = (
        "Identité",
        "Offre actuelle",
        f"Usages en {year}",
        f"Économie en {year}",
        "Hors de la base",
    )
    no_sheet = f"Aucun relevé complet en {year}."
    unknown = "n’est pas dans la base : à demander au lieu."
    return (
        Question(identity, "Nom du lieu", _plain("name"), "Nom à saisir en page Centres."),
        Question(identity, "Type de lieu", lambda place: CENTRE_KINDS[place["kind"]].title, ""),
        Question(identity, "Situation", lambda place: CENTRE_STATUSES[place["status"]].title, ""),
        Question(identity, "Adresse", _plain("address"), "Rue à saisir en page Centres."),
        Question(identity, "Code postal", _plain("postcode"), "Code postal à saisir en page Centres."),
        Question(identity, "Commune", _plain("commune_name"), "Commune à saisir en page Centres."),
        Question(identity, "Code INSEE", _plain("insee_code"), ""),
        Question(identity, "Intercommunalité", _plain("epci_name"), "Intercommunalité inconnue."),
        Question(identity, "Coordonnées (latitude, longitude)", _point, "Point à saisir en page Centres."),
        Question(identity, "Site web", _plain("website"), "Site à saisir en page Centres."),
        Question(identity, "Structure gestionnaire", _plain("operator_name"), "Gestionnaire à saisir en page Centres."),
        Question(identity, "Statut du gestionnaire", _operator, "Statut du gestionnaire à saisir en page Centres."),
        Question(identity, "Date d’ouverture", _opened, "Date à saisir en page Centres."),
        Question(offer, "Positions de travail", _whole("seats"), "Capacité à saisir en page Centres."),
        Question(offer, "dont bureaux individuels", _whole("seats_office"), "Capacité à saisir en page Centres."),
        Question(offer, "dont places en open space", _whole("seats_open_space"), "Capacité à saisir en page Centres."),
        Question(offer, "Horaires d’ouverture", _week, "Horaires à saisir en page Centres."),
        Question(offer, "Heures d’ouverture par semaine", _hours, "Horaires à saisir en page Centres."),
        Question(use, "Usagers différents dans l’année", _plain("users"), f"Aucune convention en {year}."),
        Question(use, "Demi-journées occupées", _measured(attendance.OCCUPIED_HALF_DAYS), no_sheet),
        Question(use, "Heures d’utilisation", _measured(attendance.HOURS), no_sheet),
        Question(use, "Taux de remplissage", _measured(attendance.FILL_RATE), no_sheet),
        Question(use, "Rendez-vous organisés dans le lieu", _whole("events"), ""),
        Question(money, "Charges de fonctionnement", _figure("cost_eur", Unit.EURO), f"Coût de {year} à saisir."),
        Question(money, "Recettes propres", _figure("revenue_eur", Unit.EURO), f"Recettes de {year} à saisir."),
        *(
            Question(rest, text, lambda place: None, f"{what} {unknown}")
            for text, what in (
                ("SIRET ou RNA", "Le numéro"),
                ("Surface en m²", "La surface"),
                ("Titre d’occupation des locaux (propriétaire, loyer, gracieux)", "Le titre d’occupation"),
                ("Emplois directs en équivalent temps plein", "L’emploi"),
                ("Part des subventions dans les ressources", "Le détail des ressources"),
                ("Résultat (bénéfice, équilibre, déficit)", "Le résultat"),
                ("Publics accueillis chaque jour", "Le détail des publics"),
                ("Services publics hébergés", "Le détail des services hébergés"),
                ("Labels (Fabrique de territoire, France services…)", "Le label"),
            )
        ),
    )  # fmt: skip


def _plain(name: str) -> Callable[[Place], str | None]:
    return lambda place: place[name]


def _whole(name: str) -> Callable[[Place], str | None]:
    return lambda place: None if place[name] is None else decimal(place[name], 0)


def _figure(name: str, unit: Unit) -> Callable[[Place], str | None]:
    return lambda place: None if place[name] is None else format_value(place[name], unit)


def _measured(indicator: Indicator) -> Callable[[Place], str | None]:
    return _figure(indicator.key, indicator.unit)


def _operator(place: Place) -> str | None:
    kind = place["operator_kind"]
    return OPERATOR_KINDS[kind].title if kind else None


def _opened(place: Place) -> str | None:
    return dates.long_date(place["opened_on"]) if place["opened_on"] else None


def _point(place: Place) -> str | None:
    if place["latitude"] is None or place["longitude"] is None:
        return None
    return f"{place['latitude']:.5f}, {place['longitude']:.5f}"


def _week(place: Place) -> str | None:
    return opening_hours(place["half_days_of_week"])


def _hours(place: Place) -> str | None:
    minutes = sum(
        (row["closes_at"].hour - row["opens_at"].hour) * 60 + row["closes_at"].minute - row["opens_at"].minute
        for row in place["half_days_of_week"]
    )
    return format_value(minutes / 60, Unit.HOUR) if minutes else None
