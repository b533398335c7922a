"""What makes a summary stale, and which rows may not stand beside others: declared once, for both engines."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class StaleSource:
    """A table whose writes make summaries stale.

    `columns` are those that tell which; `days` selects (centre_id, first_day, last_day) from the rows written, which it
    names `{rows}`.
    """

    table: str
    columns: tuple[str, ...]
    days: str


STALE_SOURCES: Final = (
    StaleSource(
        "attendance_week",
        ("centre_id", "week_start"),
        "SELECT r.centre_id, r.week_start AS first_day, r.week_start AS last_day FROM {rows} r",
    ),
    StaleSource(
        "attendance_day",
        ("attendance_week_id",),
        "SELECT w.centre_id, w.week_start AS first_day, w.week_start AS last_day"
        " FROM {rows} r JOIN attendance_week w ON w.id = r.attendance_week_id",
    ),
    StaleSource(
        "opening_hours",
        ("centre_id", "valid_from", "valid_to"),
        "SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM {rows} r",
    ),
    StaleSource(
        "centre_capacity",
        ("centre_id", "valid_from", "valid_to"),
        "SELECT r.centre_id, r.valid_from AS first_day, r.valid_to AS last_day FROM {rows} r",
    ),
    StaleSource(
        "closure",
        ("centre_id", "starts_on", "ends_on"),
        "SELECT c.id AS centre_id, r.starts_on AS first_day, r.ends_on AS last_day"
        " FROM {rows} r JOIN centre c ON c.id = r.centre_id OR r.centre_id IS NULL",
    ),
    StaleSource(
        "centre",
        ("id",),
        "SELECT c.id AS centre_id, {ever} AS first_day, {never} AS last_day FROM {rows} r JOIN centre c ON c.id = r.id",
    ),
    StaleSource(
        "calendar_day",
        ("day",),
        "SELECT c.id AS centre_id, r.day AS first_day, r.day AS last_day FROM {rows} r CROSS JOIN centre c",
    ),
)

_OVERLAP: Final = (
    "EXISTS (SELECT 1 FROM {table} o WHERE o.centre_id = NEW.centre_id AND o.id <> NEW.id AND {same}"
    " AND o.valid_from <= coalesce(NEW.valid_to, {end}) AND NEW.valid_from <= coalesce(o.valid_to, {end}))"
)


@dataclass(frozen=True)
class Refusal:
    """A rule a plain check cannot state, since it looks at other rows: the write is refused when `condition` holds."""

    table: str
    rule: str
    condition: str


REFUSALS: Final = (
    Refusal(
        "centre_capacity",
        "capacity_overlaps",
        _OVERLAP.format(table="centre_capacity", same="o.seat_kind = NEW.seat_kind", end="{end}"),
    ),
    Refusal(
        "opening_hours",
        "opening_hours_overlap",
        _OVERLAP.format(
            table="opening_hours", same="o.weekday = NEW.weekday AND o.half_day = NEW.half_day", end="{end}"
        ),
    ),
    Refusal(
        "attendance_day",
        "day_outside_week",
        "NOT EXISTS (SELECT 1 FROM attendance_week w WHERE w.id = NEW.attendance_week_id"
        " AND NEW.day >= w.week_start AND NEW.day <= {week_end})",
    ),
    Refusal(
        "attendance_week",
        "day_outside_week",
        "EXISTS (SELECT 1 FROM attendance_day d JOIN attendance_week w ON w.id = d.attendance_week_id"
        " WHERE w.id = NEW.id AND NOT (d.day >= w.week_start AND d.day <= {week_end}))",
    ),
    Refusal(
        "attendance_day",
        "capacity_exceeded",
        "NEW.half_days > (SELECT 2 * c.seats FROM centre_capacity c"
        " JOIN attendance_week w ON w.centre_id = c.centre_id"
        " WHERE w.id = NEW.attendance_week_id AND c.seat_kind = NEW.seat_kind AND NEW.day >= c.valid_from"
        " AND NEW.day <= coalesce(c.valid_to, {end}))",
    ),
)
