"""All that a database holds, told alike on SQLite and PostgreSQL: read at one instant, compared, loaded into another.

A value is told as SQLite keeps it: days, instants and hours as text, yes and no as 1 and 0, documents as the text of their
JSON with its keys in order. So a row is the same text on both engines, and equal contents have equal prints.

What follows from other rows does not travel: summaries are made anew where the rows arrive.
"""

import base64
import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol

import sqlalchemy as sa

from data_access import summaries
from data_access.engine import open_engine
from data_access.rights import COMMAND_LINE
from data_access.row_security import owner_passes_by
from data_access.schema import DERIVED, DOMAINS, data_version, metadata
from data_access.schema.columns import Document
from data_access.triggers import triggers_disabled

Row = tuple[Any, ...]
Progress = Callable[[float], None]
"""Told the share of the work that is done."""

CONTENT_TABLES: Final = tuple(table for table in metadata.sorted_tables if table not in DERIVED)
"""Every table but the summaries, each after those that it refers to."""
_PUBLISHED: Final = frozenset(
    {"calendar_day", "commune", "course", "data_version", "dataset", "price", "published_figure", "welcome_session"}
)
"""What `migrate` itself fills in a database where nobody has entered anything."""
_ROWS_AT_ONCE: Final = 2000


class ContentRefused(Exception):
    """A table cannot be loaded as it is told; `reason` is `values`, `links`, `content` or `referred`; nothing was written."""

    def __init__(self, table: str, reason: str) -> None:
        super().__init__(f"{table}: {reason}")
        self.table, self.reason = table, reason


@dataclass(frozen=True)
class TableContent:
    """What tells the content of a table: its columns by name, how many rows, and a print that no order of rows changes."""

    columns: tuple[str, ...]
    rows: int
    print: str


class Source(Protocol):
    """Where rows come from: a database, or a file made of one."""

    columns: Mapping[str, tuple[str, ...]]
    """The columns of each table it has, by name."""
    next_ids: Mapping[str, int]
    """The first identifier never given, for tables that give some."""

    def rows(self, table: str) -> Iterator[Row]:
        """The rows of a table, in any order."""


@contextmanager
def snapshot(engine: sa.Engine, folder: Path) -> Iterator[sa.Connection]:
    """A connection on which everything is as it was at one instant, however long it is read and whoever writes meanwhile.

    PostgreSQL keeps that instant for the reader. SQLite would make who writes wait for the reader: its own tool copies the
    file first, in `folder` and for the time of the block.
    """
    if engine.dialect.name == "postgresql":
        isolation: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        # To nobody, row-level security shows no row of people.
        with engine.connect().execution_options(actor=COMMAND_LINE, **isolation) as connection, connection.begin():
            # Where the rows go may take its time.
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield connection
        return
    with TemporaryDirectory(dir=folder, prefix=".cybercantal-") as aside:
        copied = open_engine(f"sqlite:///{aside}/copie.sqlite")
        try:
            with engine.connect() as original, copied.connect() as copy:
                driver: Any = original.connection.driver_connection
                try:
                    driver.backup(copy.connection.driver_connection)
                except sqlite3.Error as error:
                    raise sa.exc.OperationalError("backup", None, error) from error
            with copied.connect() as connection, connection.begin():
                yield connection
        finally:
            copied.dispose()


class DatabaseContent:
    """What a connection reads, whatever the revision of its tables."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        known = sa.inspect(connection)
        there = known.get_table_names()
        self.columns: Mapping[str, tuple[str, ...]] = {
            table.name: tuple(sorted(column["name"] for column in known.get_columns(table.name)))
            for table in CONTENT_TABLES
            if table.name in there
        }
        self.next_ids: Mapping[str, int] = {
            table: self._next_id(table) for table, columns in self.columns.items() if "id" in columns
        }

    def rows(self, table: str) -> Iterator[Row]:
        columns = self.columns[table]
        declared = metadata.tables[table].c
        documents = {name for name in columns if name in declared and isinstance(declared[name].type, Document)}
        asked = ", ".join(f"CAST({name} AS text)" if name in documents else name for name in columns)
        tellers = [_document if name in documents else _plain for name in columns]
        found = self._connection.exec_driver_sql(
            f"SELECT {asked} FROM {table}", execution_options={"yield_per": _ROWS_AT_ONCE}
        )
        for row in found:
            yield tuple(tell(value) for tell, value in zip(tellers, row, strict=True))

    def content(self, table: str) -> TableContent:
        """The same as a print."""
        counted = Print(self.columns[table])
        for row in self.rows(table):
            counted.add(told(row))
        return counted.content()

    def _next_id(self, table: str) -> int:
        last = self._connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar() or 0
        if self._connection.dialect.name == "postgresql":
            # An identifier that was given, and whose row is gone, was given all the same. None for who may not see it.
            given = self._connection.exec_driver_sql(
                "SELECT last_value FROM pg_sequences WHERE format('%%I.%%I', schemaname, sequencename)::regclass"
                " = pg_get_serial_sequence(%s, 'id')::regclass",
                (table,),
            ).scalar()
            last = max(last, given or 0)
        return int(last) + 1


class Print:
    """Takes the rows of a table one by one, in any order."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._columns = columns
        self._rows: list[bytes] = []

    def add(self, line: bytes) -> None:
        """One row, as `told` tells it."""
        self._rows.append(hashlib.sha256(line).digest())

    def content(self) -> TableContent:
        """What all the rows taken come to."""
        whole = hashlib.sha256(json.dumps(self._columns).encode())
        for row in sorted(self._rows):
            whole.update(row)
        return TableContent(self._columns, len(self._rows), whole.hexdigest())


def told(row: Row) -> bytes:
    """The one text of a row, without an end of line."""
    return json.dumps(row, default=_binary, separators=(",", ":")).encode()


def read(line: bytes | str) -> Row:
    """The row that was told so."""
    return tuple(json.loads(line, object_hook=lambda known: base64.b64decode(known["base64"])))


def holds_entries(connection: sa.Connection) -> bool:
    """Whether there is a place, a person or any other fact, beside what was published of the network."""
    entered = (table for table in CONTENT_TABLES if table.name not in _PUBLISHED)
    return any(connection.execute(sa.select(sa.exists().select_from(table))).scalar() for table in entered)


def load(connection: sa.Connection, source: Source, *, through: date, tell: Progress) -> Mapping[str, TableContent]:
    """Replaces all that the database holds by what the source has, and answers with what it then holds, found equal.

    Summaries are made anew up to the month of `through`, and numbers of the data version go beyond every one told before.
    `connection` must come from `writing`, for nobody: of whoever owns the tables. Checks and links hold as for any write;
    the triggers do not run, since what they would do was done when the rows were first written. Raises ContentRefused.
    """
    driver_error = connection.dialect.loaded_dbapi.Error
    before = _versions(connection)
    names = [table.name for table in CONTENT_TABLES]
    next_ids = DatabaseContent(connection).next_ids
    loaded: dict[str, TableContent] = {}
    with triggers_disabled(connection), owner_passes_by(connection):
        _clear(connection)
        for done, name in enumerate(names):
            tell(0.5 * done / len(names))
            counted = Print(source.columns[name])
            try:
                _insert(connection, name, source.columns[name], _counted(source.rows(name), counted))
            except (driver_error, UnicodeError):
                # What a driver says quotes the row.
                raise ContentRefused(name, "values") from None
            loaded[name] = counted.content()
        _refuse_broken_links(connection)
        there = DatabaseContent(connection)
        for done, name in enumerate(names):
            tell(0.5 + 0.3 * done / len(names))
            if there.content(name) != loaded[name]:
                raise ContentRefused(name, "content")
        _set_versions(connection, before)
        for name, next_id in there.next_ids.items():
            _give_from(connection, name, max(next_id, next_ids[name], source.next_ids.get(name, 1)))
    if connection.dialect.name == "postgresql":
        # It plans by what it knows of a table, and would still take these for empty.
        connection.exec_driver_sql(f"ANALYZE {', '.join(names)}")
    tell(0.8)
    summaries.mark_stale(connection)
    summaries.refresh(connection, through=through)
    return loaded


def _counted(rows: Iterable[Row], counted: Print) -> Iterator[Row]:
    for row in rows:
        counted.add(told(row))
        yield row


def _clear(connection: sa.Connection) -> None:
    tables = [table.name for table in reversed(metadata.sorted_tables)]
    if connection.dialect.name == "postgresql":
        try:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)}")
        except sa.exc.NotSupportedError:
            # A table of another program refers to one of ours.
            raise ContentRefused("", "referred") from None
        return
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    for name in tables:
        connection.exec_driver_sql(f"DELETE FROM {name}")


def _insert(connection: sa.Connection, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
    """By the quickest way of each engine, which takes the values as they are told."""
    driver: Any = connection.connection.driver_connection
    names = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"
    driver.executemany(statement, rows)


def _refuse_broken_links(connection: sa.Connection) -> None:
    """PostgreSQL has refused them row by row; SQLite would at the end, without saying where."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise ContentRefused(broken[0], "links")


def _versions(connection: sa.Connection) -> Mapping[str, int]:
    return dict(connection.execute(sa.select(data_version)).mappings().one())


def _set_versions(connection: sa.Connection, before: Mapping[str, int]) -> None:
    """Beyond every number that was told before: what was read at one of them does not hold any more."""
    loaded = _versions(connection)
    grown = {name: max(before[name], loaded[name]) for name in ("n", *DOMAINS)}
    connection.execute(sa.update(data_version).values(**grown))


def _give_from(connection: sa.Connection, table: str, next_id: int) -> None:
    """The next row of a table gets this identifier; SQLite goes on from its highest one by itself."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false) WHERE pg_get_serial_sequence(%s, 'id') IS NOT NULL",
            (table, next_id, table),
        )


def _plain(value: Any) -> Any:
    """A value of either driver as SQLite keeps it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float):
        # SQLite does not tell zero from minus zero.
        return value + 0.0
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("auto" if value.second or value.microsecond else "minutes")
    return value


def _document(text: str | None) -> str | None:
    """A document in one text, whatever the order of its keys and the way its numbers are written."""
    known = None if text is None else json.loads(text, parse_float=_number)
    if known is None:
        return None
    written = json.dumps(known, ensure_ascii=False, sort_keys=True)
    try:
        written.encode()
    except UnicodeEncodeError:
        # Half of a sign, which another program wrote as an escape: no text holds it otherwise.
        return json.dumps(known, sort_keys=True)
    return written


def _number(text: str) -> float | int:
    """PostgreSQL writes 1e23 in full."""
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(text)


def _binary(value: bytes) -> dict[str, str]:
    return {"base64": base64.b64encode(value).decode()}
