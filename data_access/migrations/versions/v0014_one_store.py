"""The audit tells a weekly sheet as any other record, and the days of it, the seats and the hours as rows; a place remembers the
last day that a program emptied.

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
    _tell_rows(connection)
    for statement in triggers.create_statements(dialect):
        connection.exec_driver_sql(statement)


def _tell_rows(connection: sa.Connection) -> None:
    places: dict[str, int] = dict(connection.execute(sa.select(centre.c.code, centre.c.id)).all())
    entry = audit_entry.c
    told_by = {
        "attendance_week": lambda document: _sheet(document, places),
        "centre_capacity": _seats,
        "opening_hours": _hours,
    }
    for table, told in told_by.items():
        entries = sa.select(entry.id, entry.before, entry.after).where(entry.table_name == table)
        for row in connection.execute(entries).all():
            documents = {"before": row.before and told(row.before), "after": row.after and told(row.after)}
            connection.execute(sa.update(audit_entry).where(entry.id == row.id).values(**documents))


def _sheet(document: Mapping[str, Any], places: Mapping[str, int]) -> dict[str, Any]:
    """A sheet named its centre by the code, and kept « 2017-05-29 office » : 4, or « closed »."""
    if document.get("centre") not in places:
        return dict(document)
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


def _seats(document: Mapping[str, Any]) -> dict[str, Any]:
    """Seats were kept as « 2015-01-01/.. office » : « 4 »."""
    told = [
        {"seat_kind": key.split(" ")[1], "seats": int(seats), **_span(key)}
        for key, seats in document.get("periods", {}).items()
    ]
    return {**document, "periods": sorted(told, key=lambda each: (each["seat_kind"], each["valid_from"]))}


def _hours(document: Mapping[str, Any]) -> dict[str, Any]:
    """Hours were kept as « 2015-01-01/.. 1 am » : « 09:00/12:00 »."""
    told = []
    for key, hours in document.get("periods", {}).items():
        _days, weekday, half_day = key.split(" ")
        opens, closes = (f"{hour}:00" for hour in hours.split("/"))
        told.append(
            {"weekday": int(weekday), "half_day": half_day, "opens_at": opens, "closes_at": closes, **_span(key)}
        )
    order = ("weekday", "half_day", "valid_from")
    return {**document, "periods": sorted(told, key=lambda each: [each[name] for name in order])}


def _span(key: str) -> dict[str, str | None]:
    first, last = key.split(" ")[0].split("/")
    return {"valid_from": first, "valid_to": None if last == ".." else last}


def downgrade() -> None:
    """The column stays, which an older software leaves as it is, and so do the documents, which it does not undo."""
