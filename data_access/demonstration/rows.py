"""Rows waiting to be written in bulk, with the identifiers they will have."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from data_access.schema import FACT_TABLES, metadata

_ToDriver = Callable[[Any], Any]


class Rows:
    """Collects rows table by table, then writes them as fast as each engine allows.

    Identifiers are given here, so that a row can refer to another before either is written.
    """

    def __init__(self, last_ids: Mapping[str, int]) -> None:
        self._last_ids: Final = dict(last_ids)
        self._waiting: Final[dict[str, list[dict[str, Any]]]] = {}

    @classmethod
    def after_those_of(cls, connection: sa.Connection) -> "Rows":
        """New rows follow the highest identifiers the database has."""
        tables = [table for table in FACT_TABLES if table.c.keys()[0] == "id"]
        highest = {
            table.name: connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))).scalar_one()
            for table in tables
        }
        return cls(highest)

    def add(self, table: sa.Table, **values: object) -> int:
        """Keeps one row and gives its identifier (0 for a table that has none); all rows of a table name the same columns."""
        identifier = 0
        if table.name in self._last_ids:
            identifier = self._last_ids[table.name] + 1
            self._last_ids[table.name] = identifier
            values["id"] = identifier
        self._waiting.setdefault(table.name, []).append(values)
        return identifier

    def waiting(self, table: sa.Table) -> list[dict[str, Any]]:
        """The rows of a table that are not written yet."""
        return self._waiting.get(table.name, [])

    def write(self, connection: sa.Connection) -> None:
        """Writes and forgets the rows, the tables that others refer to first."""
        insert = _copy if connection.dialect.name == "postgresql" else _execute_many
        for table in metadata.sorted_tables:
            rows = self._waiting.pop(table.name, [])
            if rows:
                names = list(rows[0])
                insert(connection, table.name, names, _driver_rows(connection, table, names, rows))

    def settle(self, connection: sa.Connection) -> None:
        """Tells PostgreSQL which identifiers were given here, and how many rows its tables hold now.

        It plans by what it knows of a table, and would still take these for empty. SQLite sees for itself.
        """
        if connection.dialect.name != "postgresql":
            return
        for table, last_id in self._last_ids.items():
            if last_id:
                sequence = sa.func.pg_get_serial_sequence(table, "id")
                connection.execute(sa.select(sa.func.setval(sequence, last_id)))
        connection.exec_driver_sql(f"ANALYZE {', '.join(table.name for table in metadata.sorted_tables)}")


def _driver_rows(
    connection: sa.Connection, table: sa.Table, names: list[str], rows: list[dict[str, Any]]
) -> list[tuple[Any, ...]]:
    columns: list[Iterable[Any]] = []
    for name in names:
        to_driver: _ToDriver | None = table.c[name].type.bind_processor(connection.dialect)
        values = [row[name] for row in rows]
        columns.append(values if to_driver is None else map(to_driver, values))
    return list(zip(*columns, strict=True))


def _execute_many(connection: sa.Connection, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" for _ in names)
    connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)


def _copy(connection: sa.Connection, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
