"""What a visitor's telephone may know: the free seats of the centre whose code it scanned, and its own visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
import sqlalchemy as sa

from data_access.engine import is_demonstration
from data_access.periods import day_in_paris
from data_access.reads.network import centres
from data_access.reads.occupancy import last_movement, occupancy_facts
from data_access.rights import Right, requires
from data_access.schema import centre, visit


@dataclass(frozen=True)
class CheckInPlace:
    """A centre in service at the instant `at`: its name, and the seats free of each kind it has."""

    name: str
    at: datetime
    free: Mapping[str, int]


@requires(Right.CHECK_IN, own_centre=True, counts_people=True, grants=[Right.FIGURES])
def check_in_place(connection: sa.Connection, *, centre_code: str, at: datetime) -> CheckInPlace | None:
    """The centre at `at`; None for one that does not exist, or not any more. Where nobody gives news, every seat is free.

    Where a replay has carried invented visits beyond `at`, it is the centre at that moment.
    """
    if is_demonstration(connection):
        reached = last_movement(connection, on=day_in_paris(at))
        at = at if reached is None else max(at, reached)
    here = centres(connection, on=day_in_paris(at)).filter(pl.col("code") == centre_code, pl.col("open"))
    if here.is_empty():
        return None
    # Whoever asks within a minute gets the same answer, with all that was noted in it.
    minute = at.replace(second=0, microsecond=0) + timedelta(minutes=1)
    seats = occupancy_facts(connection, at=minute).filter(pl.col("centre_code") == centre_code, pl.col("seats") > 0)
    free = {row["seat_kind"]: max(0, row["seats"] - (row["seats_taken"] or 0)) for row in seats.iter_rows(named=True)}
    return CheckInPlace(str(here["name"][0]), at, free)


@dataclass(frozen=True)
class CheckedIn:
    """A visit that goes on."""

    seat_kind: str
    started_at: datetime


@requires(Right.CHECK_IN, own_centre=True)
def checked_in(connection: sa.Connection, *, centre_code: str, visit_id: int) -> CheckedIn | None:
    """The visit of this number, if it was noted by the code of that centre, without a name, and has no end yet."""
    found = connection.execute(
        sa.select(visit.c.seat_kind, visit.c.started_at)
        .join(centre, centre.c.id == visit.c.centre_id)
        .where(
            centre.c.code == centre_code,
            visit.c.id == visit_id,
            visit.c.source == "qr",
            visit.c.person_id.is_(None),
            visit.c.ended_at.is_(None),
        )
    ).one_or_none()
    return None if found is None else CheckedIn(found.seat_kind, found.started_at)
