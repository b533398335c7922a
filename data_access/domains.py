"""Which domains a question reads, told by the statements that it sends: what it answered holds until one of them is written."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from data_access.schema import BOOKKEEPING, DERIVED, DOMAINS
from data_access.triggers import STALE_SOURCES

_OF_A_TABLE: Final = {table: domain for domain, tables in DOMAINS.items() for table in tables}
_DOMAINS: Final = {
    # What is no news by itself is written down in the journal where it is one.
    **{table.name: frozenset({"journal"}) for table in BOOKKEEPING if table.name != "data_version"},
    "import_file": frozenset({"imports"}),
    **{table: frozenset({domain}) for table, domain in _OF_A_TABLE.items()},
    # Summaries follow from what makes them stale.
    **{table.name: frozenset(_OF_A_TABLE[source.table] for source in STALE_SOURCES) for table in DERIVED},
}
_NAME: Final = re.compile(r"[a-z_]+")


@lru_cache(maxsize=4096)
def domains_in(statement: str) -> frozenset[str]:
    """The domains of the tables that a statement names; a column of a table's name counts for it."""
    return frozenset().union(*(_DOMAINS[name] for name in set(_NAME.findall(statement)) & _DOMAINS.keys()))


@contextmanager
def domains_told(connection: sa.Connection, tell: Callable[[frozenset[str]], None]) -> Iterator[None]:
    """Until the block ends, tells the domains of each statement that the connection sends."""

    def note(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        tell(domains_in(statement))

    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)
