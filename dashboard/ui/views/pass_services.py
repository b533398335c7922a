"""What the programme gives: the services members hold and the support opened, by centre and year."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.charts.pass_services import pass_services, pass_services_in_words
from dashboard.exports.tables import Table
from dashboard.indicators import passes
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import filters, store
from dashboard.ui.components import Figure
from dashboard.ui.disclosure import for_reader
from dashboard.ui.views.pass_perimeter import Club
from dashboard.wording import dates
from dashboard.wording.terms import MEMBER_SERVICES, SUPPORT_KINDS, Term
from dashboard.wording.typography import capital

WITHOUT_CENTRE: Final = "Sans télécentre"
NO_SERVICE: Final = "Aucun service n’est enregistré pour ce périmètre."
NO_SUPPORT: Final = "Aucun accompagnement n’est enregistré pour ce périmètre."
# As many years as fit beside the names; the table has all of them.
YEARS_DRAWN: Final = 7


def services(club: Club) -> Figure:
    """Who holds what, year after year."""
    facts = store.service_facts(first=date(filters.FIRST_YEAR, 1, 1), last=club.on)
    return _figure(
        club,
        facts,
        passes.SERVICE_HOLDERS,
        MEMBER_SERVICES,
        key="services",
        headline="Les services que détiennent les adhérents",
        counted="Titulaires au moins un jour de l’année",
        where="Le lieu est celui du service, sinon celui de la convention en cours à son premier jour.",
    )


def supports(club: Club) -> Figure:
    """Support opened, year after year."""
    facts = store.support_facts(first=date(filters.FIRST_YEAR, 1, 1), last=club.on)
    return _figure(
        club,
        facts,
        passes.SUPPORTS_OPENED,
        SUPPORT_KINDS,
        key="accompagnements",
        headline="Les accompagnements ouverts",
        counted="Personnes ou foyers dont l’accompagnement a commencé dans l’année",
        where="Le lieu est celui de la convention en cours à l’ouverture, ou celui que le foyer a visité en session d’accueil.",
    )


def services_for_partners(on: date) -> Figure:
    """Who holds what, year after year, as who may not see small counts sees it: for the whole network."""
    facts = store.service_facts(first=date(filters.FIRST_YEAR, 1, 1), last=on)
    return _for_partners(facts, passes.SERVICE_HOLDERS, MEMBER_SERVICES, on, "services", "Les services des adhérents")


def supports_for_partners(on: date) -> Figure:
    """Support opened, year after year, likewise."""
    facts = store.support_facts(first=date(filters.FIRST_YEAR, 1, 1), last=on)
    return _for_partners(
        facts, passes.SUPPORTS_OPENED, SUPPORT_KINDS, on, "accompagnements", "Les accompagnements ouverts"
    )


def by_kind_and_year(
    facts: pl.DataFrame, indicator: Indicator, kinds: Sequence[str], years: Sequence[int]
) -> pl.DataFrame:
    """One row per kind and year of these, in their order: `kind`, `year`, `people`, 0 where nobody."""
    frame = pl.DataFrame({"kind": kinds}).join(pl.DataFrame({"year": years}, schema={"year": pl.Int64}), how="cross")
    counted = measure(facts, [indicator], by=("kind", "year")).rename({indicator.key: "people"})
    return frame.join(counted, on=("kind", "year"), how="left", maintain_order="left").with_columns(
        pl.col("people").fill_null(0)
    )


def by_centre_and_year(facts: pl.DataFrame, indicator: Indicator, kinds: Sequence[str]) -> pl.DataFrame:
    """One row per year and centre with somebody, the latest year first: one column a kind, 0 where nobody."""
    names = filters.centre_names()
    counted = measure(facts, [indicator], by=("year", "centre_code", "kind")).rename({indicator.key: "people"})
    columns = [pl.col("people").filter(pl.col("kind") == kind).sum().alias(kind) for kind in kinds]
    return (
        counted.group_by("year", "centre_code")
        .agg(columns)
        .with_columns(
            centre_name=pl.col("centre_code")
            .replace_strict(names, default=pl.col("centre_code"), return_dtype=pl.String)
            .fill_null(WITHOUT_CENTRE)
        )
        .sort(-pl.col("year"), pl.col("centre_code").is_null(), "centre_name")
    )


def _figure(
    club: Club,
    facts: pl.DataFrame,
    indicator: Indicator,
    terms: Mapping[str, Term],
    *,
    key: str,
    headline: str,
    counted: str,
    where: str,
) -> Figure:
    if club.centre_code is not None:
        facts = facts.filter(pl.col("centre_code") == club.centre_code)
    kinds, years = list(terms), _years(facts, club.on.year)
    figures = by_kind_and_year(facts, indicator, kinds, years).with_columns(
        label=pl.col("kind").replace_strict({code: term.brief for code, term in terms.items()})
    )
    running = f" {club.on.year} : jusqu’au {dates.long_date(club.on)}." if club.on != date(club.on.year, 12, 31) else ""
    return Figure(
        key=f"pass-{key}",
        headline=headline,
        subtitle=f"{counted}. {capital(club.centre_name or 'réseau entier')}, tous statuts.{running}",
        draw=pass_services,
        figures=figures,
        spoken=pass_services_in_words(figures),
        table=Table(
            f"{headline}, par télécentre et par année",
            by_centre_and_year(facts, indicator, kinds),
            {"year": "Année", "centre_name": "Télécentre", **{code: term.brief for code, term in terms.items()}},
            notes=(f"{counted}, du 1er janvier {filters.FIRST_YEAR} au {dates.long_date(club.on)}.", where),
            demonstration=store.is_demonstration(),
        ),
    )


def _for_partners(
    facts: pl.DataFrame, indicator: Indicator, terms: Mapping[str, Term], on: date, key: str, headline: str
) -> Figure:
    cells = by_kind_and_year(facts, indicator, list(terms), _years(facts, on.year)).with_columns(
        label=pl.col("kind").replace_strict({code: term.brief for code, term in terms.items()})
    )
    # Nowhere are they added up, neither over years nor over kinds: the same person may be in several.
    told = for_reader(cells, "people", ("kind", "year"), totals=())
    return Figure(
        key=f"pass-{key}",
        headline=headline,
        subtitle=f"Personnes, réseau entier, année après année, au {dates.long_date(on)}.",
        draw=pass_services,
        figures=told,
        spoken=pass_services_in_words(told),
        table=Table(
            f"{headline}, par année",
            told.with_columns(pl.col("year").cast(pl.String)),
            {"label": "Nature", "year": "Année", "people": "Personnes"},
            notes=(indicator.definition, indicator.limits),
            demonstration=store.is_demonstration(),
        ),
    )


def _years(facts: pl.DataFrame, last: int) -> list[int]:
    """The years drawn: from the first with something, at most the last few."""
    first = facts["year"].min()
    return list(range(max(first if isinstance(first, int) else last, last - YEARS_DRAWN + 1), last + 1))
