"""Contracts, meetings, sessions, households, courses and events: what is corrected changes, and nothing else does."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.entries import KINDS
from data_access.entries.engine import find_entries, record_entry, stored_record
from data_access.entries.importing import import_records, undo_import
from data_access.entries.undoing import undo_change
from data_access.records import EventRecord, PlacementRecord, WelcomeSessionRecord
from data_access.refusals import Refused, Rule, Unconfirmed
from data_access.rights import Actor
from data_access.schema import event, placement, welcome_attendance, welcome_household, welcome_session
from data_access.writes.rows import Change, Saved
from tests.factories import add_centre

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
CLAIRE = Actor("claire@cantal.fr", "coordinator")
UNDO = Change(CLAIRE, NOW, "take_back")
NOV_3, NOV_10 = date(2026, 11, 3), date(2026, 11, 10)


def store(connection: sa.Connection, key: str, row_id: int | None = None, **fields: Any) -> Saved:
    """A record as somebody types it."""
    return record_entry(connection, CLAIRE, KINDS[key], KINDS[key].record(**fields), now=NOW, row_id=row_id)


def correct(connection: sa.Connection, key: str, row_id: int, **fields: Any) -> Saved:
    """Some fields of a record that was opened, the others left alone."""
    read = stored_record(connection, CLAIRE, KINDS[key], row_id)
    return record_entry(connection, CLAIRE, KINDS[key], read.model_copy(update=fields), now=NOW, row_id=row_id)


def rows_of(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.select(table).order_by(table.c.id)).mappings()]


def problems_of(problem: pytest.ExceptionInfo[Refused]) -> list[tuple[Rule, str]]:
    return [(each.rule, each.field) for each in problem.value.problems]


@pytest.fixture
def session_id(connection: sa.Connection) -> int:
    """Session 31, four days from 3 November."""
    confirmed = frozenset({Rule.UNUSUAL_LENGTH})
    days = {"starts_on": NOV_3, "ends_on": NOV_3 + timedelta(days=3)}
    return store(connection, "welcome_session", number=31, **days, confirmed=confirmed).row_id


@pytest.fixture
def household(connection: sa.Connection, session_id: int) -> int:
    """Three people, of whom two came the second day and three the fourth; nobody noted the others."""
    presences = (None, 2, None, 3)
    return store(
        connection, "household", session_id=session_id, holders=1, people=3, presences=presences
    ).row_id  # fmt: skip


def presences(connection: sa.Connection) -> list[tuple[date, int]]:
    rows = connection.execute(sa.select(welcome_attendance).order_by(welcome_attendance.c.day))
    return [(row.day, row.people_present) for row in rows]


NOTED = [(date(2026, 11, 4), 2), (date(2026, 11, 6), 3)]


# Households and their session.


def test_correcting_a_household_leaves_its_presences_on_their_days(connection: sa.Connection, household: int) -> None:
    saved = correct(connection, "household", household, people=4)

    assert (saved.already_recorded, presences(connection)) == (False, NOTED)
    assert stored_record(connection, CLAIRE, KINDS["household"], household).presences == (None, 2, None, 3)


def test_a_form_of_three_days_leaves_the_fourth(connection: sa.Connection, household: int) -> None:
    correct(connection, "household", household, presences=(1, None, 3))

    assert presences(connection) == [(NOV_3, 1), (date(2026, 11, 5), 3), (date(2026, 11, 6), 3)]


def test_a_presence_out_of_its_session_stays_as_it_is(connection: sa.Connection, household: int) -> None:
    """Another program noted it there."""
    other = {"welcome_household_id": household, "day": date(2026, 10, 1), "people_present": 1}
    connection.execute(sa.insert(welcome_attendance).values(**other))
    before = presences(connection)

    correct(connection, "household", household, people=4)

    assert presences(connection) == before


def test_presences_follow_a_session_that_moves_once_its_author_says_so(
    connection: sa.Connection, session_id: int, household: int
) -> None:
    days = {"starts_on": NOV_10, "ends_on": NOV_10 + timedelta(days=3)}
    usual = frozenset({Rule.UNUSUAL_LENGTH})

    with pytest.raises(Unconfirmed) as problem:
        correct(connection, "welcome_session", session_id, **days, confirmed=usual)
    assert problems_of(problem) == [(Rule.PRESENCES_MOVE, "starts_on")]
    assert problem.value.problems[0].values == {"presences": 2, "days": 7}
    moved = correct(connection, "welcome_session", session_id, **days, confirmed=usual | {Rule.PRESENCES_MOVE})

    assert presences(connection) == [(day + timedelta(days=7), people) for day, people in NOTED]
    assert rows_of(connection, welcome_household)[0]["version"] == 2
    undo_change(connection, UNDO, moved.audit_id or 0)
    assert presences(connection) == NOTED
    assert rows_of(connection, welcome_session)[0]["starts_on"] == NOV_3


def test_a_file_that_moves_a_session_moves_its_presences(
    connection: sa.Connection, session_id: int, household: int
) -> None:
    record = WelcomeSessionRecord(number=31, starts_on=NOV_10, ends_on=NOV_10 + timedelta(days=3))
    agreed = frozenset({Rule.UNUSUAL_LENGTH, Rule.PRESENCES_MOVE})

    outcome = import_records(
        connection, CLAIRE, "sessions", [(2, record)], file_name="s.csv", now=NOW, confirmed=agreed
    )

    assert len(outcome.changed) == 1
    assert presences(connection) == [(day + timedelta(days=7), people) for day, people in NOTED]
    assert outcome.batch_id is not None
    assert undo_import(connection, CLAIRE, outcome.batch_id, now=NOW) == 1
    assert presences(connection) == NOTED


def test_days_that_leave_a_presence_out_are_refused(connection: sa.Connection, session_id: int, household: int) -> None:
    with pytest.raises(Refused) as problem:
        correct(connection, "welcome_session", session_id, ends_on=date(2026, 11, 5))

    assert problems_of(problem) == [(Rule.PRESENCES_OUTSIDE, "ends_on")]
    assert presences(connection) == NOTED


# Ways to a contract, and meetings.


def contract(**fields: Any) -> dict[str, Any]:
    hired = {"hired_on": date(2026, 3, 2), "contract_kind": "permanent", "employer": "Mairie de Murat"}
    return {"candidate_ref": "C-2026-0520", "informed_on": date(2026, 1, 5), **hired, **fields}


def test_a_permanent_contract_can_end(connection: sa.Connection) -> None:
    typed = store(connection, "placement", **contract(ended_on=date(2026, 6, 30)))
    record = PlacementRecord(**contract(candidate_ref="C-2026-0521", ended_on=date(2026, 6, 30)))
    outcome = import_records(connection, CLAIRE, "placements", [(2, record)], file_name="c.csv", now=NOW)

    assert not typed.already_recorded
    assert outcome.added == [2]
    ended = [(row["contract_kind"], row["ended_on"]) for row in rows_of(connection, placement)]
    assert ended == [("permanent", date(2026, 6, 30))] * 2


def test_whether_the_employer_is_of_the_county_stays(connection: sa.Connection) -> None:
    saved = store(connection, "placement", **contract(employer_in_cantal=True))

    correct(connection, "placement", saved.row_id, employer="Mairie de Massiac")

    assert [row["employer_in_cantal"] for row in rows_of(connection, placement)] == [True]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["C-2026-0519", "C-2026-0520"], "C-2026-0521"),
        (["C001", "C-2026-0520"], "C-2026-0521"),
        (["C099"], "C100"),
        ([], "C001"),
    ],
)
def test_a_reference_left_blank_follows_the_series(connection: sa.Connection, given: list[str], expected: str) -> None:
    for reference in given:
        store(connection, "placement", candidate_ref=reference, informed_on=date(2026, 1, 5))

    store(connection, "placement", informed_on=date(2026, 2, 2))

    assert rows_of(connection, placement)[-1]["candidate_ref"] == expected


@pytest.fixture
def candidate(connection: sa.Connection) -> int:
    """Informed on 5 January, then a candidate on 2 March."""
    row_id = store(connection, "placement", candidate_ref="C-2026-0520", informed_on=date(2026, 1, 5)).row_id
    store(connection, "placement_step", placement_id=row_id, stage="applied", reached_on=date(2026, 3, 2))
    return row_id


def test_the_day_of_a_step_is_corrected(connection: sa.Connection, candidate: int) -> None:
    read = stored_record(connection, CLAIRE, KINDS["placement_step"], candidate)
    assert (read.stage, read.reached_on) == ("applied", date(2026, 3, 2))

    correct(connection, "placement_step", candidate, reached_on=date(2026, 3, 9))

    row = rows_of(connection, placement)[0]
    assert (row["stage"], row["applied_on"], row["informed_on"]) == ("applied", date(2026, 3, 9), date(2026, 1, 5))


def test_a_step_noted_by_mistake_gives_its_place_to_the_right_one(connection: sa.Connection, candidate: int) -> None:
    correct(connection, "placement_step", candidate, stage="trained")

    row = rows_of(connection, placement)[0]
    assert (row["stage"], row["trained_on"], row["applied_on"]) == ("trained", date(2026, 3, 2), None)


def test_a_further_step_keeps_those_before(connection: sa.Connection, candidate: int) -> None:
    hired = {"contract_kind": "fixed_term", "employer": "Mairie de Murat", "reached_on": date(2026, 4, 1)}
    store(connection, "placement_step", placement_id=candidate, stage="hired", **hired)

    row = rows_of(connection, placement)[0]
    assert (row["stage"], row["applied_on"], row["hired_on"]) == ("hired", date(2026, 3, 2), date(2026, 4, 1))
    with pytest.raises(Refused) as problem:
        store(connection, "placement_step", placement_id=candidate, stage="trained", reached_on=date(2026, 4, 2))
    assert problems_of(problem)[0] == (Rule.STEP_NOT_FURTHER, "stage")


# What is the same whatever its writing.


@pytest.mark.parametrize(
    ("key", "one", "other", "field"),
    [
        ("placement", {"candidate_ref": "C9001"}, {"candidate_ref": "c9001"}, "candidate_ref"),
        ("course", {"code": "TEST"}, {"code": "test"}, "code"),
        ("information_meeting", {"place": "Aurillac"}, {"place": "aurillac"}, "held_on"),
        ("event", {"title": "L’été"}, {"title": "L'été"}, "title"),
    ],
)
def test_two_writings_of_a_name_are_one(
    connection: sa.Connection, key: str, one: dict[str, Any], other: dict[str, Any], field: str
) -> None:
    base: dict[str, dict[str, Any]] = {
        "placement": {"informed_on": date(2026, 1, 5)},
        "course": {"title": "Tableurs"},
        "information_meeting": {"held_on": date(2026, 1, 5)},
        "event": {"starts_at": NOW},
    }
    store(connection, key, **base[key] | one)

    with pytest.raises(Refused) as problem:
        store(connection, key, **base[key] | other)

    assert problems_of(problem) == [(Rule.ALREADY_EXISTS, field)]


# Events have a place.


def open_day(centre_code: str | None, attendance: int | None = None, **fields: Any) -> EventRecord:
    begins = datetime(2026, 11, 14, 9, 0, tzinfo=UTC)
    said = {"title": "Permanence emploi", "starts_at": begins, "centre_code": centre_code, "attendance": attendance}
    return EventRecord(**said | fields)


def test_two_centres_hold_the_same_open_day_by_form_and_by_file(connection: sa.Connection) -> None:
    for code in ("MURAT", "YDES"):
        add_centre(connection, code)
    record_entry(connection, CLAIRE, KINDS["event"], open_day("MURAT", 12), now=NOW)

    lines = [(2, open_day("YDES", 7)), (3, open_day(None, 3, place="Mairie")), (4, open_day(None, 4, place="Gare"))]
    outcome = import_records(connection, CLAIRE, "events", lines, file_name="e.csv", now=NOW)

    assert (outcome.added, outcome.changed) == ([2, 3, 4], [])
    assert [row["attendance"] for row in rows_of(connection, event)] == [12, 7, 3, 4]
    again = import_records(connection, CLAIRE, "events", lines, file_name="e.csv", now=NOW)
    assert again.unchanged == [2, 3, 4]
    with pytest.raises(Refused) as problem:
        record_entry(connection, CLAIRE, KINDS["event"], open_day("MURAT", 5), now=NOW)
    assert problems_of(problem) == [(Rule.ALREADY_EXISTS, "title")]
    labels = {each.label for each in find_entries(connection, CLAIRE, KINDS["event"])}
    assert len(labels) == 4


def test_nothing_is_known_of_a_household_before_its_day(connection: sa.Connection, session_id: int) -> None:
    ahead = store(connection, "welcome_session", number=32, starts_on=NOW.date(), ends_on=date(2026, 11, 28)).row_id
    of_two_days = {"session_id": ahead, "holders": 1, "people": 2, "presences": (2, 2)}
    settled_before = {"session_id": session_id, "holders": 1, "people": 2, "outcome": "settled"}

    with pytest.raises(Refused) as tomorrow:
        store(connection, "household", **of_two_days)
    with pytest.raises(Refused) as before:
        store(connection, "household", **settled_before, settled_on=date(2026, 11, 2))

    assert problems_of(tomorrow) == [(Rule.DAY_TOO_LATE, "presence_2")]
    assert problems_of(before) == [(Rule.DAY_TOO_EARLY, "settled_on")]


@pytest.mark.parametrize(
    ("reference", "rule"), [("Jean Dupont", Rule.NAME_FOR_NUMBER), ("520", Rule.LIKE_ANOTHER_NUMBER)]
)
def test_a_candidate_is_a_number_of_their_own(
    connection: sa.Connection, candidate: int, reference: str, rule: Rule
) -> None:
    with pytest.raises(Refused) as problem:
        store(connection, "placement", candidate_ref=reference, informed_on=date(2026, 2, 2))

    assert problems_of(problem)[0] == (rule, "candidate_ref")
