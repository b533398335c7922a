"""Entries: what locks, drafts, imports, verified doubts, changes taken back and reminders once a day need."""

from typing import Final

from alembic import op

from data_access.migrations.operations import drop_what_was_created_beside, run_sql_beside

revision = "0002"
down_revision = "0001"

_DAY: Final = {
    "sqlite": "TEXT CONSTRAINT ck_{0} CHECK ({1} IS date({1}, '+0 days') AND {1} >= '0001-01-01')",
    "postgresql": "DATE CONSTRAINT ck_{0} CHECK ({1} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31')",
}
_INSTANT: Final = {
    "sqlite": (
        "TEXT CONSTRAINT ck_{0} CHECK ({1} IS datetime({1}, '+0 days') AND {1} >= '0001-01-02' AND {1} < '9999-12-31')"
    ),
    "postgresql": (
        "TIMESTAMP WITH TIME ZONE CONSTRAINT ck_{0} CHECK"
        " ({1} >= TIMESTAMPTZ '0001-01-02 00:00:00Z' AND {1} < TIMESTAMPTZ '9999-12-31 00:00:00Z')"
    ),
}
_ADDED: Final = (
    (
        "attendance_week",
        "doubts",
        "TEXT CONSTRAINT ck_attendance_week_doubts_length CHECK (length(doubts) BETWEEN 1 AND 200)",
    ),
    (
        "attendance_week",
        "verified_by",
        "TEXT CONSTRAINT ck_attendance_week_verified_by_length CHECK (length(verified_by) BETWEEN 1 AND 254)",
    ),
    ("attendance_week", "verified_at", _INSTANT),
    ("audit_entry", "row_id", "INTEGER"),
    ("audit_entry", "request_key", "TEXT"),
    ("audit_entry", "undoes_id", "INTEGER"),
    ("audit_entry", "import_batch_id", "INTEGER"),
    ("reminder", "sent_on", _DAY),
    ("pass_membership", "renewed_on", _DAY),
)
_INDEXES: Final = (
    ("ix_audit_entry_table_name_row_id", "INDEX", "audit_entry (table_name, row_id)"),
    ("ix_audit_entry_import_batch_id", "INDEX", "audit_entry (import_batch_id)"),
    ("uq_audit_entry_request_key", "UNIQUE INDEX", "audit_entry (request_key)"),
    ("uq_audit_entry_undoes_id", "UNIQUE INDEX", "audit_entry (undoes_id)"),
    ("uq_reminder_once_a_day", "UNIQUE INDEX", "reminder (centre_id, week_start, recipient, channel, sent_on)"),
)
_COMMENTS: Final = {
    "attendance_week.doubts": ("codes of what was unusual and confirmed by its author, space between; NULL = nothing"),
    "attendance_week.verified_by": "who looked at the doubts since, and found the figures right",
    "attendance_week.verified_at": "NULL = the doubts are still to verify",
    "audit_entry.row_id": "id of the row in its table, where the change is about one row",
    "audit_entry.request_key": "what the author sent once: sent again, it changes nothing",
    "audit_entry.undoes_id": "id of the audit entry that this change takes back",
    "audit_entry.import_batch_id": "id of the import that this change belongs to",
    "pass_membership.renewed_on": "day the member chose to go on, paying; NULL = not said",
    "reminder.sent_on": "the day in Paris it went out: one a day, week and recipient",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    run_sql_beside(__file__)
    for table, column, rule in _ADDED:
        ddl = rule if isinstance(rule, str) else rule[dialect].format(f"{table}_{column}_format", column)
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {ddl}")
    for name, index, on in _INDEXES:
        op.execute(f"CREATE {index} {name} ON {on}")
    if dialect == "postgresql":
        for column, comment in _COMMENTS.items():
            op.execute(f"COMMENT ON COLUMN {column} IS '{comment}'")


def downgrade() -> None:
    for name, _index, _on in _INDEXES:
        op.execute(f"DROP INDEX {name}")
    for table, column, _rule in reversed(_ADDED):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    drop_what_was_created_beside(__file__)
