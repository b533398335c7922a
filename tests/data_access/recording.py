"""How tests record: each kind by the name its audit entries give it."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from data_access.entries import KINDS
from data_access.entries.engine import record_entry
from data_access.rights import Actor
from data_access.writes.rows import Saved


def recorder(key: str) -> Callable[..., Saved]:
    """What records a kind."""

    def record(connection: sa.Connection, actor: Actor, record: Any, **about: Any) -> Saved:
        return record_entry(connection, actor, KINDS[key], record, **about)

    return record


record_placement = recorder("placement")
record_information_meeting = recorder("information_meeting")
record_welcome_session = recorder("welcome_session")
record_welcome_household = recorder("household")
record_course = recorder("course")
record_event = recorder("event")
record_centre = recorder("centre")
record_capacity = recorder("capacity")
record_opening_hours = recorder("opening_hours")
record_closure = recorder("closure")
record_centre_cost = recorder("cost")
