"""A household is stored with its presences as one record: counted, audited, refused and undone as a whole."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.entries.undoing import undo_change
from data_access.records import WelcomeHouseholdRecord
from data_access.refusals import Refused, Rule
from data_access.rights import Actor
from data_access.schema import audit_entry, welcome_attendance, welcome_household, welcome_session
from data_access.writes.rows import Change, Saved
from tests.data_access.entering import entering

NOW = datetime(2017, 5, 30, 8, 0, tzinfo=UTC)
CLAIRE = Actor("claire@cantal.fr", "coordinator")
UNDO = Change(CLAIRE, NOW, "take_back")


@pytest.fixture
def session_id(connection: sa.Connection) -> int:
    values = {"number": 23, "starts_on": date(2017, 5, 10), "ends_on": date(2017, 5, 12), "place": "Mauriac"}
    inserted = connection.execute(sa.insert(welcome_session).values(**values).returning(welcome_session.c.id))
    return int(inserted.scalar_one())


def household(session_id: int, **about: Any) -> WelcomeHouseholdRecord:
    values: dict[str, Any] = {"session_id": session_id, "holders": 1, "people": 3, "presences": (3, 2, None)}
    return WelcomeHouseholdRecord(**(values | about))


def save(connection: sa.Connection, record: WelcomeHouseholdRecord, row_id: int | None = None) -> Saved:
    return entering("household")(connection, CLAIRE, record, now=NOW, row_id=row_id)


def stored(connection: sa.Connection) -> list[tuple[int, int, list[int]]]:
    """Version, people and presences of each household."""
    presences = {
        row_id: [
            row.people_present
            for row in connection.execute(
                sa.select(welcome_attendance)
                .where(welcome_attendance.c.welcome_household_id == row_id)
                .order_by(welcome_attendance.c.day)
            )
        ]
        for row_id in connection.execute(sa.select(welcome_household.c.id)).scalars()
    }
    rows = connection.execute(sa.select(welcome_household).order_by(welcome_household.c.id))
    return [(row.version, row.people, presences[row.id]) for row in rows]


def traces(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar_one())


def test_a_household_takes_nobodys_place_who_still_reads_one_that_is_gone(
    connection: sa.Connection, session_id: int
) -> None:
    gone = save(connection, household(session_id))
    undo_change(connection, UNDO, gone.audit_id or 0)
    other = save(connection, household(session_id, people=5, presences=(5,)))
    before = stored(connection)

    with pytest.raises(Refused) as refusal:
        save(connection, household(session_id, people=2, presences=(2,), base_version=gone.version), gone.row_id)

    # PostgreSQL gives another number to the second household; SQLite the same, with a version nobody has read.
    expected = Rule.RECORD_CHANGED if other.row_id == gone.row_id else Rule.UNKNOWN_RECORD
    assert [problem.rule for problem in refusal.value.problems] == [expected]
    assert stored(connection) == before


def test_the_same_household_again_changes_nothing(connection: sa.Connection, session_id: int) -> None:
    first = save(connection, household(session_id))
    again = save(connection, household(session_id, base_version=1), first.row_id)

    assert again == Saved(first.row_id, 1, already_recorded=True)
    assert stored(connection) == [(1, 3, [3, 2])]
    assert traces(connection) == 1
    changed = save(connection, household(session_id, people=4, base_version=1), first.row_id)
    assert (changed.version, changed.already_recorded) == (2, False)


def test_a_change_of_its_presences_alone_is_a_change(connection: sa.Connection, session_id: int) -> None:
    first = save(connection, household(session_id))
    second = save(connection, household(session_id, presences=(3, 2, 1), base_version=1), first.row_id)

    assert (second.version, second.already_recorded) == (2, False)
    with pytest.raises(Refused):
        save(connection, household(session_id, presences=(1,), base_version=1), first.row_id)
    assert stored(connection) == [(2, 3, [3, 2, 1])]


def test_undoing_puts_a_household_back_with_its_presences(connection: sa.Connection, session_id: int) -> None:
    first = save(connection, household(session_id))
    second = save(connection, household(session_id, people=2, presences=(2, None), base_version=1), first.row_id)

    undone = undo_change(connection, UNDO, second.audit_id or 0)
    assert stored(connection) == [(3, 3, [3, 2])]
    undo_change(connection, UNDO, undone)
    assert stored(connection) == [(4, 2, [2])]


def test_undoing_a_new_household_leaves_nothing_of_it(connection: sa.Connection, session_id: int) -> None:
    saved = save(connection, household(session_id))
    taken_back = undo_change(connection, UNDO, saved.audit_id or 0)

    assert stored(connection) == []
    assert connection.execute(sa.select(welcome_attendance)).all() == []
    undo_change(connection, UNDO, taken_back)
    assert [(people, presences) for _version, people, presences in stored(connection)] == [(3, [3, 2])]
