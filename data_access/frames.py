"""Rows to Polars frames, typed by the columns of the question, also when there is no row."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from data_access.schema.columns import Day

_DTYPES: Final[Mapping[type, pl.DataType]] = {
    bool: pl.Boolean(),
    int: pl.Int64(),
    float: pl.Float64(),
    str: pl.String(),
    date: pl.Date(),
    datetime: pl.Datetime("us", "UTC"),
    time: pl.Time(),
}


def read(
    connection: sa.Connection,
    question: sa.Select[*tuple[Any, ...]] | sa.CompoundSelect[*tuple[Any, ...]],
    asked: Mapping[str, Any] | None = None,
) -> pl.DataFrame:
    """One row per row of the answer; `asked` are the parameters of a question that has some.

    Raises TypeError for a column whose SQL type is unknown: an untyped column would have another type when empty.
    """
    schema = {column.name: _dtype(column) for column in question.selected_columns}
    rows = connection.execute(question, asked).all()
    return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")


def runs(
    first: sa.ColumnElement[Any], last: sa.ColumnElement[Any], on: Any, until: Any = None
) -> sa.ColumnElement[bool]:
    """Whether what began on `first` and has not ended (`last` null) or ended on `last` goes on that day, or on one day of a
    span that ends with `until`."""
    return sa.and_(first <= (on if until is None else until), sa.or_(last.is_(None), last >= on))


class next_day(GenericFunction[date]):
    """The day after a day."""

    type = Day()
    inherit_cache = True


@compiles(next_day, "sqlite")
def _next_day_sqlite(element: next_day, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, '+1 day')"


@compiles(next_day, "postgresql")
def _next_day_postgresql(element: next_day, compiler: SQLCompiler, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + 1)"


def valid(table: sa.Table, on: Any) -> sa.ColumnElement[bool]:
    """Whether a dated row of the table is so that day."""
    return runs(table.c.valid_from, table.c.valid_to, on)


def _dtype(column: sa.ColumnElement[Any]) -> pl.DataType:
    if isinstance(column.type, sa.types.NullType):
        raise TypeError(f"the SQL type of {column.name} is unknown: cast it")
    try:
        return _DTYPES[column.type.python_type]
    except (NotImplementedError, KeyError):
        raise TypeError(f"no Polars type for {column.name} ({column.type!r})") from None
