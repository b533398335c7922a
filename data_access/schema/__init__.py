"""The tables other systems may rely on (columns, meanings and rules), and the summaries derived from them."""

from data_access.schema.attendance import attendance_day, attendance_week, entry_draft, visit, week_reopening
from data_access.schema.columns import metadata
from data_access.schema.derived import attendance_summary, stale_mark, summary_extent, week_summary, weekday_summary
from data_access.schema.ledger import (
    audit_entry,
    data_version,
    dataset,
    erasure,
    import_batch,
    published_figure,
    reminder,
)
from data_access.schema.people import (
    account,
    account_centre,
    agreement,
    member_service,
    pass_membership,
    person,
    support,
)
from data_access.schema.places import (
    calendar_day,
    centre,
    centre_capacity,
    centre_cost,
    closure,
    commune,
    opening_hours,
    price,
)
from data_access.schema.presentation import presentation
from data_access.schema.programmes import (
    course,
    event,
    information_meeting,
    placement,
    welcome_attendance,
    welcome_household,
    welcome_session,
)
from data_access.schema.sign_in import activation, sign_in_attempt, sign_in_session

DERIVED = (stale_mark, summary_extent, attendance_summary, weekday_summary, week_summary)
# Who is there and what is typed change no figure: they must not have every session read again.
BOOKKEEPING = (data_version, entry_draft, sign_in_session, sign_in_attempt, activation, erasure, *DERIVED)
FACT_TABLES = tuple(table for table in metadata.sorted_tables if table not in BOOKKEEPING)

__all__ = [
    "BOOKKEEPING",
    "DERIVED",
    "FACT_TABLES",
    "account",
    "account_centre",
    "activation",
    "agreement",
    "attendance_day",
    "attendance_summary",
    "attendance_week",
    "audit_entry",
    "calendar_day",
    "centre",
    "centre_capacity",
    "centre_cost",
    "closure",
    "commune",
    "course",
    "data_version",
    "dataset",
    "entry_draft",
    "erasure",
    "event",
    "import_batch",
    "information_meeting",
    "member_service",
    "metadata",
    "opening_hours",
    "pass_membership",
    "person",
    "placement",
    "presentation",
    "price",
    "published_figure",
    "reminder",
    "sign_in_attempt",
    "sign_in_session",
    "stale_mark",
    "summary_extent",
    "support",
    "visit",
    "week_reopening",
    "week_summary",
    "weekday_summary",
    "welcome_attendance",
    "welcome_household",
    "welcome_session",
]
