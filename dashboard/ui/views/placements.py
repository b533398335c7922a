"""Pôle Emploi: which contracts are asked for, and what answers in words, tiles and drawings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.bars import counted_bars, counted_bars_in_words
from dashboard.charts.follow_up import Parts, follow_up, follow_up_in_words
from dashboard.charts.placements import (
    aim_name,
    every_quarter,
    placement_meetings,
    placement_meetings_in_words,
    placement_quarters,
    placement_quarters_in_words,
)
from dashboard.configuration import clock
from dashboard.figures.model import Figure, Table, Tile
from dashboard.indicators import placements
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import filters, store
from dashboard.ui.filters import short_names
from dashboard.wording import dates
from dashboard.wording.numbers import NO_BREAK, percent
from dashboard.wording.terms import CONTRACT_KINDS, JOB_CENTRE, PLACEMENT_AIMS, PLACEMENT_STAGES
from dashboard.wording.typography import capital, count
from dashboard.wording.units import format_quantity, wording_of

# The convention with Pôle Emploi: what the reader asks for, and what answers in words and in tiles. Everything is a
# count: the pseudonyms of candidates stay in the database.

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
    aim = filters.choice(st.selectbox, "Volet de la convention", aims, key="volet", usual=WHOLE, width=320)
    centre_code, centre_name = filters.chosen_centre()
    years = {
        WHOLE: f"Depuis fin {SIGNED_IN}",
        **{str(year): str(year) for year in range(today.year, SIGNED_IN - 1, -1)},
    }
    year = filters.choice(st.selectbox, "Période", years, key="annees", usual=WHOLE, width=180)
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


# The way to a contract: contracts by quarter, the steps of candidates, the information meetings.

QUARTERS: Final = "contrats-par-trimestre"
YEAR_PICKED: Final = "annee_du_contrat"
# More columns than this and none is wide enough to be read; the table keeps them all.
_MONTHS_DRAWN: Final = 36


def by_quarter(shown: Asked) -> Figure:
    """Contracts by quarter and aim."""
    figures = quarters(shown)
    frame = figures.with_columns(
        quarter=pl.col("quarter_start").map_elements(dates.quarter, return_dtype=pl.String),
        aim_name=pl.col("aim").map_elements(aim_name, return_dtype=pl.String),
    )
    unfinished = f" Le {dates.quarter(shown.as_of)} est en cours." if shown.last == shown.as_of else ""
    return Figure(
        key=QUARTERS,
        headline="Les contrats, trimestre après trimestre",
        subtitle=f"Nombre de contrats conclus, par volet de la convention, {shown.period}.{unfinished}",
        draw=placement_quarters,
        figures=figures,
        spoken=placement_quarters_in_words(figures),
        table=Table(
            "Contrats conclus par trimestre et par volet",
            frame,
            {"quarter": "Trimestre", "aim_name": "Volet", "placements": "Contrats conclus"},
            notes=(about(shown), *(f"Volet {aim} : {term.label}." for aim, term in PLACEMENT_AIMS.items())),
            demonstration=store.is_demonstration(),
        ),
        options={"selection_name": YEAR_PICKED},
    )


def take_year_from_chart() -> None:
    """Clicking a column shows its year alone; clicking beside the columns changes nothing."""
    years = [point["year"] for point in picked(QUARTERS, YEAR_PICKED) if point.get("year")]
    if years:
        filters.take("annees", str(years[0]))


def quarters(shown: Asked) -> pl.DataFrame:
    """One row per quarter and aim asked for, from the first contract to the last day looked at; zeros are zeros."""
    counted = measure(contracts(shown), [placements.PLACEMENTS], by=("quarter_start", "aim"))
    if counted.is_empty():
        return counted
    last = pl.Series([shown.last]).dt.truncate("1q").item()
    every = pl.DataFrame({"quarter_start": every_quarter([*counted["quarter_start"], last])})
    aims = pl.DataFrame({"aim": [shown.aim] if shown.aim else list(PLACEMENT_AIMS)}, schema={"aim": pl.Int64})
    return (
        every.join(aims, how="cross")
        .join(counted, on=("quarter_start", "aim"), how="left")
        .with_columns(pl.col("placements").fill_null(0))
        .sort("quarter_start", "aim")
    )


def steps(shown: Asked) -> pl.DataFrame:
    """One row per step, in order: step, label, candidates and step_share; none when no candidate is known."""
    furthest = shown.keeps(store.candidate_facts(as_of=shown.as_of))
    if furthest.is_empty():
        schema = {"step": pl.String, "candidates": pl.Int64, "step_share": pl.Float64, "label": pl.String}
        return pl.DataFrame(schema=schema)
    reached = placements.candidates_by_step(furthest)
    labels = {step: capital(term.counted(2)) for step, term in PLACEMENT_STAGES.items()}
    return measure(reached, [placements.CANDIDATES, placements.STEP_SHARE], by="step").with_columns(
        label=pl.col("step").replace_strict(labels)
    )


def by_step(shown: Asked) -> Figure:
    """From informed to hired: how many, and which share of the step before."""
    found = steps(shown)
    said = [
        f"{number} · {share(of_previous)}" if of_previous is not None else str(number)
        for number, of_previous in found.select("candidates", "step_share").iter_rows()
    ]
    bars = found.select("label", value="candidates", code=pl.lit(None, pl.String)).with_columns(
        said=pl.Series(said, dtype=pl.String)
    )
    everywhere = " Tous les lieux : le lieu n’est noté qu’avec le contrat." if shown.centre_code else ""
    return Figure(
        key="etapes-vers-le-contrat",
        headline="De l’information au contrat",
        subtitle=f"Candidats dont la première étape date de la période ({shown.period}) ; en % : part de l’étape "
        f"précédente.{everywhere}",
        draw=counted_bars,
        figures=bars,
        spoken=counted_bars_in_words(bars, subject="candidats parvenus à chaque étape"),
        table=Table(
            "Candidats par étape",
            found,
            {"label": "Étape", "candidates": "Candidats", "step_share": "Part de l’étape précédente"},
            notes=(
                f"{capital(shown.period)}, tous les lieux. {SOURCE}",
                placements.CANDIDATES.definition,
                placements.CANDIDATES.limits,
            ),
            shares=frozenset({"step_share"}),
            demonstration=store.is_demonstration(),
        ),
    )


def by_month(shown: Asked) -> Figure:
    """The meetings: who came, who was interested."""
    held = meetings(shown)
    months = held.group_by("month_start").agg(uncounted=pl.col("attendees").is_null().sum().cast(pl.Int64))
    two = [placements.MEETING_ATTENDEES, placements.MEETING_INTERESTED]
    counted = measure(held, two, by="month_start").rename(
        {"meeting_attendees": "attendees", "meeting_interested": "interested"}
    )
    figures = counted.join(months, on="month_start").sort("month_start")
    drawn = figures.tail(_MONTHS_DRAWN)
    cut = f" Les {_MONTHS_DRAWN} derniers mois sont dessinés." if figures.height > drawn.height else ""
    gap = f" ◌{NO_BREAK}: effectif non noté." if drawn["uncounted"].sum() else ""
    return Figure(
        key="reunions-d-information",
        headline="Les réunions d’information mensuelles",
        subtitle=f"Participants notés, {shown.period}.{cut}{gap} Un mois sans colonne n’a pas eu de réunion.",
        draw=placement_meetings,
        figures=drawn,
        spoken=placement_meetings_in_words(drawn),
        table=Table(
            "Réunions d’information",
            held.sort("held_on", descending=True),
            {"held_on": "Date", "place": "Lieu", "attendees": "Présents", "interested": "Intéressés"},
            notes=(f"{capital(shown.period)}, {JOB_CENTRE}.", placements.MEETING_ATTENDEES.limits),
            demonstration=store.is_demonstration(),
        ),
    )


# The contracts themselves: how long they last, which still run, and where.

CENTRES: Final = "contrats-par-lieu"
CENTRE_PICKED: Final = "lieu_du_contrat"
_KEPT: Final = Parts("encore en cours", "terminés", "échéance à venir")
_RUNNING: Final = Parts("en cours", "terminés", "")


def by_duration(shown: Asked) -> Figure:
    """Contracts still running 6, 12 and 24 months after they began."""
    rows = contracts(shown)
    at = placements.contracts_at_horizons(rows, as_of=shown.as_of)
    figures = (
        measure(at, placements.FOLLOW_UP, by="months_after")
        .sort("months_after")
        .select(
            label=pl.format("après {} mois", "months_after"),
            yes="contracts_kept",
            no=pl.col("contracts_followed") - pl.col("contracts_kept"),
            waiting=rows.height - pl.col("contracts_followed"),
            share="contracts_kept_share",
        )
    )
    return Figure(
        key="duree-des-contrats",
        headline="Combien de temps durent les contrats",
        subtitle=f"Contrats conclus {shown.period}. En % : encore en cours, parmi ceux dont l’échéance est passée.",
        draw=follow_up,
        figures=figures,
        spoken=follow_up_in_words(figures, parts=_KEPT, subject="contrats encore en cours"),
        table=Table(
            "Contrats encore en cours 6, 12 et 24 mois après l’embauche",
            figures.with_columns(pl.col("label").map_elements(capital, return_dtype=pl.String)),
            {
                "label": "Échéance",
                "yes": "Encore en cours",
                "no": "Terminés",
                "waiting": "Échéance à venir",
                "share": "Part encore en cours",
            },
            notes=(about(shown), placements.CONTRACTS_KEPT_SHARE.definition),
            shares=frozenset({"share"}),
            demonstration=store.is_demonstration(),
        ),
        options={"parts": _KEPT},
    )


def by_kind(shown: Asked) -> Figure:
    """Each kind of contract: how many run, how many have ended."""
    two = [placements.PLACEMENTS, placements.PLACEMENTS_RUNNING, placements.RUNNING_SHARE]
    order = {kind: place for place, kind in enumerate(CONTRACT_KINDS)}
    figures = (
        measure(contracts(shown), two, by="contract_kind")
        .sort(pl.col("contract_kind").replace_strict(order, return_dtype=pl.Int64))
        .select(
            label=pl.col("contract_kind").replace_strict(
                {kind: term.title for kind, term in CONTRACT_KINDS.items()}, return_dtype=pl.String
            ),
            yes="placements_running",
            no=pl.col("placements") - pl.col("placements_running"),
            waiting=pl.lit(0, pl.Int64),
            share="running_share",
        )
    )
    return Figure(
        key="contrats-par-type",
        headline="Les contrats en cours, par type",
        subtitle=f"Contrats conclus {shown.period}, tels qu’ils sont au {dates.long_date(shown.as_of)}.",
        draw=follow_up,
        figures=figures,
        spoken=follow_up_in_words(figures, parts=_RUNNING, subject="contrats en cours par type"),
        table=Table(
            "Contrats en cours et terminés, par type",
            figures,
            {"label": "Type de contrat", "yes": "En cours", "no": "Terminés", "share": "Part en cours"},
            notes=(about(shown), placements.PLACEMENTS_RUNNING.limits),
            shares=frozenset({"share"}),
            demonstration=store.is_demonstration(),
        ),
        options={"parts": _RUNNING},
    )


def by_centre(shown: Asked) -> Figure:
    """The centres where the people hired work, and the contracts for which none was noted."""
    counted = measure(contracts(shown, centre=False), [placements.PLACEMENTS], by="centre_code")
    names = short_names()
    bars = (
        counted.with_columns(
            label=pl.col("centre_code").replace_strict(names, default="Lieu non noté", return_dtype=pl.String),
            said=pl.col("placements").cast(pl.String),
        )
        .sort(pl.col("centre_code").is_null(), -pl.col("placements"), "label")
        .select("label", "said", value="placements", code="centre_code")
    )
    return Figure(
        key=CENTRES,
        headline="Où travaillent les personnes embauchées",
        subtitle=f"Contrats conclus {shown.period}, par télécentre. Un clic sur une barre choisit le lieu.",
        draw=counted_bars,
        figures=bars,
        spoken=counted_bars_in_words(bars, subject="contrats par télécentre"),
        table=Table(
            "Contrats conclus par télécentre",
            bars,
            {"label": "Télécentre", "value": "Contrats conclus"},
            notes=(f"{capital(shown.period)}. {SOURCE}",),
            demonstration=store.is_demonstration(),
        ),
        options={"selection_name": CENTRE_PICKED},
    )


def take_centre_from_chart() -> None:
    """Clicking a bar keeps its centre; that of contracts without a centre changes nothing."""
    codes = [point["code"] for point in picked(CENTRES, CENTRE_PICKED) if point.get("code")]
    if codes:
        filters.take("centre", codes[0])
