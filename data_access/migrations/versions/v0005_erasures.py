"""The register of erasures; it changes no figure, so it marks nothing as changed."""

from data_access.migrations.operations import drop_what_was_created_beside, run_sql_beside

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    run_sql_beside(__file__)


def downgrade() -> None:
    drop_what_was_created_beside(__file__)
