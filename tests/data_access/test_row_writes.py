"""A row is stored once with its trace, refused when it was changed meanwhile, and can be taken back to what it was."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.engine import writing
from data_access.entries.undoing import undo_change, undo_changes_of_import
from data_access.refusals import Refused, Rule
from data_access.rights import Actor
from data_access.schema import agreement, audit_entry, information_meeting, person
from data_access.writes.rows import Change, Saved, remove_row, store_row
from tests.factories import add_centre

NOW = datetime(2017, 5, 30, 8, 0, tzinfo=UTC)
CLAIRE = Actor("claire@cantal.fr", "coordinator")
ELISE = Actor("elise@cantal.fr", "animator", frozenset({"MURAT"}))
SARA = Actor("sara@cantal.fr", "viewer")
MEETING = {"held_on": date(2017, 5, 9), "place": "Aurillac", "attendees": 12, "interested": 5}


def change(actor: Actor = CLAIRE, **about: Any) -> Change:
    return Change(actor, NOW, "record_information_meeting", **about)


def store(connection: sa.Connection, values: dict[str, Any], **about: Any) -> Saved:
    told = {name: about.pop(name) for name in ("row_id", "base_version") if name in about}
    return store_row(
        connection, change(**about), information_meeting, row_key="2017-05-09 Aurillac", values=values, **told
    )


def stored(connection: sa.Connection) -> list[dict[str, Any]]:
    rows = connection.execute(sa.select(information_meeting).order_by(information_meeting.c.id)).mappings()
    return [{name: row[name] for name in (*MEETING, "version")} for row in rows]


def refused_for(problem: pytest.ExceptionInfo[Refused]) -> list[Rule]:
    return [each.rule for each in problem.value.problems]


def test_a_new_row_is_version_1_and_leaves_a_trace(connection: sa.Connection) -> None:
    saved = store(connection, MEETING)

    assert stored(connection) == [MEETING | {"version": 1}]
    entry = connection.execute(sa.select(audit_entry)).one()
    assert (entry.id, entry.row_id, entry.before) == (saved.audit_id, saved.row_id, None)
    assert entry.after == MEETING | {"held_on": "2017-05-09"}


def test_the_same_row_again_changes_nothing(connection: sa.Connection) -> None:
    first = store(connection, MEETING)
    again = store(connection, MEETING, row_id=first.row_id, base_version=1)

    assert again == Saved(first.row_id, 1, already_recorded=True)
    assert connection.execute(sa.select(sa.func.count()).select_from(audit_entry)).scalar_one() == 1


def test_a_request_sent_a_hundred_times_is_answered_once(connection: sa.Connection) -> None:
    saved = {store(connection, MEETING, request_key="once-only").row_id for _ in range(100)}

    assert len(saved) == 1
    assert len(stored(connection)) == 1


def test_a_correction_made_on_an_older_version_is_refused_and_names_who_was_first(connection: sa.Connection) -> None:
    first = store(connection, MEETING)
    store(connection, MEETING | {"attendees": 13}, row_id=first.row_id, base_version=1)

    with pytest.raises(Refused) as problem:
        store(connection, MEETING | {"attendees": 20}, row_id=first.row_id, base_version=1)

    assert refused_for(problem) == [Rule.RECORD_CHANGED]
    assert problem.value.problems[0].values == {"actor": CLAIRE.name, "at": NOW}
    assert stored(connection)[0]["attendees"] == 13


def test_a_rule_of_the_database_is_told_and_nothing_is_written(engine: sa.Engine) -> None:
    with pytest.raises(Refused) as problem, writing(engine) as connection:
        store(connection, MEETING | {"interested": 40})

    assert refused_for(problem) == [Rule.REFUSED_BY_DATABASE]
    with engine.connect() as connection:
        assert stored(connection) == []
        assert connection.execute(sa.select(audit_entry)).all() == []


def test_taking_back_a_creation_removes_the_row(connection: sa.Connection) -> None:
    saved = store(connection, MEETING)

    undo_change(connection, change(), saved.audit_id or 0)

    assert stored(connection) == []


def test_taking_back_a_correction_restores_the_values_and_counts_a_version(connection: sa.Connection) -> None:
    first = store(connection, MEETING)
    second = store(connection, MEETING | {"attendees": 13}, row_id=first.row_id, base_version=1)

    undo_change(connection, change(), second.audit_id or 0)

    assert stored(connection) == [MEETING | {"version": 3}]


def test_taking_back_a_removal_brings_the_row_back_under_its_number(connection: sa.Connection) -> None:
    saved = store(connection, MEETING)
    removed = remove_row(connection, change(), information_meeting, row_key="2017-05-09 Aurillac", row_id=saved.row_id)

    undo_change(connection, change(), removed or 0)

    assert connection.execute(sa.select(information_meeting.c.id)).scalar_one() == saved.row_id
    assert stored(connection) == [MEETING | {"version": 3}]


def test_what_was_taken_back_can_be_done_again_by_taking_that_back(connection: sa.Connection) -> None:
    saved = store(connection, MEETING)
    undone = undo_change(connection, change(), saved.audit_id or 0)

    undo_change(connection, change(), undone)

    assert [row["attendees"] for row in stored(connection)] == [12]


def test_a_change_is_taken_back_once(connection: sa.Connection) -> None:
    saved = store(connection, MEETING)
    undo_change(connection, change(), saved.audit_id or 0)

    with pytest.raises(Refused) as problem:
        undo_change(connection, change(), saved.audit_id or 0)

    assert refused_for(problem) == [Rule.ALREADY_TAKEN_BACK]


def test_a_change_followed_by_another_is_not_taken_back(connection: sa.Connection) -> None:
    first = store(connection, MEETING)
    store(connection, MEETING | {"attendees": 13}, row_id=first.row_id, base_version=1)

    with pytest.raises(Refused) as problem:
        undo_change(connection, change(), first.audit_id or 0)

    assert refused_for(problem) == [Rule.CHANGED_SINCE]
    assert stored(connection)[0]["attendees"] == 13


def test_what_something_else_relies_on_is_not_taken_back(connection: sa.Connection) -> None:
    centre_id = add_centre(connection, "MURAT")
    values = {"family_name": "Delmas", "status": "independent", "created_at": NOW}
    added = store_row(connection, change(), person, row_key="1", values=values)
    signed = {"seat_kind": "office", "formula": "month", "signed_on": date(2017, 5, 2)}
    connection.execute(sa.insert(agreement).values(centre_id=centre_id, person_id=added.row_id, **signed))

    with pytest.raises(Refused) as problem:
        undo_change(connection, change(), added.audit_id or 0)

    assert refused_for(problem) == [Rule.STILL_USED]
    assert connection.execute(sa.select(person.c.family_name)).scalar_one() == "Delmas"


@pytest.mark.parametrize(("actor", "allowed"), [(CLAIRE, True), (ELISE, False), (SARA, False)], ids=lambda it: str(it))
def test_only_a_coordinator_takes_back_the_change_of_another(
    connection: sa.Connection, actor: Actor, allowed: bool
) -> None:
    saved = store(connection, MEETING, actor=Actor("claude@cantal.fr", "coordinator"))

    if allowed:
        undo_change(connection, change(actor), saved.audit_id or 0)
    else:
        with pytest.raises(Refused) as problem:
            undo_change(connection, change(actor), saved.audit_id or 0)
        assert refused_for(problem) == [Rule.NOT_YOUR_ROLE]


def test_an_import_is_taken_back_as_a_whole(connection: sa.Connection) -> None:
    kept = store(connection, MEETING)
    store(connection, MEETING | {"attendees": 30}, row_id=kept.row_id, base_version=1, import_batch_id=7)
    store(connection, MEETING | {"place": "Mauriac"}, import_batch_id=7)

    assert undo_changes_of_import(connection, change(), 7) == 2

    assert stored(connection) == [MEETING | {"version": 3}]


def test_an_import_of_which_one_row_was_corrected_since_stays_whole(engine: sa.Engine) -> None:
    with writing(engine) as connection:
        imported = store(connection, MEETING, import_batch_id=7)
        store(connection, MEETING | {"place": "Mauriac"}, import_batch_id=7)
        store(connection, MEETING | {"attendees": 13}, row_id=imported.row_id, base_version=1)

    with pytest.raises(Refused), writing(engine) as connection:
        undo_changes_of_import(connection, change(), 7)

    with engine.connect() as connection:
        assert [row["place"] for row in stored(connection)] == ["Aurillac", "Mauriac"]


def test_a_row_that_gets_the_number_of_a_removed_one_is_not_taken_for_it(connection: sa.Connection) -> None:
    """SQLite gives numbers again: who still has the removed row on their screen corrects nothing."""
    first = store(connection, MEETING)
    assert first.audit_id is not None
    undo_change(connection, change(), first.audit_id)
    again = store(connection, MEETING)

    with pytest.raises(Refused) as problem:
        store(connection, MEETING | {"attendees": 20}, row_id=first.row_id, base_version=first.version)

    # PostgreSQL gives a number once: the removed row is simply gone there.
    expected = Rule.RECORD_CHANGED if again.row_id == first.row_id else Rule.UNKNOWN_RECORD
    assert refused_for(problem) == [expected]
