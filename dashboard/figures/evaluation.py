"""Bilan annuel: the seven lines of a year, said once for page, command, report, notes and files; and all years side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

import polars as pl

from dashboard.charts.columns import evaluated_years, evaluated_years_in_words
from dashboard.figures.model import Figure, Reader, Subject, Table, Tile
from dashboard.figures.use import PROVISIONAL_UNDER
from dashboard.indicators import attendance, network, passes
from dashboard.indicators.catalogue import EVALUATION
from dashboard.indicators.catalogue import evaluation as measured
from dashboard.indicators.catalogue import evaluations as measured_at_once
from dashboard.indicators.disclosure import is_small, protected
from dashboard.indicators.model import Indicator, Unit, measure
from dashboard.wording import dates
from dashboard.wording.numbers import integer, percent
from dashboard.wording.terms import MISSING, NOT_APPLICABLE, hidden_words
from dashboard.wording.typography import capital, enumeration
from dashboard.wording.units import format_quantity, format_value
from data_access.facts import EvaluatedYears, ReportFacts, YearFacts

Values = Mapping[str, float | None]
Origin = Literal["computed", "published", "hidden", "missing"]

# Computed from weekly sheets, so only as sure as their completeness.
_ON_SHEETS: Final = frozenset({each.key for each in attendance.USE})
# What is declared of a whole year, and what grows until its end: part of a year does not compare with a whole one.
_COSTS: Final = frozenset({network.COST.key, network.COST_PER_SEAT.key})
_OF_A_WHOLE_YEAR: Final = _COSTS | {network.USERS.key} | (_ON_SHEETS - {attendance.FILL_RATE.key})
_OF_PLACES: Final = ("centres", "seats", "seats_office", "seats_open_space")
_COUNTED: Final = frozenset({network.USERS.key, passes.PASS_MEMBERS.key})
_KEYS: Final = tuple(each.key for each in EVALUATION)

PUBLISHED_YEAR: Final = 2013
"""The year of the evaluation that funders know, which every later one is read against."""
_TILES: Final = ("hours", "fill_rate", "users", "pass_members")
_UNTOLD: Final = {
    **dict.fromkeys(_ON_SHEETS, "aucun relevé complet"),
    **dict.fromkeys(_COSTS, "coûts non saisis"),
    attendance.COMPLETENESS.key: "aucune semaine attendue",
}


# How a year is spoken of where it may still run.


def spoken_year(facts: ReportFacts | YearFacts) -> str:
    """« année 2016 », « du 1er janvier au 30 mai 2017 »"""
    return dates.from_to(date(facts.year, 1, 1), facts.on) if facts.running else f"année {facts.year}"


def in_the_year(facts: ReportFacts) -> str:
    """The same to begin a sentence: « En 2016 », « Du 1er janvier au 30 mai 2017 »"""
    return capital(spoken_year(facts)) if facts.running else f"En {facts.year}"


# One line, and the evaluation of one year: where each figure comes from, and what it rests on.


@dataclass(frozen=True)
class Line:
    """One figure: its value, null where there is none or it is hidden from who reads, and what it rests on.

    `words` stand in place of a hidden value. A published figure is used where no rows are.
    """

    indicator: Indicator
    value: float | None
    origin: Origin
    rests_on: str
    provisional: bool = False
    words: str | None = None

    @property
    def text(self) -> str:
        """« 43 800 h », « n. d. », « moins de 5 »"""
        return self.words or format_value(self.value, self.indicator.unit)


@dataclass(frozen=True)
class Evaluation:
    """The lines of one year by their keys, and the day a running year is taken at; on a day before it, it has not begun."""

    year: int
    on: date
    lines: Mapping[str, Line]

    @property
    def begun(self) -> bool:
        """Whether the year has a first day that is known."""
        return self.on.year >= self.year

    @property
    def running(self) -> bool:
        """Whether the year is not over yet."""
        return self.on < date(self.year, 12, 31)

    @property
    def values(self) -> dict[str, float | None]:
        """The figures by their keys."""
        return {key: line.value for key, line in self.lines.items()}

    @property
    def any_place(self) -> bool:
        """Whether a place was open in it, computed or published: else there is nothing to tell."""
        return self.begun and bool(self.values["centres"])


def evaluated(facts: YearFacts, published: pl.DataFrame, reader: Reader) -> Evaluation:
    """The evaluation of one year for who reads; `published` are the rows of all years, in the order of their sources."""
    values = measured(facts).row(0, named=True) if facts.begun else dict.fromkeys(_KEYS)
    return _evaluated(facts, values, _published_of(published, facts.year), reader)


def _evaluated(
    facts: YearFacts, values: dict[str, float | None], told: Mapping[str, Mapping[str, Any]], reader: Reader
) -> Evaluation:
    if facts.network.is_empty():
        # Nobody recorded a place by that day: no place is not known to be none.
        values |= dict.fromkeys(_OF_PLACES)
    told = told if facts.begun else {}
    lines = {}
    for each in EVALUATION:
        # Nobody counted where nobody is recorded, and no seat where no place is: these are no rows, not zeros.
        rowless = values[each.key] is None or (each.key in _COUNTED and not values[each.key])
        rowless |= each.key in _OF_PLACES and not values["centres"]
        if each.key in told and rowless:
            lines[each.key] = Line(each, told[each.key]["value"], "published", _source(told[each.key]))
        else:
            lines[each.key] = _line(each, values, facts)
    if not reader.sees_small_counts:
        lines = {key: _without_few(line) for key, line in lines.items()}
    return Evaluation(facts.year, facts.on, lines)


def published_evaluation(published: pl.DataFrame, year: int) -> Evaluation:
    """The figures as they were published for a year, and no other."""
    told = _published_of(published, year)
    lines = {
        each.key: Line(each, told[each.key]["value"], "published", _source(told[each.key]))
        if each.key in told
        else Line(each, None, "missing", MISSING)
        for each in EVALUATION
    }
    return Evaluation(year, date(year, 12, 31), lines)


def _published_of(published: pl.DataFrame, year: int) -> dict[str, dict[str, Any]]:
    """The rows published for that year alone, by indicator; the first source wins over later ones."""
    of_year = published.filter((pl.col("year_from") == year) & (pl.col("year_to") == year))
    return {row["indicator"]: row for row in reversed(of_year.to_dicts())}


def _source(row: Mapping[str, Any]) -> str:
    precision = "" if row["precision"] in (None, "", "exact") else f", {row['precision']}"
    return f"publié{precision} ({row['source']})"


def _line(indicator: Indicator, values: Values, facts: YearFacts) -> Line:
    key, value = indicator.key, values[indicator.key]
    doubtful = (key in _ON_SHEETS and _unsure(facts, values)) or (key in _OF_A_WHOLE_YEAR and facts.running)
    origin: Origin = "missing" if value is None else "computed"
    return Line(indicator, value, origin, _rests_on(key, values, facts), doubtful and value is not None)


def _without_few(line: Line) -> Line:
    if line.indicator.unit is not Unit.PERSON or not is_small(line.value):
        return line
    return Line(line.indicator, None, "hidden", line.rests_on, words=hidden_words(few=True))


def _unsure(facts: YearFacts, values: Values) -> bool:
    """Whether too little was entered, or the year is not over."""
    known = values[attendance.COMPLETENESS.key]
    return facts.running or known is None or known < PROVISIONAL_UNDER


def _rests_on(key: str, values: Values, facts: YearFacts) -> str:
    """What the figure of a line rests on: how much was entered, for how many seats, at which day."""
    if values[key] is None:
        return _UNTOLD.get(key, "non renseigné")
    if key in _ON_SHEETS:
        known = values[attendance.COMPLETENESS.key]
        share = MISSING if known is None else f"{percent(known)} des relevés"
        return f"{share}, provisoire" if _unsure(facts, values) else share
    if key == attendance.COMPLETENESS.key:
        return "semaines attendues"
    if key in _COSTS:
        return _costs_of(facts.network) + (", provisoire" if facts.running else "")
    if key == network.USERS.key:
        return spoken_year(facts)
    return f"au {dates.long_date(facts.on)}"


def _costs_of(places: pl.DataFrame) -> str:
    """Of which seats the cost is known: « coûts saisis », « coûts saisis, sur 3 postes des 13 »"""
    seats = places.filter("open")
    known, every = (int(each["seats"].sum()) for each in (seats.drop_nulls("cost_eur"), seats))
    return "coûts saisis" if known == every else f"coûts saisis, sur {integer(known)} postes des {integer(every)}"


# What one would say of the year in one breath, and the four lines people ask for.


def sentence(said: Evaluation, reader: Reader) -> str:
    """The year in one sentence; what is not known is said so, never taken as zero."""
    if not said.begun:
        if reader.sees_small_counts:
            return f"L’année {said.year} n’a pas commencé."
        return f"Aucun mois de {said.year} n’est encore écoulé."
    if not said.any_place:
        return f"Aucun télécentre n’était ouvert en {said.year}."
    values = said.values
    when = f"Au {dates.long_date(said.on)}" if said.running else f"En {said.year}"
    places, seats = format_quantity(values["centres"], "centre"), format_quantity(values["seats"], "seat")
    there = f"{places} et {seats}" if values["seats"] is not None else f"{places}, au nombre de positions inconnu,"
    published = " (chiffres publiés)" if said.lines["hours"].origin == "published" else ""
    if values["hours"] is None:
        return f"{when}, {there} étaient à disposition ; aucun relevé complet ne dit leur utilisation."
    rate = values["fill_rate"]
    fullness = f", pour un taux de remplissage de {percent(rate)}" if rate is not None else ""
    return f"{when}, {there} ont servi {format_value(values['hours'], 'hour')}{fullness}{published}."


def tiles(said: Evaluation, published: Evaluation) -> tuple[Tile, ...]:
    """The four lines people ask for, against those published for another year."""
    return tuple(
        Tile(
            line.indicator,
            line.value,
            previous=published.values[line.indicator.key] if _compares(said, published, line.indicator) else None,
            compared_with=f"par rapport à {published.year}",
            provisional=line.provisional,
            hidden=line.words or "",
        )
        for line in (said.lines[key] for key in _TILES)
    )


def _compares(said: Evaluation, other: Evaluation, indicator: Indicator) -> bool:
    """Whether a line of a year is set against that of another: a year that runs has no whole to give yet."""
    return said.year != other.year and not (said.running and indicator.key in _OF_A_WHOLE_YEAR)


# The lines as one table, whoever shows them: the page, the report, the note of a place, their files.


def lines_table(
    title: str,
    headings: Mapping[str, str],
    lines: Iterable[tuple[Line, Line | None, bool]],
    notes: tuple[str, ...] = (),
) -> Table:
    """One row a line: its figure, the one it is set against, their difference where it means something, what it rests on.

    `headings` are those of the columns `value`, `compared` and `difference` that are kept.
    """
    rows = []
    for line, other, comparable in lines:
        both = (line.value, other.value if other else None)
        difference = both[0] - both[1] if comparable and both[0] is not None and both[1] is not None else None
        rows.append(
            {
                "key": line.indicator.key,
                "label": line.indicator.label,
                "unit": line.indicator.unit.value,
                "value": both[0],
                "value_words": line.words,
                "compared": both[1],
                "compared_words": other.words if other else NOT_APPLICABLE,
                "difference": difference,
                "difference_words": NOT_APPLICABLE if difference is None else None,
                "rests_on": line.rests_on,
            }
        )
    numbers = dict.fromkeys(("value", "compared", "difference"), pl.Float64)
    texts = dict.fromkeys(("key", "label", "unit", *(f"{name}_words" for name in numbers), "rests_on"), pl.String)
    return Table(
        title,
        pl.DataFrame(rows, schema_overrides={**texts, **numbers}, strict=False),
        {"label": "Indicateur", **headings, "rests_on": "Repose sur"},
        notes,
        by_unit=frozenset(numbers),
        moves=frozenset({"difference"}),
    )


def year_table(said: Evaluation, other: Evaluation | None, heading: str) -> Table:
    """The lines of a year beside those of another, or alone."""
    pairs = (
        (line, other.lines[key] if other else None, other is not None and _compares(said, other, line.indicator))
        for key, line in said.lines.items()
    )
    known = said.values[attendance.COMPLETENESS.key]
    notes = (
        f"Bilan annuel {said.year} du réseau, calculé à partir des relevés.",
        f"Complétude des relevés : {MISSING if known is None else percent(known)}.",
    )
    headings = {"value": str(said.year)} | ({"compared": heading, "difference": "Écart"} if other else {})
    return lines_table(f"Les sept lignes du bilan {said.year}", headings, pairs, notes)


# All years side by side.

_HEADINGS: Final = {
    "year": "Année",
    "centres": "Télécentres",
    "seats": "Positions",
    "seats_office": "Bureaux",
    "seats_open_space": "Open space",
    "users": "Utilisateurs",
    "hours": "Heures",
    "fill_rate": "Remplissage",
    "pass_members": "Adhérents",
    "cost_per_seat": "Coût par poste (€)",
    "completeness": "Complétude",
    "remarks": "À savoir",
}
_PARTS: Final = frozenset({"seats_office", "seats_open_space", "completeness"})


def years(said: Sequence[Evaluation], chosen: int) -> Figure:
    """Each of the seven lines from the first year to the last: computed, provisional, published, missing told apart."""
    rows = [
        {
            "key": key,
            "label": line.indicator.label,
            "year": each.year,
            "value": line.value,
            "text": line.text,
            "origin": "provisional" if line.provisional else line.origin,
        }
        for key in _KEYS
        if key not in _PARTS
        for each in said
        for line in (each.lines[key],)
    ]
    schema = {"key": pl.String, "label": pl.String, "year": pl.Int64, "value": pl.Float64, "text": pl.String}
    drawn = pl.DataFrame(rows, schema={**schema, "origin": pl.String}, strict=False)
    first, last = (said[0].year, said[-1].year) if said else (chosen, chosen)
    return Figure(
        key=f"bilan-{first}-{last}",
        headline=_years_in_a_sentence(said) or f"Les sept lignes, de {first} à {last}",
        subtitle=f"Les sept lignes du bilan, de {first} à {last}. Barre pleine : calculé, l’année choisie plus foncée ; "
        "claire : provisoire ; grise : publié ; croix : sans donnée, ce qui n’est pas zéro. Chaque ligne a sa propre échelle.",
        draw=evaluated_years,
        figures=drawn,
        spoken=evaluated_years_in_words(drawn, year=chosen),
        table=_years_table(said, f"Le bilan de {first} à {last}"),
        options={"year": chosen},
        nothing="Aucune année n’a encore de chiffre.",
        paper={"width": 620, "panel": 46},
        period=f"de {first} à {last}",
        indicators=(network.COST_PER_SEAT,),
        gaps=_years_gaps(said),
    )


def _years_table(said: Sequence[Evaluation], title: str) -> Table:
    rows = [
        {
            "year": each.year,
            **each.values,
            **{f"{key}_words": line.words for key, line in each.lines.items()},
            "remarks": _remarks(each),
        }
        for each in said
    ]
    values: dict[str, Any] = {each.key: each.unit.dtype for each in EVALUATION}
    words = dict.fromkeys((f"{key}_words" for key in values), pl.String)
    frame = pl.DataFrame(rows, schema={"year": pl.Int64, **values, **words, "remarks": pl.String}, strict=False)
    # To the unit, as the lines of a year give them.
    frame = frame.with_columns(pl.col("hours", "cost_per_seat").round(0, mode="half_away_from_zero"))
    shares = frozenset(each.key for each in EVALUATION if each.unit is Unit.RATIO)
    return Table(title, frame, _HEADINGS, shares=shares, short="Années côte à côte")


def _remarks(said: Evaluation) -> str:
    """Which figures of the year are not computed from whole rows: « publié : heures ; sans donnée : coût par poste »"""

    def named(told: str, keep: list[str]) -> list[str]:
        names = [_HEADINGS[key].removesuffix(" (€)").lower() for key in keep]
        return [f"{told} : {'tout' if len(names) == len(said.lines) else ', '.join(names)}"] if names else []

    lines = said.lines.items()
    return " ; ".join(
        [
            *(["année en cours"] if said.running else []),
            *named("publié", [key for key, line in lines if line.origin == "published"]),
            *named("provisoire", [key for key, line in lines if line.provisional]),
            *named("sans donnée", [key for key, line in lines if line.origin == "missing"]),
            *[f"{line.rests_on}" for _, line in lines if line.provisional is False and "postes des" in line.rests_on],
        ]
    )


def whole_years(said: Iterable[Evaluation]) -> list[Evaluation]:
    """Those that are over and known: what one compares."""
    return [each for each in said if not each.running and each.values["hours"] is not None]


def _years_in_a_sentence(said: Sequence[Evaluation]) -> str:
    """« De 2013 à 2016, l’utilisation passe de 43 800 h à 118 509 h par an »; nothing before two years are over and known."""
    whole = whole_years(said)
    if len(whole) < 2:
        return ""
    first, last = whole[0], whole[-1]
    return (
        f"De {first.year} à {last.year}, l’utilisation passe de {format_value(first.values['hours'], 'hour')} à "
        f"{format_value(last.values['hours'], 'hour')} par an"
    )


def _years_gaps(said: Sequence[Evaluation]) -> str:
    lacking = [str(each.year) for each in said if any(line.origin == "missing" for line in each.lines.values())]
    return (
        f"Manques : des chiffres de {enumeration(lacking)}, ils ne valent pas zéro." if lacking else "Manques : aucun."
    )


# The page.


def evaluation(facts: EvaluatedYears, reader: Reader) -> Subject:
    """All the page says of a year: its sentence, its tiles, its lines beside the published year, and all years."""
    said = evaluated(facts.asked, facts.published, reader)
    published = published_evaluation(facts.published, PUBLISHED_YEAR)
    known = said.year != PUBLISHED_YEAR and any(published.values.values())
    lines = year_table(
        said,
        published if known else None,
        f"{PUBLISHED_YEAR} (évaluation publiée)",
    )
    figures = {
        "lines": Figure(f"bilan-{said.year}", lines.title, "", None, pl.DataFrame(), "", lines),
        "years": years(every_year(facts, reader), said.year),
    }
    return Subject(sentence(said, reader), tiles(said, published) if said.begun else (), figures)


def every_year(facts: EvaluatedYears, reader: Reader) -> tuple[Evaluation, ...]:
    """The evaluation of each year, the first one first."""
    # All at once: year by year, Polars takes most of the time that a page has after a sheet.
    published: dict[int, dict[str, dict[str, Any]]] = {}
    for row in reversed(facts.published.to_dicts()):
        if row["year_from"] == row["year_to"]:
            published.setdefault(row["year_from"], {})[row["indicator"]] = row
    measured_years = measured_at_once(facts.years).to_dicts()
    return tuple(
        _evaluated(each, values, published.get(each.year, {}), reader)
        for each, values in zip(facts.years, measured_years, strict=True)
    )


# The lines of one place, on its note, beside those of the network.

PLACE_LINES: Final[tuple[Indicator, ...]] = (
    network.SEATS,
    network.SEATS_OFFICE,
    network.SEATS_OPEN_SPACE,
    network.USERS,
    passes.PASS_MEMBERS,
    *attendance.USE,
    network.COST,
    network.COST_PER_SEAT,
    attendance.COMPLETENESS,
)
_DATED: Final = tuple(each for each in PLACE_LINES if each.facts is network.SEATS.facts)
_WEEKLY: Final = (*attendance.USE, attendance.COMPLETENESS)


def place_table(facts: ReportFacts, code: str) -> Table:
    """The lines of one place beside those of the network; few people are not counted out."""
    own = pl.col("centre_code") == code
    year = facts.evaluation
    place = replace(year, network=year.network.filter(own), attendance=facts.by_centre.filter(own))
    # As the page of the Pass hides them, that of people without a centre included: each would give the other's away.
    members = protected(facts.members_by_centre, "active", ["centre_code"], earlier=facts.members_before)
    users = protected(facts.users_by_centre, "users", ["centre_code"])
    hidden = {"users": users.filter(own)["users_hidden"].any(), "active": members.filter(own)["active_hidden"].any()}
    people = {"users": facts.users_by_centre, "active": facts.members_by_centre}
    counted = {column: counts.filter(own)[column].sum() for column, counts in people.items()}
    whole = {
        "users": measure(year.users, [network.USERS]).item(),
        "active": measure(year.passes, [passes.PASS_MEMBERS]).item(),
    }
    rows = []
    for each in PLACE_LINES:
        line = _line(each, _of_place(place, counted), place)
        column = {"users": "users", "pass_members": "active"}.get(each.key)
        if column and hidden[column]:
            line = replace(line, value=None, origin="hidden", words=hidden_words(few=is_small(line.value)))
        rows.append((line, _without_few(_line(each, _of_place(year, whole), year)), False))
    notes = ["Les personnes différentes ne s’additionnent pas d’un lieu à l’autre."]
    if any(line.provisional for line, _, _ in rows):
        notes.append("Chiffres provisoires : l’année n’est pas finie ou trop peu de relevés sont complets.")
    headings = {"value": "Ce lieu", "compared": "Réseau"}
    title = f"Le lieu et le réseau, {facts.year}"
    return lines_table(title, headings, rows, tuple(notes))


def _of_place(facts: YearFacts, people: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **measure(facts.network, _DATED).row(0, named=True),
        **measure(facts.attendance, _WEEKLY).row(0, named=True),
        network.USERS.key: people["users"],
        passes.PASS_MEMBERS.key: people["active"],
    }
