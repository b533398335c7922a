"""Who is there now: seats taken at an instant, what is known of each centre that day, and the course of a day.

Visits still going on are found by a partial index, and news by the visits of the last two days: what is read does not
grow with the history.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data_access import codes
from data_access.frames import read
from data_access.periods import PARIS, day_in_paris
from data_access.rights import Right, requires
from data_access.schema import calendar_day, centre, centre_capacity, closure, commune, opening_hours, visit

NEWS_LASTS: Final = timedelta(hours=24)
"""After this long without an arrival or a departure nobody knows who is in a centre: that is not zero."""

FIRST_SLOT: Final = time(7, 0)
LAST_SLOT: Final = time(21, 0)
USUAL_DAYS: Final = 8
# Some of them may be holidays, or days on which nobody checked in.
_DAYS_LOOKED_AT: Final = 12
_DAYS_OF_NEWS: Final = timedelta(days=2)


@requires(Right.FIGURES, counts_people=True)
def live_centres(connection: sa.Connection, *, at: datetime) -> pl.DataFrame:
    """One row per centre in service that day, in the order of names: its hours of the day and its last news.

    `keeps_hours` tells whether any opening hours are known at all; `opens_at` is null on a day of weekly closing, and
    `public_holiday` and `closure_reason` say why a usual day is shut. `last_news_at` is the last arrival or departure of
    the last two days.
    """
    day = day_in_paris(at)
    hours = sa.and_(opening_hours.c.centre_id == centre.c.id, *_valid_on(opening_hours, day))
    today = sa.and_(hours, opening_hours.c.weekday == day.isoweekday())
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            centre.c.name.label("centre_name"),
            commune.c.name.label("commune_name"),
            commune.c.epci_siren,
            commune.c.epci_name,
            sa.exists().where(hours).label("keeps_hours"),
            sa.select(sa.func.min(opening_hours.c.opens_at)).where(today).scalar_subquery().label("opens_at"),
            sa.select(sa.func.max(opening_hours.c.closes_at)).where(today).scalar_subquery().label("closes_at"),
            sa.select(calendar_day.c.public_holiday)
            .where(calendar_day.c.day == day)
            .scalar_subquery()
            .label("public_holiday"),
            sa.select(sa.func.min(closure.c.reason))
            .where(
                sa.or_(closure.c.centre_id == centre.c.id, closure.c.centre_id.is_(None)),
                closure.c.starts_on <= day,
                closure.c.ends_on >= day,
            )
            .scalar_subquery()
            .label("closure_reason"),
            _last(visit.c.started_at, at).label("last_arrival_at"),
            _last(visit.c.ended_at, at).label("last_departure_at"),
        )
        .select_from(centre.outerjoin(commune, commune.c.insee_code == centre.c.insee_code))
        .where(*_in_service(day))
        .order_by(centre.c.name)
    )
    return (
        read(connection, question)
        .with_columns(last_news_at=pl.max_horizontal("last_arrival_at", "last_departure_at"))
        .drop("last_arrival_at", "last_departure_at")
    )


@requires(Right.FIGURES, counts_people=True)
def occupancy_facts(connection: sa.Connection, *, at: datetime) -> pl.DataFrame:
    """One row per centre in service and seat kind it has, or that somebody sits on: `seats` and `seats_taken` at `at`.

    A seat is taken by each visit that has no end. `seats_taken` is null where there has been no news for a day.
    `left_open` counts the visits among them that began before that day: departures nobody noted.
    """
    day = day_in_paris(at)
    begun_before = sa.case((visit.c.started_at < _instant(day), 1), else_=0)
    taken = (
        sa.select(
            visit.c.centre_id,
            visit.c.seat_kind,
            sa.func.count().label("seats_taken"),
            sa.func.sum(begun_before).label("left_open"),
        )
        .where(visit.c.ended_at.is_(None))
        .group_by(visit.c.centre_id, visit.c.seat_kind)
        .subquery("taken")
    )
    # SQLite cannot name the columns of VALUES.
    kinds = sa.union_all(*(sa.select(sa.literal(kind).label("seat_kind")) for kind in codes.SEAT_KINDS)).subquery()
    known_since = at - NEWS_LASTS
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            kinds.c.seat_kind,
            sa.func.coalesce(centre_capacity.c.seats, 0).cast(sa.Integer).label("seats"),
            sa.case(
                (
                    sa.or_(
                        _last(visit.c.started_at, at) >= known_since,
                        _last(visit.c.ended_at, at) >= known_since,
                    ),
                    sa.func.coalesce(taken.c.seats_taken, 0),
                )
            )
            .cast(sa.Integer)
            .label("seats_taken"),
            sa.func.coalesce(taken.c.left_open, 0).cast(sa.Integer).label("left_open"),
        )
        .select_from(
            centre.join(kinds, sa.true())
            .outerjoin(
                centre_capacity,
                sa.and_(
                    centre_capacity.c.centre_id == centre.c.id,
                    centre_capacity.c.seat_kind == kinds.c.seat_kind,
                    *_valid_on(centre_capacity, day),
                ),
            )
            .outerjoin(taken, sa.and_(taken.c.centre_id == centre.c.id, taken.c.seat_kind == kinds.c.seat_kind))
        )
        .where(
            *_in_service(day),
            sa.or_(sa.func.coalesce(centre_capacity.c.seats, 0) > 0, taken.c.seats_taken.is_not(None)),
        )
        .order_by(centre.c.code, kinds.c.seat_kind)
    )
    return read(connection, question).with_columns(at=pl.lit(at, pl.Datetime("us", "UTC")))


@requires(Right.FIGURES, counts_people=True)
def last_movement(connection: sa.Connection, *, on: date) -> datetime | None:
    """The latest arrival or departure among the visits begun that day; None when there is none."""
    begun = [visit.c.started_at >= _instant(on), visit.c.started_at < _instant(on + timedelta(days=1))]
    # Centre by centre, since the index on arrivals begins with the centre.
    latest = [
        sa.select(sa.func.max(column)).where(visit.c.centre_id == centre.c.id, *begun).scalar_subquery()
        for column in (visit.c.started_at, visit.c.ended_at)
    ]
    rows = connection.execute(sa.select(*latest).select_from(centre)).all()
    return max((moment for row in rows for moment in row if moment is not None), default=None)


@requires(Right.FIGURES, counts_people=True)
def occupancy_by_half_hour(
    connection: sa.Connection, *, day: date, until: datetime, centres: Sequence[str] | None = None
) -> pl.DataFrame:
    """One row per day and half-hour, from 7 h to 21 h in Paris: `day`, `slot`, and the `seats_taken` at that instant.

    The days are `day`, up to `until`, and the last eight same weekdays, among the last twelve, but for those without a
    visit: a day nobody noted, or a closed one, is no day without anybody.
    """
    days = [day, *(day - timedelta(weeks=back) for back in range(1, _DAYS_LOOKED_AT + 1))]
    stays = _stays(connection, days, centres)
    with_visits = set(stays["day"].to_list())
    usual = [known for known in days[1:] if known in with_visits][:USUAL_DAYS]
    seen = [day, *usual] if day in with_visits else usual
    slots = pl.DataFrame(
        [(each, slot, _instant(each, slot)) for each in seen for slot in _slots()],
        schema={"day": pl.Date, "slot": pl.Time, "at": pl.Datetime("us", "UTC")},
        orient="row",
    ).filter((pl.col("day") < day) | (pl.col("at") <= until))
    there = (pl.col("started_at") <= pl.col("at")) & (
        pl.col("ended_at").is_null() | (pl.col("ended_at") > pl.col("at"))
    )
    return (
        slots.join(stays, on="day", how="left")
        .group_by("day", "slot")
        .agg(seats_taken=there.fill_null(False).sum().cast(pl.Int64))
        .sort("day", "slot")
    )


def _stays(connection: sa.Connection, days: Sequence[date], centres: Sequence[str] | None) -> pl.DataFrame:
    """One row per visit begun on one of the days."""
    wanted = sa.select(centre.c.id) if centres is None else sa.select(centre.c.id).where(centre.c.code.in_(centres))
    # Named one by one, so that each day of each centre is looked up by the index on arrivals, which begins with the centre.
    identifiers = connection.execute(wanted).scalars().all()
    spans = sa.union_all(
        *(
            sa.select(
                sa.literal(day, calendar_day.c.day.type).label("day"),
                sa.literal(_instant(day), visit.c.started_at.type).label("from_at"),
                sa.literal(_instant(day + timedelta(days=1)), visit.c.started_at.type).label("to_at"),
            )
            for day in days
        )
    ).subquery("spans")
    question = (
        sa.select(spans.c.day, visit.c.started_at, visit.c.ended_at)
        .select_from(
            spans.join(visit, sa.and_(visit.c.started_at >= spans.c.from_at, visit.c.started_at < spans.c.to_at))
        )
        .where(visit.c.centre_id.in_(identifiers))
    )
    return read(connection, question)


def _slots() -> list[time]:
    minutes = range(FIRST_SLOT.hour * 60, LAST_SLOT.hour * 60 + 1, 30)
    return [time(index // 60, index % 60) for index in minutes]


def _last(column: sa.Column[Any], at: datetime) -> sa.ScalarSelect[Any]:
    """The latest of a centre's instants up to `at`, among the visits of the last two days."""
    return (
        sa.select(sa.func.max(column))
        .where(visit.c.centre_id == centre.c.id, visit.c.started_at > at - _DAYS_OF_NEWS, column <= at)
        .scalar_subquery()
    )


def _in_service(day: date) -> list[sa.ColumnElement[bool]]:
    return [
        centre.c.status != "planned",
        centre.c.opened_on <= day,
        sa.or_(centre.c.closed_on.is_(None), centre.c.closed_on >= day),
    ]


def _valid_on(table: sa.Table, day: date) -> list[sa.ColumnElement[bool]]:
    return [table.c.valid_from <= day, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= day)]


def _instant(day: date, moment: time = time(0, 0)) -> datetime:
    """A moment of the day in Paris, in UTC."""
    return datetime.combine(day, moment, PARIS).astimezone(UTC)
