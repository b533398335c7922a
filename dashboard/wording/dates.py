"""French days, weeks, months and times. Weeks are ISO weeks; instants are shown at the time of Paris."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, format_time, format_timedelta, get_day_names, get_month_names

from dashboard.wording.numbers import LOCALE, MINUS, NARROW_NO_BREAK, NO_BREAK
from dashboard.wording.terms import MISSING

PARIS: Final = ZoneInfo("Europe/Paris")
# Between two days or hours: a line may end with it, and does not begin with it.
_TO: Final = f"{NO_BREAK}– "


class NaiveInstant(ValueError):
    """An instant without a time zone: nobody can say what time it was in Paris."""


def full_date(day: date) -> str:
    """« mardi 30 mai 2017 », « jeudi 1er juin 2017 »"""
    return _written(day, "EEEE d MMMM y")


def long_date(day: date) -> str:
    """« 30 mai 2017 »"""
    return _written(day, "d MMMM y")


def numeric_date(day: date) -> str:
    """« 30/05/2017 »"""
    return _formatted(day, "dd/MM/y")


def day_and_month(day: date) -> str:
    """« mar. 30 mai », « jeu. 1er juin »"""
    return _written(day, "EEE d MMM")


def month(day: date) -> str:
    """« mai 2017 »"""
    return _formatted(day, "MMMM y")


def short_month(day: date) -> str:
    """« janv. 2017 »"""
    return _formatted(day, "MMM y")


def quarter(day: date) -> str:
    """« 2e trimestre 2017 »"""
    return _formatted(day, "QQQQ y")


def short_quarter(day: date) -> str:
    """« T2 2017 »"""
    return _formatted(day, "QQQ y")


def weekday(number: int) -> str:
    """« lundi » for 1."""
    return str(get_day_names("wide", locale=LOCALE)[number - 1])


def short_week(day: date) -> str:
    """« S22 »: the week that holds the day, where the year is known."""
    return _formatted(day, "'S'ww")


def week_and_year(day: date) -> str:
    """« S01 2019 » for 31 December 2018: the year is that of the week."""
    return _formatted(day, "'S'ww YYYY")


def week_key(day: date) -> str:
    """« 2017-S22 »: sorts as text, for files."""
    return _formatted(day, "YYYY-'S'ww")


def week_title(day: date) -> str:
    """« Semaine 22 : du lundi 29 mai au dimanche 4 juin 2017 », for any day of the week."""
    monday = day - timedelta(days=day.weekday())
    period = _from_to(monday, monday + timedelta(days=6), "EEEE ")
    return f"Semaine {monday.isocalendar().week}{NO_BREAK}: {period}"


@lru_cache(maxsize=1024)
def date_range(first: date, last: date) -> str:
    """« 18–20 oct. 2017 », « 29 mai – 4 juin 2017 »: the short form, both days included."""
    text = format_interval(first, last, "yMMMd", locale=LOCALE)
    # A lone 1 can only be a day. Some fonts of exports lack the thin spaces of CLDR; a line may break after the dash alone.
    text = re.sub(r"\b1\b", "1er", text).replace("\u2009–\u2009", _TO)
    return re.sub(r"(?<=[0-9r]) (?=[^\W\d])", NO_BREAK, text)


def from_to(first: date, last: date) -> str:
    """« du 29 mai au 4 juin 2017 », « du 18 au 20 octobre 2017 », « le 18 octobre 2017 », for a sentence."""
    return f"le {long_date(first)}" if first == last else _from_to(first, last, "")


def time_of_day(at: time | datetime) -> str:
    """« 15 h 30 », « 9 h »; an instant is shown at the time of Paris, a time of day as it is."""
    local = in_paris(at).time() if isinstance(at, datetime) else at
    pattern = "H'\u00a0h'" if local.minute == 0 else "H'\u00a0h\u00a0'mm"
    return format_time(local, pattern, locale=LOCALE)


def time_range(first: time | datetime, last: time | datetime) -> str:
    """« 9 h – 18 h »"""
    return f"{time_of_day(first)}{_TO}{time_of_day(last)}"


def date_and_time(at: datetime) -> str:
    """« 30 mai 2017 à 15 h 30 », at the time of Paris."""
    return f"{long_date(in_paris(at).date())} à {time_of_day(at)}"


def recently(at: datetime, today: date) -> str:
    """« hier à 23 h 05 », « aujourd’hui à 9 h », « le 30 mai 2017 à 15 h 30 », at the time of Paris."""
    near = {0: "aujourd’hui", 1: "hier"}
    day = in_paris(at).date()
    return f"{near.get((today - day).days, f'le {long_date(day)}')} à {time_of_day(at)}"


def in_paris(at: datetime) -> datetime:
    """The instant on the clocks of Paris; an instant without a zone is refused."""
    if at.tzinfo is None:
        raise NaiveInstant(f"{at.isoformat()} has no time zone")
    return at.astimezone(PARIS)


def ago(elapsed: timedelta) -> str:
    """« il y a 2 heures »; « à l’instant » under a minute, or when two clocks disagree a little."""
    return _ago(elapsed, "long")


def short_ago(elapsed: timedelta) -> str:
    """« il y a 5 min », for a card."""
    return _ago(elapsed, "short")


def _ago(elapsed: timedelta, width: Literal["long", "short"]) -> str:
    if elapsed < timedelta(minutes=1):
        return "à l’instant"
    # threshold=1: « il y a 50 minutes », where Babel would already say one hour.
    return format_timedelta(-elapsed, add_direction=True, threshold=1, format=width, locale=LOCALE)


def _from_to(first: date, last: date, weekday_pattern: str) -> str:
    if first.year != last.year:
        start = "d MMMM y"
    elif first.month != last.month:
        start = "d MMMM"
    else:
        start = "d"
    return f"du {_written(first, weekday_pattern + start)} au {_written(last, weekday_pattern + 'd MMMM y')}"


def _written(day: date, pattern: str) -> str:
    # CLDR writes « 1 juin »; French writes « 1er juin ». A day is never parted from its month.
    whole = pattern.replace("d MMM", f"d{NO_BREAK}MMM")
    return _formatted(day, whole.replace("d", "'1er'") if day.day == 1 else whole)


@lru_cache(maxsize=8192)
def _formatted(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=LOCALE)


_WEEK_KEY: Final = re.compile(r"([0-9]{4})-S([0-9]{2})")


def parse_week_key(text: str) -> date | None:
    """The Monday of « 2017-S22 »; None for anything else, such as week 53 of a year that has 52."""
    found = _WEEK_KEY.fullmatch(text)
    if not found:
        return None
    try:
        return date.fromisocalendar(int(found.group(1)), int(found.group(2)), 1)
    except ValueError:
        return None


# The French habits of charts: the locale that Vega takes, in the browser as in exported pictures.


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
