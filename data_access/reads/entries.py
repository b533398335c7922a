"""Who changed what, from what to what; what somebody typed last, and the records an entry may refer to."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.reads.people import people_of
from data_access.rights import Actor, Right, actor_of, all_rows, requires
from data_access.schema import (
    audit_entry,
    centre,
    course,
    entry_draft,
    event,
    metadata,
    pass_membership,
    person,
    placement,
    welcome_household,
    welcome_session,
)
from data_access.words import same_text, spoken

MOST_AT_ONCE = 200


@requires(Right.JOURNAL)
def journal(
    connection: sa.Connection,
    *,
    since: datetime,
    until: datetime,
    actor: str | None = None,
    table_name: str | None = None,
    text: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """The changes between two instants, newest first, one page at a time.

    `text` is looked for in the key of the record; `id`, `at`, `actor`, `action`, `table_name`, `row_key`, `row_id`,
    `before`, `after`, `undoes_id`, `import_batch_id`, and `undone`: whether it was.
    """
    entry = audit_entry.c
    question = (
        sa.select(audit_entry, _undone().label("undone"))
        .where(entry.at >= since, entry.at < until, *_conditions(actor, table_name, text))
        .order_by(entry.at.desc(), entry.id.desc())
        .limit(min(limit, MOST_AT_ONCE))
        .offset(offset)
    )
    return [dict(row) for row in connection.execute(question).mappings()]


@requires(Right.JOURNAL)
def journal_count(
    connection: sa.Connection,
    *,
    since: datetime,
    until: datetime,
    actor: str | None = None,
    table_name: str | None = None,
    text: str | None = None,
) -> int:
    """How many changes `journal` has with these conditions."""
    entry = audit_entry.c
    question = (
        sa.select(sa.func.count())
        .select_from(audit_entry)
        .where(entry.at >= since, entry.at < until, *_conditions(actor, table_name, text))
    )
    return int(connection.execute(question).scalar_one())


@requires(Right.ENTER)
def history(
    connection: sa.Connection,
    *,
    table_name: str,
    row_key: str | None = None,
    row_id: int | None = None,
) -> list[dict[str, Any]]:
    """The last fifty changes of one record, named by its key or by its row, newest first; columns of `journal`."""
    entry = audit_entry.c
    named = entry.row_id == row_id if row_key is None else entry.row_key == row_key
    question = (
        sa.select(audit_entry, _undone().label("undone"))
        .where(entry.table_name == table_name, named)
        .order_by(entry.id.desc())
        .limit(50)
    )
    # Who may see the record may see who changed it; of one that is gone or another's, they see their own changes.
    with all_rows(connection) if _is_shown(connection, table_name, row_id) else nullcontext():
        return [dict(row) for row in connection.execute(question).mappings()]


@requires(Right.JOURNAL)
def journal_actors(connection: sa.Connection) -> list[str]:
    """Everybody who changed something."""
    return list(connection.execute(sa.select(audit_entry.c.actor).distinct().order_by(audit_entry.c.actor)).scalars())


def _is_shown(connection: sa.Connection, table_name: str, row_id: int | None) -> bool:
    """Whether the record is there for who asks, as row-level security has it on PostgreSQL."""
    table = metadata.tables.get(table_name)
    if row_id is None or table is None or connection.dialect.name != "postgresql":
        return False
    return bool(connection.execute(sa.select(sa.exists().where(table.c.id == row_id))).scalar())


def _undone() -> sa.ColumnElement[bool]:
    later = audit_entry.alias("later")
    return sa.exists().where(later.c.undoes_id == audit_entry.c.id)


def _conditions(actor: str | None, table_name: str | None, text: str | None) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if actor is not None:
        conditions.append(audit_entry.c.actor == actor)
    if table_name is not None:
        conditions.append(audit_entry.c.table_name == table_name)
    if text:
        conditions.append(audit_entry.c.row_key.icontains(text, autoescape=True))
    return conditions


# What somebody entered last or has typed, what a record says now, and the records an entry may refer to.

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


MOST_OFFERED = 20


@requires(Right.ENTER)
def known_people(
    connection: sa.Connection, actor: Actor, *, text: str = "", person_id: int | None = None
) -> pl.DataFrame:
    """The first people an actor may choose, in the order of names: `person_id`, `family_name`, `given_name`, and
    `member_number` or null; one more than `MOST_OFFERED` where there are more. Each word of `text` begins one of their
    names or of their numbers; `person_id` is that one alone.

    Who coordinates sees all; an animator those of `people_of`. Erased people are not among them.
    """
    number = (
        sa.select(sa.func.max(pass_membership.c.member_number))
        .where(pass_membership.c.person_id == person.c.id)
        .scalar_subquery()
    )
    question = sa.select(
        person.c.id.label("person_id"), person.c.family_name, person.c.given_name, number.label("member_number")
    ).where(person.c.erased_at.is_(None), person.c.id.in_(people_of(actor)), *_beginning(text, number))
    if person_id is not None:
        question = question.where(person.c.id == person_id)
    ordered = question.order_by(*_numbered_first(text), person.c.family_name, person.c.given_name, person.c.id)
    return read(connection, ordered.limit(MOST_OFFERED + 1))


@requires(Right.ENTER)
def open_memberships(
    connection: sa.Connection, actor: Actor, *, text: str = "", membership_id: int | None = None
) -> pl.DataFrame:
    """The first memberships that have not ended, of the people an actor may choose, as `known_people` has them; its
    columns and `membership_id`, `joined_on`."""
    running = pass_membership.c
    question = (
        sa.select(
            running.id.label("membership_id"),
            running.person_id,
            person.c.family_name,
            person.c.given_name,
            running.member_number,
            running.joined_on,
        )
        .join(person, person.c.id == running.person_id)
        .where(
            running.ended_on.is_(None),
            person.c.erased_at.is_(None),
            person.c.id.in_(people_of(actor)),
            *_beginning(text, running.member_number),
        )
    )
    if membership_id is not None:
        question = question.where(running.id == membership_id)
    ordered = question.order_by(*_numbered_first(text), person.c.family_name, person.c.given_name, running.id)
    return read(connection, ordered.limit(MOST_OFFERED + 1))


def _beginning(text: str, number: sa.ColumnElement[Any]) -> list[sa.ColumnElement[bool]]:
    said = spoken(person.c.family_name, person.c.given_name, person.c.id.cast(sa.Text), number)
    return [said.contains(f" {word}") for word in same_text(text).split()]


def _numbered_first(text: str) -> list[sa.ColumnElement[Any]]:
    """Who has just this number: it begins those of many."""
    return (
        [sa.case((person.c.id == int(text), 0), else_=1)]
        if text.isascii() and text.isdigit() and len(text) < 10
        else []
    )


@requires(Right.COORDINATE)
def open_placements(connection: sa.Connection) -> pl.DataFrame:
    """The candidates not hired yet: `placement_id`, `candidate_ref`, `stage`."""
    columns = (placement.c.id.label("placement_id"), placement.c.candidate_ref, placement.c.stage)
    return read(connection, sa.select(*columns).where(placement.c.stage != "hired").order_by(placement.c.candidate_ref))


@requires(Right.COORDINATE)
def welcome_session_choices(connection: sa.Connection) -> pl.DataFrame:
    """The sessions, newest first: `session_id`, `number`, `starts_on`, `place`."""
    rows = welcome_session.c
    columns = (rows.id.label("session_id"), rows.number, rows.starts_on, rows.place)
    return read(connection, sa.select(*columns).order_by(rows.number.desc()))


@requires(Right.COORDINATE)
def household_choices(connection: sa.Connection) -> pl.DataFrame:
    """The households, those of the newest sessions first: `household_id`, `number` of the session, kind and people."""
    rows, number = welcome_household.c, welcome_session.c.number
    question = (
        sa.select(rows.id.label("household_id"), number, rows.project_kind, rows.people)
        .join(welcome_session, welcome_session.c.id == rows.welcome_session_id)
        .order_by(number.desc(), rows.id)
    )
    return read(connection, question)


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


@requires(Right.DRAFTS)
def draft(connection: sa.Connection, *, form: str, about: str) -> Draft | None:
    """The draft that who asks has left in a form on a subject; None when nothing is kept."""
    author = actor_of(connection)
    kept = entry_draft.c
    row = connection.execute(
        sa.select(kept.typed, kept.base_version, kept.saved_at).where(
            kept.actor == (author.name if author else None), kept.form == form, kept.about == about
        )
    ).one_or_none()
    # Without a text it only remembers which version its author saved, or which form they gave up.
    if row is None or not row.typed.keys() - {"request_key"}:
        return None
    key = row.typed.get("request_key")
    if key and connection.execute(sa.select(audit_entry.c.id).where(audit_entry.c.request_key == key)).first():
        # It came after the record it made.
        return None
    return Draft(row.typed, row.base_version, row.saved_at)
