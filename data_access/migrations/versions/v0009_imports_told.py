"""An import says its state, the print of its file and who checked it; a file that waits to be checked is kept until then.

No released version stands before it, so it may take tables, triggers and policies from the declarations.
"""

from alembic import op
from sqlalchemy.schema import CreateTable

from data_access import row_security, triggers
from data_access.schema import import_batch, import_file

revision = "0009"
down_revision = "0008"

_NEW = ("headings", "state", "file_hash", "written_at", "checked_at", "checked_by")
_STATE = "CASE WHEN undone_at IS NULL THEN 'done' ELSE 'undone' END"
_INSTANT = "CHECK ({0} >= TIMESTAMPTZ '0001-01-02 00:00:00Z' AND {0} < TIMESTAMPTZ '9999-12-31 00:00:00Z')"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        _add_columns()
        import_file.create(connection)
        for statement in row_security.secure_statements(["import_file"]):
            op.execute(statement)
        return
    # A check goes with its table on SQLite: the table is made anew, with its triggers.
    kept = ", ".join(column.name for column in import_batch.c if column.name not in _NEW)
    op.execute("ALTER TABLE import_batch RENAME TO import_batch_before")
    connection.execute(CreateTable(import_batch))
    op.execute(
        f"INSERT INTO import_batch ({kept}, state, written_at) SELECT {kept}, {_STATE}, imported_at FROM import_batch_before"
    )
    op.execute("DROP TABLE import_batch_before")
    import_file.create(connection)
    for statement in triggers.create_statements("sqlite"):
        if statement.startswith("CREATE TRIGGER import_batch_"):
            connection.exec_driver_sql(statement)


def _add_columns() -> None:
    """The columns with their checks and comments, and kinds of files that no list closes."""
    op.execute(
        "ALTER TABLE import_batch DROP CONSTRAINT ck_import_batch_kind,"
        " ADD CONSTRAINT ck_import_batch_kind_length CHECK (length(kind) BETWEEN 1 AND 40),"
        " ADD COLUMN headings JSONB,"
        " ADD COLUMN state TEXT DEFAULT 'done' NOT NULL CONSTRAINT ck_import_batch_state"
        " CHECK (state IN ('waiting', 'returned', 'running', 'done', 'undoing', 'undone')),"
        " ADD COLUMN file_hash TEXT CONSTRAINT ck_import_batch_file_hash_length CHECK (length(file_hash) BETWEEN 1 AND 64),"
        " ADD COLUMN written_at TIMESTAMP WITH TIME ZONE"
        f" CONSTRAINT ck_import_batch_written_at_format {_INSTANT.format('written_at')},"
        " ADD COLUMN checked_at TIMESTAMP WITH TIME ZONE"
        f" CONSTRAINT ck_import_batch_checked_at_format {_INSTANT.format('checked_at')},"
        " ADD COLUMN checked_by TEXT"
        " CONSTRAINT ck_import_batch_checked_by_length CHECK (length(checked_by) BETWEEN 1 AND 254)"
    )
    # No row changes for who reads them.
    op.execute("ALTER TABLE import_batch DISABLE TRIGGER import_batch_version")
    op.execute(f"UPDATE import_batch SET state = {_STATE}, written_at = imported_at")
    op.execute("ALTER TABLE import_batch ENABLE TRIGGER import_batch_version")
    for column in import_batch.c:
        if column.comment:
            op.execute(f"COMMENT ON COLUMN import_batch.{column.name} IS '{column.comment}'")


def downgrade() -> None:
    """What waits to be checked goes; the columns stay, which an older software leaves as they are."""
    op.execute("DROP TABLE import_file")
