"""A small network to check in at, on Tuesday 30 May 2017, and visits written as any other program would."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from data_access.rights import Actor
from data_access.schema import agreement, person, visit
from tests.factories import add_centre

TUESDAY: Final = date(2017, 5, 30)
PARIS: Final = ZoneInfo("Europe/Paris")
COORDINATOR: Final = Actor("coordination@example.org", "coordinator")
ANIMATOR: Final = Actor("murat@example.org", "animator", frozenset({"MURAT"}))
VIEWER: Final = Actor("elu@example.org", "viewer", frozenset({"MURAT"}))


def at(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    """A moment of Paris."""
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)


NOW: Final = at(10, 12)


def add_network(connection: sa.Connection) -> dict[str, int]:
    """Murat (2 offices, 3 seats in open space), Ydes (2 offices), open from Monday to Friday, 9 to 12 and 14 to 17."""
    return {
        "MURAT": add_centre(connection, "MURAT", seats_office=2, seats_open_space=3),
        "YDES": add_centre(connection, "YDES", seats_office=2),
    }


def add_visit(
    connection: sa.Connection,
    centre_id: int,
    started_at: datetime,
    ended_at: datetime | None = None,
    *,
    seat_kind: str = "office",
    **columns: Any,
) -> int:
    """One visit; without an end the person is still there."""
    values = {"centre_id": centre_id, "seat_kind": seat_kind, "source": "desk", **columns}
    key = connection.execute(
        sa.insert(visit).values(started_at=started_at, ended_at=ended_at, **values)
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def add_history(connection: sa.Connection, centres: Sequence[int], last_day: date, days: int) -> None:
    """Ended visits, two a day and centre, on that many days up to a last one."""
    rows = [
        {
            "centre_id": centre_id,
            "seat_kind": "office",
            "source": "desk",
            "started_at": at(9, minute, last_day - timedelta(days=back)),
            "ended_at": at(11, minute, last_day - timedelta(days=back)),
        }
        for back in range(days)
        for centre_id in centres
        for minute in range(2)
    ]
    connection.execute(sa.insert(visit), rows)


def add_person(connection: sa.Connection, centre_id: int, name: str = "Dupont", **columns: Any) -> int:
    """Somebody with an agreement running at a centre since January 2017."""
    key = connection.execute(
        sa.insert(person).values(family_name=name, given_name="Marie", status="independent")
    ).inserted_primary_key
    assert key is not None
    values = {"seat_kind": "office", "formula": "day", "signed_on": date(2017, 1, 2), **columns}
    connection.execute(sa.insert(agreement).values(centre_id=centre_id, person_id=key[0], **values))
    return int(key[0])
