"""A period beside the one just before it and the same one a year earlier, like for like."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from dashboard.exports.tables import Table
from dashboard.indicators import attendance
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import store
from dashboard.ui.filters import Perimeter
from dashboard.wording import dates
from dashboard.wording.numbers import points
from dashboard.wording.units import format_difference, format_value
from data_access.periods import Period

COMPARED: Final = (attendance.FILL_RATE, attendance.OCCUPIED_HALF_DAYS, attendance.HOURS, attendance.COMPLETENESS)


def comparison(perimeter: Perimeter) -> Table:
    """One row per indicator of use, and its value over three spans of the same length.

    Where fewer weeks were entered in one span than in another its totals are smaller for that alone: completeness stands
    in the last row for that reason.
    """
    spans = (perimeter.period, perimeter.period.span_before(), perimeter.period.year_before())
    now, before, year_ago = (_figures(perimeter, span) for span in spans)
    rows = [
        {
            "label": indicator.label,
            "now": format_value(now[indicator.key], indicator.unit),
            "before": format_value(before[indicator.key], indicator.unit),
            "since_before": _moved(now, before, indicator),
            "year_ago": format_value(year_ago[indicator.key], indicator.unit),
            "since_year_ago": _moved(now, year_ago, indicator),
        }
        for indicator in _wanted(perimeter)
    ]
    said = [dates.date_range(span.first, span.last) for span in spans]
    return Table(
        f"Comparaison de périodes, {perimeter.place}",
        pl.DataFrame(rows),
        {
            "label": "Indicateur",
            "now": said[0],
            "before": f"{said[1]} (juste avant)",
            "since_before": "Écart",
            "year_ago": f"{said[2]} (un an avant)",
            "since_year_ago": "Écart en un an",
        },
        (f"Périmètre : {perimeter.place}. Trois périodes de même longueur.",),
        demonstration=store.is_demonstration(),
    )


def moved_in_a_year(difference: float) -> str:
    """« 3 points de plus qu’un an avant », « autant qu’un an avant »."""
    if abs(difference) < 0.005:
        return "autant qu’un an avant"
    return f"{points(abs(difference)).lstrip('+')} de {'plus' if difference > 0 else 'moins'} qu’un an avant"


def _wanted(perimeter: Perimeter) -> Sequence[Indicator]:
    # Weeks are complete for a centre, not for a kind of seat.
    return COMPARED if perimeter.seat_kind is None else COMPARED[:-1]


def _figures(perimeter: Perimeter, span: Period) -> dict[str, float | None]:
    facts = store.attendance_facts(span, centres=perimeter.centres, seat_kind=perimeter.seat_kind)
    if perimeter.seat_kind is None:
        facts = facts.hstack(store.completeness_facts(span, as_of=perimeter.as_of, centres=perimeter.centres))
    return measure(facts, _wanted(perimeter)).row(0, named=True)


def _moved(now: dict[str, float | None], then: dict[str, float | None], indicator: Indicator) -> str:
    current, earlier = now[indicator.key], then[indicator.key]
    return format_difference(None if current is None or earlier is None else current - earlier, indicator.unit)
