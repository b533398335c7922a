"""The sheets that centres keep: a line a week with a column a day and position, or a line a day with a column a position.

Only what can be read without a guess is: a heading says its day or its position in whole, and each line names its week.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from babel.dates import get_month_names

from dashboard.imports.reading import Fault, Rows, Unreadable
from dashboard.wording import dates
from dashboard.wording.numbers import LOCALE
from dashboard.wording.parsing import MONTHS, NotADay, WrongCell, one_of, parse_day_fr, plain, said, whole
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import count, enumeration, typeset
from data_access.records import AttendanceDayRecord, AttendanceWeekRecord

KIND_LETTERS: Final[Mapping[str, str]] = {"office": "B", "open_space": "O"}
"""What stands for a position in the short titles of the network's sheet."""
NOT_ASKED: Final = "—"
CLOSED_WORDS: Final = frozenset({"ferme", "fermee", "f"})
WEEK_HEADINGS: Final = frozenset({"semaine", "semaine du", "n semaine", "numero de semaine", "n de semaine", "periode"})
YEAR_HEADINGS: Final = frozenset({"annee", "an"})
_WEEKDAYS: Final[Mapping[str, int]] = {
    form: number
    for number in range(7)
    for name in (plain(dates.weekday(number + 1)),)
    for form in (name, name[:3], name[:2])
}
_MONTH_NAMES: Final = get_month_names("wide", locale=LOCALE)
_HALVES: Final[Mapping[str, str]] = {"matin": "am", "matinee": "am", "apres midi": "pm", "aprem": "pm"}
_KIND: Final = one_of(SEAT_KINDS, also={letter: kind for kind, letter in KIND_LETTERS.items()})
_SAYS_NOTHING: Final = re.compile(r"\b(?:demi journees?|occupee?s?|le|du)\b")


@dataclass(frozen=True)
class Heading:
    """What a heading of such a sheet says: a weekday (0 = Monday), the day it bears, a position, a half of the day."""

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    seat_kind: str | None = None
    half: str | None = None

    @property
    def is_a_day(self) -> bool:
        """Whether it names a day, and not only a position."""
        return self.weekday is not None or self.day is not None

    @property
    def whole_date(self) -> date | None:
        """Its date, where it has one."""
        if self.year is None or self.month is None or self.day is None:
            return None
        try:
            return date(self.year, self.month, self.day)
        except ValueError:
            return None

    def day_in(self, monday: date) -> date | None:
        """The day of a week that it names; None when that week has no such day."""
        offset = self.weekday
        for number in range(7) if offset is None else (offset,):
            found = monday + timedelta(days=number)
            same = (self.day in (None, found.day), self.month in (None, found.month), self.year in (None, found.year))
            if all(same):
                return found
        return None


@dataclass(frozen=True)
class Wide:
    """The layout of such a sheet: the columns that hold numbers, and those that name the week and its year."""

    days: Mapping[int, Heading]
    kinds: Mapping[int, Heading]
    week: int | None
    year: int | None
    note: str

    @property
    def places(self) -> frozenset[int]:
        """The columns that are read here."""
        named = {place for place in (self.week, self.year) if place is not None}
        return frozenset({*self.days, *self.kinds, *named})


@dataclass(frozen=True)
class DayCell:
    """A cell that says something of one day and position: where it stands, and its value; what it says of the week stands
    with it."""

    line: int
    place: int
    heading: str
    values: Mapping[str, Any]


def heading_of(text: str) -> Heading | None:
    """What a heading says of a day or a position; None when it says something else, or more than that."""
    words = _SAYS_NOTHING.sub(" ", plain(text)).split()
    found: dict[str, Any] = {}
    numbers: list[int] = []
    while words:
        for length in (4, 3, 2, 1):
            part = " ".join(words[:length])
            if len(words) >= length and _say(part, found, numbers):
                del words[:length]
                break
        else:
            return None
    if len(numbers) > (2 if "month" in found else 3) or not _dated(found, numbers):
        return None
    heading = Heading(**found)
    return heading if heading.is_a_day or (heading.seat_kind and heading.half is None) else None


def _say(part: str, found: dict[str, Any], numbers: list[int]) -> bool:
    named = {"weekday": _WEEKDAYS.get(part), "month": MONTHS.get(part), "half": _HALVES.get(part)}
    for name, value in named.items():
        if value is not None and name not in found:
            found[name] = value
            return True
    if part.removesuffix("er").isdecimal() and len(part) <= 4:
        numbers.append(int(part.removesuffix("er")))
        return True
    try:
        kind = None if part.isdecimal() else _KIND(part)
    except WrongCell:
        return False
    if kind is None or "seat_kind" in found:
        return False
    found["seat_kind"] = kind
    return True


def _dated(found: dict[str, Any], numbers: list[int]) -> bool:
    """Gives its numbers to the day, the month and the year, in the order of France."""
    names = ("day", "year") if "month" in found else ("day", "month", "year")
    for name, number in zip(names, numbers, strict=False):
        highest = {"day": 31, "month": 12, "year": 2100}[name]
        if not (1998 if name == "year" else 1) <= number <= highest:
            return False
        found[name] = number
    return "month" not in found or "day" in found


HEADINGS: Final = frozenset(
    plain(f"{day} {kind}")
    for day in ("", *_WEEKDAYS)
    for kind in ("", *KIND_LETTERS.values(), *(form for term in SEAT_KINDS.values() for form in (term.label, term.brief)))
) - {""} | WEEK_HEADINGS | YEAR_HEADINGS  # fmt: skip
"""The headings of such sheets that bear no date, as `plain` writes them: the line of headings is known by them."""


def wide_layout(headings: Sequence[str], fields: Sequence[str | None]) -> Wide | None:
    """The layout of a sheet by its headings, `fields` being the columns of the long form; None for a long file.

    Raises Unreadable for a wide sheet that does not say which positions, or which weeks, its numbers are of.
    """
    read = {place: heading_of(text) for place, text in enumerate(headings) if fields[place] is None and text.strip()}
    days = {place: heading for place, heading in read.items() if heading is not None and heading.is_a_day}
    kinds = {place: heading for place, heading in read.items() if heading is not None and not heading.is_a_day}
    if "half_days" in fields or not (days or kinds):
        return None
    if days and kinds:
        named = enumeration([f"« {headings[place]} »" for place in kinds])
        raise Unreadable(
            f"Cette feuille a des colonnes par jour, et {named} sans jour. Indiquez le jour dans leur titre."
        )
    week, year = named_weeks(headings, fields)
    if kinds:
        if "day" not in fields:
            return None
        if "seat_kind" in fields:
            raise Unreadable(
                "Cette feuille dit deux fois les positions. Gardez « Position », ou une colonne par position."
            )
        return Wide({}, kinds, week, year, _note("une ligne par jour", kinds, headings))
    if "seat_kind" not in fields and any(heading.seat_kind is None for heading in days.values()):
        raise Unreadable(
            "Les colonnes des jours ne disent pas quelles positions elles comptent. Ajoutez une colonne « Position », ou "
            "écrivez-la dans les titres, par exemple « Lundi bureaux »."
        )
    if "seat_kind" in fields and any(heading.seat_kind is not None for heading in days.values()):
        raise Unreadable("Cette feuille dit deux fois les positions. Retirez la colonne « Position ».")
    says_week = week is not None or "day" in fields or all(heading.whole_date for heading in days.values())
    if not says_week:
        raise Unreadable(
            "Rien ne dit de quelle semaine sont ces chiffres. Ajoutez une colonne « Semaine », par exemple « S47 2026 »."
        )
    twice = [place for place, heading in days.items() if heading in [days[other] for other in days if other < place]]
    if twice:
        raise Unreadable(f"La colonne « {headings[twice[0]]} » est là deux fois. Gardez-en une.")
    return Wide(days, {}, week, year, _note("une ligne par semaine", days, headings))


def _note(shape: str, columns: Mapping[int, Heading], headings: Sequence[str]) -> str:
    names = [f"« {headings[place]} »" for place in columns]
    shown = enumeration(names) if len(names) <= 4 else f"de {names[0]} à {names[-1]}"
    return typeset(f"Feuille reconnue : {shape}, {len(names)} colonnes de nombres, {shown}.")


def with_its_day(
    rows: Rows, fields: Sequence[str | None], line: int, cells: Sequence[str]
) -> tuple[Sequence[str], list[Fault]]:
    """The cells of a line that names its week, and its day by a weekday alone, with the date of that day; and the fault of a
    week that cannot be read."""
    place = fields.index("day") if "day" in fields else None
    week, year = named_weeks(rows.headings, fields)
    if place is None or week is None or _WEEKDAYS.get(plain(cells[place])) is None:
        return cells, []
    try:
        monday = week_of(said(cells[week]), whole(cells[year]) if year is not None else None)
    except WrongCell as wrong:
        fault = rows.fault(line, week, rows.headings[week], str(wrong), value=cells[week].strip())
        return cells, [fault]
    day = monday + timedelta(days=_WEEKDAYS[plain(cells[place])])
    return [*cells[:place], dates.numeric_date(day), *cells[place + 1 :]], []


def named_weeks(headings: Sequence[str], fields: Sequence[str | None]) -> tuple[int | None, int | None]:
    """The columns of the week and of its year."""
    plains = [plain(text) for text in headings]
    week, year = (
        next((place for place, text in enumerate(plains) if text in wanted and fields[place] is None), None)
        for wanted in (WEEK_HEADINGS, YEAR_HEADINGS)
    )
    return week, year


def cells_of(
    wide: Wide, rows: Rows, line: int, cells: Sequence[str], values: Mapping[str, Any]
) -> tuple[list[DayCell], list[Fault]]:
    """What a line of such a sheet says of each day and position, and its faults; `values` are those of its other columns."""
    about = {name: value for name, value in values.items() if name not in ("day", "seat_kind")}
    found: dict[tuple[date, str], list[tuple[int, int | None, bool]]] = {}
    faults: list[Fault] = []
    monday = None
    if wide.days:
        try:
            monday = _monday(wide, cells, values)
        except WrongCell as wrong:
            at = wide.week if wide.week is not None else next(iter(wide.days))
            return [], [rows.fault(line, at, rows.headings[at], str(wrong), value=cells[at].strip())]
    for place, heading in (*wide.days.items(), *wide.kinds.items()):
        day = values.get("day") if monday is None else heading.day_in(monday)
        kind = heading.seat_kind or values.get("seat_kind")
        if kind is None or (day is None and monday is None):
            continue
        try:
            if day is None:
                assert monday is not None
                raise WrongCell(
                    f"ce jour n’est pas dans la semaine du {dates.long_date(monday)}. Corrigez l’un ou l’autre."
                )
            number, closed = _number(cells[place])
        except WrongCell as wrong:
            faults.append(rows.fault(line, place, rows.headings[place], str(wrong), value=cells[place].strip()))
            continue
        found.setdefault((day, kind), []).append((place, number, closed))
    told = []
    for (day, kind), parts in found.items():
        numbers = [number for _place, number, _closed in parts if number is not None]
        closed = all(shut for _place, _number, shut in parts)
        if not closed and 0 < len(numbers) < len([part for part in parts if not part[2]]):
            blank = next(place for place, number, shut in parts if number is None and not shut)
            faults.append(rows.fault(line, blank, rows.headings[blank], typeset("indiquez un nombre, 0 si personne.")))
        half_days = sum(numbers) if numbers else None
        said_closed = closed or bool(values.get("closed"))
        about_day = {**about, "day": day, "seat_kind": kind, "half_days": half_days, "closed": said_closed}
        told.append(DayCell(line, parts[0][0], rows.headings[parts[0][0]], about_day))
    return told, faults


def _number(cell: str) -> tuple[int | None, bool]:
    word = said(cell)
    if plain(word) in CLOSED_WORDS:
        return None, True
    return (None if word in (NOT_ASKED, "–", "-") else whole(word)), False


def _monday(wide: Wide, cells: Sequence[str], values: Mapping[str, Any]) -> date:
    if wide.week is not None:
        year = whole(cells[wide.year]) if wide.year is not None else None
        return week_of(said(cells[wide.week]), year)
    day = values.get("day") or next(heading.whole_date for heading in wide.days.values())
    if day is None:
        raise WrongCell("indiquez la semaine, par exemple « S47 2026 ».")
    return day - timedelta(days=day.weekday())


_NUMBERED: Final = re.compile(r"(?:s|sem|semaine)? ?0?([1-9][0-9]?)(?: (?:de )?([0-9]{4}))?")
_ISO: Final = re.compile(r"([0-9]{4}) ?(?:s|w|sem|semaine)? ?0?([1-9][0-9]?)")
_SPAN: Final = re.compile(r"(?:semaine )?(?:du |de )?(.+?)\s+(?:au|-|–|à)\s+(.+)", re.IGNORECASE)
_NUMBER_AND_DAYS: Final = re.compile(
    r"(?:s|sem\.?|semaine)\s*([0-9]{1,2})\s*[:,(–-]?\s*((?:du\s)?\s*[0-9].*?)\)?", re.IGNORECASE
)
"""« Semaine 47 (16/11/2026 au 22/11/2026) »."""


def week_of(text: str, year: int | None = None) -> date:
    """The Monday of « S47 2026 », « 2026-S47 », « semaine 47 » with its year beside, « du 16 au 22 novembre 2026 », or of a day.

    Raises WrongCell for what names no week.
    """
    if not text.strip():
        raise WrongCell("indiquez la semaine, par exemple « S47 2026 ».")
    numbered, iso = _NUMBERED.fullmatch(plain(text)), _ISO.fullmatch(plain(text))
    if numbered or iso:
        number = int(numbered[1] if numbered else iso[2])  # type: ignore[index]
        of_year = (numbered[2] and int(numbered[2])) if numbered else int(iso[1])  # type: ignore[index]
        if of_year and year and of_year != year:
            raise WrongCell(f"« {text.strip()} » n’est pas de {year}, l’année à côté. Corrigez l’une ou l’autre.")
        if not (of_year or year):
            raise WrongCell(f"« {text.strip()} » : de quelle année ? Indiquez par exemple S{number} 2026.")
        try:
            return date.fromisocalendar(int(of_year or year or 0), number, 1)
        except ValueError:
            raise WrongCell(f"« {text.strip()} » : l’année {of_year or year} n’a pas de semaine {number}.") from None
    both = _NUMBER_AND_DAYS.fullmatch(text.strip())
    if both:
        monday = week_of(both[2], year)
        if monday.isocalendar().week != int(both[1]):
            raise WrongCell(f"« {text.strip()} » : ces jours sont de la semaine {monday.isocalendar().week}. Corrigez.")
        return monday
    span = _SPAN.fullmatch(text.strip())
    if span:
        return _monday_of_span(text, span[1], span[2])
    bare = re.sub(r"^\s*semaine\s+(?:du\s+)?", "", text, flags=re.IGNORECASE)
    day = parse_day_fr(bare) if bare.strip() else None
    if day is None:
        raise WrongCell(f"« {text.strip()} » ne dit pas de quelle semaine. Indiquez par exemple S47 2026.")
    return day - timedelta(days=day.weekday())


def _monday_of_span(text: str, first: str, last: str) -> date:
    ends = parse_day_fr(last)
    assert ends is not None
    begins: date | None = None
    for form in (
        first,
        f"{first} {_MONTH_NAMES[ends.month]} {ends.year}",
        f"{first} {ends.year}",
        f"{first}/{ends.year}",
    ):
        try:
            begins = parse_day_fr(form)
        except NotADay:
            continue
        break
    monday = ends - timedelta(days=ends.weekday())
    if begins is not None and begins > ends:
        # « du 30 au 6 décembre », « du 28 décembre au 3 janvier 2027 »: the Monday before tells the month and year.
        begins = monday if (begins.day == monday.day) else begins
    if begins != monday:
        raise WrongCell(
            f"« {text.strip()} » ne va pas d’un lundi à la fin de sa semaine. Indiquez par exemple S47 2026."
        )
    return monday


# The lines of an attendance file, gathered into the weekly sheet of each centre.


@dataclass(frozen=True)
class Weeks:
    """The sheets that lines make, each with its first line; `cells` is where their fields stand, as a fault of each would
    say it: by that line, then by the field as a refusal names it, "" for the sheet as a whole."""

    records: tuple[tuple[int, AttendanceWeekRecord], ...]
    faults: tuple[Fault, ...]
    cells: Mapping[int, Mapping[str, Fault]]
    notes: tuple[str, ...]


def weeks(
    told: Iterable[DayCell],
    rows: Rows,
    places: Mapping[str, int],
    headings: Mapping[str, str],
    *,
    faulty: Collection[int],
) -> Weeks:
    """One sheet per centre and week. One of whose lines is `faulty` is left out: it is refused for that already.

    A blank number says nothing, beside a closed day too. The state is said by who wrote it, else it follows from the days
    (`status_said`).
    """
    found: dict[tuple[str, date], list[DayCell]] = {}
    seen: dict[tuple[str, date, str], DayCell] = {}
    faults: list[Fault] = []
    spoilt: set[tuple[str, date]] = set()
    for cell in told:
        code, day, kind = (cell.values.get(name) for name in ("centre_code", "day", "seat_kind"))
        if code is None or day is None:
            continue
        week = (code, day - timedelta(days=day.weekday()))
        if cell.line in faulty or kind is None:
            spoilt.add(week)
            continue
        first = seen.setdefault((code, day, kind), cell)
        if first is not cell:
            at = places.get("day", cell.place)
            reason = (
                f"ce jour et cette position sont déjà à la ligne {first.line}. "
                f"Gardez l’une des lignes {first.line} et {cell.line}."
            )
            faults.append(
                rows.fault(cell.line, at, headings.get("day", cell.heading), typeset(reason), value=f"{day:%d/%m/%Y}")
            )
            spoilt.add(week)
            continue
        found.setdefault(week, []).append(cell)
    silent = {week for week, theirs in found.items() if not any(map(_says_something, theirs))}
    records: list[tuple[int, AttendanceWeekRecord]] = []
    cells: dict[int, Mapping[str, Fault]] = {}
    for week, theirs in found.items():
        if week in spoilt or week in silent:
            continue
        several = _several(theirs, rows, places, headings)
        faults += several
        if not several:
            line = theirs[0].line
            records.append((line, _record(*week, theirs)))
            cells[line] = _cells(theirs, rows, places, headings)
    told_aside = f"Sans aucun chiffre, laissées de côté : {count(len(silent), 'semaine')}."
    return Weeks(tuple(records), tuple(faults), cells, (typeset(told_aside),) if silent else ())


def _says_something(cell: DayCell) -> bool:
    """Whether a line is more than a row of a model that nobody filled."""
    named = ("half_days", "distinct_people", "comment", "status")
    return bool(cell.values.get("closed")) or any(cell.values.get(name) is not None for name in named)


def _several(theirs: list[DayCell], rows: Rows, places: Mapping[str, int], headings: Mapping[str, str]) -> list[Fault]:
    """The week is said in one way by all of its lines."""
    faults = []
    for name, what in (("distinct_people", "plusieurs nombres"), ("status", "plusieurs états")):
        said = {cell.values[name]: cell for cell in theirs if cell.values.get(name) is not None}
        if len(said) > 1:
            other = list(said.values())[1]
            reason = typeset(f"{what} pour la même semaine (ligne {theirs[0].line}). Gardez-en un.")
            value = str(other.values[name])
            faults.append(rows.fault(other.line, places.get(name, 0), headings.get(name, ""), reason, value=value))
    return faults


def _record(code: str, monday: date, theirs: list[DayCell]) -> AttendanceWeekRecord:
    people = next(
        (cell.values["distinct_people"] for cell in theirs if cell.values.get("distinct_people") is not None), None
    )
    status = next((cell.values["status"] for cell in theirs if cell.values.get("status")), None)
    comments = dict.fromkeys(cell.values["comment"] for cell in theirs if cell.values.get("comment"))
    days = tuple(
        AttendanceDayRecord(
            day=cell.values["day"],
            seat_kind=cell.values["seat_kind"],
            half_days=cell.values.get("half_days"),
            closed=bool(cell.values.get("closed")),
        )
        for cell in theirs
    )
    return AttendanceWeekRecord(
        centre_code=code,
        week_start=monday,
        status=status or "complete",
        status_said=status is not None,
        days=days,
        distinct_people=people,
        comment=" ; ".join(comments) or None,
    )


def _cells(
    theirs: list[DayCell], rows: Rows, places: Mapping[str, int], headings: Mapping[str, str]
) -> dict[str, Fault]:
    line = theirs[0].line
    found = {"": rows.fault(line, places["centre_code"], headings["centre_code"], "")}
    for cell in theirs:
        values = cell.values
        field = f"{values['day']} {values['seat_kind']}"
        found[field] = rows.fault(cell.line, cell.place, cell.heading, "", value=_text(values.get("half_days")))
        for name in ("distinct_people", "comment", "status"):
            if name in places and (name not in found or not found[name].value):
                said = _text(values.get(name))
                if said or name not in found:
                    found[name] = rows.fault(cell.line, places[name], headings[name], "", value=said)
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)
