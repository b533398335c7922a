"""People and what ties them to the network, accounts, and the programmes beside the centres."""

import sqlalchemy as sa

from data_access import codes
from data_access.schema.columns import (
    Day,
    Flag,
    Instant,
    Number,
    check,
    coded,
    identifier,
    reference_to,
    strict_table,
    text,
    version,
)

# People, what they signed and what they are given; the fewest personal data that the work needs.

person = strict_table(
    "person",
    identifier(),
    text("family_name", 120),
    text("given_name", 120),
    text("email", 254),
    text("phone", 40),
    coded("status", codes.PERSON_STATUSES, "what the person does for a living"),
    sa.Column("home_insee_code", sa.Text, comment="commune of residence, may lie outside the county"),
    sa.Column(
        "directory_consent", Day, comment="day the person agreed to be listed in the directory; NULL = not listed"
    ),
    sa.Column("created_at", Instant, nullable=False, server_default=sa.func.current_timestamp()),
    sa.Column("erased_at", Instant, comment="the names were erased at the person's request or by retention"),
    version(),
    sa.Index("ix_person_family_name_given_name", "family_name", "given_name"),
    check("length(home_insee_code) = 5", "home_insee_code"),
    check("erased_at IS NOT NULL OR family_name IS NOT NULL", "named_unless_erased"),
    check(
        "erased_at IS NULL OR (family_name IS NULL AND given_name IS NULL AND email IS NULL AND phone IS NULL)",
        "erased_is_nameless",
    ),
    comment="A person who uses a centre or belongs to the club",
)

agreement = strict_table(
    "agreement",
    identifier(),
    reference_to("centre"),
    reference_to("person"),
    coded("seat_kind", codes.SEAT_KINDS, "office = single office, open_space = desk in the open space"),
    coded("formula", codes.AGREEMENT_FORMULAS, "what was let: half-day, day, week or month"),
    sa.Column("signed_on", Day, nullable=False),
    sa.Column("ended_on", Day, comment="last day; NULL = still running"),
    coded(
        "exit_reason",
        codes.AGREEMENT_EXIT_REASONS,
        "own_premises = left for premises of their own, a result",
        nullable=True,
    ),
    version(),
    sa.UniqueConstraint("centre_id", "person_id", "signed_on"),
    sa.Index("ix_agreement_signed_on_ended_on", "signed_on", "ended_on"),
    sa.Index("ix_agreement_person_id", "person_id"),
    check("ended_on >= signed_on", "ended_on"),
    check("exit_reason IS NULL OR ended_on IS NOT NULL", "exit_reason_needs_an_end"),
    comment="A person's right to use a centre",
)

pass_membership = strict_table(
    "pass_membership",
    identifier(),
    reference_to("person"),
    text("member_number", 20, nullable=False),
    sa.Column("joined_on", Day, nullable=False),
    sa.Column(
        "free_until",
        Day,
        nullable=False,
        comment="joined_on + six months, no later than that month ends; the database sets it",
    ),
    sa.Column("ended_on", Day, comment="last day of membership; NULL = still a member"),
    sa.Column("renewed_on", Day, comment="day the member chose to go on, paying; NULL = not said"),
    coded("end_reason", codes.PASS_END_REASONS, "own_premises = took premises of their own, a result", nullable=True),
    version(),
    sa.UniqueConstraint("member_number"),
    sa.Index("ix_pass_membership_joined_on_ended_on", "joined_on", "ended_on"),
    sa.Index("ix_pass_membership_person_id", "person_id"),
    check("free_until > joined_on", "free_until"),
    check("ended_on >= joined_on", "ended_on"),
    check("end_reason IS NULL OR ended_on IS NOT NULL", "end_reason_needs_an_end"),
    comment="A membership of the club Pass Actifs Mobiles: free for six months, then paid, then ended",
)

member_service = strict_table(
    "member_service",
    identifier(),
    reference_to("person"),
    reference_to("centre", nullable=True),
    coded("service", codes.MEMBER_SERVICES, "what the member holds"),
    sa.Column("starts_on", Day, nullable=False),
    sa.Column("ends_on", Day),
    version(),
    sa.UniqueConstraint("person_id", "service", "starts_on"),
    check("ends_on >= starts_on", "ends_on"),
    comment="A service held by a member of the club",
)

support = strict_table(
    "support",
    identifier(),
    reference_to("person", nullable=True),
    reference_to("welcome_household", nullable=True),
    coded("kind", codes.SUPPORT_KINDS, "housing, business creation, entrepreneur residence"),
    sa.Column("opened_on", Day, nullable=False),
    sa.Column("closed_on", Day),
    coded("outcome", codes.SUPPORT_OUTCOMES, "what came of it", nullable=True),
    version(),
    check("closed_on >= opened_on", "closed_on"),
    check("(person_id IS NULL) <> (welcome_household_id IS NULL)", "one_beneficiary"),
    comment="Support given to a person or to a household of a welcome session",
)

account = strict_table(
    "account",
    identifier(),
    text("email", 254, nullable=False),
    text("display_name", 120, nullable=False),
    coded(
        "role",
        codes.ROLES,
        "manager (both of the next), administrator, coordinator, animator of some centres, viewer of sums",
    ),
    sa.Column("password_hash", sa.Text),
    sa.Column("oidc_subject", sa.Text),
    sa.Column("active", Flag, nullable=False, server_default=sa.true()),
    version(),
    sa.UniqueConstraint("email"),
    sa.UniqueConstraint("oidc_subject"),
    check("email = lower(email)", "email_lower_case"),
    comment="Somebody who may sign in",
)

account_centre = strict_table(
    "account_centre",
    reference_to("account", ondelete="CASCADE"),
    reference_to("centre", ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("account_id", "centre_id"),
    comment="The centres an animator keeps",
)


# The programmes beside the centres: Pôle Emploi convention, welcome sessions, courses and events.

_AIM_COMMENT = (
    "1 = job seeker of the county hired by an outside employer, 2 = partner who keeps a job from the county, "
    "3 = county employer served by an outside teleworker"
)

placement = strict_table(
    "placement",
    identifier(),
    sa.Column("aim", sa.Integer, nullable=False, comment=_AIM_COMMENT),
    text("candidate_ref", 40, nullable=False, comment="pseudonym: no name of a job seeker is kept"),
    text("employer", 160),
    sa.Column("employer_in_cantal", Flag),
    coded("contract_kind", codes.CONTRACT_KINDS, "kind of work contract", nullable=True),
    coded("stage", codes.PLACEMENT_STAGES, "furthest step reached"),
    sa.Column("informed_on", Day),
    sa.Column("interested_on", Day),
    sa.Column("trained_on", Day),
    sa.Column("applied_on", Day),
    sa.Column("hired_on", Day, comment="first day of the contract"),
    sa.Column("ended_on", Day, comment="last day of the contract; NULL = still running"),
    reference_to("centre", nullable=True),
    version(),
    sa.UniqueConstraint("candidate_ref"),
    sa.Index("ix_placement_hired_on", "hired_on"),
    check("aim IN (1, 2, 3)", "aim"),
    check("ended_on >= hired_on", "ended_on"),
    check("(stage = 'hired') = (hired_on IS NOT NULL)", "hired_has_a_date"),
    check("stage <> 'hired' OR contract_kind IS NOT NULL", "hired_has_a_contract"),
    comment="One candidate's way to a work contract under the convention; a placement is concluded when hired",
)

information_meeting = strict_table(
    "information_meeting",
    identifier(),
    sa.Column("held_on", Day, nullable=False),
    text("place", 160, nullable=False),
    sa.Column("attendees", sa.Integer),
    sa.Column("interested", sa.Integer),
    version(),
    sa.UniqueConstraint("held_on", "place"),
    check("attendees >= 0", "attendees"),
    check("interested BETWEEN 0 AND attendees", "interested"),
    comment="Monthly meeting for job seekers",
)

welcome_session = strict_table(
    "welcome_session",
    identifier(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("starts_on", Day, comment="NULL = the date is not known"),
    sa.Column("ends_on", Day),
    text("place", 160),
    sa.Column("applications", sa.Integer),
    sa.Column("selected", sa.Integer),
    sa.Column("project_holders", sa.Integer, comment="total, which holds until the households detailed reach it"),
    sa.Column("people", sa.Integer, comment="total, which holds until the households detailed reach it"),
    text("precision", 120, comment="how surely date and attendance are known"),
    text("source", 300),
    version(),
    sa.UniqueConstraint("number"),
    check("number >= 1", "number"),
    check("ends_on >= starts_on", "ends_on"),
    check("applications >= 0 AND selected >= 0", "applications"),
    check("project_holders >= 0", "project_holders"),
    check("people >= project_holders", "people"),
    comment="A numbered three-day session for people who want to settle",
)

welcome_household = strict_table(
    "welcome_household",
    identifier(),
    reference_to("welcome_session", ondelete="CASCADE"),
    coded("project_kind", codes.PROJECT_KINDS, "what the household came for"),
    sa.Column("holders", sa.Integer, nullable=False, comment="project holders"),
    sa.Column("people", sa.Integer, nullable=False, comment="holders and those who came with them"),
    sa.Column("teleworker", Flag, nullable=False, server_default=sa.false()),
    reference_to("centre", "visited_centre_id", nullable=True),
    coded("outcome", codes.HOUSEHOLD_OUTCOMES, "pending, settled in the county, dropped"),
    sa.Column("settled_on", Day),
    sa.Column("settled_insee_code", sa.Text),
    version(),
    sa.Index("ix_welcome_household_welcome_session_id", "welcome_session_id"),
    check("holders >= 1", "holders"),
    check("people >= holders", "people"),
    check("(outcome = 'settled') = (settled_on IS NOT NULL)", "settled_has_a_date"),
    check("length(settled_insee_code) = 5", "settled_insee_code"),
    comment="A household received in a session; no name is kept",
)

welcome_attendance = strict_table(
    "welcome_attendance",
    identifier(),
    reference_to("welcome_household", ondelete="CASCADE"),
    sa.Column("day", Day, nullable=False),
    sa.Column("people_present", sa.Integer, nullable=False),
    sa.UniqueConstraint("welcome_household_id", "day"),
    check("people_present >= 0", "people_present"),
    comment="People of a household present on one day of their session",
)

course = strict_table(
    "course",
    identifier(),
    text("code", 40, nullable=False),
    text("title", 200, nullable=False),
    reference_to("centre", "provider_centre_id", nullable=True),
    text("theme", 80),
    sa.Column("duration_hours", Number),
    sa.Column("active", Flag, nullable=False, server_default=sa.true()),
    version(),
    sa.UniqueConstraint("code"),
    check("duration_hours > 0", "duration_hours"),
    comment="A course of the training catalogue",
)

event = strict_table(
    "event",
    identifier(),
    reference_to("centre", nullable=True),
    reference_to("course", nullable=True),
    coded("kind", codes.EVENT_KINDS, "kind of event"),
    text("title", 200, nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant),
    text("place", 200),
    text("audience", 80),
    sa.Column("booking_advised", Flag, nullable=False, server_default=sa.false()),
    text("contact", 200),
    sa.Column("attendance", sa.Integer, comment="people who came; NULL = not known"),
    reference_to("event", "parent_id", nullable=True),
    version(),
    # Two places may hold the same open day: that of a centre is told by it, another by its address.
    sa.Index(
        "uq_event_title_starts_at_place",
        "title",
        "starts_at",
        sa.text("(coalesce(centre_id, 0))"),
        sa.text("(CASE WHEN centre_id IS NULL THEN coalesce(place, '') ELSE '' END)"),
        unique=True,
    ),
    sa.Index("ix_event_starts_at", "starts_at"),
    check("ends_at >= starts_at", "ends_at"),
    check("attendance >= 0", "attendance"),
    check("course_id IS NULL OR kind = 'training'", "course_is_training"),
    comment="An event of the network's agenda",
)
