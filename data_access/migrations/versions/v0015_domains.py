"""The data version is counted by domain too, so that what was read of one is kept through a write in another.

The columns are there already: every revision that makes triggers needs them (`triggers.number_domains`). No released version
stands before it, so it may take triggers from the declarations.
"""

from alembic import op

from data_access import triggers
from data_access.schema import data_version

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in triggers.drop_statements(dialect):
        connection.exec_driver_sql(statement)
    for statement in triggers.create_statements(dialect):
        connection.exec_driver_sql(statement)
    if dialect == "postgresql":
        op.execute(f"COMMENT ON COLUMN data_version.n IS '{data_version.c.n.comment}'")


def downgrade() -> None:
    """The columns and their triggers stay, which an older software leaves as they are."""
