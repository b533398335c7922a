"""The seats and hours of a place as the audit keeps them, period by period, in words: « 2015-01-01/.. office » : « 4 »."""

from datetime import date, time

from dashboard.wording import dates
from dashboard.wording.terms import HALF_DAYS, SEAT_KINDS
from dashboard.wording.typography import capital


def is_period(name: str) -> bool:
    """Whether a name of a document is that of a period."""
    return "/" in name and " " in name


def period_in_words(name: str) -> str:
    """« Bureaux, à partir du 1er janvier 2015 », « Lundi matin, du 1er janvier 2015 au 29 mai 2017 »."""
    span, *key = name.split(" ")
    first, last = span.split("/")
    thing = SEAT_KINDS[key[0]].short if len(key) == 1 else f"{dates.weekday(int(key[0]))} {HALF_DAYS[key[1]].label}"
    begun = date.fromisoformat(first)
    when = f"à partir du {dates.long_date(begun)}" if last == ".." else dates.from_to(begun, date.fromisoformat(last))
    return f"{capital(thing)}, {when}"


def period_value(stored: str | None) -> str:
    """« 4 », « 9 h – 12 h », « – » for a period that is not there."""
    if stored is None:
        return "–"
    if "/" not in stored:
        return stored
    opens, closes = (time.fromisoformat(text) for text in stored.split("/"))
    return dates.time_range(opens, closes)
