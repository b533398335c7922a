"""What holds whoever writes: ranges, former periods of places, derived days; records told and counted in one way.

The database refuses dates, numbers and coordinates that cannot be, hours that overlap, and more half-days than were open: by
triggers, so that rows of before stay as they are, which `cybercantal doctor` tells. A place keeps the periods in which it was
open before, and the last day that a program emptied. The last free day of a membership follows from its first. A published
total is recorded like any fact, a replay says the moment it has reached. Half-days occupied where nothing was offered have a
column of their own in the summaries, which are made anew. The audit tells a weekly sheet as any other record, and the days of
it, the seats and the hours as rows. The data version is counted by domain too; its columns are there already
(`triggers.number_domains`).

No released version stands before it, so it may take tables, triggers, policies and comments from the declarations.
"""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

from data_access import row_security, triggers
from data_access.schema import (
    attendance_day,
    attendance_summary,
    audit_entry,
    centre,
    data_version,
    dataset,
    former_opening,
    pass_membership,
    published_figure,
    weekday_summary,
    welcome_session,
)
from data_access.summaries import mark_stale

revision = "0011"
down_revision = "0010"

_SUMMARIES: Final = (attendance_summary, weekday_summary)
_COMMENTED: Final[tuple[sa.Column[Any], ...]] = (
    centre.c.opened_on,
    centre.c.closed_on,
    centre.c.closed_before,
    data_version.c.n,
    dataset.c.replayed_to,
    pass_membership.c.free_until,
    welcome_session.c.project_holders,
    welcome_session.c.people,
    *(table.c[name] for table in _SUMMARIES for name in ("unoffered_half_days", "occupied_half_days")),
)
_DAY: Final = {
    "sqlite": ("TEXT", "{0} IS date({0}, '+0 days') AND {0} >= '0001-01-01'"),
    "postgresql": ("DATE", "{0} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31'"),
}
_INSTANT: Final = {
    "sqlite": ("TEXT", "{0} IS datetime({0}, '+0 days') AND {0} >= '0001-01-02' AND {0} < '9999-12-31'"),
    "postgresql": (
        "TIMESTAMP WITH TIME ZONE",
        "{0} >= TIMESTAMPTZ '0001-01-02 00:00:00Z' AND {0} < TIMESTAMPTZ '9999-12-31 00:00:00Z'",
    ),
}


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in triggers.drop_statements(dialect):
        connection.exec_driver_sql(statement)
    former_opening.create(connection)
    for added, (kind, rule) in ((centre.c.closed_before, _DAY[dialect]), (dataset.c.replayed_to, _INSTANT[dialect])):
        check = f"CONSTRAINT ck_{added.table.name}_{added.name}_format CHECK ({rule.format(added.name)})"
        _add(connection, added, f"{kind} {check}")
    _add(connection, published_figure.c.version, "INTEGER DEFAULT 1 NOT NULL")
    for table in _SUMMARIES:
        op.execute(f"ALTER TABLE {table.name} ADD COLUMN unoffered_half_days INTEGER DEFAULT 0 NOT NULL")
    # Weeks are counted by their Thursday, whatever the period.
    op.execute("DROP INDEX ix_week_summary_month_start")
    for derived in triggers.DERIVATIONS:
        value = derived.value[dialect].format(of=derived.of)
        # Whatever was written there said nothing more than this.
        op.execute(f"UPDATE {derived.table} SET {derived.column} = {value} WHERE {derived.column} <> {value}")
    _tell_rows(connection)
    for statement in triggers.create_statements(dialect):
        connection.exec_driver_sql(statement)
    mark_stale(connection)
    if dialect == "postgresql":
        for column in _COMMENTED:
            if column.comment:
                op.execute(f"COMMENT ON COLUMN {column.table.name}.{column.name} IS '{column.comment}'")
        op.execute(f"COMMENT ON TABLE attendance_day IS '{attendance_day.comment}'")
        for statement in row_security.secure_statements(["former_opening"]):
            op.execute(statement)


def _add(connection: sa.Connection, column: sa.Column[Any], kind: str) -> None:
    """Unless it is there: SQLite lets no column go that a check of its table names, so that a downgrade leaves it."""
    if column.name not in {each["name"] for each in sa.inspect(connection).get_columns(column.table.name)}:
        op.execute(f"ALTER TABLE {column.table.name} ADD COLUMN {column.name} {kind}")


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
    """Former periods go with the rules that need them; columns, rules and documents stay, which an older software leaves."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    going = [
        each for each in triggers.create_statements(dialect) if "former_opening" in each or "closed_before" in each
    ]
    for statement in (*going, *triggers.derivation_statements(dialect)):
        what, name = statement.split()[1:3]
        if what == "FUNCTION":
            op.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
        elif dialect == "sqlite":
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
    op.execute("CREATE INDEX ix_week_summary_month_start ON week_summary (month_start)")
    for table in _SUMMARIES:
        op.execute(f"ALTER TABLE {table.name} DROP COLUMN unoffered_half_days")
    mark_stale(connection)
    op.execute("DROP TABLE former_opening")
