"""The last free day of a membership follows from its first, whoever writes; a published total is recorded like any fact.

No released version stands before it, so it may take triggers from the declarations.
"""

from alembic import op

from data_access import triggers
from data_access.schema import pass_membership

revision = "0012"
down_revision = "0010"


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for derived in triggers.DERIVATIONS:
        value = derived.value[dialect].format(of=derived.of)
        # Whatever was written there said nothing more than this.
        op.execute(f"UPDATE {derived.table} SET {derived.column} = {value} WHERE {derived.column} <> {value}")
    for statement in triggers.derivation_statements(dialect):
        connection.exec_driver_sql(statement)
    op.execute("ALTER TABLE published_figure ADD COLUMN version INTEGER DEFAULT 1 NOT NULL")
    if dialect == "postgresql":
        op.execute(f"COMMENT ON COLUMN pass_membership.free_until IS '{pass_membership.c.free_until.comment}'")


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in triggers.derivation_statements(dialect):
        what, name = statement.split()[1:3]
        if what == "FUNCTION":
            op.execute(f"DROP FUNCTION {name} CASCADE")
        elif dialect == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
    op.execute("ALTER TABLE published_figure DROP COLUMN version")
