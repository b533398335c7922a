"""What a person typed, back to a day or a moment; an impossible one is told, never guessed."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Final

from babel.dates import get_month_names

from dashboard.wording.dates import PARIS
from dashboard.wording.numbers import LOCALE
from dashboard.wording.typography import typeset

_NUMBERS: Final = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WORDS: Final = re.compile(r"(?:[a-z]+ )?([0-9]{1,2})(?:er)? ([a-z]+)\.? ([0-9]{4})")
_MOMENT: Final = re.compile(r"(.+?),?(?: (?:a|de))? ([0-9]{1,2}) ?(?:h|:) ?([0-9]{2})?")
_SERIAL: Final = re.compile(r"[1-9][0-9]{4}")


class NotADay(ValueError):
    """The text cannot be read as a day or a moment; the message is the French sentence to show beside the field."""


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.strip().lower())
    return re.sub(r"\s+", " ", "".join(sign for sign in bare if not unicodedata.combining(sign)))


_MONTHS: Final = {
    _plain(name).rstrip("."): number
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale=LOCALE).items()
}


def parse_day_fr(text: str) -> date | None:
    """The day in « 30/05/2017 », « 30 mai 2017 », « jeudi 1er juin 2017 » or « 2017-05-30 »; None for a blank."""
    plain = _plain(text)
    if not plain:
        return None
    numbers, iso, words = _NUMBERS.fullmatch(plain), _ISO.fullmatch(plain), _WORDS.fullmatch(plain)
    if iso:
        return _day(text, int(iso[1]), int(iso[2]), int(iso[3]))
    if numbers:
        return _day(text, int(numbers[3]), int(numbers[2]), int(numbers[1]))
    if words and words[2] in _MONTHS:
        return _day(text, int(words[3]), _MONTHS[words[2]], int(words[1]))
    if _SERIAL.fullmatch(plain):
        raise NotADay(
            typeset(f"« {text.strip()} » est un nombre de tableur, pas une date. Indiquez par exemple 30/05/2017.")
        )
    raise NotADay(typeset(f"« {text.strip()} » n’est pas une date. Indiquez par exemple 30/05/2017."))


def parse_moment_fr(text: str) -> datetime | None:
    """The instant, in UTC, of « 30/05/2017 9 h 30 » or « 30 mai 2017 à 9:30 » in Paris; None for a blank.

    An hour that does not exist when clocks go forward is told; one that comes twice is the first of the two.
    """
    plain = _plain(text)
    if not plain:
        return None
    found = _MOMENT.fullmatch(plain)
    if not found:
        raise NotADay(
            typeset(f"« {text.strip()} » n’est pas un jour et une heure. Indiquez par exemple 30/05/2017 9 h 30.")
        )
    day, hour, minute = parse_day_fr(found[1]), int(found[2]), int(found[3] or 0)
    if hour > 23 or minute > 59 or day is None:
        raise NotADay(
            typeset(f"« {text.strip()} » : cette heure n’existe pas. Indiquez par exemple 30/05/2017 9 h 30.")
        )
    moment = datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)
    if moment.astimezone(PARIS).hour != hour:
        raise NotADay(typeset(f"« {text.strip()} » : cette heure n’existe pas, on passe ce jour-là à l’heure d’été."))
    return moment


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADay(typeset(f"« {text.strip()} » : ce jour n’existe pas. Indiquez par exemple 30/05/2017.")) from None
