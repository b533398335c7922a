"""Loading the demonstration: the same again, in place of the former one, never over real figures."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from data_access.demonstration import RealDataPresent, load_demonstration
from data_access.engine import data_version, demonstration_as_of, is_demonstration, writing
from data_access.schema import account, agreement, centre, closure, person, visit, welcome_session
from tests.databases import PostgreSQLServer, engine_at, on_sqlite
from tests.demonstrations import demonstration, demonstration_copy, rows_of

EARLY = date(2009, 6, 30)
LATER = date(2010, 3, 1)
# Ten places, their members and their costs: everything that a year's evaluation tells.
WHOLE = date(2013, 12, 31)

Copy = Callable[[date], sa.Engine]


class Broken(Exception):
    """What a test makes a load fail with."""


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """A demonstration loaded before, in a file that the test may write in."""
    engines: list[sa.Engine] = []

    def copied(as_of: date) -> sa.Engine:
        engines.append(engine_at(f"sqlite:///{demonstration_copy(tmp_path, as_of)}"))
        return engines[-1]

    yield copied
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="module")
def on_postgresql(postgresql_server: PostgreSQLServer) -> Iterator[sa.Engine]:
    """The demonstration of the end of 2013, which tests leave as it is."""
    with postgresql_server.database() as url:
        engine = engine_at(url)
        load_demonstration(engine, as_of=WHOLE)
        yield engine
        engine.dispose()


def test_the_same_seed_and_day_give_the_same_rows_and_replace_the_former_ones(copy: Copy) -> None:
    expected = rows_of(demonstration(EARLY))
    engine = copy(LATER)
    between = rows_of(engine)
    load_demonstration(engine, as_of=EARLY)

    assert rows_of(engine) == expected
    assert between["attendance_week"] != expected["attendance_week"]


def test_another_seed_gives_other_people_and_the_same_places() -> None:
    first = rows_of(demonstration(EARLY))
    second = rows_of(demonstration(EARLY, seed=3))

    assert first["person"] != second["person"]
    assert first["centre_capacity"] == second["centre_capacity"]


def test_a_later_day_only_adds_to_the_history() -> None:
    question = sa.text(
        "SELECT p.code, a.day, a.seat_kind, a.half_days, w.distinct_people FROM attendance_day a"
        " JOIN attendance_week w ON w.id = a.attendance_week_id JOIN centre p ON p.id = w.centre_id"
        " WHERE w.week_start < '2013-11-01' ORDER BY p.code, a.day, a.seat_kind"
    )
    histories = []
    for as_of in (WHOLE, date(2017, 5, 30)):
        with demonstration(as_of).connect() as connection:
            histories.append(connection.execute(question).all())

    assert histories[0] == histories[1]


@on_sqlite
def test_figures_that_people_entered_are_not_replaced(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        connection.execute(sa.insert(person).values(family_name="Durand", status="independent"))
        connection.execute(sa.insert(closure).values(starts_on=EARLY, ends_on=EARLY, reason="Neige"))
    expected = rows_of(engine)

    with pytest.raises(RealDataPresent, match=r"personnes \(1\), fermetures \(1\).*indiquez une base vide"):
        load_demonstration(engine, as_of=EARLY)

    assert rows_of(engine) == expected


def test_a_load_that_fails_leaves_the_former_demonstration(copy: Copy) -> None:
    def fail_at_the_end(_step: str, share: float) -> None:
        if share > 0.7:
            raise Broken

    engine = copy(LATER)
    expected = rows_of(engine)

    with pytest.raises(Broken):
        load_demonstration(engine, as_of=EARLY, progress=fail_at_the_end)

    assert rows_of(engine) == expected


def test_the_database_says_that_its_data_are_invented_and_for_which_day() -> None:
    with demonstration(EARLY).connect() as connection:
        assert is_demonstration(connection)
        assert demonstration_as_of(connection) == EARLY


def test_accounts_somebody_has_taken_over_and_reference_rows_outlive_a_replacement(copy: Copy) -> None:
    engine = copy(LATER)
    claimed = "claire.meyniel@example.org"
    with writing(engine) as connection:
        connection.execute(sa.update(account).where(account.c.email == claimed).values(password_hash="…"))
        connection.execute(sa.update(welcome_session).where(welcome_session.c.number == 9).values(place="Carladès"))
        connection.execute(sa.update(centre).where(centre.c.code == "MURAT").values(phone="04 71 00 00 00"))
    load_demonstration(engine, as_of=EARLY)

    with engine.connect() as connection:
        kept = sa.select(account.c.password_hash).where(account.c.email == claimed)
        assert connection.execute(kept).scalars().all() == ["…"]
        place = sa.select(welcome_session.c.place).where(welcome_session.c.number == 9)
        assert connection.execute(place).scalar_one() == "Carladès"
        phone = sa.select(centre.c.phone).where(centre.c.code == "MURAT")
        assert connection.execute(phone).scalar_one() == "04 71 00 00 00"


def test_copies_of_the_network_leave_the_first_one_as_it_is(copy: Copy) -> None:
    engine = copy(EARLY)
    question = sa.text(
        "SELECT p.code, a.day, a.seat_kind, a.half_days FROM attendance_day a"
        " JOIN attendance_week w ON w.id = a.attendance_week_id JOIN centre p ON p.id = w.centre_id"
        " WHERE p.code NOT LIKE '%-COPIE-%' ORDER BY p.code, a.day, a.seat_kind"
    )
    days = []
    for scale in (1, 2, 1):
        if days:
            load_demonstration(engine, as_of=EARLY, scale=scale)
        with engine.connect() as connection:
            days.append(connection.execute(question).all())
            places = connection.execute(sa.select(sa.func.count()).select_from(centre)).scalar_one()

            assert places == 14 + 12 * (scale - 1)

    assert days[0] == days[1] == days[2]


@on_sqlite
@pytest.mark.parametrize("day", [date(2007, 3, 5), date(2009, 1, 1)], ids=["the first Monday", "a new year's day"])
def test_any_day_of_the_history_can_be_shown_and_progress_goes_to_the_end(engine: sa.Engine, day: date) -> None:
    shares: list[float] = []
    load_demonstration(engine, as_of=day, progress=lambda _step, share: shares.append(share))

    with engine.connect() as connection:
        assert demonstration_as_of(connection) == day
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


@on_sqlite
@pytest.mark.parametrize("day", [date(2006, 12, 31), date(2060, 1, 1)])
def test_a_day_outside_the_history_is_refused(engine: sa.Engine, day: date) -> None:
    with pytest.raises(ValueError, match="the demonstration goes from"):
        load_demonstration(engine, as_of=day)


@pytest.mark.parametrize("name", ["sqlite", "postgresql"])
def test_rules_and_data_version_hold_again_once_loaded(request: pytest.FixtureRequest, copy: Copy, name: str) -> None:
    engine: sa.Engine = copy(EARLY) if name == "sqlite" else request.getfixturevalue("on_postgresql")
    with engine.connect().execution_options(immediate=True) as connection, connection.begin() as transaction:
        before = data_version(connection)
        known = connection.execute(sa.select(agreement)).mappings().first()
        assert known is not None
        values = {"centre_id": known["centre_id"], "seat_kind": "office", "source": "desk"}
        # On PostgreSQL the next identifier follows those given in bulk.
        connection.execute(sa.insert(visit).values(started_at=datetime(2009, 6, 30, 9, tzinfo=UTC), **values))
        connection.execute(sa.insert(person).values(family_name="Durand", status="other"))

        assert data_version(connection) > before
        transaction.rollback()


def test_postgresql_holds_the_same_rows_as_sqlite(on_postgresql: sa.Engine) -> None:
    assert rows_of(on_postgresql) == rows_of(demonstration(WHOLE))
