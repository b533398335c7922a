"""The places of the network and what they offer, who came there, and the summaries derived from these rows."""

import sqlalchemy as sa

from data_access import codes
from data_access.schema.columns import (
    ClockTime,
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

# Where the network is: communes, centres, and what each centre offers with the dates it offers it.

commune = strict_table(
    "commune",
    sa.Column("insee_code", sa.Text, primary_key=True, comment="code of the commune, text: it may begin with 0"),
    text("name", 120, nullable=False),
    sa.Column("population", sa.Integer, nullable=False),
    sa.Column("epci_siren", sa.Text, nullable=False),
    text("epci_name", 160, nullable=False),
    sa.Column("longitude", Number, nullable=False),
    sa.Column("latitude", Number, nullable=False),
    check("length(insee_code) = 5", "insee_code"),
    comment="The communes of the county and the intercommunality each belongs to",
)

centre = strict_table(
    "centre",
    identifier(),
    text("code", 40, nullable=False),
    text("name", 160, nullable=False),
    coded("kind", codes.CENTRE_KINDS, "telecentre, coworking space, or all three with a fablab"),
    coded("status", codes.CENTRE_STATUSES, "open, planned or closed, as of now; the dates say when"),
    sa.Column("insee_code", sa.Text, nullable=False),
    text("address", 200),
    sa.Column("postcode", sa.Text),
    sa.Column("latitude", Number),
    sa.Column("longitude", Number),
    coded(
        "location_precision",
        codes.LOCATION_PRECISIONS,
        "how surely the point is known; commune = its town hall",
        nullable=True,
    ),
    text("operator_name", 160),
    coded("operator_kind", codes.OPERATOR_KINDS, "who runs the centre", nullable=True),
    text("phone", 40),
    text("email", 254),
    text("website", 300),
    sa.Column(
        "opened_on",
        Day,
        comment="first day open, of the last period; only the month or the year may be known, see note",
    ),
    sa.Column("closed_on", Day, comment="last day open, of the last period; earlier ones: former_opening"),
    text("note", 2000),
    version(),
    sa.Column(
        "closed_before", Day, comment="last day open that was emptied, until another day of opening follows (trigger)"
    ),
    text("booking_page", 300, comment="where a seat is booked, at whoever takes bookings; a web address"),
    check("booking_page LIKE 'http://%' OR booking_page LIKE 'https://%'", "booking_page_address"),
    sa.UniqueConstraint("code"),
    check("length(insee_code) = 5", "insee_code"),
    check("length(postcode) = 5", "postcode"),
    check("latitude BETWEEN -90 AND 90", "latitude"),
    check("longitude BETWEEN -180 AND 180", "longitude"),
    check("closed_on >= opened_on", "closed_after_opened"),
    check("status <> 'open' OR opened_on IS NOT NULL", "open_has_a_date"),
    check("status <> 'closed' OR closed_on IS NOT NULL", "closed_has_a_date"),
    comment="A place of the network",
)

former_opening = strict_table(
    "former_opening",
    identifier(),
    reference_to("centre", ondelete="CASCADE"),
    sa.Column("opened_on", Day, nullable=False, comment="first day open"),
    sa.Column("closed_on", Day, nullable=False, comment="last day open"),
    sa.UniqueConstraint("centre_id", "opened_on"),
    check("closed_on >= opened_on", "closed_after_opened"),
    comment="A period in which a place was open before the one its own row tells; it stays when the place opens again",
)

centre_capacity = strict_table(
    "centre_capacity",
    identifier(),
    reference_to("centre", ondelete="CASCADE"),
    coded("seat_kind", codes.SEAT_KINDS, "office = single office, open_space = desk in the open space"),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("valid_from", Day, nullable=False),
    sa.Column("valid_to", Day, comment="last day, included; NULL = still so"),
    sa.UniqueConstraint("centre_id", "seat_kind", "valid_from"),
    check("seats BETWEEN 0 AND 200", "seats"),
    check("valid_to >= valid_from", "valid_to"),
    comment="The seats of a centre, by kind and period; periods of one kind do not overlap (trigger)",
)

opening_hours = strict_table(
    "opening_hours",
    identifier(),
    reference_to("centre", ondelete="CASCADE"),
    sa.Column("weekday", sa.Integer, nullable=False, comment="1 = Monday … 7 = Sunday"),
    coded("half_day", codes.HALF_DAYS, "morning or afternoon"),
    sa.Column("opens_at", ClockTime, nullable=False),
    sa.Column("closes_at", ClockTime, nullable=False),
    sa.Column("valid_from", Day, nullable=False),
    sa.Column("valid_to", Day, comment="last day, included; NULL = still so"),
    sa.UniqueConstraint("centre_id", "weekday", "half_day", "valid_from"),
    check("weekday BETWEEN 1 AND 7", "weekday"),
    check("closes_at > opens_at", "closes_after_opens"),
    check("valid_to >= valid_from", "valid_to"),
    comment="One open half-day of a centre's week; periods of one half-day do not overlap (trigger)",
)

closure = strict_table(
    "closure",
    identifier(),
    reference_to("centre", nullable=True, ondelete="CASCADE"),
    sa.Column("starts_on", Day, nullable=False),
    sa.Column("ends_on", Day, nullable=False, comment="last closed day"),
    text("reason", 200, nullable=False),
    version(),
    # Asked for each day that is summarised.
    sa.Index("ix_closure_centre_id_starts_on_ends_on", "centre_id", "starts_on", "ends_on"),
    check("ends_on >= starts_on", "ends_on"),
    comment="Days a centre is shut beside its weekly closing and public holidays; no centre = the whole network",
)

centre_cost = strict_table(
    "centre_cost",
    identifier(),
    reference_to("centre", ondelete="CASCADE"),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("cost_eur", Number, nullable=False),
    sa.Column("revenue_eur", Number),
    text("source", 200, nullable=False),
    version(),
    sa.UniqueConstraint("centre_id", "year"),
    check("year BETWEEN 1998 AND 2100", "year"),
    check("cost_eur >= 0", "cost_eur"),
    check("revenue_eur >= 0", "revenue_eur"),
    comment="What a centre cost and earned in a year",
)

price = strict_table(
    "price",
    identifier(),
    reference_to("centre", nullable=True, ondelete="CASCADE"),
    text("period", 20, nullable=False),
    coded("formula", codes.AGREEMENT_FORMULAS, "what is sold"),
    sa.Column("lowest_eur", Number),
    sa.Column("highest_eur", Number),
    text("note", 300),
    check("highest_eur >= lowest_eur", "highest_eur"),
    comment="Prices that were found published; no centre = the whole network, no amount = not published",
)

calendar_day = strict_table(
    "calendar_day",
    sa.Column("day", Day, primary_key=True),
    sa.Column("weekday", sa.Integer, nullable=False, comment="1 = Monday"),
    sa.Column("week_start", Day, nullable=False, comment="Monday of its ISO week"),
    sa.Column("month_start", Day, nullable=False),
    sa.Column("public_holiday", sa.Text, comment="French name of the public holiday of mainland France, or NULL"),
    sa.Index("ix_calendar_day_month_start", "month_start"),
    sa.Index("ix_calendar_day_week_start", "week_start"),
    comment="One row a day, 2000 to 2060: the calendar that offered half-days follow",
)


# Who came: what animators enter by the week, and single visits.

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
    comment="Occupied half-days of one day and seat kind; at most seats × half-days open that day (trigger)",
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


# Summaries kept beside the rows they come from, never a second truth. A write leaves a `stale_mark` (trigger, whoever
# wrote); the next read recomputes the marked weeks before it answers (`data_access.summaries`). Deleting all these
# rows and marking everything stale gives them back identical.

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
    sa.Column(
        "occupied_half_days", sa.Integer, nullable=False, comment="in complete weeks, where something was offered"
    ),
    sa.Column("occupied_hours", Number, nullable=False, comment="in complete weeks"),
    sa.Column(
        "unoffered_half_days",
        sa.Integer,
        nullable=False,
        server_default=sa.text("0"),
        comment="occupied in complete weeks where nothing was offered: in no rate, no hours",
    ),
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
    sa.Column(
        "unoffered_half_days",
        sa.Integer,
        nullable=False,
        server_default=sa.text("0"),
        comment="occupied in complete weeks where nothing was offered: in no rate, no hours",
    ),
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
    comment="The weeks in which a centre offers something or was entered, and their state",
)
