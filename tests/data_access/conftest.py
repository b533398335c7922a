"""A database on PostgreSQL as the application has it: seen with its own credentials, and not a superuser's."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from data_access.engine import open_engine, writing
from data_access.row_security import APPLICATION_ROLE
from tests.data_access.credentials import login
from tests.data_access.one_row_each import ROWS, insert_statement
from tests.data_access.test_frames import fill
from tests.databases import PostgreSQLServer, engine_at
from tests.factories import add_centre


@pytest.fixture(scope="module")
def filled(postgresql_server: PostgreSQLServer) -> Iterator[str]:
    """The address of a database where centre C has a row in every table, and Murat has none."""
    with postgresql_server.database() as url:
        engine = engine_at(url)
        with writing(engine) as connection:
            connection.exec_driver_sql(insert_statement("centre"))
            fill(connection)
            # The rows bring their own numbers, which the sequences know nothing of.
            for table in ROWS:
                if "id" in ROWS[table]:
                    connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 100)")
            connection.exec_driver_sql(
                "INSERT INTO entry_draft (actor, form, about, base_version, typed, saved_at)"
                " VALUES ('anne@example.org', 'attendance_week', 'C 2017-05-29', 0, '{}', now())"
            )
            add_centre(connection, "MURAT")
        engine.dispose()
        yield url


@pytest.fixture(scope="module")
def application(filled: str) -> Iterator[sa.Engine]:
    """The application's own credentials: a user who signs in, member of `cybercantal_app`."""
    engine = open_engine(login(filled, "application", member_of=APPLICATION_ROLE))
    yield engine
    engine.dispose()
