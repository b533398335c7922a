"""Shows composed for fairs."""

from data_access.migrations.operations import drop_what_was_created_beside, run_sql_beside

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    run_sql_beside(__file__)


def downgrade() -> None:
    drop_what_was_created_beside(__file__)
