"""What a record says, as the audit keeps it: one document for its row and for the rows that belong to it alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import sqlalchemy as sa

from data_access.schema import attendance_day, audit_entry, former_opening, welcome_attendance

Document = dict[str, Any]
# What the database itself keeps of a row is nothing that its author says.
_NOT_CONTENT: Final = ("id", "version", "closed_before")


@dataclass(frozen=True)
class Parts:
    """The rows of `table` that belong to one record, named by `owner`; they have no version of their own."""

    name: str
    """Under which they stand in the record's document."""
    table: sa.Table
    owner: str

    def as_documents(self, rows: Iterable[Mapping[str, Any]]) -> list[Document]:
        """What the rows say, in an order that depends on nothing else."""
        names = [column.name for column in self.table.c if column.name != self.owner]
        return sorted((as_document({name: row.get(name) for name in names}) for row in rows), key=str)


PARTS: Final[Mapping[str, Parts]] = {
    "attendance_week": Parts("days", attendance_day, "attendance_week_id"),
    "centre": Parts("former_openings", former_opening, "centre_id"),
    "welcome_household": Parts("presences", welcome_attendance, "welcome_household_id"),
}
"""The records that are more than their row, by the table of that row."""


def record_document(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> Document:
    """What a record says, whose row was read, with its parts if it has any."""
    document, parts = as_document(row), PARTS.get(table.name)
    if parts is not None:
        theirs = connection.execute(sa.select(parts.table).where(parts.table.c[parts.owner] == row["id"]))
        document[parts.name] = parts.as_documents([dict(part) for part in theirs.mappings()])
    return document


def as_document(row: Mapping[str, Any]) -> Document:
    """What a row says: days, instants and hours as text, without its number and what the database keeps of it."""
    return {name: _as_text(value) for name, value in row.items() if name not in _NOT_CONTENT}


def from_document(table: sa.Table, document: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row that the audit kept; columns the table no longer has are left out."""
    return {name: _typed(table.c[name].type.python_type, value) for name, value in document.items() if name in table.c}


def changes_of(connection: sa.Connection, table: sa.Table, row_id: int) -> int:
    """How many changes of a record the audit has, of one that is gone and had its number too."""
    counted = sa.select(sa.func.count()).where(audit_entry.c.table_name == table.name, audit_entry.c.row_id == row_id)
    return int(connection.execute(counted).scalar_one())


def _as_text(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _typed(kind: type, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if kind in (date, datetime, time):
        return kind.fromisoformat(value)
    return value
