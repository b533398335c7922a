"""What is published: facts asked in one look with the rights of the open data, figures masked, files made of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from dashboard.exports.calendar import ics
from dashboard.exports.opendata import (
    COUNTY_CODE,
    DESCRIPTION_FILE,
    RESOURCES,
    TITLE,
    Span,
    datapackage,
    indicators_csv,
    left_out,
    network_geojson,
    opening_hours,
    places_csv,
    weeks_of,
)
from dashboard.figures.agenda import worded
from dashboard.figures.evaluation import evaluated
from dashboard.figures.model import EVERYBODY, Table
from dashboard.indicators import attendance, network, passes, placements
from dashboard.indicators.disclosure import contracts_by_year, is_small, last_published
from dashboard.indicators.model import Indicator, Unit, measure
from dashboard.wording import dates
from dashboard.wording.numbers import decimal
from dashboard.wording.terms import CENTRE_KINDS, CENTRE_STATUSES, OPERATOR_KINDS, hidden_words
from dashboard.wording.typography import typeset
from dashboard.wording.units import format_value
from data_access.engine import is_demonstration, reading
from data_access.facts import YearFacts
from data_access.periods import PARIS, Period, month_end, month_start
from data_access.reads.attendance import attendance_facts, completeness_facts
from data_access.reads.network import evaluation_facts
from data_access.reads.network import published_figures as known_figures
from data_access.reads.programmes import placement_facts
from data_access.reads.publication import announced, census_counts, published_hours, published_places
from data_access.rights import PUBLICATION

# The questions asked for a publication, all in one look at the database.


@dataclass(frozen=True)
class PublishedFacts:
    """What was known on the evening before `today`: years and months are those that are over."""

    today: date
    demonstration: bool
    places: pl.DataFrame
    hours: pl.DataFrame
    years: tuple[YearFacts, ...]
    published: pl.DataFrame
    months: pl.DataFrame
    places_by_year: pl.DataFrame
    placements: pl.DataFrame
    agenda: pl.DataFrame


def published_facts(connection: sa.Connection, *, today: date) -> PublishedFacts:
    """What may be published, read with the rights of whoever asks."""
    places = published_places(connection, on=today)
    years = range(_first_year(places, today), today.year)
    return PublishedFacts(
        today=today,
        demonstration=is_demonstration(connection),
        places=places,
        hours=published_hours(connection, on=today),
        years=tuple(evaluation_facts(connection, year, as_of=today) for year in years),
        published=known_figures(connection),
        months=_months(connection, years, today),
        places_by_year=_places_by_year(connection, years),
        placements=placement_facts(connection, as_of=today),
        agenda=announced(connection, on=today),
    )


def _first_year(places: pl.DataFrame, today: date) -> int:
    opened = places["first_opened_on"].min()
    return opened.year if isinstance(opened, date) else today.year


def _months(connection: sa.Connection, years: Iterable[int], today: date) -> pl.DataFrame:
    """One row per month that is over: half-days, hours and weeks."""
    first = date(min(years, default=today.year), 1, 1)
    last = month_start(today) - timedelta(days=1)
    period = Period.months(first, max(first, last))
    used = attendance_facts(connection, period, by=("month_start",))
    weeks = completeness_facts(connection, period, as_of=today, by=("month_start",))
    return used.join(weeks, on="month_start", how="left", maintain_order="left").filter(pl.col("month_start") <= last)


def _places_by_year(connection: sa.Connection, years: range) -> pl.DataFrame:
    """One row per place and year that is over: half-days and hours."""
    if not years:
        return pl.DataFrame(schema={"year": pl.Int32, "centre_code": pl.String})
    period = Period(date(years.start, 1, 1), date(years.stop - 1, 12, 31), "month")
    return attendance_facts(connection, period, by=("year", "centre_code"))


# The figures that are published, one row each: the network by year and month, each commune by year.

_OF_PEOPLE: Final = frozenset({Unit.PERSON, Unit.FAMILY, Unit.CONTRACT})

_SCHEMA: Final = {
    "key": pl.String,
    "value": pl.Float64,
    "every": pl.String,
    "starts_on": pl.Date,
    "ends_on": pl.Date,
    "insee_code": pl.String,
}
_USE: Final = (attendance.OCCUPIED_HALF_DAYS, attendance.OFFERED_HALF_DAYS, attendance.HOURS, attendance.FILL_RATE)
_BY_MONTH: Final = (*_USE, attendance.COMPLETENESS)
# What stands at the last day of the year, and what the year brought.
_STOCKS: Final = (network.CENTRES, network.SEATS, network.SEATS_OFFICE, network.SEATS_OPEN_SPACE, passes.PASS_MEMBERS)
_FLOWS: Final = (network.USERS, *_BY_MONTH, network.COST_PER_SEAT)


def published_figures(facts: PublishedFacts) -> pl.DataFrame:
    """One row per figure, as `indicators_csv` takes it; counts of few people are left out."""
    rows = [
        *(row for year in facts.years for row in _of_year(year, facts.published)),
        *_of_contracts(facts),
        *_of_months(facts.months),
        *_of_communes(facts),
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").drop_nulls("value")


Row = tuple[str, float | None, str, date | None, date, str]


def _of_year(year: YearFacts, published: pl.DataFrame) -> Iterable[Row]:
    """What is computed of a year, as the evaluation has it; what was published already, by others, is theirs to give."""
    lines = evaluated(year, published, EVERYBODY).lines
    first, last = date(year.year, 1, 1), date(year.year, 12, 31)
    for indicator in (*_STOCKS, *_FLOWS):
        # No total stands beside the counts of few people: what is hidden cannot be found by taking away.
        if (line := lines.get(indicator.key)) is not None:
            value = line.value if line.origin == "computed" else None
        else:
            value = measure(year.attendance, [indicator]).item()
        yield indicator.key, value, "year", None if indicator in _STOCKS else first, last, COUNTY_CODE


def _of_contracts(facts: PublishedFacts) -> Iterable[Row]:
    """From the year of the first one to the last year that is over, hidden as partners see them with the running one."""
    counted = contracts_by_year(facts.placements, on=last_published(facts.today)).filter(
        pl.col("year") < facts.today.year
    )
    for year, count in counted.select("year", "placements").iter_rows():
        yield placements.PLACEMENTS.key, count, "year", date(year, 1, 1), date(year, 12, 31), COUNTY_CODE


def _of_months(months: pl.DataFrame) -> Iterable[Row]:
    for row in measure(months, _BY_MONTH, by="month_start").iter_rows(named=True):
        first: date = row["month_start"]
        yield from _rows(row, _BY_MONTH, "month", first, month_end(first), COUNTY_CODE)


def _of_communes(facts: PublishedFacts) -> Iterable[Row]:
    if facts.places_by_year.is_empty():
        return
    communes = facts.places.select(pl.col("code").alias("centre_code"), "insee_code")
    used = facts.places_by_year.join(communes, on="centre_code", how="left", maintain_order="left").sort(
        "year", "insee_code"
    )
    for row in measure(used, _USE, by=("year", "insee_code")).iter_rows(named=True):
        year: int = row["year"]
        yield from _rows(row, _USE, "year", date(year, 1, 1), date(year, 12, 31), row["insee_code"])


def _rows(
    row: dict[str, float], indicators: tuple[Indicator, ...], every: str, first: date, last: date, code: str
) -> Iterable[Row]:
    for indicator in indicators:
        yield indicator.key, row[indicator.key], every, first, last, code


# The files of the open data, made together so that they tell one state; the command and the server both ask here.


@dataclass(frozen=True)
class Publication:
    """The files by name, and what their page says of them."""

    files: Mapping[str, bytes]
    on: date
    demonstration: bool
    left_out: tuple[str, ...] = ()


def publication(engine: sa.Engine, *, today: date) -> Publication:
    """All the files, as they stand at the day; the same data give the same bytes."""
    with reading(engine, today, PUBLICATION) as connection:
        facts = published_facts(connection, today=today)
    content = {
        "lieux": lambda: _places(facts),
        "indicateurs": lambda: indicators_csv(published_figures(facts), demonstration=facts.demonstration),
        "reseau": lambda: network_geojson(facts.places, demonstration=facts.demonstration),
        "rendez-vous": lambda: _appointments(facts),
    }
    files = {resource.file_name: content[resource.kind]() for resource in RESOURCES}
    described = datapackage(files, on=today, demonstration=facts.demonstration)
    return Publication({**files, DESCRIPTION_FILE: described}, today, facts.demonstration, left_out(facts.places))


def _places(facts: PublishedFacts) -> bytes:
    opened = facts.places.filter("open")
    return places_csv(opened, facts.hours, on=facts.today, demonstration=facts.demonstration)


def _appointments(facts: PublishedFacts) -> bytes:
    # Midnight and not now: a file made again from the same data is the same file.
    stamp = datetime.combine(facts.today, time.min, PARIS)
    entries: pl.DataFrame = worded(facts.agenda, today=facts.today)
    return ics(entries, name=TITLE, stamp=stamp, demonstration=facts.demonstration)


# The national census of tiers-lieux, as far as the database can answer: one line per place and question.

_FIGURES: Final = (attendance.OCCUPIED_HALF_DAYS, attendance.HOURS, attendance.FILL_RATE)
_HEADINGS: Final = {
    "place": "Lieu",
    "code": "Code",
    "theme": "Thème",
    "question": "Question",
    "answer": "Réponse",
    "missing": "Ce qui manque",
}
_NOT_KNOWN_HERE: Final = {
    "SIRET ou RNA": "Le numéro",
    "Surface en m²": "La surface",
    "Titre d’occupation des locaux (propriétaire, loyer, gracieux)": "Le titre d’occupation",
    "Emplois directs en équivalent temps plein": "L’emploi",
    "Part des subventions dans les ressources": "Le détail des ressources",
    "Résultat (bénéfice, équilibre, déficit)": "Le résultat",
    "Publics accueillis chaque jour": "Le détail des publics",
    "Services publics hébergés": "Le détail des services hébergés",
    "Labels (Fabrique de territoire, France services…)": "Le label",
}


def census(connection: sa.Connection, *, today: date) -> Table:
    """The lines of the places that have opened, for the last year that is over, for the coordinator who fills it in.

    An answer the database has not is empty, and the line says what is missing.
    """
    year = today.year - 1
    counts = census_counts(connection, year=year)
    used = measure(attendance_facts(connection, Period.year(year), by=("centre_code",)), _FIGURES, by="centre_code")
    places = (
        published_places(connection, on=today)
        .filter(pl.col("status") != "planned")
        .join(counts.rename({"centre_code": "code"}), on="code", how="left", maintain_order="left")
        .join(used.rename({"centre_code": "code"}), on="code", how="left", maintain_order="left")
    )
    weeks = weeks_of(published_hours(connection, on=today))
    rows = [
        (place["name"], place["code"], theme, typeset(question), answer, None if answer else typeset(missing))
        for place in places.iter_rows(named=True)
        for theme, question, answer, missing in _answers(place, weeks.get(place["code"], {}), year)
    ]
    notes = (
        f"Réponses tirées de la base pour {year} ; à relire avant envoi.",
        "Questions d’après les recensements nationaux connus de 2020 à 2023 : leurs intitulés exacts changent chaque année.",
    )
    return Table(
        f"Recensement des tiers-lieux {year}",
        pl.DataFrame(rows, schema=dict.fromkeys(_HEADINGS, pl.String), orient="row"),
        _HEADINGS,
        tuple(map(typeset, notes)),
        demonstration=is_demonstration(connection),
    )


def _answers(
    place: Mapping[str, Any], week: Mapping[int, Sequence[Span]], year: int
) -> Iterable[tuple[str, str, str | None, str]]:
    """What a census asks of a place: theme, question, what the database answers, and what to look for where it cannot."""
    identity, offer, use, money = "Identité", "Offre actuelle", f"Usages en {year}", f"Économie en {year}"
    no_sheet = f"Aucun relevé complet en {year}."

    def whole(name: str) -> str | None:
        return None if place[name] is None else decimal(place[name], 0)

    def value(name: str, unit: Unit) -> str | None:
        return None if place[name] is None else format_value(place[name], unit)

    located = place["latitude"] is not None and place["longitude"] is not None
    point = f"{place['latitude']:.5f}, {place['longitude']:.5f}" if located else None
    operator = OPERATOR_KINDS[place["operator_kind"]].title if place["operator_kind"] else None
    opened = dates.long_date(place["opened_on"]) if place["opened_on"] else None
    minutes = sum(closes - opens for spans in week.values() for opens, closes in spans)
    hours = format_value(minutes / 60, Unit.HOUR) if minutes else None
    return (
        (identity, "Nom du lieu", place["name"], "Nom à saisir en page Centres."),
        (identity, "Type de lieu", CENTRE_KINDS[place["kind"]].title, ""),
        (identity, "Situation", CENTRE_STATUSES[place["status"]].title, ""),
        (identity, "Adresse", place["address"], "Rue à saisir en page Centres."),
        (identity, "Code postal", place["postcode"], "Code postal à saisir en page Centres."),
        (identity, "Commune", place["commune_name"], "Commune à saisir en page Centres."),
        (identity, "Code INSEE", place["insee_code"], ""),
        (identity, "Intercommunalité", place["epci_name"], "Intercommunalité inconnue."),
        (identity, "Coordonnées (latitude, longitude)", point, "Point à saisir en page Centres."),
        (identity, "Site web", place["website"], "Site à saisir en page Centres."),
        (identity, "Structure gestionnaire", place["operator_name"], "Gestionnaire à saisir en page Centres."),
        (identity, "Statut du gestionnaire", operator, "Statut du gestionnaire à saisir en page Centres."),
        (identity, "Date d’ouverture", opened, "Date à saisir en page Centres."),
        (offer, "Positions de travail", whole("seats"), "Capacité à saisir en page Centres."),
        (offer, "dont bureaux individuels", whole("seats_office"), "Capacité à saisir en page Centres."),
        (offer, "dont places en open space", whole("seats_open_space"), "Capacité à saisir en page Centres."),
        (offer, "Horaires d’ouverture", opening_hours(week), "Horaires à saisir en page Centres."),
        (offer, "Heures d’ouverture par semaine", hours, "Horaires à saisir en page Centres."),
        (use, "Usagers différents dans l’année", _masked_count(place["users"]), f"Aucune convention en {year}."),
        *((use, each.label, value(each.key, each.unit), no_sheet) for each in _FIGURES),
        (use, "Rendez-vous organisés dans le lieu", whole("events"), ""),
        (money, "Charges de fonctionnement", value("cost_eur", Unit.EURO), f"Coût de {year} à saisir."),
        (money, "Recettes propres", value("revenue_eur", Unit.EURO), f"Recettes de {year} à saisir."),
        *(
            ("Hors de la base", asked, None, f"{what} n’est pas dans la base : à demander au lieu.")
            for asked, what in _NOT_KNOWN_HERE.items()
        ),
    )


def _masked_count(users: int | None) -> str | None:
    """A count of people as it may leave the house; None for nobody."""
    if not users:
        return None
    return hidden_words(few=True) if is_small(users) else decimal(users, 0)
