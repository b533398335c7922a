"""Row-level security knows the check-in by QR code, which notes anonymous visits of its centre and does nothing else.

No released version stands before it, so it may take the policies from the declarations.
"""

from alembic import op

from data_access import row_security

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        row_security.secure(op.get_bind())


def downgrade() -> None:
    """The policies stay: they let nobody do more than those before, but the check-in what it did as an animator."""
