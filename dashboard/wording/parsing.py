"""What a person typed, back to a number, a day or hours. A blank is nothing entered, never zero."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from babel.dates import get_month_names

from dashboard.wording.dates import PARIS
from dashboard.wording.numbers import LOCALE
from dashboard.wording.terms import Term
from dashboard.wording.typography import typeset

# What a person typed, back to a number. A blank is nothing entered, never zero.

# A group is three digits after a space of any kind; « 12 50 » is a slip, not 1 250.
_SPACE: Final = "[ \u00a0\u202f\u2009]"
_NUMBER: Final = re.compile(rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+)(?:[.,][0-9]+)?")
_EURO_SIGN: Final = re.compile(rf"(?<=[0-9]){_SPACE}*€$")


class WrongCell(ValueError):
    """A text that cannot be read; the message is the French sentence to show beside its field or cell.

    With a `doubt` it has one likely `reading`, that a person may confirm once for a whole column: « short-year » (26 for
    2026), « serial » (46342 for 16/11/2026).
    """

    def __init__(self, sentence: str, *, doubt: str = "", reading: Any = None) -> None:
        super().__init__(typeset(sentence))
        self.doubt = doubt
        self.reading = reading


class NotANumber(WrongCell):
    """The text cannot be read as a number; the message is the French sentence to show beside the field."""


def parse_fr(text: str) -> Decimal | None:
    """The number in « 12,5 », « 12.5 », « 1 234,50 », « −3 » or « 934 € »; None for a blank."""
    plain = _EURO_SIGN.sub("", text.strip()).replace("\u2212", "-")
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        raise NotANumber(f"«\u00a0{text.strip()}\u00a0» n’est pas un nombre. Indiquez par exemple 12,5.")
    return Decimal(re.sub(_SPACE, "", plain).replace(",", "."))


def parse_whole_fr(text: str) -> int | None:
    """The whole number in « 12 » or « 1 234 »; None for a blank; « 2,5 » is refused, not rounded."""
    value = parse_fr(text)
    if value is None:
        return None
    if value != value.to_integral_value():
        raise NotANumber(f"«\u00a0{text.strip()}\u00a0» n’est pas un nombre entier. Indiquez par exemple 3.")
    return int(value)


# What a person typed, back to a day or a moment; an impossible one is told, never guessed.

_NUMBERS: Final = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_WORDS: Final = re.compile(r"(?:[a-z]+ )?([0-9]{1,2})(?:er)? ([a-z]+)\.? ([0-9]{4})")
_MOMENT: Final = re.compile(r"(.+?),?(?: (?:a|de))? ([0-9]{1,2}) ?(?:h|:) ?([0-9]{2})?")
_SERIAL: Final = re.compile(r"[1-9][0-9]{4}")


class NotADay(WrongCell):
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


# The opening hours of a day that a person typed, back to its half-days.

_TIME: Final = r"([0-9]{1,2})(?: ?(?:h|:) ?([0-9]{2})?)?"
_SPAN: Final = re.compile(rf"(?:de )?{_TIME} ?(?:-|–|—|à|/) ?{_TIME}", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"\s*(?:[,;+]|\bet\b)\s*")
_SHUT: Final = frozenset({"", "fermé", "ferme", "-", "–"})
_NOON: Final = time(12)
_EARLY_AFTERNOON: Final = time(14)

Span = tuple[time, time]


class NotHours(ValueError):
    """The text cannot be read as opening hours; the message is the French sentence to show beside the field."""


def parse_hours_fr(text: str) -> dict[str, Span]:
    """The half-days (`am`, `pm`) of « 9 h – 12 h 30, 14 h – 18 h »; none for a blank or « fermé ».

    One span is the morning when it begins before noon. One that holds both is refused: the two half-days are counted
    apart, and where one ends is not to be guessed.
    """
    plain = re.sub(r"\s+", " ", text.strip())
    if plain.lower() in _SHUT:
        return {}
    spans = [_span(part, plain) for part in _BETWEEN.split(plain)]
    if len(spans) > 2:
        raise NotHours(typeset(f"« {plain} » : indiquez au plus une matinée et un après-midi."))
    if len(spans) == 2:
        return dict(zip(("am", "pm"), spans, strict=True))
    opens, closes = spans[0]
    if opens < _NOON and closes > _EARLY_AFTERNOON:
        raise NotHours(typeset(f"« {plain} » : séparez les deux demi-journées, par exemple 9 h – 12 h, 12 h – 18 h."))
    return {"am" if opens < _NOON else "pm": spans[0]}


def _span(part: str, whole: str) -> Span:
    found = _SPAN.fullmatch(part)
    if not found:
        raise NotHours(typeset(f"« {whole} » ne dit pas des horaires. Indiquez par exemple 9 h – 12 h, 14 h – 18 h."))
    try:
        return time(int(found[1]), int(found[2] or 0)), time(int(found[3]), int(found[4] or 0))
    except ValueError:
        raise NotHours(typeset(f"« {whole} » : cette heure n’existe pas. Indiquez par exemple 9 h – 12 h.")) from None


# The cells of a file, each to its value: None for a blank, WrongCell for what cannot be read.

Read = Callable[[str], Any]


def plain(text: str) -> str:
    """A heading or a word as two writings of it agree: accents, case, spaces and signs forgiven."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.sub(r"[^a-z0-9]+", " ", "".join(c for c in bare if not unicodedata.combining(c))).split())


def text(cell: str) -> str | None:
    """The text of a cell, None for a blank."""
    return cell.strip() or None


def whole(cell: str) -> int | None:
    """A whole number; « 12,0 » of a spreadsheet is 12."""
    if len(cell) > 20:
        raise WrongCell("ce n’est pas un nombre entier. Indiquez par exemple 3.")
    return parse_whole_fr(cell)


def day(cell: str) -> Any:
    """A day as France writes it."""
    return parse_day_fr(cell)


def moment(cell: str) -> Any:
    """A day and an hour, in Paris."""
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2})(?::\d{2})?", cell.strip())
    return parse_moment_fr(f"{found[1]} {found[2]} h {found[3]}" if found else cell)


def flag(cell: str) -> bool | None:
    """« oui » or « non »."""
    answers = {
        "oui": True,
        "o": True,
        "x": True,
        "1": True,
        "vrai": True,
        "non": False,
        "n": False,
        "0": False,
        "faux": False,
        "": None,
    }
    if plain(cell) not in answers:
        raise WrongCell(f"« {cell.strip()} » : indiquez oui ou non.")
    return answers[plain(cell)]


def one_of(words: Mapping[Any, Term]) -> Read:
    """One of the French words of a list, or its code."""
    known = {
        plain(form): code
        for code, word in words.items()
        for form in (str(code), word.label, word.brief, word.plural)
        if form
    }

    def read(cell: str) -> Any:
        if not cell.strip():
            return None
        if plain(cell) not in known:
            choices = ", ".join(word.label for word in words.values())
            raise WrongCell(f"« {cell.strip()} » n’est pas reconnu. Choisissez parmi : {choices}.")
        return known[plain(cell)]

    return read
