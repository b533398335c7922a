"""Summaries kept beside the rows they come from, never a second truth.

A write leaves a `stale_mark` (trigger, whoever wrote); the next read recomputes the marked weeks before it answers
(`data_access.summaries`). Deleting all these rows and marking everything stale gives them back identical.
"""

import sqlalchemy as sa

from data_access import codes
from data_access.schema.columns import Day, Number, coded, identifier, reference_to, strict_table

stale_mark = strict_table(
    "stale_mark",
    identifier(),
    sa.Column("centre_id", sa.Integer, nullable=False),
    sa.Column("first_day", Day, nullable=False),
    sa.Column("last_day", Day, comment="NULL = no end"),
    sa.Index("ix_stale_mark_centre_id_first_day", "centre_id", "first_day"),
    comment="Days of a centre whose summaries a write made stale",
)

summary_extent = strict_table(
    "summary_extent",
    reference_to("centre", ondelete="CASCADE"),
    sa.Column("last_month", Day, nullable=False, comment="first day of the last month that was summarised"),
    sa.PrimaryKeyConstraint("centre_id"),
    comment="How far ahead the calendar of a centre has been summarised",
)

attendance_summary = strict_table(
    "attendance_summary",
    reference_to("centre", ondelete="CASCADE"),
    coded("seat_kind", codes.SEAT_KINDS, "office = single office, open_space = desk in the open space"),
    sa.Column("week_start", Day, nullable=False),
    sa.Column("month_start", Day, nullable=False, comment="a week that straddles two months has a row in each"),
    sa.Column("calendar_half_days", sa.Integer, nullable=False, comment="offered by the calendar, entered or not"),
    sa.Column(
        "offered_half_days", sa.Integer, nullable=False, comment="offered in complete weeks: under the fill rate"
    ),
    sa.Column("occupied_half_days", sa.Integer, nullable=False, comment="in complete weeks"),
    sa.Column("occupied_hours", Number, nullable=False, comment="in complete weeks"),
    sa.PrimaryKeyConstraint("centre_id", "month_start", "week_start", "seat_kind"),
    sa.Index("ix_attendance_summary_week_start", "week_start"),
    sa.Index("ix_attendance_summary_month_start", "month_start"),
    comment="Offered and occupied half-days of one centre and seat kind in the part of a week within a month",
)

weekday_summary = strict_table(
    "weekday_summary",
    reference_to("centre", ondelete="CASCADE"),
    coded("seat_kind", codes.SEAT_KINDS, "office = single office, open_space = desk in the open space"),
    sa.Column("month_start", Day, nullable=False),
    sa.Column("weekday", sa.Integer, nullable=False, comment="1 = Monday"),
    sa.Column("offered_half_days", sa.Integer, nullable=False),
    sa.Column("occupied_half_days", sa.Integer, nullable=False),
    sa.Column("occupied_hours", Number, nullable=False),
    sa.PrimaryKeyConstraint("centre_id", "month_start", "weekday", "seat_kind"),
    sa.Index("ix_weekday_summary_month_start", "month_start"),
    comment="The same by weekday and month, in complete weeks",
)

week_summary = strict_table(
    "week_summary",
    reference_to("centre", ondelete="CASCADE"),
    sa.Column("week_start", Day, nullable=False),
    sa.Column(
        "month_start", Day, nullable=False, comment="month of its Thursday: the one month the week is counted in"
    ),
    coded("state", ("complete", "draft", "missing", "closed"), "what is known of the week"),
    sa.PrimaryKeyConstraint("centre_id", "week_start"),
    sa.Index("ix_week_summary_week_start", "week_start"),
    sa.Index("ix_week_summary_month_start", "month_start"),
    comment="The weeks in which a centre offers something or was entered, and their state",
)
