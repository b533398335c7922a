"""How much of what should have been entered the figures of a page rest on."""

import polars as pl

from dashboard.indicators import attendance
from dashboard.indicators.model import measure
from dashboard.ui import store
from dashboard.ui.components import note
from dashboard.ui.filters import Perimeter
from dashboard.wording.numbers import percent
from dashboard.wording.plurals import count

# Under this share of entered weeks a total says little: it is marked as provisional.
PROVISIONAL_UNDER = 0.8


def coverage(perimeter: Perimeter) -> dict[str, float | None]:
    """The completeness of a perimeter and the counts it comes from."""
    facts = store.completeness_facts(perimeter.period, as_of=perimeter.as_of, centres=perimeter.centres)
    return measure(facts, attendance.COVERAGE).row(0, named=True)


def is_provisional(row: dict[str, float | None]) -> bool:
    """Whether too few weeks were entered for totals to be taken as they are."""
    completeness = row["completeness"]
    return completeness is None or completeness < PROVISIONAL_UNDER


def coverage_note(perimeter: Perimeter, *, seat_kind: str = "") -> None:
    """The line under a page: perimeter, period, completeness."""
    note(coverage_sentence(perimeter))


def coverage_sentence(perimeter: Perimeter) -> str:
    """« Périmètre : … Période : … Complétude : 96 % (138 semaines sur 144), 2 fermées. »"""
    row = coverage(perimeter)
    said = f"Périmètre : {perimeter.place}. Période : {perimeter.spoken_period}. "
    if not row["weeks_expected"]:
        return said + "Aucun relevé n’était attendu."
    said += (
        f"Complétude : {percent(row['completeness'] or 0)} "
        f"({count(row['weeks_complete'] or 0, 'relevé complet', 'relevés complets')} "
        f"sur {count(row['weeks_expected'], 'attendu')}"
    )
    if row["weeks_closed"]:
        said += f" ; {count(row['weeks_closed'], 'semaine fermée', 'semaines fermées')}"
    said += "). "
    return said + ("Les totaux sont provisoires." if is_provisional(row) else "")


def with_coverage(facts: pl.DataFrame, completeness: pl.DataFrame, by: str) -> pl.DataFrame:
    """Facts of use and of completeness of one grain, side by side."""
    return facts.join(completeness, on=by, how="full", coalesce=True).sort(by)
