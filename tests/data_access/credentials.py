"""Connections to a real PostgreSQL with the credentials of who is held to its rules: a superuser passes by every policy."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from data_access.engine import open_engine, writing
from data_access.rights import Actor
from data_access.row_security import apply_roles

ANIMATOR_OF_MURAT = Actor("murat@example.org", "animator", frozenset({"MURAT"}))
ANIMATOR_OF_C = Actor("anne@example.org", "animator", frozenset({"C"}))
COORDINATION = Actor("coordination@example.org", "coordinator")
MANAGEMENT = Actor("responsable@example.org", "manager")
ADMINISTRATION = Actor("administration@example.org", "administrator")
VIEWER = Actor("elu@example.org", "viewer")
_INSUFFICIENT_PRIVILEGE = "42501"


def login(url: str, name: str, *, member_of: str) -> str:
    """The address of the same database for a user who signs in and is a member of a role; the roles are made first."""
    engine = open_engine(url)
    with writing(engine) as connection:
        apply_roles(connection)
        if not connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).scalar():
            connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN IN ROLE {member_of}")
    engine.dispose()
    return sa.make_url(url).set(username=name).render_as_string(hide_password=False)


@contextmanager
def acting(engine: sa.Engine, actor: Actor | None) -> Iterator[sa.Connection]:
    """A transaction in which somebody acts, or nobody was told; all it writes is taken back."""
    options = {} if actor is None else {"actor": actor}
    with engine.connect().execution_options(**options) as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


def refused_or_nothing(connection: sa.Connection, statement: str) -> bool:
    """Whether a statement is refused, or finds no row it may change; the transaction goes on."""
    try:
        with connection.begin_nested():
            return connection.exec_driver_sql(statement).rowcount == 0
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        return True


def refused(connection: sa.Connection, statement: str) -> bool:
    """Whether PostgreSQL refuses a statement for want of a right; the transaction goes on."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement)
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _INSUFFICIENT_PRIVILEGE:
            raise
        return True
    return False
