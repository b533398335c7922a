"""An account may administer and coordinate at once: a small county has one person for both. A place may say where its seats
are booked. The masked views tell people as of the end of the last year, and by year, as the pages tell partners.

No released version stands before it, so it may take the column's comment, the functions of row-level security, the rights of
the roles and the views from the declarations.
"""

import sqlalchemy as sa
from alembic import op

from data_access import row_security
from data_access.schema import account, centre

revision = "0012"
down_revision = "0011"

_BEFORE = "role IN ('administrator', 'coordinator', 'animator', 'viewer')"
_AFTER = "role IN ('manager', 'administrator', 'coordinator', 'animator', 'viewer')"
_BOOKING_PAGE = {
    "length": "length(booking_page) BETWEEN 1 AND 300",
    "address": "booking_page LIKE 'http://%' OR booking_page LIKE 'https://%'",
}


def upgrade() -> None:
    connection = op.get_bind()
    _hold_to(connection, _BEFORE, _AFTER)
    if centre.c.booking_page.name not in {each["name"] for each in sa.inspect(connection).get_columns("centre")}:
        checks = "".join(
            f" CONSTRAINT ck_centre_booking_page_{name} CHECK ({rule})" for name, rule in _BOOKING_PAGE.items()
        )
        op.execute(sa.text(f"ALTER TABLE centre ADD COLUMN booking_page TEXT{checks}".replace(":", "\\:")))
    if connection.dialect.name == "postgresql":
        op.execute(f"COMMENT ON COLUMN account.role IS '{account.c.role.comment}'")
        op.execute(f"COMMENT ON COLUMN centre.booking_page IS '{centre.c.booking_page.comment}'")
        # All policies and rights: a manager reaches the whole network, the reading role that column too.
        row_security.secure(connection)
        # They come with the roles of PostgreSQL: made again where they are.
        if {*row_security.MASKED_VIEWS.values()} <= {*sa.inspect(connection).get_view_names()}:
            for statement in row_security.masked_views():
                connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Who did both goes on as a coordinator, whom an older software lets coordinate; somebody else must administer. The column
    stays, which an older software leaves as it is."""
    op.execute("UPDATE account SET role = 'coordinator' WHERE role = 'manager'")
    _hold_to(op.get_bind(), _AFTER, _BEFORE)


def _hold_to(connection: sa.Connection, before: str, after: str) -> None:
    """Has the table take other roles."""
    if connection.dialect.name == "postgresql":
        op.execute(
            f"ALTER TABLE account DROP CONSTRAINT ck_account_role, ADD CONSTRAINT ck_account_role CHECK ({after})"
        )
        return
    # SQLite changes no check of a table; rows and triggers stay when its text is corrected, as its manual has it
    # (« Making Other Kinds Of Table Schema Changes », where no row has to move).
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    corrected = sa.text("UPDATE sqlite_schema SET sql = replace(sql, :before, :after) WHERE name = 'account'")
    connection.execute(corrected, {"before": before, "after": after})
    kept = connection.exec_driver_sql("SELECT sql FROM sqlite_schema WHERE name = 'account'").scalar_one()
    if after not in kept:
        raise RuntimeError(f"the check of account.role is not as it was made: {kept}")
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
