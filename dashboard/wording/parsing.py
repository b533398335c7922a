"""What a person typed or a file holds, back to a number, a day, a moment, a word or hours. A blank is nothing entered."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

from babel.dates import get_day_names, get_month_names

from dashboard.wording.dates import PARIS, numeric_date, weekday
from dashboard.wording.numbers import LOCALE, decimal
from dashboard.wording.terms import Term
from dashboard.wording.typography import typeset


class WrongCell(ValueError):
    """A text that cannot be read; the message is the French sentence to show beside its field or cell.

    With a `doubt`, those of a column are one cause; where it is one of `ASKED`, there is one likely `reading`, that a person
    may confirm once for the whole file.
    """

    def __init__(self, sentence: str, *, doubt: str = "", reading: Any = None) -> None:
        super().__init__(typeset(sentence))
        self.doubt = doubt
        self.reading = reading


ASKED: Final[Mapping[str, str]] = {
    "short-year": "Les années à deux chiffres sont celles des années 2000 : 26 est 2026",
    "serial": "Les nombres du tableur sont des jours : 46342 est le 16/11/2026",
}
"""What a person confirms once for a file, by the name of the doubt."""


class NotANumber(WrongCell):
    """The text cannot be read as a number."""


class NotADay(WrongCell):
    """The text cannot be read as a day or a moment."""


# Words as two writings of them agree.

_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})
_FEMININE: Final = ((re.compile(r"euse$"), "eur"), (re.compile(r"trice$"), "teur"))


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A heading or a word as two writings of it agree: accents, case, ligatures, spaces and signs forgiven."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", "".join(c for c in bare if not unicodedata.combining(c))).split())


def any_form(text: str) -> str:
    """A word in any of its forms: feminine, plural, « salarié(e) », « C.D.D. », « openspace ». No word for a person."""
    return "".join(_masculine_singular(word) for word in plain(text).split())


def _masculine_singular(word: str) -> str:
    word = re.sub(r"[sx]$", "", word)
    for ending, masculine in _FEMININE:
        word = ending.sub(masculine, word)
    return word.rstrip("e")


# Numbers. A group is three digits after a space of any kind; « 12 50 » is a slip, not 1 250. A dot or a comma may be either
# the one of thousands or the decimal one: only what can be read one way is read.

_SPACE: Final = "[ \u00a0\u202f\u2009]"
_NUMBER: Final = re.compile(rf"[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+)(?:[.,][0-9]+)?")
_DOTS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]+|(?:\.[0-9]{3}){2,})")
_COMMAS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})")
_TWO_READINGS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_EURO_SIGN: Final = re.compile(rf"(?<=[0-9]){_SPACE}*€$")
_RANK: Final = re.compile(rf"n[°ºo]{_SPACE}*(?=[0-9])", re.IGNORECASE)


def parse_fr(text: str) -> Decimal | None:
    """The number in « 12,5 », « 12.5 », « 1 234,50 », « 1.234,50 », « −3 » or « 934 € »; None for a blank.

    « 12.500 » is refused: it is twelve thousand five hundred for one person and twelve and a half for another.
    """
    value = _number(text, "12,5")
    if value is not None and (readings := _readings(text)):
        asked = " ou ".join(_typed(reading) for reading in readings)
        raise NotANumber(
            f"« {text.strip()} » peut se lire {' ou '.join(map(_shown, readings))}. Indiquez {asked}.",
            doubt="two-readings",
        )
    return value


def parse_whole_fr(text: str) -> int | None:
    """The whole number in « 12 », « 1 234 », « 12,0 » or « n° 12 »; None for a blank; « 2,5 » is refused, not rounded."""
    value = _number(_RANK.sub("", text.strip()), "3")
    if value is None:
        return None
    wholes = [each for each in _readings(text) if each == each.to_integral_value()]
    if wholes:
        shown, asked = " ou ".join(map(_shown, wholes)), " ou ".join(map(_typed, wholes))
        raise NotANumber(
            f"« {text.strip()} » peut se lire de deux façons. Pour {shown}, indiquez {asked}.", doubt="two-readings"
        )
    if value != value.to_integral_value():
        raise NotANumber(f"« {text.strip()} » n’est pas un nombre entier. Indiquez par exemple 3.")
    return int(value)


def _number(text: str, example: str) -> Decimal | None:
    bare = _bare(text)
    if not bare:
        return None
    for grouped, separator in ((_DOTS, "."), (_COMMAS, ",")):
        if grouped.fullmatch(bare):
            return Decimal(bare.replace(separator, "").replace(",", "."))
    if not _NUMBER.fullmatch(bare):
        what = "un nombre" if "," in example else "un nombre entier"
        raise NotANumber(f"« {text.strip()} » n’est pas {what}. Indiquez par exemple {example}.")
    return Decimal(re.sub(_SPACE, "", bare).replace(",", "."))


def _readings(text: str) -> tuple[Decimal, ...]:
    """The two numbers that a text can be; none for what has one."""
    bare = _bare(text)
    if not _TWO_READINGS.fullmatch(bare):
        return ()
    return Decimal(re.sub("[.,]", "", bare)), Decimal(bare.replace(",", "."))


def _bare(text: str) -> str:
    return _EURO_SIGN.sub("", text.strip()).replace("\u2212", "-")


def _typed(number: Decimal) -> str:
    """« 12,5 », with no mark of thousands and never three decimals alone: read again, it has one reading."""
    written = f"{number.normalize():f}".replace(".", ",")
    return f"{written}0" if _TWO_READINGS.fullmatch(written) else written


def _shown(number: Decimal) -> str:
    digits = number.normalize().as_tuple().exponent
    return decimal(number, max(0, -digits) if isinstance(digits, int) else 0)


# Days and moments: an impossible one is told, and a year or a number that needs a guess is asked about.

_ORDERS: Final = (
    re.compile(r"(?P<day>[0-9]{1,2})[/.\- ](?P<month>[0-9]{1,2})[/.\- ](?P<year>[0-9]{4}|[0-9]{2})"),
    re.compile(r"(?P<year>[0-9]{4})[/.-](?P<month>[0-9]{1,2})[/.-](?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})(?:er)?[ -](?P<name>[a-z]+)\.?[ -](?P<year>[0-9]{4}|[0-9]{2})"),
)
_MIDNIGHT: Final = re.compile(r"[t ]00? ?[:h] ?00(?::00(?:[.,]0+)?)?(?:z|[+-][0-9]{2}:?[0-9]{2})?$")
_HOUR: Final = re.compile(r"[0-9t ] ?[0-9]{1,2} ?[:h] ?(?:[0-9]{2})?")
_SERIAL: Final = re.compile(r"([3-7][0-9]{4})(?:[.,]([0-9]+))?")
"""A day since the end of 1899, as spreadsheets count, of the years 1982 to 2119."""
_FIRST_SERIAL: Final = datetime(1899, 12, 30)
_MOMENT: Final = re.compile(
    r"(?P<day>.+?)(?:,? (?:(?:a|de|-) )?|,|t)(?P<hour>[0-9]{1,2}) ?(?:h(?:eures?)?|:) ?"
    r"(?:(?P<minute>[0-9]{2})(?: ?(?::|min) ?(?P<second>[0-9]{2})(?:[.,][0-9]+)?(?: ?s)?| ?min)?)?"
    r" ?(?P<zone>z|[+-][0-9]{2}:?[0-9]{2})?"
)


def _lower(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.strip().lower())
    return re.sub(r"\s+", " ", "".join(sign for sign in bare if not unicodedata.combining(sign)))


MONTHS: Final = {
    _lower(name).rstrip("."): number
    for width in ("wide", "abbreviated")
    for number, name in get_month_names(width, locale=LOCALE).items()
}
_WEEKDAYS: Final = {
    _lower(name).rstrip("."): number
    for width in ("wide", "abbreviated")
    for number, name in get_day_names(width, locale=LOCALE).items()
}
_WEEKDAY: Final = re.compile(rf"(?:le )?(?:({'|'.join(_WEEKDAYS)})\b\.?,? )?(.+)")


def parse_day_fr(text: str) -> date | None:
    """The day in « 30/05/2017 », « 30 mai 2017 », « jeudi 1er juin 2017 » or « 2017-05-30 »; None for a blank.

    The midnight that a spreadsheet adds goes. « 30/05/17 » and « 42885 » have one likely reading, which is asked about.
    """
    lower = _lower(text)
    if not lower:
        return None
    named = _WEEKDAY.fullmatch(_MIDNIGHT.sub("", lower))
    if named is None:
        raise _no_day(text)
    try:
        day = _day(text, named[2])
    except NotADay as asked:
        _contradicted(text, named[1], asked.reading)
        raise
    _contradicted(text, named[1], day)
    return day


def parse_moment_fr(text: str) -> datetime | None:
    """The instant, in UTC, of « 30/05/2017 9 h 30 », « 30 mai 2017 à 9:30 » in Paris; None for a blank.

    « 2017-05-30T07:30:00Z » says its own zone. An hour that does not exist when clocks go forward is told; one that comes
    twice is the first of the two.
    """
    lower = _lower(text)
    if not lower:
        return None
    if serial := _SERIAL.fullmatch(lower):
        if serial[2]:
            when = _FIRST_SERIAL + timedelta(seconds=round(float(lower.replace(",", ".")) * 86_400))
            raise _serial(text, f"{numeric_date(when)} {when.hour} h {when.minute:02d}", _instant(text, when))
        raise NotADay(f"« {text.strip()} » est un nombre de tableur. Indiquez par exemple 30/05/2017 9 h 30.")
    found = _MOMENT.fullmatch(lower)
    if not found:
        if _is_day(text):
            raise NotADay(f"« {text.strip()} » : il manque l’heure. Indiquez par exemple 30/05/2017 9 h 30, ou 0 h 00.")
        raise NotADay(f"« {text.strip()} » n’est pas un jour et une heure. Indiquez par exemple 30/05/2017 9 h 30.")
    doubt: NotADay | None = None
    try:
        day = parse_day_fr(found["day"])
    except NotADay as wrong:
        if not wrong.doubt:
            raise
        day, doubt = wrong.reading, wrong
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    if hour > 23 or minute > 59 or second > 59 or day is None:
        raise NotADay(f"« {text.strip()} » : cette heure n’existe pas. Indiquez par exemple 30/05/2017 9 h 30.")
    moment = _instant(text, datetime.combine(day, time(hour, minute, second)), found["zone"])
    if doubt:
        raise NotADay(
            str(doubt).replace(numeric_date(day), f"{numeric_date(day)} {hour} h {minute:02d}"),
            doubt=doubt.doubt,
            reading=moment,
        )
    return moment


def _instant(text: str, when: datetime, zone: str | None = None) -> datetime:
    if zone:
        sign = -1 if zone[0] == "-" else 1
        digits = "" if zone == "z" else re.sub(r"[^0-9]", "", zone)
        ahead = timedelta(hours=int(digits[:2] or 0), minutes=int(digits[2:] or 0))
        if ahead >= timedelta(days=1):
            raise NotADay(
                f"« {text.strip()} » : ce fuseau horaire n’existe pas. Indiquez par exemple 30/05/2017 9 h 30."
            )
        try:
            return when.replace(tzinfo=timezone(sign * ahead)).astimezone(UTC)
        except OverflowError:
            raise _no_day(text) from None
    moment = when.replace(tzinfo=PARIS).astimezone(UTC)
    if moment.astimezone(PARIS).hour != when.hour:
        raise NotADay(f"« {text.strip()} » : cette heure n’existe pas, on passe ce jour-là à l’heure d’été.")
    return moment


def _is_day(text: str) -> bool:
    try:
        return parse_day_fr(text) is not None
    except NotADay as wrong:
        return bool(wrong.doubt)


def _day(text: str, lower: str) -> date:
    if _SERIAL.fullmatch(lower) and not re.search("[.,]", lower):
        day = (_FIRST_SERIAL + timedelta(days=int(lower))).date()
        raise _serial(text, numeric_date(day), day)
    for order in _ORDERS:
        found = order.fullmatch(lower)
        if not found:
            continue
        parts = found.groupdict()
        month = int(parts["month"]) if "month" in parts else MONTHS.get(parts["name"])
        if month is None:
            break
        year, short = int(parts["year"]), len(parts["year"]) == 2
        try:
            day = date(2000 + year if short else year, month, int(parts["day"]))
        except ValueError:
            raise NotADay(f"« {text.strip()} » : ce jour n’existe pas. Indiquez par exemple 30/05/2017.") from None
        if short:
            raise NotADay(
                f"« {text.strip()} » : l’année n’a que deux chiffres. Indiquez {numeric_date(day)}.",
                doubt="short-year",
                reading=day,
            )
        return day
    raise _no_day(text)


def _no_day(text: str) -> NotADay:
    if _HOUR.search(_lower(text)):
        return NotADay(f"« {text.strip()} » n’est pas un jour seul. Indiquez-le sans l’heure, par exemple 30/05/2017.")
    return NotADay(f"« {text.strip()} » n’est pas une date. Indiquez par exemple 30/05/2017.")


def _serial(text: str, shown: str, reading: Any) -> NotADay:
    return NotADay(
        f"« {text.strip()} » est un nombre de tableur, pas une date. Indiquez {shown}, si c’est bien ce jour.",
        doubt="serial",
        reading=reading,
    )


def _contradicted(text: str, name: str | None, day: date | None) -> None:
    if name and day is not None and _WEEKDAYS[name] != day.weekday():
        said = weekday(day.isoweekday())
        raise NotADay(f"« {text.strip()} » : le {numeric_date(day)} est un {said}. Corrigez le jour ou la date.")


# The opening hours of a day that a person typed, back to its half-days.

_TIME: Final = re.compile(r"([0-9]{1,2})(?: ?(?:h(?:eures?)?|[:.]) ?([0-9]{2})?)?", re.IGNORECASE)
_WITHIN: Final = re.compile(r" ?(?:-|–|—|à|a|/|jusqu’à|jusqu'à) ?", re.IGNORECASE)
_HALF: Final = r"(?:(?:le )?(?:matin|après-midi|apres-midi|aprem)(?: ?:)? ?)?(?:de )?"
_BETWEEN: Final = re.compile(rf" ?(?:[,;+/|&–—-]|et|puis| )? ?{_HALF}", re.IGNORECASE)
_BEFORE_HOURS: Final = re.compile(rf"{_HALF}", re.IGNORECASE)
_SHUT: Final = frozenset({"", "fermé", "ferme", "-", "–"})
_NOON: Final = time(12)
_EARLY_AFTERNOON: Final = time(14)

Span = tuple[time, time]


class NotHours(WrongCell):
    """The text cannot be read as opening hours."""


def parse_hours_fr(text: str) -> dict[str, Span]:
    """The half-days (`am`, `pm`) of « 9 h – 12 h 30, 14 h – 18 h »; none for a blank or « fermé ».

    One span is the morning when it begins before noon. One that holds both is refused: the two half-days are counted
    apart, and where one ends is not to be guessed.
    """
    plain = re.sub(r"\s+", " ", text.strip())
    if plain.lower() in _SHUT:
        return {}
    times = list(_TIME.finditer(plain))
    spans = [_span(*pair, plain) for pair in zip(times[::2], times[1::2], strict=False)]
    # Whatever stands around the hours must be one of the ways of writing them: nothing is read over.
    around = [plain[last.end() : following.start()] for last, following in pairwise(times)]
    known = all((_BETWEEN if place % 2 else _WITHIN).fullmatch(sign) for place, sign in enumerate(around))
    if not spans or len(times) % 2 or not known or not _BEFORE_HOURS.fullmatch(plain[: times[0].start()]):
        raise _not_hours(plain)
    if times[-1].end() < len(plain):
        raise _not_hours(plain)
    if len(spans) > 2:
        raise NotHours(f"« {plain} » : indiquez au plus une matinée et un après-midi.")
    if len(spans) == 2:
        return dict(zip(("am", "pm"), spans, strict=True))
    opens, closes = spans[0]
    if opens < _NOON and closes > _EARLY_AFTERNOON:
        raise NotHours(f"« {plain} » : séparez les deux demi-journées, par exemple 9 h – 12 h, 12 h – 18 h.")
    return {"am" if opens < _NOON else "pm": spans[0]}


def _span(opens: re.Match[str], closes: re.Match[str], whole: str) -> Span:
    try:
        return time(int(opens[1]), int(opens[2] or 0)), time(int(closes[1]), int(closes[2] or 0))
    except ValueError:
        raise NotHours(f"« {whole} » : cette heure n’existe pas. Indiquez par exemple 9 h – 12 h.") from None


def _not_hours(whole: str) -> NotHours:
    return NotHours(f"« {whole} » ne dit pas des horaires. Indiquez par exemple 9 h – 12 h, 14 h – 18 h.")


_DAY: Final = (
    r"(?:lun(?:di)?|mar(?:di)?|mer(?:credi)?|jeu(?:di)?|ven(?:dredi)?|sam(?:edi)?|dim(?:anche)?)s?(?![a-zé])\.?"
)
_DAYS: Final = re.compile(
    rf"(?:(?:du|le|les) )?{_DAY}(?: ?(?:-|–|—|à|au|a|,|et|/|&) ?(?:le )?{_DAY})* ?:?", re.IGNORECASE
)
_ONE_DAY: Final = re.compile(_DAY, re.IGNORECASE)
_UP_TO: Final = re.compile(r" ?(?:-|–|—|à|au|a) ?(?:le )?", re.IGNORECASE)
_ABOUT: Final = " ,;.\n/|&"


def parse_week_fr(text: str) -> dict[int, dict[str, Span]]:
    """The half-days of the days (1 = Monday) of « lun-ven 8h30-12h30 / 13h30-17h », « lundi et jeudi 9h-12h ; mardi fermé ».

    A day that is not named is not there, for who reads to take as shut; hours without a day are those of Monday to Friday.
    """
    plain = re.sub(r"[^\S\n]+", " ", text.strip())
    named = list(_DAYS.finditer(plain))
    if not named:
        hours = parse_hours_fr(plain)
        return dict.fromkeys(range(1, 6), hours) if hours else {}
    if plain[: named[0].start()].strip(_ABOUT):
        raise _not_hours(plain)
    week: dict[int, dict[str, Span]] = {}
    for days, following in zip(named, [*named[1:], None], strict=True):
        told = plain[days.end() : following.start() if following else None].strip(_ABOUT)
        if not told:
            raise _not_hours(plain)
        hours = parse_hours_fr(told)
        for day in _days_of(days[0]):
            if day in week:
                raise NotHours(f"« {plain} » dit deux fois le {weekday(day)}. Gardez-en un.")
            week[day] = hours
    return {day: hours for day, hours in sorted(week.items()) if hours}


def _days_of(text: str) -> list[int]:
    """« lun-ven » is five days, « lundi et jeudi » two."""
    found = [(each, _WEEK.index(each[0][:3].lower()) + 1) for each in _ONE_DAY.finditer(text)]
    days = [found[0][1]]
    for (before, first), (after, last) in pairwise(found):
        spans = _UP_TO.fullmatch(text[before.end() : after.start()])
        days += range(first + 1, last + 1) if spans and last > first else [last]
    return days


_WEEK: Final = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")


# The cells of a file, each to its value: None for a blank, WrongCell for what cannot be read.

Read = Callable[[str], Any]
_ERROR: Final = re.compile(
    r"#(?:DIV/0|N/[AD]|R[EÉ]F|NAME|NOM|VALUE|VALEUR|NUM|NOMBRE|NULL?|SPILL|PROPAGATION|CALC|CALCUL|FIELD|CHAMP|#+)\s?[!?]?"
    r"|Err\s?:\s?[0-9]{3}",
    re.IGNORECASE,
)
_ANSWERS: Final = {
    **dict.fromkeys(("oui", "o", "x", "1", "vrai", "true", "yes"), True),
    **dict.fromkeys(("non", "n", "0", "faux", "false", "no"), False),
}


def said(cell: str) -> str:
    """What a cell says; an error of a spreadsheet is told, it is no blank and no word."""
    bare = cell.strip()
    if _ERROR.fullmatch(bare):
        raise WrongCell(f"« {bare} » est une erreur de calcul du tableur. Corrigez la cellule, ou videz-la.")
    return bare


def text(cell: str) -> str | None:
    """The text of a cell."""
    return said(cell) or None


def whole(cell: str) -> int | None:
    """A whole number; « 12,0 » of a spreadsheet is 12."""
    if len(cell) > 20:
        raise NotANumber("ce n’est pas un nombre entier. Indiquez par exemple 3.")
    return parse_whole_fr(said(cell))


def amount(cell: str) -> float | None:
    """A number that may have decimals, as euros, hours or degrees."""
    if len(cell) > 20:
        raise NotANumber("ce n’est pas un nombre. Indiquez par exemple 12,5.")
    number = parse_fr(said(cell))
    return None if number is None else float(number)


def day(cell: str) -> date | None:
    """A day as France writes it."""
    return parse_day_fr(said(cell))


def moment(cell: str) -> datetime | None:
    """A day and an hour, in Paris."""
    return parse_moment_fr(said(cell))


def flag(cell: str) -> bool | None:
    """« oui » or « non », a tick, or a cell that is true or false."""
    answer = said(cell)
    if not answer:
        return None
    if plain(answer) not in _ANSWERS:
        raise WrongCell(f"« {answer} » : indiquez oui ou non.")
    return _ANSWERS[plain(answer)]


def phone(cell: str) -> str | None:
    """A telephone number as it stands; nine digits have lost the zero that a spreadsheet drops from a number."""
    number = said(cell)
    digits = re.sub(r"[\s.]", "", number)
    if re.fullmatch(r"[1-9][0-9]{8}", digits):
        number = " ".join(re.findall("..", f"0{digits}"))
    return number or None


def one_of(words: Mapping[Any, Term], *, also: Mapping[str, Any] | None = None) -> Read:
    """One of the French words of a list in any of its forms, or its code; `also` are other words for a code."""
    known: dict[str, Any] = {}
    several: set[str] = set()
    forms = [(form, code) for code, word in words.items() for form in (word.label, word.brief, word.plural)]
    for form, code in (*forms, *(also or {}).items()):
        if form and known.setdefault(any_form(form), code) != code:
            several.add(any_form(form))
    exact = {plain(form): code for form, code in (*((str(code), code) for code in words), *forms) if form}

    def read(cell: str) -> Any:
        word = said(cell)
        if not word:
            return None
        if plain(word) in exact:
            return exact[plain(word)]
        if any_form(word) in known and any_form(word) not in several:
            return known[any_form(word)]
        choices = ", ".join(str(code) if isinstance(code, int) else word.label for code, word in words.items())
        raise WrongCell(f"« {word} » n’est pas reconnu. Choisissez parmi : {choices}.")

    return read
