"""A database goes from revision to revision and back, whole or not at all, and ends as the code declares it.

`revision_<number>.<engine>.sql.gz` is a database of an earlier revision with a row in each table, as `sqlite3 .dump` and
`pg_dump --inserts` write it: what users had, and must keep.
"""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations

from data_access import migrations
from data_access.engine import writing
from data_access.entries.undoing import undo_change
from data_access.migrations import (
    DatabaseBeforeBaseline,
    ForeignTables,
    NewerDatabase,
    downgrade,
    migrate,
    schema_state,
)
from data_access.rights import COMMAND_LINE
from data_access.schema import DOMAINS, account, attendance_day, attendance_week, data_version, dataset, metadata
from data_access.triggers import rows_of_before
from data_access.writes.rows import Change
from tests.data_access.catalogues import catalogue
from tests.data_access.fresh_schema import statements_of
from tests.factories import add_centre

VERSIONS = Path(migrations.__file__).parent / "versions"
KEPT = ("0006",)


def schema_of(engine: sa.Engine) -> list[str]:
    """The whole schema of a database, as lines."""
    with engine.connect() as connection:
        return catalogue(connection)


@contextmanager
def within_a_revision(engine: sa.Engine) -> Iterator[sa.Connection]:
    """`op.*` works as it does in a revision."""
    with writing(engine) as connection, Operations.context(MigrationContext.configure(connection)):
        yield connection


def fail_at(engine: sa.Engine, beginning: str) -> None:
    """From now on, the first statement that begins so fails."""

    @sa.event.listens_for(engine, "before_cursor_execute")
    def _fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.lstrip().startswith(beginning):
            raise RuntimeError("power cut")


def restore(engine: sa.Engine, revision: str) -> None:
    """Fills an empty database with the copy of one of that revision."""
    file = Path(__file__).with_name(f"revision_{revision}.{engine.dialect.name}.sql.gz")
    dumped = gzip.decompress(file.read_bytes()).decode()
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(str(engine.url.database)) as connection:
            connection.executescript(dumped)
    else:
        raw = engine.raw_connection()
        assert raw.driver_connection is not None
        raw.driver_connection.execute(dumped)
        raw.commit()
        # What the copy has set stays with the connection.
        raw.invalidate()


def rows_of(engine: sa.Engine, tables: dict[str, list[str]] | None = None) -> dict[str, list[str]]:
    """The rows of every table there is, Alembic's apart; of these columns, all unless told."""
    with engine.connect() as connection:
        return {
            name: sorted(
                str(row) for row in connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {name}").all()
            )
            for name, columns in (tables or columns_of(engine)).items()
        }


def columns_of(engine: sa.Engine) -> dict[str, list[str]]:
    """The columns of every table there is, Alembic's apart."""
    known = sa.inspect(engine)
    names = set(known.get_table_names()) - {"alembic_version"}
    return {name: [column["name"] for column in known.get_columns(name)] for name in names}


@pytest.mark.parametrize("revision", KEPT)
def test_an_earlier_database_ends_as_a_new_one_with_all_its_rows(blank_engine: sa.Engine, revision: str) -> None:
    """Tables, columns, types, defaults, constraints, indexes, triggers, functions, policies and comments; and each row."""
    migrate(blank_engine)
    new = schema_of(blank_engine)
    downgrade(blank_engine, "base")
    restore(blank_engine, revision)
    columns = columns_of(blank_engine)
    before = rows_of(blank_engine, columns)
    assert schema_state(blank_engine).current == revision
    assert not [table for table, rows in before.items() if not rows], "the copy has a row in each table"

    applied = migrate(blank_engine)

    assert applied
    assert revision not in applied
    assert schema_state(blank_engine).is_current
    assert schema_of(blank_engine) == new
    after = rows_of(blank_engine, columns)
    # Summaries of before may be to be made anew.
    assert set(before.pop("stale_mark")) <= set(after.pop("stale_mark"))
    assert after == before


def test_rows_that_would_be_refused_today_are_kept_and_told(blank_engine: sa.Engine) -> None:
    """A year typed 0216 before there was a rule: nothing is lost, and the next such row is refused."""
    restore(blank_engine, "0006")
    with writing(blank_engine) as connection:
        connection.exec_driver_sql("UPDATE pass_membership SET joined_on = '0216-03-01'")
        connection.exec_driver_sql("UPDATE welcome_session SET number = 2026")

    migrate(blank_engine)

    with blank_engine.connect() as connection:
        found = {(table.name, rule) for table, rule, _row in rows_of_before(connection)}
    assert found >= {("pass_membership", "joined_on"), ("welcome_session", "number")}
    with pytest.raises(sa.exc.IntegrityError, match="_range"), writing(blank_engine) as connection:
        connection.exec_driver_sql("UPDATE pass_membership SET joined_on = '0215-03-01'")


def test_a_sheet_changed_before_it_was_told_as_a_record_is_undone_still(blank_engine: sa.Engine) -> None:
    """Its document named the centre by its code, and its days by « 2017-05-29 office »."""
    restore(blank_engine, "0006")
    told = {"centre": "C", "week_start": "2017-05-29", "status": "complete", "days": {"2017-05-29 office": 1}}
    before = {**told, "status": "draft", "days": {"2017-05-30 office": "closed"}, "comment": "travaux"}
    with writing(blank_engine) as connection:
        # A number that no sequence gives again.
        entry = sa.text(
            "UPDATE audit_entry SET id = 100, action = 'record_attendance_week', table_name = 'attendance_week',"
            " row_key = 'C 2017-S22', row_id = 1, before = :b, after = :a"
        )
        connection.execute(entry, {"b": json.dumps(before), "a": json.dumps(told)})

    migrate(blank_engine)

    with writing(blank_engine, COMMAND_LINE) as connection:
        undo_change(connection, Change(COMMAND_LINE, datetime(2017, 6, 1, 8, tzinfo=UTC), "take_back"), 100)
        assert connection.execute(sa.select(attendance_week.c.status, attendance_week.c.comment)).one() == (
            "draft",
            "travaux",
        )
        day = attendance_day.c
        stored = connection.execute(sa.select(day.day, day.seat_kind, day.half_days, day.closed)).all()
        assert stored == [(date(2017, 5, 30), "office", 0, True)]


@pytest.mark.parametrize("action", [migrate, lambda engine: downgrade(engine, "base")], ids=["migrate", "downgrade"])
def test_a_database_of_before_the_baseline_is_told_what_to_do(blank_engine: sa.Engine, action: object) -> None:
    """No version was released with it: a sentence, and no trace of a failure."""
    restore(blank_engine, "0006")
    with writing(blank_engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0005'")
    before = schema_of(blank_engine)

    with pytest.raises(DatabaseBeforeBaseline, match=r"\(révision 0005\) .* importez-y vos fichiers"):
        action(blank_engine)  # type: ignore[operator]

    assert isinstance(schema_state(blank_engine).refusal, DatabaseBeforeBaseline)
    assert schema_of(blank_engine) == before


def test_going_up_down_and_up_again_leaves_the_same_schema(blank_engine: sa.Engine) -> None:
    """What a revision undoes, it undoes wholly: nothing is left at the base, and nothing differs after."""
    migrate(blank_engine)
    once = schema_of(blank_engine)

    downgrade(blank_engine, "base")

    assert schema_of(blank_engine) == []
    assert sa.inspect(blank_engine).get_table_names() == []

    migrate(blank_engine)

    assert schema_of(blank_engine) == once


def test_who_administers_and_coordinates_goes_on_as_a_coordinator_before_there_were_such(
    blank_engine: sa.Engine,
) -> None:
    def open_account(email: str) -> None:
        with writing(blank_engine) as connection:
            connection.execute(sa.insert(account).values(email=email, display_name="Vous", role="manager"))

    migrate(blank_engine)
    open_account("vous@example.org")
    downgrade(blank_engine, "0011")

    with blank_engine.connect() as connection:
        assert connection.scalars(sa.select(account.c.role)).all() == ["coordinator"]
    with pytest.raises(sa.exc.IntegrityError, match="ck_account_role"):
        open_account("second@example.org")
    migrate(blank_engine)
    open_account("second@example.org")


def test_going_back_to_what_was_given_before_and_up_again_leaves_the_same_schema(blank_engine: sa.Engine) -> None:
    migrate(blank_engine)
    once = schema_of(blank_engine)

    downgrade(blank_engine, "0010")
    migrate(blank_engine)

    assert schema_of(blank_engine) == once


def test_a_new_database_has_its_first_rows(blank_engine: sa.Engine) -> None:
    """The data version begins at 0, and the data are real until told otherwise."""
    migrate(blank_engine)

    with blank_engine.connect() as connection:
        assert connection.execute(sa.select(data_version)).all() == [(1, 0, *(0 for _domain in DOMAINS))]
        assert connection.execute(sa.select(dataset.c.id, dataset.c.demonstration)).all() == [(1, False)]


def test_migrating_says_what_it_did(blank_engine: sa.Engine) -> None:
    """The revisions applied, oldest first; none the second time."""
    head = schema_state(blank_engine).head

    assert migrate(blank_engine)[-1] == head
    assert migrate(blank_engine) == []
    assert downgrade(blank_engine, "base")[0] == head


def test_the_state_tells_an_empty_a_current_and_a_lagging_database(blank_engine: sa.Engine) -> None:
    """What `cybercantal doctor` needs to know."""
    empty = schema_state(blank_engine)
    migrate(blank_engine)
    current = schema_state(blank_engine)

    assert (empty.current, empty.is_current, empty.is_empty, empty.refusal) == (None, False, True, None)
    assert (current.current, current.is_current, current.is_empty, current.refusal) == (empty.head, True, False, None)


def test_a_migration_that_fails_at_any_statement_leaves_the_old_schema(blank_engine: sa.Engine) -> None:
    """An earlier database is as it was, wherever the migration ended; then it is migrated whole."""
    restore(blank_engine, "0006")
    before, left = schema_of(blank_engine), -1

    @sa.event.listens_for(blank_engine, "before_cursor_execute")
    def _fail(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise RuntimeError("power cut")

    def fails_at(place: int) -> bool:
        nonlocal left
        left = place
        try:
            migrate(blank_engine)
        except RuntimeError:
            return True
        finally:
            left = -1
        return False

    place = 1
    while fails_at(place):
        assert schema_of(blank_engine) == before
        # Each of the first ones, then further and further.
        place += 1 + place // 2

    assert place > 50
    assert schema_state(blank_engine).is_current


@pytest.mark.parametrize(
    "statement", ["CREATE INDEX ix_visit_open", "CREATE TRIGGER closure_update_stale", "INSERT INTO data_version"]
)
def test_a_failure_in_the_middle_leaves_the_old_schema(blank_engine: sa.Engine, statement: str) -> None:
    """Whichever statement fails, nothing of those before it stays."""
    fail_at(blank_engine, statement)

    with pytest.raises(RuntimeError, match="power cut"):
        migrate(blank_engine)

    assert sa.inspect(blank_engine).get_table_names() == []
    assert schema_of(blank_engine) == []


def test_a_failing_downgrade_loses_nothing(engine: sa.Engine) -> None:
    """Half the tables dropped would be the worst of all."""
    before = schema_of(engine)
    fail_at(engine, "DROP TABLE centre")

    with pytest.raises(RuntimeError, match="power cut"):
        downgrade(engine, "base")

    assert schema_of(engine) == before


def test_a_database_of_another_software_is_refused(blank_engine: sa.Engine) -> None:
    """Its tables are left alone, and the sentence says what to do."""
    with writing(blank_engine) as connection:
        connection.exec_driver_sql("CREATE TABLE facture (id integer)")

    with pytest.raises(ForeignTables, match="Indiquez une base vide dans CYBERCANTAL_DATABASE_URL"):
        migrate(blank_engine)

    assert isinstance(schema_state(blank_engine).refusal, ForeignTables)
    assert sa.inspect(blank_engine).get_table_names() == ["facture"]


@pytest.mark.parametrize("action", [migrate, lambda engine: downgrade(engine, "base")], ids=["migrate", "downgrade"])
def test_a_database_newer_than_the_code_is_refused(engine: sa.Engine, action: object) -> None:
    """An older software does not know what the newer tables mean."""
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    before = schema_of(engine)

    with pytest.raises(NewerDatabase, match=r"\(révision 9999\)\. Mettez le logiciel à jour"):
        action(engine)  # type: ignore[operator]

    assert isinstance(schema_state(engine).refusal, NewerDatabase)
    assert schema_of(engine) == before


def test_a_column_added_with_its_check_is_the_same_as_one_declared(engine: sa.Engine) -> None:
    """One statement for both engines; taking it back restores the schema."""
    before = schema_of(engine)

    with within_a_revision(engine) as connection:
        connection.exec_driver_sql(
            "ALTER TABLE centre ADD COLUMN floor integer CONSTRAINT ck_centre_floor CHECK (floor >= 0)"
        )
    with writing(engine) as connection:
        add_centre(connection)
    with pytest.raises(sa.exc.IntegrityError, match="ck_centre_floor"), writing(engine) as connection:
        connection.exec_driver_sql("UPDATE centre SET floor = -1")
    with within_a_revision(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE centre DROP COLUMN floor")

    assert schema_of(engine) == before


def test_the_sql_of_new_tables_has_their_triggers(engine: sa.Engine) -> None:
    """What a later revision writes for the tables it adds is what the first one wrote for them."""
    before = schema_of(engine)

    with writing(engine) as connection:
        connection.exec_driver_sql("DROP TABLE closure")
        made = ("mark_closure_insert", "mark_closure_update", "mark_closure_delete", "closure_range")
        for function in made if engine.dialect.name == "postgresql" else ():
            connection.exec_driver_sql(f"DROP FUNCTION {function}()")
        for statement in statements_of(engine.dialect.name, ["closure"]):
            connection.exec_driver_sql(statement)

    assert schema_of(engine) == before


def test_no_revision_rebuilds_a_table_on_sqlite() -> None:
    """A batch of Alembic would make the table anew without its checks, its strictness and its triggers."""
    for revision in VERSIONS.glob("*.py"):
        assert "batch_alter_table" not in revision.read_text(encoding="utf-8")


def test_every_table_of_the_code_is_migrated(engine: sa.Engine) -> None:
    """A table declared and never migrated would fail on its first use."""
    assert set(sa.inspect(engine).get_table_names()) == {*metadata.tables, "alembic_version"}
