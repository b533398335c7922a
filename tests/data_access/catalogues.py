"""What a database says of its own schema, as text that two databases can be compared by."""

import re
from collections.abc import Iterator

import sqlalchemy as sa

_COLUMNS = """
    SELECT table_name || '.' || column_name, data_type, udt_name, is_nullable, column_default, is_identity,
           identity_generation, col_description((table_schema || '.' || table_name)::regclass, ordinal_position)
    FROM information_schema.columns WHERE table_schema = 'public'"""
_CONSTRAINTS = """
    SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace"""
_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
_TRIGGERS = """
    SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid), tgenabled::text
    FROM pg_trigger WHERE NOT tgisinternal"""
_FUNCTIONS = "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
_POLICIES = """
    SELECT tablename || '.' || policyname, permissive, roles::text, cmd, qual, with_check FROM pg_policies
    WHERE schemaname = 'public'"""
_TABLES = """
    SELECT relname, relkind::text, obj_description(oid), relrowsecurity, relforcerowsecurity FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S', 'm')"""


def catalogue(connection: sa.Connection) -> list[str]:
    """One line per table, column, constraint, index, trigger, function and policy, sorted; Alembic's own table is left out."""
    lines = _sqlite(connection) if connection.dialect.name == "sqlite" else _postgresql(connection)
    return sorted(line for line in lines if "alembic_version" not in line)


def _postgresql(connection: sa.Connection) -> Iterator[str]:
    for question in (_TABLES, _COLUMNS, _CONSTRAINTS, _INDEXES, _TRIGGERS, _FUNCTIONS, _POLICIES):
        for row in connection.exec_driver_sql(question):
            yield " | ".join(str(value) for value in row)


def _sqlite(connection: sa.Connection) -> Iterator[str]:
    for name, kind, sql in connection.exec_driver_sql(
        "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ):
        text = re.sub(r"\s+", " ", sql.replace('"', ""))
        if kind == "table":
            body, options = text[text.index("(") + 1 :].rsplit(")", 1)
            yield f"table {name} {options.strip()}"
            yield from (f"{name}: {item}" for definition in _definitions(body) for item in _definition(definition))
        else:
            yield f"{kind} {text}"


def _definitions(body: str) -> Iterator[str]:
    """The columns and constraints of a CREATE TABLE: what stands between its outer commas."""
    depth, start = 0, 0
    for position, sign in enumerate(body):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            yield body[start:position].strip()
            start = position + 1
    yield body[start:].strip()


def _definition(text: str) -> Iterator[str]:
    """A check written behind its column, as ALTER TABLE does, is the same as one written after the columns."""
    column, *check = re.split(r"(?<=\S) (?=CONSTRAINT ck_)", text)
    yield column
    yield from check
