"""Where the network is: communes, centres, and what each centre offers with the dates it offers it."""

import sqlalchemy as sa

from data_access import codes
from data_access.schema.columns import (
    ClockTime,
    Day,
    Number,
    check,
    coded,
    identifier,
    reference_to,
    strict_table,
    text,
    version,
)

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
    sa.Column("opened_on", Day, comment="first day open; only the month or the year may be known, see note"),
    sa.Column("closed_on", Day, comment="last day open"),
    text("note", 2000),
    version(),
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
