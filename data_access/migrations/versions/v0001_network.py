"""The network: every table of the first release, with its indexes, comments and triggers, as frozen in the SQL files beside."""

from data_access.migrations.operations import drop_what_was_created_beside, run_sql_beside

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql_beside(__file__)


def downgrade() -> None:
    drop_what_was_created_beside(__file__)
