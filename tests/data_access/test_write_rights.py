"""Every write, for every role, for what is one's own and another's: who may not write is refused, and nothing is written.

Verbs are walked on one engine: they decide in Python. Kinds of entries are walked on both, over centres, people, memberships
and events. What PostgreSQL refuses by itself is in test_row_security and test_application_role.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, get_args, get_type_hints

import pytest
import sqlalchemy as sa
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from data_access import writes
from data_access.entries import KINDS
from data_access.entries.engine import delete_entry, find_entries, record_entry, stored_record
from data_access.entries.importing import import_records, undo_import
from data_access.entries.kind import Kind
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Refused, Rule
from data_access.rights import RIGHTS, Actor, Right, Role
from data_access.schema import closure, event
from tests.data_access.club import add_agreement, add_membership, add_person, add_service
from tests.data_access.one_row_each import insert_statement
from tests.databases import rolled_back_on_sqlite
from tests.factories import add_centre, add_week

ROLES = get_args(Role)
WANT_OF_RIGHT = {Rule.NOT_YOUR_ROLE, Rule.NOT_ALLOWED}
# The trace of what others did, the checks that verbs are made of, and the draft of one's own that is forgotten.
NO_VERB = {
    "drop_draft",
    "give_up_draft",
    "record_denial",
    "record_refusal",
    "locked_centre",
    "require_right",
    "administered_account",
}
NEEDED = {
    Right.ACCOUNTS: {"issue_code", "record_account", "reset_second_factor", "sign_out_account"},
    Right.PERSONAL_DATA: {"apply_retention", "erase_people", "erase_person", "record_copy", "withdraw_consent"},
    Right.COORDINATE: {
        "end_forgotten_days",
        "record_reminders",
        "record_presentation",
        "remove_presentation",
        "reopen_week",
    },
}
# Drafts belong to no centre.
OF_NO_CENTRE = {"keep_draft"}
OF_A_CENTRE = {
    "ask_reopening",
    "close_day",
    "note_new_code",
    "record_arrival",
    "record_attendance_week",
    "record_attendance_weeks",
    "record_departure",
    "restore_check_ins",
    "take_back_check_ins",
    "undo_arrival",
    "undo_departure",
    "verify_weeks",
}
NEEDED |= {Right.DRAFTS: OF_NO_CENTRE, Right.ENTER: OF_A_CENTRE}
# An arrival at the desk, as in the sample, is not theirs either: `test_fewer_rights.py` has what is.
CHECKS_IN: dict[str, set[Role]] = {"record_departure": {"check_in"}}
ARGUMENTS: dict[str, Any] = {
    "account_id": 1,
    "base_version": 1,
    "batch_id": 1,
    "centre_code": "C",
    "channel": "copied",
    "code_hash": "0" * 64,
    "durations": {},
    "file_name": "a.csv",
    "form": "weekly",
    "about": "C 2017-S22",
    "kind": "attendance",
    "note": None,
    "now": datetime(2017, 6, 9, 9, tzinfo=UTC),
    "people": [1],
    "person_id": 1,
    "reason": "request",
    "recipient": "x@example.org",
    "records": [],
    "row_id": 1,
    "sheets": [("C", date(2017, 5, 29), 1)],
    "since": datetime(2017, 6, 9, 8, tzinfo=UTC),
    "typed": {"a": "b"},
    "until": datetime(2017, 6, 9, 9, tzinfo=UTC),
    "visit_id": 1,
    "visit_ids": [1],
    "week_start": date(2017, 5, 29),
    "weeks": [date(2017, 5, 29)],
}


def verbs() -> list[Callable[..., Any]]:
    """The public functions of `data_access.writes` that act for somebody."""
    modules = [importlib.import_module(f"{writes.__name__}.{m.name}") for m in pkgutil.iter_modules(writes.__path__)]
    return [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_") and name not in NO_VERB
        if "actor" in inspect.signature(function).parameters
    ]


def sample(kind: type[BaseModel], centre: str, **named: int) -> BaseModel:
    """A record with something in each field that must be filled, for that centre and those rows where it names any."""
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        if name == "centre_code":
            values[name] = centre
        elif name in named:
            values[name] = named[name]
        elif field.default is PydanticUndefined and field.default_factory is None:
            values[name] = ARGUMENTS.get(name, (get_args(field.annotation) or ("x",))[0])
    return kind.model_construct(**values)


def refused(connection: sa.Connection, verb: Callable[..., Any], actor: Actor, centre: str) -> bool:
    """Whether the verb refuses this person for want of a right; what else may come of it is neither looked at nor kept."""
    hints = get_type_hints(verb)
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(verb).parameters.items():
        if name == "record":
            given[name] = sample(hints[name], centre)
        elif name == "records" and verb.__name__ == "record_attendance_weeks":
            given[name] = [sample(AttendanceWeekRecord, centre)]
        elif name == "centre_code":
            given[name] = centre
        elif name not in ("connection", "actor") and parameter.default is inspect.Parameter.empty:
            given[name] = ARGUMENTS[name]
    return wants_a_right(connection, lambda: verb(connection, actor, **given))


def wants_a_right(connection: sa.Connection, deed: Callable[[], object]) -> bool:
    """Whether it is refused for want of a right; what else may come of it is neither looked at nor kept."""
    attempt = connection.begin_nested()
    try:
        deed()
    except Refused as refusal:
        return any(problem.rule in WANT_OF_RIGHT for problem in refusal.problems)
    except Exception:
        return False
    finally:
        attempt.rollback()
    return False


VERBS = verbs()


@pytest.fixture
def bare(connection: sa.Connection) -> sa.Connection:
    """One planned centre, « C »."""
    connection.exec_driver_sql(insert_statement("centre"))
    return connection


def test_every_write_says_whose_it_is() -> None:
    """A verb more is a decision to take: it stands in one list, and the tests below hold it to that."""
    said = [name for names in NEEDED.values() for name in names]

    assert sorted(said) == sorted(verb.__name__ for verb in VERBS)


@rolled_back_on_sqlite
def test_a_write_refuses_every_role_but_those_of_the_table(bare: sa.Connection) -> None:
    needed = {verb: right for right, names in NEEDED.items() for verb in names}
    offenders = [
        f"{verb.__name__}: {role}"
        for verb in VERBS
        for role in ROLES
        if refused(bare, verb, Actor("x@example.org", role, frozenset({"C"})), "C")
        == (needed[verb.__name__] in RIGHTS[role] or role in CHECKS_IN.get(verb.__name__, set()))
    ]

    assert offenders == []


@rolled_back_on_sqlite
def test_an_animator_writes_for_their_own_centres_only(bare: sa.Connection) -> None:
    stranger = Actor("x@example.org", "animator", frozenset({"ELSEWHERE"}))
    refusing = {verb.__name__ for verb in VERBS if refused(bare, verb, stranger, "C")}

    assert refusing ^ {verb.__name__ for verb in VERBS} == OF_NO_CENTRE


# Kinds of entries: row 1 of each table is of « C », which the animator keeps, or of who is known there; row 2 of « D ».

NOW: datetime = ARGUMENTS["now"]
OWN, OTHERS = 1, 2
JOINED = date(2017, 3, 1)
ANIMATOR = Actor("x@example.org", "animator", frozenset({"C"}))
COORDINATOR = Actor("x@example.org", "coordinator")
# The fields of records that name a row of somebody's; one that names what is the whole network's is nobody's.
NAMING = ("person_id", "membership_id", "event_id")
OF_NOBODY = {"course_id", "placement_id", "session_id", "welcome_household_id"}
OF_SOMEBODY = [kind for kind in KINDS.values() if kind.right is Right.ENTER]
NAMED = [(kind, name) for kind in OF_SOMEBODY for name in NAMING if name in kind.record.model_fields]
NAMED = [(kind, name) for kind, name in NAMED if (kind.key, name) != ("person", "person_id")]


@pytest.fixture
def two_places(connection: sa.Connection) -> sa.Connection:
    """Two open centres, in each a person, their membership, agreement and service, an event, a closure and a week."""
    for row, code in ((OWN, "C"), (OTHERS, "D")):
        add_centre(connection, code, id=row)
        add_person(connection, id=row, family_name=f"Vidal {code}")
        add_membership(
            connection,
            row,
            f"PAM-{row}",
            JOINED,
            date(2017, 9, 1),
            id=row,
            ended_on=date(2017, 5, 1),
            end_reason="other",
        )
        add_agreement(connection, row, row, JOINED, id=row)
        add_service(connection, row, "mail", JOINED, id=row, centre_id=row)
        add_week(connection, row, date(2017, 5, 29), id=row)
        begins = datetime(2017, 5, 2, 8, tzinfo=UTC)
        values = {"id": row, "kind": "talk", "title": f"Causerie {code}", "starts_at": begins, "centre_id": row}
        connection.execute(sa.insert(event).values(values))
        days = {"starts_on": JOINED, "ends_on": JOINED, "reason": "Travaux"}
        connection.execute(sa.insert(closure).values(id=row, centre_id=row, **days))
    return connection


def records(
    connection: sa.Connection, actor: Actor, kind: Kind, centre: str = "C", row_id: int | None = None, **named: int
) -> bool:
    """Whether somebody may record that kind about this centre and these rows: nothing refuses it for want of a right."""
    about = {name: OWN for name in NAMING if name in kind.record.model_fields} | named
    if kind.key == "person":
        about = {}
    record = sample(kind.record, centre, **about)
    return not wants_a_right(connection, lambda: record_entry(connection, actor, kind, record, now=NOW, row_id=row_id))


def test_every_field_that_names_a_row_says_whose_it_is() -> None:
    """A field more is a decision to take: it is walked below, or what it names is the whole network's."""
    fields = {name for kind in KINDS.values() for name in kind.record.model_fields if name.endswith("_id")}

    assert fields == {*NAMING, *OF_NOBODY}


def test_an_entry_is_refused_to_every_role_but_those_of_the_table(two_places: sa.Connection) -> None:
    offenders = [
        f"{kind.key}: {role}"
        for kind in KINDS.values()
        for role in ROLES
        if records(two_places, Actor("x@example.org", role, frozenset({"C"})), kind) != (kind.right in RIGHTS[role])
    ]

    assert offenders == []


def test_an_animator_records_about_their_own_centres_people_memberships_and_events_only(
    two_places: sa.Connection,
) -> None:
    places = [kind for kind in OF_SOMEBODY if "centre_code" in kind.record.model_fields]
    may = {f"{kind.key} at {code}": records(two_places, ANIMATOR, kind, code) for kind in places for code in "CD"}
    may |= {
        f"{kind.key} of {name} {row}": records(two_places, ANIMATOR, kind, **{name: row})
        for kind, name in NAMED
        for row in (OWN, OTHERS)
    }
    everywhere = [records(two_places, COORDINATOR, kind, **{name: OTHERS}) for kind, name in NAMED]

    assert {told for told, done in may.items() if done} == {told for told in may if told.endswith(("at C", f" {OWN}"))}
    assert all(everywhere)


@pytest.mark.parametrize("kind", OF_SOMEBODY, ids=lambda kind: kind.key)
def test_an_animator_opens_corrects_deletes_and_finds_what_is_theirs_only(
    two_places: sa.Connection, kind: Kind
) -> None:
    def may(actor: Actor, row: int) -> list[bool]:
        deeds: list[Callable[[], object]] = [
            lambda: stored_record(two_places, actor, kind, row),
            lambda: delete_entry(two_places, actor, kind, row, base_version=1, now=NOW),
        ]
        opened = [not wants_a_right(two_places, deed) for deed in deeds]
        named = {name: row for name in NAMING if name in kind.record.model_fields}
        return [*opened, records(two_places, actor, kind, "CD"[row - 1], row_id=row, **named)]

    stranger = Actor("x@example.org", "viewer")
    found = {
        actor.role: {each.row_id for each in find_entries(two_places, actor, kind)}
        for actor in (ANIMATOR, COORDINATOR, stranger)
    }

    assert [may(ANIMATOR, row) for row in (OWN, OTHERS)] == [[True] * 3, [False] * 3]
    assert [may(COORDINATOR, row) for row in (OWN, OTHERS)] == [[True] * 3, [True] * 3]
    assert [may(stranger, row) for row in (OWN, OTHERS)] == [[False] * 3, [False] * 3]
    assert found == {"animator": {OWN}, "coordinator": {OWN, OTHERS}, "viewer": set()}


def test_who_does_not_coordinate_takes_back_no_import(two_places: sa.Connection) -> None:
    for role in ROLES:
        actor = Actor("x@example.org", role, frozenset({"C"}))
        imports: list[Callable[[], object]] = [
            lambda actor=actor: import_records(two_places, actor, "members", [], file_name="a.csv", now=NOW),  # type: ignore[misc]
            lambda actor=actor: undo_import(two_places, actor, 1, now=NOW),  # type: ignore[misc]
        ]
        assert [wants_a_right(two_places, deed) for deed in imports] == [Right.COORDINATE not in RIGHTS[role]] * 2
