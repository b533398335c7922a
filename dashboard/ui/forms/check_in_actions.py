"""What the buttons of the desk do: each notes one thing, says what was noted, and can be taken back."""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal, cast

import sqlalchemy as sa
import streamlit as st

from dashboard.ui import live, session, store
from dashboard.wording import dates
from dashboard.wording.plurals import count, enumeration
from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.terms import SEAT_KINDS
from dashboard.wording.typography import typeset
from data_access.records import ArrivalRecord, DepartureRecord
from data_access.refusals import Refused, Rule, Unconfirmed
from data_access.writes.visits import (
    RecordedVisit,
    close_day,
    record_arrival,
    record_departure,
    undo_arrival,
    undo_departure,
)

# Nobody means to note two arrivals on one button within a second: it is one tap that the finger gave twice.
_ONE_TAP_SECONDS: Final = 1.0
_DESK: Final = "desk"
_DATABASE_FAILED: Final = "La base de données ne répond pas : rien n’a été noté. Recommencez dans un instant."
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Question:
    """An unusual arrival, not noted yet: what is asked, and what to note if the answer is yes."""

    sentence: str
    arrival: ArrivalRecord


@dataclass(frozen=True)
class Desk:
    """Where the desk of a centre stands: what it last said, and what can be taken back."""

    centre_code: str
    said: str = ""
    refused: bool = False
    question: Question | None = None
    noted: Literal["arrival", "departures"] | None = None
    visits: tuple[int, ...] = ()
    tap: tuple[str, str, float] = field(default=("", "", 0.0))


def desk_of(centre_code: str) -> Desk:
    """The desk as it stands; a fresh one when the centre is another."""
    desk = st.session_state.get(_DESK)
    if not isinstance(desk, Desk) or desk.centre_code != centre_code:
        desk = Desk(centre_code)
        st.session_state[_DESK] = desk
    return desk


def person_key(centre_code: str) -> str:
    """The field that says who arrives."""
    return f"desk-person-{centre_code}"


def arrive(centre_code: str, seat_kind: str) -> None:
    """Notes an arrival of whoever is chosen."""
    person_id = st.session_state.get(person_key(centre_code))
    record = ArrivalRecord(
        centre_code=centre_code,
        seat_kind=cast(Literal["office", "open_space"], seat_kind),
        person_id=person_id,
        request_key=_request_key(centre_code, f"arrive {seat_kind} {person_id}"),
    )
    _note_arrival(record)


def arrive_all_the_same(centre_code: str) -> None:
    """Notes the arrival that was asked about."""
    question = desk_of(centre_code).question
    if question is not None:
        _note_arrival(question.arrival.model_copy(update={"confirmed": frozenset(Rule)}))


def give_up(centre_code: str) -> None:
    """Leaves the arrival that was asked about."""
    _now_says(replace(desk_of(centre_code), question=None, said="L’arrivée n’a pas été notée.", noted=None))


def leave(centre_code: str, visit_id: int) -> None:
    """Notes the departure of a visit."""
    record = DepartureRecord(
        centre_code=centre_code, visit_id=visit_id, request_key=_request_key(centre_code, f"leave {visit_id}")
    )

    def write(connection: sa.Connection, now: datetime) -> list[RecordedVisit]:
        return [record_departure(connection, session.current_actor(), record, now=now)]

    left = _written(centre_code, write)
    if left:
        _now_says(_departed(centre_code, left, f"Départ noté à {_hour(left[0].ended_at)}."))


def end_day(centre_code: str) -> None:
    """Notes the departure of everybody at closing time."""

    def write(connection: sa.Connection, now: datetime) -> list[RecordedVisit]:
        return close_day(connection, session.current_actor(), centre_code=centre_code, now=now)

    left = _written(centre_code, write)
    if left is not None:
        _now_says(_departed(centre_code, left, _end_said(left, live.now())))


def take_back(centre_code: str) -> None:
    """Undoes what was last noted."""
    desk = desk_of(centre_code)
    undo = undo_arrival if desk.noted == "arrival" else undo_departure

    def write(connection: sa.Connection, now: datetime) -> bool:
        for visit_id in desk.visits:
            undo(connection, session.current_actor(), centre_code=centre_code, visit_id=visit_id, now=now)
        return True

    if _written(centre_code, write):
        what = "Arrivée annulée." if desk.noted == "arrival" else "Annulé : ces personnes sont toujours là."
        _now_says(Desk(centre_code, what))


def _note_arrival(record: ArrivalRecord) -> None:
    def write(connection: sa.Connection, now: datetime) -> RecordedVisit:
        return record_arrival(connection, session.current_actor(), record, now=now)

    noted = _written(record.centre_code, write, asked=record)
    if noted:
        desk = desk_of(record.centre_code)
        said = f"Arrivée notée à {_hour(noted.started_at)} : {SEAT_KINDS[noted.seat_kind].label}."
        _now_says(Desk(record.centre_code, said, noted="arrival", visits=(noted.visit_id,), tap=desk.tap))
        st.session_state[person_key(record.centre_code)] = None


def _written(
    centre_code: str, write: Callable[[sa.Connection, datetime], Any], *, asked: ArrivalRecord | None = None
) -> Any:
    """What the write gives; None when it was refused, asked about, or failed, and the desk then says so."""
    desk, now = desk_of(centre_code), live.now()
    try:
        with store.writing() as connection:
            return write(connection, now)
    except Unconfirmed as doubt:
        if asked is not None:
            _now_says(replace(desk, said="", noted=None, question=Question(_sentences(doubt), asked)))
    except Refused as refusal:
        _now_says(Desk(centre_code, _sentences(refusal), refused=True, tap=desk.tap))
    except sa.exc.SQLAlchemyError:
        _log.exception("a visit at %s could not be noted", centre_code)
        _now_says(Desk(centre_code, _DATABASE_FAILED, refused=True))
    return None


def _departed(centre_code: str, left: Sequence[RecordedVisit], said: str) -> Desk:
    visits = tuple(visit.visit_id for visit in left)
    return Desk(centre_code, said, noted="departures" if visits else None, visits=visits, tap=desk_of(centre_code).tap)


def _end_said(left: Sequence[RecordedVisit], now: datetime) -> str:
    """« 3 départs notés à 18 h, heure de fermeture », and those that closing time has not reached."""
    if not left:
        return "Journée terminée : tous les départs étaient déjà notés."
    this_minute = now.replace(second=0, microsecond=0)
    closed = [visit.ended_at for visit in left if visit.ended_at is not None and visit.ended_at < this_minute]
    said = []
    if closed:
        hours = enumeration(list(dict.fromkeys(_hour(at) for at in sorted(closed))))
        said.append(f"{count(len(closed), 'départ noté', 'départs notés')} à {hours}, heure de fermeture")
    if early := len(left) - len(closed):
        noted = count(early, "départ noté", "départs notés")
        said.append(f"{noted} à {_hour(now)}, l’heure de fermeture n’étant pas passée")
    return f"Journée terminée : {' ; '.join(said)}."


def _sentences(refusal: Refused) -> str:
    return " ".join(refusal_sentence(problem.rule, problem.values) for problem in refusal.problems)


def _hour(at: datetime | None) -> str:
    return dates.time_of_day(at) if at is not None else ""


def _now_says(desk: Desk) -> None:
    st.session_state[_DESK] = replace(desk, said=typeset(desk.said))


def _request_key(centre_code: str, button: str) -> str:
    """A new key for each tap; a second tap on the same button at once is the same request."""
    desk = desk_of(centre_code)
    last_button, key, at = desk.tap
    if last_button != button or time.monotonic() - at > _ONE_TAP_SECONDS:
        key, at = secrets.token_hex(16), time.monotonic()
        _now_says(replace(desk, tap=(button, key, at)))
    return key
