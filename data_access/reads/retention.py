"""What has been kept long enough."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from data_access.retention import Due, due
from data_access.rights import Right, requires


@requires(Right.PERSONAL_DATA)
def retention_due(connection: sa.Connection, *, durations: Mapping[str, int], now: datetime) -> list[Due]:
    """What each rule of retention has to do now, in their order; nothing is written. `durations` by the key of the rule."""
    return due(connection, durations=durations, now=now)
