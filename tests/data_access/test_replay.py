"""A replay plays one plausible day in a demonstration, and in nothing else."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from data_access.demonstration.visits import NobodyComes, NotADemonstration, begin_replay
from data_access.engine import writing
from data_access.reads.occupancy import occupancy_facts
from data_access.schema import dataset, visit
from tests.data_access.desks import TUESDAY, add_network, add_visit, at
from tests.factories import add_closure

LAST_WEEK = TUESDAY - timedelta(weeks=1)


@pytest.fixture
def demonstration(engine: sa.Engine) -> sa.Engine:
    """Two centres; on the Tuesday before, three people came to Murat and one to Ydes, and fewer the week before that."""
    with writing(engine) as connection:
        connection.execute(sa.update(dataset).values(demonstration=True))
        centres = add_network(connection)
        for hour in (9, 10, 11):
            add_visit(connection, centres["MURAT"], at(hour, day=LAST_WEEK), at(hour + 2, day=LAST_WEEK))
        add_visit(connection, centres["YDES"], at(14, day=LAST_WEEK), at(16, 30, day=LAST_WEEK), source="qr")
        earlier = LAST_WEEK - timedelta(weeks=1)
        add_visit(connection, centres["MURAT"], at(9, day=earlier), at(17, day=earlier))
    return engine


def there(engine: sa.Engine, hour: int) -> int:
    with engine.connect() as connection:
        return int(occupancy_facts(connection, at=at(hour))["seats_taken"].sum())


def visits_of(engine: sa.Engine, day: date) -> list[tuple[object, ...]]:
    columns = (visit.c.centre_id, visit.c.seat_kind, visit.c.started_at, visit.c.ended_at, visit.c.source)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(*columns).order_by(visit.c.started_at, visit.c.id)).all()
    return [tuple(row) for row in rows if at(0, day=day) <= row.started_at < at(0, day=day + timedelta(days=1))]


def test_people_come_and_leave_at_the_hours_of_the_busiest_like_day(demonstration: sa.Engine) -> None:
    replay = begin_replay(demonstration, day=TUESDAY)

    counts = []
    for hour in (9, 10, 11, 13, 15, 17):
        replay.advance(at(hour))
        counts.append(there(demonstration, hour))

    assert counts == [1, 2, 2, 0, 1, 0]
    assert (replay.arrivals, replay.departures, replay.is_over) == (4, 4, True)
    [model, played] = [
        [(centre, kind, source) for centre, kind, _start, _end, source in visits_of(demonstration, day)]
        for day in (LAST_WEEK, TUESDAY)
    ]
    assert played == model
    assert visits_of(demonstration, TUESDAY)[0][2:4] == (at(9), at(11))


def test_nothing_is_written_when_nothing_happens(demonstration: sa.Engine) -> None:
    from data_access.engine import data_version

    replay = begin_replay(demonstration, day=TUESDAY)
    replay.advance(at(9))
    with demonstration.connect() as connection:
        before = data_version(connection)
    replay.advance(at(9, 30))

    with demonstration.connect() as connection:
        assert data_version(connection) == before


def test_a_replay_begins_with_an_empty_day(demonstration: sa.Engine) -> None:
    begin_replay(demonstration, day=TUESDAY).advance(at(11))

    again = begin_replay(demonstration, day=TUESDAY)
    assert visits_of(demonstration, TUESDAY) == []
    again.advance(at(10))
    assert len(visits_of(demonstration, TUESDAY)) == 2


def test_whoever_was_left_from_another_day_is_gone(demonstration: sa.Engine) -> None:
    with writing(demonstration) as connection:
        add_visit(connection, 1, at(15, day=LAST_WEEK))

    begin_replay(demonstration, day=TUESDAY)

    with demonstration.connect() as connection:
        assert connection.execute(sa.select(visit.c.id).where(visit.c.ended_at.is_(None))).all() == []


def test_a_departure_noted_meanwhile_at_the_desk_is_kept(demonstration: sa.Engine) -> None:
    replay = begin_replay(demonstration, day=TUESDAY)
    replay.advance(at(9))
    with writing(demonstration) as connection:
        connection.execute(sa.update(visit).where(visit.c.ended_at.is_(None)).values(ended_at=at(9, 5)))

    replay.advance(at(17))

    assert visits_of(demonstration, TUESDAY)[0][2:4] == (at(9), at(9, 5))


def test_real_data_are_never_played_with(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        centres = add_network(connection)
        add_visit(connection, centres["MURAT"], at(9), None)

    with pytest.raises(NotADemonstration):
        begin_replay(engine, day=TUESDAY)

    assert len(visits_of(engine, TUESDAY)) == 1


@pytest.mark.parametrize("day", [TUESDAY + timedelta(days=5), date(2017, 5, 25), TUESDAY + timedelta(weeks=40)])
def test_nobody_comes_on_a_day_of_closing_or_long_after(demonstration: sa.Engine, day: date) -> None:
    with pytest.raises(NobodyComes):
        begin_replay(demonstration, day=day)


def test_a_centre_that_is_shut_that_day_stays_empty(demonstration: sa.Engine) -> None:
    with writing(demonstration) as connection:
        add_closure(connection, 1, TUESDAY, TUESDAY)

    replay = begin_replay(demonstration, day=TUESDAY)
    replay.advance(at(18))

    assert [row[0] for row in visits_of(demonstration, TUESDAY)] == [2]
