"""Who is there, now and along a day; and the little that a visitor before a QR code may know."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data_access import codes
from data_access.engine import is_demonstration
from data_access.facts import OccupancyFacts
from data_access.frames import read, runs, valid
from data_access.openings import was_open
from data_access.periods import day_in_paris, end_of_minute, instant_in_paris
from data_access.reads.network import centres
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right, requires
from data_access.schema import (
    agreement,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    commune,
    dataset,
    opening_hours,
    person,
    visit,
)

# Who is there: seats taken at an instant, the course of a day, and what the desk of a centre needs. Visits still
# going on are found by a partial index, and news by the visits of the last two days: what is read does not grow with
# the history.

NEWS_LASTS: Final = timedelta(hours=24)
"""After this long without an arrival or a departure nobody knows who is in a centre: that is not zero."""
FIRST_SLOT: Final = time(7, 0)
LAST_SLOT: Final = time(21, 0)
_SLOTS: Final = tuple(time(each // 60, each % 60) for each in range(FIRST_SLOT.hour * 60, LAST_SLOT.hour * 60 + 1, 30))
_USUAL_CLOSING: Final = time(18, 0)
USUAL_DAYS: Final = 8
# Some of them may be holidays, or days on which nobody checked in.
_DAYS_LOOKED_AT: Final = 12
_DAYS_OF_NEWS: Final = timedelta(days=2)
SHORTEST_HALF_DAY: Final = timedelta(minutes=30)
"""Who stayed less than this in a half-day did not occupy it."""
_Stay = tuple[str, datetime, datetime, tuple[str, int]]
"""A seat kind, from when to when, and whose: a known person, or nobody known but that visit's."""
_PROPOSAL: Final = {"day": pl.Date, "seat_kind": pl.String, "half_days": pl.Int64}


@requires(Right.FIGURES, counts_people=True)
def live_centres(connection: sa.Connection, *, at: datetime) -> pl.DataFrame:
    """One row per centre in service that day, in the order of names: its hours of the day and its last news.

    `keeps_hours` tells whether any opening hours are known at all; `opens_at` is null on a day of weekly closing, and
    `public_holiday` and `closure_reason` say why a usual day is `shut`. `last_news_at` is the last arrival or departure of
    the last two days, `booking_page` the address where a seat is booked.
    """
    day = day_in_paris(at)
    hours = sa.and_(opening_hours.c.centre_id == centre.c.id, valid(opening_hours, day))
    today = sa.and_(hours, opening_hours.c.weekday == day.isoweekday())
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            centre.c.name.label("centre_name"),
            centre.c.booking_page,
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
        .where(was_open(day))
        .order_by(centre.c.name)
    )
    return (
        read(connection, question)
        .with_columns(
            last_news_at=pl.max_horizontal("last_arrival_at", "last_departure_at"),
            shut=pl.col("public_holiday").is_not_null()
            | pl.col("closure_reason").is_not_null()
            | (pl.col("keeps_hours") & pl.col("opens_at").is_null()),
        )
        .drop("last_arrival_at", "last_departure_at")
    )


@requires(Right.FIGURES, counts_people=True)
def live_occupancy(connection: sa.Connection, *, at: datetime) -> OccupancyFacts:
    """The places in service at an instant, with their hours, their news and their seats."""
    return OccupancyFacts(
        at=at,
        centres=live_centres(connection, at=at),
        seats=occupancy_facts(connection, at=at),
        names=centres(connection, on=day_in_paris(at)).select("code", "name", "commune_name"),
        demonstration=is_demonstration(connection),
    )


@requires(Right.FIGURES, counts_people=True)
def occupancy_facts(connection: sa.Connection, *, at: datetime) -> pl.DataFrame:
    """One row per centre in service and seat kind it has, or that somebody sits on: `seats` and `seats_taken` at `at`.

    A seat is taken by each visit of that day that has begun and not ended at that instant, as in the course of the day: an
    arrival to come does not count yet, a departure foreseen later does not count yet either. `seats_taken` is null where
    there has been no news for a day. `left_open` counts the visits without an end that began before that day: departures
    nobody noted, who sit nowhere.
    """
    day = day_in_paris(at)
    # Two questions, since each has its index: the arrivals of a centre's day, and the visits that have no end.
    there = (
        sa.select(visit.c.centre_id, visit.c.seat_kind, sa.literal(1).label("there"), sa.literal(0).label("forgotten"))
        .where(visit.c.centre_id.in_(sa.select(centre.c.id)), visit.c.started_at >= instant_in_paris(day))
        .where(visit.c.started_at <= at, sa.or_(visit.c.ended_at.is_(None), visit.c.ended_at > at))
    )
    forgotten = sa.select(visit.c.centre_id, visit.c.seat_kind, sa.literal(0), sa.literal(1)).where(
        visit.c.ended_at.is_(None), visit.c.started_at < instant_in_paris(day)
    )
    each = sa.union_all(there, forgotten).subquery("each")
    taken = (
        sa.select(
            each.c.centre_id,
            each.c.seat_kind,
            sa.func.sum(each.c.there).label("seats_taken"),
            sa.func.sum(each.c.forgotten).label("left_open"),
        )
        .group_by(each.c.centre_id, each.c.seat_kind)
        .subquery("taken")
    )
    # SQLite cannot name the columns of VALUES.
    kinds = sa.union_all(*(sa.select(sa.literal(kind).label("seat_kind")) for kind in codes.SEAT_KINDS)).subquery()
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            kinds.c.seat_kind,
            sa.func.coalesce(centre_capacity.c.seats, 0).cast(sa.Integer).label("seats"),
            sa.case(
                (
                    sa.or_(*(_last(moved, at) >= at - NEWS_LASTS for moved in (visit.c.started_at, visit.c.ended_at))),
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
                    valid(centre_capacity, day),
                ),
            )
            .outerjoin(taken, sa.and_(taken.c.centre_id == centre.c.id, taken.c.seat_kind == kinds.c.seat_kind))
        )
        .where(
            was_open(day),
            sa.or_(sa.func.coalesce(centre_capacity.c.seats, 0) > 0, taken.c.seats_taken.is_not(None)),
        )
        .order_by(centre.c.code, kinds.c.seat_kind)
    )
    return read(connection, question).with_columns(at=pl.lit(at, pl.Datetime("us", "UTC")))


@requires(Right.FIGURES)
def replayed_to(connection: sa.Connection, *, on: date) -> datetime | None:
    """The moment of that day to which a replay has carried the demonstration; None without one."""
    reached = connection.execute(sa.select(dataset.c.replayed_to).where(dataset.c.demonstration)).scalar()
    return reached if reached is not None and day_in_paris(reached) == on else None


@requires(Right.FIGURES)
def moment_shown(connection: sa.Connection, at: datetime) -> datetime:
    """The instant itself; where a replay has carried the demonstration beyond it that day, the moment it has reached."""
    return max(at, replayed_to(connection, on=day_in_paris(at)) or at)


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
        [(each, slot, instant_in_paris(each, slot)) for each in seen for slot in _SLOTS],
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


@requires(Right.ENTER, own_centre=True)
def visits_of_day(connection: sa.Connection, actor: Actor, *, centre_code: str, on: date) -> pl.DataFrame:
    """One row per visit begun that day or still going on, in the order of arrivals.

    `person_name` is null for who did not say their name. Raises Refused for who may not enter figures of that centre.
    """
    _require_own_centre(actor, centre_code)
    name = sa.func.trim(sa.func.coalesce(person.c.given_name, "") + " " + sa.func.coalesce(person.c.family_name, ""))
    columns = (
        visit.c.id.label("visit_id"),
        visit.c.seat_kind,
        sa.case((person.c.family_name.is_not(None), name)).cast(sa.Text).label("person_name"),
        visit.c.started_at,
        visit.c.ended_at,
        visit.c.source,
    )
    here = sa.select(centre.c.id).where(centre.c.code == centre_code).scalar_subquery()
    source = visit.outerjoin(person, person.c.id == visit.c.person_id)
    # Two questions, since each has its index: the arrivals of the day, and the visits that have no end.
    begun = sa.select(*columns).select_from(source).where(visit.c.centre_id == here, *_begun_on(on))
    still_there = sa.select(*columns).select_from(source).where(visit.c.centre_id == here, visit.c.ended_at.is_(None))
    return (
        pl.concat([read(connection, begun), read(connection, still_there)])
        .unique("visit_id")
        .sort("started_at", "visit_id")
    )


@requires(Right.ENTER, own_centre=True)
def people_with_agreement(connection: sa.Connection, actor: Actor, *, centre_code: str, on: date) -> pl.DataFrame:
    """One row per person with an agreement running that day at the centre, by name: `person_id`, `name`, `seat_kind`.

    Raises Refused for who may not enter figures of that centre.
    """
    _require_own_centre(actor, centre_code)
    question = (
        sa.select(
            person.c.id.label("person_id"),
            person.c.family_name,
            person.c.given_name,
            sa.func.min(agreement.c.seat_kind).cast(sa.Text).label("seat_kind"),
        )
        .join(agreement, agreement.c.person_id == person.c.id)
        .join(centre, centre.c.id == agreement.c.centre_id)
        .where(
            centre.c.code == centre_code,
            person.c.family_name.is_not(None),
            runs(agreement.c.signed_on, agreement.c.ended_on, on),
        )
        .group_by(person.c.id, person.c.family_name, person.c.given_name)
        .order_by(person.c.family_name, person.c.given_name, person.c.id)
    )
    return read(connection, question).select(
        "person_id",
        pl.concat_str("family_name", "given_name", separator=" ", ignore_nulls=True).alias("name"),
        "seat_kind",
    )


@requires(Right.ENTER, own_centre=True)
def proposed_days(connection: sa.Connection, *, centre_code: str, week_start: date, now: datetime) -> pl.DataFrame:
    """The weekly sheet as the check-ins of the week propose it: one row per day and seat kind, with its `half_days`.

    A visit occupies each half-day of the centre's opening hours that it overlaps by half an hour at least; a known person
    who comes back after a break counts once. A visit that has no end goes on until `now`, and no visit outlives its day.
    Several people who take turns in a half-day may share a seat: a half-day never counts more than the seats of its kind.
    A day on which nobody checked in has no row, since nobody knows whether nobody came; a kind without a visit, on a day
    with some, counts zero.
    """
    last_day = week_start + timedelta(days=6)
    centre_id = connection.execute(sa.select(centre.c.id).where(centre.c.code == centre_code)).scalar_one()
    found = connection.execute(
        sa.select(visit.c.seat_kind, visit.c.started_at, visit.c.ended_at, visit.c.id, visit.c.person_id).where(
            visit.c.centre_id == centre_id,
            visit.c.started_at >= instant_in_paris(week_start),
            visit.c.started_at < instant_in_paris(last_day + timedelta(days=1)),
            visit.c.started_at <= now,
        )
    )
    visits = [
        (
            row.seat_kind,
            row.started_at,
            row.ended_at,
            ("visit", row.id) if row.person_id is None else ("person", row.person_id),
        )
        for row in found
    ]
    rows = []
    for day in (week_start + timedelta(days=number) for number in range(7)):
        stays = [
            (kind, begun, min(ended or now, instant_in_paris(day + timedelta(days=1))), who)
            for kind, begun, ended, who in visits
            if instant_in_paris(day) <= begun < instant_in_paris(day + timedelta(days=1))
        ]
        half_days = list(half_days_of(connection, centre_id, day))
        if stays and half_days:
            rows += [
                (day, kind, sum(min(seats, _occupying(stays, kind, half_day)) for half_day in half_days))
                for kind, seats in _seats(connection, centre_id, day)
            ]
    return pl.DataFrame(rows, schema=_PROPOSAL, orient="row")


@requires(Right.ENTER, own_centre=True)
def closing_time(connection: sa.Connection, *, centre_code: str, day: date) -> datetime:
    """When the centre closes that day; 18 h where no hours are known for it."""
    centre_id = connection.execute(sa.select(centre.c.id).where(centre.c.code == centre_code)).scalar_one()
    return last_closing(half_days_of(connection, centre_id, day), day)


def last_closing(half_days: Iterable[tuple[datetime, datetime]], day: date) -> datetime:
    """The same, of the half-days of a centre."""
    return max((closes for _, closes in half_days), default=instant_in_paris(day, _USUAL_CLOSING))


def half_days_of(connection: sa.Connection, centre_id: int, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing instants of each half-day a centre opens that weekday, holidays and closures not looked at."""
    hours = connection.execute(
        sa.select(opening_hours.c.opens_at, opening_hours.c.closes_at)
        .where(
            opening_hours.c.centre_id == centre_id,
            opening_hours.c.weekday == day.isoweekday(),
            valid(opening_hours, day),
        )
        .order_by(opening_hours.c.opens_at)
    )
    for opens, closes in hours:
        yield instant_in_paris(day, opens), instant_in_paris(day, closes)


def _stays(connection: sa.Connection, days: Sequence[date], centres: Sequence[str] | None) -> pl.DataFrame:
    """One row per visit begun on one of the days."""
    wanted = sa.select(centre.c.id) if centres is None else sa.select(centre.c.id).where(centre.c.code.in_(centres))
    # Named one by one, so that each day of each centre is looked up by the index on arrivals, which begins with the centre.
    identifiers = connection.execute(wanted).scalars().all()
    spans = sa.union_all(
        *(
            sa.select(
                sa.literal(day, calendar_day.c.day.type).label("day"),
                sa.literal(instant_in_paris(day), visit.c.started_at.type).label("from_at"),
                sa.literal(instant_in_paris(day + timedelta(days=1)), visit.c.started_at.type).label("to_at"),
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


def _last(column: sa.Column[Any], at: datetime) -> sa.ScalarSelect[Any]:
    """The latest of a centre's instants up to `at`, among the visits of the last two days."""
    return (
        sa.select(sa.func.max(column))
        .where(visit.c.centre_id == centre.c.id, visit.c.started_at > at - _DAYS_OF_NEWS, column <= at)
        .scalar_subquery()
    )


def _occupying(stays: list[_Stay], seat_kind: str, half_day: tuple[datetime, datetime]) -> int:
    """How many people stayed half an hour or more of a half-day; a known person's visits are added up."""
    opens, closes = half_day
    spent: Counter[tuple[str, int]] = Counter()
    for kind, begun, ended, who in stays:
        if kind == seat_kind:
            spent[who] += max(int((min(ended, closes) - max(begun, opens)).total_seconds()), 0)
    return sum(seconds >= SHORTEST_HALF_DAY.total_seconds() for seconds in spent.values())


def _seats(connection: sa.Connection, centre_id: int, day: date) -> list[tuple[str, int]]:
    seats = connection.execute(
        sa.select(centre_capacity.c.seat_kind, centre_capacity.c.seats)
        .where(
            centre_capacity.c.centre_id == centre_id,
            centre_capacity.c.seats > 0,
            valid(centre_capacity, day),
        )
        .order_by(centre_capacity.c.seat_kind)
    )
    return [(kind, count) for kind, count in seats]


def _begun_on(day: date) -> list[sa.ColumnElement[bool]]:
    return [visit.c.started_at >= instant_in_paris(day), visit.c.started_at < instant_in_paris(day + timedelta(days=1))]


def _require_own_centre(actor: Actor, centre_code: str) -> None:
    if not actor.may_enter(centre_code):
        raise Refused([Problem(Rule.NOT_ALLOWED, "centre", {"centre_code": centre_code})])


# What a visitor's telephone may know: the free seats of the centre whose code it scanned, and its own visit.


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
    at = moment_shown(connection, at)
    here = centres(connection, on=day_in_paris(at)).filter(pl.col("code") == centre_code, pl.col("open"))
    if here.is_empty():
        return None
    # Whoever asks within a minute gets the same answer, with all that was noted in it.
    minute = end_of_minute(at)
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
