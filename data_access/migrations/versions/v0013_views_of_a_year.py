"""The masked views tell people as of the end of the last year, and by year, as the pages tell partners.

No released version stands before it, so it may take the views from the declarations.
"""

import sqlalchemy as sa
from alembic import op

from data_access import row_security

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Made again where they are: they come with the roles of PostgreSQL."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql" and {*row_security.MASKED_VIEWS.values()} <= {
        *sa.inspect(connection).get_view_names()
    }:
        for statement in row_security.masked_views():
            connection.exec_driver_sql(statement)


def downgrade() -> None:
    """The views stay: they tell nothing more than those before."""
