"""What the database says of itself: published figures, audit, reminders, and the origin of its data."""

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
)

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
    sa.Index("ix_audit_entry_table_name_row_key", "table_name", "row_key"),
    sa.Index("ix_audit_entry_at", "at"),
    sa.Index("ix_audit_entry_table_name_row_id", "table_name", "row_id"),
    sa.Index("ix_audit_entry_import_batch_id", "import_batch_id"),
    # One change is taken back once, and one request is answered once, whoever asks twice at the same moment.
    sa.Index("uq_audit_entry_request_key", "request_key", unique=True),
    sa.Index("uq_audit_entry_undoes_id", "undoes_id", unique=True),
    comment="One change made through the application, written in the same transaction",
)

import_batch = strict_table(
    "import_batch",
    identifier(),
    coded("kind", codes.IMPORT_KINDS, "what the file holds"),
    text("file_name", 200, nullable=False),
    sa.Column("imported_at", Instant, nullable=False),
    text("imported_by", 254, nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("undone_at", Instant, comment="NULL = the import stands"),
    text("undone_by", 254),
    check("added >= 0 AND changed >= 0 AND unchanged >= 0", "counts"),
    comment="A file imported as a whole; its changes are the audit entries that name it",
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
    check("id = 1", "one_row"),
    comment="Where the data of this database come from",
)

data_version = strict_table(
    "data_version",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, nullable=False),
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
