"""The club Pass Actifs Mobiles as one reader is told of it; who its members are, why they leave, and what they are given."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

import polars as pl

from dashboard.charts.heat import pass_services, pass_services_in_words
from dashboard.figures.masking import all_told, counted, leader, leading, masked, masked_counts
from dashboard.figures.model import Figure, Reader, Table, short_names
from dashboard.indicators import passes as indicators
from dashboard.indicators.disclosure import hidden_with, moves_by_few
from dashboard.indicators.model import Indicator, measure
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import (
    HIDDEN,
    MEMBER_SERVICES,
    PASS_END_REASONS,
    PERSON_STATUSES,
    SUPPORT_KINDS,
    Term,
    distinct_names,
)
from dashboard.wording.typography import capital, count, plural
from data_access.facts import ClubFacts, ClubParts, ClubSpan
from data_access.periods import Period, month_start

MOVES: Final = (
    indicators.PASS_JOINS,
    indicators.PASS_ENDS,
    indicators.PASS_LOSSES,
    indicators.PASS_OWN_PREMISES,
    indicators.PASS_NET,
)
TRIALS: Final = (indicators.PASS_TRIALS_OVER, indicators.PASS_KEPT, indicators.PASS_KEPT_SHARE)


@dataclass(frozen=True)
class Club:
    """Whose figures are told, over which period in words (`spoken`), and to whom."""

    facts: ClubFacts
    spoken: str
    reader: Reader

    @property
    def period(self) -> Period:
        """The days whose moves are told."""
        return self.facts.now.period

    @property
    def on(self) -> date:
        """The day on which members are counted."""
        return self.facts.now.on

    @property
    def place(self) -> str:
        """« réseau entier », or the centre the page is about."""
        names = dict(self.facts.places.select("code", "name").iter_rows())
        return "réseau entier" if self.facts.centre_code is None else names[self.facts.centre_code]

    @property
    def who(self) -> str:
        """The perimeter, for a sentence: « réseau entier, indépendants »."""
        status = self.facts.status
        return f"{self.place}, {PERSON_STATUSES[status].counted(2)}" if status else self.place

    @property
    def places(self) -> dict[str, str]:
        """The short name of every place, by its code, which tells apart two of one name."""
        return distinct_names(short_names(self.facts.places))

    @cached_property
    def now(self) -> dict[str, float | None]:
        """The figures of the span, by their keys."""
        return figures_of(self.facts.now)

    @cached_property
    def year_ago(self) -> dict[str, float | None]:
        """The same a year before; nothing where nothing compares."""
        return compared_figures(self.facts.year_ago, self.facts.began)

    @cached_property
    def few_moved(self) -> bool:
        """Whether so few joined, or left, since both were told that neither total is."""
        moves = (indicators.PASS_JOINS, indicators.PASS_ENDS)
        months = measure(self.facts.history, moves, by="month_start")
        return few_moved(months, tuple(each.key for each in moves), self.on, members_told=True)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the files say of a figure."""
        return (
            f"Périmètre : {self.who}. Période : {self.spoken}.",
            f"Situation connue au {dates.long_date(self.facts.as_of)}.",
        )

    def table(self, title: str, frame: pl.DataFrame, headings: Mapping[str, str], *shares: str) -> Table:
        """Rows of the club, which say in their files what they are about."""
        return Table(title, frame, headings, self.notes, shares=frozenset(shares))


def figures_of(span: ClubSpan) -> dict[str, float | None]:
    """Members on the day, joins, departures and their net over the months, and who stayed after the free ones."""
    asked = ((span.members, [indicators.PASS_MEMBERS]), (span.months, MOVES), (span.cohorts, TRIALS))
    return {key: value for frame, wanted in asked for key, value in measure(frame, wanted).row(0, named=True).items()}


def few_moved(months: pl.DataFrame, columns: tuple[str, ...], on: date, *, members_told: bool = False) -> bool:
    """Whether one of these totals to date moved by few people since the end of the year when they were told last, or would
    with the members who are told at the end of each year tell of few who came or left in one."""
    years = (
        months.filter(pl.col("month_start") <= on)
        .group_by(pl.col("month_start").dt.year())
        .agg(pl.col(columns).sum())
        .sort("month_start")
    )
    return moves_by_few(years.select(pl.col(columns).cum_sum()).iter_rows(), difference_told=members_told)


def compared_figures(then: ClubSpan | None, began: date | None) -> dict[str, float | None]:
    """The figures of another span; those the club was not yet there for are left out.

    Members need it to have begun by their day. The others need it for all of their days, or a part would be compared with
    a whole.
    """
    if then is None or began is None or then.on < began:
        return {}
    figures = figures_of(then)
    whole = then.period.first >= month_start(began)
    return figures if whole else {key: figures[key] for key in (indicators.PASS_MEMBERS.key,)}


_WITHOUT_AGREEMENT: Final = "sans convention en cours"
# Who the members are and why they leave: by reason, by status, by centre; a click on a bar filters the page.

OWN_PREMISES: Final = "own_premises"


def reasons(club: Club) -> Figure:
    """Why people leave; premises of their own stand apart, as what the programme is for."""
    names = {code: term.title for code, term in PASS_END_REASONS.items()} | {OWN_PREMISES: "A pris ses propres locaux"}
    parts = _parts(club, indicators.PASS_ENDS, "end_reason", lambda then: then.endings, names, "Motif non saisi")
    if club.few_moved and not club.reader.sees_small_counts:
        # All reasons together would tell how many left; and what remains, how many joined.
        parts = masked(parts, "people", "share").with_columns(words=pl.lit(HIDDEN))
    role = (
        pl.when(pl.col("code") == OWN_PREMISES)
        .then(pl.lit("result"))
        .when(pl.col("code").is_null())
        .then(pl.lit("context"))
        .otherwise(pl.lit("loss"))
    )
    told = parts.with_columns(role=role).with_columns(
        words=pl.when((role == "result") & (pl.col("words") != HIDDEN))
        .then(pl.col("words").str.replace(r"\)$", ", un résultat)"))
        .otherwise("words")
    )
    return _cut(
        club,
        pl.concat([told.filter(pl.col("role") == each) for each in ("result", "loss", "context")]),
        ("départ", "départs"),
        key="motifs",
        headline=_first_reason(told) or "Pourquoi l’on quitte le Pass",
        title="Départs par motif",
        subtitle=f"Nombre de départs par motif. {capital(club.who)}, {club.spoken}. En bleu : partir dans ses propres "
        "locaux est ce que vise le programme, ce n’est pas une perte.",
        heading="Motif",
        nothing="Personne n’a quitté le Pass sur la période.",
    )


def _first_reason(told: pl.DataFrame) -> str:
    """« Premier motif de départ : adhésion non renouvelée, 12 sur 40 »"""
    first = leader(told, "people", "code")
    return f"Premier motif de départ : {first[0][:1].lower()}{first[0][1:]}, {first[1]} sur {first[2]}" if first else ""


def by_status(club: Club) -> Figure:
    """The members by what they do for a living; the filter by status shows as the green bar."""
    names = {code: capital(term.counted(2)) for code, term in PERSON_STATUSES.items()}
    parts = _parts(club, indicators.PASS_MEMBERS, "status", lambda then: then.by_status, names, "")
    return _cut(
        club,
        _picked(parts, club.facts.status),
        ("adhérent", "adhérents"),
        key="statuts",
        headline=leading(parts, "people", "code", ("adhérent", "adhérents")) or "Que font les adhérents ?",
        title="Adhérents par statut",
        subtitle=f"Adhérents au {dates.long_date(club.on)}, par statut. {capital(club.place)}.",
        heading="Statut",
        nothing="Aucun adhérent à cette date.",
        selection_name="statut",
        hint="Touchez une barre pour ne garder sur la page que ce statut.",
    )


def by_centre(club: Club) -> Figure:
    """The members by the centre of their running agreement. Those without are said: their bar would dwarf all others."""
    without, status = capital(_WITHOUT_AGREEMENT), club.facts.status
    parts = _parts(club, indicators.PASS_MEMBERS, "centre_code", lambda then: then.by_centre, club.places, without)
    elsewhere = parts.filter(pl.col("code").is_null())
    alone = HIDDEN if elsewhere["people_hidden"].any() else integer(elsewhere["people"].sum())
    kept = f" {capital(PERSON_STATUSES[status].counted(2))}." if status else ""
    figure = _cut(
        club,
        _picked(parts, club.facts.centre_code),
        ("adhérent", "adhérents"),
        key="telecentres",
        headline=_with_agreement(parts) or "Où travaillent les adhérents ?",
        title="Adhérents par télécentre",
        subtitle=f"Adhérents au {dates.long_date(club.on)}, par télécentre de leur convention en cours.{kept} "
        f"{without} : {alone}.",
        heading="Télécentre",
        nothing="Aucun adhérent à cette date.",
        selection_name="centre",
        hint="Touchez une barre pour ne garder sur la page que ce télécentre.",
    )
    drawn = figure.figures.drop_nulls("code")
    if drawn.height <= _MOST_DRAWN:
        return replace(figure, figures=drawn)
    said = (
        f" Les {_DRAWN_OF_MANY} premiers télécentres sont dessinés ; les {integer(drawn.height)} sont dans le tableau."
    )
    return replace(figure, figures=drawn.head(_DRAWN_OF_MANY), subtitle=figure.subtitle + said)


def _with_agreement(parts: pl.DataFrame) -> str:
    """« 33 adhérents sur 312 ont une convention en cours »; nothing where a count is hidden."""
    if parts.is_empty() or not all_told(parts, "people"):
        return ""
    there = int(parts.drop_nulls("code")["people"].sum())
    verb = plural(there, "a", "ont")
    return f"{count(there, 'adhérent')} sur {integer(parts['people'].sum())} {verb} une convention en cours"


def _parts(
    club: Club,
    indicator: Indicator,
    cut: str,
    of: Callable[[ClubParts], pl.DataFrame],
    names: Mapping[str, str],
    without: str,
) -> pl.DataFrame:
    """One row per part: code, label, people and their share of the whole, the words of its bar.

    The largest first, or in the order of names where counts are hidden: that of counts would tell what is. What has no
    code is last.
    """

    def measured(then: ClubParts) -> pl.DataFrame:
        # What nobody counted is no part of it.
        return measure(of(then), [indicator], by=cut).select(code=cut, people=indicator.key).drop_nulls("people")

    whole = measured(club.facts.parts).with_columns(
        label=pl.col("code").replace_strict(names, default=pl.col("code"), return_dtype=pl.String).fill_null(without),
        share=pl.col("people") / pl.col("people").sum(),
    )
    order = (-pl.col("people"), "label") if club.reader.sees_small_counts else ("label",)
    earlier = [measured(then) for then in club.facts.earlier]
    told = hidden_with(
        masked_counts(whole.sort(pl.col("code").is_null(), *order), "people", ["code"], club.reader, earlier=earlier),
        ["share"],
        "people",
    )
    words = [
        HIDDEN if hidden else f"{integer(people)} ({percent(share)})"
        for people, share, hidden in told.select("people", "share", "people_hidden").iter_rows()
    ]
    return told.with_columns(words=pl.Series(words, dtype=pl.String))


def _picked(parts: pl.DataFrame, code: str | None) -> pl.DataFrame:
    """Green for all, or for the one that filters the page; grey for the others and for what has no code."""
    subject = pl.col("code").is_not_null() if code is None else pl.col("code") == code
    return parts.with_columns(
        role=pl.when(subject.fill_null(False)).then(pl.lit("subject")).otherwise(pl.lit("context"))
    )


def _cut(
    club: Club,
    parts: pl.DataFrame,
    of: tuple[str, str],
    *,
    key: str,
    headline: str,
    title: str,
    subtitle: str,
    heading: str,
    nothing: str,
    selection_name: str | None = None,
    hint: str = "",
) -> Figure:
    sees = club.reader.sees_small_counts
    return counted(
        parts,
        "people",
        key=f"pass-{key}",
        headline=headline,
        title=title,
        subtitle=subtitle,
        subject=count(parts["people"].sum(), *of) if sees else of[1],
        headings={"label": heading, "people": capital(of[1]), "share": "Part"},
        shares=frozenset({"share"}),
        nothing=nothing,
        notes=club.notes,
        # A reader of the whole club alone is offered no filter.
        selection_name=selection_name if sees else None,
        hint=hint,
    )


# What the programme gives: the services members hold and the support opened, by centre and year.

_WITHOUT_CENTRE: Final = "Sans télécentre"
# As many years as fit beside the names; the table has all of them.
_YEARS_DRAWN: Final = 7
_MOST_DRAWN: Final = 40
_DRAWN_OF_MANY: Final = 25


def services(club: Club) -> Figure:
    """Who holds what, year after year."""
    return _given(
        club,
        club.facts.services,
        club.facts.services_by_centre,
        indicators.SERVICE_HOLDERS,
        MEMBER_SERVICES,
        key="services",
        of=("titulaire", "titulaires"),
        headline="Les services que détiennent les adhérents",
        title="Services",
        told="Titulaires au moins un jour de l’année",
        where="Le lieu est celui du service, sinon celui de la convention en cours à son premier jour.",
        nothing="Aucun service n’est enregistré pour ce périmètre.",
    )


def supports(club: Club) -> Figure:
    """Support opened, year after year."""
    return _given(
        club,
        club.facts.supports,
        club.facts.supports,
        indicators.SUPPORTS_OPENED,
        SUPPORT_KINDS,
        key="accompagnements",
        of=("accompagnement ouvert", "accompagnements ouverts"),
        headline="Les accompagnements ouverts",
        title="Accompagnements",
        told="Personnes ou foyers dont l’accompagnement a commencé dans l’année",
        where="Le lieu est celui de la convention en cours à l’ouverture, ou celui que le foyer a visité en session d’accueil.",
        nothing="Aucun accompagnement n’est enregistré pour ce périmètre.",
    )


def _given(
    club: Club,
    facts: pl.DataFrame,
    by_centre: pl.DataFrame,
    indicator: Indicator,
    terms: Mapping[str, Term],
    *,
    key: str,
    of: tuple[str, str],
    headline: str,
    title: str,
    told: str,
    where: str,
    nothing: str,
) -> Figure:
    kinds, sees = list(terms), club.reader.sees_small_counts
    first = facts["year"].min()
    years = range(
        max(first if isinstance(first, int) else club.on.year, club.on.year - _YEARS_DRAWN + 1), club.on.year + 1
    )
    # Nowhere are they added up, neither over years nor over kinds: the same person may be in several.
    cells = masked_counts(
        _by_kind_and_year(facts, indicator, kinds, years), "people", ["kind", "year"], club.reader, totals=()
    ).with_columns(label=pl.col("kind").replace_strict({code: term.brief for code, term in terms.items()}))
    running = f" {club.on.year} : jusqu’au {dates.long_date(club.on)}." if club.on != date(club.on.year, 12, 31) else ""
    if sees:
        table = club.table(
            f"{title} par télécentre et par année",
            _by_centre_and_year(club.facts, by_centre, indicator, kinds),
            {"year": "Année", "centre_name": "Télécentre", **{code: term.brief for code, term in terms.items()}},
        )
    else:
        headings = {"label": "Nature", "year": "Année", "people": "Personnes"}
        table = club.table(f"{title} par année", cells.with_columns(pl.col("year").cast(pl.String)), headings)
    notes = (f"{told}, du 1er janvier 2007 au {dates.long_date(club.on)}.", where if sees else indicator.limits)
    return Figure(
        key=f"pass-{key}",
        headline=_most_given(cells, of) or headline,
        subtitle=f"{told}. {capital(club.place)}, tous statuts.{running}",
        draw=pass_services,
        figures=cells,
        spoken=pass_services_in_words(cells),
        table=replace(table, notes=tuple(filter(None, notes))),
        nothing=nothing,
    )


def _most_given(cells: pl.DataFrame, of: tuple[str, str]) -> str:
    """« Domiciliation en tête en 2017 : 80 titulaires »: of the last year; never of all, who may be in several."""
    last = cells.filter(pl.col("year") == pl.col("year").max())
    first = leader(last, "people", "kind")
    return f"{first[0]} en tête en {last['year'][0]} : {count(first[1], *of)}" if first else ""


def _by_kind_and_year(
    facts: pl.DataFrame, indicator: Indicator, kinds: Sequence[str], years: Sequence[int]
) -> pl.DataFrame:
    """One row per kind and year of these, in their order: `kind`, `year`, `people`, 0 where nobody."""
    frame = pl.DataFrame({"kind": kinds}).join(pl.DataFrame({"year": years}, schema={"year": pl.Int64}), how="cross")
    people = measure(facts, [indicator], by=("kind", "year")).rename({indicator.key: "people"})
    return frame.join(people, on=("kind", "year"), how="left", maintain_order="left").with_columns(
        pl.col("people").fill_null(0)
    )


def _by_centre_and_year(
    facts: ClubFacts, given: pl.DataFrame, indicator: Indicator, kinds: Sequence[str]
) -> pl.DataFrame:
    """One row per year and centre with somebody, the latest year first: one column a kind, 0 where nobody."""
    names = dict(facts.places.select("code", "name").iter_rows())
    people = measure(given, [indicator], by=("year", "centre_code", "kind")).rename({indicator.key: "people"})
    return (
        people.group_by("year", "centre_code")
        .agg(pl.col("people").filter(pl.col("kind") == kind).sum().alias(kind) for kind in kinds)
        .with_columns(
            centre_name=pl.col("centre_code")
            .replace_strict(names, default=pl.col("centre_code"), return_dtype=pl.String)
            .fill_null(_WITHOUT_CENTRE)
        )
        .sort(-pl.col("year"), pl.col("centre_code").is_null(), "centre_name")
    )
