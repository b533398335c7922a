"""On PostgreSQL the command makes the roles, and the doctor says with which one the application connects."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from data_access.engine import open_engine, writing
from data_access.migrations import downgrade
from data_access.row_security import APPLICATION_ROLE, ROLES, role_statements
from tests.dashboard.command.terminal import Run
from tests.data_access.credentials import login
from tests.databases import PostgreSQLServer


@pytest.fixture
def address(folder: object, postgresql_server: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The setting of a migrated database, with the credentials of a superuser."""
    with postgresql_server.database() as url:
        monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", url)
        yield url


def test_migrating_makes_the_roles_when_asked(address: str, run: Run) -> None:
    for _ in range(2):
        result = run("migrate", "--roles", "apply")

        assert result.exit_code == 0
        assert "Rôles à jour : cybercantal_app, cybercantal_read, cybercantal_partner." in result.output


def test_a_migration_gives_the_roles_that_are_there_what_they_need_of_new_tables(address: str, run: Run) -> None:
    run("migrate", "--roles", "apply")
    engine = open_engine(address)
    downgrade(engine, "0010")

    result = run("migrate")

    assert "Rôles à jour" in result.output
    reads = f"SELECT has_table_privilege('{APPLICATION_ROLE}', 'former_opening', 'SELECT')"
    with engine.connect() as connection:
        assert connection.exec_driver_sql(reads).scalar_one()
    engine.dispose()


def test_a_migration_gives_nobody_rights_that_were_not_asked_for(address: str, run: Run) -> None:
    """The roles are those of the whole server: they may serve another database."""
    engine = open_engine(address)
    downgrade(engine, "0010")

    assert "Rôles à jour" not in run("migrate").output
    engine.dispose()


def test_the_sql_of_the_roles_can_be_read_and_run_by_somebody_else(address: str, run: Run) -> None:
    """Where the keeper of the server lets no program make roles."""
    printed = run("migrate", "--roles", "print").output
    engine = open_engine(address)
    with writing(engine) as connection:
        connection.exec_driver_sql(printed)
    engine.dispose()

    assert printed.count("\n") == len(role_statements())


def test_roles_are_of_postgresql_only(folder: object, run: Run) -> None:
    result = run("migrate", "--roles", "apply")

    assert result.exit_code == 1
    assert "SQLite n’a pas de rôles" in result.output


def test_a_role_that_may_not_migrate_is_told_who_may(address: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", login(address, "application", member_of=APPLICATION_ROLE))

    result = run("migrate", "--roles", "apply")

    assert result.exit_code == 1
    assert "Relancez-la avec le propriétaire des tables" in result.output


@pytest.fixture
def owner(address: str, postgresql_server: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Who owns the tables of a database, and may make no role; the roles are those of another database of the server."""
    with postgresql_server.database(migrated=False) as url:
        server = open_engine(url)
        with writing(server) as connection:
            connection.exec_driver_sql("CREATE ROLE proprietaire LOGIN; GRANT ALL ON SCHEMA public TO proprietaire")
        monkeypatch.setenv(
            "CYBERCANTAL_DATABASE_URL",
            sa.make_url(url).set(username="proprietaire").render_as_string(hide_password=False),
        )
        yield url
        with writing(server) as connection:
            connection.exec_driver_sql("DROP OWNED BY proprietaire; DROP ROLE proprietaire")
        server.dispose()


@pytest.fixture
def without_roles(address: str) -> Iterator[None]:
    """A server where nobody has made the roles yet, within the test."""
    engine = open_engine(address)
    renamed = [(role, f"autre_{role}") for role in ROLES]
    with writing(engine) as connection:
        there = set(connection.exec_driver_sql("SELECT rolname FROM pg_roles").scalars())
        for role, other in renamed:
            if role in there:
                connection.exec_driver_sql(f"ALTER ROLE {role} RENAME TO {other}")
    yield
    with writing(engine) as connection:
        for role, other in renamed:
            if role in there:
                connection.exec_driver_sql(f"DROP OWNED BY {role}; DROP ROLE {role}")
                connection.exec_driver_sql(f"ALTER ROLE {other} RENAME TO {role}")
    engine.dispose()


@pytest.mark.usefixtures("without_roles")
def test_an_owner_who_may_make_no_role_is_told_which_right_lacks_and_what_gives_it(owner: str, run: Run) -> None:
    refused = run("migrate", "--roles", "apply")

    assert refused.exit_code == 1
    assert "n’a pas le droit de créer des rôles (CREATEROLE)" in refused.output
    assert "ALTER ROLE proprietaire CREATEROLE;" in refused.output

    engine = open_engine(owner)
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER ROLE proprietaire CREATEROLE;")
        connection.exec_driver_sql("ALTER TABLE visit OWNER TO CURRENT_USER")
    refused = run("migrate", "--roles", "apply")

    assert "n’est pas le propriétaire de visit." in refused.output
    assert "ALTER TABLE visit OWNER TO proprietaire;" in refused.output

    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE visit OWNER TO proprietaire;")
    assert run("migrate", "--roles", "apply").exit_code == 0
    engine.dispose()


def test_the_doctor_warns_of_a_superuser(address: str, run: Run) -> None:
    result = run("doctor")

    assert result.exit_code == 1
    assert "✘ Rôle PostgreSQL : postgres, que la sécurité par ligne ne retient pas" in result.output
    assert "« cybercantal migrate --roles apply »" in result.output


def test_the_doctor_is_content_with_the_role_of_the_application(
    address: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CYBERCANTAL_DATABASE_URL", login(address, "application", member_of=APPLICATION_ROLE))

    result = run("doctor")

    assert "✔ Rôle PostgreSQL : application\n" in result.output
    assert "✔ Sécurité par ligne : active, imposée aussi au propriétaire" in result.output
    assert "✔ Tables : à jour" in result.output


def test_the_doctor_finds_a_table_without_row_level_security(address: str, run: Run) -> None:
    engine = sa.create_engine(sa.make_url(address).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE visit NO FORCE ROW LEVEL SECURITY")
    engine.dispose()

    result = run("doctor")

    assert "✘ Sécurité par ligne : absente de visit" in result.output
