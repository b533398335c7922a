"""What is known of one place and of all the times: its own columns, its seats and hours by period, closures, costs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
import sqlalchemy as sa

from data_access.documents import changes_of
from data_access.frames import read
from data_access.rights import Right, needs
from data_access.schema import centre, centre_capacity, centre_cost, closure, commune, opening_hours


@dataclass(frozen=True)
class PlaceEntry:
    """A place as a form opens it: `values` are its columns as stored, the versions those a correction is made on."""

    row_id: int
    version: int
    seats_version: int
    hours_version: int
    values: dict[str, Any]


@needs(Right.CENTRES)
def place_entry(connection: sa.Connection, *, centre_code: str) -> PlaceEntry | None:
    """A place by its code; None when there is none."""
    row = connection.execute(sa.select(centre).where(centre.c.code == centre_code)).mappings().one_or_none()
    if row is None:
        return None
    values = {name: value for name, value in row.items() if name not in ("id", "version")}
    seats, hours = (changes_of(connection, table, row["id"]) for table in (centre_capacity, opening_hours))
    return PlaceEntry(row["id"], row["version"], seats, hours, values)


@needs(Right.CENTRES)
def place_code(connection: sa.Connection, *, centre_id: int) -> str | None:
    """The code of a place by its id."""
    return connection.execute(sa.select(centre.c.code).where(centre.c.id == centre_id)).scalar_one_or_none()


@needs(Right.CENTRES)
def seat_periods(connection: sa.Connection, *, centre_code: str) -> pl.DataFrame:
    """One row per kind and period: `seat_kind`, `seats`, `valid_from`, `valid_to` (null = still so), newest first."""
    rows = centre_capacity.c
    question = (
        sa.select(rows.seat_kind, rows.seats, rows.valid_from, rows.valid_to)
        .join(centre, centre.c.id == rows.centre_id)
        .where(centre.c.code == centre_code)
        .order_by(rows.valid_from.desc(), rows.seat_kind)
    )
    return read(connection, question)


@needs(Right.CENTRES)
def hour_periods(connection: sa.Connection, *, centre_code: str) -> pl.DataFrame:
    """One row per open half-day and period: `weekday`, `half_day`, two times, `valid_from`, `valid_to`."""
    rows = opening_hours.c
    question = (
        sa.select(rows.weekday, rows.half_day, rows.opens_at, rows.closes_at, rows.valid_from, rows.valid_to)
        .join(centre, centre.c.id == rows.centre_id)
        .where(centre.c.code == centre_code)
        .order_by(rows.valid_from, rows.weekday, rows.half_day)
    )
    return read(connection, question)


@needs(Right.CENTRES)
def place_closures(connection: sa.Connection, *, centre_code: str, on: date) -> pl.DataFrame:
    """One row per closure of a place, or of the whole network, that is not over: `id`, `version`, `whole_network`,
    `starts_on`, `ends_on`, `reason`."""
    question = (
        sa.select(
            closure.c.id,
            closure.c.version,
            closure.c.centre_id.is_(None).label("whole_network"),
            closure.c.starts_on,
            closure.c.ends_on,
            closure.c.reason,
        )
        .select_from(closure.outerjoin(centre, centre.c.id == closure.c.centre_id))
        .where(closure.c.ends_on >= on, sa.or_(closure.c.centre_id.is_(None), centre.c.code == centre_code))
        .order_by(closure.c.starts_on)
    )
    return read(connection, question)


@needs(Right.CENTRES)
def place_costs(connection: sa.Connection, *, centre_code: str) -> pl.DataFrame:
    """One row per year, newest first: `id`, `version`, `year`, `cost_eur`, `revenue_eur` (null = not known), `source`."""
    rows = centre_cost.c
    question = (
        sa.select(rows.id, rows.version, rows.year, rows.cost_eur, rows.revenue_eur, rows.source)
        .join(centre, centre.c.id == rows.centre_id)
        .where(centre.c.code == centre_code)
        .order_by(rows.year.desc())
    )
    return read(connection, question)


@needs(Right.FIGURES)
def communes(connection: sa.Connection) -> pl.DataFrame:
    """One row per commune of the county: `insee_code`, `name`."""
    return read(connection, sa.select(commune.c.insee_code, commune.c.name).order_by(commune.c.name))
