"""Who came: what animators enter by the week, and single visits."""

import sqlalchemy as sa

from data_access import codes
from data_access.schema.columns import (
    Day,
    Document,
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

attendance_week = strict_table(
    "attendance_week",
    identifier(),
    reference_to("centre"),
    sa.Column("week_start", Day, nullable=False, comment="Monday of the ISO week"),
    coded(
        "status", codes.WEEK_STATUSES, "draft = being entered, complete = counts, closed = the centre was shut all week"
    ),
    sa.Column("distinct_people", sa.Integer, comment="different people that week; never added over weeks or centres"),
    text("comment", 1000, comment="remark of the animator; for a closed week, the reason"),
    version(),
    text("entered_by", 254),
    sa.Column("entered_at", Instant),
    sa.Column("completed_at", Instant),
    text("doubts", 200, comment="codes of what was unusual and confirmed by its author, space between; NULL = nothing"),
    text("verified_by", 254, comment="who looked at the doubts since, and found the figures right"),
    sa.Column("verified_at", Instant, comment="NULL = the doubts are still to verify"),
    sa.UniqueConstraint("centre_id", "week_start"),
    sa.Index("ix_attendance_week_week_start", "week_start"),
    check("strftime('%w', week_start) = '1'", "week_starts_on_monday", only="sqlite"),
    check("extract(isodow FROM week_start) = 1", "week_starts_on_monday", only="postgresql"),
    check("distinct_people >= 0", "distinct_people"),
    check("version >= 1", "version"),
    comment="The weekly sheet of one centre; a week nobody entered has no row",
)

attendance_day = strict_table(
    "attendance_day",
    identifier(),
    reference_to("attendance_week", ondelete="CASCADE"),
    sa.Column("day", Day, nullable=False, comment="within the sheet's week (trigger)"),
    coded("seat_kind", codes.SEAT_KINDS, "office = single office, open_space = desk in the open space"),
    sa.Column("half_days", sa.Integer, nullable=False, comment="seats occupied in the morning + in the afternoon"),
    sa.Column("closed", Flag, nullable=False, server_default=sa.false(), comment="shut that day: offers nothing"),
    sa.UniqueConstraint("attendance_week_id", "day", "seat_kind"),
    check("half_days BETWEEN 0 AND 400", "half_days"),
    check("closed = 0 OR half_days = 0", "closed_is_empty", only="sqlite"),
    check("NOT closed OR half_days = 0", "closed_is_empty", only="postgresql"),
    comment="Occupied half-days of one day and seat kind; at most twice the seats valid that day (trigger)",
)

visit = strict_table(
    "visit",
    identifier(),
    reference_to("centre"),
    coded("seat_kind", codes.SEAT_KINDS, "office = single office, open_space = desk in the open space"),
    reference_to("person", nullable=True, ondelete="SET NULL"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, comment="NULL = still there"),
    coded("source", codes.VISIT_SOURCES, "desk = the animator, qr = self check-in, import, sensor"),
    sa.Index(
        "ix_visit_open",
        "centre_id",
        "seat_kind",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
    sa.Index("ix_visit_centre_id_started_at", "centre_id", "started_at"),
    sa.Index("ix_visit_person_id", "person_id"),
    check("ended_at >= started_at", "ended_at"),
    comment="One person's stay, anonymous or known",
)

week_reopening = strict_table(
    "week_reopening",
    identifier(),
    reference_to("centre", ondelete="CASCADE"),
    sa.Column("week_start", Day, nullable=False, comment="Monday of the ISO week"),
    sa.Column("reopened_at", Instant, nullable=False),
    text("reopened_by", 254, nullable=False),
    text("reason", 400, nullable=False),
    sa.Column("open_until", Day, nullable=False, comment="last day on which the week may be entered again"),
    sa.Index("ix_week_reopening_centre_id_week_start", "centre_id", "week_start"),
    comment="A locked week opened again for some days",
)

entry_draft = strict_table(
    "entry_draft",
    identifier(),
    text("actor", 254, nullable=False),
    text("form", 60, nullable=False, comment="which form is being filled in"),
    text("about", 200, nullable=False, comment="what it is about: the centre and week, or the record"),
    sa.Column("base_version", sa.Integer, nullable=False, comment="the version that was on the screen"),
    sa.Column("typed", Document, nullable=False, comment="the texts of the fields, by field"),
    sa.Column("saved_at", Instant, nullable=False),
    sa.UniqueConstraint("actor", "form", "about"),
    comment="What somebody has typed and not recorded yet; it counts nowhere and tells nobody",
)
