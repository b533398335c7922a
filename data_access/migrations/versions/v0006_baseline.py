"""The whole schema as the code declares it: tables with their indexes and comments, triggers, row-level security, first rows.

Only an empty database is made by it; one that holds data goes on by the revisions after its own. It bears the number of
the last revision of the time when each change was one: a database of that time is simply at the baseline.
"""

import sqlalchemy as sa
from alembic import op

from data_access import row_security, triggers
from data_access.schema import data_version, dataset, metadata

revision = "0006"
down_revision = None


def upgrade() -> None:
    connection = op.get_bind()
    metadata.create_all(connection, checkfirst=False)
    for statement in triggers.create_statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        row_security.secure(connection)
    # In this order the version is still 0: its trigger finds no row to count on.
    connection.execute(sa.insert(dataset).values(id=1, demonstration=False))
    connection.execute(sa.insert(data_version).values(id=1, n=0))


def downgrade() -> None:
    """Leaves nothing, data included."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        row_security.unsecure(connection)
        for statement in triggers.drop_statements("postgresql"):
            connection.exec_driver_sql(statement)
    metadata.drop_all(connection)
