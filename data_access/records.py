"""What people enter, as they see it when saving: one class a form.

A blank field is None. Records take any value of the right type: the writes say what is wrong with it, all at once.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from data_access.refusals import Rule

RequestKey = Annotated[str, Field(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9_.-]+$")]
"""Made once for each thing a person wants noted: noting it twice under one key notes it once."""
_UNSEEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff\u00ad"))
# No database stores them, nor can be asked about them.
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
LOST_SIGN: Final = "\ufffd"
"""Stands where a sign could not be kept; a text that holds one is refused."""


def plain_text(text: object) -> object:
    """A text in composed form, without what nobody sees at its ends or inside; None for one that says nothing."""
    if not isinstance(text, str):
        return text
    seen = unicodedata.normalize("NFC", text).translate(_UNSEEN).strip()
    return _UNSTORABLE.sub(LOST_SIGN, seen) or None


OptionalText = Annotated[str | None, BeforeValidator(plain_text)]
"""A text, None for a blank."""

SeatKind = Literal["office", "open_space"]


class EntryRecord(BaseModel):
    """One entry as its author sees it when saving.

    `base_version` is the version that was read before correcting, 0 for a new entry; `request_key` is made once for each
    thing that somebody wants recorded: sent twice, it is recorded once. `confirmed` are the unusual things the author has
    already said are right.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    base_version: int = 0
    request_key: RequestKey | None = None
    confirmed: frozenset[Rule] = Field(default_factory=frozenset)


class AttendanceDayRecord(BaseModel):
    """Occupied half-days of one day and seat kind; null = not known yet, which is not zero."""

    model_config = ConfigDict(frozen=True, strict=True)

    day: date
    seat_kind: SeatKind
    half_days: int | None = None
    closed: bool = False


class AttendanceWeekRecord(EntryRecord):
    """One centre and week, as its author sees it when saving.

    `status` is what the author wants: draft, complete, or closed for a centre shut all week (then `comment` says why).
    A write made on an older reading than `base_version` is refused. Of a week that comes in a file, `status_said` is
    whether the file has its state, and `reason` why it is corrected though it is locked.
    """

    centre_code: str
    week_start: date
    status: Literal["draft", "complete", "closed"] = "draft"
    days: tuple[AttendanceDayRecord, ...] = ()
    distinct_people: int | None = None
    comment: OptionalText = None
    status_said: bool = True
    reason: OptionalText = None

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        if len({(day.day, day.seat_kind) for day in self.days}) < len(self.days):
            raise ValueError("a day and seat kind stands twice in the sheet")
        return self

    @property
    def filled_days(self) -> tuple[AttendanceDayRecord, ...]:
        """The days that say something, in order; none in a closed week."""
        if self.status == "closed":
            return ()
        said = (day for day in self.days if day.closed or day.half_days is not None)
        return tuple(sorted(said, key=lambda day: (day.day, day.seat_kind)))

    @property
    def total(self) -> int:
        """Occupied half-days of the week, over the days that were filled in."""
        return sum(day.half_days or 0 for day in self.days)

    @property
    def last_day(self) -> date:
        """The Sunday of the week."""
        return self.week_start + timedelta(days=6)


class AccountRecord(EntryRecord):
    """Somebody who may sign in; `centres` are the codes of those an animator keeps."""

    email: OptionalText = None
    display_name: OptionalText = None
    role: Literal["administrator", "coordinator", "animator", "viewer"] = "viewer"
    centres: tuple[str, ...] = ()
    active: bool = True


PersonStatus = Literal["independent", "employee", "mobile", "founder", "job_seeker", "other"]
PassEndReason = Literal["own_premises", "moved", "job_change", "end_of_free_period", "not_renewed", "other"]


class PersonRecord(EntryRecord):
    """A person: one who is known (`person_id`), whose names may then be corrected, or a new one."""

    person_id: int | None = None
    family_name: OptionalText = None
    given_name: OptionalText = None
    email: OptionalText = None
    phone: OptionalText = None
    status: PersonStatus = "other"
    home_insee_code: OptionalText = None


class PersonSheetRecord(PersonRecord):
    """A person by themselves; `directory_consent` is the day they agreed to be listed, None = not listed (withdrawn)."""

    directory_consent: date | None = None


class PassMembershipRecord(PersonRecord):
    """Somebody joins the club; free for six months from `joined_on`. `directory` is their consent to be listed.

    `renewed_on`, `ended_on` and `end_reason` are what became of it, which a file tells with it and a form apart.
    """

    member_number: OptionalText = None
    joined_on: date | None = None
    directory: bool = False
    renewed_on: date | None = None
    ended_on: date | None = None
    end_reason: PassEndReason | None = None


class PassOutcomeRecord(EntryRecord):
    """What becomes of a membership: it goes on, paying, or ends with a reason."""

    membership_id: int | None = None
    renewed_on: date | None = None
    ended_on: date | None = None
    end_reason: PassEndReason | None = None


class AgreementRecord(PersonRecord):
    """A person's right to use a centre, from the day it is signed to its last day."""

    centre_code: str | None = None
    seat_kind: SeatKind = "open_space"
    formula: Literal["half_day", "day", "week", "month"] = "half_day"
    signed_on: date | None = None
    ended_on: date | None = None
    exit_reason: Literal["own_premises", "moved", "job_change", "project_stopped", "price", "other"] | None = None


class MemberServiceRecord(EntryRecord):
    """A service held by a known person."""

    person_id: int | None = None
    centre_code: str | None = None
    service: Literal["domiciliation", "directory", "mail", "webinar"] = "domiciliation"
    starts_on: date | None = None
    ends_on: date | None = None


class SupportRecord(EntryRecord):
    """Support given to a known person, or to a household of a welcome session: one of the two."""

    person_id: int | None = None
    welcome_household_id: int | None = None
    kind: Literal["housing", "business_creation", "entrepreneur_residence"] = "housing"
    opened_on: date | None = None
    closed_on: date | None = None
    outcome: Literal["achieved", "redirected", "dropped"] | None = None


class CentreRecord(EntryRecord):
    """A place of the network. Coordinates are degrees of WGS 84; `insee_code` is that of its commune.

    `opened_on` and `closed_on` are its last period; `former_openings` those before it (`openings.openings_as_text`).
    """

    code: OptionalText = None
    name: OptionalText = None
    kind: OptionalText = None
    status: OptionalText = None
    insee_code: OptionalText = None
    address: OptionalText = None
    postcode: OptionalText = None
    latitude: float | None = None
    longitude: float | None = None
    location_precision: OptionalText = None
    operator_name: OptionalText = None
    operator_kind: OptionalText = None
    phone: OptionalText = None
    email: OptionalText = None
    website: OptionalText = None
    opened_on: date | None = None
    closed_on: date | None = None
    former_openings: OptionalText = None
    note: OptionalText = None


class CapacityRecord(EntryRecord):
    """Seats of one kind from a day on, until the next change that is already known, if any."""

    centre_code: OptionalText = None
    seat_kind: OptionalText = None
    seats: int | None = None
    valid_from: date | None = None


class OpenHalfDay(BaseModel):
    """One open half-day of the week; `weekday` 1 = Monday, `half_day` am or pm, hours as on the door."""

    model_config = ConfigDict(frozen=True, strict=True)

    weekday: int
    half_day: str
    opens_at: time
    closes_at: time


class OpeningHoursRecord(EntryRecord):
    """The whole week of a centre from a day on, until the next change that is already known; no half-day = never open."""

    centre_code: OptionalText = None
    valid_from: date | None = None
    half_days: tuple[OpenHalfDay, ...] = ()


class ClosureRecord(EntryRecord):
    """Days shut, both ends included; no centre = the whole network."""

    centre_code: OptionalText = None
    starts_on: date | None = None
    ends_on: date | None = None
    reason: OptionalText = None


class CentreCostRecord(EntryRecord):
    """What a centre cost and earned in a year, in euros; no revenue = not known, which is not zero."""

    centre_code: OptionalText = None
    year: int | None = None
    cost_eur: float | None = None
    revenue_eur: float | None = None
    source: OptionalText = None


class PublishedFigureRecord(EntryRecord):
    """A total that was published for a year, or for the years up to `year_to`, in the unit of its indicator: a rate is a
    fraction. `precision` says how sure it is (« exact », « arrondi à 1 % »)."""

    indicator: OptionalText = None
    year_from: int | None = None
    year_to: int | None = None
    value: float | None = None
    precision: OptionalText = None
    source: OptionalText = None


Stage = Literal["informed", "interested", "trained", "applied", "hired"]
EventKind = Literal[
    "open_day", "round_table", "talk", "demonstration", "workshop", "training", "webinar", "forum", "fair",
    "animators_meeting",
]  # fmt: skip


class PlacementRecord(EntryRecord):
    """One candidate's way to a work contract; `candidate_ref` is a pseudonym, no name is kept."""

    aim: Literal[1, 2, 3] = 1
    candidate_ref: OptionalText = None
    employer: OptionalText = None
    employer_in_cantal: bool | None = None
    contract_kind: Literal["permanent", "fixed_term", "temporary", "other"] | None = None
    informed_on: date | None = None
    interested_on: date | None = None
    trained_on: date | None = None
    applied_on: date | None = None
    hired_on: date | None = None
    ended_on: date | None = None
    centre_code: str | None = None


class PlacementStepRecord(EntryRecord):
    """A candidate reaches a further step on a day; a contract says its kind and its employer."""

    placement_id: int | None = None
    stage: Stage | None = None
    reached_on: date | None = None
    contract_kind: Literal["permanent", "fixed_term", "temporary", "other"] | None = None
    employer: OptionalText = None


class InformationMeetingRecord(EntryRecord):
    """A monthly meeting for job seekers, with how many came and how many are interested."""

    held_on: date | None = None
    place: OptionalText = None
    attendees: int | None = None
    interested: int | None = None


class WelcomeSessionRecord(EntryRecord):
    """A numbered session; its totals hold until the households that are detailed reach them."""

    number: int | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    place: OptionalText = None
    applications: int | None = None
    selected: int | None = None
    project_holders: int | None = None
    people: int | None = None


class WelcomeHouseholdRecord(EntryRecord):
    """A household received in a session; `presences` are its people present on each day of it, None = not noted."""

    session_id: int | None = None
    project_kind: Literal["business_creation", "business_takeover", "farming", "employment", "telework", "other"] = (
        "other"
    )
    holders: int | None = None
    people: int | None = None
    teleworker: bool = False
    visited_centre_code: str | None = None
    outcome: Literal["pending", "settled", "dropped"] = "pending"
    settled_on: date | None = None
    settled_insee_code: OptionalText = None
    presences: tuple[int | None, ...] = ()


class CourseRecord(EntryRecord):
    """A course of the training catalogue."""

    code: OptionalText = None
    title: OptionalText = None
    theme: OptionalText = None
    duration_hours: float | None = None
    provider_centre_code: str | None = None
    active: bool = True


class EventRecord(EntryRecord):
    """An event of the agenda; `attendance` are the people who came, None = not known."""

    kind: EventKind = "open_day"
    title: OptionalText = None
    centre_code: str | None = None
    place: OptionalText = None
    course_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    audience: OptionalText = None
    booking_advised: bool = False
    contact: OptionalText = None
    attendance: int | None = None


class EventAttendanceRecord(EntryRecord):
    """How many people came to an event or a training."""

    event_id: int | None = None
    attendance: int | None = None


class PresentationRecord(EntryRecord):
    """Which slides, by their codes, in which order; `titles` are those changed, by code."""

    name: OptionalText = None
    slides: tuple[str, ...] = ()
    seconds: int = 12
    theme: Literal["auto", "light", "dark"] = "auto"
    titles: Mapping[str, str] = Field(default_factory=dict)


class ArrivalRecord(BaseModel):
    """Somebody takes a seat, anonymous unless `person_id` says who.

    `source` is desk for the animator, qr for a visitor who has nobody to ask. `confirmed` are the unusual things the
    author has already said are right.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    centre_code: str
    seat_kind: SeatKind
    person_id: int | None = None
    source: Literal["desk", "qr"] = "desk"
    request_key: RequestKey
    confirmed: frozenset[Rule] = Field(default_factory=frozenset)


class DepartureRecord(BaseModel):
    """The person of a visit leaves."""

    model_config = ConfigDict(frozen=True, strict=True)

    centre_code: str
    visit_id: int
    request_key: RequestKey
