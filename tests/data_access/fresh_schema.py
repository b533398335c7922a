"""The SQL that makes tables as the code declares them: `python -m tests.data_access.fresh_schema TABLE…` prints it.

A revision that adds a table has this SQL written out, for both engines: it must not change when the declarations do.
"""

import re
import sys
from collections.abc import Sequence

import sqlalchemy as sa

from data_access import row_security, triggers
from data_access.schema import metadata


def statements_of(dialect: str, names: Sequence[str]) -> list[str]:
    """What makes some tables on an engine, with triggers and policies: the functions that all share are taken to be there."""
    written = triggers.create_statements(dialect)
    on_them = re.compile(rf" ON ({'|'.join(names)})\s")
    chosen = [
        statement for statement in written if statement.startswith("CREATE TRIGGER") and on_them.search(statement)
    ]
    called = {name for statement in chosen for name in re.findall(r"EXECUTE FUNCTION (\w+\(\))", statement)}
    called -= {"mark_version()", "mark_everything()"}
    functions = [statement for statement in written if statement.split()[2] in called]
    secured = row_security.secure_statements(names) if dialect == "postgresql" else []
    return [*_table_statements(dialect, names), *functions, *chosen, *secured]


def _table_statements(dialect: str, names: Sequence[str]) -> list[str]:
    statements: list[str] = []

    def note(element: sa.Executable, *_: object) -> None:
        statements.append(str(element.compile(dialect=engine.dialect)).strip())  # type: ignore[attr-defined]

    url = "sqlite://" if dialect == "sqlite" else "postgresql+psycopg://"
    engine = sa.create_mock_engine(url, note)
    metadata.create_all(engine, tables=[metadata.tables[name] for name in names], checkfirst=False)
    return statements


if __name__ == "__main__":
    for each in ("sqlite", "postgresql"):
        print(f"-- {each}\n" + ";\n\n".join(statements_of(each, sys.argv[1:])) + ";\n")
