"""Sign-in: sessions, tries and codes; none of them marks the data as changed."""

from data_access.migrations.operations import drop_what_was_created_beside, run_sql_beside

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql_beside(__file__)


def downgrade() -> None:
    drop_what_was_created_beside(__file__)
