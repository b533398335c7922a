"""What somebody entered last or has typed, what a record says now, and the records an entry may refer to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.reads.people import people_of
from data_access.rights import Actor, Right, actor_of, requires
from data_access.schema import (
    audit_entry,
    centre,
    course,
    entry_draft,
    event,
    pass_membership,
    person,
    placement,
    welcome_household,
    welcome_session,
)

_LAST_LOOKED_AT = 60


@requires(Right.ENTER, counts_people=True)
def last_entries(
    connection: sa.Connection, *, actor_name: str, tables: tuple[str, ...], actions: tuple[str, ...], count: int = 5
) -> list[dict[str, Any]]:
    """The last records somebody entered with these actions, newest first: `audit_id`, `row_id`, `table_name`, `row_key`,
    `at`, and the document `after`; what was undone is left out, and a record stands once."""
    undone = sa.select(audit_entry.c.undoes_id).where(audit_entry.c.undoes_id.is_not(None))
    entry = audit_entry.c
    rows = connection.execute(
        sa.select(entry.id, entry.row_id, entry.table_name, entry.row_key, entry.at, entry.after)
        .where(
            entry.actor == actor_name,
            entry.table_name.in_(tables),
            entry.action.in_(actions),
            entry.row_id.is_not(None),
            entry.import_batch_id.is_(None),
            entry.id.not_in(undone),
        )
        .order_by(entry.id.desc())
        .limit(_LAST_LOOKED_AT)
    ).all()
    newest: dict[tuple[str, int], dict[str, Any]] = {}
    for row in rows:
        told = {name: getattr(row, name) for name in ("row_id", "table_name", "row_key", "at", "after")}
        newest.setdefault((row.table_name, row.row_id), told | {"audit_id": row.id})
    return list(newest.values())[:count]


@requires(Right.ENTER)
def known_people(connection: sa.Connection, actor: Actor) -> pl.DataFrame:
    """One row per person an actor may choose: `person_id`, `family_name`, `given_name`, and `member_number` or null.

    Who coordinates sees all; an animator those of `people_of`. Erased people are not among them.
    """
    number = (
        sa.select(sa.func.max(pass_membership.c.member_number))
        .where(pass_membership.c.person_id == person.c.id)
        .scalar_subquery()
    )
    question = sa.select(
        person.c.id.label("person_id"), person.c.family_name, person.c.given_name, number.label("member_number")
    ).where(person.c.erased_at.is_(None), person.c.id.in_(people_of(actor)))
    return read(connection, question.order_by(person.c.family_name, person.c.given_name, person.c.id))


@requires(Right.ENTER)
def open_memberships(connection: sa.Connection, actor: Actor) -> pl.DataFrame:
    """The memberships that have not ended, of the people an actor may choose; columns of `known_people` and
    `membership_id`, `joined_on`."""
    running = read(
        connection,
        sa.select(
            pass_membership.c.id.label("membership_id"), pass_membership.c.person_id, pass_membership.c.joined_on
        ).where(pass_membership.c.ended_on.is_(None)),
    )
    return known_people(connection, actor).join(running, on="person_id").sort("family_name", "given_name")


@requires(Right.COORDINATE)
def open_placements(connection: sa.Connection) -> pl.DataFrame:
    """The candidates not hired yet: `placement_id`, `candidate_ref`, `stage`."""
    columns = (placement.c.id.label("placement_id"), placement.c.candidate_ref, placement.c.stage)
    return read(connection, sa.select(*columns).where(placement.c.stage != "hired").order_by(placement.c.candidate_ref))


@requires(Right.COORDINATE)
def welcome_session_choices(connection: sa.Connection) -> pl.DataFrame:
    """The sessions, newest first: `session_id`, `number`, `starts_on`, `place`."""
    columns = (
        welcome_session.c.id.label("session_id"),
        welcome_session.c.number,
        welcome_session.c.starts_on,
        welcome_session.c.place,
    )
    return read(connection, sa.select(*columns).order_by(welcome_session.c.number.desc()))


@requires(Right.COORDINATE)
def household_choices(connection: sa.Connection) -> pl.DataFrame:
    """The households, those of the newest sessions first: `household_id`, `number` of the session, kind and people."""
    columns = (
        welcome_household.c.id.label("household_id"),
        welcome_session.c.number,
        welcome_household.c.project_kind,
        welcome_household.c.people,
    )
    return read(
        connection,
        sa.select(*columns)
        .join(welcome_session, welcome_session.c.id == welcome_household.c.welcome_session_id)
        .order_by(welcome_session.c.number.desc(), welcome_household.c.id),
    )


@requires(Right.ENTER)
def course_choices(connection: sa.Connection) -> pl.DataFrame:
    """The courses of the catalogue that are given: `course_id`, `code`, `title`."""
    columns = (course.c.id.label("course_id"), course.c.code, course.c.title)
    return read(connection, sa.select(*columns).where(course.c.active).order_by(course.c.title))


@requires(Right.ENTER)
def event_choices(connection: sa.Connection, actor: Actor, *, until: datetime) -> pl.DataFrame:
    """The last hundred events begun that an actor may complete, newest first: `event_id`, `title`, `starts_at`."""
    columns = (event.c.id.label("event_id"), event.c.title, event.c.starts_at)
    question = sa.select(*columns).where(event.c.starts_at <= until).order_by(event.c.starts_at.desc()).limit(100)
    if not actor.coordinates:
        question = question.join(centre, centre.c.id == event.c.centre_id).where(centre.c.code.in_(actor.centres))
    return read(connection, question)


@dataclass(frozen=True)
class Draft:
    """The texts of the fields of a form, by field, as they were last sent; `base_version` was on the screen then."""

    typed: Mapping[str, str]
    base_version: int
    saved_at: datetime


@requires(Right.ENTER)
def draft(connection: sa.Connection, *, form: str, about: str) -> Draft | None:
    """The draft that who asks has left in a form on a subject; None when nothing is kept."""
    author = actor_of(connection)
    kept = entry_draft.c
    row = connection.execute(
        sa.select(kept.typed, kept.base_version, kept.saved_at).where(
            kept.actor == (author.name if author else None), kept.form == form, kept.about == about
        )
    ).one_or_none()
    # Without a text it only remembers which version its author saved.
    if row is None or not row.typed:
        return None
    key = row.typed.get("request_key")
    if key and connection.execute(sa.select(audit_entry.c.id).where(audit_entry.c.request_key == key)).first():
        # It came after the record it made.
        return None
    return Draft(row.typed, row.base_version, row.saved_at)
