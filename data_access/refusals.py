"""Why a write was not done: problems with a rule, a field and values, which the screens turn into French sentences."""

import dataclasses
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any


class Rule(StrEnum):
    """Every rule a write may refuse by, or ask about."""

    # Impossible: refused.
    NOT_ALLOWED = "not_allowed"
    UNKNOWN_CENTRE = "unknown_centre"
    NOT_A_MONDAY = "not_a_monday"
    WEEK_IN_FUTURE = "week_in_future"
    CENTRE_NOT_OPEN = "centre_not_open"
    DAY_OUTSIDE_WEEK = "day_outside_week"
    DAY_IN_FUTURE = "day_in_future"
    WEEK_NOT_OVER = "week_not_over"
    NEGATIVE = "negative"
    ABOVE_CAPACITY = "above_capacity"
    CLOSED_BUT_OCCUPIED = "closed_but_occupied"
    PEOPLE_WITHOUT_HALF_DAYS = "people_without_half_days"
    HALF_DAYS_WITHOUT_PEOPLE = "half_days_without_people"
    TOO_MANY_PEOPLE = "too_many_people"
    ALL_DAYS_CLOSED = "all_days_closed"
    REASON_MISSING = "reason_missing"
    STALE_VERSION = "stale_version"
    # A rule of the database that no rule above foresaw: another program changed something meanwhile.
    REFUSED_BY_DATABASE = "refused_by_database"
    # Another write, or another program, holds the database for longer than somebody can be made to wait.
    DATABASE_BUSY = "database_busy"
    DATABASE_LOCKED = "database_locked"
    # It fails: its disk, its file, what may be done with it; it takes too long; it is out of reach.
    DATABASE_FULL = "database_full"
    DATABASE_READ_ONLY = "database_read_only"
    DATABASE_GONE = "database_gone"
    DATABASE_CLOSED = "database_closed"
    DATABASE_DAMAGED = "database_damaged"
    DATABASE_SLOW = "database_slow"
    DATABASE_FAILED = "database_failed"
    # To be settled before a week can be complete.
    BLANK_FIELD = "blank_field"
    BLANK_DAYS = "blank_days"
    # Unusual: asked about once.
    ABOVE_OFFER = "above_offer"
    FAR_FROM_USUAL = "far_from_usual"
    ALL_ZERO = "all_zero"
    SAME_AS_BEFORE = "same_as_before"
    # Any record. Impossible: refused.
    NOT_YOUR_ROLE = "not_your_role"
    UNKNOWN_RECORD = "unknown_record"
    MISSING_VALUE = "missing_value"
    TOO_LONG = "too_long"
    UNREADABLE_TEXT = "unreadable_text"
    NOT_IN_LIST = "not_in_list"
    UNKNOWN_REFERENCE = "unknown_reference"
    SEVERAL_PEOPLE = "several_people"
    OUT_OF_RANGE = "out_of_range"
    NOT_BEGUN = "not_begun"
    ONE_OF_TWO = "one_of_two"
    TOO_PERSONAL = "too_personal"
    NAME_FOR_NUMBER = "name_for_number"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE = "not_a_phone"
    NOT_A_POSTCODE = "not_a_postcode"
    STILL_A_MEMBER = "still_a_member"
    STEP_NOT_FURTHER = "step_not_further"
    MORE_THAN_PRESENT = "more_than_present"
    PRESENCES_OUTSIDE = "presences_outside"
    COURSE_WITHOUT_TRAINING = "course_without_training"
    SEATS_ALREADY_TAKEN = "seats_already_taken"
    # Places. Impossible: refused.
    NOT_A_CODE = "not_a_code"
    CODE_IN_USE = "code_in_use"
    NOT_A_WEBSITE = "not_a_website"
    NOT_OPENINGS = "not_openings"
    PLANNED_BUT_USED = "planned_but_used"
    HOURS_REVERSED = "hours_reversed"
    HOURS_OVERLAP = "hours_overlap"
    # Places. Unusual: asked about once.
    CHANGES_PAST_RATES = "changes_past_rates"
    NEVER_OPEN = "never_open"
    OPENED_AFTER_ENTRIES = "opened_after_entries"
    CLOSURE_OVER_ATTENDANCE = "closure_over_attendance"
    CLOSURE_OVERLAPS = "closure_overlaps"
    COST_ALREADY_NOTED = "cost_already_noted"
    # Accounts. Impossible: refused.
    LAST_ADMINISTRATOR = "last_administrator"
    ACCOUNT_DISABLED = "account_disabled"
    # Any record. Unusual: asked about once.
    SAME_NAME = "same_name"
    OTHER_NAME = "other_name"
    CONSENT_CHANGES = "consent_changes"
    LIKE_ANOTHER_NUMBER = "like_another_number"
    BEFORE_OPENING = "before_opening"
    OVERLAPPING_AGREEMENT = "overlapping_agreement"
    PRESENCES_MOVE = "presences_move"
    SENSITIVE_WORD = "sensitive_word"
    UNUSUAL_LENGTH = "unusual_length"
    CLOSED_AFTER_ENTRIES = "closed_after_entries"
    OUTSIDE_THE_COUNTY = "outside_the_county"
    DAY_TOO_EARLY = "day_too_early"
    DAY_TOO_LATE = "day_too_late"
    ALREADY_EXISTS = "already_exists"
    RECORD_CHANGED = "record_changed"
    # A change to take back.
    ALREADY_TAKEN_BACK = "already_taken_back"
    CHANGED_SINCE = "changed_since"
    STILL_USED = "still_used"
    IMPORT_RUNNING = "import_running"
    ALREADY_DECIDED = "already_decided"
    OWN_FILE = "own_file"
    # A week too old to be entered without the coordination.
    WEEK_LOCKED = "week_locked"
    # Visits. Impossible: refused.
    CENTRE_NOT_RECEIVING = "centre_not_receiving"
    NO_SEAT_OF_KIND = "no_seat_of_kind"
    ALREADY_PRESENT = "already_present"
    NO_RUNNING_AGREEMENT = "no_running_agreement"
    UNKNOWN_VISIT = "unknown_visit"
    ALREADY_LEFT = "already_left"
    # Visits noted by the visitors themselves, whom nobody can ask.
    NO_SEAT_LEFT = "no_seat_left"
    TOO_MANY_CHECK_INS = "too_many_check_ins"
    # Visits. Unusual: asked about once.
    OVER_CAPACITY = "over_capacity"
    PRESENT_ELSEWHERE = "present_elsewhere"
    CLOSED_TODAY = "closed_today"


@dataclasses.dataclass(frozen=True)
class Problem:
    """One rule that a record does not meet. `field` names what to correct; `values` are what the sentence needs."""

    rule: Rule
    field: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict, hash=False)


class Refused(Exception):
    """Nothing was written: the record cannot be true, or may not be written by this person."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(f"{problem.rule} {problem.field}".strip() for problem in problems))
        self.problems = tuple(problems)


class Busy(Refused):
    """Nothing was written: another write did not end in time, or the database failed. The same may be tried again."""

    def __init__(self, rule: Rule = Rule.DATABASE_BUSY) -> None:
        super().__init__([Problem(rule)])


class Unconfirmed(Refused):
    """Nothing was written yet: the record is unusual, and its author is asked whether it is right."""
