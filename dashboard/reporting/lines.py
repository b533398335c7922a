"""The lines of a report: the seven of the yearly evaluation for the network, and their like for one place."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from dashboard.exports.report.model import Line
from dashboard.indicators import attendance, network, passes, people
from dashboard.indicators.disclosure import THRESHOLD, is_small, protected
from dashboard.indicators.evaluation import EVALUATION, evaluation
from dashboard.indicators.model import Indicator, measure
from dashboard.reporting.facts import ReportFacts
from dashboard.reporting.wordings import spoken_year
from dashboard.wording import dates
from dashboard.wording.numbers import percent
from dashboard.wording.terms import MISSING, NOT_APPLICABLE
from dashboard.wording.units import format_difference, format_value

FEW: Final = f"moins de {THRESHOLD}"
"""What stands for a count of few people: the number itself would tell who they are."""
UNTOLD: Final = "non diffusé"
"""What stands for a count that, taken from the total, would give back one of few people elsewhere."""
PROVISIONAL_UNDER: Final = 0.8
_RESTS_ON_SHEETS: Final = frozenset({"hours", "fill_rate", "occupied_half_days", "offered_half_days"})

Figures = Mapping[str, float | None]

_PLACE: Final = (
    network.SEATS,
    network.SEATS_OFFICE,
    network.SEATS_OPEN_SPACE,
    attendance.OCCUPIED_HALF_DAYS,
    attendance.OFFERED_HALF_DAYS,
    attendance.HOURS,
    attendance.FILL_RATE,
    network.COST,
    network.COST_PER_SEAT,
    attendance.COMPLETENESS,
)
_PEOPLE: Final = (people.USERS, passes.PASS_MEMBERS)
PLACE_LINES: Final[tuple[Indicator, ...]] = (*_PLACE[:3], *_PEOPLE, *_PLACE[3:])


def figures_of_the_year(facts: ReportFacts) -> Figures:
    """The lines of the network, as the command `evaluation` gives them."""
    return evaluation(facts.evaluation).row(0, named=True)


def network_lines(facts: ReportFacts) -> tuple[Line, ...]:
    """The seven lines with their parts and their completeness, beside those of the year before."""
    now, before = figures_of_the_year(facts), evaluation(facts.before).row(0, named=True)
    # A year without a place is nothing to be compared with.
    return tuple(
        _line(each, now, before if before["centres"] else {}, _rests_on(facts, now, each.key)) for each in EVALUATION
    )


def place_figures(facts: ReportFacts, code: str) -> Figures:
    """The lines of one place; people are as counted, few or not: `place_lines` hides them."""
    own = pl.col("centre_code") == code
    at_place = measure(facts.evaluation.network.filter(own), _of(network.ALL))
    used = measure(facts.by_centre.filter(own), _of((*attendance.USE, attendance.COMPLETENESS)))
    counted = {
        people.USERS.key: facts.users_by_centre.filter(own)["users"].sum(),
        passes.PASS_MEMBERS.key: facts.members_by_centre.filter(own)["active"].sum(),
    }
    return {**at_place.row(0, named=True), **used.row(0, named=True), **counted}


def place_lines(facts: ReportFacts, code: str) -> tuple[Line, ...]:
    """The lines of one place beside those of the network; few people are not counted out."""
    place, whole = place_figures(facts, code), whole_network(facts)
    hidden = {
        people.USERS.key: _hides(facts.users_by_centre, "users", code),
        passes.PASS_MEMBERS.key: _hides(facts.members_by_centre, "active", code),
    }
    lines = []
    for each in PLACE_LINES:
        line = _line(each, place, whole, _rests_on(facts, place, each.key))
        if hidden.get(each.key):
            said = FEW if is_small(int(line.value or 0)) else UNTOLD
            line = replace(line, value=None, text=said, difference=NOT_APPLICABLE)
        lines.append(line)
    return tuple(lines)


def _hides(counts: pl.DataFrame, column: str, code: str) -> bool:
    """Whether the count of a place is hidden, so that the notes of all places together give back no small one."""
    told = protected(counts.drop_nulls("centre_code"), column, ["centre_code"])
    return bool(told.filter(pl.col("centre_code") == code)[f"{column}_hidden"].any())


def whole_network(facts: ReportFacts) -> Figures:
    """The same lines for the network."""
    at_end = measure(facts.evaluation.network, _of(network.ALL))
    used = measure(facts.evaluation.attendance, _of((*attendance.USE, attendance.COMPLETENESS)))
    counted = measure(facts.evaluation.users, [people.USERS]), measure(facts.evaluation.passes, [passes.PASS_MEMBERS])
    return {key: value for frame in (at_end, used, *counted) for key, value in frame.row(0, named=True).items()}


def is_provisional(facts: ReportFacts, figures: Figures) -> bool:
    """Whether too little was entered, or the year is not over."""
    completeness = figures["completeness"]
    return facts.running or completeness is None or completeness < PROVISIONAL_UNDER


def _of(indicators: tuple[Indicator, ...]) -> list[Indicator]:
    return [each for each in indicators if each in _PLACE]


def _line(indicator: Indicator, now: Figures, compared: Figures, rests_on: str) -> Line:
    key, unit = indicator.key, indicator.unit
    value, other = now[key], compared.get(key)
    difference = None if value is None or other is None else value - other
    return Line(
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
