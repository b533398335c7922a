"""An account may administer and coordinate at once: a small county has one person for both.

No released version stands before it, so it may take functions of row-level security from the declarations.
"""

import sqlalchemy as sa
from alembic import op

from data_access import row_security
from data_access.schema import account

revision = "0012"
down_revision = "0011"

_BEFORE = "role IN ('administrator', 'coordinator', 'animator', 'viewer')"
_AFTER = "role IN ('manager', 'administrator', 'coordinator', 'animator', 'viewer')"


def upgrade() -> None:
    connection = op.get_bind()
    _hold_to(connection, _BEFORE, _AFTER)
    if connection.dialect.name == "postgresql":
        op.execute(f"COMMENT ON COLUMN account.role IS '{account.c.role.comment}'")
        # All policies and their functions: a manager reaches the whole network.
        row_security.secure(connection)


def downgrade() -> None:
    """Who did both goes on as a coordinator, whom an older software lets coordinate; somebody else must administer."""
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
