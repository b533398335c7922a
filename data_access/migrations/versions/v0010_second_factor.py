"""A try at signing in says where it came from, a session which browser it is; an account may have a second factor.

No released version stands before it, so it may take tables and policies from the declarations.
"""

from alembic import op
from sqlalchemy.schema import CreateIndex

from data_access import row_security
from data_access.schema import recovery_code, second_factor, sign_in_attempt, sign_in_session

revision = "0010"
down_revision = "0009"

_COLUMNS = (sign_in_attempt.c.source, sign_in_session.c.browser)
_COMMENTED = (*_COLUMNS, sign_in_attempt.c.email_hash, sign_in_attempt.c.succeeded)
_NEW = (second_factor, recovery_code)


def upgrade() -> None:
    connection = op.get_bind()
    for column, longest in zip(_COLUMNS, (64, 60), strict=True):
        owner, name = column.table.name, column.name
        op.execute(
            f"ALTER TABLE {owner} ADD COLUMN {name} TEXT"
            f" CONSTRAINT ck_{owner}_{name}_length CHECK (length({name}) BETWEEN 1 AND {longest})"
        )
    for index in sign_in_attempt.indexes:
        if index.name == "ix_sign_in_attempt_at":
            connection.execute(CreateIndex(index))
    for table in _NEW:
        table.create(connection)
    if connection.dialect.name == "postgresql":
        for column in _COMMENTED:
            op.execute(f"COMMENT ON COLUMN {column.table.name}.{column.name} IS '{column.comment}'")
        op.execute(f"COMMENT ON TABLE sign_in_attempt IS '{sign_in_attempt.comment}'")
        for statement in row_security.secure_statements([table.name for table in _NEW]):
            op.execute(statement)


def downgrade() -> None:
    """Second factors go; the columns stay, which an older software leaves as they are."""
    for table in reversed(_NEW):
        op.execute(f"DROP TABLE {table.name}")
    op.execute("DROP INDEX ix_sign_in_attempt_at")
