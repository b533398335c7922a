"""Who the members of the Pass are, why they leave, and what services and supports they have."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.pass_breakdown import (
    pass_breakdown,
    pass_breakdown_in_words,
    pass_services,
    pass_services_in_words,
)
from dashboard.figures.model import Figure, Table
from dashboard.indicators import passes
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import filters, store
from dashboard.ui.disclosure import masked_for_reader
from dashboard.ui.filters import short_names
from dashboard.ui.views.passes import WITHOUT_AGREEMENT, Club, figure
from dashboard.wording import dates
from dashboard.wording.terms import MEMBER_SERVICES, PASS_END_REASONS, PERSON_STATUSES, SUPPORT_KINDS, Term
from dashboard.wording.typography import capital

# Who the members of the Pass are and why they leave: by reason, by status, by centre; a click on a bar filters the
# page.

HOW_TO_FILTER: Final = "Touchez une barre pour ne garder sur la page que ce statut ou ce télécentre."
_OWN_PREMISES: Final = "own_premises"
_MEMBERS: Final = ("adhérent", "adhérents")


def reasons(club: Club) -> Figure:
    """Why people leave; premises of their own stand apart, as what the programme is for."""
    endings = store.pass_endings(club.period, **club.kept)
    names = {code: term.title for code, term in PASS_END_REASONS.items()}
    names[_OWN_PREMISES] = "A pris ses propres locaux"
    figures = _parts(measure(endings, [passes.PASS_ENDS], by="end_reason"), names, "Motif non saisi").with_columns(
        role=pl.when(pl.col("code") == _OWN_PREMISES)
        .then(pl.lit("result"))
        .when(pl.col("code").is_null())
        .then(pl.lit("context"))
        .otherwise(pl.lit("loss"))
    )
    figures = pl.concat([figures.filter(pl.col("role") == role) for role in ("result", "loss", "context")])
    return figure(
        club,
        key="motifs",
        headline="Pourquoi l’on quitte le Pass",
        subtitle=f"Nombre de départs par motif. {capital(club.who)}, {club.spoken_period}. En bleu : partir dans ses propres "
        "locaux est ce que vise le programme, ce n’est pas une perte.",
        draw=pass_breakdown,
        figures=figures,
        spoken=pass_breakdown_in_words(figures, of=("départ", "départs")),
        headings={"label": "Motif", "people": "Départs", "share": "Part"},
        shares=frozenset({"share"}),
    )


def by_status(club: Club) -> Figure:
    """The members by what they do for a living; the filter by status shows as the green bar."""
    members = store.pass_members(on=club.on, by=("status",), centre_code=club.centre_code)
    names = {code: capital(term.counted(2)) for code, term in PERSON_STATUSES.items()}
    figures = _picked(_parts(measure(members, [passes.PASS_MEMBERS], by="status"), names, ""), club.status)
    return figure(
        club,
        key="statuts",
        headline="Que font les adhérents ?",
        subtitle=f"Adhérents au {dates.long_date(club.on)}, par statut. {capital(club.centre_name or 'réseau entier')}.",
        draw=pass_breakdown,
        figures=figures,
        spoken=pass_breakdown_in_words(figures, of=_MEMBERS),
        headings={"label": "Statut", "people": "Adhérents", "share": "Part"},
        shares=frozenset({"share"}),
        options={"selection_name": "statut"},
    )


def by_centre(club: Club) -> Figure:
    """The members by the centre of their running agreement. Those without are said: their bar would dwarf all others."""
    members = store.pass_members(on=club.on, by=("centre_code",), status=club.status)
    parts = _parts(measure(members, [passes.PASS_MEMBERS], by="centre_code"), short_names(), capital(WITHOUT_AGREEMENT))
    figures = _picked(parts, club.centre_code).drop_nulls("code")
    elsewhere = parts.filter(pl.col("code").is_null())["people"].sum()
    status = f" {capital(PERSON_STATUSES[club.status].counted(2))}." if club.status else ""
    return figure(
        club,
        key="telecentres",
        headline="Où travaillent les adhérents ?",
        subtitle=f"Adhérents au {dates.long_date(club.on)}, par télécentre de leur convention en cours.{status} "
        f"{capital(WITHOUT_AGREEMENT)} : {elsewhere}.",
        draw=pass_breakdown,
        figures=figures,
        listed=parts,
        spoken=pass_breakdown_in_words(_picked(parts, club.centre_code), of=_MEMBERS),
        headings={"label": "Télécentre", "people": "Adhérents", "share": "Part"},
        shares=frozenset({"share"}),
        options={"selection_name": "centre"},
    )


def take_status() -> None:
    """Keeps in the address the status clicked on."""
    _take("statuts", "statut")


def take_centre() -> None:
    """Keeps in the address the centre clicked on."""
    _take("telecentres", "centre")


def _take(key: str, name: str) -> None:
    event = st.session_state.get(f"chart-pass-{key}") or {}
    codes = [point["code"] for point in event.get("selection", {}).get(name) or [] if point.get("code")]
    if codes:
        filters.take(name, codes[0])


def _parts(measured: pl.DataFrame, names: Mapping[str, str], without: str) -> pl.DataFrame:
    """One row per part of a figure, the largest first and what has no code last: code, label, people, share of the whole."""
    code, people = measured.columns
    return (
        measured.select(code=code, people=people)
        .with_columns(
            label=pl.col("code")
            .replace_strict(names, default=pl.col("code"), return_dtype=pl.String)
            .fill_null(without),
            share=pl.col("people") / pl.col("people").sum(),
        )
        .sort(pl.col("code").is_null(), -pl.col("people"), "label")
    )


def _picked(parts: pl.DataFrame, code: str | None) -> pl.DataFrame:
    """Green for all, or for the one that filters the page; grey for the others and for what has no code."""
    subject = pl.col("code").is_not_null() if code is None else pl.col("code") == code
    return parts.with_columns(
        role=pl.when(subject.fill_null(False)).then(pl.lit("subject")).otherwise(pl.lit("context"))
    )


# What the programme gives: the services members hold and the support opened, by centre and year.

WITHOUT_CENTRE: Final = "Sans télécentre"
NO_SERVICE: Final = "Aucun service n’est enregistré pour ce périmètre."
NO_SUPPORT: Final = "Aucun accompagnement n’est enregistré pour ce périmètre."
# As many years as fit beside the names; the table has all of them.
YEARS_DRAWN: Final = 7


def services(club: Club) -> Figure:
    """Who holds what, year after year."""
    first = date(filters.FIRST_YEAR, 1, 1)
    by_centre = store.service_facts(first=first, last=club.on, by=("centre_code",))
    if club.centre_code is not None:
        by_centre = _at(by_centre, club.centre_code)
    return _figure(
        club,
        # Of the network each holder counts once, at however many centres they hold it.
        store.service_facts(first=first, last=club.on) if club.centre_code is None else by_centre,
        by_centre,
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
    if club.centre_code is not None:
        facts = _at(facts, club.centre_code)
    return _figure(
        club,
        facts,
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


def _at(facts: pl.DataFrame, centre_code: str) -> pl.DataFrame:
    return facts.filter(pl.col("centre_code") == centre_code)


def _figure(
    club: Club,
    facts: pl.DataFrame,
    by_centre: pl.DataFrame,
    indicator: Indicator,
    terms: Mapping[str, Term],
    *,
    key: str,
    headline: str,
    counted: str,
    where: str,
) -> Figure:
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
            by_centre_and_year(by_centre, indicator, kinds),
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
    told = masked_for_reader(cells, "people", ("kind", "year"), totals=())
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
