"""The programmes beside the centres: Pôle Emploi convention, welcome sessions, courses and events."""

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
    sa.Column("project_holders", sa.Integer, comment="total, for a session whose households are not detailed"),
    sa.Column("people", sa.Integer, comment="total, for a session whose households are not detailed"),
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
    sa.UniqueConstraint("title", "starts_at"),
    sa.Index("ix_event_starts_at", "starts_at"),
    check("ends_at >= starts_at", "ends_at"),
    check("attendance >= 0", "attendance"),
    check("course_id IS NULL OR kind = 'training'", "course_is_training"),
    comment="An event of the network's agenda",
)
