"""How any value reads in a cell of a table, by its type alone."""

from datetime import date, datetime, time
from typing import Any

from dashboard.wording import dates, numbers
from dashboard.wording.terms import MISSING


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
