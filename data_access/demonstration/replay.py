"""Plays a day of a demonstration again, step by step, as if people came and left before one's eyes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

import sqlalchemy as sa

from data_access.engine import is_demonstration, writing
from data_access.periods import PARIS
from data_access.reads.occupancy import live_centres
from data_access.rights import COMMAND_LINE
from data_access.schema import centre, visit

_WEEKS_LOOKED_AT: Final = 12


class NotADemonstration(Exception):
    """The database holds real figures: nothing is played in it."""


class NobodyComes(Exception):
    """No centre opens that day, or no day like it has visits to be played again."""


@dataclass
class _Stay:
    """One visit to be played: `visit_id` once the person has come."""

    centre_id: int
    seat_kind: str
    person_id: int | None
    started_at: datetime
    ended_at: datetime
    source: str
    visit_id: int | None = None
    left: bool = False


@dataclass
class Replay:
    """A day being played. `arrivals` and `departures` count what has been played so far."""

    engine: sa.Engine
    first: datetime
    last: datetime
    stays: Sequence[_Stay]
    arrivals: int = 0
    departures: int = 0
    _reached: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._reached = self.first

    @property
    def is_over(self) -> bool:
        """Whether everybody has come and left."""
        return self._reached >= self.last

    def advance(self, to: datetime) -> None:
        """Plays what happens up to a moment of the day, in one transaction; nothing is written when nothing happens."""
        self._reached = to
        come = [stay for stay in self.stays if stay.visit_id is None and stay.started_at <= to]
        gone = [stay for stay in self.stays if not stay.left and stay.ended_at <= to]
        if not come and not gone:
            return
        with writing(self.engine, COMMAND_LINE) as connection:
            for stay in come:
                stay.visit_id = connection.execute(
                    sa.insert(visit).values(_row(stay)).returning(visit.c.id)
                ).scalar_one()
            for stay in gone:
                # Unless somebody noted it at the desk meanwhile.
                still_there = (visit.c.id == stay.visit_id, visit.c.ended_at.is_(None))
                connection.execute(sa.update(visit).where(*still_there).values(ended_at=stay.ended_at))
                stay.left = True
        self.arrivals += len(come)
        self.departures += len(gone)


def begin_replay(engine: sa.Engine, *, day: date) -> Replay:
    """Empties a day of its visits, and plans it after the busiest of the last same weekdays.

    People keep their seat, their hours and the way they checked in. Raises NotADemonstration on real data, NobodyComes
    when nobody can come that day.
    """
    with writing(engine, COMMAND_LINE) as connection:
        if not is_demonstration(connection):
            raise NotADemonstration("the visits of real people are not played with")
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        open_today = _open_centres(connection, noon)
        model = _busiest(connection, day, open_today)
        if model is None:
            raise NobodyComes(f"no visit to play on {day}")
        stays = _stays_of(connection, model, day, open_today)
        connection.execute(sa.delete(visit).where(*_begun_on(day)))
        # Whoever was left from another day would sit there all along.
        connection.execute(sa.update(visit).where(visit.c.ended_at.is_(None)).values(ended_at=visit.c.started_at))
    return Replay(
        engine,
        min(stay.started_at for stay in stays) - timedelta(minutes=5),
        max(stay.ended_at for stay in stays),
        stays,
    )


def _open_centres(connection: sa.Connection, at: datetime) -> list[int]:
    known = live_centres(connection, at=at)
    codes = [
        row["centre_code"]
        for row in known.iter_rows(named=True)
        if row["opens_at"] is not None and not row["public_holiday"] and not row["closure_reason"]
    ]
    return list(connection.execute(sa.select(centre.c.id).where(centre.c.code.in_(codes))).scalars())


def _busiest(connection: sa.Connection, day: date, centres: list[int]) -> date | None:
    """The same weekday of the last weeks on which most people came to the centres that open that day."""
    counts = {}
    for back in range(1, _WEEKS_LOOKED_AT + 1):
        earlier = day - timedelta(weeks=back)
        counts[earlier] = connection.execute(
            sa.select(sa.func.count())
            .select_from(visit)
            .where(visit.c.centre_id.in_(centres), visit.c.ended_at.is_not(None), *_begun_on(earlier))
        ).scalar_one()
    best = max(counts, key=lambda earlier: (counts[earlier], earlier))
    return best if counts[best] else None


def _stays_of(connection: sa.Connection, model: date, day: date, centres: list[int]) -> list[_Stay]:
    rows = connection.execute(
        sa.select(
            visit.c.centre_id,
            visit.c.seat_kind,
            visit.c.person_id,
            visit.c.started_at,
            visit.c.ended_at,
            visit.c.source,
        )
        .where(visit.c.centre_id.in_(centres), visit.c.ended_at.is_not(None), *_begun_on(model))
        .order_by(visit.c.started_at, visit.c.id)
    )
    return [
        _Stay(centre_id, kind, person, _on(day, started_at), max(_on(day, ended_at), _on(day, started_at)), source)
        for centre_id, kind, person, started_at, ended_at, source in rows
    ]


def _row(stay: _Stay) -> dict[str, object]:
    return {
        "centre_id": stay.centre_id,
        "seat_kind": stay.seat_kind,
        "person_id": stay.person_id,
        "started_at": stay.started_at,
        "source": stay.source,
    }


def _on(day: date, moment: datetime) -> datetime:
    """The same hour of Paris on another day."""
    return datetime.combine(day, moment.astimezone(PARIS).time(), PARIS).astimezone(UTC)


def _begun_on(day: date) -> list[sa.ColumnElement[bool]]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    following = day + timedelta(days=1)
    next_midnight = datetime(following.year, following.month, following.day, tzinfo=PARIS)
    return [visit.c.started_at >= midnight, visit.c.started_at < next_midnight]
