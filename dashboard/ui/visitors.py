"""What somebody without an account may ask and record: the slides of a show, the free seats of a centre, their own visit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from dashboard.configuration import clock
from dashboard.configuration.settings import load_settings
from dashboard.figures.show import Deck, Slide, compose_deck, live_slide
from dashboard.indicators.disclosure import last_published
from dashboard.presentation.choice import Choice, choice_saved, contact_addresses, named
from dashboard.ui import session, store
from dashboard.wording.refusals import refusal_sentence
from data_access.facts import PresentationFacts, PresentOccupancy
from data_access.reads.occupancy import CheckedIn, CheckInPlace
from data_access.records import ArrivalRecord, DepartureRecord
from data_access.refusals import Refused, Rule
from data_access.rights import VISITOR, check_in_of
from data_access.writes.visits import record_arrival, record_departure

# Where the slides of a running server come from: the database, asked as a visitor without an account asks.


def deck_of(keys: Iterable[str]) -> Deck:
    """The slides of these codes, now; the contact alone where there is nothing to say."""
    with session.acting(VISITOR):
        made = store.said(
            compose_deck,
            _facts(),
            _occupancy(),
            tuple(keys),
            addresses=contact_addresses(load_settings()),
            demonstration=store.is_demonstration(),
        )
        return made if made.slides else deck_of(("contact",))


def powerpoint_show(choice: Choice) -> bytes:
    """The show as a PowerPoint file, its slides as a visitor sees them now."""
    # The writer is slow to load, and most shows are only looked at.
    from dashboard.figures.show import speaker_notes
    from dashboard.presentation.powerpoint import powerpoint_file

    made = deck_of(choice.slides)
    with session.acting(VISITOR):
        return powerpoint_file(made, choice, speaker_notes(_facts(), choice.slides))


def _facts() -> PresentationFacts:
    # Counted on the day of all that is public: between two days, one person more would be told apart.
    today = clock.today()
    return store.presentation_facts(on=last_published(today), today=today)


def slide_of_this_instant() -> Slide | None:
    """The slide of live occupancy; None while nobody gives news."""
    with session.acting(VISITOR):
        return live_slide(_occupancy())


def saved_choice(name: str) -> Choice | None:
    """The choice saved under a name; None when there is none."""
    with session.acting(VISITOR):
        found = named(store.saved_presentations(), name)
    return None if found is None else choice_saved(found)


def _occupancy() -> PresentOccupancy:
    # Whoever asks within a minute gets the same answer, until something is written.
    return store.present_occupancy(at=clock.now().replace(second=0, microsecond=0))


# What a visitor's telephone may know and note: the free seats of one centre, and their own visit.


@dataclass(frozen=True)
class CheckInState:
    """What the page of a centre says now: its free seats by kind, and this telephone's visit if it goes on."""

    centre_name: str
    now: datetime
    free: dict[str, int]
    visit_kind: str | None
    visit_since: datetime | None


def check_in_state(centre_code: str, visit_id: int | None) -> CheckInState | None:
    """The state of a centre for a visitor; None for a centre that does not exist, or not any more."""
    place = _place(centre_code)
    if place is None:
        return None
    mine = _open_visit(centre_code, visit_id)
    kind, since = (None, None) if mine is None else (mine.seat_kind, mine.started_at)
    return CheckInState(place.name, _now(place), dict(place.free), kind, since)


def visit_is_open(centre_code: str, visit_id: int) -> bool:
    """Whether a visit has no end yet."""
    return _open_visit(centre_code, visit_id) is not None


def centre_name(centre_code: str) -> str | None:
    """The name of a centre in service; None for any other."""
    place = _place(centre_code)
    return None if place is None else place.name


def check_in(centre_code: str, seat_kind: str, request_key: str) -> tuple[int | None, str]:
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


def check_out(centre_code: str, visit_id: int, request_key: str) -> str:
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


def _open_visit(centre_code: str, visit_id: int | None) -> CheckedIn | None:
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
