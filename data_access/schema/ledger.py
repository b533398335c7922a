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
    sa.Index("ix_audit_entry_table_name_row_key", "table_name", "row_key"),
    sa.Index("ix_audit_entry_at", "at"),
    comment="One change made through the application, written in the same transaction",
)

reminder = strict_table(
    "reminder",
    identifier(),
    reference_to("centre", ondelete="CASCADE"),
    sa.Column("week_start", Day, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    text("recipient", 254, nullable=False),
    coded("channel", codes.REMINDER_CHANNELS, "how the reminder went out"),
    sa.Index("ix_reminder_centre_id_week_start", "centre_id", "week_start"),
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
