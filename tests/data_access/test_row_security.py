"""Row-level security on PostgreSQL, tried by raw SQL with the application's own credentials."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from data_access.engine import open_engine, reading, writing
from data_access.migrations import migrate
from data_access.row_security import APPLICATION_ROLE, NOT_SECURED, PARTNER_ROLE, ROW_RULES
from data_access.schema import metadata
from tests.data_access.credentials import (
    ADMINISTRATION,
    ANIMATOR_OF_C,
    ANIMATOR_OF_MURAT,
    COORDINATION,
    MANAGEMENT,
    VIEWER,
    acting,
    login,
    refused,
    refused_or_nothing,
)
from tests.data_access.one_row_each import ROWS, condition, insert_statement
from tests.data_access.test_frames import ARGUMENTS, fill
from tests.databases import PostgreSQLServer, engine_at

RULED = [rule.table for rule in ROW_RULES if rule.table in ROWS]
# Of people, and of who works here: nothing of it is shown to who keeps another centre.
OTHERS_PEOPLE = ("agreement", "member_service", "pass_membership", "person", "placement", "support", "visit")
OF_THE_OFFICE = ("account", "account_centre", "import_batch", "reminder")
# What an animator corrects every week, for the centre of the rows.
WRITTEN_BY_ANIMATORS = ("agreement", "attendance_day", "attendance_week", "pass_membership", "person", "visit")

MURAT = "(SELECT id FROM centre WHERE code = 'MURAT')"


@pytest.fixture(scope="module")
def owner(postgresql_server: PostgreSQLServer) -> Iterator[sa.Engine]:
    """The owner of the tables, who migrated them and is no superuser."""
    with postgresql_server.database() as template, postgresql_server.database(migrated=False) as url:
        login(template, "keeper", member_of=APPLICATION_ROLE)
        superuser = open_engine(url)
        with superuser.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {sa.make_url(url).database} OWNER TO keeper")
        superuser.dispose()
        engine = open_engine(sa.make_url(url).set(username="keeper").render_as_string(hide_password=False))
        migrate(engine)
        with writing(engine) as connection:
            connection.exec_driver_sql(insert_statement("centre"))
            fill(connection)
        yield engine
        engine.dispose()


def count(connection: sa.Connection, table: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def touch(table: str) -> str:
    """A statement that changes the row of centre C, and leaves it as it is."""
    key = [column.name for column in metadata.tables[table].primary_key]
    return f"UPDATE {table} SET {key[0]} = {key[0]} WHERE {condition(table, key)}"


def test_every_table_is_ruled_or_is_nobodys() -> None:
    """A table more is a decision to take."""
    assert {rule.table for rule in ROW_RULES} | NOT_SECURED == set(metadata.tables)
    assert not {rule.table for rule in ROW_RULES} & NOT_SECURED


@pytest.mark.parametrize("table", RULED)
def test_an_animator_writes_no_row_of_another_centre(application: sa.Engine, table: str) -> None:
    """Neither a new one nor a correction nor a removal, by raw SQL."""
    with acting(application, ANIMATOR_OF_MURAT) as connection:
        if table != "person":
            assert refused(connection, insert_statement(table))
        assert refused_or_nothing(connection, touch(table))
        assert refused_or_nothing(connection, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", RULED)
def test_the_owner_of_the_tables_is_held_to_it_too(owner: sa.Engine, table: str) -> None:
    """FORCE: without it, the owner would pass by every policy."""
    with acting(owner, ANIMATOR_OF_MURAT) as connection:
        assert refused_or_nothing(connection, touch(table))
        assert refused_or_nothing(connection, f"DELETE FROM {table}")
        if table in OTHERS_PEOPLE:
            assert count(connection, table) == 0


def test_a_centre_is_not_even_renamed_by_who_keeps_it(application: sa.Engine) -> None:
    """They may wait on its row, which is the turn of its writers, and change nothing in it."""
    with acting(application, ANIMATOR_OF_C) as connection:
        locked = connection.exec_driver_sql("SELECT code FROM centre FOR NO KEY UPDATE").scalars().all()

        assert locked == ["C"]
        assert refused(connection, "UPDATE centre SET name = 'Ailleurs' WHERE code = 'C'")
        assert refused_or_nothing(connection, "DELETE FROM centre WHERE code = 'C'")


@pytest.mark.parametrize("table", [*OTHERS_PEOPLE, *OF_THE_OFFICE, "entry_draft"])
def test_an_animator_sees_nobody_of_another_centre(application: sa.Engine, table: str) -> None:
    with acting(application, ANIMATOR_OF_MURAT) as connection:
        assert count(connection, table) == 0


@pytest.mark.parametrize("table", [*OTHERS_PEOPLE, "entry_draft"])
def test_a_viewer_sees_nobody_at_all(application: sa.Engine, table: str) -> None:
    with acting(application, VIEWER) as connection:
        assert count(connection, table) == 0


@pytest.mark.parametrize("table", ["attendance_week", "attendance_day", "centre", "closure", "event", "opening_hours"])
def test_figures_and_places_are_read_by_all(application: sa.Engine, table: str) -> None:
    """Every page compares the centres."""
    with acting(application, ANIMATOR_OF_MURAT) as connection:
        assert count(connection, table) >= 1


@pytest.mark.parametrize("table", WRITTEN_BY_ANIMATORS)
def test_an_animator_reads_and_writes_what_is_of_their_own_centre(application: sa.Engine, table: str) -> None:
    with acting(application, ANIMATOR_OF_C) as connection:
        assert count(connection, table) == 1
        assert connection.exec_driver_sql(touch(table)).rowcount == 1


def test_a_row_is_not_given_to_another_centre(application: sa.Engine) -> None:
    """The rule holds for the row as it will be, too."""
    with acting(application, ANIMATOR_OF_C) as connection:
        for table in ("attendance_week", "visit", "agreement"):
            assert refused(connection, f"UPDATE {table} SET centre_id = {MURAT}")


def test_somebody_of_another_centre_is_not_drawn_to_ones_own(application: sa.Engine) -> None:
    """An agreement signed in their place would show their name to who wrote it."""
    with acting(application, ANIMATOR_OF_MURAT) as connection:
        assert refused(
            connection,
            "INSERT INTO agreement (id, centre_id, person_id, seat_kind, formula, signed_on)"
            f" VALUES (9, {MURAT}, 1, 'office', 'day', '2017-05-29')",
        )
        assert refused(
            connection,
            "INSERT INTO visit (id, centre_id, person_id, seat_kind, started_at, source)"
            f" VALUES (9, {MURAT}, 1, 'office', now(), 'desk')",
        )


def test_nobody_becomes_a_coordinator_by_a_write(application: sa.Engine) -> None:
    """Accounts are not within reach once somebody acts, but their own name."""
    with acting(application, ANIMATOR_OF_C) as connection:
        assert refused_or_nothing(connection, "UPDATE account SET role = 'coordinator'")
        assert refused(connection, f"INSERT INTO account_centre (account_id, centre_id) VALUES (1, {MURAT})")
        assert count(connection, "sign_in_session") == 0


def test_the_trace_is_added_to_in_ones_own_name_and_never_changed(application: sa.Engine) -> None:
    entry = "INSERT INTO audit_entry (at, actor, action, table_name, row_key) VALUES (now(), '{}', 'a', 'visit', 'k')"
    with acting(application, ANIMATOR_OF_C) as connection:
        assert refused(connection, entry.format("murat@example.org"))
        assert not refused(connection, entry.format("anne@example.org"))
    with acting(application, COORDINATION) as connection:
        assert refused(connection, "UPDATE audit_entry SET actor = 'nobody'")
        assert refused(connection, "DELETE FROM audit_entry")


@pytest.mark.parametrize("actor", [COORDINATION, ADMINISTRATION, MANAGEMENT], ids=lambda actor: actor.role)
def test_who_looks_after_the_whole_network_reaches_it(application: sa.Engine, actor: object) -> None:
    with acting(application, actor) as connection:  # type: ignore[arg-type]
        for table in WRITTEN_BY_ANIMATORS:
            assert connection.exec_driver_sql(touch(table)).rowcount == 1
        for table in OTHERS_PEOPLE:
            assert count(connection, table) == 1


def test_who_acts_is_forgotten_with_the_transaction(application: sa.Engine) -> None:
    """The next one on the same connection of the pool begins as nobody, and not as a coordinator."""
    seen = "SELECT pg_backend_pid(), row_reach(), current_setting('cybercantal.centres', true)"
    with acting(application, ANIMATOR_OF_C) as connection:
        first = connection.exec_driver_sql(seen).one()
    with writing(application, COORDINATION) as connection:
        second = connection.exec_driver_sql(seen).one()
    with writing(application) as connection:
        third = connection.exec_driver_sql(seen).one()

    assert first[0] == second[0] == third[0], "one connection, three times"
    assert [first[1:], second[1:], third[1:]] == [("centres", "C"), ("network", ""), ("nothing", "")]


def test_nobody_told_is_not_a_coordinator(application: sa.Engine) -> None:
    """A transaction of the application that forgot to say who acts changes nothing, and sees nobody."""
    with acting(application, None) as connection:
        assert count(connection, "person") == 0
        assert refused_or_nothing(connection, touch("attendance_week"))
        assert refused(connection, insert_statement("attendance_week"))
        assert count(connection, "account") == 1, "signing in comes before anybody is known"


def test_where_nobody_is_told_owner_and_partners_reach_everything(filled: str, owner: sa.Engine) -> None:
    """Migrations and repairs, and the other systems of the county, which know nothing of these settings."""
    partner = open_engine(login(filled, "partner", member_of=PARTNER_ROLE))
    for engine in (owner, partner):
        with acting(engine, None) as connection:
            assert count(connection, "person") == 1
            assert connection.exec_driver_sql(touch("attendance_week")).rowcount == 1
    partner.dispose()


def test_a_partner_writes_the_journal_in_its_own_name_and_reads_no_sign_in(filled: str) -> None:
    """Whatever role it tells the database, and whatever tables it makes for itself."""
    added = "INSERT INTO audit_entry (at, actor, action, table_name, row_key) VALUES (now(), {}, 'create', '{}', '1')"
    superuser = engine_at(filled)
    with superuser.begin() as connection:
        connection.exec_driver_sql(added.format("'anne@example.org'", "account"))
    superuser.dispose()
    partner = open_engine(login(filled, "partner", member_of=PARTNER_ROLE))
    for told in (None, COORDINATION):
        with acting(partner, told) as connection:
            # No table of its own stands before that of the network, which would make it the owner.
            connection.exec_driver_sql("CREATE TEMPORARY TABLE centre (id integer, code text)")
            assert refused(connection, added.format("'anne@example.org'", "visit"))
            assert connection.exec_driver_sql(added.format("session_user", "visit")).rowcount == 1
            signed = connection.exec_driver_sql("SELECT count(*) FROM audit_entry WHERE table_name = 'account'")
            assert signed.scalar_one() == 0
    partner.dispose()


def test_the_summaries_are_refreshed_by_whoever_reads(application: sa.Engine, filled: str) -> None:
    """By an inner transaction that says nobody, of rows that everybody may read."""
    superuser = engine_at(filled)
    with writing(superuser) as connection:
        connection.exec_driver_sql(touch("attendance_day"))
        assert count(connection, "stale_mark") > 0
    superuser.dispose()

    with reading(application, ARGUMENTS["as_of"], VIEWER) as connection:  # type: ignore[arg-type]
        assert count(connection, "stale_mark") == 0
        assert count(connection, "attendance_summary") > 0
