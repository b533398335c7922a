"""What a revision needs beside `op.*`, the same on both engines.

A column is added with its check by one statement, which both engines read alike:
`op.execute("ALTER TABLE centre ADD COLUMN floor integer CONSTRAINT ck_centre_floor CHECK (floor >= 0)")`.
`op.batch_alter_table` is not for these tables: on SQLite it makes them anew without their checks and triggers.
"""

import re
from pathlib import Path

import sqlalchemy as sa
from alembic import op


def run_sql_beside(revision_file: str) -> None:
    """Runs the statements written for this engine in the SQL file beside a revision: `v0001_x.sqlite.sql`."""
    for statement in _statements_beside(revision_file):
        op.get_bind().exec_driver_sql(statement)


def drop_what_was_created_beside(revision_file: str) -> None:
    """Drops the tables, functions and policies that `run_sql_beside` made; indexes and triggers go with their tables."""
    written = "\n".join(_statements_beside(revision_file))
    for policy, table in re.findall(r"^CREATE POLICY (\w+) ON (\w+)", written, re.MULTILINE):
        op.get_bind().exec_driver_sql(f"DROP POLICY {policy} ON {table}")
    for table in re.findall(r"^ALTER TABLE (\w+) ENABLE ROW LEVEL SECURITY", written, re.MULTILINE):
        op.get_bind().exec_driver_sql(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY")
    created = re.findall(r"^CREATE (TABLE|FUNCTION) (\w+)", written, re.MULTILINE)
    tables = [name for kind, name in created if kind == "TABLE"]
    functions = [name for kind, name in created if kind == "FUNCTION"]
    for table in reversed(tables):
        op.get_bind().exec_driver_sql(f"DROP TABLE {table}")
    for function in functions:
        op.get_bind().exec_driver_sql(f"DROP FUNCTION {function}")


def replace_check(table: str, name: str, condition: str) -> None:
    """Gives the check `name` of a table another condition, for instance a longer list of codes.

    Raises IntegrityError when a row does not meet it.
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({condition})")
    else:
        _rewrite_check_on_sqlite(connection, table, name, condition)


def _rewrite_check_on_sqlite(connection: sa.Connection, table: str, name: str, condition: str) -> None:
    """SQLite cannot alter a check; its manual has it rewritten in the schema, since nothing stored changes."""
    unmet = f"SELECT count(*) FROM {table} WHERE NOT ({condition})"
    if connection.exec_driver_sql(unmet).scalar_one():
        raise sa.exc.IntegrityError(unmet, None, ValueError(f"a row of {table} does not meet {name}"))
    sql = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar_one()
    start, end = _check_bounds(sql, name)
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = ? WHERE name = ?", (f"{sql[:start]}{condition}{sql[end:]}", table)
    )
    # A new number has every connection read the schema again.
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")


def _check_bounds(sql: str, name: str) -> tuple[int, int]:
    """Where the condition of a named check begins and ends in a CREATE TABLE."""
    opening = re.search(rf"CONSTRAINT {name} CHECK \(", sql)
    if opening is None:
        raise LookupError(f"no check {name}")
    depth = 1
    for position in range(opening.end(), len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[position], 0)
        if depth == 0:
            return opening.end(), position
    raise LookupError(f"check {name} has no end")


def _statements_beside(revision_file: str) -> list[str]:
    """Statements stand apart by a blank line: a semicolon also ends the lines of a trigger."""
    path = Path(revision_file).with_suffix(f".{op.get_bind().dialect.name}.sql")
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [block.strip().removesuffix(";") for block in blocks if block.strip() and not block.startswith("--")]
