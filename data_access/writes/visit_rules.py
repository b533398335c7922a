"""When an arrival may be noted: impossible ones are refused, unusual ones are asked about once."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.moments import day_in_paris
from data_access.reads.visits import half_days_of
from data_access.records import ArrivalRecord
from data_access.refusals import Problem, Rule
from data_access.schema import agreement, calendar_day, centre_capacity, closure, opening_hours, visit

ARRIVALS_PER_SEAT_AND_HOUR: Final = 4
"""More than these, noted by telephone, are no visitors: somebody plays with the code on the wall."""
_ONE_HOUR: Final = timedelta(hours=1)

Place = sa.Row[*tuple[Any, ...]]


def impossibilities(connection: sa.Connection, record: ArrivalRecord, place: Place, *, now: datetime) -> list[Problem]:
    """Every reason for which the arrival cannot be noted at all."""
    day = day_in_paris(now)
    if place.status == "planned" or place.opened_on is None or place.opened_on > day:
        return [Problem(Rule.CENTRE_NOT_RECEIVING, "centre", {"opened_on": place.opened_on})]
    if place.closed_on is not None and place.closed_on < day:
        return [Problem(Rule.CENTRE_NOT_RECEIVING, "centre", {"closed_on": place.closed_on})]
    if seats_of(connection, place.id, record.seat_kind, now) == 0:
        return [Problem(Rule.NO_SEAT_OF_KIND, "seat_kind", {"seat_kind": record.seat_kind})]
    problems = list(_person_problems(connection, record, place, now))
    if record.source == "qr":
        problems += _limits(connection, record, place, now)
    return problems


def unusual(connection: sa.Connection, record: ArrivalRecord, place: Place, *, now: datetime) -> list[Problem]:
    """What is odd in the arrival: one more than seats, or a day the centre is shut."""
    problems = []
    seats, taken = seats_of(connection, place.id, record.seat_kind, now), _taken(connection, place.id, record.seat_kind)
    if taken >= seats:
        values = {"seat_kind": record.seat_kind, "seats": seats, "taken": taken}
        problems.append(Problem(Rule.OVER_CAPACITY, "seat_kind", values))
    shut = _reason_shut(connection, place.id, now)
    if shut is not None:
        problems.append(Problem(Rule.CLOSED_TODAY, "centre", shut))
    return problems


def seats_of(connection: sa.Connection, centre_id: int, seat_kind: str, now: datetime) -> int:
    """The seats of one kind that day, 0 when none are recorded."""
    day = day_in_paris(now)
    seats = connection.execute(
        sa.select(centre_capacity.c.seats).where(
            centre_capacity.c.centre_id == centre_id,
            centre_capacity.c.seat_kind == seat_kind,
            centre_capacity.c.valid_from <= day,
            sa.or_(centre_capacity.c.valid_to.is_(None), centre_capacity.c.valid_to >= day),
        )
    ).scalar()
    return seats or 0


def _person_problems(
    connection: sa.Connection, record: ArrivalRecord, place: Place, now: datetime
) -> Iterator[Problem]:
    if record.person_id is None:
        return
    day = day_in_paris(now)
    running = sa.exists().where(
        agreement.c.centre_id == place.id,
        agreement.c.person_id == record.person_id,
        agreement.c.signed_on <= day,
        sa.or_(agreement.c.ended_on.is_(None), agreement.c.ended_on >= day),
    )
    if not connection.execute(sa.select(running)).scalar_one():
        yield Problem(Rule.NO_RUNNING_AGREEMENT, "person_id")
    present_since = connection.execute(
        sa.select(sa.func.min(visit.c.started_at)).where(
            visit.c.centre_id == place.id, visit.c.person_id == record.person_id, visit.c.ended_at.is_(None)
        )
    ).scalar()
    if present_since is not None:
        yield Problem(Rule.ALREADY_PRESENT, "person_id", {"started_at": present_since})


def _limits(connection: sa.Connection, record: ArrivalRecord, place: Place, now: datetime) -> Iterator[Problem]:
    """What a visitor may note alone: a seat that is free, and no more arrivals than people can make."""
    seats = seats_of(connection, place.id, record.seat_kind, now)
    if _taken(connection, place.id, record.seat_kind) >= seats:
        yield Problem(Rule.NO_SEAT_LEFT, "seat_kind", {"seat_kind": record.seat_kind, "seats": seats})
    day = day_in_paris(now)
    all_seats = connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(centre_capacity.c.seats), 0)).where(
            centre_capacity.c.centre_id == place.id,
            centre_capacity.c.valid_from <= day,
            sa.or_(centre_capacity.c.valid_to.is_(None), centre_capacity.c.valid_to >= day),
        )
    ).scalar_one()
    recent = connection.execute(
        sa.select(sa.func.count())
        .select_from(visit)
        .where(visit.c.centre_id == place.id, visit.c.source == "qr", visit.c.started_at > now - _ONE_HOUR)
    ).scalar_one()
    if recent >= ARRIVALS_PER_SEAT_AND_HOUR * all_seats:
        yield Problem(Rule.TOO_MANY_CHECK_INS, "centre", {"arrivals": recent})


def _taken(connection: sa.Connection, centre_id: int, seat_kind: str) -> int:
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(visit)
        .where(visit.c.centre_id == centre_id, visit.c.seat_kind == seat_kind, visit.c.ended_at.is_(None))
    ).scalar_one()


def _reason_shut(connection: sa.Connection, centre_id: int, now: datetime) -> dict[str, Any] | None:
    """Why the centre does not open today; None when it does, or when nobody recorded its hours."""
    day = day_in_paris(now)
    holiday = connection.execute(sa.select(calendar_day.c.public_holiday).where(calendar_day.c.day == day)).scalar()
    reason = connection.execute(
        sa.select(sa.func.min(closure.c.reason)).where(
            sa.or_(closure.c.centre_id == centre_id, closure.c.centre_id.is_(None)),
            closure.c.starts_on <= day,
            closure.c.ends_on >= day,
        )
    ).scalar()
    if holiday or reason:
        return {"public_holiday": holiday, "closure_reason": reason, "day": day}
    keeps_hours = sa.exists().where(
        opening_hours.c.centre_id == centre_id,
        opening_hours.c.valid_from <= day,
        sa.or_(opening_hours.c.valid_to.is_(None), opening_hours.c.valid_to >= day),
    )
    if connection.execute(sa.select(keeps_hours)).scalar_one() and not list(half_days_of(connection, centre_id, day)):
        return {"public_holiday": None, "closure_reason": None, "day": day}
    return None
