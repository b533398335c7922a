"""The last free day of a membership follows from its first, whoever writes; a published total is recorded like any fact; a
replay says the moment it has reached.

No released version stands before it, so it may take triggers from the declarations.
"""

from alembic import op

from data_access import triggers
from data_access.schema import dataset, pass_membership, welcome_session

revision = "0012"
down_revision = "0011"

_COMMENTED = (
    dataset.c.replayed_to,
    pass_membership.c.free_until,
    welcome_session.c.project_holders,
    welcome_session.c.people,
)
_INSTANT = {
    "sqlite": ("TEXT", "{0} IS datetime({0}, '+0 days') AND {0} >= '0001-01-02' AND {0} < '9999-12-31'"),
    "postgresql": (
        "TIMESTAMP WITH TIME ZONE",
        "{0} >= TIMESTAMPTZ '0001-01-02 00:00:00Z' AND {0} < TIMESTAMPTZ '9999-12-31 00:00:00Z'",
    ),
}


def upgrade() -> None:
    connection = op.get_bind()
    dialect = connection.dialect.name
    for derived in triggers.DERIVATIONS:
        value = derived.value[dialect].format(of=derived.of)
        wrong = f"{derived.column} <> {value}"
        # Whatever was written there said nothing more than this. A mistyped first day is no reason to refuse its last one.
        if connection.exec_driver_sql(f"SELECT 1 FROM {derived.table} WHERE {wrong}").first():
            with triggers.triggers_disabled(connection):
                op.execute(f"UPDATE {derived.table} SET {derived.column} = {value} WHERE {wrong}")
    # The revision before makes all triggers anew, these too.
    _drop_derivations(dialect)
    for statement in triggers.derivation_statements(dialect):
        connection.exec_driver_sql(statement)
    op.execute("ALTER TABLE published_figure ADD COLUMN version INTEGER DEFAULT 1 NOT NULL")
    op.execute(
        f"ALTER TABLE dataset ADD COLUMN replayed_to {_INSTANT[dialect][0]}"
        f" CONSTRAINT ck_dataset_replayed_to_format CHECK ({_INSTANT[dialect][1].format('replayed_to')})"
    )
    if dialect == "postgresql":
        for column in _COMMENTED:
            op.execute(f"COMMENT ON COLUMN {column.table.name}.{column.name} IS '{column.comment}'")


def downgrade() -> None:
    """The columns stay, which an older software leaves as they are."""
    _drop_derivations(op.get_bind().dialect.name)


def _drop_derivations(dialect: str) -> None:
    for statement in triggers.derivation_statements(dialect):
        what, name = statement.split()[1:3]
        if what == "FUNCTION":
            op.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
        elif dialect == "sqlite":
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
