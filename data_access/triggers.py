"""The rules and marks that hold whoever writes, as triggers of each engine.

Three kinds: the data version grows with every write; a write that changes what a centre offers or received marks its
days stale; periods of capacity and opening hours may not overlap, a day lies in its week, and a day's half-days fit its
seats. A refusal carries the name of its rule (`rule: capacity_exceeded`), which the writes turn into a French sentence.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from data_access.schema import FACT_TABLES, metadata
from data_access.trigger_rules import REFUSALS, STALE_SOURCES, StaleSource

_EVER: Final = "'1900-01-01'"
_KEYS: Final = (sa.PrimaryKeyConstraint, sa.UniqueConstraint)
_EVENTS: Final = ("INSERT", "UPDATE", "DELETE")


def create_statements(dialect: str) -> list[str]:
    """The statements that make every trigger of one engine, in the order to run them."""
    return _sqlite_statements() if dialect == "sqlite" else _postgresql_statements()


def drop_statements(dialect: str) -> list[str]:
    """The statements that remove every trigger of one engine."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {statement.split()[2]}" for statement in _sqlite_statements()]
    functions = [
        statement.split()[2] for statement in _postgresql_statements() if statement.startswith("CREATE FUNCTION")
    ]
    return [f"DROP FUNCTION {name} CASCADE" for name in functions]


@contextmanager
def suspended(connection: sa.Connection) -> Iterator[None]:
    """Loads in bulk without the triggers; the caller marks stale what it loaded and answers for the rules."""
    dialect = connection.dialect.name
    _run(connection, drop_statements(dialect))
    yield
    _run(connection, create_statements(dialect))
    connection.exec_driver_sql("UPDATE data_version SET n = n + 1")


def _run(connection: sa.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.exec_driver_sql(statement)


def _sqlite_statements() -> list[str]:
    statements = []
    for table in FACT_TABLES:
        for event in _EVENTS:
            statements.append(
                f"CREATE TRIGGER {table.name}_{event.lower()}_version AFTER {event} ON {table.name} BEGIN\n"
                f"  UPDATE data_version SET n = n + 1;\nEND"
            )
    for source in STALE_SOURCES:
        for event, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
            marks = "\n".join(_sqlite_mark(source, _sqlite_row(source, row)) for row in rows)
            statements.append(
                f"CREATE TRIGGER {source.table}_{event.lower()}_stale AFTER {event} ON {source.table} BEGIN\n{marks}\nEND"
            )
        statements.append(
            f"CREATE TRIGGER {source.table}_replace_stale BEFORE INSERT ON {source.table} BEGIN\n"
            f"{_sqlite_mark(source, _sqlite_replaced(source))}\nEND"
        )
    for refusal in REFUSALS:
        condition = refusal.condition.format(end="'9999-12-31'", week_end="date(w.week_start, '+6 days')")
        for event in ("INSERT", "UPDATE"):
            # AFTER, not BEFORE: NEW.id is only known then; the statement is undone all the same.
            statements.append(
                f"CREATE TRIGGER {refusal.table}_{event.lower()}_{refusal.rule} AFTER {event} ON {refusal.table}\n"
                f"WHEN {condition}\nBEGIN\n  SELECT RAISE(ABORT, 'rule: {refusal.rule}');\nEND"
            )
    return statements


def _sqlite_row(source: StaleSource, row: str) -> str:
    # SQLite fires once a row and knows no set of rows: the row stands in for the set, one column at a time.
    return "(SELECT " + ", ".join(f"{row}.{column} AS {column}" for column in source.columns) + ")"


def _sqlite_replaced(source: StaleSource) -> str:
    # REPLACE removes the rows in its way without firing the triggers of a removal: they are those with the same keys.
    keys = [
        constraint.columns for constraint in metadata.tables[source.table].constraints if isinstance(constraint, _KEYS)
    ]
    same = [" AND ".join(f"{column.name} = NEW.{column.name}" for column in key) for key in keys]
    return f"(SELECT * FROM {source.table} WHERE ({') OR ('.join(sorted(same))}))"


def _sqlite_mark(source: StaleSource, rows: str) -> str:
    days = source.days.format(rows=rows, ever=_EVER, never="NULL")
    return (
        "  INSERT INTO stale_mark (centre_id, first_day, last_day)\n"
        f"  SELECT s.centre_id, s.first_day, s.last_day FROM ({days}) s\n"
        "  WHERE NOT EXISTS (SELECT 1 FROM stale_mark m WHERE m.centre_id = s.centre_id"
        " AND m.first_day = s.first_day AND m.last_day IS s.last_day);"
    )


def _postgresql_statements() -> list[str]:
    statements = [
        "CREATE FUNCTION mark_version() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN UPDATE data_version SET n = n + 1; RETURN NULL; END $$",
        "CREATE FUNCTION mark_everything() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN INSERT INTO stale_mark (centre_id, first_day) SELECT id, DATE {_EVER} FROM centre; RETURN NULL; END $$",
    ]
    for table in FACT_TABLES:
        statements.append(
            f"CREATE TRIGGER {table.name}_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table.name}\n"
            "FOR EACH STATEMENT EXECUTE FUNCTION mark_version()"
        )
    for source in STALE_SOURCES:
        for event in _EVENTS:
            statements += _postgresql_mark(source, event)
        statements.append(
            f"CREATE TRIGGER {source.table}_truncate_stale AFTER TRUNCATE ON {source.table}\n"
            "FOR EACH STATEMENT EXECUTE FUNCTION mark_everything()"
        )
    for refusal in REFUSALS:
        condition = refusal.condition.format(end="DATE '9999-12-31'", week_end="w.week_start + 6")
        name = f"refuse_{refusal.table}_{refusal.rule}"
        # Two transactions could each miss the other's period: the centre's row makes them wait in turn. Its key is not
        # locked, since every sheet refers to it.
        turn = (
            "  PERFORM 1 FROM centre WHERE id = NEW.centre_id FOR NO KEY UPDATE;\n" if "overlap" in refusal.rule else ""
        )
        statements.append(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{turn}"
            f"  IF {condition} THEN\n    RAISE EXCEPTION 'rule: {refusal.rule}' USING ERRCODE = 'check_violation';\n"
            "  END IF;\n  RETURN NULL;\nEND $$"
        )
        statements.append(
            f"CREATE TRIGGER {refusal.table}_{refusal.rule} AFTER INSERT OR UPDATE ON {refusal.table}\n"
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    return statements


def _postgresql_mark(source: StaleSource, event: str) -> list[str]:
    """A function and its trigger: one insert for the whole statement, from its transition tables."""
    transitions = {"INSERT": ("written",), "UPDATE": ("replaced", "written"), "DELETE": ("replaced",)}[event]
    inserts = "\n".join(
        "  INSERT INTO stale_mark (centre_id, first_day, last_day)\n  SELECT DISTINCT s.centre_id, s.first_day, s.last_day"
        f" FROM ({source.days.format(rows=rows, ever='DATE ' + _EVER, never='CAST(NULL AS date)')}) s;"
        for rows in transitions
    )
    tables = {"written": "NEW TABLE AS written", "replaced": "OLD TABLE AS replaced"}
    referencing = " ".join(tables[rows] for rows in transitions)
    name = f"mark_{source.table}_{event.lower()}"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n{inserts}\n  RETURN NULL;\nEND $$",
        f"CREATE TRIGGER {source.table}_{event.lower()}_stale AFTER {event} ON {source.table} REFERENCING {referencing}\n"
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]
