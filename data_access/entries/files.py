"""What comes in files: the kinds of files, the fields of a line, and the record that a line is, whose words become references.

A line names what it refers to as people do: a person by their name, a session by its number, a household by its number in the
session, a course by its code. Words that fit nothing, or two things, are refused with the remedy, never guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from data_access.entries import KINDS
from data_access.entries.kind import Field, Kind
from data_access.entries.people import people_of_name, plain_phone
from data_access.records import EntryRecord, OpenHalfDay
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import all_rows
from data_access.schema import centre, commune, course, pass_membership, person, welcome_household, welcome_session
from data_access.words import same_text
from data_access.writes.entry_rules import row_of_text

FILE_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "centres": "centre",
        "capacities": "capacity",
        "hours": "opening_hours",
        "closures": "closure",
        "costs": "cost",
        "published": "published_figure",
        "members": "membership",
        "agreements": "agreement",
        "services": "service",
        "courses": "course",
        "events": "event",
        "placements": "placement",
        "meetings": "information_meeting",
        "sessions": "welcome_session",
        "households": "household",
        "supports": "support",
        "attendance": "attendance_week",
    }
)
"""The kind of record of each kind of file, in the order in which a new base is filled: what is referred to comes first."""

MOST_PRESENCES: Final = 10
"""How many days of a session a line has room for."""
WEEKDAYS: Final = ("Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche")
ERASED: Final = "Personne effacée"
"""The name that stands for somebody whose own was erased; their given name then says which one."""

_WHO: Final = (
    Field("family_name", "Nom", needed=True),
    Field("given_name", "Prénom"),
    Field("email", "Adresse électronique"),
    Field("phone", "Téléphone"),
    Field("joined_on", "Date d’adhésion"),
)
_DAYS: Final = tuple(Field(f"day_{number}", name) for number, name in enumerate(WEEKDAYS, start=1))
_SEATS: Final = {"seats_office": "office", "seats_open_space": "open_space"}
_HOUSEHOLD: Final = (Field("session_number", "Session"), Field("household_number", "Foyer"))
_IN_WORDS: Final[Mapping[tuple[str, str], tuple[Field, ...]]] = {
    ("attendance", "week_start"): (Field("day", "Date", needed=True), Field("seat_kind", "Position", needed=True)),
    ("attendance", "days"): (Field("half_days", "Demi-journées", needed=True), Field("closed", "Fermé")),
    ("households", "session_id"): tuple(Field(each.name, each.label, needed=True) for each in _HOUSEHOLD),
    ("households", "presences"): tuple(
        Field(f"presence_{number}", f"Jour {number}") for number in range(1, MOST_PRESENCES + 1)
    ),
    ("hours", "half_days"): _DAYS,
    ("services", "person_id"): _WHO,
    ("supports", "person_id"): tuple(Field(each.name, each.label) for each in _WHO),
    ("supports", "welcome_household_id"): _HOUSEHOLD,
    ("centres", "opened_on"): (
        Field("opened_on", "Ouvert le"),
        Field("seats_office", "Bureaux"),
        Field("seats_open_space", "Open space"),
        Field("week", "Horaires"),
        *_DAYS,
        Field("valid_from", "À partir du"),
    ),
    ("members", "person_id"): (),
    ("agreements", "person_id"): (_WHO[-1],),
    ("events", "course_id"): (Field("course_code", "Formation du catalogue"),),
}


def file_fields(nature: str) -> tuple[Field, ...]:
    """The fields of a line of a kind of file: those of its record, what refers to another record in words."""
    kind = KINDS[FILE_KINDS[nature]]
    return tuple(each for field in kind.fields for each in _IN_WORDS.get((nature, field.name), (field,)))


@dataclass(frozen=True)
class Line:
    """What one line of a file says, by field; None = a blank cell."""

    values: Mapping[str, Any]


def found(connection: sa.Connection, nature: str, line: Line | EntryRecord) -> tuple[EntryRecord, int | None]:
    """The record that a line is, and the row that holds it already; Refused for words that name nothing, or two things."""
    kind = KINDS[FILE_KINDS[nature]]
    if isinstance(line, EntryRecord):
        return line, kind.same(connection, line)
    values = {name: value for name, value in line.values.items() if value is not None}
    with all_rows(connection):
        row_id = None
        if nature == "households":
            row_id = _household(connection, values)
        elif nature == "supports":
            _supported(connection, values)
        elif nature in ("members", "agreements", "services"):
            _person(connection, nature, values)
        elif nature == "events" and "course_code" in values:
            values["course_id"] = _course(connection, values.pop("course_code"))
        elif nature == "hours":
            _week(connection, values)
        elif nature == "centres":
            _place(connection, values)
        record = kind.record(**values)
        return record, kind.same(connection, record) if row_id is None else row_id


def found_with(
    connection: sa.Connection, nature: str, line: Line | EntryRecord
) -> Iterator[tuple[Kind, EntryRecord, int | None]]:
    """The records that a line is beside that of `found`, each with the row that holds it, once those before are recorded:
    the seats and the hours of a place, from the day told on, else from the day the place opened."""
    if nature != "centres" or not isinstance(line, Line):
        return
    values = line.values
    code, opened = values["code"], sa.select(centre.c.opened_on).where(centre.c.code == values["code"])
    dated = {"centre_code": code, "valid_from": values.get("valid_from") or connection.scalar(opened)}
    for name, seat_kind in _SEATS.items():
        if values.get(name) is not None:
            yield _dated(connection, "capacity", **dated, seat_kind=seat_kind, seats=values[name])
    days = {each.name: values.get(each.name) for each in _DAYS}
    told = values.get("week")
    if told is None and all(spans is None for spans in days.values()):
        return
    if told is not None:
        # Who tells the week in one cell tells all of it: a day that is not named is shut.
        days = {
            name: told.get(number, {}) if spans is None else spans
            for number, (name, spans) in enumerate(days.items(), start=1)
        }
    week = dated | days
    _week(connection, week)
    yield _dated(connection, "opening_hours", **week)


def _dated(connection: sa.Connection, key: str, **values: Any) -> tuple[Kind, EntryRecord, int | None]:
    kind = KINDS[key]
    record = kind.record(**{name: value for name, value in values.items() if value is not None})
    # Without its day it is refused, and no row is looked for.
    return kind, record, None if values["valid_from"] is None else kind.same(connection, record)


# Places.


def _place(connection: sa.Connection, values: dict[str, Any]) -> None:
    """The place alone, its commune by its name too; of a new one, what a list of places does not say: it is a telecentre,
    open from its day on, and in project without one."""
    for name in (*_SEATS, "week", *(each.name for each in _DAYS), "valid_from"):
        values.pop(name, None)
    named = values.get("insee_code")
    if named is not None:
        values["insee_code"] = _commune(connection, named)
    if connection.scalar(sa.select(centre.c.id).where(centre.c.code == values.get("code"))) is None:
        values.setdefault("kind", "telecentre")
        values.setdefault("status", "open" if values.get("opened_on") else "planned")


def _commune(connection: sa.Connection, said: str) -> str:
    """The code of a commune of the county that is told by it, or by its name."""
    communes = connection.execute(sa.select(commune.c.insee_code, commune.c.name))
    same = [code for code, name in communes if same_text(said) in (same_text(code), same_text(name))]
    if len(same) != 1:
        raise Refused([Problem(Rule.NOT_IN_LIST, "insee_code", {"value": said})])
    return str(same[0])


# People.


def pseudonym(person_id: int, created_at: datetime) -> str:
    """What stands for the given name of somebody whose name was erased: the number of their sheet and when it was made."""
    return f"{person_id} du {created_at:%d/%m/%Y}"


def _person(connection: sa.Connection, nature: str, values: dict[str, Any]) -> None:
    """The person meant, as `person_id`; nobody for a member or a signatory who is new."""
    erased = _erased(connection, values)
    if erased is not None:
        for name in ("family_name", "given_name", "email", "phone", "directory"):
            values.pop(name, None)
        if nature != "members":
            values.pop("joined_on", None)
        values["person_id"] = erased
        return
    if nature == "members":
        number = values.get("member_number")
        if number is None or row_of_text(connection, pass_membership.c.member_number, number) is None:
            known = _meant(connection, values, by_name_alone=False)
            values |= {} if known is None else {"person_id": known}
        return
    known = _meant(connection, values, by_name_alone=True)
    values.pop("joined_on", None)
    if nature == "services":
        name = f"{values.pop('family_name', '')} {values.pop('given_name', '')}".strip()
        for each in ("email", "phone"):
            values.pop(each, None)
        if known is None:
            raise Refused([Problem(Rule.UNKNOWN_REFERENCE, "family_name", {"value": name, "file": "members"})])
    values |= {} if known is None else {"person_id": known}


def _erased(connection: sa.Connection, values: Mapping[str, Any]) -> int | None:
    if same_text(values.get("family_name")) != same_text(ERASED):
        return None
    number = str(values.get("given_name") or "").split(" ")[0]
    if not number.isdecimal() or len(number) > 9:
        return None
    row = connection.execute(
        sa.select(person.c.id, person.c.created_at).where(person.c.id == int(number), person.c.erased_at.is_not(None))
    ).one_or_none()
    return row.id if row is not None and pseudonym(row.id, row.created_at) == values["given_name"] else None


def _meant(connection: sa.Connection, values: Mapping[str, Any], *, by_name_alone: bool) -> int | None:
    """Who of the people of a name is meant: whose e-mail, telephone or day of membership the line gives; else the only one
    whom the line does not contradict, where a name is enough."""
    name = f"{values.get('family_name') or ''} {values.get('given_name') or ''}".strip()
    email = (values.get("email") or "").lower() or None
    phone = values.get("phone") and (plain_phone(values["phone"]) or values["phone"])
    reach = [column == told for column, told in ((person.c.email, email), (person.c.phone, phone)) if told is not None]
    if reach:
        reached = connection.execute(
            sa.select(person.c.id, person.c.email, person.c.family_name, person.c.given_name)
            .where(person.c.erased_at.is_(None))
            .where(sa.or_(*reach))
        ).all()
        theirs = [row for row in reached if same_text(f"{row.family_name} {row.given_name or ''}") == same_text(name)]
        for same in ([row.id for row in theirs if row.email == email], [row.id for row in theirs]):
            if len(same) == 1:
                return int(same[0])
    ids = people_of_name(connection, values.get("family_name"), values.get("given_name"))
    joined = _joined_on(connection, ids, values.get("joined_on"))
    if len(joined) == 1:
        return joined.pop()
    if not by_name_alone:
        return None
    possible = [
        row.id
        for row in connection.execute(
            sa.select(person.c.id, person.c.email, person.c.phone).where(person.c.id.in_(ids))
        )
        # A line that reaches somebody otherwise is about somebody else.
        if not (email is not None and row.email is not None) and not (phone is not None and row.phone is not None)
    ]
    if len(possible) > 1:
        raise Refused([Problem(Rule.SEVERAL_PEOPLE, "family_name", {"value": name, "people": len(possible)})])
    return int(possible[0]) if possible else None


def _joined_on(connection: sa.Connection, ids: list[int], day: Any) -> set[int]:
    if day is None:
        return set()
    joined = sa.select(pass_membership.c.person_id).where(
        pass_membership.c.person_id.in_(ids), pass_membership.c.joined_on == day
    )
    return set(connection.scalars(joined))


# Sessions, households, courses, weeks.


def _session(connection: sa.Connection, values: dict[str, Any]) -> int:
    number = values.pop("session_number", None)
    if number is None:
        raise Refused([Problem(Rule.MISSING_VALUE, "session_number")])
    row = connection.scalar(sa.select(welcome_session.c.id).where(welcome_session.c.number == number))
    if row is None:
        raise Refused([Problem(Rule.UNKNOWN_REFERENCE, "session_number", {"value": str(number), "file": "sessions"})])
    return int(row)


def _households(connection: sa.Connection, session_id: int) -> list[int]:
    """Those of a session, in the order in which they were recorded: the first is « Foyer 1 »."""
    theirs = sa.select(welcome_household.c.id).where(welcome_household.c.welcome_session_id == session_id)
    return list(connection.scalars(theirs.order_by(welcome_household.c.id)))


def _household(connection: sa.Connection, values: dict[str, Any]) -> int | None:
    """The stored household of the line, whose presences a blank leaves; None for the next one of the session."""
    session_id = values["session_id"] = _session(connection, values)
    number = values.pop("household_number", None)
    ids = _households(connection, session_id)
    if number is None:
        raise Refused([Problem(Rule.MISSING_VALUE, "household_number")])
    if not 1 <= number <= len(ids) + 1:
        told = {"value": number, "lowest": 1, "highest": len(ids) + 1}
        raise Refused([Problem(Rule.OUT_OF_RANGE, "household_number", told)])
    row_id = ids[number - 1] if number <= len(ids) else None
    said = {place: values.pop(f"presence_{place}", None) for place in range(1, MOST_PRESENCES + 1)}
    last = max((place for place, present in said.items() if present is not None), default=0)
    if last:
        stored = _read(connection, "households", row_id).get("presences", ()) if row_id is not None else ()
        kept = dict(enumerate(stored, start=1))
        values["presences"] = tuple(
            kept.get(place) if said.get(place) is None else said[place] for place in range(1, max(last, len(kept)) + 1)
        )
    return row_id


def _supported(connection: sa.Connection, values: dict[str, Any]) -> None:
    """The person or the household that a support is given to."""
    if "session_number" in values or "household_number" in values:
        session_id, number = _session(connection, values), values.pop("household_number", None)
        ids = _households(connection, session_id)
        if number is None or not 1 <= number <= len(ids):
            told = {"value": str(number or ""), "file": "households"}
            raise Refused([Problem(Rule.UNKNOWN_REFERENCE, "household_number", told)])
        values["welcome_household_id"] = ids[number - 1]
    if "family_name" in values:
        _person(connection, "services", values)
    for name in ("family_name", "given_name", "email", "phone", "joined_on"):
        values.pop(name, None)


def _course(connection: sa.Connection, code: str) -> int:
    found = row_of_text(connection, course.c.code, code) or row_of_text(connection, course.c.title, code)
    if found is None:
        raise Refused([Problem(Rule.UNKNOWN_REFERENCE, "course_code", {"value": code, "file": "courses"})])
    return found


def _week(connection: sa.Connection, values: dict[str, Any]) -> None:
    """The half-days of a week from its seven cells; one left blank is as it was stored, shut where nothing was."""
    said: dict[int, Mapping[str, tuple[time, time]] | None] = {
        day: values.pop(f"day_{day}", None) for day in range(1, 8)
    }
    kind = KINDS["opening_hours"]
    row_id = kind.same(connection, kind.record(**values))
    stored = _read(connection, "hours", row_id).get("half_days", ()) if row_id is not None else ()
    kept = [each for each in stored if said[each.weekday] is None]
    new = [
        OpenHalfDay(weekday=day, half_day=half_day, opens_at=opens, closes_at=closes)
        for day, halves in said.items()
        for half_day, (opens, closes) in (halves or {}).items()
    ]
    values["half_days"] = tuple(sorted((*kept, *new), key=lambda each: (each.weekday, each.half_day)))


def _read(connection: sa.Connection, nature: str, row_id: int) -> Mapping[str, Any]:
    """What a stored record says beside its columns."""
    kind: Kind = KINDS[FILE_KINDS[nature]]
    if kind.listed is not None:
        row = next(row for row in kind.listed(connection) if row["id"] == row_id)
    else:
        row = dict(connection.execute(sa.select(kind.table).where(kind.table.c.id == row_id)).mappings().one())
    return kind.reads(connection, row)
