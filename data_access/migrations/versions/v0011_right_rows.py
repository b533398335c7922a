"""A place keeps the periods in which it was open before; the database refuses dates, numbers and coordinates that cannot
be, hours that overlap, and more half-days than were open.

The rules are triggers: rows of before stay as they are, and `cybercantal doctor` tells them. No released version stands
before it, so it may take table, triggers and policies from the declarations.
"""

from alembic import op

from data_access import row_security, triggers
from data_access.schema import centre, former_opening, metadata

revision = "0011"
down_revision = "0010"

_COMMENTED = (centre.c.opened_on, centre.c.closed_on)


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for statement in triggers.drop_statements(dialect):
        connection.exec_driver_sql(statement)
    former_opening.create(connection)
    for statement in triggers.create_statements(dialect):
        connection.exec_driver_sql(statement)
    if dialect == "postgresql":
        for column in _COMMENTED:
            op.execute(f"COMMENT ON COLUMN centre.{column.name} IS '{column.comment}'")
        op.execute(f"COMMENT ON TABLE attendance_day IS '{metadata.tables['attendance_day'].comment}'")
        for statement in row_security.secure_statements(["former_opening"]):
            op.execute(statement)


def downgrade() -> None:
    """Former periods go; the rules stay, which an older software leaves as they are."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION centre_reopened() CASCADE")
    else:
        op.execute("DROP TRIGGER centre_update_reopened")
    op.execute("DROP TABLE former_opening")
