"""The answers the database has for the national census of tiers-lieux, for the coordinator who fills it in."""

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from dashboard.exports.opendata import census as export
from dashboard.exports.tables import Table
from dashboard.indicators import attendance
from dashboard.indicators.disclosure import THRESHOLD, is_small
from dashboard.indicators.model import measure
from dashboard.wording.numbers import decimal
from data_access.engine import is_demonstration
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts
from data_access.reads.publication import census_counts, published_hours, published_places

if TYPE_CHECKING:
    import sqlalchemy as sa

_FIGURES = (attendance.OCCUPIED_HALF_DAYS, attendance.HOURS, attendance.FILL_RATE)


def census(connection: "sa.Connection", *, today: date) -> Table:
    """The lines of the places that have opened, for the last year that is over."""
    year = today.year - 1
    counts = census_counts(connection, year=year)
    used = measure(attendance_facts(connection, Period.year(year), by=("centre_code",)), _FIGURES, by="centre_code")
    places = (
        published_places(connection, on=today)
        .filter(pl.col("status") != "planned")
        .join(counts.rename({"centre_code": "code"}), on="code", how="left", maintain_order="left")
        .join(used.rename({"centre_code": "code"}), on="code", how="left", maintain_order="left")
        .with_columns(pl.col("users").map_elements(_masked_count, return_dtype=pl.String))
    )
    hours = published_hours(connection, on=today)
    return export.census(places, hours, year=year, demonstration=is_demonstration(connection))


def _masked_count(users: int) -> str | None:
    """A count of people as it may leave the house; None for nobody."""
    if users == 0:
        return None
    return f"moins de {THRESHOLD}" if is_small(users) else decimal(users, 0)
