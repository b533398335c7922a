"""The roles of PostgreSQL: who owns the tables, who runs the application, who only reads figures, who else writes.

The owner is whoever runs the migrations; it needs no role of its own here. The others are made without a password and
cannot sign in: the administrator of the server grants them to users of theirs.
"""

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from data_access.row_rules import ROW_RULES
from data_access.row_security import PARTNER_ROLE
from data_access.schema import metadata

APPLICATION_ROLE: Final = "cybercantal_app"
READING_ROLE: Final = "cybercantal_read"
_EVERYTHING: Final = "SELECT, INSERT, UPDATE, DELETE"

# What the application may do where it may not do everything: what must be kept is kept from it too.
_LESS: Final[dict[str, str]] = {
    "audit_entry": "SELECT, INSERT",
    "account": "SELECT, INSERT, UPDATE",
    "data_version": "SELECT, UPDATE",
    "calendar_day": "SELECT",
    "commune": "SELECT",
    "dataset": "SELECT",
    "price": "SELECT",
    "published_figure": "SELECT",
}
READABLE: Final = (
    "attendance_day",
    "attendance_summary",
    "calendar_day",
    "centre_capacity",
    "centre_cost",
    "closure",
    "commune",
    "course",
    "data_version",
    "dataset",
    "information_meeting",
    "opening_hours",
    "price",
    "published_figure",
    "summary_extent",
    "week_summary",
    "weekday_summary",
    "welcome_attendance",
    "welcome_household",
    "welcome_session",
)
"""Whole tables that say nothing of a person: figures, places and programmes."""
READABLE_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "centre": (
        "id", "code", "name", "kind", "status", "insee_code", "address", "postcode", "latitude", "longitude",
        "location_precision", "operator_kind", "website", "opened_on", "closed_on",
    ),
    "attendance_week": ("id", "centre_id", "week_start", "status", "distinct_people"),
    "event": (
        "id", "centre_id", "course_id", "kind", "title", "starts_at", "ends_at", "place", "audience", "booking_advised",
        "attendance", "parent_id",
    ),
}  # fmt: skip
"""Of tables where somebody may be named or reached, the columns that name nobody."""


def role_statements() -> list[str]:
    """The statements that make the roles and give them what they need; run again, they change nothing.

    They are run by the owner of the tables, who must be allowed to make roles the first time. Run after a migration that
    adds tables, they give the roles what they need there.
    """
    return [
        *(_make(role) for role in (APPLICATION_ROLE, READING_ROLE, PARTNER_ROLE)),
        *(
            f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
            for role in (APPLICATION_ROLE, READING_ROLE, PARTNER_ROLE)
        ),
        f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}, {READING_ROLE}, {PARTNER_ROLE}",
        *(
            f"GRANT {_LESS.get(table, _EVERYTHING)} ON {table} TO {APPLICATION_ROLE}"
            for table in sorted(metadata.tables)
        ),
        f"GRANT SELECT ON alembic_version TO {APPLICATION_ROLE}",
        f"GRANT SELECT ON {', '.join(READABLE)} TO {READING_ROLE}",
        *(
            f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {READING_ROLE}"
            for table, columns in READABLE_COLUMNS.items()
        ),
        *(
            f"GRANT {_partner(table)} ON {table} TO {PARTNER_ROLE}"
            for table in sorted(metadata.tables)
            if _partner(table)
        ),
    ]


def apply_roles(connection: sa.Connection) -> None:
    """Makes the roles in the transaction of the caller, all or none."""
    for statement in role_statements():
        connection.exec_driver_sql(statement)


@dataclass(frozen=True)
class ConnectedRole:
    """Who the application is for PostgreSQL: `passes_by` row-level security, or `owns` the tables and is held to it."""

    name: str
    passes_by: bool
    owns: bool


def connected_role(connection: sa.Connection) -> ConnectedRole:
    """The role of this connection; of a database without tables, nobody is the owner."""
    row = connection.exec_driver_sql(
        "SELECT current_user, rolsuper OR rolbypassrls, coalesce(pg_has_role((SELECT relowner FROM pg_class"
        " WHERE oid = to_regclass('centre')), 'MEMBER'), false) FROM pg_roles WHERE rolname = current_user"
    ).one()
    return ConnectedRole(*row)


def tables_unsecured(connection: sa.Connection) -> list[str]:
    """The tables that should have row-level security forced on them, and have not."""
    secured = set(
        connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND pg_table_is_visible(oid)"
        ).scalars()
    )
    return sorted({rule.table for rule in ROW_RULES} - secured)


def _make(role: str) -> str:
    # PostgreSQL has no CREATE ROLE IF NOT EXISTS, and roles are those of the whole server.
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN"
        f" CREATE ROLE {role} NOLOGIN; END IF; END $$"
    )


def _partner(table: str) -> str:
    """Another system writes facts; accounts are the application's own, and so is what somebody is still typing."""
    if table in ("account", "account_centre", "activation", "sign_in_session", "sign_in_attempt", "entry_draft"):
        return ""
    return _LESS.get(table, _EVERYTHING)
