"""People, what they sign and what they are given, as they are entered."""

from datetime import date
from typing import Literal

from data_access.records.entries import EntryRecord, OptionalText

PersonStatus = Literal["independent", "employee", "mobile", "founder", "job_seeker", "other"]
SeatKind = Literal["office", "open_space"]


class PersonRecord(EntryRecord):
    """A person: one who is known (`person_id`), whose names may then be corrected, or a new one."""

    person_id: int | None = None
    family_name: OptionalText = None
    given_name: OptionalText = None
    email: OptionalText = None
    phone: OptionalText = None
    status: PersonStatus = "independent"
    home_insee_code: OptionalText = None


class PassMembershipRecord(PersonRecord):
    """Somebody joins the club; free for six months from `joined_on`. `directory` is their consent to be listed."""

    member_number: OptionalText = None
    joined_on: date | None = None
    directory: bool = False


class PassOutcomeRecord(EntryRecord):
    """What becomes of a membership: it goes on, paying, or ends with a reason."""

    membership_id: int | None = None
    renewed_on: date | None = None
    ended_on: date | None = None
    end_reason: Literal["own_premises", "moved", "job_change", "end_of_free_period", "not_renewed", "other"] | None = (
        None
    )


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
