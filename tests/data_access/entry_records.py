"""A small network to record things about, and records of every kind that it accepts, drawn at random."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import sqlalchemy as sa
from hypothesis import strategies as st
from pydantic import BaseModel

from data_access import codes
from data_access.entries.published import publishable
from data_access.openings import Opening, openings_as_text
from data_access.records import (
    AgreementRecord,
    AttendanceDayRecord,
    AttendanceWeekRecord,
    CapacityRecord,
    CentreCostRecord,
    CentreRecord,
    ClosureRecord,
    CourseRecord,
    EventAttendanceRecord,
    EventRecord,
    InformationMeetingRecord,
    MemberServiceRecord,
    OpenHalfDay,
    OpeningHoursRecord,
    PassMembershipRecord,
    PassOutcomeRecord,
    PersonSheetRecord,
    PlacementRecord,
    PlacementStepRecord,
    PublishedFigureRecord,
    SupportRecord,
    WelcomeHouseholdRecord,
    WelcomeSessionRecord,
)
from data_access.rights import Actor
from data_access.schema import (
    commune,
    course,
    event,
    pass_membership,
    person,
    placement,
    welcome_household,
    welcome_session,
)
from tests.factories import add_centre

NOW: Final = datetime(2017, 6, 9, 14, 42, tzinfo=UTC)
COORDINATOR: Final = Actor("coordination@example.org", "coordinator")
FIRST: Final = date(2016, 6, 6)  # a Monday
LAST: Final = date(2017, 5, 28)  # a Sunday
SESSION_BEGINS: Final = date(2017, 5, 9)
CENTRES: Final = ("MAURIAC", "MURAT")
Record = BaseModel
Records = st.SearchStrategy[Any]


@dataclass(frozen=True)
class Network:
    """What records may refer to: the ids of one row of each table, or of several."""

    people: tuple[int, ...]
    membership: int
    course: int
    event: int
    session: int
    household: int
    placement: int


def add_network(connection: sa.Connection) -> Network:
    """Mauriac and Murat, two people of whom the second is a member, and one record of each programme."""

    def added(table: sa.Table, **values: Any) -> int:
        return int(connection.execute(sa.insert(table).values(**values).returning(table.c.id)).scalar_one())

    for code in CENTRES:
        add_centre(connection, code, seats_office=4, seats_open_space=2)
    if not connection.execute(sa.select(commune.c.insee_code).where(commune.c.insee_code == "15014")).first():
        connection.execute(
            sa.insert(commune).values(
                insee_code="15014",
                name="Aurillac",
                population=25_000,
                epci_siren="241500230",
                epci_name="CABA",
                longitude=2.44,
                latitude=44.93,
            )
        )
    people = tuple(
        added(person, family_name=name, given_name=given, status="independent", email=email)
        for name, given, email in (("Vernhes", "Inès", None), ("Tardieu", "Rachel", "rachel@example.org"))
    )
    session = added(welcome_session, number=23, starts_on=SESSION_BEGINS, ends_on=SESSION_BEGINS + timedelta(days=3))
    return Network(
        people,
        membership=added(
            pass_membership,
            person_id=people[1],
            member_number="PAM-0788",
            joined_on=date(2016, 1, 4),
            free_until=date(2016, 7, 4),
        ),
        course=added(course, code="TEST", title="Tableurs", active=True),
        event=added(event, kind="open_day", title="Portes ouvertes", starts_at=datetime(2017, 5, 2, 8, tzinfo=UTC)),
        session=session,
        household=added(
            welcome_household,
            welcome_session_id=session,
            project_kind="telework",
            holders=1,
            people=2,
            teleworker=True,
            outcome="pending",
        ),
        placement=added(placement, aim=1, candidate_ref="C-2017-0520", stage="informed", informed_on=date(2017, 1, 9)),
    )


days = st.integers(0, (LAST - FIRST).days).map(lambda number: FIRST + timedelta(days=number))
texts = st.text("abcÉœ’ -", min_size=1, max_size=9).filter(lambda text: any(map(str.isalnum, text)))
centres = st.sampled_from(CENTRES)
numbers = st.none() | st.integers(0, 30)


def _optional(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _in_order(count: int) -> st.SearchStrategy[list[date | None]]:
    """So many days, each on or after those before it, or blank."""
    drawn = st.tuples(
        st.lists(days, min_size=count, max_size=count).map(sorted), st.lists(st.booleans(), min_size=count)
    )
    return drawn.map(lambda pair: [day if kept else None for day, kept in zip(*pair, strict=False)])


_PERSON: Final[Mapping[str, Any]] = {
    "family_name": texts,
    "given_name": _optional(texts),
    "email": _optional(st.sampled_from(["elise@example.org", "e.d@cantal.fr"])),
    "phone": _optional(st.just("04 71 46 20 26")),
    "status": st.sampled_from(codes.PERSON_STATUSES),
    "home_insee_code": _optional(st.just("15014")),
}


def _ended(first: str, last: str, reason: str | None = None, reasons: tuple[str, ...] = ()) -> Records:
    """The first day of something, its last, and why it ended, as far as these are known."""

    @st.composite
    def drawn(draw: st.DrawFn) -> dict[str, Any]:
        begun, ended = sorted([draw(days), draw(days)])
        found: dict[str, Any] = {first: begun, last: draw(_optional(st.just(ended)))}
        if reason is not None and found[last] is not None:
            found[reason] = draw(_optional(st.sampled_from(reasons)))
        return found

    return drawn()


def _made(record: type[BaseModel], together: Records = st.just({}), **fields: Any) -> Records:  # noqa: B008
    """Records of a class: each field drawn by itself, those of `together` as one."""
    return st.builds(lambda one, other: record(**one, **other), st.fixed_dictionaries(fields), together)


@st.composite
def _outcomes(draw: st.DrawFn, membership: int) -> PassOutcomeRecord:
    renewed, ended = draw(_in_order(2))
    if renewed is None and ended is None:
        renewed = LAST
    reason = draw(st.sampled_from(codes.PASS_END_REASONS)) if ended else None
    return PassOutcomeRecord(membership_id=membership, renewed_on=renewed, ended_on=ended, end_reason=reason)


@st.composite
def _supports(draw: st.DrawFn, network: Network) -> SupportRecord:
    whom = draw(
        st.sampled_from(
            [
                *({"person_id": person_id} for person_id in network.people),
                {"welcome_household_id": network.household},
            ]
        )
    )
    when = draw(_ended("opened_on", "closed_on", "outcome", codes.SUPPORT_OUTCOMES))
    return SupportRecord(kind=draw(st.sampled_from(codes.SUPPORT_KINDS)), **whom, **when)


@st.composite
def _placements(draw: st.DrawFn) -> PlacementRecord:
    """Any contract may end, a permanent one too."""
    *steps, ended = draw(_in_order(6))
    reached = dict(zip((f"{stage}_on" for stage in codes.PLACEMENT_STAGES), steps, strict=True))
    if not any(reached.values()):
        reached["informed_on"] = FIRST
    hired = reached["hired_on"] is not None
    return PlacementRecord(
        aim=draw(st.sampled_from(codes.PLACEMENT_AIMS)),
        candidate_ref=draw(_optional(st.integers(1, 999).map(lambda number: f"C-2016-{number:04d}"))),
        employer=draw(texts if hired else _optional(texts)),
        employer_in_cantal=draw(st.none() | st.booleans()),
        contract_kind=draw(st.sampled_from(codes.CONTRACT_KINDS)) if hired else None,
        ended_on=ended if hired else None,
        centre_code=draw(_optional(centres)),
        **reached,
    )


@st.composite
def _steps(draw: st.DrawFn, network: Network) -> PlacementStepRecord:
    stage = draw(st.sampled_from(codes.PLACEMENT_STAGES[1:]))
    hired = stage == "hired"
    return PlacementStepRecord(
        placement_id=network.placement,
        stage=stage,
        reached_on=max(draw(days), date(2017, 1, 9)),
        contract_kind=draw(st.sampled_from(codes.CONTRACT_KINDS)) if hired else None,
        employer=draw(texts) if hired else None,
    )


@st.composite
def _meetings(draw: st.DrawFn) -> InformationMeetingRecord:
    came = draw(numbers)
    return InformationMeetingRecord(
        held_on=draw(days),
        place=draw(texts),
        attendees=came,
        interested=None if came is None else draw(_optional(st.integers(0, came))),
    )


@st.composite
def _sessions(draw: st.DrawFn) -> WelcomeSessionRecord:
    begins, applied, people = draw(days), draw(numbers), draw(numbers)
    return WelcomeSessionRecord(
        number=draw(_optional(st.integers(24, 900))),
        starts_on=begins,
        ends_on=begins + timedelta(days=draw(st.integers(0, 4))),
        place=draw(_optional(texts)),
        applications=applied,
        selected=None if applied is None else draw(_optional(st.integers(0, applied))),
        people=people,
        project_holders=None if people is None else draw(_optional(st.integers(0, people))),
    )


@st.composite
def _households(draw: st.DrawFn, network: Network) -> WelcomeHouseholdRecord:
    """Their session has four days, on each of which some, all or none may have been there, or nobody noted it."""
    people = draw(st.integers(1, 6))
    outcome = draw(st.sampled_from(codes.HOUSEHOLD_OUTCOMES))
    return WelcomeHouseholdRecord(
        session_id=network.session,
        project_kind=draw(st.sampled_from(codes.PROJECT_KINDS)),
        holders=draw(st.integers(1, people)),
        people=people,
        teleworker=draw(st.booleans()),
        visited_centre_code=draw(_optional(centres)),
        outcome=outcome,
        settled_on=LAST if outcome == "settled" else None,
        settled_insee_code=draw(_optional(st.just("15014"))) if outcome == "settled" else None,
        presences=tuple(draw(st.lists(_optional(st.integers(0, people)), min_size=4, max_size=4))),
    )


@st.composite
def _events(draw: st.DrawFn, network: Network) -> EventRecord:
    kind = draw(st.sampled_from(codes.EVENT_KINDS))
    begins = datetime.combine(draw(days), time(draw(st.integers(7, 18))), tzinfo=UTC)
    return EventRecord(
        kind=kind,
        title=draw(texts),
        centre_code=draw(_optional(centres)),
        place=draw(_optional(texts)),
        course_id=draw(_optional(st.just(network.course))) if kind == "training" else None,
        starts_at=begins,
        ends_at=draw(_optional(st.just(begins + timedelta(hours=2)))),
        audience=draw(_optional(texts)),
        booking_advised=draw(st.booleans()),
        contact=draw(_optional(texts)),
        attendance=draw(numbers),
    )


@st.composite
def _places(draw: st.DrawFn) -> CentreRecord:
    status = draw(st.sampled_from(codes.CENTRE_STATUSES))
    opened, closed = sorted([draw(days), draw(days)])
    placed = draw(st.booleans())
    before = Opening(opened - timedelta(days=90), opened - timedelta(days=30))
    return CentreRecord(
        code=draw(st.text("ABCD2", min_size=2, max_size=6)),
        name=draw(texts),
        kind=draw(st.sampled_from(codes.CENTRE_KINDS)),
        status=status,
        insee_code="15014",
        address=draw(_optional(texts)),
        postcode=draw(_optional(st.just("15000"))),
        latitude=44.9312 if placed else None,
        longitude=2.4 if placed else None,
        location_precision=draw(st.sampled_from(codes.LOCATION_PRECISIONS)) if placed else None,
        operator_name=draw(_optional(texts)),
        operator_kind=draw(_optional(st.sampled_from(codes.OPERATOR_KINDS))),
        phone=draw(_optional(st.just("04 71 46 20 26"))),
        email=draw(_optional(st.just("accueil@example.org"))),
        website=draw(_optional(st.just("https://example.org"))),
        booking_page=draw(_optional(st.just("https://example.org/reserver"))),
        opened_on=None if status == "planned" else opened,
        closed_on=closed if status == "closed" else None,
        former_openings=None if status == "planned" else draw(_optional(st.just(openings_as_text([before])))),
        note=draw(_optional(texts)),
    )


@st.composite
def _hours(draw: st.DrawFn) -> OpeningHoursRecord:
    weekdays = draw(st.lists(st.integers(1, 6), min_size=1, unique=True))
    ends = draw(st.sampled_from([time(12), time(12, 30)]))
    return OpeningHoursRecord(
        centre_code=draw(centres),
        valid_from=draw(days),
        half_days=tuple(
            OpenHalfDay(weekday=each, half_day="am", opens_at=time(8, 30), closes_at=ends) for each in sorted(weekdays)
        ),
    )


@st.composite
def _closures(draw: st.DrawFn) -> ClosureRecord:
    begins = draw(days)
    return ClosureRecord(
        centre_code=draw(_optional(centres)),
        starts_on=begins,
        ends_on=begins + timedelta(days=draw(st.integers(0, 20))),
        reason=draw(texts),
    )


@st.composite
def _weeks(draw: st.DrawFn) -> AttendanceWeekRecord:
    """A draft, a complete week whose Tuesday may have been closed, or a closed week; young enough to be entered."""
    monday = draw(st.sampled_from([date(2017, 5, 15), date(2017, 5, 29)]))
    status = draw(st.sampled_from(codes.WEEK_STATUSES))
    counts = st.integers(1, 3) if status == "complete" else _optional(st.integers(1, 3))
    shut = draw(st.booleans())
    sheet = tuple(
        AttendanceDayRecord(day=day, seat_kind=kind, closed=True)
        if shut and offset == 1
        else AttendanceDayRecord(day=day, seat_kind=kind, half_days=draw(counts))
        for kind in codes.SEAT_KINDS
        for offset, day in enumerate(monday + timedelta(days=number) for number in range(5))
    )
    return AttendanceWeekRecord(
        centre_code=draw(centres),
        week_start=monday,
        status=status,
        days=() if status == "closed" else sheet,
        distinct_people=None if status == "closed" else draw(st.integers(1, 3)),
        comment=draw(texts if status == "closed" else _optional(texts)),
    )


RECORDS: Final[Mapping[str, Callable[[Network], Records]]] = {
    "person": lambda _: _made(PersonSheetRecord, **_PERSON, directory_consent=_optional(days)),
    "membership": lambda _: _made(
        PassMembershipRecord,
        **_PERSON,
        member_number=_optional(st.integers(1, 600).map(lambda number: f"PAM-{number:04d}")),
        joined_on=days,
        directory=st.booleans(),
    ),
    "membership_outcome": lambda network: _outcomes(network.membership),
    "agreement": lambda _: _made(
        AgreementRecord,
        _ended("signed_on", "ended_on", "exit_reason", codes.AGREEMENT_EXIT_REASONS),
        **_PERSON,
        centre_code=centres,
        seat_kind=st.sampled_from(codes.SEAT_KINDS),
        formula=st.sampled_from(codes.AGREEMENT_FORMULAS),
    ),
    "service": lambda network: _made(
        MemberServiceRecord,
        _ended("starts_on", "ends_on"),
        person_id=st.sampled_from(network.people),
        centre_code=_optional(centres),
        service=st.sampled_from(codes.MEMBER_SERVICES),
    ),
    "support": _supports,
    "placement": lambda _: _placements(),
    "placement_step": _steps,
    "information_meeting": lambda _: _meetings(),
    "welcome_session": lambda _: _sessions(),
    "household": _households,
    "course": lambda _: _made(
        CourseRecord,
        code=texts,
        title=texts,
        theme=_optional(texts),
        duration_hours=_optional(st.sampled_from([0.5, 3.0, 7.25, 21.0])),
        provider_centre_code=_optional(centres),
        active=st.booleans(),
    ),
    "event": _events,
    "event_attendance": lambda network: _made(
        EventAttendanceRecord, event_id=st.just(network.event), attendance=st.integers(0, 300)
    ),
    "centre": lambda _: _places(),
    "capacity": lambda _: _made(
        CapacityRecord,
        centre_code=centres,
        seat_kind=st.sampled_from(codes.SEAT_KINDS),
        seats=st.integers(0, 12),
        valid_from=days,
    ),
    "opening_hours": lambda _: _hours(),
    "closure": lambda _: _closures(),
    "cost": lambda _: _made(
        CentreCostRecord,
        centre_code=centres,
        year=st.integers(2010, 2017),
        cost_eur=st.integers(0, 3_000_000).map(lambda cents: cents / 100),
        revenue_eur=_optional(st.integers(0, 3_000_000).map(lambda cents: cents / 100)),
        source=texts,
    ),
    "published_figure": lambda _: _made(
        PublishedFigureRecord,
        indicator=st.sampled_from(sorted(publishable())),
        year_from=st.integers(2003, 2010),
        year_to=_optional(st.integers(2010, 2017)),
        value=st.sampled_from([0.0, 0.35, 1.0]),
        precision=texts,
        source=texts,
    ),
    "attendance_week": lambda _: _weeks(),
}
"""By the word of a kind: its records in a network, most of which can be stored as they are."""
