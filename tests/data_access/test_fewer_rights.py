"""Who has fewer rights acts as themselves: the visitor of a fair, the check-in by QR code and the open data, each held to
exactly what they need, by the rights on both engines and by the database itself on PostgreSQL."""

import inspect
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from data_access.reads.occupancy import check_in_place, checked_in, occupancy_facts
from data_access.records import ArrivalRecord, DepartureRecord
from data_access.refusals import Refused
from data_access.rights import PUBLICATION, RIGHTS, VISITOR, Actor, NotPermitted, check_in_of, set_actor
from data_access.schema import audit_entry
from data_access.writes.visits import record_arrival, record_departure
from tests.data_access.credentials import acting, refused, refused_or_nothing
from tests.data_access.desks import NOW, add_network, add_visit
from tests.data_access.one_row_each import insert_statement
from tests.data_access.test_frames import ARGUMENTS, READS
from tests.data_access.test_row_security import OF_THE_OFFICE, OTHERS_PEOPLE, RULED, count, touch
from tests.databases import engine_at

CHECK_IN = check_in_of("C")
ACTORS = (VISITOR, PUBLICATION, CHECK_IN)
of_each = pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.role)
MURAT = check_in_of("MURAT")
A_VISIT = (
    "INSERT INTO visit (id, centre_id, seat_kind, person_id, started_at, source)"
    " VALUES (90, (SELECT id FROM centre WHERE code = '{}'), 'office', {}, '2017-05-30 08:00:00', '{}')"
)
AN_ENTRY = "INSERT INTO audit_entry (at, actor, action, table_name, row_key) VALUES (now(), '{}', 'a', '{}', 'k')"


def answers(connection: sa.Connection, actor: Actor) -> dict[str, str]:
    """What each read that this person may ask answers."""
    told = {}
    for question in READS:
        if getattr(question, "right", None) in RIGHTS[actor.role]:
            parameters = inspect.signature(question).parameters.values()
            required = [each.name for each in parameters if each.default is inspect.Parameter.empty]
            told[question.__name__] = str(
                question(connection, **{name: ARGUMENTS[name] for name in required if name != "connection"})
            )
    return told


def arrival(**fields: Any) -> ArrivalRecord:
    return ArrivalRecord(
        **{"centre_code": "MURAT", "seat_kind": "office", "source": "qr", "request_key": "arrival-1"} | fields
    )


@of_each
def test_what_they_may_ask_is_answered_in_full(application: sa.Engine, filled: str, actor: Actor) -> None:
    """Row-level security or not: sums are those of the whole network."""
    superuser = engine_at(filled)
    with acting(superuser, actor) as connection:
        expected = answers(connection, actor)
    superuser.dispose()
    with acting(application, actor) as connection:
        assert answers(connection, actor) == expected
    assert expected


@of_each
@pytest.mark.parametrize("table", RULED)
def test_they_write_nothing_in_the_tables_of_others(application: sa.Engine, actor: Actor, table: str) -> None:
    """Not even for the centre whose code was scanned, by raw SQL."""
    with acting(application, actor) as connection:
        assert refused(connection, insert_statement(table))
        assert refused_or_nothing(connection, touch(table))
        assert refused_or_nothing(connection, f"DELETE FROM {table}")


@of_each
def test_they_see_no_person(application: sa.Engine, actor: Actor) -> None:
    with acting(application, actor) as connection:
        seen = {table: count(connection, table) for table in (*OTHERS_PEOPLE, *OF_THE_OFFICE, "entry_draft")}

    assert set(seen.values()) == {0}


@of_each
def test_they_keep_no_draft_and_audit_nothing_but_what_they_did(application: sa.Engine, actor: Actor) -> None:
    draft = (
        "INSERT INTO entry_draft (actor, form, about, base_version, typed, saved_at)"
        f" VALUES ('{actor.name}', 'f', 'a', 0, '{{}}', now())"
    )
    with acting(application, actor) as connection:
        assert refused(connection, draft)
        assert refused(connection, AN_ENTRY.format(actor.name, "centre"))
        assert refused(connection, AN_ENTRY.format("anne@example.org", "account"))
        assert refused(connection, AN_ENTRY.format(actor.name, "visit")) == (actor is not CHECK_IN)
        assert not refused(connection, AN_ENTRY.format(actor.name, "account")), (
            "what was denied to them is written down"
        )


def test_the_check_in_adds_and_ends_an_anonymous_visit_of_its_centre(application: sa.Engine) -> None:
    with acting(application, CHECK_IN) as connection:
        assert refused(connection, A_VISIT.format("C", "NULL", "desk"))
        assert refused(connection, A_VISIT.format("C", "1", "qr"))
        assert refused(connection, A_VISIT.format("MURAT", "NULL", "qr"))
        assert not refused(connection, A_VISIT.format("C", "NULL", "qr"))

        assert count(connection, "visit") == 1, "and sees it, beside one of the desk that it does not see"
        assert refused(connection, "UPDATE visit SET person_id = 1")
        assert refused(connection, "UPDATE visit SET source = 'desk'")
        assert connection.exec_driver_sql("UPDATE visit SET ended_at = '2017-05-30 09:00:00'").rowcount == 1
        assert connection.exec_driver_sql("DELETE FROM visit").rowcount == 0


@pytest.mark.parametrize("other", [VISITOR, PUBLICATION, check_in_of("MURAT")], ids=lambda actor: actor.role)
def test_nobody_else_adds_one(application: sa.Engine, other: Actor) -> None:
    with acting(application, other) as connection:
        assert refused(connection, A_VISIT.format("C", "NULL", "qr"))


@pytest.fixture
def desk(connection: sa.Connection) -> sa.Connection:
    """Murat with two offices, one of them taken at the desk, and Ydes; whoever scanned the code of Murat acts."""
    ids = add_network(connection)
    add_visit(connection, ids["MURAT"], started_at=NOW - timedelta(hours=1))
    return set_actor(connection, MURAT)


def test_a_visitor_checks_in_and_out(desk: sa.Connection) -> None:
    """In the name of the code, on both engines; the place counts who was noted at the desk."""
    before = check_in_place(desk, centre_code="MURAT", at=NOW)
    noted = record_arrival(desk, MURAT, arrival(), now=NOW)
    after = check_in_place(desk, centre_code="MURAT", at=NOW)

    assert before is not None
    assert after is not None
    assert (before.name, before.at) == ("Télécentre MURAT", NOW)
    assert (before.free["office"], after.free["office"]) == (1, 0)
    mine = checked_in(desk, centre_code="MURAT", visit_id=noted.visit_id)
    assert mine is not None
    assert (mine.seat_kind, mine.started_at) == ("office", NOW)
    leaving = DepartureRecord(centre_code="MURAT", visit_id=noted.visit_id, request_key="departure-1")
    record_departure(desk, MURAT, leaving, now=NOW)
    assert checked_in(desk, centre_code="MURAT", visit_id=noted.visit_id) is None
    assert set(desk.scalars(sa.select(audit_entry.c.actor))) == {"code QR MURAT"}


def test_a_visit_noted_at_the_desk_is_not_theirs(desk: sa.Connection) -> None:
    """Neither seen nor ended, whatever number a telephone says it has."""
    at_the_desk = desk.exec_driver_sql("SELECT id FROM visit").scalar_one()

    assert checked_in(desk, centre_code="MURAT", visit_id=at_the_desk) is None
    leaving = DepartureRecord(centre_code="MURAT", visit_id=at_the_desk, request_key="departure-1")
    with pytest.raises(Refused, match="unknown_visit"):
        record_departure(desk, MURAT, leaving, now=NOW)


@pytest.mark.parametrize("fields", [{"source": "desk"}, {"person_id": 1}, {"centre_code": "YDES"}], ids=str)
def test_the_check_in_notes_no_other_arrival(desk: sa.Connection, fields: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="not_allowed"):
        record_arrival(desk, MURAT, arrival(**fields), now=NOW)


def test_what_a_page_is_made_of_cannot_be_asked_alone(desk: sa.Connection) -> None:
    """The place is told, and then its parts are denied as before."""
    check_in_place(desk, centre_code="MURAT", at=NOW)

    with pytest.raises(NotPermitted):
        occupancy_facts(desk, at=NOW)
    with pytest.raises(NotPermitted):
        check_in_place(desk, centre_code="YDES", at=NOW)
