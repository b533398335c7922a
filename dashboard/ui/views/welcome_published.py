"""The totals published in July 2017 beside those of the database at the same date, each difference with its reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from dashboard.exports.tables import Table
from dashboard.indicators import welcome
from dashboard.indicators.model import Indicator, measure
from dashboard.ui import store
from dashboard.ui.views.welcome import Sessions, every_session
from dashboard.wording import dates
from dashboard.wording.plurals import count, plural
from dashboard.wording.units import format_quantity

# The article is of July 2017: what had been held and settled by its end.
PUBLISHED: Final = date(2017, 7, 31)
_FAMILIES: Final = re.compile(r"\bune centaine de familles\b")
# « environ 25 % »: as many percent as a rounding to the next 5 % may hide.
_ROUNDING: Final = 0.025
_HUNDRED: Final = (75, 125)


@dataclass(frozen=True)
class Line:
    """One published total: which indicator gives it, the column of sessions it rests on, and how it was published."""

    published: str
    indicator: Indicator
    column: str


_LINES: Final = (
    Line("welcome_sessions", welcome.WELCOME_SESSIONS, "number"),
    Line("welcome_project_holders", welcome.PROJECT_HOLDERS, "project_holders"),
    Line("welcome_people", welcome.WELCOME_PEOPLE, "people"),
    Line("welcome_settled_share", welcome.SETTLED_SHARE, "settled_families"),
)
_SHARE: Final = "welcome_settled_share"


def sessions_then(as_of: date) -> pl.DataFrame:
    """The sessions held by the date of the publication, or by today where that is earlier."""
    on = min(PUBLISHED, as_of)
    return every_session(store.welcome_sessions(as_of=on), as_of=on).filter("held")


def reconciled(as_of: date) -> pl.DataFrame:
    """One row per published total: label, published, computed, reason; none where nothing was published."""
    published = {row["indicator"]: row for row in store.published_figures().to_dicts()}
    held = sessions_then(as_of)
    rows = []
    for line in _LINES:
        if line.published in published:
            found = published[line.published]
            rows.append(_compared(line, found, held))
            if line.published == _SHARE and _FAMILIES.search(found["precision"]):
                rows.append(_families(held))
    names = ("label", "published", "computed", "reason")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def table(shown: Sessions) -> Table:
    """The comparison as the page shows it and as files carry it."""
    on = min(PUBLISHED, shown.as_of)
    sources = sorted(set(store.published_figures().filter(pl.col("indicator").str.starts_with("welcome_"))["source"]))
    return Table(
        "Totaux publiés en juillet 2017 et totaux de la base",
        reconciled(shown.as_of),
        {
            "label": "Total",
            "published": f"Publié ({dates.month(PUBLISHED)})",
            "computed": f"Calculé au {dates.long_date(on)}",
            "reason": "Rapprochement",
        },
        notes=tuple(f"Source publiée : {source}." for source in sources),
        demonstration=store.is_demonstration(),
    )


def as_published(row: Mapping[str, Any]) -> str:
    """« plus de 400 personnes », « environ 25 % », « 530 personnes »: no more sure than its precision."""
    shown = format_quantity(row["value"], row["unit"])
    for hedge in ("plus de", "environ"):
        if hedge in row["precision"]:
            return f"{hedge} {shown}"
    return shown


def _compared(line: Line, published: Mapping[str, Any], held: pl.DataFrame) -> dict[str, str]:
    value = measure(held, [line.indicator]).item() if held.height else None
    return {
        "label": published["label"],
        "published": as_published(published),
        "computed": format_quantity(value, line.indicator.unit),
        "reason": _reason(value, published, held, line.column),
    }


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
    followed = held.height - held[column].null_count()
    least = measure(held.with_columns(pl.col(column).fill_null(0)), [welcome.SETTLED_SHARE]).item()
    said = f"La base suit les foyers de {followed} sessions sur {held.height}. "
    if least is None:
        return said
    said += f"Rapportées à tous les porteurs, les familles connues font {format_quantity(least, 'ratio')}"
    return said + (", comme publié." if abs(least - target) <= _ROUNDING else " au moins.")


def _families(held: pl.DataFrame) -> dict[str, str]:
    value = measure(held, [welcome.SETTLED_FAMILIES]).item() if held.height else None
    unknown = held["settled_families"].null_count()
    without = f"{count(unknown, 'session')} sans suivi dans la base" if unknown else ""
    if value is None:
        reason = f"Rien à calculer : {without}." if held.height else "Aucune session dans la base."
    elif _HUNDRED[0] <= value <= _HUNDRED[1]:
        reason = f"Conforme à l’ordre de grandeur{f', malgré {without}' if without else ''}."
    else:
        reason = f"Partiel : {without}." if without else "Écart sans cause connue : à vérifier."
    return {
        "label": "Familles installées",
        "published": "une centaine de familles",
        "computed": format_quantity(value, welcome.SETTLED_FAMILIES.unit),
        "reason": reason,
    }
