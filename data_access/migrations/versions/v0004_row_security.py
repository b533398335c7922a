"""Row-level security on PostgreSQL: an animator writes for their own centres, and sees their people, whatever asks.

SQLite has neither roles nor policies, and its file is in the hands of whoever runs the application: nothing changes there.
"""

from alembic import op

from data_access.migrations.operations import drop_what_was_created_beside, run_sql_beside

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        run_sql_beside(__file__)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        drop_what_was_created_beside(__file__)
