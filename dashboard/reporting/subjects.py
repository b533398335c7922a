"""What the report says of each subject of a year: the facts it is made from, its sentences, lines, tables and drawings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import polars as pl

from dashboard.exports.report.model import ReportLine
from dashboard.figures.club import Club
from dashboard.figures.model import Figure, NativeChart, Reader, Table
from dashboard.figures.passes import members
from dashboard.figures.placements import Asked, by_quarter
from dashboard.figures.use import PROVISIONAL_UNDER
from dashboard.figures.welcome import in_year
from dashboard.figures.year import spoken_year
from dashboard.indicators import attendance, network, passes
from dashboard.indicators.catalogue import EVALUATION, evaluation
from dashboard.indicators.disclosure import is_small, protected
from dashboard.indicators.model import Indicator, measure
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.terms import (
    MISSING,
    NOT_APPLICABLE,
    hidden_words,
)
from dashboard.wording.units import format_difference, format_value
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


def method(*indicators: Indicator) -> tuple[str, ...]:
    """What each figure means and how it is computed."""
    return tuple(
        f"{each.label} : {each.definition} Formule : {each.formula}. Source : {each.source}." for each in indicators
    )


# The lines of a report: the seven of the yearly evaluation for the network, and their like for one place.

_RESTS_ON_SHEETS: Final = frozenset({"hours", "fill_rate", "occupied_half_days", "offered_half_days"})

Figures = Mapping[str, float | None]

_SEATS: Final = (network.SEATS, network.SEATS_OFFICE, network.SEATS_OPEN_SPACE)
_COSTS: Final = (network.COST, network.COST_PER_SEAT)
_PEOPLE: Final = (network.USERS, passes.PASS_MEMBERS)
PLACE_LINES: Final[tuple[Indicator, ...]] = (*_SEATS, *_PEOPLE, *attendance.USE, *_COSTS, attendance.COMPLETENESS)


def figures_of_the_year(facts: ReportFacts) -> Figures:
    """The lines of the network, as the command `evaluation` gives them."""
    return evaluation(facts.evaluation).row(0, named=True)


def network_lines(facts: ReportFacts) -> tuple[ReportLine, ...]:
    """The seven lines with their parts and their completeness, beside those of the year before."""
    now, before = figures_of_the_year(facts), evaluation(facts.before).row(0, named=True)
    # A year without a place is nothing to be compared with.
    return tuple(
        _line(each, now, before if before["centres"] else {}, _rests_on(facts, now, each.key)) for each in EVALUATION
    )


def place_figures(facts: ReportFacts, code: str) -> Figures:
    """The lines of one place; people are as counted, few or not: `place_lines` hides them."""
    own = pl.col("centre_code") == code
    counted = {
        network.USERS.key: facts.users_by_centre.filter(own)["users"].sum(),
        passes.PASS_MEMBERS.key: facts.members_by_centre.filter(own)["active"].sum(),
    }
    return _seats_and_use(facts.evaluation.network.filter(own), facts.by_centre.filter(own)) | counted


def place_lines(facts: ReportFacts, code: str) -> tuple[ReportLine, ...]:
    """The lines of one place beside those of the network; few people are not counted out."""
    place, whole = place_figures(facts, code), whole_network(facts)
    hidden = {
        network.USERS.key: _hides(facts.users_by_centre, "users", code),
        passes.PASS_MEMBERS.key: _hides(facts.members_by_centre, "active", code),
    }
    lines = []
    for each in PLACE_LINES:
        line = _line(each, place, whole, _rests_on(facts, place, each.key))
        if hidden.get(each.key):
            said = hidden_words(few=is_small(line.value))
            line = replace(line, value=None, text=said, difference=NOT_APPLICABLE)
        lines.append(line)
    return tuple(lines)


def _hides(counts: pl.DataFrame, column: str, code: str) -> bool:
    """Whether the count of a place is hidden, so that the notes of all places together give back no small one."""
    told = protected(counts.drop_nulls("centre_code"), column, ["centre_code"])
    return bool(told.filter(pl.col("centre_code") == code)[f"{column}_hidden"].any())


def whole_network(facts: ReportFacts) -> Figures:
    """The same lines for the network."""
    return {
        **_seats_and_use(facts.evaluation.network, facts.evaluation.attendance),
        network.USERS.key: measure(facts.evaluation.users, [network.USERS]).item(),
        passes.PASS_MEMBERS.key: measure(facts.evaluation.passes, [passes.PASS_MEMBERS]).item(),
    }


def _seats_and_use(at_end: pl.DataFrame, used: pl.DataFrame) -> dict[str, Any]:
    return {
        **measure(at_end, [*_SEATS, *_COSTS]).row(0, named=True),
        **measure(used, [*attendance.USE, attendance.COMPLETENESS]).row(0, named=True),
    }


def is_provisional(facts: ReportFacts, figures: Figures) -> bool:
    """Whether too little was entered, or the year is not over."""
    completeness = figures["completeness"]
    return facts.running or completeness is None or completeness < PROVISIONAL_UNDER


def _line(indicator: Indicator, now: Figures, compared: Figures, rests_on: str) -> ReportLine:
    key, unit = indicator.key, indicator.unit
    value, other = now[key], compared.get(key)
    difference = None if value is None or other is None else value - other
    return ReportLine(
        label=indicator.label,
        unit=unit,
        value=value,
        text=format_value(value, unit),
        compared_value=other,
        compared_text=format_value(other, unit) if key in compared else NOT_APPLICABLE,
        difference=NOT_APPLICABLE if difference is None else format_difference(difference, unit),
        rests_on=rests_on,
    )


def _rests_on(facts: ReportFacts, figures: Figures, key: str) -> str:
    if key in _RESTS_ON_SHEETS:
        completeness = figures["completeness"]
        share = MISSING if completeness is None else f"{percent(completeness)} des relevés"
        return f"{share}, provisoire" if is_provisional(facts, figures) else share
    if key == "completeness":
        return "semaines attendues"
    if key in ("cost", "cost_per_seat"):
        return "coûts saisis" if figures[key] is not None else "coûts non saisis"
    if key == "users":
        return spoken_year(facts)
    return f"au {dates.long_date(facts.on)}"


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
    club = Club(facts.club, spoken_year(facts), Reader(sees_small_counts=True))
    return members(club) if facts.club.history["active"].sum() else None


def placements_subject(facts: ReportFacts) -> Figure | None:
    """The contracts under the convention since it was signed; None before the first."""
    return by_quarter(facts.convention, Asked(facts.on)) if facts.convention.contracts.height else None


def sessions_subject(facts: ReportFacts) -> Figure | None:
    """The welcome sessions held in the year; None without one."""
    return in_year(facts.welcome, facts.year)


def _of_year(facts: ReportFacts, column: str = "month_start") -> pl.Expr:
    return pl.col(column).dt.year() == facts.year
