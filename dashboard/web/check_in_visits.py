"""What a visitor's telephone may know and note: the free seats of one centre, and their own visit."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl
from pydantic import ValidationError

from dashboard.ui import clock, live, session, store
from dashboard.wording.refusals import refusal_sentence
from data_access.actors import Actor
from data_access.records import ArrivalRecord, DepartureRecord
from data_access.refusals import Refused, Rule
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
    name = centre_name(centre_code)
    if name is None:
        return None
    now = live.now()
    with session.acting(visitor(centre_code)):
        facts = store.occupancy_facts(at=live.end_of_minute(now))
    seats = facts.filter(pl.col("centre_code") == centre_code, pl.col("seats") > 0)
    free = {row["seat_kind"]: max(0, row["seats"] - (row["seats_taken"] or 0)) for row in seats.iter_rows(named=True)}
    mine = _going_on(centre_code, visit_id)
    kind, since = (None, None) if mine.is_empty() else mine.select("seat_kind", "started_at").row(0)
    return State(name, now, free, kind, since)


def goes_on(centre_code: str, visit_id: int) -> bool:
    """Whether a visit has no end yet."""
    return not _going_on(centre_code, visit_id).is_empty()


def _going_on(centre_code: str, visit_id: int | None) -> pl.DataFrame:
    actor = visitor(centre_code)
    with session.acting(actor):
        visits = store.visits_of_day(actor, centre_code=centre_code, on=clock.today())
    return visits.filter(pl.col("visit_id") == (visit_id or -1), pl.col("ended_at").is_null())


def centre_name(centre_code: str) -> str | None:
    """The name of a centre in service; None for any other."""
    with session.acting(visitor(centre_code)):
        places = store.centres(on=clock.today())
    found = places.filter(pl.col("code") == centre_code, pl.col("open"))
    return None if found.is_empty() else str(found["name"][0])


def visitor(centre_code: str) -> Actor:
    """Who acts: whoever stands before the code of that centre, and may enter nothing anywhere else."""
    return Actor(name=f"code QR {centre_code}", role="animator", centres=frozenset({centre_code}))


def arrive(centre_code: str, seat_kind: str, request_key: str) -> tuple[int | None, str]:
    """Notes an arrival: the number of the visit, or None and the reason why not."""
    try:
        record = ArrivalRecord.model_validate(
            {"centre_code": centre_code, "seat_kind": seat_kind, "source": "qr", "request_key": request_key}
        )
        now = live.now()
        with session.acting(visitor(centre_code)), store.writing() as connection:
            return record_arrival(connection, visitor(centre_code), record, now=now).visit_id, ""
    except ValidationError:
        return None, "Choisissez une position dans la liste."
    except Refused as refused:
        return None, _reason(refused)


def leave(centre_code: str, visit_id: int, request_key: str) -> str:
    """Notes the departure of a visit: nothing to say, or the reason why not."""
    record = DepartureRecord(centre_code=centre_code, visit_id=visit_id, request_key=request_key)
    now = live.now()
    try:
        with session.acting(visitor(centre_code)), store.writing() as connection:
            record_departure(connection, visitor(centre_code), record, now=now)
    except Refused as refused:
        return _reason(refused)
    return ""


def _reason(refused: Refused) -> str:
    """The first reason; what would be asked of an animator is for a visitor a reason to go and see one."""
    problem = refused.problems[0]
    if problem.rule == Rule.CLOSED_TODAY:
        return "Le télécentre n’ouvre pas aujourd’hui. Adressez-vous à la personne qui vous a ouvert."
    return refusal_sentence(problem.rule, problem.values)
