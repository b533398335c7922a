"""Single visits: the presences of the weekly sheets, to the minute, and a day of them played again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

import sqlalchemy as sa

from data_access.demonstration.attendance import Presence, Week, distinct_people
from data_access.demonstration.people import Agreement, people_on
from data_access.demonstration.places import AM, PM
from data_access.demonstration.scene import Scene
from data_access.engine import is_demonstration, writing
from data_access.periods import PARIS, instant_in_paris, months_before
from data_access.reads.occupancy import live_centres
from data_access.rights import COMMAND_LINE
from data_access.schema import centre, dataset, visit

# Single visits of the last months: the same presences as the weekly sheets, person by person, up to the minute.

# So that a month can be set against the year before.
_MONTHS: Final = 13
_SHARE_ALL_DAY: Final = 0.75
# Of the people of a week, those who ever say who they are; and how often these do.
_SHARE_KNOWN: Final = 0.8
_SHARE_NAMED: Final = 0.8
_SOURCES: Final = {"desk": 60, "qr": 40}
# Two places have no animator to check people in all day.
_OTHER_SOURCES: Final = {"A2EX": {"sensor": 70, "qr": 30}, "LA-FORGE": {"import": 80, "desk": 20}}


def write_visits(scene: Scene, weeks: Iterable[Week], agreements: Sequence[Agreement]) -> None:
    """Keeps the visits begun by the moment the data are made for; those that end later are still open.

    `agreements` are those of the place, in order of signature.
    """
    first = months_before(scene.as_of, _MONTHS)
    for week in weeks:
        if week.monday + timedelta(days=6) < first or week.monday > scene.as_of or week.status == "closed":
            continue
        draws = scene.draws("visits", week.place.code, week.monday)
        # Those who say who they are: fewer than the different people of the weekly sheet.
        running = people_on(agreements, week.monday)
        regulars = draws.sample(running, min(len(running), int(distinct_people(scene, week) * _SHARE_KNOWN)))
        for presence in week.presences:
            if first <= presence.day <= scene.as_of and presence.day not in week.closed_days:
                _write_day(scene, week, presence, regulars, draws)


def _write_day(scene: Scene, week: Week, presence: Presence, regulars: Sequence[Agreement], draws: Random) -> None:
    """Each regular comes at most once a day, to the kind of seat of their agreement."""
    sources = _OTHER_SOURCES.get(week.place.code, _SOURCES)
    known = [
        agreement.person
        for agreement in regulars
        if agreement.seat_kind == presence.seat_kind and agreement.ended_on >= presence.day
    ]
    draws.shuffle(known)
    for arrives, leaves in _stays(presence, draws):
        somebody = known.pop() if known and draws.random() < _SHARE_NAMED else None
        source = draws.choices(list(sources), list(sources.values()))[0]
        if arrives <= scene.until:
            scene.rows.add(
                visit,
                centre_id=scene.centres[week.place.code],
                seat_kind=presence.seat_kind,
                person_id=somebody.identifier if somebody else None,
                started_at=arrives,
                ended_at=leaves if leaves <= scene.until else None,
                source=source,
            )


def _stays(presence: Presence, draws: Random) -> Iterator[tuple[datetime, datetime]]:
    """Arrivals and departures that take the half-days of a presence: many people stay all day."""
    morning, afternoon = presence.taken.get(AM, 0), presence.taken.get(PM, 0)
    all_day = round(min(morning, afternoon) * _SHARE_ALL_DAY)
    for from_half_day, to_half_day, count in (
        (AM, PM, all_day),
        (AM, AM, morning - all_day),
        (PM, PM, afternoon - all_day),
    ):
        for _ in range(count):
            arrives = _minutes_from(presence.half_days[from_half_day][0], draws.randint(0, 50))
            leaves = _minutes_from(presence.half_days[to_half_day][1], -draws.randint(0, 35))
            yield instant_in_paris(presence.day, arrives), instant_in_paris(presence.day, leaves)


def _minutes_from(moment: time, minutes: int) -> time:
    index = moment.hour * 60 + moment.minute + minutes
    return time(index // 60, index % 60)


# Plays a day of a demonstration again, step by step, as if people came and left before one's eyes.

_WEEKS_LOOKED_AT: Final = 12


class NotADemonstration(Exception):
    """The database holds real figures: nothing is played in it."""


class NobodyComes(Exception):
    """No centre opens that day, or no day like it has visits to be played again."""


@dataclass
class _Stay:
    """One visit to be played, `visit_id` once the person has come; `about` are the place, the seat, who, and by what."""

    about: dict[str, object]
    started_at: datetime
    ended_at: datetime
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
            connection.execute(sa.update(dataset).values(replayed_to=to))
            for stay in come:
                arrival = sa.insert(visit).values(**stay.about, started_at=stay.started_at)
                stay.visit_id = connection.execute(arrival.returning(visit.c.id)).scalar_one()
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
        open_today = _open_centres(connection, datetime.combine(day, time(12), UTC))
        model = _busiest(connection, day, open_today)
        if model is None:
            raise NobodyComes(f"no visit to play on {day}")
        stays = _stays_of(connection, model, day, open_today)
        connection.execute(sa.delete(visit).where(*_begun_on(day)))
        # Whoever was left from another day would sit there all along.
        connection.execute(sa.update(visit).where(visit.c.ended_at.is_(None)).values(ended_at=visit.c.started_at))
        connection.execute(sa.update(dataset).values(replayed_to=None))
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
    about = (visit.c.centre_id, visit.c.seat_kind, visit.c.person_id, visit.c.source)
    rows = connection.execute(
        sa.select(visit.c.started_at, visit.c.ended_at, *about)
        .where(visit.c.centre_id.in_(centres), visit.c.ended_at.is_not(None), *_begun_on(model))
        .order_by(visit.c.started_at, visit.c.id)
    )
    return [
        _Stay(
            {column.name: value for column, value in zip(about, said, strict=True)},
            _on(day, started_at),
            max(_on(day, ended_at), _on(day, started_at)),
        )
        for started_at, ended_at, *said in rows
    ]


def _on(day: date, moment: datetime) -> datetime:
    """The same hour of Paris on another day."""
    return instant_in_paris(day, moment.astimezone(PARIS).time())


def _begun_on(day: date) -> list[sa.ColumnElement[bool]]:
    return [visit.c.started_at >= instant_in_paris(day), visit.c.started_at < instant_in_paris(day + timedelta(days=1))]
