"""How a record that is more than one row is read and put back, for the taking back of its changes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data_access.writes.rows import Change

Document = dict[str, Any]


@dataclass(frozen=True)
class Keeper:
    """`content` answers what the audit would keep of the record now, None when it is gone; `restore` makes it say
    `content` again, or removes it for None, and counts its version."""

    content: Callable[[sa.Connection, int], Document | None]
    restore: Callable[[sa.Connection, Change, int, Document | None], None]
