"""A place may say where its seats are booked.

No released version stands before it, so it may take the column's comment and the roles' rights from the declarations.
"""

import sqlalchemy as sa
from alembic import op

from data_access import row_security
from data_access.schema import centre

revision = "0014"
down_revision = "0013"

_RULES = {
    "length": "length(booking_page) BETWEEN 1 AND 300",
    "address": "booking_page LIKE 'http://%' OR booking_page LIKE 'https://%'",
}


def upgrade() -> None:
    connection = op.get_bind()
    if centre.c.booking_page.name not in {each["name"] for each in sa.inspect(connection).get_columns("centre")}:
        checks = "".join(f" CONSTRAINT ck_centre_booking_page_{name} CHECK ({rule})" for name, rule in _RULES.items())
        op.execute(sa.text(f"ALTER TABLE centre ADD COLUMN booking_page TEXT{checks}".replace(":", "\\:")))
    if connection.dialect.name == "postgresql":
        op.execute(f"COMMENT ON COLUMN centre.booking_page IS '{centre.c.booking_page.comment}'")
        # All policies and rights: the reading role may read that column too.
        row_security.secure(connection)


def downgrade() -> None:
    """The column stays, which an older software leaves as it is."""
