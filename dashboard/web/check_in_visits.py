"""What a visitor's telephone may know and note: the free seats of one centre, and their own visit."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from dashboard.configuration import clock
from dashboard.ui import session, store
from dashboard.wording.refusals import refusal_sentence
from data_access.reads.check_in import CheckedIn, CheckInPlace
from data_access.records.visits import ArrivalRecord, DepartureRecord
from data_access.refusals import Refused, Rule
from data_access.rights import check_in_of
from data_access.writes.visits import record_arrival, record_departure


@dataclass(frozen=True)
class State:
    """What the page of a centre says now: its free seats by kind, and this telephone's visit if it goes on."""

    centre_name: str
    now: datetime
    free: dict[str, int]
    visit_kind: str | None
    visit_since: datetime | None


def state_of(centre_code: str, visit_id: int | None) -> State | None:
    """The state of a centre for a visitor; None for a centre that does not exist, or not any more."""
    place = _place(centre_code)
    if place is None:
        return None
    mine = _going_on(centre_code, visit_id)
    kind, since = (None, None) if mine is None else (mine.seat_kind, mine.started_at)
    return State(place.name, _now(place), dict(place.free), kind, since)


def goes_on(centre_code: str, visit_id: int) -> bool:
    """Whether a visit has no end yet."""
    return _going_on(centre_code, visit_id) is not None


def centre_name(centre_code: str) -> str | None:
    """The name of a centre in service; None for any other."""
    place = _place(centre_code)
    return None if place is None else place.name


def arrive(centre_code: str, seat_kind: str, request_key: str) -> tuple[int | None, str]:
    """Notes an arrival: the number of the visit, or None and the reason why not."""
    try:
        record = ArrivalRecord.model_validate(
            {"centre_code": centre_code, "seat_kind": seat_kind, "source": "qr", "request_key": request_key}
        )
        now, visitor = _now(_place(centre_code)), check_in_of(centre_code)
        with session.acting(visitor), store.writing() as connection:
            return record_arrival(connection, visitor, record, now=now).visit_id, ""
    except ValidationError:
        return None, "Choisissez une position dans la liste."
    except Refused as refused:
        return None, _reason(refused)


def leave(centre_code: str, visit_id: int, request_key: str) -> str:
    """Notes the departure of a visit: nothing to say, or the reason why not."""
    record = DepartureRecord(centre_code=centre_code, visit_id=visit_id, request_key=request_key)
    now, visitor = _now(_place(centre_code)), check_in_of(centre_code)
    try:
        with session.acting(visitor), store.writing() as connection:
            record_departure(connection, visitor, record, now=now)
    except Refused as refused:
        return _reason(refused)
    return ""


def _place(centre_code: str) -> CheckInPlace | None:
    with session.acting(check_in_of(centre_code)):
        # Whoever asks within a minute gets the same answer, until something is written.
        return store.check_in_place(centre_code=centre_code, at=clock.now().replace(second=0, microsecond=0))


def _now(place: CheckInPlace | None) -> datetime:
    """This instant; where a replay has carried invented visits beyond the clock, the moment it has reached."""
    return clock.now() if place is None else max(clock.now(), place.at)


def _going_on(centre_code: str, visit_id: int | None) -> CheckedIn | None:
    if visit_id is None:
        return None
    with session.acting(check_in_of(centre_code)):
        return store.checked_in(centre_code=centre_code, visit_id=visit_id)


def _reason(refused: Refused) -> str:
    """The first reason; what would be asked of an animator is for a visitor a reason to go and see one."""
    problem = refused.problems[0]
    if problem.rule == Rule.CLOSED_TODAY:
        return "Le télécentre n’ouvre pas aujourd’hui. Adressez-vous à la personne qui vous a ouvert."
    return refusal_sentence(problem.rule, problem.values)
