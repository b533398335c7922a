"""Notes who comes and who leaves: one arrival, one departure, the end of a day, and undoing one of these.

An impossible arrival is refused, an unusual one is asked about once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import as_document
from data_access.frames import runs, valid
from data_access.openings import openings_of
from data_access.periods import day_in_paris, instant_in_paris
from data_access.reads.occupancy import half_days_of, last_closing
from data_access.records import ArrivalRecord, DepartureRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor, Right, all_rows
from data_access.schema import (
    agreement,
    audit_entry,
    calendar_day,
    centre,
    centre_capacity,
    closure,
    opening_hours,
    visit,
)
from data_access.writes.entry_rules import Place, locked_centre, not_open, require_right
from data_access.writes.rows import Change, audit_change, database_errors_refused, fresh_id

ARRIVALS_PER_SEAT_AND_HOUR: Final = 4
"""More than these, noted by telephone, are no visitors: somebody plays with the code on the wall."""
_ONE_HOUR: Final = timedelta(hours=1)
# A request is told from a second one for as long as a page may reasonably stay open.
_REQUESTS_REMEMBERED: Final = timedelta(hours=24)
OVERDUE_AFTER: Final = timedelta(hours=1)
"""This long after closing time, whoever is still noted present has left without a word."""


@dataclass(frozen=True)
class RecordedVisit:
    """What was noted, read back; `already_recorded` when the same request had been noted before and nothing changed."""

    visit_id: int
    seat_kind: str
    started_at: datetime
    ended_at: datetime | None
    already_recorded: bool = False


def record_arrival(connection: sa.Connection, actor: Actor, record: ArrivalRecord, *, now: datetime) -> RecordedVisit:
    """Notes that somebody takes a seat at `now`.

    Raises Refused when it cannot be true or may not be written by `actor`; Unconfirmed when it is unusual (no seat left,
    a day of closing, somebody who is somewhere else) and its author has not said it is right. The same request noted twice
    is one visit. `connection` must come from `writing`.
    """
    # Who checks in alone notes an anonymous visit by the code of the centre, and no other.
    if not actor.enters and (record.source != "qr" or record.person_id is not None):
        raise Refused([Problem(Rule.NOT_ALLOWED, "centre", {"centre_code": record.centre_code})])
    place = locked_centre(connection, actor, record.centre_code, allowed=actor.may_check_in(record.centre_code))
    earlier = _visit_of_request(connection, "record_arrival", record.centre_code, record.request_key, now)
    if earlier is not None:
        return earlier
    if actor.enters:
        # Who forgot to leave another day comes today like anybody.
        close_day(connection, actor, centre_code=record.centre_code, now=now, overdue=True)
    # Who checks in alone sees no visit but those of the code: the seats others took are counted all the same.
    with all_rows(connection):
        problems = arrival_problems(connection, record, place, now=now)
        if problems:
            raise Refused(problems)
        doubts = arrival_doubts(connection, record, place, now=now)
        elsewhere = _present_elsewhere(connection, actor, record, place, now)
    if elsewhere is not None:
        doubts.append(Problem(Rule.PRESENT_ELSEWHERE, "person_id", elsewhere))
    doubts = [problem for problem in doubts if problem.rule not in record.confirmed]
    if doubts:
        raise Unconfirmed(doubts)
    started_at = now.replace(microsecond=0)
    values = {"seat_kind": record.seat_kind, "started_at": started_at, "source": record.source}
    with database_errors_refused():
        visit_id = connection.execute(
            sa.insert(visit)
            .values(centre_id=place.id, person_id=record.person_id, **values, **fresh_id(connection, visit))
            .returning(visit.c.id)
        ).scalar_one()
    # Whether the person is known, never who: the audit outlives the visit's name.
    after = as_document(values) | {"known": record.person_id is not None, "request": record.request_key}
    _audit(connection, Change(actor, now, "record_arrival"), record.centre_code, visit_id, after=after)
    return RecordedVisit(visit_id, record.seat_kind, started_at, None)


def record_departure(
    connection: sa.Connection, actor: Actor, record: DepartureRecord, *, now: datetime
) -> RecordedVisit:
    """Notes that the person of a visit leaves at `now`.

    Raises Refused when there is no such visit at that centre, when somebody else noted the departure meanwhile, or when
    `actor` may not write it. The same request noted twice changes nothing. `connection` must come from `writing`.
    """
    place = locked_centre(connection, actor, record.centre_code, allowed=actor.may_check_in(record.centre_code))
    found = _visit(connection, place, record.visit_id)
    if not actor.enters and (found.source != "qr" or found.person_id is not None):
        raise Refused([Problem(Rule.UNKNOWN_VISIT, "visit_id")])
    if found.ended_at is not None:
        earlier = _visit_of_request(connection, "record_departure", record.centre_code, record.request_key, now)
        if earlier is not None and earlier.visit_id == record.visit_id:
            return earlier
        raise Refused([Problem(Rule.ALREADY_LEFT, "visit_id", {"ended_at": found.ended_at})])
    change = Change(actor, now, "record_departure")
    ended_at = _end(connection, change, place, found, now, request=record.request_key)
    return RecordedVisit(found.id, found.seat_kind, found.started_at, ended_at)


def close_day(
    connection: sa.Connection, actor: Actor, *, centre_code: str, now: datetime, overdue: bool = False
) -> list[RecordedVisit]:
    """Ends every visit still going on at a centre, and gives them: none when nobody was left.

    Each ends at the closing time of the day it began, or at `now` while the centre is still open. A visit that began
    after closing time ends at `now` if it began the same day, else when it began. Where no hours are known for the day,
    closing time is taken to be 18 h. `overdue` ends those alone whose departure was forgotten: begun another day, or still
    there an hour after closing time, unless somebody said since that they are. `connection` must come from `writing`.
    """
    place = locked_centre(connection, actor, centre_code)
    found = connection.execute(
        sa.select(visit)
        .where(visit.c.centre_id == place.id, visit.c.ended_at.is_(None))
        .order_by(visit.c.started_at, visit.c.id)
    ).all()
    closed = []
    for one in found:
        if overdue and not _is_overdue(connection, place, one, now):
            continue
        closing = _closing(connection, place, one.started_at, now)
        ended_at = _end(connection, Change(actor, now, "close_day"), place, one, closing)
        closed.append(RecordedVisit(one.id, one.seat_kind, one.started_at, ended_at))
    return closed


def end_forgotten_days(connection: sa.Connection, actor: Actor, *, now: datetime) -> dict[str, int]:
    """Ends, at closing time, every visit of the network whose departure was forgotten; how many, by centre code.

    What the desk of each centre does by itself as soon as somebody opens it. `connection` must come from `writing`.
    """
    require_right(actor, Right.COORDINATE)
    open_visits = sa.exists().where(visit.c.centre_id == centre.c.id, visit.c.ended_at.is_(None))
    codes = connection.execute(sa.select(centre.c.code).where(open_visits).order_by(centre.c.code)).scalars().all()
    ended = {code: len(close_day(connection, actor, centre_code=code, now=now, overdue=True)) for code in codes}
    return {code: number for code, number in ended.items() if number}


def _is_overdue(connection: sa.Connection, place: Place, one: sa.Row[*tuple[Any, ...]], now: datetime) -> bool:
    day = day_in_paris(now)
    if day_in_paris(one.started_at) < day:
        return True
    closing = last_closing(half_days_of(connection, place.id, day), day)
    if one.started_at >= closing or now < closing + OVERDUE_AFTER:
        return False
    said_present = sa.exists().where(
        audit_entry.c.table_name == "visit",
        audit_entry.c.action == "take_back_departure",
        audit_entry.c.row_key == f"{place.code} {one.id}",
        audit_entry.c.at >= closing,
    )
    return not connection.execute(sa.select(said_present)).scalar_one()


def undo_arrival(connection: sa.Connection, actor: Actor, *, centre_code: str, visit_id: int, now: datetime) -> None:
    """Removes an arrival noted by mistake; a visit already removed stays so. `connection` must come from `writing`."""
    place = locked_centre(connection, actor, centre_code)
    found = connection.execute(sa.delete(visit).where(*_of_centre(place, visit_id)).returning(*visit.c)).one_or_none()
    if found is not None:
        before = as_document({name: found._mapping[name] for name in ("seat_kind", "started_at", "ended_at", "source")})
        _audit(connection, Change(actor, now, "take_back_arrival"), centre_code, visit_id, before=before)


def take_back_check_ins(
    connection: sa.Connection, actor: Actor, *, centre_code: str, since: datetime, until: datetime, now: datetime
) -> list[int]:
    """Removes together the arrivals noted by the code on the wall from `since` to before `until`, and gives their numbers.

    Those noted at the desk stay. `connection` must come from `writing`.
    """
    place = locked_centre(connection, actor, centre_code)
    by_code = (
        visit.c.centre_id == place.id,
        visit.c.source == "qr",
        visit.c.person_id.is_(None),
        visit.c.started_at >= since,
        visit.c.started_at < until,
    )
    found = connection.execute(sa.select(visit.c.id).where(*by_code).order_by(visit.c.id)).scalars().all()
    for visit_id in found:
        undo_arrival(connection, actor, centre_code=centre_code, visit_id=visit_id, now=now)
    return list(found)


def restore_check_ins(
    connection: sa.Connection, actor: Actor, *, centre_code: str, visit_ids: Sequence[int], now: datetime
) -> None:
    """Notes again, as they were, arrivals by the code that were taken back; those still there stay as they are.

    `connection` must come from `writing`.
    """
    place = locked_centre(connection, actor, centre_code)
    for visit_id in visit_ids:
        if connection.execute(sa.select(visit.c.id).where(visit.c.id == visit_id)).first() is not None:
            continue
        removed = connection.execute(
            sa.select(audit_entry.c.before)
            .where(
                audit_entry.c.table_name == "visit",
                audit_entry.c.action == "take_back_arrival",
                audit_entry.c.row_key == f"{centre_code} {visit_id}",
            )
            .order_by(audit_entry.c.id.desc())
            .limit(1)
        ).scalar()
        if removed is None or removed.get("source") != "qr":
            raise Refused([Problem(Rule.UNKNOWN_VISIT, "visit_id")])
        moments = {name: removed[name] and datetime.fromisoformat(removed[name]) for name in ("started_at", "ended_at")}
        values = {"seat_kind": removed["seat_kind"], "source": "qr", **moments}
        connection.execute(sa.insert(visit).values(id=visit_id, centre_id=place.id, **values))
        _audit(connection, Change(actor, now, "restore_arrival"), centre_code, visit_id, after=removed)


def note_new_code(connection: sa.Connection, actor: Actor, *, centre_code: str, now: datetime) -> int:
    """Writes down that the code on the wall of a centre is replaced, and answers the audit entry. `connection` must come from
    `writing`."""
    locked_centre(connection, actor, centre_code)
    return audit_change(connection, Change(actor, now, "replace_check_in_code"), "centre", row_key=centre_code)


def undo_departure(connection: sa.Connection, actor: Actor, *, centre_code: str, visit_id: int, now: datetime) -> None:
    """Lets a visit go on whose departure was noted by mistake. `connection` must come from `writing`."""
    place = locked_centre(connection, actor, centre_code)
    found = _visit(connection, place, visit_id)
    if found.ended_at is not None:
        connection.execute(sa.update(visit).where(visit.c.id == visit_id).values(ended_at=None))
        before, change = as_document({"ended_at": found.ended_at}), Change(actor, now, "take_back_departure")
        _audit(connection, change, centre_code, visit_id, before=before, after={"ended_at": None})


def arrival_problems(connection: sa.Connection, record: ArrivalRecord, place: Place, *, now: datetime) -> list[Problem]:
    """Every reason for which the arrival cannot be noted at all."""
    day = day_in_paris(now)
    shut = not_open(place, openings_of(connection, place.id), day)
    if shut is not None:
        return [Problem(Rule.CENTRE_NOT_RECEIVING, "centre", shut)]
    if seats_of(connection, place.id, now, record.seat_kind) == 0:
        return [Problem(Rule.NO_SEAT_OF_KIND, "seat_kind", {"seat_kind": record.seat_kind})]
    problems = list(_person_problems(connection, record, place, now))
    if record.source == "qr":
        problems += _check_in_limits(connection, record, place, now)
    return problems


def arrival_doubts(connection: sa.Connection, record: ArrivalRecord, place: Place, *, now: datetime) -> list[Problem]:
    """What is odd in the arrival: one more than seats, or a day the centre is shut."""
    problems = []
    seats, taken = seats_of(connection, place.id, now, record.seat_kind), _taken(connection, place, record, now)
    if taken >= seats:
        values = {"seat_kind": record.seat_kind, "seats": seats, "taken": taken}
        problems.append(Problem(Rule.OVER_CAPACITY, "seat_kind", values))
    shut = _reason_shut(connection, place.id, now)
    if shut is not None:
        problems.append(Problem(Rule.CLOSED_TODAY, "centre", shut))
    return problems


def _present_elsewhere(
    connection: sa.Connection, actor: Actor, record: ArrivalRecord, place: Place, now: datetime
) -> dict[str, Any] | None:
    """Since when a known person is noted present at another centre today; its name for who enters its figures."""
    if record.person_id is None:
        return None
    found = connection.execute(
        sa.select(centre.c.code, centre.c.name, visit.c.started_at)
        .join(centre, centre.c.id == visit.c.centre_id)
        .where(
            visit.c.person_id == record.person_id,
            visit.c.centre_id != place.id,
            sa.or_(visit.c.ended_at.is_(None), visit.c.ended_at > now),
            visit.c.started_at.between(instant_in_paris(day_in_paris(now)), now),
        )
        .order_by(visit.c.started_at.desc())
    ).first()
    if found is None:
        return None
    return {"centre_name": found.name if actor.may_enter(found.code) else None, "started_at": found.started_at}


def seats_of(connection: sa.Connection, centre_id: int, now: datetime, seat_kind: str | None = None) -> int:
    """The seats that day, of one kind or of all; 0 when none are recorded."""
    day, held = day_in_paris(now), centre_capacity.c
    seats = sa.select(sa.func.coalesce(sa.func.sum(held.seats), 0)).where(
        held.centre_id == centre_id,
        sa.true() if seat_kind is None else held.seat_kind == seat_kind,
        valid(centre_capacity, day),
    )
    return int(connection.execute(seats).scalar_one())


def _person_problems(
    connection: sa.Connection, record: ArrivalRecord, place: Place, now: datetime
) -> Iterator[Problem]:
    if record.person_id is None:
        return
    day = day_in_paris(now)
    running = sa.exists().where(
        agreement.c.centre_id == place.id,
        agreement.c.person_id == record.person_id,
        runs(agreement.c.signed_on, agreement.c.ended_on, day),
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


def _check_in_limits(
    connection: sa.Connection, record: ArrivalRecord, place: Place, now: datetime
) -> Iterator[Problem]:
    """What a visitor may note alone: a seat that is free, and no more arrivals than people can make."""
    seats = seats_of(connection, place.id, now, record.seat_kind)
    if _taken(connection, place, record, now) >= seats:
        yield Problem(Rule.NO_SEAT_LEFT, "seat_kind", {"seat_kind": record.seat_kind, "seats": seats})
    recent = connection.execute(
        sa.select(sa.func.count())
        .select_from(visit)
        .where(visit.c.centre_id == place.id, visit.c.source == "qr", visit.c.started_at > now - _ONE_HOUR)
    ).scalar_one()
    if recent >= ARRIVALS_PER_SEAT_AND_HOUR * seats_of(connection, place.id, now):
        yield Problem(Rule.TOO_MANY_CHECK_INS, "centre", {"arrivals": recent})


def _taken(connection: sa.Connection, place: Place, record: ArrivalRecord, now: datetime) -> int:
    """The seats that people of that day sit on, as `occupancy_facts` says: who forgot to leave another day sits nowhere."""
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(visit)
        .where(
            visit.c.centre_id == place.id,
            visit.c.seat_kind == record.seat_kind,
            sa.or_(visit.c.ended_at.is_(None), visit.c.ended_at > now),
            visit.c.started_at.between(instant_in_paris(day_in_paris(now)), now),
        )
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
    keeps_hours = sa.exists().where(opening_hours.c.centre_id == centre_id, valid(opening_hours, day))
    if connection.execute(sa.select(keeps_hours)).scalar_one() and not list(half_days_of(connection, centre_id, day)):
        return {"public_holiday": None, "closure_reason": None, "day": day}
    return None


def _visit(connection: sa.Connection, place: Place, visit_id: int) -> sa.Row[*tuple[Any, ...]]:
    found = connection.execute(sa.select(visit).where(*_of_centre(place, visit_id))).one_or_none()
    if found is None:
        raise Refused([Problem(Rule.UNKNOWN_VISIT, "visit_id")])
    return found


def _of_centre(place: Place, visit_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    # The centre too: a number made up must not reach the visits of another centre.
    return visit.c.id == visit_id, visit.c.centre_id == place.id


def _end(
    connection: sa.Connection,
    change: Change,
    place: Place,
    found: sa.Row[*tuple[Any, ...]],
    at: datetime,
    request: str | None = None,
) -> datetime:
    ended_at: datetime = max(found.started_at, at.replace(microsecond=0))
    with database_errors_refused():
        connection.execute(sa.update(visit).where(visit.c.id == found.id).values(ended_at=ended_at))
    after = as_document({"ended_at": ended_at}) | ({"request": request} if request else {})
    _audit(connection, change, place.code, found.id, before={"ended_at": None}, after=after)
    return ended_at


def _closing(connection: sa.Connection, place: Place, begun: datetime, now: datetime) -> datetime:
    day = day_in_paris(begun)
    closing = last_closing(half_days_of(connection, place.id, day), day)
    if begun >= closing:
        return now if day_in_paris(now) == day else begun
    return min(closing, now)


def _visit_of_request(
    connection: sa.Connection, action: str, centre_code: str, request: str, now: datetime
) -> RecordedVisit | None:
    """The visit that an earlier sending of the same request made or ended."""
    entries = connection.execute(
        sa.select(audit_entry.c.row_key, audit_entry.c.after).where(
            audit_entry.c.at >= now - _REQUESTS_REMEMBERED,
            audit_entry.c.table_name == "visit",
            audit_entry.c.action == action,
            audit_entry.c.row_key.startswith(f"{centre_code} ", autoescape=True),
        )
    )
    for row_key, after in entries:
        if after is not None and after.get("request") == request:
            visit_id = int(row_key.rpartition(" ")[2])
            found = connection.execute(sa.select(visit).where(visit.c.id == visit_id)).one_or_none()
            if found is not None:
                return RecordedVisit(visit_id, found.seat_kind, found.started_at, found.ended_at, already_recorded=True)
    return None


def _audit(connection: sa.Connection, change: Change, centre_code: str, visit_id: int, **documents: Any) -> None:
    audit_change(connection, change, "visit", row_key=f"{centre_code} {visit_id}", **documents)
