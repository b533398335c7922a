"""The audit tells a weekly sheet as any other record, its days as the rows that belong to it; a place remembers the last day
that a program emptied.

No released version stands before it, so it may take triggers and comments from the declarations.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from data_access import triggers
from data_access.schema import audit_entry, centre

revision = "0014"
down_revision = "0013"

_DAY = {
    "sqlite": ("TEXT", "closed_before IS date(closed_before, '+0 days') AND closed_before >= '0001-01-01'"),
    "postgresql": ("DATE", "closed_before BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"),
}


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in triggers.drop_statements(dialect):
        connection.exec_driver_sql(statement)
    kind, rule = _DAY[dialect]
    op.execute(
        f"ALTER TABLE centre ADD COLUMN closed_before {kind} CONSTRAINT ck_centre_closed_before_format CHECK ({rule})"
    )
    if dialect == "postgresql":
        op.execute(f"COMMENT ON COLUMN centre.closed_before IS '{centre.c.closed_before.comment}'")
    _tell_sheets_as_records(connection)
    for statement in triggers.create_statements(dialect):
        connection.exec_driver_sql(statement)


def _tell_sheets_as_records(connection: sa.Connection) -> None:
    places: dict[str, int] = dict(connection.execute(sa.select(centre.c.code, centre.c.id)).all())
    entry = audit_entry.c
    sheets = sa.select(entry.id, entry.before, entry.after).where(entry.table_name == "attendance_week")
    for row in connection.execute(sheets).all():
        told = {"before": _as_record(row.before, places), "after": _as_record(row.after, places)}
        connection.execute(sa.update(audit_entry).where(entry.id == row.id).values(**told))


def _as_record(document: Mapping[str, Any] | None, places: Mapping[str, int]) -> dict[str, Any] | None:
    """A sheet named its centre by the code, and kept « 2017-05-29 office » : 4, or « closed »."""
    if document is None or document.get("centre") not in places:
        return None if document is None else dict(document)
    days = [
        {
            "day": key[:10],
            "seat_kind": key[11:],
            "half_days": 0 if said == "closed" else said,
            "closed": said == "closed",
        }
        for key, said in document["days"].items()
    ]
    kept = {name: value for name, value in document.items() if name not in ("centre", "days")}
    return kept | {"centre_id": places[document["centre"]], "days": sorted(days, key=str)}


def downgrade() -> None:
    """The column stays, which an older software leaves as it is, and so do the documents, which it does not undo."""
