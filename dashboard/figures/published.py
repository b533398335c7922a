"""What was published of the convention and of the welcome sessions, beside what the database counts."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from dashboard.figures import placements as convention
from dashboard.figures.model import Reader, Table
from dashboard.figures.welcome import known_on, not_told, sessions
from dashboard.indicators import placements, welcome
from dashboard.indicators.disclosure import is_small, last_published
from dashboard.indicators.model import Indicator, Unit, measure
from dashboard.wording import dates
from dashboard.wording.terms import hidden_words
from dashboard.wording.typography import count, plural
from dashboard.wording.units import format_quantity, wording_of
from data_access.facts import ConventionFacts, WelcomeFacts

# The contracts: « une trentaine », never a figure to the unit.

# The month of the published count: contracts are counted up to its end to be put beside it.
PUBLISHED_CONTRACTS: Final = date(2017, 5, 31)
# « une trentaine », « une centaine »: how a precision says that a figure was never counted to the unit.
_ABOUT: Final = re.compile(r"\bune [a-zé]+aine\b")


def published_sentence(facts: ConventionFacts) -> str:
    """The published count in its own words, and beside it the count at the same date, for who may see small counts; never a
    figure to the unit."""
    found = facts.published.filter(pl.col("indicator") == placements.PLACEMENTS.key)
    if found.is_empty():
        return ""
    row = found.row(0, named=True)
    said = (
        f"Publié en {dates.month(PUBLISHED_CONTRACTS)} : {published_words(row)} depuis fin {row['year_from']} "
        f"({row['source']}). C’est un ordre de grandeur : il n’est pas tracé."
    )
    if convention.nothing_entered(facts):
        return said
    on = min(PUBLISHED_CONTRACTS, facts.as_of)
    return (
        f"{said} Au {dates.long_date(on)}, le suivi en compte {convention.number_of(convention.known_on(facts, on))}."
    )


def published_words(row: Mapping[str, Any]) -> str:
    """« une trentaine de contrats »: a published figure as sure as its precision, no more."""
    about = _ABOUT.search(row["precision"])
    return f"{about[0]} de {wording_of(row['unit']).plural}" if about else format_quantity(row["value"], row["unit"])


# The sessions: each total, and the reason of each difference.

# The article is of July 2017: what had been held and settled by its end.
PUBLISHED_SESSIONS: Final = date(2017, 7, 31)
_FAMILIES: Final = re.compile(r"\bune centaine de familles\b")
# « environ 25 % »: as many percent as a rounding to the next 5 % may hide.
_ROUNDING: Final = 0.025
_HUNDRED: Final = (75, 125)
_NOT_TOLD: Final = "Effectif masqué."


# Which indicator gives a published total, and the column of sessions it rests on.
_PUBLISHED_TOTALS: Final = {
    "welcome_sessions": (welcome.WELCOME_SESSIONS, "number"),
    "welcome_project_holders": (welcome.PROJECT_HOLDERS, "project_holders"),
    "welcome_people": (welcome.WELCOME_PEOPLE, "people"),
    "welcome_settled_share": (welcome.SETTLED_SHARE, "settled_families"),
}
_SHARE: Final = "welcome_settled_share"


def session_totals(facts: WelcomeFacts, reader: Reader) -> Table:
    """One row per published total: label, published, computed, reason; none where nothing was published."""
    facts = facts if reader.sees_small_counts else known_on(facts, last_published(facts.as_of))
    found = facts.published.filter(pl.col("indicator").str.starts_with("welcome_"))
    by_indicator = {row["indicator"]: row for row in found.to_dicts()}
    # Beside the year that is over, a day in the middle of one would tell apart who came in between.
    then = known_on(facts, PUBLISHED_SESSIONS if reader.sees_small_counts else last_published(PUBLISHED_SESSIONS))
    shown = sessions(then)
    hidden = frozenset() if reader.sees_small_counts else not_told(then)
    rows = []
    for key, (indicator, column) in _PUBLISHED_TOTALS.items():
        if key in by_indicator:
            row = by_indicator[key]
            rows.append(_compared(indicator, column, row, shown.held, hidden))
            if key == _SHARE and _FAMILIES.search(row["precision"]):
                rows.append(_families(shown.held, hidden))
    names = ("label", "published", "computed", "reason")
    return Table(
        "Totaux publiés en juillet 2017 et totaux de la base",
        pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)),
        {
            "label": "Total",
            "published": f"Publié ({dates.month(PUBLISHED_SESSIONS)})",
            "computed": f"Calculé au {dates.long_date(then.as_of)}",
            "reason": "Rapprochement",
        },
        notes=tuple(f"Source publiée : {source}." for source in sorted(set(found["source"]))),
    )


def as_published(row: Mapping[str, Any]) -> str:
    """« plus de 400 personnes », « environ 25 % », « 530 personnes »: no more sure than its precision."""
    shown = format_quantity(row["value"], row["unit"])
    for hedge in ("plus de", "environ"):
        if hedge in row["precision"]:
            return f"{hedge} {shown}"
    return shown


def _compared(
    indicator: Indicator, column: str, published: Mapping[str, Any], held: pl.DataFrame, hidden: frozenset[Indicator]
) -> dict[str, str]:
    value = measure(held, [indicator]).item() if held.height else None
    of = welcome.SETTLED_FAMILIES if indicator == welcome.SETTLED_SHARE else indicator
    told = of not in hidden and not (hidden and is_small(value) and indicator.unit != Unit.RATIO)
    reason = _reason(value, published, held, column) if told else ""
    return _row(published["label"], as_published(published), indicator, value, reason)


def _row(label: str, published: str, indicator: Indicator, value: float | None, reason: str) -> dict[str, str]:
    """The total and its reason; without one it is not told."""
    computed = format_quantity(value, indicator.unit) if reason else hidden_words(few=False)
    return {"label": label, "published": published, "computed": computed, "reason": reason or _NOT_TOLD}


def _reason(value: float | None, published: Mapping[str, Any], held: pl.DataFrame, column: str) -> str:
    unknown = held[column].null_count()
    partial = (
        f"{count(unknown, 'session')} sur {held.height} {plural(unknown, 'est', 'sont')} sans ce compte dans la base : "
    )
    if value is None:
        return f"Rien à calculer : {partial.removesuffix(' : ')}." if held.height else "Aucune session dans la base."
    target, precision = float(published["value"]), published["precision"]
    if "plus de" in precision and value > target:
        return "Conforme : l’article donne un plancher, la base un compte."
    if "environ" in precision and unknown:
        return _of_all_holders(target, held, column)
    if "environ" in precision and abs(value - target) <= _ROUNDING:
        return "Conforme, à l’arrondi près."
    if value == target:
        return "Identique."
    if unknown:
        return f"{partial}le total est partiel."
    return "Écart sans cause connue : à vérifier avec les organisateurs des sessions."


def _of_all_holders(target: float, held: pl.DataFrame, column: str) -> str:
    """Why the share of the sessions followed is not that of all: the article divides by every holder there was."""
    detailed = held.height - held[column].null_count()
    least = measure(held.with_columns(pl.col(column).fill_null(0)), [welcome.SETTLED_SHARE]).item()
    said = f"La base suit les foyers de {count(detailed, 'session')} sur {held.height}. "
    if least is None:
        return said
    said += f"Rapportées à tous les porteurs, les familles connues font {format_quantity(least, 'ratio')}"
    return said + (", comme publié." if abs(least - target) <= _ROUNDING else " au moins.")


def _families(held: pl.DataFrame, hidden: frozenset[Indicator]) -> dict[str, str]:
    value = measure(held, [welcome.SETTLED_FAMILIES]).item() if held.height else None
    unknown = held["settled_families"].null_count()
    without = f"{count(unknown, 'session')} sans suivi dans la base" if unknown else ""
    if value is None:
        reason = f"Rien à calculer : {without}." if held.height else "Aucune session dans la base."
    elif _HUNDRED[0] <= value <= _HUNDRED[1]:
        reason = f"Conforme à l’ordre de grandeur{f', malgré {without}' if without else ''}."
    else:
        reason = f"Partiel : {without}." if without else "Écart sans cause connue : à vérifier."
    told = reason if welcome.SETTLED_FAMILIES not in hidden else ""
    return _row("Familles installées", "une centaine de familles", welcome.SETTLED_FAMILIES, value, told)
