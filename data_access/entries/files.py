"""What is stored, in the columns of the files that can be imported, and the imports that were made."""

from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl
import sqlalchemy as sa

from data_access.entries import KINDS
from data_access.entries.importing import FILE_KINDS
from data_access.entries.kind import Kind
from data_access.frames import read
from data_access.rights import Right, requires
from data_access.schema import attendance_day, attendance_week, centre, import_batch, person
from data_access.schema.columns import Instant


@requires(Right.COORDINATE)
def file_rows(connection: sa.Connection, *, kind: str, first: date) -> pl.DataFrame:
    """One row per line a file of that kind would have, for what happened from a day on or on no known day; people who were
    erased are left out. Columns are the fields of the kind's records."""
    return read(connection, _days(first) if kind == "attendance" else _rows(KINDS[FILE_KINDS[kind]], first))


@requires(Right.COORDINATE)
def imports(connection: sa.Connection, *, count: int = 20) -> list[dict[str, Any]]:
    """The last imports, newest first: who, when, which file, how many lines of each sort, and whether it was undone."""
    question = sa.select(import_batch).order_by(import_batch.c.id.desc()).limit(count)
    return [dict(row) for row in connection.execute(question).mappings()]


def _rows(kind: Kind, since: date) -> sa.Select[Any]:
    """The columns of a kind, its centre by its code and its person by their name."""
    columns: list[Any] = []
    source: Any = kind.table
    for name, column in kind.columns.items():
        if name.endswith("centre_code"):
            place = centre.alias(name)
            source = source.outerjoin(place, place.c.id == column)
            columns.append(place.c.code.label(name))
        elif not column.foreign_keys:
            columns.append(column.label(name))
    question = sa.select(*columns)
    if kind.has_person:
        source = source.join(person, person.c.id == kind.table.c.person_id)
        question = question.where(person.c.erased_at.is_(None)).add_columns(
            *(person.c[name] for name in kind.person_fields if name in person.c),
            person.c.directory_consent.is_not(None).label("directory"),
        )
    question = question.select_from(source).order_by(kind.table.c.id)
    if kind.day is not None:
        day = kind.table.c[kind.day]
        begins: Any = datetime.combine(since, time(0), UTC) if isinstance(day.type, Instant) else since
        begins = since.year if isinstance(day.type, sa.Integer) else begins
        question = question.where(sa.or_(day.is_(None), day >= begins)).order_by(None).order_by(day, kind.table.c.id)
    return question


def _days(since: date) -> sa.Select[Any]:
    day, week = attendance_day.c, attendance_week.c
    return (
        sa.select(
            centre.c.code.label("centre_code"),
            day.day,
            day.seat_kind,
            day.half_days,
            day.closed,
            week.distinct_people,
            week.comment,
        )
        .join(attendance_week, week.id == day.attendance_week_id)
        .join(centre, centre.c.id == week.centre_id)
        .where(week.week_start >= since, week.status == "complete")
        .order_by(centre.c.code, day.day, day.seat_kind)
    )
