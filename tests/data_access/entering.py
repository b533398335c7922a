"""Records entries of a kind named by its key, as the application does."""

import functools
from collections.abc import Callable
from typing import Any

from data_access.entries import KINDS
from data_access.entries.engine import record_entry
from data_access.writes.rows import Saved


@functools.cache
def entering(kind: str) -> Callable[..., Saved]:
    """The write of one kind of record: connection, actor and record, then `now` by name."""

    def enter(connection: Any, actor: Any, record: Any, **about: Any) -> Saved:
        return record_entry(connection, actor, KINDS[kind], record, **about)

    enter.__name__ = kind
    return enter
