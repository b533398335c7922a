"""A question answers with the same columns and types whether there are rows or none, on either engine."""

import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from data_access import reads, summaries
from data_access.frames import read
from data_access.periods import Period
from data_access.retention_rules import RULES
from data_access.rights import RIGHTS, Actor, Right, set_actor
from data_access.schema import attendance_day, audit_entry, centre
from tests.data_access.one_row_each import ROWS, insert_statement
from tests.databases import rolled_back_on_sqlite

# What a read is asked, by the name of its parameter.
ARGUMENTS = {
    "about": "C 2017-05-29",
    "account_id": 1,
    "actions": ("create", "update"),
    "actor": Actor("coordination@example.org", "coordinator"),
    "actor_name": "coordination@example.org",
    "as_of": date(2017, 6, 30),
    "counted_on": date(2017, 5, 31),
    "at": datetime(2017, 5, 29, 9, tzinfo=UTC),
    "centre_code": "C",
    "centre_id": 1,
    "code_hash": "0" * 64,
    "count": 4,
    "day": date(2017, 5, 29),
    "durations": {rule.key: rule.usual for rule in RULES.values()},
    "email": "coordination@example.org",
    "email_hash": "0" * 64,
    "first": date(2017, 1, 1),
    "form": "attendance_week",
    "idle": timedelta(minutes=30),
    "kind": "attendance",
    "last": date(2017, 12, 31),
    "now": datetime(2017, 5, 29, 9, tzinfo=UTC),
    "on": date(2017, 5, 29),
    "period": Period.year(2017),
    "person_id": 1,
    "row_id": 1,
    "row_key": "C 2017-05-29",
    "since": datetime(2017, 1, 1, tzinfo=UTC),
    "subject": "0000",
    "table": "centre",
    "table_name": "centre",
    "tables": ("centre", "placement"),
    "text": "vidal",
    "token_hash": "0" * 64,
    "until": datetime(2017, 5, 29, 9, tzinfo=UTC),
    "visit_id": 1,
    "week_start": date(2017, 5, 29),
    "year": 2017,
}

# They take the identifier of a row, which a reading has given them.
NO_QUESTION = {"half_days_of"}


def every_read() -> list[Callable[..., Any]]:
    """The public functions of `data_access.reads` that ask a database."""
    modules = [
        importlib.import_module(f"{reads.__name__}.{found.name}") for found in pkgutil.iter_modules(reads.__path__)
    ]
    return [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and next(iter(inspect.signature(function).parameters), None) == "connection"
        and function.__name__ not in NO_QUESTION
    ]


READS = every_read()
DIALECTS = (sa.create_engine("sqlite://").dialect, sa.create_engine("postgresql+psycopg://").dialect)


def who_may_ask(question: Callable[..., Any]) -> Actor:
    """Somebody who has the right that a read needs."""
    roles = [role for role, rights in RIGHTS.items() if getattr(question, "right", Right.FIGURES) in rights]
    return Actor("somebody@example.org", "coordinator" if "coordinator" in roles else roles[0], frozenset({"C"}))


def frames_of(question: Callable[..., Any], connection: sa.Connection) -> dict[str, pl.DataFrame]:
    """The frames that a read answers with, alone or within a record."""
    required = [
        name
        for name, parameter in inspect.signature(question).parameters.items()
        if parameter.default is inspect.Parameter.empty and name != "connection"
    ]
    assert set(required) <= set(ARGUMENTS), "ARGUMENTS lacks a value for a parameter of this read"
    set_actor(connection, who_may_ask(question))
    answer = question(connection, **{name: ARGUMENTS[name] for name in required})
    parts = vars(answer) if dataclasses.is_dataclass(answer) else {"": answer}
    return {name: part for name, part in parts.items() if isinstance(part, pl.DataFrame)}


@pytest.fixture
def bare(connection: sa.Connection) -> sa.Connection:
    """A database where nothing is known but one planned centre."""
    connection.exec_driver_sql(insert_statement("centre"))
    summaries.refresh(connection, through=ARGUMENTS["as_of"])  # type: ignore[arg-type]
    return connection


def fill(connection: sa.Connection) -> None:
    """Gives every table a row, and the centre something to offer."""
    connection.exec_driver_sql("DELETE FROM dataset")
    for table in ROWS:
        if table != "centre":
            connection.exec_driver_sql(insert_statement(table))
    connection.execute(sa.update(centre).values(status="open", opened_on=date(2017, 1, 1)))
    summaries.refresh(connection, through=ARGUMENTS["as_of"])  # type: ignore[arg-type]


def test_an_answer_has_the_same_types_with_rows_and_without(bare: sa.Connection) -> None:
    """An empty frame is filtered, joined and drawn as a full one: nothing above asks whether it is empty."""
    without = schemas(bare)
    fill(bare)
    with_rows = schemas(bare)

    # A part there is nothing to compare with is no frame.
    assert {name: schema for name, schema in without.items() if schema != with_rows[name]} == {}
    assert [name for name, schema in with_rows.items() if pl.Null in schema.dtypes()] == []


def schemas(connection: sa.Connection) -> dict[tuple[str, str], pl.Schema]:
    """The types of each part of each answer."""
    return {
        (question.__name__, name): frame.schema
        for question in READS
        for name, frame in frames_of(question, connection).items()
    }


@rolled_back_on_sqlite
def test_a_question_is_one_that_both_engines_understand(bare: sa.Connection) -> None:
    """Also where only one of them can be run."""
    asked: dict[str, list[str]] = {question.__name__: [] for question in READS}

    @sa.event.listens_for(bare, "before_execute")
    def _compile(_connection: object, clause: Any, *_: object) -> None:
        asked[question.__name__] += [str(clause.compile(dialect=dialect)) for dialect in DIALECTS]

    for question in READS:
        frames_of(question, bare)

    assert [name for name, statements in asked.items() if not statements] == []


def test_every_read_is_found() -> None:
    """The walk above sees the package."""
    assert {"attendance_facts", "centres", "users_facts"} <= {question.__name__ for question in READS}


def test_a_column_of_unknown_type_is_refused(connection: sa.Connection) -> None:
    """Its type would depend on its rows; the message says what to do."""
    with pytest.raises(TypeError, match="the SQL type of mean is unknown: cast it"):
        read(connection, sa.select(sa.func.avg(attendance_day.c.half_days).label("mean")))


def test_a_column_without_a_polars_type_is_refused(connection: sa.Connection) -> None:
    """A document is no column of figures."""
    with pytest.raises(TypeError, match="no Polars type for before"):
        read(connection, sa.select(audit_entry.c.before))


def test_every_type_of_the_database_has_its_polars_type(connection: sa.Connection) -> None:
    """Texts, numbers, days, instants, hours and flags, here all null."""
    names: dict[str, TypeEngine[Any]] = {
        "text": sa.Text(),
        "whole": sa.Integer(),
        "number": sa.Double(),
        "day": sa.Date(),
        "flag": sa.Boolean(),
    }
    question = sa.select(*(sa.null().cast(kind).label(name) for name, kind in names.items()))

    expected = {"text": pl.String, "whole": pl.Int64, "number": pl.Float64, "day": pl.Date, "flag": pl.Boolean}

    assert dict(read(connection, question).schema) == expected


def test_a_frame_keeps_the_order_of_its_columns(connection: sa.Connection) -> None:
    """As the question names them."""
    question = sa.select(sa.literal(2).label("b"), sa.literal(1).label("a"))

    assert read(connection, question).rows(named=True) == [{"b": 2, "a": 1}]
