"""The French habits of charts: the locale that Vega takes, in the browser as in exported pictures."""

from typing import Any, Literal

from babel.dates import get_day_names, get_month_names

from dashboard.wording.numbers import LOCALE, MINUS, NARROW_NO_BREAK, NO_BREAK
from dashboard.wording.terms import MISSING


def vega_locale() -> dict[str, dict[str, Any]]:
    """What ``chart.configure(locale=…)`` takes, by the keys of d3-format and d3-time-format; a week begins on Sunday.

    A new dictionary each time: Altair keeps the one it is given.
    """
    return {
        "number": {
            "decimal": ",",
            "thousands": NARROW_NO_BREAK,
            "grouping": [3],
            "currency": ["", f"{NO_BREAK}€"],
            "percent": f"{NO_BREAK}%",
            "minus": MINUS,
            "nan": MISSING,
        },
        "time": {
            "dateTime": "%A %-d %B %Y à %-H\u00a0h\u00a0%M",
            "date": "%d/%m/%Y",
            "time": "%-H\u00a0h\u00a0%M",
            "periods": ["AM", "PM"],
            "days": _sunday_first("wide"),
            "shortDays": _sunday_first("abbreviated"),
            "months": list(get_month_names("wide", locale=LOCALE).values()),
            "shortMonths": list(get_month_names("abbreviated", locale=LOCALE).values()),
        },
    }


def _sunday_first(width: Literal["abbreviated", "wide"]) -> list[str]:
    names = get_day_names(width, locale=LOCALE)
    return [names[(day + 6) % 7] for day in range(7)]
