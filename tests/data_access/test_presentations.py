"""A show for a fair: stored by who coordinates, found by anybody, and made of sums alone."""

from dataclasses import is_dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from data_access import summaries
from data_access.entries.undoing import undo_change
from data_access.reads.attendance import attendance_facts
from data_access.reads.presentation import present_occupancy, presentation_facts, saved_presentations
from data_access.records import PresentationRecord
from data_access.refusals import Refused, Rule
from data_access.rights import VISITOR, Actor, NotPermitted, actor_of, set_actor
from data_access.schema import agreement, audit_entry, event, person, visit
from data_access.schema import presentation as table
from data_access.writes.presentations import record_presentation, remove_presentation
from data_access.writes.rows import Change, Saved
from tests.factories import add_centre

NOW = datetime(2017, 5, 30, 8, tzinfo=UTC)
TODAY = date(2017, 5, 30)
CLAIRE = Actor("claire@cantal.fr", "coordinator")
ELISE = Actor("elise@cantal.fr", "animator", frozenset({"MURAT"}))


def store(connection: sa.Connection, *, actor: Actor = CLAIRE, row_id: int | None = None, **fields: Any) -> Saved:
    record = PresentationRecord(**{"name": "Ruralitic 2017", "slides": ("carte", "pass"), **fields})
    return record_presentation(connection, actor, record, now=NOW, row_id=row_id)


def rules(connection: sa.Connection, **fields: Any) -> list[tuple[Rule, str]]:
    with pytest.raises(Refused) as refused:
        store(connection, **fields)
    return [(problem.rule, problem.field) for problem in refused.value.problems]


def test_a_show_is_found_by_anybody_as_it_was_stored(connection: sa.Connection) -> None:
    store(connection, seconds=20, theme="dark", titles={"pass": "Le club"})

    (found,) = saved_presentations(set_actor(connection, VISITOR))

    assert (found.name, found.slides, found.seconds, found.theme) == ("Ruralitic 2017", ("carte", "pass"), 20, "dark")
    assert found.titles == {"pass": "Le club"}


def test_what_is_stored_leaves_its_trace_and_can_be_taken_back(connection: sa.Connection) -> None:
    saved = store(connection)
    changed = store(connection, row_id=saved.row_id, base_version=1, slides=("contact",))

    actions = connection.execute(sa.select(audit_entry.c.action, audit_entry.c.row_key)).all()
    assert [tuple(each) for each in actions] == [("record_presentation", "Ruralitic 2017")] * 2
    assert changed.audit_id is not None
    undo_change(connection, Change(CLAIRE, NOW, "take_back"), changed.audit_id)
    assert saved_presentations(connection)[0].slides == ("carte", "pass")


def test_a_show_changed_meanwhile_is_not_written_over(connection: sa.Connection) -> None:
    saved = store(connection)
    store(connection, row_id=saved.row_id, base_version=1, seconds=30)

    assert rules(connection, row_id=saved.row_id, base_version=1, seconds=40) == [(Rule.RECORD_CHANGED, "version")]


@pytest.mark.parametrize("actor", [ELISE, VISITOR, Actor("admin@cantal.fr", "administrator")])
def test_only_who_coordinates_stores_or_removes_a_show(connection: sa.Connection, actor: Actor) -> None:
    saved = store(connection)

    assert rules(connection, actor=actor, name="Autre") == [(Rule.NOT_YOUR_ROLE, "")]
    with pytest.raises(Refused):
        remove_presentation(connection, actor, row_id=saved.row_id, now=NOW)
    assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"name": None}, (Rule.MISSING_VALUE, "name")),
        ({"name": "x" * 61}, (Rule.TOO_LONG, "name")),
        ({"name": "a\u202eb"}, (Rule.UNREADABLE_TEXT, "name")),
        ({"slides": ()}, (Rule.MISSING_VALUE, "slides")),
        ({"slides": ("x" * 100,) * 21}, (Rule.TOO_LONG, "slides")),
        ({"seconds": 2}, (Rule.OUT_OF_RANGE, "seconds")),
        ({"seconds": 121}, (Rule.OUT_OF_RANGE, "seconds")),
        ({"titles": {"pass": "x" * 81}}, (Rule.TOO_LONG, "titles")),
        ({"titles": {"pass": "\x00"}}, (Rule.UNREADABLE_TEXT, "titles")),
    ],
)
def test_what_no_show_can_be_is_refused(
    connection: sa.Connection, fields: dict[str, Any], expected: tuple[Rule, str]
) -> None:
    assert expected in rules(connection, **fields)


def test_two_shows_have_two_names(connection: sa.Connection) -> None:
    store(connection)

    assert rules(connection, name="RURALITIC 2017") == [(Rule.ALREADY_EXISTS, "name")]


def test_a_show_removed_is_gone_and_its_trace_stays(connection: sa.Connection) -> None:
    saved = store(connection)

    assert remove_presentation(connection, CLAIRE, row_id=saved.row_id, now=NOW) is not None
    assert saved_presentations(connection) == []
    assert remove_presentation(connection, CLAIRE, row_id=saved.row_id, now=NOW) is None


def test_a_visitor_gets_the_sums_and_stays_a_visitor(connection: sa.Connection) -> None:
    """What the sums are made of is theirs to ask within the sum only."""
    summaries.refresh(connection, through=TODAY)
    set_actor(connection, VISITOR)

    facts = presentation_facts(connection, on=TODAY)

    assert actor_of(connection) == VISITOR
    with pytest.raises(NotPermitted):
        attendance_facts(connection, facts.period)


def frames_of(facts: Any) -> list[pl.DataFrame]:
    """Those that the facts hold, and those that what they hold holds."""
    if isinstance(facts, pl.DataFrame):
        return [facts]
    within = facts if isinstance(facts, tuple) else vars(facts).values() if is_dataclass(facts) else ()
    return [frame for each in within for frame in frames_of(each)]


def test_no_frame_of_a_show_names_a_person(connection: sa.Connection) -> None:
    """Not even in a column that nobody shows."""
    centre_id = add_centre(connection, "MURAT")
    somebody = {"family_name": "Secretname", "email": "secretname@example.org", "phone": "0471000000"}
    person_id = insert(connection, person, status="independent", **somebody)
    insert(
        connection,
        agreement,
        centre_id=centre_id,
        person_id=person_id,
        seat_kind="office",
        formula="day",
        signed_on=date(2017, 1, 2),
    )
    insert(
        connection,
        event,
        kind="talk",
        title="Objets connectés",
        starts_at=datetime(2017, 6, 1, 7, tzinfo=UTC),
        contact="secretname@example.org",
    )
    summaries.refresh(connection, through=TODAY)
    facts = presentation_facts(set_actor(connection, VISITOR), on=TODAY)

    assert facts.users["users"].to_list() == [1]
    assert facts.events.height == 1
    for frame in frames_of(facts):
        assert "secretname" not in frame.write_json().lower()
        assert not {"person_id", "email", "phone", "contact", "employer", "candidate_ref"} & set(frame.columns)


def test_the_seats_taken_are_summed_over_the_network(connection: sa.Connection) -> None:
    for code, visits in (("MURAT", 2), ("YDES", 1)):
        centre_id = add_centre(connection, code, seats_office=4)
        for _ in range(visits):
            about = {"centre_id": centre_id, "seat_kind": "office", "source": "desk"}
            insert(connection, visit, started_at=datetime(2017, 5, 30, 7, tzinfo=UTC), **about)

    now = present_occupancy(set_actor(connection, VISITOR), at=NOW)

    assert now.facts.rows() == [(8, 3)]


def insert(connection: sa.Connection, into: sa.Table, **values: Any) -> int:
    return int(connection.execute(sa.insert(into).values(**values).returning(into.c.id)).scalar_one())
