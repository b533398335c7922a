"""Rows for tests, inserted as any other program would: tables and columns, no code of the application."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.schema import attendance_day, attendance_week, centre, centre_capacity, closure, opening_hours

OPENED_ON: Final = date(2010, 1, 4)
WEEKDAYS: Final = (1, 2, 3, 4, 5)
MORNING: Final = ("am", time(9), time(12))
AFTERNOON: Final = ("pm", time(14), time(17))


def add_centre(
    connection: sa.Connection,
    code: str = "AURILLAC",
    *,
    seats_office: int | None = 2,
    seats_open_space: int | None = None,
    weekdays: Sequence[int] = WEEKDAYS,
    **columns: Any,
) -> int:
    """A centre open since 4 January 2010, by default two offices, Monday to Friday, 9 to 12 and 14 to 17."""
    values = {
        "code": code,
        "name": f"Télécentre {code}",
        "kind": "telecentre",
        "status": "open",
        "insee_code": "15014",
        "opened_on": OPENED_ON,
        **columns,
    }
    centre_id = _added(connection, centre, **values)
    for seat_kind, seats in (("office", seats_office), ("open_space", seats_open_space)):
        if seats is not None:
            add_capacity(connection, centre_id, seat_kind, seats)
    for weekday in weekdays:
        for half_day in (MORNING, AFTERNOON):
            add_hours(connection, centre_id, weekday, half_day)
    return centre_id


def add_capacity(
    connection: sa.Connection,
    centre_id: int,
    seat_kind: str,
    seats: int,
    valid_from: date = OPENED_ON,
    valid_to: date | None = None,
) -> int:
    """Seats of one kind over a span of days."""
    return _added(
        connection,
        centre_capacity,
        centre_id=centre_id,
        seat_kind=seat_kind,
        seats=seats,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def add_hours(
    connection: sa.Connection,
    centre_id: int,
    weekday: int,
    half_day: tuple[str, time, time],
    valid_from: date = OPENED_ON,
    valid_to: date | None = None,
) -> int:
    """One open half-day of the week, for instance `MORNING`."""
    name, opens_at, closes_at = half_day
    return _added(
        connection,
        opening_hours,
        centre_id=centre_id,
        weekday=weekday,
        half_day=name,
        opens_at=opens_at,
        closes_at=closes_at,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def add_closure(connection: sa.Connection, centre_id: int | None, starts_on: date, ends_on: date) -> int:
    """Days shut; no centre = the whole network."""
    return _added(connection, closure, centre_id=centre_id, starts_on=starts_on, ends_on=ends_on, reason="Travaux")


def add_week(
    connection: sa.Connection,
    centre_id: int,
    week_start: date,
    *,
    office: Sequence[int | None] = (),
    open_space: Sequence[int | None] = (),
    status: str = "complete",
    **columns: Any,
) -> int:
    """A weekly sheet: occupied half-days from Monday on, None = no row that day."""
    week_id = _added(connection, attendance_week, centre_id=centre_id, week_start=week_start, status=status, **columns)
    for seat_kind, half_days in (("office", office), ("open_space", open_space)):
        for number, occupied in enumerate(half_days):
            if occupied is not None:
                add_day(connection, week_id, week_start + timedelta(days=number), occupied, seat_kind=seat_kind)
    return week_id


def add_day(
    connection: sa.Connection,
    week_id: int,
    day: date,
    half_days: int,
    *,
    seat_kind: str = "office",
    closed: bool = False,
) -> int:
    """Occupied half-days of one day and seat kind."""
    return _added(
        connection,
        attendance_day,
        attendance_week_id=week_id,
        day=day,
        seat_kind=seat_kind,
        half_days=half_days,
        closed=closed,
    )


def _added(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    key = connection.execute(sa.insert(table).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])
