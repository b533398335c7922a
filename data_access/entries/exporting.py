"""What is stored, as lines of the files that it can be imported from."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data_access.entries import KINDS
from data_access.entries.files import ERASED, FILE_KINDS, MOST_PRESENCES, file_fields, pseudonym
from data_access.entries.kind import Kind
from data_access.openings import former_openings
from data_access.rights import Right, requires
from data_access.schema import (
    attendance_day,
    attendance_week,
    centre,
    centre_capacity,
    course,
    pass_membership,
    person,
    welcome_attendance,
    welcome_household,
    welcome_session,
)
from data_access.schema.columns import Instant

_ALWAYS_WHOLE: Final = ("centres", "capacities", "hours")
"""What holds until it changes: the last change may be of long ago."""
_ONE_DAY: Final = timedelta(days=1)


@requires(Right.COORDINATE)
def file_rows(connection: sa.Connection, *, kind: str, first: date) -> pl.DataFrame:
    """One row per line a file of that kind would have, for what happened from a day on or on no known day, in an order that
    does not depend on ids. Columns are the fields of `file_fields`.

    Somebody whose name was erased goes by a pseudonym, so that what they signed stays theirs and counts.
    """
    names = [field.name for field in file_fields(kind)]
    ask = _SPECIAL.get(kind)
    rows = _rows(connection, kind, first) if ask is None else ask(connection, first)
    return pl.DataFrame(
        [[row.get(name) for name in names] for row in rows], schema=names, orient="row", infer_schema_length=None
    )


@requires(Right.COORDINATE)
def file_lines(connection: sa.Connection, *, kind: str, first: date) -> int:
    """How many lines `file_rows` has, told without reading them."""
    if kind == "attendance":
        return _attendance_lines(connection, first)
    if kind in _SPECIAL:
        return len(_SPECIAL[kind](connection, first))
    lines = sa.select(sa.func.count()).select_from(_question(kind, first).order_by(None).subquery())
    return int(connection.execute(lines).scalar_one())


def _rows(connection: sa.Connection, nature: str, since: date) -> list[dict[str, Any]]:
    return [_pseudonymous(dict(row)) for row in connection.execute(_question(nature, since)).mappings()]


def _question(nature: str, since: date) -> sa.Select[Any]:
    """The rows of a kind, its centres by their codes and what it refers to in words."""
    kind = KINDS[FILE_KINDS[nature]]
    table = kind.table
    columns: list[Any] = []
    source: Any = table
    for name, column in kind.columns.items():
        if name.endswith("centre_code"):
            place = centre.alias(name)
            source = source.outerjoin(place, place.c.id == column)
            columns.append(place.c.code.label(name))
        elif not column.foreign_keys:
            columns.append(column.label(name))
    if "person_id" in table.c:
        source = source.outerjoin(person, person.c.id == table.c.person_id)
        columns += _of_person(kind, {column.name for column in columns})
    if "welcome_household_id" in table.c:
        numbered = _numbered_households()
        source = source.outerjoin(numbered, numbered.c.id == table.c.welcome_household_id)
        columns += [numbered.c.session_number, numbered.c.household_number]
    if "course_id" in table.c:
        source = source.outerjoin(course, course.c.id == table.c.course_id)
        columns.append(course.c.code.label("course_code"))
    question = sa.select(*columns).select_from(source).order_by(table.c.id)
    if kind.day is not None and nature not in _ALWAYS_WHOLE:
        day = table.c[kind.day]
        begins: Any = datetime.combine(since, time(0), UTC) if isinstance(day.type, Instant) else since
        begins = since.year if isinstance(day.type, sa.Integer) else begins
        question = question.where(sa.or_(day.is_(None), day >= begins)).order_by(None).order_by(day, table.c.id)
    return question


def _of_person(kind: Kind, has: set[str]) -> list[Any]:
    """Who a row is about: all that a record with its person says, else what tells them from others of their name."""
    told = kind.person_fields if kind.has_person else ("family_name", "given_name", "email", "phone")
    joined = (
        sa.select(sa.func.max(pass_membership.c.joined_on))
        .where(pass_membership.c.person_id == person.c.id)
        .scalar_subquery()
    )
    return [
        *(person.c[name] for name in told if name in person.c and name not in has),
        *([] if "joined_on" in has else [joined.label("joined_on")]),
        person.c.directory_consent.is_not(None).label("directory"),
        person.c.id.label("_person_id"),
        person.c.created_at.label("_created_at"),
        person.c.erased_at.label("_erased_at"),
    ]


def _pseudonymous(row: dict[str, Any]) -> dict[str, Any]:
    if row.get("_erased_at") is not None:
        row |= {"family_name": ERASED, "given_name": pseudonym(row["_person_id"], row["_created_at"])}
    return row


def _numbered_households() -> sa.Subquery:
    """Each household with the number of its session, and its own number in it."""
    household = welcome_household.c
    rank = sa.func.row_number().over(partition_by=household.welcome_session_id, order_by=household.id)
    return (
        sa.select(
            household.id,
            welcome_session.c.number.label("session_number"),
            welcome_session.c.starts_on,
            rank.label("household_number"),
        )
        .join(welcome_session, welcome_session.c.id == household.welcome_session_id)
        .subquery()
    )


def _household_rows(connection: sa.Connection, since: date) -> list[dict[str, Any]]:
    kind = KINDS["household"]
    numbered, place = _numbered_households(), centre.alias()
    question = (
        sa.select(
            welcome_household,
            numbered.c.session_number,
            numbered.c.household_number,
            numbered.c.starts_on,
            place.c.code.label("visited_centre_code"),
        )
        .join(numbered, numbered.c.id == welcome_household.c.id)
        .outerjoin(place, place.c.id == welcome_household.c.visited_centre_id)
        .where(sa.or_(numbered.c.starts_on.is_(None), numbered.c.starts_on >= since))
        .order_by(numbered.c.session_number, numbered.c.household_number)
    )
    presences: dict[int, dict[date, int]] = {}
    for each in connection.execute(sa.select(welcome_attendance)):
        presences.setdefault(each.welcome_household_id, {})[each.day] = each.people_present
    rows = [dict(row) for row in connection.execute(question).mappings()]
    assert kind.table is welcome_household
    for row in rows:
        if row["starts_on"] is not None:
            noted = presences.get(row["id"], {})
            row |= {
                f"presence_{number}": noted.get(row["starts_on"] + (number - 1) * _ONE_DAY)
                for number in range(1, MOST_PRESENCES + 1)
            }
    return rows


def _capacity_rows(connection: sa.Connection, since: date) -> list[dict[str, Any]]:
    """A line each time the seats of one kind change; what goes on as before is no change."""
    listed = KINDS["capacity"].listed
    assert listed is not None
    rows = sorted(listed(connection), key=lambda row: (row["centre_code"], row["seat_kind"], row["valid_from"]))
    told: list[dict[str, Any]] = []
    before: Mapping[str, Any] | None = None
    for row in rows:
        same = before is not None and all(row[name] == before[name] for name in ("centre_code", "seat_kind", "seats"))
        if not (same and before and before["valid_to"] and before["valid_to"] + _ONE_DAY == row["valid_from"]):
            told.append(dict(row))
        before = row
    return told


def _hours_rows(connection: sa.Connection, since: date) -> list[dict[str, Any]]:
    """A week a change; the hours of a day as « 09:00-12:00, 14:00-18:00 », « fermé » for none."""
    kind = KINDS["opening_hours"]
    assert kind.listed is not None
    rows = sorted(
        (dict(row) for row in kind.listed(connection)), key=lambda row: (row["centre_code"], row["valid_from"])
    )
    for row in rows:
        half_days = kind.reads(connection, row)["half_days"]
        for day in range(1, 8):
            spans = [f"{each.opens_at:%H:%M}-{each.closes_at:%H:%M}" for each in half_days if each.weekday == day]
            row[f"day_{day}"] = ", ".join(spans) or "fermé"
    return rows


def _attendance_rows(connection: sa.Connection, since: date) -> list[dict[str, Any]]:
    """A line a day and seat kind. A closed week, which has no days, goes out as its days from Monday to Friday, all closed;
    a sheet where nothing was filled as its Monday."""
    day, week = attendance_day.c, attendance_week.c
    question = (
        sa.select(
            centre.c.id.label("centre_id"),
            centre.c.code.label("centre_code"),
            week.week_start,
            week.status,
            day.day,
            day.seat_kind,
            sa.case((day.closed, None), else_=day.half_days).label("half_days"),
            day.closed,
            week.distinct_people,
            week.comment,
        )
        .select_from(attendance_week)
        .join(centre, centre.c.id == week.centre_id)
        .outerjoin(attendance_day, day.attendance_week_id == week.id)
        .where(week.week_start >= since)
        .order_by(centre.c.code, week.week_start, day.day, day.seat_kind)
    )
    seats = _seat_kinds(connection)
    rows: list[dict[str, Any]] = []
    for row in connection.execute(question).mappings():
        if row["day"] is not None:
            rows.append(dict(row))
            continue
        closed = row["status"] == "closed"
        rows += [
            {**row, "day": row["week_start"] + number * _ONE_DAY, "seat_kind": seat_kind, "closed": closed}
            for number in range(5 if closed else 1)
            for seat_kind in seats.get(row["centre_id"], ("office",))
        ]
    return rows


def _attendance_lines(connection: sa.Connection, since: date) -> int:
    """How many those are: the days, and what stands for those that a sheet does not have."""
    week = attendance_week.c
    its_days = sa.exists().where(attendance_day.c.attendance_week_id == week.id)
    days = (
        sa.select(sa.func.count())
        .select_from(attendance_day)
        .join(attendance_week, week.id == attendance_day.c.attendance_week_id)
        .where(week.week_start >= since)
    )
    bare = sa.select(week.centre_id, sa.func.sum(sa.case((week.status == "closed", 5), else_=1)).label("days"))
    bare = bare.where(week.week_start >= since, ~its_days).group_by(week.centre_id)
    seats = _seat_kinds(connection)
    without = sum(int(row.days) * len(seats.get(row.centre_id, ("office",))) for row in connection.execute(bare))
    return int(connection.execute(days).scalar_one()) + without


def _seat_kinds(connection: sa.Connection) -> dict[int, tuple[str, ...]]:
    """The kinds of seats that a centre ever had."""
    kinds = sa.select(centre_capacity.c.centre_id, centre_capacity.c.seat_kind).distinct()
    rows = connection.execute(kinds.order_by(centre_capacity.c.centre_id, centre_capacity.c.seat_kind)).all()
    return {
        centre_id: tuple(row.seat_kind for row in theirs)
        for centre_id, theirs in groupby(rows, lambda row: row.centre_id)
    }


def _centre_rows(connection: sa.Connection, since: date) -> list[dict[str, Any]]:
    former = former_openings(connection)
    codes = {row.code: row.id for row in connection.execute(sa.select(centre.c.id, centre.c.code))}
    rows = _rows(connection, "centres", since)
    return [row | {"former_openings": former.get(codes[row["code"]])} for row in rows]


_SPECIAL: Final[Mapping[str, Callable[[sa.Connection, date], list[dict[str, Any]]]]] = {
    "centres": _centre_rows,
    "households": _household_rows,
    "capacities": _capacity_rows,
    "hours": _hours_rows,
    "attendance": _attendance_rows,
}
