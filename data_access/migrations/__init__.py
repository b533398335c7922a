"""Brings a database to the schema this software needs, or back: all the revisions that are missing, or nothing.

An empty database is made at once as the code declares it (`versions/v0006_baseline.py`), and is then at the last revision.
A database that holds data goes on by the revisions after its own, one short file each in `versions/`. A change of the
schema is thus said twice, in the declarations and in a revision; `tests/data_access/test_migrations.py` restores databases
of earlier revisions, migrates them, and compares them with a new one, down to triggers and policies.

Until the first release a revision may still be corrected. From then on each one is frozen: it says all it does by itself,
by `op.*` and SQL written out, and takes nothing from the declarations, which move on without it. With each release goes a
copy of a database of that day, for the test to restore. A column is added with its check by one statement, which both
engines read alike: `op.execute("ALTER TABLE centre ADD COLUMN floor integer CONSTRAINT ck_centre_floor CHECK (floor >= 0)")`.
The SQL of a new table is printed by `python -m tests.data_access.fresh_schema TABLE`. `op.batch_alter_table` is not for
these tables: on SQLite it makes them anew without their checks and triggers.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from data_access import triggers
from data_access.engine import writing

_VERSION_TABLE: Final = "alembic_version"
_BASELINE: Final = "0006"
# What databases were at while the schema was still being sought; nobody was ever given one.
_BEFORE_BASELINE: Final = frozenset({"0001", "0002", "0003", "0004", "0005"})
_LOCK: Final = 20_170_530  # any number, the same for every session, and not the one of the summaries


class MigrationRefused(Exception):
    """The database is left as it is; the message says why and what to do, in French."""


class ForeignTables(MigrationRefused):
    """The database holds tables, but not those of this software."""

    def __init__(self) -> None:
        super().__init__(
            "Cette base contient déjà des tables qui ne viennent pas de CyberCantal. "
            "Indiquez une base vide dans CYBERCANTAL_DATABASE_URL."
        )


class NewerDatabase(MigrationRefused):
    """The database was migrated by a later version of this software."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"Cette base a été préparée par une version plus récente du logiciel (révision {revision}). "
            "Mettez le logiciel à jour, ou restaurez une sauvegarde faite avec cette version-ci."
        )


class DatabaseBeforeBaseline(MigrationRefused):
    """The database was made before the baseline, when no version of this software had been released."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"Cette base date d’avant la première version publiée du logiciel (révision {revision}) et ne peut plus être mise "
            "à jour. Indiquez une base neuve dans CYBERCANTAL_DATABASE_URL et importez-y vos fichiers."
        )


@dataclass(frozen=True)
class SchemaState:
    """Where the schema of a database stands: `current` is None before the first revision, `head` is what is needed.

    `refusal` is why the database cannot be migrated; None when it can be, or need not be.
    """

    current: str | None
    head: str
    is_current: bool
    is_empty: bool
    refusal: MigrationRefused | None = field(default=None, compare=False)


def head() -> str:
    """The revision that this software needs."""
    found = _scripts().get_current_head()
    assert found is not None
    return found


def is_known(revision: str) -> bool:
    """Whether a database of that revision can be brought to the one that is needed."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def schema_state(engine: sa.Engine) -> SchemaState:
    """The state of a database, which is only read."""
    with engine.connect() as connection:
        return _state(connection)


def migrate(engine: sa.Engine) -> list[str]:
    """Applies the revisions that are missing, in one transaction, and gives their names, oldest first.

    Raises MigrationRefused for a database of another software, of a later version of this one, or of no version at all.
    """
    with writing(engine) as connection:
        state = _ready(connection)
        steps = _scripts().iterate_revisions(state.head, state.current or "base")
        applied = [step.revision for step in steps][::-1]
        if state.current is None:
            # The baseline makes what is declared today, with all that later revisions bring to older databases.
            command.upgrade(_config(connection), _BASELINE)
            command.stamp(_config(connection), "head")
        else:
            # Revisions make triggers as they are declared today.
            triggers.number_domains(connection)
            command.upgrade(_config(connection), "head")
    return applied


def downgrade(engine: sa.Engine, revision: str) -> list[str]:
    """Undoes every revision after `revision` ("base" = all, and nothing is left), and gives their names, newest first."""
    with writing(engine) as connection:
        state = _ready(connection)
        undone = [step.revision for step in _scripts().iterate_revisions(state.current or "base", revision)]
        command.downgrade(_config(connection), revision)
        if _state(connection).current is None:
            connection.exec_driver_sql(f"DROP TABLE {_VERSION_TABLE}")
    return undone


def _ready(connection: sa.Connection) -> SchemaState:
    """The state once it is this transaction's turn, if the database may be migrated at all."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    state = _state(connection)
    if state.refusal:
        raise state.refusal
    return state


def _state(connection: sa.Connection) -> SchemaState:
    current = MigrationContext.configure(connection).get_current_revision()
    is_empty = not set(sa.inspect(connection).get_table_names()) - {_VERSION_TABLE}
    refusal: MigrationRefused | None = None
    if current is None and not is_empty:
        refusal = ForeignTables()
    elif current in _BEFORE_BASELINE:
        refusal = DatabaseBeforeBaseline(current)
    elif current is not None and not is_known(current):
        refusal = NewerDatabase(current)
    needed = head()
    return SchemaState(current, needed, current == needed, is_empty, refusal)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(None))


def _config(connection: sa.Connection | None) -> Config:
    """Alembic's settings, made here so that an installed package finds its revisions beside this file."""
    config = Config(attributes={"connection": connection})
    # A percent sign starts an interpolation there.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
