"""Live occupancy counts who is there, says what nobody knows, and never reads the history."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from data_access.reads.occupancy import live_centres, occupancy_by_half_hour, occupancy_facts, replayed_to
from data_access.schema import dataset, visit
from tests.data_access.desks import NOW, TUESDAY, add_history, add_network, add_visit, at
from tests.factories import add_capacity, add_centre, add_closure


@pytest.fixture
def centres(connection: sa.Connection) -> dict[str, int]:
    return add_network(connection)


def taken(connection: sa.Connection) -> dict[tuple[str, str], int | None]:
    facts = occupancy_facts(connection, at=NOW)
    return {(code, kind): seats for code, kind, seats in facts.select("centre_code", "seat_kind", "seats_taken").rows()}


def test_a_visit_without_an_end_takes_a_seat_of_its_kind(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_visit(connection, centres["MURAT"], at(9))
    add_visit(connection, centres["MURAT"], at(9, 30), seat_kind="open_space")
    add_visit(connection, centres["MURAT"], at(9), at(9, 45))
    add_visit(connection, centres["YDES"], at(8), at(9))

    expected = {("MURAT", "office"): 1, ("MURAT", "open_space"): 1, ("YDES", "office"): 0}

    assert taken(connection) == expected


def test_a_centre_without_news_for_a_day_is_unknown_and_not_empty(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    add_visit(connection, centres["YDES"], NOW - timedelta(hours=24, minutes=1), NOW - timedelta(hours=24, seconds=1))

    assert taken(connection)["YDES", "office"] is None

    add_visit(connection, centres["YDES"], NOW - timedelta(hours=24, minutes=1), NOW - timedelta(hours=24))
    assert taken(connection)["YDES", "office"] == 0


def test_a_departure_that_nobody_noted_is_told_and_takes_no_seat(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    add_visit(connection, centres["MURAT"], at(14, day=TUESDAY - timedelta(days=1)))
    add_visit(connection, centres["MURAT"], at(9))

    row = occupancy_facts(connection, at=NOW).row(0, named=True)

    assert (row["seats_taken"], row["left_open"]) == (1, 1)


def test_what_is_to_come_is_read_as_such(connection: sa.Connection, centres: dict[str, int]) -> None:
    """Sensors and bookings write what they foresee: at each instant the sentence says what the curve says."""
    add_visit(connection, centres["MURAT"], at(9), at(17))
    add_visit(connection, centres["MURAT"], at(14))
    add_visit(connection, centres["MURAT"], at(9, day=TUESDAY - timedelta(days=30)))
    add_visit(connection, centres["YDES"], at(8), at(9))
    add_visit(connection, centres["YDES"], at(9, day=TUESDAY + timedelta(days=1)))
    course = occupancy_by_half_hour(connection, day=TUESDAY, until=at(21)).select("slot", "seats_taken").rows()
    now = {hour: int(occupancy_facts(connection, at=at(hour))["seats_taken"].sum()) for hour in (8, 9, 10, 14, 17)}

    assert now == {8: 1, 9: 1, 10: 1, 14: 2, 17: 1}
    assert {slot.hour: seats for slot, seats in course if slot.minute == 0 and slot.hour in now} == now
    assert occupancy_facts(connection, at=NOW)["left_open"].to_list() == [1, 0, 0]


def test_only_a_replay_of_the_demonstration_moves_the_clock(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_visit(connection, centres["MURAT"], at(9), at(17))
    connection.execute(sa.update(dataset).values(demonstration=True))
    assert replayed_to(connection, on=TUESDAY) is None

    connection.execute(sa.update(dataset).values(replayed_to=at(15, 30)))
    assert replayed_to(connection, on=TUESDAY) == at(15, 30)
    assert replayed_to(connection, on=TUESDAY + timedelta(days=1)) is None
    connection.execute(sa.update(dataset).values(demonstration=False))
    assert replayed_to(connection, on=TUESDAY) is None


def test_somebody_on_a_kind_of_seat_the_centre_has_not_is_shown(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    add_visit(connection, centres["YDES"], at(9), seat_kind="open_space")

    facts = occupancy_facts(connection, at=NOW).filter(pl.col("seat_kind") == "open_space")

    assert ("YDES", 0, 1) in facts.select("centre_code", "seats", "seats_taken").rows()


def test_seats_are_those_of_the_day(connection: sa.Connection) -> None:
    centre_id = add_centre(connection, "MURAT", seats_office=None)
    add_capacity(connection, centre_id, "office", 2, valid_to=TUESDAY)
    add_capacity(connection, centre_id, "office", 5, valid_from=TUESDAY + timedelta(days=1))

    seats = [occupancy_facts(connection, at=NOW + timedelta(days=later))["seats"].to_list() for later in (0, 1)]

    assert seats == [[2], [5]]


def test_places_that_are_planned_closed_or_to_come_are_left_out(connection: sa.Connection) -> None:
    add_centre(connection, "PIERREFORT", status="planned", opened_on=None)
    add_centre(connection, "YDES", status="closed", closed_on=TUESDAY - timedelta(days=1))
    add_centre(connection, "MURAT", opened_on=TUESDAY + timedelta(days=1))
    add_centre(connection, "ALLANCHE", opened_on=TUESDAY)

    assert live_centres(connection, at=NOW)["centre_code"].to_list() == ["ALLANCHE"]
    assert occupancy_facts(connection, at=NOW)["centre_code"].to_list() == ["ALLANCHE"]


def test_a_closed_day_says_why(connection: sa.Connection) -> None:
    add_centre(connection, "OPEN")
    shut = add_centre(connection, "SHUT")
    add_closure(connection, shut, TUESDAY, TUESDAY)
    add_centre(connection, "MONDAYS", weekdays=(1,))
    add_centre(connection, "NO HOURS", weekdays=())
    known = {row["centre_code"]: row for row in live_centres(connection, at=NOW).iter_rows(named=True)}

    assert (known["OPEN"]["opens_at"].hour, known["OPEN"]["closes_at"].hour) == (9, 17)
    assert known["OPEN"]["closure_reason"] is None
    assert known["SHUT"]["closure_reason"] == "Travaux"
    assert (known["MONDAYS"]["keeps_hours"], known["MONDAYS"]["opens_at"]) == (True, None)
    assert (known["NO HOURS"]["keeps_hours"], known["NO HOURS"]["opens_at"]) == (False, None)
    whit_monday = live_centres(connection, at=at(10, day=date(2017, 6, 5)))
    assert whit_monday["public_holiday"].unique().to_list() == ["Lundi de Pentecôte"]


def test_news_are_the_last_arrival_or_departure(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_visit(connection, centres["MURAT"], at(8, 30), at(10, 7))
    add_visit(connection, centres["MURAT"], at(9))

    known = live_centres(connection, at=NOW).select("centre_code", "last_news_at").rows()

    assert known == [("MURAT", at(10, 7)), ("YDES", None)]


def test_half_hours_count_who_is_there_at_that_instant(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_visit(connection, centres["MURAT"], at(9), at(10))
    add_visit(connection, centres["YDES"], at(9, 20))
    slots = occupancy_by_half_hour(connection, day=TUESDAY, until=NOW)

    expected = [(7, 0, 0), (8, 30, 0), (9, 0, 1), (9, 30, 2), (10, 0, 1)]
    shown = [(slot.hour, slot.minute, seats) for slot, seats in slots.select("slot", "seats_taken").iter_rows()]

    assert [row for row in shown if row in expected] == expected
    assert shown[-1] == (10, 0, 1)


def test_usual_days_are_the_last_eight_same_weekdays_with_a_visit(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    tuesdays = [TUESDAY - timedelta(weeks=back) for back in range(1, 13)]
    for day in (*tuesdays[:3], *tuesdays[4:]):
        add_visit(connection, centres["MURAT"], at(9, day=day), at(10, day=day))
    add_visit(connection, centres["MURAT"], at(9, day=TUESDAY - timedelta(days=1)), at(10, day=TUESDAY))

    slots = occupancy_by_half_hour(connection, day=TUESDAY, until=NOW)

    # Nobody has come yet that very Tuesday.
    expected = sorted([*tuesdays[:3], *tuesdays[4:9]])
    assert sorted(slots["day"].unique().to_list()) == expected


def test_a_day_nobody_noted_is_no_day_without_anybody(connection: sa.Connection, centres: dict[str, int]) -> None:
    last_week = TUESDAY - timedelta(weeks=1)
    add_visit(connection, centres["MURAT"], at(9, day=last_week), at(10, day=last_week))

    assert occupancy_by_half_hour(connection, day=TUESDAY, until=NOW)["day"].unique().to_list() == [last_week]


def test_the_course_of_a_day_keeps_to_the_centres_asked_for(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_visit(connection, centres["YDES"], at(9))

    assert occupancy_by_half_hour(connection, day=TUESDAY, until=NOW, centres=["MURAT"]).is_empty()
    assert occupancy_by_half_hour(connection, day=TUESDAY, until=NOW, centres=["YDES"])["seats_taken"].sum() == 3


def test_frames_are_typed_without_a_row(connection: sa.Connection) -> None:
    assert occupancy_facts(connection, at=NOW).schema["seats_taken"] == pl.Int64
    assert live_centres(connection, at=NOW).schema["last_news_at"] == pl.Datetime("us", "UTC")
    assert occupancy_by_half_hour(connection, day=TUESDAY, until=NOW).schema["seats_taken"] == pl.Int64


# What is read does not grow with the history.

QUESTIONS: dict[str, Callable[[sa.Connection], Any]] = {
    "occupancy_facts": lambda connection: occupancy_facts(connection, at=NOW),
    "live_centres": lambda connection: live_centres(connection, at=NOW),
    "occupancy_by_half_hour": lambda connection: occupancy_by_half_hour(connection, day=TUESDAY, until=NOW),
}
YEAR, TEN_YEARS = 365, 3650


@contextmanager
def statements(connection: sa.Connection) -> Iterator[list[tuple[str, Any]]]:
    """The statements sent to the engine meanwhile, with their values."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)


def plan(connection: sa.Connection, ask: Callable[[sa.Connection], Any]) -> str:
    """How the engine answers a question, in its own words."""
    with statements(connection) as sent:
        ask(connection)
    verb = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    lines = [row[-1] for statement, values in sent for row in connection.exec_driver_sql(f"{verb} {statement}", values)]
    return "\n".join(lines)


def rows_read(connection: sa.Connection, ask: Callable[[sa.Connection], Any]) -> int:
    """What the engine goes through: rows of visits on PostgreSQL, steps of its machine on SQLite."""
    with statements(connection) as sent:
        ask(connection)
    if connection.dialect.name == "sqlite":
        return _sqlite_steps(connection, sent)
    total = 0
    for statement, values in sent:
        answer = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
        total += _visits_in(answer if isinstance(answer, list) else json.loads(answer))
    return total


def _sqlite_steps(connection: sa.Connection, sent: list[tuple[str, Any]]) -> int:
    raw = connection.connection.dbapi_connection
    assert raw is not None
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    raw.set_progress_handler(step, 1)
    try:
        for statement, values in sent:
            connection.exec_driver_sql(statement, values).all()
    finally:
        raw.set_progress_handler(None, 0)
    return steps


def _visits_in(node: Any) -> int:
    if isinstance(node, list):
        return sum(_visits_in(part) for part in node)
    if not isinstance(node, dict):
        return 0
    found = sum(_visits_in(part) for part in node.values())
    if node.get("Relation Name") == "visit":
        removed = sum(value for name, value in node.items() if name.startswith("Rows Removed"))
        found += round((node["Actual Rows"] + removed) * node["Actual Loops"])
    return found


def fill(connection: sa.Connection, centres: dict[str, int], last_day: date, days: int) -> None:
    add_history(connection, list(centres.values()), last_day, days)
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ANALYZE visit"))


def test_ten_years_of_history_are_read_like_one(connection: sa.Connection, centres: dict[str, int]) -> None:
    yesterday = TUESDAY - timedelta(days=1)
    fill(connection, centres, yesterday, YEAR)
    for minute in range(3):
        add_visit(connection, centres["MURAT"], at(9, minute))
    after_one_year = {name: rows_read(connection, ask) for name, ask in QUESTIONS.items()}
    fill(connection, centres, yesterday - timedelta(days=YEAR), TEN_YEARS - YEAR)
    assert connection.execute(sa.select(sa.func.count()).select_from(visit)).scalar_one() > 14_000

    after_ten_years = {name: rows_read(connection, ask) for name, ask in QUESTIONS.items()}

    # No more, perhaps less: PostgreSQL goes through a small table rather than through its index.
    assert {name: rows for name, rows in after_ten_years.items() if rows > after_one_year[name]} == {}


def test_open_visits_are_found_by_their_index(connection: sa.Connection, centres: dict[str, int]) -> None:
    fill(connection, centres, TUESDAY - timedelta(days=1), YEAR)
    add_visit(connection, centres["MURAT"], at(9))

    shown = plan(connection, QUESTIONS["occupancy_facts"])

    assert "ix_visit_open" in shown
    # No way through the whole table: not by rows, nor by the index on arrivals without a bound.
    assert "SCAN visit\n" not in f"{shown}\n"
    assert "Seq Scan on visit" not in shown
