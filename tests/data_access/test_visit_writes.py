"""An arrival or a departure is noted once, with its trace, by who may, or not at all."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dashboard.wording.refusals import refusal_sentence
from dashboard.wording.typography import typeset
from data_access.engine import writing
from data_access.reads.occupancy import occupancy_facts, people_with_agreement, visits_of_day
from data_access.records import ArrivalRecord, DepartureRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor, check_in_of
from data_access.schema import audit_entry, centre_capacity, visit
from data_access.writes.visits import (
    RecordedVisit,
    close_day,
    end_forgotten_days,
    note_new_code,
    record_arrival,
    record_departure,
    restore_check_ins,
    take_back_check_ins,
    undo_arrival,
    undo_departure,
)
from tests.data_access.desks import (
    ANIMATOR,
    COORDINATOR,
    NOW,
    TUESDAY,
    VIEWER,
    add_network,
    add_person,
    add_visit,
    at,
)
from tests.factories import add_centre, add_closure

MONDAY = TUESDAY - timedelta(days=1)


@pytest.fixture
def centres(connection: sa.Connection) -> dict[str, int]:
    return add_network(connection)


def arrival(request_key: str = "first-request", **changes: Any) -> ArrivalRecord:
    values: dict[str, Any] = {"centre_code": "MURAT", "seat_kind": "office", "request_key": request_key}
    return ArrivalRecord(**(values | changes))


def departure(visit_id: int, request_key: str = "first-request") -> DepartureRecord:
    return DepartureRecord(centre_code="MURAT", visit_id=visit_id, request_key=request_key)


def arrive(
    connection: sa.Connection, record: ArrivalRecord, actor: Actor = ANIMATOR, now: datetime = NOW
) -> RecordedVisit:
    return record_arrival(connection, actor, record, now=now)


def rows(connection: sa.Connection, table: sa.Table = visit) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]


def rules(refusal: Refused) -> list[Rule]:
    return [problem.rule for problem in refusal.problems]


def test_an_arrival_is_one_open_visit_and_one_trace(connection: sa.Connection, centres: dict[str, int]) -> None:
    noted = arrive(connection, arrival())

    [row] = rows(connection)
    expected = {
        "id": noted.visit_id,
        "centre_id": centres["MURAT"],
        "seat_kind": "office",
        "person_id": None,
        "started_at": NOW,
        "ended_at": None,
        "source": "desk",
    }
    assert row == expected
    [trace] = rows(connection, audit_entry)
    assert (trace["actor"], trace["action"], trace["row_key"]) == (
        ANIMATOR.name,
        "record_arrival",
        f"MURAT {noted.visit_id}",
    )
    assert trace["before"] is None


def test_the_trace_says_that_somebody_was_known_and_not_who(connection: sa.Connection, centres: dict[str, int]) -> None:
    person_id = add_person(connection, centres["MURAT"])

    arrive(connection, arrival(person_id=person_id))

    [trace] = rows(connection, audit_entry)
    assert trace["after"]["known"] is True
    assert "person_id" not in trace["after"]
    assert "Dupont" not in str(trace)


def test_the_same_request_twice_is_one_arrival(connection: sa.Connection, centres: dict[str, int]) -> None:
    first = arrive(connection, arrival())
    second = arrive(connection, arrival(), now=NOW + timedelta(seconds=20))

    assert (second.visit_id, second.started_at, second.already_recorded) == (first.visit_id, NOW, True)
    assert (len(rows(connection)), len(rows(connection, audit_entry))) == (1, 1)


def test_two_requests_are_two_arrivals(connection: sa.Connection, centres: dict[str, int]) -> None:
    arrive(connection, arrival("first-request"))
    arrive(connection, arrival("second-request"))

    assert len(rows(connection)) == 2


def test_one_arrival_too_many_is_asked_about_then_noted(connection: sa.Connection, centres: dict[str, int]) -> None:
    for number in range(2):
        arrive(connection, arrival(f"request-{number}"))

    with pytest.raises(Unconfirmed) as doubt:
        arrive(connection, arrival("one-too-many"))
    expected = [Problem(Rule.OVER_CAPACITY, "seat_kind", {"seat_kind": "office", "seats": 2, "taken": 2})]
    assert list(doubt.value.problems) == expected
    assert len(rows(connection)) == 2

    arrive(connection, arrival("one-too-many", confirmed=frozenset({Rule.OVER_CAPACITY})))
    assert len(rows(connection)) == 3


def test_the_other_kind_of_seat_is_counted_apart(connection: sa.Connection, centres: dict[str, int]) -> None:
    for number in range(2):
        arrive(connection, arrival(f"request-{number}"))

    arrive(connection, arrival("another-request", seat_kind="open_space"))

    assert [row["seat_kind"] for row in rows(connection)] == ["office", "office", "open_space"]


def test_a_day_of_closing_is_asked_about(connection: sa.Connection, centres: dict[str, int]) -> None:
    add_closure(connection, centres["MURAT"], TUESDAY, TUESDAY)

    for now, expected in (
        (NOW, {"public_holiday": None, "closure_reason": "Travaux", "day": TUESDAY}),
        (at(10, day=TUESDAY + timedelta(days=4)), {"public_holiday": None, "closure_reason": None}),
    ):
        with pytest.raises(Unconfirmed) as doubt:
            arrive(connection, arrival(), now=now)
        [problem] = doubt.value.problems
        assert problem.rule == Rule.CLOSED_TODAY
        assert problem.values | expected == problem.values


def test_a_centre_whose_hours_nobody_recorded_may_be_open(connection: sa.Connection) -> None:
    add_centre(connection, "MURAT", weekdays=())

    arrive(connection, arrival())

    assert len(rows(connection)) == 1


def test_one_arrives_on_the_last_day_of_a_place_and_of_its_seats(connection: sa.Connection) -> None:
    add_centre(connection, "MURAT", closed_on=TUESDAY)
    connection.execute(sa.update(centre_capacity).values(valid_to=TUESDAY))

    arrive(connection, arrival())

    assert len(rows(connection)) == 1


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"status": "planned", "opened_on": None}, Rule.CENTRE_NOT_RECEIVING),
        ({"opened_on": TUESDAY + timedelta(days=1)}, Rule.CENTRE_NOT_RECEIVING),
        ({"status": "closed", "closed_on": MONDAY}, Rule.CENTRE_NOT_RECEIVING),
        ({"seats_office": None}, Rule.NO_SEAT_OF_KIND),
    ],
)
def test_nobody_arrives_where_nobody_is_received(
    connection: sa.Connection, columns: dict[str, Any], expected: Rule
) -> None:
    add_centre(connection, "MURAT", **columns)

    with pytest.raises(Refused) as refusal:
        arrive(connection, arrival())

    assert rules(refusal.value) == [expected]
    assert rows(connection) == rows(connection, audit_entry) == []


@pytest.mark.parametrize("actor", [VIEWER, Actor("ydes@example.org", "animator", frozenset({"YDES"}))])
def test_only_those_who_keep_a_centre_write_in_it(
    connection: sa.Connection, centres: dict[str, int], actor: Actor
) -> None:
    visit_id = add_visit(connection, centres["MURAT"], at(9))
    attempts: list[Callable[[], object]] = [
        lambda: arrive(connection, arrival(), actor),
        lambda: record_departure(connection, actor, departure(visit_id), now=NOW),
        lambda: close_day(connection, actor, centre_code="MURAT", now=NOW),
        lambda: undo_arrival(connection, actor, centre_code="MURAT", visit_id=visit_id, now=NOW),
        lambda: undo_departure(connection, actor, centre_code="MURAT", visit_id=visit_id, now=NOW),
        lambda: visits_of_day(connection, actor, centre_code="MURAT", on=TUESDAY),
        lambda: people_with_agreement(connection, actor, centre_code="MURAT", on=TUESDAY),
    ]

    for attempt in attempts:
        with pytest.raises(Refused) as refusal:
            attempt()
        assert rules(refusal.value) == [Rule.NOT_ALLOWED]
    assert len(rows(connection)) == 1


def test_a_visit_of_another_centre_is_out_of_reach(connection: sa.Connection, centres: dict[str, int]) -> None:
    elsewhere = add_visit(connection, centres["YDES"], at(9))

    with pytest.raises(Refused) as refusal:
        record_departure(connection, ANIMATOR, departure(elsewhere), now=NOW)
    undo_arrival(connection, ANIMATOR, centre_code="MURAT", visit_id=elsewhere, now=NOW)

    assert rules(refusal.value) == [Rule.UNKNOWN_VISIT]
    assert [row["ended_at"] for row in rows(connection)] == [None]


def test_a_known_person_needs_a_running_agreement_there(connection: sa.Connection, centres: dict[str, int]) -> None:
    ended = add_person(connection, centres["MURAT"], ended_on=MONDAY)
    elsewhere = add_person(connection, centres["YDES"], "Martin")

    for person_id in (ended, elsewhere):
        with pytest.raises(Refused) as refusal:
            arrive(connection, arrival(person_id=person_id))
        assert rules(refusal.value) == [Rule.NO_RUNNING_AGREEMENT]


def test_a_person_is_in_one_place_at_a_time(connection: sa.Connection, centres: dict[str, int]) -> None:
    person_id = add_person(connection, centres["MURAT"])
    arrive(connection, arrival(person_id=person_id))

    with pytest.raises(Refused) as refusal:
        arrive(connection, arrival("second-request", person_id=person_id), now=NOW + timedelta(hours=1))

    assert list(refusal.value.problems) == [Problem(Rule.ALREADY_PRESENT, "person_id", {"started_at": NOW})]


def test_a_departure_ends_the_visit_once(connection: sa.Connection, centres: dict[str, int]) -> None:
    visit_id = add_visit(connection, centres["MURAT"], at(9))

    first = record_departure(connection, ANIMATOR, departure(visit_id), now=NOW)
    again = record_departure(connection, ANIMATOR, departure(visit_id), now=NOW + timedelta(minutes=5))

    assert (first.ended_at, first.already_recorded) == (NOW, False)
    assert (again.ended_at, again.already_recorded) == (NOW, True)
    assert len(rows(connection, audit_entry)) == 1


def test_a_departure_somebody_else_noted_meanwhile_is_refused(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    visit_id = add_visit(connection, centres["MURAT"], at(9))
    record_departure(connection, COORDINATOR, departure(visit_id, "other-request"), now=NOW)

    with pytest.raises(Refused) as refusal:
        record_departure(connection, ANIMATOR, departure(visit_id), now=NOW + timedelta(minutes=5))

    assert list(refusal.value.problems) == [Problem(Rule.ALREADY_LEFT, "visit_id", {"ended_at": NOW})]
    assert rows(connection)[0]["ended_at"] == NOW


def test_a_departure_before_the_arrival_ends_the_visit_as_it_begins(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    """Two clocks may disagree by some seconds."""
    visit_id = add_visit(connection, centres["MURAT"], NOW + timedelta(seconds=3))

    left = record_departure(connection, ANIMATOR, departure(visit_id), now=NOW)

    assert left.ended_at == NOW + timedelta(seconds=3)


@pytest.mark.parametrize(
    ("started_at", "now", "expected"),
    [
        (at(9), at(19), at(17)),
        (at(9), at(15), at(15)),
        (at(17, 30), at(19), at(19)),
        (at(9, day=MONDAY), at(8), at(17, day=MONDAY)),
        (at(17, 30, day=MONDAY), at(8), at(17, 30, day=MONDAY)),
        (at(11, day=MONDAY - timedelta(days=1)), at(8), at(18, day=MONDAY - timedelta(days=1))),
    ],
    ids=["evening", "still open", "after hours", "yesterday", "yesterday after hours", "on a Sunday"],
)
def test_the_end_of_the_day_closes_at_closing_time(
    connection: sa.Connection, centres: dict[str, int], started_at: datetime, now: datetime, expected: datetime
) -> None:
    add_visit(connection, centres["MURAT"], started_at)

    [closed] = close_day(connection, ANIMATOR, centre_code="MURAT", now=now)

    assert closed.ended_at == expected
    assert rows(connection)[0]["ended_at"] == expected


def test_the_end_of_the_day_leaves_other_centres_and_ended_visits_alone(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    add_visit(connection, centres["MURAT"], at(9), at(10))
    add_visit(connection, centres["MURAT"], at(9))
    add_visit(connection, centres["YDES"], at(9))

    closed = close_day(connection, ANIMATOR, centre_code="MURAT", now=at(19))
    again = close_day(connection, ANIMATOR, centre_code="MURAT", now=at(20))

    assert (len(closed), again) == (1, [])
    assert [row["ended_at"] for row in rows(connection)] == [at(10), at(17), None]


def test_what_was_noted_can_be_taken_back_and_leaves_its_trace(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    kept = {"centre_code": "MURAT", "now": NOW}
    noted = arrive(connection, arrival())
    record_departure(connection, ANIMATOR, departure(noted.visit_id), now=NOW)

    undo_departure(connection, ANIMATOR, visit_id=noted.visit_id, **kept)
    assert rows(connection)[0]["ended_at"] is None
    undo_arrival(connection, ANIMATOR, visit_id=noted.visit_id, **kept)
    undo_arrival(connection, ANIMATOR, visit_id=noted.visit_id, **kept)

    assert rows(connection) == []
    expected = ["record_arrival", "record_departure", "take_back_departure", "take_back_arrival"]
    assert [trace["action"] for trace in rows(connection, audit_entry)] == expected


def test_arrivals_by_the_code_go_together_and_come_back_without_those_of_the_desk(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    murat = centres["MURAT"]
    for hour, source, centre_id in ((8, "qr", murat), (9, "qr", murat), (9, "desk", murat), (9, "qr", centres["YDES"])):
        add_visit(connection, centre_id, at(hour), ended_at=at(10) if hour == 8 else None, source=source)
    add_visit(connection, murat, at(9), ended_at=at(10), source="qr")
    before = rows(connection)
    span = {"since": at(9), "until": at(10)}

    gone = take_back_check_ins(connection, ANIMATOR, centre_code="MURAT", now=NOW, **span)

    assert gone == [before[1]["id"], before[4]["id"]]
    assert rows(connection) == [before[0], before[2], before[3]]
    for _ in range(2):
        restore_check_ins(connection, ANIMATOR, centre_code="MURAT", visit_ids=gone, now=NOW)
    assert rows(connection) == before
    assert [trace["action"] for trace in rows(connection, audit_entry)] == ["take_back_arrival"] * 2 + [
        "restore_arrival"
    ] * 2


def test_what_was_never_taken_back_is_not_restored_nor_that_of_another_centre(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    noted = arrive(connection, arrival())
    undo_arrival(connection, ANIMATOR, centre_code="MURAT", visit_id=noted.visit_id, now=NOW)

    for visit_id in (noted.visit_id, 9_999):
        with pytest.raises(Refused):
            restore_check_ins(connection, ANIMATOR, centre_code="MURAT", visit_ids=[visit_id], now=NOW)
    for centre_code, actor in (("YDES", ANIMATOR), ("MURAT", VIEWER)):
        with pytest.raises(Refused):
            take_back_check_ins(connection, actor, centre_code=centre_code, since=at(8), until=at(9), now=NOW)
        with pytest.raises(Refused):
            note_new_code(connection, actor, centre_code=centre_code, now=NOW)


@pytest.mark.parametrize(
    ("source", "actor", "left_open"), [("qr", check_in_of("MURAT"), 2), ("desk", ANIMATOR, 0)], ids=["qr", "desk"]
)
def test_who_forgot_to_leave_another_day_takes_no_seat(
    connection: sa.Connection, centres: dict[str, int], source: Any, actor: Actor, left_open: int
) -> None:
    """The code on the wall, the desk and the live occupancy count the same seats; the desk notes the departures too."""
    person_id = add_person(connection, centres["MURAT"])
    for number, somebody in enumerate((person_id, None)):
        arrive(connection, arrival(f"request-{number}", person_id=somebody), now=NOW - timedelta(days=1))

    known = person_id if source == "desk" else None
    assert not arrive(connection, arrival("the-next-day", source=source, person_id=known), actor).already_recorded
    facts = occupancy_facts(connection, at=NOW + timedelta(minutes=1)).filter(centre_code="MURAT", seat_kind="office")
    assert facts.select("seats", "seats_taken", "left_open").row(0) == (2, 1, left_open)


@pytest.mark.parametrize(
    ("actor", "name"), [(ANIMATOR, None), (COORDINATOR, "Télécentre YDES")], ids=["of one", "of both"]
)
def test_the_same_person_at_two_centres_is_asked_about(
    connection: sa.Connection, centres: dict[str, int], actor: Actor, name: str | None
) -> None:
    """Where they are is told to who enters the figures of that centre; who forgot to leave another day is nowhere."""
    person_id = add_person(connection, centres["MURAT"])
    add_visit(connection, centres["YDES"], at(9), person_id=person_id)
    add_visit(connection, centres["YDES"], at(9, day=MONDAY), person_id=person_id)

    with pytest.raises(Unconfirmed) as doubt:
        arrive(connection, arrival(person_id=person_id), actor)

    [problem] = doubt.value.problems
    assert problem.rule == Rule.PRESENT_ELSEWHERE
    assert problem.values["started_at"] == at(9)
    assert problem.values["centre_name"] == name
    assert arrive(connection, arrival(person_id=person_id, confirmed=frozenset(Rule)), actor).ended_at is None


@pytest.mark.parametrize(
    ("started_at", "now", "ended"),
    [
        (at(9), at(17, 59), False),
        (at(9), at(18), True),
        (at(17, 30), at(19), False),
        (at(9, day=MONDAY), at(0, 5), True),
    ],
    ids=["an hour is left", "an hour after closing", "came after closing", "another day"],
)
def test_a_forgotten_departure_is_noted_an_hour_after_closing_time(
    connection: sa.Connection, centres: dict[str, int], started_at: datetime, now: datetime, ended: bool
) -> None:
    add_visit(connection, centres["MURAT"], started_at)

    assert bool(close_day(connection, ANIMATOR, centre_code="MURAT", now=now, overdue=True)) is ended


def test_what_was_forgotten_is_noted_in_every_centre_whoever_opens_none(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    for code, day in (("MURAT", MONDAY), ("MURAT", MONDAY), ("YDES", MONDAY), ("YDES", TUESDAY)):
        add_visit(connection, centres[code], at(9, day=day))

    assert end_forgotten_days(connection, COORDINATOR, now=at(10)) == {"MURAT": 2, "YDES": 1}
    assert end_forgotten_days(connection, COORDINATOR, now=at(10)) == {}
    assert sum(row["ended_at"] is None for row in rows(connection)) == 1


def test_a_visitor_takes_no_seat_that_is_taken(connection: sa.Connection, centres: dict[str, int]) -> None:
    for number in range(2):
        arrive(connection, arrival(f"request-{number}", source="qr"))

    with pytest.raises(Refused) as refusal:
        arrive(connection, arrival("one-too-many", source="qr", confirmed=frozenset(Rule)))

    assert rules(refusal.value) == [Rule.NO_SEAT_LEFT]


def test_visitors_note_no_more_arrivals_than_people_can_make(
    connection: sa.Connection, centres: dict[str, int]
) -> None:
    """Five seats: twenty arrivals by telephone within the hour, whatever the departures."""
    for number in range(20):
        add_visit(connection, centres["MURAT"], NOW - timedelta(minutes=number), NOW, source="qr")

    with pytest.raises(Refused) as refusal:
        arrive(connection, arrival(source="qr"))

    assert rules(refusal.value) == [Rule.TOO_MANY_CHECK_INS]
    arrive(connection, arrival(source="qr"), now=NOW + timedelta(hours=1))
    arrive(connection, arrival("at-the-desk"))


@pytest.mark.parametrize("key", ["", "short", "a" * 81, "né-à-Murat", "two words"])
def test_a_request_has_a_plain_key(key: str) -> None:
    with pytest.raises(ValidationError):
        arrival(key)


RULES_OF_VISITS = {
    Rule.CENTRE_NOT_RECEIVING: {"closed_on": MONDAY},
    Rule.NO_SEAT_OF_KIND: {"seat_kind": "open_space"},
    Rule.ALREADY_PRESENT: {"started_at": NOW},
    Rule.NO_RUNNING_AGREEMENT: {},
    Rule.UNKNOWN_VISIT: {},
    Rule.ALREADY_LEFT: {"ended_at": NOW},
    Rule.NO_SEAT_LEFT: {"seat_kind": "office", "seats": 6},
    Rule.TOO_MANY_CHECK_INS: {"arrivals": 20},
    Rule.OVER_CAPACITY: {"seat_kind": "open_space", "seats": 1, "taken": 1},
    Rule.CLOSED_TODAY: {"public_holiday": None, "closure_reason": None, "day": TUESDAY},
}


@pytest.mark.parametrize(("rule", "values"), RULES_OF_VISITS.items())
def test_every_refusal_of_a_visit_has_its_sentence(rule: Rule, values: dict[str, Any]) -> None:
    sentence = refusal_sentence(rule, values)

    assert sentence[-1] in ".?"
    assert sentence == typeset(sentence)


@pytest.fixture
def network(engine: sa.Engine) -> sa.Engine:
    """The small network, committed: several connections write in it."""
    with writing(engine) as connection:
        add_network(connection)
    return engine


def test_those_who_want_the_last_seat_at_once_do_not_both_take_it(network: sa.Engine) -> None:
    """Eight telephones, two seats: two arrivals."""
    outcomes: list[str] = []

    def come(number: int) -> None:
        try:
            with writing(network) as connection:
                arrive(connection, arrival(f"telephone-{number}", source="qr"))
            outcomes.append("there")
        except Refused as refusal:
            outcomes.append(refusal.problems[0].rule)

    threads = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["no_seat_left"] * 6 + ["there"] * 2
    with network.connect() as connection:
        assert len(rows(connection)) == 2


def test_the_same_request_sent_many_times_at_once_is_one_arrival(network: sa.Engine) -> None:
    def send() -> None:
        with writing(network) as connection:
            arrive(connection, arrival())

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with network.connect() as connection:
        assert len(rows(connection)) == 1


@given(
    taps=st.lists(
        st.tuples(st.sampled_from(["office", "open_space", "leave", "close"]), st.integers(1, 5), st.integers(0, 90)),
        max_size=12,
    )
)
def test_whatever_is_tapped_replays_change_nothing_and_nobody_leaves_before_coming(
    connection: sa.Connection, taps: list[tuple[str, int, int]]
) -> None:
    with connection.begin_nested() as undone:
        add_network(connection)
        now, here = at(9), []
        for place, (what, key, minutes) in enumerate(taps):
            now += timedelta(minutes=minutes)
            if what == "close":
                close_day(connection, ANIMATOR, centre_code="MURAT", now=now)
            elif what == "leave" and here:
                record = departure(here[key % len(here)], f"departure-{place}")
                with suppress(Refused):
                    left = record_departure(connection, ANIMATOR, record, now=now)
                    again = record_departure(connection, ANIMATOR, record, now=now)
                    assert again == replace(left, already_recorded=True)
            elif what != "leave":
                record_of_arrival = arrival(f"arrival-{place}", seat_kind=what, confirmed=frozenset(Rule))
                first = arrive(connection, record_of_arrival, now=now)
                assert arrive(connection, record_of_arrival, now=now).visit_id == first.visit_id
                here.append(first.visit_id)
        found = rows(connection)
        assert [row["id"] for row in found] == here
        assert all(row["ended_at"] is None or row["ended_at"] >= row["started_at"] for row in found)
        undone.rollback()
