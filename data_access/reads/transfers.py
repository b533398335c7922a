"""What is stored, in the columns of the files that can be imported, and the imports that were made."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.rights import Right, requires
from data_access.schema import (
    attendance_day,
    attendance_week,
    centre,
    event,
    import_batch,
    pass_membership,
    person,
    placement,
    welcome_session,
)


@requires(Right.COORDINATE)
def file_rows(connection: sa.Connection, *, kind: str, first: date) -> pl.DataFrame:
    """One row per line a file of that kind would have, for what happened from a day on; people who were erased are left
    out. Columns are the fields of the kind's records."""
    return read(connection, _QUESTIONS[kind](first))


@requires(Right.COORDINATE)
def imports(connection: sa.Connection, *, count: int = 20) -> list[dict[str, Any]]:
    """The last imports, newest first: who, when, which file, how many lines of each sort, and whether it was undone."""
    question = sa.select(import_batch).order_by(import_batch.c.id.desc()).limit(count)
    return [dict(row) for row in connection.execute(question).mappings()]


def _attendance(since: date) -> sa.Select[Any]:
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


def _members(since: date) -> sa.Select[Any]:
    membership = pass_membership.c
    return (
        sa.select(
            membership.member_number,
            person.c.family_name,
            person.c.given_name,
            person.c.status,
            person.c.email,
            person.c.phone,
            person.c.home_insee_code,
            membership.joined_on,
            person.c.directory_consent.is_not(None).label("directory"),
        )
        .join(person, person.c.id == membership.person_id)
        .where(membership.joined_on >= since, person.c.erased_at.is_(None))
        .order_by(membership.joined_on, membership.id)
    )


def _placements(since: date) -> sa.Select[Any]:
    row = placement.c
    first = sa.func.coalesce(row.informed_on, row.interested_on, row.trained_on, row.applied_on, row.hired_on)
    steps = (row.informed_on, row.interested_on, row.trained_on, row.applied_on, row.hired_on)
    return (
        sa.select(
            row.candidate_ref,
            row.aim,
            *steps,
            row.contract_kind,
            row.employer,
            row.employer_in_cantal,
            row.ended_on,
            centre.c.code.label("centre_code"),
        )
        .outerjoin(centre, centre.c.id == row.centre_id)
        .where(sa.or_(first.is_(None), sa.type_coerce(first, row.informed_on.type) >= since))
        .order_by(row.candidate_ref)
    )


def _sessions(since: date) -> sa.Select[Any]:
    row = welcome_session.c
    totals = (row.applications, row.selected, row.project_holders, row.people)
    return (
        sa.select(row.number, row.starts_on, row.ends_on, row.place, *totals)
        .where(row.starts_on >= since)
        .order_by(row.number)
    )


def _events(since: date) -> sa.Select[Any]:
    row = event.c
    rest = (row.place, row.audience, row.booking_advised, row.contact, row.attendance)
    return (
        sa.select(row.title, row.kind, row.starts_at, row.ends_at, centre.c.code.label("centre_code"), *rest)
        .outerjoin(centre, centre.c.id == row.centre_id)
        .where(row.starts_at >= datetime.combine(since, time(0), UTC))
        .order_by(row.starts_at, row.title)
    )


_QUESTIONS: Final[Mapping[str, Callable[[date], sa.Select[Any]]]] = {
    "attendance": _attendance,
    "members": _members,
    "placements": _placements,
    "sessions": _sessions,
    "events": _events,
}
