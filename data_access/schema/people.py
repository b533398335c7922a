"""People, what they signed and what they are given; the fewest personal data that the work needs."""

import sqlalchemy as sa

from data_access import codes
from data_access.schema.columns import (
    Day,
    Flag,
    Instant,
    check,
    coded,
    identifier,
    reference_to,
    strict_table,
    text,
    version,
)

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
    sa.Column("free_until", Day, nullable=False, comment="joined_on + six months"),
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
    coded("role", codes.ROLES, "administrator, coordinator, animator of some centres, viewer of aggregates"),
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
