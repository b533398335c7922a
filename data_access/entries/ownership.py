"""Whose a record is, and what hangs on it: what an animator may read to correct, write and undo, on both engines.

Row-level security says the same to PostgreSQL (`data_access.row_security`); SQLite has only what is said here.
"""

from typing import Any

import sqlalchemy as sa

from data_access.documents import PARTS
from data_access.entries.kind import Row
from data_access.reads.people import people_of
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, all_rows
from data_access.schema import BOOKKEEPING, centre, metadata, person


def of_actor(actor: Actor, table: sa.Table) -> sa.ColumnElement[bool]:
    """The rows of a table that are theirs, as `is_theirs` says."""
    if actor.coordinates or not actor.enters:
        return sa.true() if actor.coordinates else sa.false()
    people = people_of(actor)
    if table is person:
        return person.c.id.in_(people)
    if "centre_id" not in table.c and "person_id" not in table.c:
        return sa.false()
    conditions: list[sa.ColumnElement[bool]] = []
    if "person_id" in table.c:
        conditions.append(table.c.person_id.in_(people))
    if "centre_id" in table.c:
        own = table.c.centre_id.in_(sa.select(centre.c.id).where(centre.c.code.in_(actor.centres)))
        conditions.append(sa.or_(table.c.centre_id.is_(None), own) if conditions else own)
    return sa.and_(*conditions)


def require_theirs(connection: sa.Connection, actor: Actor, table: sa.Table, row: Row) -> None:
    """Refused for a stored row that is not the actor's; who coordinates has all."""
    if not is_theirs(connection, actor, table, row):
        code = centre_code_of(connection, row.get("centre_id"))
        raise Refused([Problem(Rule.NOT_ALLOWED, "" if code is None else "centre_code", {"centre_code": code})])


def is_theirs(connection: sa.Connection, actor: Actor, table: sa.Table, row: Row) -> bool:
    """Whether a row is of a centre of theirs and of a person they know, as far as it has either."""
    if actor.coordinates:
        return True
    if not actor.enters:
        return False
    if table is person:
        return keeps_person(connection, actor, row["id"])
    code = centre_code_of(connection, row.get("centre_id"))
    if code is not None and not actor.may_enter(code):
        return False
    person_id = row.get("person_id")
    if person_id is not None:
        return keeps_person(connection, actor, person_id)
    return code is not None


def keeps_person(connection: sa.Connection, actor: Actor, person_id: Any) -> bool:
    """Whether somebody signed or was seen in a centre of theirs, or was recorded by them."""
    return actor.coordinates or (
        connection.execute(people_of(actor).where(person.c.id == person_id).limit(1)).first() is not None
    )


def hangs_on(connection: sa.Connection, table: sa.Table, row_id: int) -> bool:
    """Whether another row names this one, those that are a part of it apart."""
    parts = PARTS.get(table.name)
    with all_rows(connection):
        for other in metadata.sorted_tables:
            if other in BOOKKEEPING or (parts is not None and other is parts.table):
                continue
            for key in other.foreign_keys:
                if key.column is table.c.get("id"):
                    naming = sa.select(sa.literal(1)).select_from(other).where(key.parent == row_id).limit(1)
                    if connection.execute(naming).first() is not None:
                        return True
    return False


def centre_code_of(connection: sa.Connection, centre_id: int | None) -> str | None:
    """The code of a centre by its id; None for none."""
    if centre_id is None:
        return None
    return connection.execute(sa.select(centre.c.code).where(centre.c.id == centre_id)).scalar_one_or_none()
