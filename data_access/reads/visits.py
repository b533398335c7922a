"""What the desk of a centre needs: who came today, who may come, and the weekly sheet that its check-ins propose."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.periods import PARIS
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, Right, requires
from data_access.schema import agreement, centre, centre_capacity, opening_hours, person, visit

SHORTEST_HALF_DAY: Final = timedelta(minutes=30)
"""Who stayed less than this in a half-day did not occupy it."""
_PROPOSAL: Final = {"day": pl.Date, "seat_kind": pl.String, "half_days": pl.Int64}


@requires(Right.ENTER, own_centre=True)
def visits_of_day(connection: sa.Connection, actor: Actor, *, centre_code: str, on: date) -> pl.DataFrame:
    """One row per visit begun that day or still going on, in the order of arrivals.

    `person_name` is null for who did not say their name. Raises Refused for who may not enter figures of that centre.
    """
    _refuse_strangers(actor, centre_code)
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
    _refuse_strangers(actor, centre_code)
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
            agreement.c.signed_on <= on,
            sa.or_(agreement.c.ended_on.is_(None), agreement.c.ended_on >= on),
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

    A visit occupies each half-day of the centre's opening hours that it overlaps by half an hour at least; a visit that
    has no end goes on until `now`, and no visit outlives its day. Several people who take turns in a half-day may share a
    seat: a half-day never counts more than the seats of its kind. A day on which nobody checked in has no row, since
    nobody knows whether nobody came; a kind without a visit, on a day with some, counts zero.
    """
    last_day = week_start + timedelta(days=6)
    centre_id = connection.execute(sa.select(centre.c.id).where(centre.c.code == centre_code)).scalar_one()
    visits = connection.execute(
        sa.select(visit.c.seat_kind, visit.c.started_at, visit.c.ended_at).where(
            visit.c.centre_id == centre_id,
            visit.c.started_at >= _instant(week_start),
            visit.c.started_at < _instant(last_day + timedelta(days=1)),
            visit.c.started_at <= now,
        )
    ).all()
    rows = []
    for day in (week_start + timedelta(days=number) for number in range(7)):
        stays = [
            (kind, begun, min(ended or now, _instant(day + timedelta(days=1))))
            for kind, begun, ended in visits
            if _instant(day) <= begun < _instant(day + timedelta(days=1))
        ]
        half_days = list(half_days_of(connection, centre_id, day))
        if stays and half_days:
            rows += [
                (day, kind, sum(min(seats, _occupying(stays, kind, half_day)) for half_day in half_days))
                for kind, seats in _seats(connection, centre_id, day)
            ]
    return pl.DataFrame(rows, schema=_PROPOSAL, orient="row")


def half_days_of(connection: sa.Connection, centre_id: int, day: date) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing instants of each half-day a centre opens that weekday, holidays and closures not looked at."""
    hours = connection.execute(
        sa.select(opening_hours.c.opens_at, opening_hours.c.closes_at)
        .where(
            opening_hours.c.centre_id == centre_id,
            opening_hours.c.weekday == day.isoweekday(),
            opening_hours.c.valid_from <= day,
            sa.or_(opening_hours.c.valid_to.is_(None), opening_hours.c.valid_to >= day),
        )
        .order_by(opening_hours.c.opens_at)
    )
    for opens, closes in hours:
        yield _instant(day, opens), _instant(day, closes)


def _occupying(stays: list[tuple[str, datetime, datetime]], seat_kind: str, half_day: tuple[datetime, datetime]) -> int:
    opens, closes = half_day
    return sum(
        min(ended, closes) - max(begun, opens) >= SHORTEST_HALF_DAY for kind, begun, ended in stays if kind == seat_kind
    )


def _seats(connection: sa.Connection, centre_id: int, day: date) -> list[tuple[str, int]]:
    seats = connection.execute(
        sa.select(centre_capacity.c.seat_kind, centre_capacity.c.seats)
        .where(
            centre_capacity.c.centre_id == centre_id,
            centre_capacity.c.seats > 0,
            centre_capacity.c.valid_from <= day,
            sa.or_(centre_capacity.c.valid_to.is_(None), centre_capacity.c.valid_to >= day),
        )
        .order_by(centre_capacity.c.seat_kind)
    )
    return [(kind, count) for kind, count in seats]


def _begun_on(day: date) -> list[sa.ColumnElement[bool]]:
    return [visit.c.started_at >= _instant(day), visit.c.started_at < _instant(day + timedelta(days=1))]


def _refuse_strangers(actor: Actor, centre_code: str) -> None:
    if not actor.may_enter(centre_code):
        raise Refused([Problem(Rule.NOT_ALLOWED, "centre", {"centre_code": centre_code})])


def _instant(day: date, moment: time = time(0, 0)) -> datetime:
    """A moment of the day in Paris, in UTC."""
    return datetime.combine(day, moment, PARIS).astimezone(UTC)
