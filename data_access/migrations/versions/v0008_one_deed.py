"""The audit tells which changes are one deed, and the identity of an event has its place.

No released version stands before it, so it may take tables and triggers from the declarations.
"""

from alembic import op
from sqlalchemy.schema import CreateIndex, CreateTable

from data_access import triggers
from data_access.schema import audit_entry, event

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("ALTER TABLE audit_entry ADD COLUMN deed_id INTEGER")
    op.execute("CREATE INDEX ix_audit_entry_deed_id ON audit_entry (deed_id)")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        comment = audit_entry.c.deed_id.comment
        op.execute(f"COMMENT ON COLUMN audit_entry.deed_id IS '{comment}'")
        op.execute("ALTER TABLE event DROP CONSTRAINT uq_event_title_starts_at")
        for index in event.indexes:
            if index.unique:
                connection.execute(CreateIndex(index))
        return
    # A unique key goes with its table on SQLite: the table is made anew, with its indexes and triggers.
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    connection.exec_driver_sql("ALTER TABLE event RENAME TO event_before")
    connection.execute(CreateTable(event))
    names = ", ".join(column.name for column in event.c)
    connection.exec_driver_sql(f"INSERT INTO event ({names}) SELECT {names} FROM event_before")
    connection.exec_driver_sql("DROP TABLE event_before")
    for index in event.indexes:
        connection.execute(CreateIndex(index))
    for statement in triggers.create_statements("sqlite"):
        if statement.startswith("CREATE TRIGGER event_"):
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    """The key of an event stays with its place: rows may rely on it."""
    op.execute("DROP INDEX ix_audit_entry_deed_id")
    op.execute("ALTER TABLE audit_entry DROP COLUMN deed_id")
