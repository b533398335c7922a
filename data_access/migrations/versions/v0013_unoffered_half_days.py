"""Half-days occupied where nothing was offered have a column of their own in the summaries, which are made anew.

No released version stands before it, so it may take its comments from the declarations.
"""

from alembic import op

from data_access.schema import attendance_summary, weekday_summary
from data_access.summaries import mark_all_stale

revision = "0013"
down_revision = "0012"

_SUMMARIES = (attendance_summary, weekday_summary)


def upgrade() -> None:
    connection = op.get_bind()
    for table in _SUMMARIES:
        op.execute(f"ALTER TABLE {table.name} ADD COLUMN unoffered_half_days INTEGER DEFAULT 0 NOT NULL")
        if connection.dialect.name == "postgresql":
            for column in (table.c.unoffered_half_days, table.c.occupied_half_days):
                if column.comment:
                    op.execute(f"COMMENT ON COLUMN {table.name}.{column.name} IS '{column.comment}'")
    # Weeks are counted by their Thursday, whatever the period.
    op.execute("DROP INDEX ix_week_summary_month_start")
    mark_all_stale(connection)


def downgrade() -> None:
    op.execute("CREATE INDEX ix_week_summary_month_start ON week_summary (month_start)")
    for table in _SUMMARIES:
        op.execute(f"ALTER TABLE {table.name} DROP COLUMN unoffered_half_days")
    mark_all_stale(op.get_bind())
