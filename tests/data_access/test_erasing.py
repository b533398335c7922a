"""Erasing a person leaves no trace of who they were, and each figure as it was; only who may does it, once for all."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from data_access import codes
from data_access.engine import writing
from data_access.entries.undoing import undo_change
from data_access.reads.entries import journal
from data_access.reads.occupancy import visits_of_day
from data_access.reads.passes import pass_members
from data_access.reads.people import directory_people, users_facts
from data_access.reads.personal_data import namesakes, people_found, person_file
from data_access.records import PassMembershipRecord
from data_access.refusals import Refused, Rule
from data_access.rights import Actor, NotPermitted, set_actor
from data_access.schema import account, audit_entry, entry_draft, erasure, event, person, presentation, visit
from data_access.writes.personal_data import Erased, erase_person, record_copy, withdraw_consent
from data_access.writes.rows import Change
from tests.data_access.entering import entering
from tests.data_access.people_in_texts import COORDINATOR, EMAIL, NAME, TRACES, add_known_person, told
from tests.factories import add_centre

NOW = datetime(2017, 5, 30, 8, 12, tzinfo=UTC)
TODAY = NOW.date()
MONDAY = date(2017, 5, 29)
STRANGERS = [
    Actor("murat@example.org", "animator", frozenset({"MURAT"})),
    Actor("elu@example.org", "viewer"),
    Actor("visite", "public"),
]


@pytest.fixture
def known(connection: sa.Connection) -> int:
    """The person who stands everywhere, in a network of one centre."""
    add_centre(connection, "MURAT", seats_office=2, seats_open_space=3)
    return add_known_person(connection, "MURAT", MONDAY, NOW)


def erase(connection: sa.Connection, known: int, **changes: Any) -> Erased:
    values: dict[str, Any] = {"person_id": known, "reason": "request", "now": NOW}
    return erase_person(connection, COORDINATOR, **(values | changes))


def figures(connection: sa.Connection) -> list[Any]:
    """What is counted of people that day."""
    return [
        pass_members(connection, on=TODAY, by=["status", "centre_code"]).rows(),
        users_facts(connection, year=2017, as_of=TODAY).rows(),
        visits_of_day(connection, COORDINATOR, centre_code="MURAT", on=MONDAY).drop("person_name").rows(),
    ]


def test_the_name_is_nowhere_and_the_figures_stay(connection: sa.Connection, known: int) -> None:
    """Every text of every table, the documents of the audit included."""
    before = figures(connection)
    assert {table for table, _column, _value in told(connection)} == {
        "person", "audit_entry", "attendance_week", "entry_draft", "event", "presentation",
    }  # fmt: skip

    done = erase(connection, known)

    assert told(connection) == []
    assert figures(connection) == before
    assert (done.people, done.accounts) == (1, 0)
    row = connection.execute(sa.select(person).where(person.c.id == known)).one()
    assert (row.erased_at, row.directory_consent, row.home_insee_code) == (NOW, None, None)


def test_what_others_typed_stays_but_for_the_name(connection: sa.Connection, known: int) -> None:
    erase(connection, known)

    assert connection.scalars(sa.text("SELECT comment FROM attendance_week")).all() == ["… a rendu la clé"]
    assert connection.scalars(sa.select(event.c.title)).all() == ["Témoignage de …"]
    shown = connection.execute(sa.select(presentation.c.name, presentation.c.titles)).one()
    assert tuple(shown) == ("Salon avec …", {"overview": "Le projet de …"})
    drafts = [typed for typed in connection.scalars(sa.select(entry_draft.c.typed)) if typed]
    assert drafts == [{"comment": "rappeler … au …", "distinct_people": "3"}]


def test_visits_lose_the_person_and_nothing_else(connection: sa.Connection, known: int) -> None:
    columns = [column for column in visit.c if column.name != "person_id"]
    visits = sa.select(*columns).order_by(visit.c.id)
    before = connection.execute(visits).all()

    erase(connection, known)

    assert connection.execute(visits).all() == before
    assert connection.scalars(sa.select(visit.c.person_id)).all() == [None]


def test_the_audit_keeps_what_was_done_and_says_the_erasure_without_a_name(
    connection: sa.Connection, known: int
) -> None:
    done = sa.select(audit_entry.c.id, audit_entry.c.action, audit_entry.c.row_id).order_by(audit_entry.c.id)
    before = connection.execute(done).all()

    erase(connection, known)

    entries = connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id)).all()
    assert [(entry.id, entry.action, entry.row_id) for entry in entries[:-1]] == before
    last = entries[-1]
    assert (last.action, last.actor, last.row_key) == ("erase_person", COORDINATOR.name, f"personne {known}")
    assert last.after == {"erased_at": "2017-05-30T08:12:00+00:00", "reason": "request"}


def test_an_erasure_cannot_be_taken_back_nor_what_came_before_it(connection: sa.Connection, known: int) -> None:
    """The journal offers no way back to the name."""
    creation = connection.scalars(
        sa.select(audit_entry.c.id).where(audit_entry.c.table_name == "person", audit_entry.c.row_id == known)
    ).first()
    assert creation is not None
    erase(connection, known)
    erasing = connection.scalars(sa.select(sa.func.max(audit_entry.c.id))).one()

    for audit_id in (creation, erasing):
        with pytest.raises(Refused):
            undo_change(connection, Change(COORDINATOR, NOW, "take_back"), audit_id)

    assert told(connection) == []


def test_erasing_again_changes_nothing(connection: sa.Connection, known: int) -> None:
    erase(connection, known)
    entries = connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id)).all()

    assert erase(connection, known, now=NOW + timedelta(days=1)) == Erased(0, 0, 0)
    assert connection.execute(sa.select(audit_entry).order_by(audit_entry.c.id)).all() == entries
    assert len(connection.execute(sa.select(erasure)).all()) == 1


def test_the_register_holds_a_fingerprint_and_no_name(connection: sa.Connection, known: int) -> None:
    erase(connection, known)

    row = connection.execute(sa.select(erasure)).one()
    assert (row.person_id, row.reason, row.erased_at, len(row.fingerprint)) == (known, "request", NOW, 64)


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda actor: actor.role)
def test_who_has_not_the_right_erases_reads_and_withdraws_nothing(
    connection: sa.Connection, known: int, stranger: Actor
) -> None:
    before = told(connection)

    with pytest.raises(Refused, match=Rule.NOT_YOUR_ROLE):
        erase_person(connection, stranger, person_id=known, reason="request", now=NOW)
    with pytest.raises(Refused, match=Rule.NOT_YOUR_ROLE):
        withdraw_consent(connection, stranger, person_id=known, now=NOW)
    with pytest.raises(Refused, match=Rule.NOT_YOUR_ROLE):
        record_copy(connection, stranger, person_id=known, now=NOW)
    with pytest.raises(NotPermitted):
        person_file(set_actor(connection, stranger), person_id=known)

    assert told(connection) == before


@pytest.mark.parametrize(
    ("changes", "rule"), [({"person_id": 999_999}, "unknown_record"), ({"reason": "x"}, "not_in_list")]
)
def test_an_unknown_person_or_reason_is_refused(
    connection: sa.Connection, known: int, changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(Refused, match=rule):
        erase(connection, known, **changes)


@pytest.mark.parametrize("reason", codes.ERASURE_REASONS)
def test_each_reason_is_kept(connection: sa.Connection, known: int, reason: str) -> None:
    erase(connection, known, reason=reason)

    told_file = person_file(connection, person_id=known)
    assert told_file is not None
    assert told_file["person"]["erasure_reason"] == reason


def test_a_namesake_keeps_their_row_and_its_history(connection: sa.Connection, known: int) -> None:
    """Two people of one name are two people: only the texts that do not say which one lose the name."""
    other = entering("membership")(
        connection,
        COORDINATOR,
        PassMembershipRecord(**NAME, joined_on=MONDAY, email="autre@example.org", confirmed=frozenset(Rule)),
        now=NOW,
    )
    other_id = connection.scalars(
        sa.text("SELECT person_id FROM pass_membership WHERE id = :id"), {"id": other.row_id}
    ).one()
    assert namesakes(connection, person_id=known) == [other_id]

    erase(connection, known)

    assert (
        connection.scalars(sa.select(person.c.family_name).where(person.c.id == other_id)).one() == NAME["family_name"]
    )
    documents = connection.scalars(
        sa.select(audit_entry.c.after).where(audit_entry.c.table_name == "person", audit_entry.c.row_id == other_id)
    ).one()
    assert documents["family_name"] == NAME["family_name"]
    assert {(table, column) for table, column, _value in told(connection)} == {
        ("person", "family_name"), ("person", "given_name"), ("audit_entry", "after"),
    }  # fmt: skip


def test_a_record_taken_back_leaves_no_name_behind_either(connection: sa.Connection, known: int) -> None:
    """Somebody was entered twice, and the second row removed: the journal still told their name."""
    entry = Change(COORDINATOR, NOW, "record_person")
    twice = entering("membership")(
        connection,
        COORDINATOR,
        PassMembershipRecord(**NAME, email=EMAIL, joined_on=MONDAY, confirmed=frozenset(Rule)),
        now=NOW,
    )
    assert twice.audit_id is not None
    undo_change(connection, entry, twice.audit_id)

    erase(connection, known)

    assert told(connection) == []


def test_an_account_of_the_same_address_stays_and_is_told(connection: sa.Connection, known: int) -> None:
    """One signs in with it: it is closed apart, by who administers."""
    connection.execute(sa.insert(account).values(email=EMAIL, display_name="L.", role="viewer", active=True))

    assert erase(connection, known).accounts == 1
    assert connection.scalars(sa.select(account.c.email)).all() == [EMAIL]


def test_everything_about_a_person_is_in_their_file(connection: sa.Connection, known: int) -> None:
    found = person_file(connection, person_id=known)

    assert found is not None
    assert {name: len(rows) for name, rows in found.items() if name != "person"} == {
        "agreements": 1, "memberships": 1, "services": 1, "supports": 0, "visits": 1, "mentions": 5, "drafts": 1,
        # The person, the membership, the agreement, the service, and two writings of the weekly sheet.
        "changes": 6,
    }  # fmt: skip
    assert found["person"]["email"] == EMAIL
    assert found["agreements"][0]["centre_code"] == "MURAT"
    assert person_file(connection, person_id=999_999) is None


def test_the_file_of_a_person_tells_nothing_of_another(connection: sa.Connection, known: int) -> None:
    other = connection.execute(
        sa.insert(person).values(family_name="Murat", given_name="Anne", status="employee").returning(person.c.id)
    ).scalar_one()

    found = person_file(connection, person_id=other)

    assert found is not None
    assert [rows for name, rows in found.items() if name != "person"] == [[]] * 8
    assert not any(trace in str(found).lower() for trace in TRACES)


@pytest.mark.parametrize("text", ["quatrefages", "LUDIVINE zwygart", EMAIL, "0799112233", "07 99 11 22 33", "ludiv"])
def test_a_person_is_found_however_they_are_asked_for(connection: sa.Connection, known: int, text: str) -> None:
    assert [row["id"] for row in people_found(connection, text=text)] == [known]


def test_an_erased_person_is_found_by_number_only(connection: sa.Connection, known: int) -> None:
    erase(connection, known)

    assert [row["id"] for row in people_found(connection, text=str(known))] == [known]
    assert people_found(connection, text="quatrefages") == []
    assert people_found(connection, text="  ") == []


def test_a_consent_withdrawn_leaves_the_directory_on_the_next_read(connection: sa.Connection, known: int) -> None:
    def listed() -> list[str]:
        return directory_people(connection, on=TODAY)["family_name"].to_list()

    assert listed() == [NAME["family_name"]]

    assert withdraw_consent(connection, COORDINATOR, person_id=known, now=NOW)
    assert not withdraw_consent(connection, COORDINATOR, person_id=known, now=NOW)

    assert listed() == []
    entry = journal(connection, since=NOW, until=NOW + timedelta(seconds=1))[0]
    assert (entry["action"], entry["row_id"]) == ("withdraw_consent", None)


def test_an_erasure_that_fails_leaves_everything(engine: sa.Engine) -> None:
    """Whole or not at all."""
    with writing(engine, COORDINATOR) as connection:
        add_centre(connection, "MURAT")
        known = add_known_person(connection, "MURAT", MONDAY, NOW)
        before = told(connection)

    def interrupted() -> None:
        with writing(engine, COORDINATOR) as connection:
            erase(connection, known)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        interrupted()

    with engine.connect() as connection:
        assert told(connection) == before
