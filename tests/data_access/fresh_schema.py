"""The schema as the code declares it, without migrations; `python -m tests.data_access.fresh_schema` writes it as SQL.

Without argument the command writes the SQL of the first revision, which is frozen once it is released. A later revision
is `op.*`, or `--tables` writes the SQL of the tables it adds, with their triggers and policies; `--row-security` writes
every policy alone.
"""

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from data_access import row_security, triggers
from data_access.schema import metadata

VERSIONS = Path(__file__).parents[2] / "data_access" / "migrations" / "versions"
# In this order the version is still 0: its trigger finds no row to count on.
FIRST_ROWS = (
    "INSERT INTO dataset (id, demonstration) VALUES (1, false)",
    "INSERT INTO data_version (id, n) VALUES (1, 0)",
)


def fresh_statements(dialect: str) -> list[str]:
    """Everything the first revision makes on that engine, in the order to run it; row-level security came later."""
    return [*_table_statements(dialect, metadata.sorted_tables), *triggers.create_statements(dialect), *FIRST_ROWS]


def statements_of(dialect: str, names: Sequence[str]) -> list[str]:
    """What makes some tables alone: the data version and its function are taken to be there."""
    written = triggers.create_statements(dialect)
    on_them = re.compile(rf" ON ({'|'.join(names)})\s")
    chosen = [
        statement for statement in written if statement.startswith("CREATE TRIGGER") and on_them.search(statement)
    ]
    called = {name for statement in chosen for name in re.findall(r"EXECUTE FUNCTION (\w+\(\))", statement)}
    called -= {"mark_version()", "mark_everything()"}
    functions = [statement for statement in written if statement.split()[2] in called]
    tables = [table for table in metadata.sorted_tables if table.name in names]
    secured = row_security.secure_statements(names) if dialect == "postgresql" else []
    return [*_table_statements(dialect, tables), *functions, *chosen, *secured]


def _table_statements(dialect: str, tables: Sequence[sa.Table]) -> list[str]:
    compiler = (
        sa.create_engine("sqlite://") if dialect == "sqlite" else sa.create_engine("postgresql+psycopg://")
    ).dialect
    statements = []
    for table in tables:
        # Indexes are kept in a set: sorted, the files are the same each time they are written.
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        elements: list[sa.schema.ExecutableDDLElement] = [sa.schema.CreateTable(table)]
        elements += [sa.schema.CreateIndex(index) for index in indexes]
        if compiler.supports_comments:
            elements.append(sa.schema.SetTableComment(table))
            elements += [sa.schema.SetColumnComment(column) for column in table.columns if column.comment]
        for element in elements:
            lines = str(element.compile(dialect=compiler)).strip().replace("\t", "    ").splitlines()
            statements.append("\n".join(line.rstrip() for line in lines))
    return statements


def _write() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("revision", nargs="?", default="v0001_network", help="file name of the revision, without .py")
    parser.add_argument("--tables", nargs="+", help="the tables it adds; every table unless told")
    parser.add_argument("--row-security", action="store_true", help="the policies of PostgreSQL, and nothing else")
    arguments = parser.parse_args()
    if arguments.row_security:
        file = VERSIONS / f"{arguments.revision}.postgresql.sql"
        file.write_text(";\n\n".join(row_security.create_statements()) + ";\n", encoding="utf-8")
        return
    for dialect in ("sqlite", "postgresql"):
        statements = statements_of(dialect, arguments.tables) if arguments.tables else fresh_statements(dialect)
        file = VERSIONS / f"{arguments.revision}.{dialect}.sql"
        file.write_text(";\n\n".join(statements) + ";\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
