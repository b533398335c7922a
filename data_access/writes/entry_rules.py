"""The rules that entries share: what is missing, too long, unreadable, out of order or out of range."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from data_access.openings import Opening, first_opened_on, why_not_open
from data_access.records import LOST_SIGN, EntryRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor, Right, allows
from data_access.schema import centre, metadata
from data_access.schema.columns import EARLIEST, LATEST, plausible_range
from data_access.words import folded, same_text
from data_access.writes.rows import lock_subject

_TURNING_MARKS: Final = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LINE_BREAKS: Final = "\t\n\r"
_SEVERAL_LINES: Final = ("note", "comment")
# Thirteen or fifteen digits as a social security number has them, and a bank account of France: no field asks for one.
_SOCIAL_SECURITY: Final = re.compile(r"(?<!\d)[12]\s?\d{2}\s?[01]\d\s?\d[\dAB]\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)")
_BANK_ACCOUNT: Final = re.compile(r"\bFR\d{2}(?:\s?[0-9A-Z]{4}){5}\s?[0-9A-Z]{3}\b", re.IGNORECASE)
_LAST_DIGITS: Final = re.compile(r"\d{1,9}(?=\D*$)")
_LETTER_OR_DIGIT: Final = re.compile(r"\w")

Place = sa.Row[*tuple[Any, ...]]
"""The row of a centre, locked: its id, code, status, and the day it opened last."""


def validate(record: EntryRecord, impossible: Iterable[Problem], unusual: Iterable[Problem] = ()) -> None:
    """Raises Refused for every impossible thing at once, else Unconfirmed for what its author has not confirmed."""
    problems = list(impossible)
    if problems:
        raise Refused(problems)
    doubts = [problem for problem in unusual if problem.rule not in record.confirmed]
    if doubts:
        raise Unconfirmed(doubts)


def missing(record: EntryRecord, *fields: str) -> Iterator[Problem]:
    """The fields that must say something."""
    for field in fields:
        if getattr(record, field) is None:
            yield Problem(Rule.MISSING_VALUE, field)


def unreadable(record: EntryRecord, table: str) -> Iterator[Problem]:
    """The texts no column can hold: too long for it, with signs nobody sees, of nothing but punctuation, or too personal."""
    limits = longest_texts(table)
    for field in type(record).model_fields:
        text = getattr(record, field)
        maximum = limits.get(field)
        if isinstance(text, str) and maximum is not None and field != "request_key":
            yield from text_problems(field, text, maximum)


@cache
def longest_texts(table: str) -> Mapping[str, int]:
    """The longest text of each column that has a limit, as the table itself declares it."""
    limits = {}
    for constraint in metadata.tables[table].constraints:
        found = isinstance(constraint, sa.CheckConstraint) and re.fullmatch(
            r"length\((\w+)\) (?:BETWEEN 1 AND|=) (\d+)", str(constraint.sqltext)
        )
        if found:
            limits[found[1]] = int(found[2])
    return limits


def text_problems(field: str, text: str, maximum: int) -> Iterator[Problem]:
    """What keeps a text from being stored: the one rule of every text that people write."""
    if len(text) > maximum:
        # Nothing else is asked of it: a text without end would take as long to look at.
        yield Problem(Rule.TOO_LONG, field, {"length": len(text), "maximum": maximum})
    elif has_hidden_signs(text, several_lines=field in _SEVERAL_LINES):
        yield Problem(Rule.UNREADABLE_TEXT, field)
    elif not says_something(text):
        yield Problem(Rule.MISSING_VALUE, field)
    elif _SOCIAL_SECURITY.search(text) or _BANK_ACCOUNT.search(text):
        yield Problem(Rule.TOO_PERSONAL, field)


def has_hidden_signs(text: str, *, several_lines: bool) -> bool:
    """Whether a text has control characters, which PostgreSQL partly refuses, the mark of a lost sign, or marks that turn
    the reading order of a line around."""
    allowed = _LINE_BREAKS if several_lines else ""
    return any(_is_hidden(sign) and sign not in allowed for sign in text)


def says_something(text: str) -> bool:
    """Whether there is a letter or a digit in a text."""
    return _LETTER_OR_DIGIT.search(text) is not None


def _is_hidden(sign: str) -> bool:
    return sign == LOST_SIGN or sign in _TURNING_MARKS or unicodedata.category(sign) in ("Cc", "Cs")


def implausible(
    record: EntryRecord, columns: Mapping[str, sa.Column[Any]], *, apart: Iterable[str] = ()
) -> Iterator[Problem]:
    """The days and numbers that the database would refuse (`schema.columns`); `columns` are those the fields go to. Fields
    set `apart` have a narrower rule of their own."""
    for field in type(record).model_fields:
        value, column = getattr(record, field), columns.get(field)
        limits = (EARLIEST, LATEST) if column is None else plausible_range(column)
        if limits is None or field in apart or not isinstance(value, date | int | float):
            continue
        if not isinstance(value, date):
            yield from out_of_range(record, *limits, field) if column is not None else ()
        elif _day(value) < _day(limits[0]):
            yield Problem(Rule.DAY_TOO_EARLY, field, {"day": _day(value), "earliest": _day(limits[0])})
        elif value.year > LATEST.year:
            yield Problem(Rule.DAY_TOO_LATE, field, {"day": _day(value), "latest": LATEST})


def out_of_order(record: EntryRecord, first: str, then: str) -> Iterator[Problem]:
    """A day that comes before the one it follows."""
    begun, ended = getattr(record, first), getattr(record, then)
    if begun is not None and ended is not None and ended < begun:
        same_day = _day(ended) == _day(begun)
        values = {"day": ended, "earliest": begun} if same_day else {"day": _day(ended), "earliest": _day(begun)}
        yield Problem(Rule.DAY_TOO_EARLY, then, values)


def in_future(record: EntryRecord, today: date, *fields: str) -> Iterator[Problem]:
    """Days that cannot be known yet."""
    for field in fields:
        day = getattr(record, field)
        if day is not None and _day(day) > today:
            yield Problem(Rule.DAY_TOO_LATE, field, {"day": _day(day), "latest": today})


def before_opening(connection: sa.Connection, code: str | None, day: date, *, field: str) -> Iterator[Problem]:
    """A day before a place opened: to be asked about."""
    opened = connection.execute(sa.select(first_opened_on()).where(centre.c.code == code)).scalar_one_or_none()
    if opened is not None and day < opened:
        yield Problem(Rule.BEFORE_OPENING, field, {"opened_on": opened})


def out_of_range(record: EntryRecord, lowest: float, highest: float, *fields: str) -> Iterator[Problem]:
    """Numbers nothing of the kind can have."""
    for field in fields:
        value = getattr(record, field)
        if value is not None and not lowest <= value <= highest:
            values = {"value": value, "lowest": lowest, "highest": highest, "year": field.startswith("year")}
            yield Problem(Rule.OUT_OF_RANGE, field, values)


def centre_id_of(connection: sa.Connection, code: str | None, *, field: str = "centre_code") -> int | None:
    """The id of a centre by its code, None for no code; Refused for one that does not exist."""
    if code is None:
        return None
    found = connection.execute(sa.select(centre.c.id).where(centre.c.code == code)).scalar_one_or_none()
    if found is None:
        raise Refused([Problem(Rule.NOT_IN_LIST, field)])
    return int(found)


def locked_centre(
    connection: sa.Connection, actor: Actor, code: str, *, allowed: bool | None = None, field: str = "centre"
) -> Place:
    """The centre an actor writes about; Refused for who may not enter its figures (or is not `allowed`), and for a code
    no centre has, told of the `field`."""
    if not (actor.may_enter(code) if allowed is None else allowed):
        raise Refused([Problem(Rule.NOT_ALLOWED, "centre", {"centre_code": code})])
    place = connection.execute(
        sa.select(centre.c.id, centre.c.code, centre.c.status, centre.c.opened_on)
        .where(centre.c.code == code)
        # Two who enter the same new week, or take the last seat, wait for each other. The key of the row stays free, which
        # the summaries refer to: a stronger lock would wait for a refresh that waits for this writer.
        .with_for_update(key_share=True)
    ).one_or_none()
    if place is None:
        raise Refused([Problem(Rule.UNKNOWN_CENTRE, field, {"centre_code": code})])
    return place


def not_open(
    place: Place, openings: Iterable[Opening], first: date, last: date | None = None
) -> Mapping[str, date | None] | None:
    """None where a place was open on one of these days; else since when it was closed, or when it opens."""
    if place.status == "planned":
        return {"opened_on": place.opened_on}
    return why_not_open(openings, first, last)


def require_right(actor: Actor, right: Right) -> None:
    """Refused for who may not do what a right is for."""
    if not allows(actor, right):
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])


def _day(moment: date) -> date:
    return moment.date() if hasattr(moment, "date") else moment


def row_of_text(
    connection: sa.Connection, column: sa.Column[Any], text: str | None, *conditions: sa.ColumnElement[bool]
) -> int | None:
    """The id of the row whose text is that one, however it is written (`same_text`); None without any."""
    if not text:
        return None
    exact, number = column == text, column.table.c.id
    same = sa.or_(exact, folded(column) == same_text(text)) if same_text(text) else exact
    question = sa.select(number).where(same, *conditions).order_by(sa.case((exact, 0), else_=1), number).limit(1)
    found: int | None = connection.execute(question).scalar_one_or_none()
    return found


def like_another_number(
    connection: sa.Connection, column: sa.Column[Any], text: str | None, *, field: str
) -> Iterator[Problem]:
    """A number that differs from one given by its dress alone, « 788 » beside « PAM-0788 »: to be asked about."""
    wanted = _digits(text or "")
    given = connection.execute(sa.select(column)).scalars().all() if wanted else []
    others = [number for number in given if number != text and _digits(number) == wanted]
    if others and text not in given:
        yield Problem(Rule.LIKE_ANOTHER_NUMBER, field, {"value": text, "other": others[0]})


def _digits(number: str) -> int | None:
    found = _LAST_DIGITS.search(number)
    return int(found[0]) if found else None


def next_in_series(connection: sa.Connection, column: sa.Column[Any], *, first: str) -> str:
    """The number after the last one given: PAM-0789 after PAM-0788; nobody else is given one until the transaction ends.

    The series is that of the record entered last; of numbers without digits at their end, none follows.
    """
    lock_subject(connection, f"{column.table.name}.{column.name}")
    given = connection.execute(sa.select(column).order_by(column.table.c.id.desc())).scalars().all()
    found = [match for number in given if (match := re.fullmatch(r"(.*?)(\d{1,9})", number))]
    if not found:
        return first
    series = found[0][1]
    last = max((match for match in found if match[1] == series), key=lambda match: int(match[2]))
    return f"{series}{int(last[2]) + 1:0{len(last[2])}d}"
