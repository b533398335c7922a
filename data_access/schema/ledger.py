"""What the application keeps of itself: published figures, audit, imports, reminders, shows, sign-in, origin of the data."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa

from data_access import codes
from data_access.schema.columns import (
    Day,
    Document,
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

# What the database says of itself: published figures, audit, reminders, and the origin of its data.

published_figure = strict_table(
    "published_figure",
    identifier(),
    text("indicator", 60, nullable=False),
    text("label", 160, nullable=False),
    sa.Column("year_from", sa.Integer, nullable=False),
    sa.Column("year_to", sa.Integer, nullable=False),
    sa.Column("value", Number, nullable=False),
    text("unit", 40, nullable=False),
    text("precision", 160, nullable=False),
    text("source", 300, nullable=False),
    version(),
    sa.UniqueConstraint("indicator", "year_from", "year_to", "source"),
    check("year_to >= year_from", "year_to"),
    comment="A figure as it was published, with its source; never recomputed",
)

audit_entry = strict_table(
    "audit_entry",
    identifier(),
    sa.Column("at", Instant, nullable=False),
    text("actor", 254, nullable=False),
    text("action", 60, nullable=False),
    text("table_name", 60, nullable=False),
    text("row_key", 200, nullable=False, comment="natural key of the row, readable"),
    sa.Column("before", Document, comment="NULL = the row was created"),
    sa.Column("after", Document, comment="NULL = the row was removed"),
    sa.Column("row_id", sa.Integer, comment="id of the row in its table, where the change is about one row"),
    sa.Column("request_key", sa.Text, comment="what the author sent once: sent again, it changes nothing"),
    sa.Column("undoes_id", sa.Integer, comment="id of the audit entry that this change takes back"),
    sa.Column("import_batch_id", sa.Integer, comment="id of the import that this change belongs to"),
    sa.Column(
        "deed_id", sa.Integer, comment="id of the first entry of the record of several rows that this change is of"
    ),
    sa.Index("ix_audit_entry_table_name_row_key", "table_name", "row_key"),
    sa.Index("ix_audit_entry_at", "at"),
    sa.Index("ix_audit_entry_table_name_row_id", "table_name", "row_id"),
    sa.Index("ix_audit_entry_import_batch_id", "import_batch_id"),
    sa.Index("ix_audit_entry_deed_id", "deed_id"),
    # One change is taken back once, and one request is answered once, whoever asks twice at the same moment.
    sa.Index("uq_audit_entry_request_key", "request_key", unique=True),
    sa.Index("uq_audit_entry_undoes_id", "undoes_id", unique=True),
    comment="One change made through the application, written in the same transaction",
)

import_batch = strict_table(
    "import_batch",
    identifier(),
    text("kind", 40, nullable=False, comment="the kind of file"),
    text("file_name", 200, nullable=False),
    sa.Column("imported_at", Instant, nullable=False, comment="when it was imported, or sent to be checked"),
    text("imported_by", 254, nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column(
        "headings", Document, comment="headings that a person set otherwise: the field of each, NULL = left aside"
    ),
    sa.Column("undone_at", Instant, comment="NULL = the import stands"),
    text("undone_by", 254),
    sa.Column(
        "state",
        sa.Text,
        nullable=False,
        server_default="done",
        comment="waiting to be checked, returned to its author, being written (running), done, being undone, undone",
    ),
    check(f"state IN ({', '.join(map(repr, codes.IMPORT_STATES))})", "state"),
    text("file_hash", 64, comment="SHA-256 of the file; NULL = imported before it was kept"),
    sa.Column("written_at", Instant, comment="when it was last written in or undone: long ago = interrupted"),
    sa.Column("checked_at", Instant, comment="when somebody decided on what was sent to be checked"),
    text("checked_by", 254),
    check("added >= 0 AND changed >= 0 AND unchanged >= 0", "counts"),
    comment="A file imported as a whole; its changes are the audit entries that name it",
)

import_file = strict_table(
    "import_file",
    identifier(),
    reference_to("import_batch", ondelete="CASCADE"),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.UniqueConstraint("import_batch_id"),
    check("length(content) BETWEEN 1 AND 20000000", "content_length"),
    comment="A file that waits to be checked; it is removed as soon as somebody has decided",
)

reminder = strict_table(
    "reminder",
    identifier(),
    reference_to("centre", ondelete="CASCADE"),
    sa.Column("week_start", Day, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    text("recipient", 254, nullable=False),
    coded("channel", codes.REMINDER_CHANNELS, "how the reminder went out"),
    sa.Column("sent_on", Day, comment="the day in Paris it went out: one a day, week and recipient"),
    sa.Index("ix_reminder_centre_id_week_start", "centre_id", "week_start"),
    sa.Index("uq_reminder_once_a_day", "centre_id", "week_start", "recipient", "channel", "sent_on", unique=True),
    comment="A reminder sent for a week not entered",
)

dataset = strict_table(
    "dataset",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column(
        "demonstration",
        Flag,
        nullable=False,
        server_default=sa.false(),
        comment="the data are invented, and every screen says so",
    ),
    sa.Column("as_of", Day, comment="day the demonstration data were made for"),
    sa.Column("seed", sa.Integer),
    sa.Column(
        "replayed_to", Instant, comment="the moment a replay has carried the invented visits to; NULL = none runs"
    ),
    check("id = 1", "one_row"),
    comment="Where the data of this database come from",
)

DOMAINS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "accounts": ("account", "account_centre"),
        "agenda": ("event", "course"),
        "attendance": ("attendance_week", "attendance_day", "week_reopening", "reminder"),
        "club": ("person", "pass_membership", "agreement", "member_service", "support"),
        "convention": ("placement", "information_meeting"),
        "imports": ("import_batch",),
        "journal": ("audit_entry",),
        "origin": ("dataset",),
        "places": (
            "centre", "centre_capacity", "centre_cost", "closure", "former_opening", "opening_hours",
            "calendar_day", "commune", "price",
        ),
        "published": ("published_figure", "presentation"),
        "visits": ("visit",),
        "welcome": ("welcome_session", "welcome_household", "welcome_attendance"),
    }
)  # fmt: skip
"""The tables that are written together and read together, by the name of what they are about."""

data_version = strict_table(
    "data_version",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, nullable=False, comment="of all that is stored; the others are each of a domain"),
    *(sa.Column(domain, sa.Integer, nullable=False, server_default=sa.text("0")) for domain in DOMAINS),
    check("id = 1", "one_row"),
    comment="Grows with every write, whoever made it (trigger): how sessions notice one",
)

erasure = strict_table(
    "erasure",
    identifier(),
    sa.Column(
        "person_id", sa.Integer, nullable=False, comment="id the person has, or had: a restored copy may lack them"
    ),
    text("salt", 32, nullable=False),
    text(
        "fingerprint", 64, nullable=False, comment="SHA-256 of the salt, the id and the instant the person was recorded"
    ),
    sa.Column("erased_at", Instant, nullable=False),
    coded("reason", codes.ERASURE_REASONS, "asked for by the person, recorded by mistake, kept long enough"),
    sa.UniqueConstraint("fingerprint"),
    sa.Index("ix_erasure_person_id", "person_id"),
    comment="A person whose names were erased, told without any name, so that a restored copy is erased again",
)

presentation = strict_table(
    "presentation",
    identifier(),
    text("name", 60, nullable=False, comment="what its link says"),
    text("slides", 2000, nullable=False, comment="codes of its slides in order, separated by commas"),
    sa.Column("seconds", sa.Integer, nullable=False, comment="how long each slide stays"),
    coded("theme", codes.PRESENTATION_THEMES, "light or dark; auto = as the device asks"),
    sa.Column("titles", Document, comment="titles that were changed, by code of slide; NULL = none"),
    version(),
    sa.UniqueConstraint("name"),
    check("seconds BETWEEN 3 AND 120", "seconds"),
    check("version >= 1", "version"),
    comment="A show for a fair: which slides, in which order, how long",
)


# Who is signed in, who tried to, and the codes that open an account; secrets are kept as fingerprints only.

sign_in_session = strict_table(
    "sign_in_session",
    identifier(),
    reference_to("account", ondelete="CASCADE"),
    text("token_hash", 64, nullable=False, comment="SHA-256 of the cookie; the cookie itself is stored nowhere"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("last_seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, comment="the session ends then, however busy it is"),
    sa.Column("revoked_at", Instant, comment="NULL = not signed out"),
    text("browser", 60, comment="which browser it says it is, for its holder to know it by"),
    sa.UniqueConstraint("token_hash"),
    sa.Index("ix_sign_in_session_account_id", "account_id"),
    check("expires_at > created_at", "expires_at"),
    comment="A browser that signed in",
)

sign_in_attempt = strict_table(
    "sign_in_attempt",
    identifier(),
    text("email_hash", 64, nullable=False, comment="keyed print of the address that was typed, or of a known browser"),
    sa.Column("at", Instant, nullable=False),
    sa.Column("succeeded", Flag, nullable=False, comment="false too while the password is being checked"),
    text("source", 64, comment="network address it came from; NULL = a known browser, or a second factor"),
    sa.Index("ix_sign_in_attempt_email_hash_at", "email_hash", "at"),
    sa.Index("ix_sign_in_attempt_at", "at"),
    comment="One try at signing in, written before it is checked and kept for a day to slow down guessing",
)

activation = strict_table(
    "activation",
    identifier(),
    reference_to("account", ondelete="CASCADE"),
    text(
        "code_hash", 64, nullable=False, comment="SHA-256 of the code that was given; the code itself is stored nowhere"
    ),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant, comment="NULL = not used; a code is used once"),
    sa.UniqueConstraint("code_hash"),
    sa.Index("ix_activation_account_id", "account_id"),
    check("expires_at > created_at", "expires_at"),
    comment="A code with which somebody chooses the password of their account",
)

second_factor = strict_table(
    "second_factor",
    identifier(),
    reference_to("account", ondelete="CASCADE"),
    text(
        "secret", 300, nullable=False, comment="sealed with the key of the application, which is kept beside the data"
    ),
    sa.Column("set_up_at", Instant, nullable=False),
    sa.Column("last_step", sa.Integer, comment="the half minute of the last code that was taken: none before it is"),
    sa.UniqueConstraint("account_id"),
    comment="The application that gives somebody a code at each sign-in",
)

recovery_code = strict_table(
    "recovery_code",
    identifier(),
    reference_to("account", ondelete="CASCADE"),
    text("code_hash", 64, nullable=False, comment="SHA-256 of the code; the code itself is stored nowhere"),
    sa.Column("used_at", Instant, comment="NULL = not used; a code is used once"),
    sa.UniqueConstraint("code_hash"),
    sa.Index("ix_recovery_code_account_id", "account_id"),
    comment="A code that stands in for the second factor, once",
)
