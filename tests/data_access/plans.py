"""How an engine goes about a question, as it says itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa


@contextmanager
def plans_of(connection: sa.Connection) -> Iterator[list[str]]:
    """The plan of each question asked within, once it is over.

    On a small table PostgreSQL reads everything whatever the indexes: here it does so only where it has no other way.
    """
    plans: list[str] = []
    asked: list[tuple[str, Any]] = []

    def keep(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", keep)
    yield plans
    sa.event.remove(connection, "before_cursor_execute", keep)
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    for statement, parameters in asked:
        rows = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
        plans.append("\n".join(str(row[-1]) for row in rows))
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = on")
