"""What the report says of each subject of a year: the facts it is made from, its sentences, lines, tables and drawings."""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

import polars as pl

from dashboard.charts.palette import LIGHT
from dashboard.charts.placements import aim_name, every_quarter, placement_quarters, placement_quarters_in_words
from dashboard.charts.welcome_by_session import COUNTS, welcome_by_session, welcome_by_session_in_words
from dashboard.figures.model import STAFF, Figure, NativeChart, Table
from dashboard.figures.passes import Club, members
from dashboard.figures.year import in_the_year, on_the_day, spoken_year
from dashboard.indicators import placements, welcome
from dashboard.indicators.model import Indicator, measure
from dashboard.wording import dates
from dashboard.wording.numbers import ordinal
from dashboard.wording.terms import (
    JOB_CENTRE,
    PLACEMENT_AIMS,
)
from dashboard.wording.typography import count
from data_access.facts import ReportFacts


@dataclass(frozen=True)
class Drawing:
    """A chart and the sentence that stands for it; `native` is null where office programs have no such chart."""

    draw: "partial[Any]"
    words: str
    native: NativeChart | None = None


def _figure(
    *,
    title: str,
    sentence: str,
    drawing: Drawing | None,
    table: Table,
    period: str,
    indicators: tuple[Indicator, ...],
    gaps: str,
    details: tuple[Table, ...] = (),
) -> Figure:
    options = dict(drawing.draw.keywords) if drawing else {}
    options.pop("palette", None)
    return Figure(
        key="",
        headline=title,
        subtitle="",
        draw=drawing.draw.func if drawing else None,
        figures=drawing.draw.args[0] if drawing else pl.DataFrame(),
        spoken=drawing.words if drawing else "",
        table=table,
        finding=sentence,
        paper=options,
        native=drawing.native if drawing else None,
        period=period,
        indicators=indicators,
        gaps=gaps,
        details=details,
    )


_WIDE: Final = 620


def table(facts: ReportFacts, title: str, frame: pl.DataFrame, headings: dict[str, str]) -> Table:
    """These columns under these headings, rates in percent."""
    shares = frozenset({"fill_rate", "completeness"})
    return Table(title, frame, headings, shares=shares, demonstration=facts.demonstration)


# The pages on the programmes: the club, the contracts, the welcome sessions. People are counted, never told apart.

_HEIGHT: Final = 240
_MOST_SESSIONS: Final = 8
_NO_GAP: Final = "Manques : aucun connu."


def pass_subject(facts: ReportFacts) -> Figure | None:
    """The members of the club, since the first one joined; None before there was a club."""
    club = Club(facts.club, spoken_year(facts), STAFF)
    return members(club) if facts.club.history["active"].sum() else None


def placements_subject(facts: ReportFacts) -> Figure | None:
    """The contracts under the convention since it was signed; None before the first."""
    if facts.placements.is_empty():
        return None
    aims = list(PLACEMENT_AIMS)
    quarters = measure(facts.placements, [placements.PLACEMENTS], by=("quarter_start", "aim"))
    every = every_quarter(quarters["quarter_start"].to_list())
    by_quarter = {aim_name(aim): _by_quarter(quarters.filter(pl.col("aim") == aim), every) for aim in aims}
    counted = (placements.PLACEMENTS, *placements.BY_AIM)
    years = measure(facts.placements, counted, by="year").with_columns(year_name=pl.col("year").cast(pl.String))
    of_year = facts.placements.filter(_of_year(facts, "hired_on")).height
    return _figure(
        title=f"La convention avec {JOB_CENTRE}",
        sentence=f"{in_the_year(facts)}, {count(of_year, 'contrat conclu', 'contrats conclus')} ; "
        f"{count(facts.placements.height, 'contrat')} depuis la signature de la convention.",
        drawing=Drawing(
            partial(placement_quarters, quarters, palette=LIGHT, width=_WIDE, height=_HEIGHT),
            placement_quarters_in_words(quarters),
            NativeChart("stacked_columns", tuple(map(dates.short_quarter, every)), by_quarter),
        ),
        table=table(
            facts,
            "Contrats conclus par année et par volet",
            years,
            {"year_name": "Année", "placements": "Contrats"}
            | {f"placements_aim_{aim}": f"Volet {aim}" for aim in aims},
        ),
        period=f"depuis la signature de la convention, {on_the_day(facts).lower()}",
        indicators=(*counted,),
        gaps="Manques : un contrat dont la date d’embauche n’est pas notée n’est pas compté.",
    )


def sessions_subject(facts: ReportFacts) -> Figure | None:
    """The welcome sessions held in the year, drawn after the last ones dated before them; None without one."""
    known = facts.sessions.filter(pl.col("starts_on") <= facts.on).with_columns(
        dates_text=pl.struct("starts_on", "ends_on").map_elements(
            lambda row: dates.date_range(row["starts_on"], row["ends_on"] or row["starts_on"]), return_dtype=pl.String
        )
    )
    held, drawn = known.filter(_of_year(facts, "starts_on")), known.tail(_MOST_SESSIONS)
    if held.is_empty():
        return None
    total = measure(held, [welcome.PROJECT_HOLDERS, welcome.WELCOME_PEOPLE]).row(0, named=True)
    unknown = held.filter(pl.col("project_holders").is_null() | pl.col("people").is_null()).height
    holders, people = total["project_holders"], total["welcome_people"]
    said = f"{in_the_year(facts)}, {count(held.height, 'session')} d’accueil"
    if holders is not None and people is not None:
        said += f" : {count(holders, 'porteur de projet', 'porteurs de projet')} et {count(people, 'personne')} en tout"
    return _figure(
        title="Les sessions d’accueil d’actifs",
        sentence=f"{said}.",
        drawing=Drawing(
            partial(welcome_by_session, drawn, palette=LIGHT, width=_WIDE, height=350),
            welcome_by_session_in_words(drawn),
            NativeChart(
                "columns",
                tuple(f"{ordinal(number, feminine=True)} session" for number in drawn["number"]),
                {label: tuple(drawn[key]) for key, label in COUNTS.items()},
            ),
        ),
        table=table(
            facts,
            f"Sessions tenues en {facts.year}",
            held,
            {
                "number": "Session",
                "dates_text": "Dates",
                "place": "Lieu",
                "project_holders": "Porteurs de projet",
                "people": "Personnes",
                "settled_families": "Familles installées",
            },
        ),
        period=spoken_year(facts),
        indicators=(
            welcome.PROJECT_HOLDERS,
            welcome.WELCOME_PEOPLE,
        ),
        gaps=f"Manques : effectifs inconnus pour {count(unknown, 'session')}, ils ne valent pas zéro."
        if unknown
        else _NO_GAP,
    )


def _of_year(facts: ReportFacts, column: str = "month_start") -> pl.Expr:
    return pl.col(column).dt.year() == facts.year


def _by_quarter(of_aim: pl.DataFrame, every: list[date]) -> tuple[float | None, ...]:
    counts = dict(of_aim.select("quarter_start", "placements").iter_rows())
    return tuple(counts.get(quarter, 0) for quarter in every)
