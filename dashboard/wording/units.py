"""How a value reads with its unit, and a cell with its type. The single place, for tiles, tables, charts and files alike."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, TypeGuard

from dashboard.wording import dates, numbers
from dashboard.wording.numbers import Number
from dashboard.wording.terms import MISSING
from dashboard.wording.typography import count

# How a value reads with its unit. The single place, for tiles, tables, charts and files alike. Units are known here
# by their code, the same text that ``indicators.model.Unit`` and the ``published_figure`` table carry (« hour », «
# ratio », « EUR/seat/year »). So this folder needs nothing from the indicators and they need nothing from it, each
# keeps its narrow permission, and a contract test checks that both hold the same codes.


class UnknownUnit(KeyError):
    """A unit code without wording: add it to UNITS."""


@dataclass(frozen=True)
class UnitWording:
    """The noun of one unit, its symbol if it has one, and how to write a value and a difference of two values."""

    singular: str
    plural: str
    symbol: str
    write: Callable[[Number], str]
    write_difference: Callable[[Number], str]
    scale: int = 1
    """How many times larger the number shown is than the number held: 100 for a share shown in percent."""


def _counted(singular: str, plural: str | None = None) -> UnitWording:
    return UnitWording(singular, plural or f"{singular}s", "", numbers.integer, lambda value: numbers.signed(value, 0))


_PERCENT: Final = UnitWording("%", "%", "%", numbers.percent, numbers.points, scale=100)
_HOURS: Final = UnitWording(
    "heure", "heures", "h", numbers.hours, lambda value: _with_sign(numbers.hours(value), value)
)
_EUROS: Final = UnitWording("euro", "euros", "€", numbers.euros, lambda value: _with_sign(numbers.euros(value), value))
_EUROS_PER_SEAT: Final = UnitWording(
    "euro par poste et par an", "euros par poste et par an", "€", _EUROS.write, _EUROS.write_difference
)

UNITS: Final[Mapping[str, UnitWording]] = {
    "centre": _counted("télécentre"),
    "seat": _counted("position de travail", "positions de travail"),
    "person": _counted("personne"),
    "family": _counted("famille"),
    "contract": _counted("contrat"),
    "session": _counted("session"),
    "half_day": _counted("demi-journée"),
    "week": _counted("semaine"),
    "hour": _HOURS,
    "ratio": _PERCENT,
    "EUR": _EUROS,
    "EUR/seat/year": _EUROS_PER_SEAT,
}


def format_value(value: Number | None, unit: str) -> str:
    """« 58 », « 43 800 h », « 35 % », « 934 € », and « n. d. » for a missing value: what a tile or a cell shows."""
    return wording_of(unit).write(value) if _is_known(value) else MISSING


def format_quantity(value: Number | None, unit: str) -> str:
    """« 58 positions de travail », « 43 800 heures », « 35 % »: the value inside a sentence."""
    words = wording_of(unit)
    if not _is_known(value):
        return MISSING
    if words.singular == words.symbol:
        return words.write(value)
    return count(numbers.rounded(value), words.singular, words.plural)


def format_difference(difference: Number | None, unit: str) -> str:
    """« +3 », « −120 h », « +2 points »: how much a value moved. A difference of two shares is in points."""
    return wording_of(unit).write_difference(difference) if _is_known(difference) else MISSING


def gains(difference: Number, amount: str) -> str:
    """« gagne 2 points », « perd 3 adhérents », « reste stable »: how something moved; `amount` is by how much, without sign."""
    return f"{'gagne' if difference > 0 else 'perd'} {amount}" if difference else "reste stable"


def heading(label: str, unit: str) -> str:
    """« Heures (h) »: a column title with its unit, when the unit has a symbol."""
    symbol = wording_of(unit).symbol
    return f"{label}{numbers.NO_BREAK}({symbol})" if symbol else label


def wording_of(unit: str) -> UnitWording:
    """The wording of one unit code; UnknownUnit when it has none."""
    if unit not in UNITS:
        raise UnknownUnit(unit)
    return UNITS[unit]


def _with_sign(text: str, value: Number) -> str:
    return f"+{text}" if numbers.rounded(value) > 0 else text


def _is_known(value: Number | None) -> TypeGuard[Number]:
    return value is not None and math.isfinite(value)


# How any value reads in a cell of a table, by its type alone.


def cell(value: Any, *, share: bool = False) -> str:
    """« 43 800 », « 35 % », « 30/05/2017 », « oui », « n. d. »: a column's unit stands in its heading."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{dates.numeric_date(dates.in_paris(value).date())} {dates.time_of_day(value)}"
    if isinstance(value, date):
        return dates.numeric_date(value)
    if isinstance(value, time):
        return dates.time_of_day(value)
    if isinstance(value, int | float):
        return numbers.percent(value) if share else _number(value)
    return str(value)


def _number(value: float) -> str:
    return numbers.integer(value) if float(value).is_integer() else numbers.decimal(value, 1)
