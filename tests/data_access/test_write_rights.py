"""Every write, for every role, for one's own centre and another's: who may not write is refused, and nothing is written.

On one engine: a verb decides in Python. What PostgreSQL refuses by itself is in test_row_security and test_application_role.
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
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Refused, Rule
from data_access.rights import RIGHTS, Actor, Right, Role
from data_access.schema import event
from tests.data_access.one_row_each import insert_statement
from tests.databases import rolled_back_on_sqlite

ROLES = get_args(Role)
WANT_OF_RIGHT = {Rule.NOT_YOUR_ROLE, Rule.NOT_ALLOWED}
# The trace of what others did, the checks that verbs are made of, and the draft of one's own that is forgotten.
NO_VERB = {
    "drop_draft",
    "record_audit_entry",
    "record_denial",
    "record_refusal",
    "locked_centre",
    "require_coordinator",
    "require_entry_right",
}
NEEDED = {
    Right.ACCOUNTS: {"issue_code", "record_account", "sign_out_account"},
    Right.PERSONAL_DATA: {"apply_retention", "erase_people", "erase_person", "record_copy", "withdraw_consent"},
    Right.COORDINATE: {
        "import_records",
        "record_reminders",
        "record_capacity",
        "record_centre",
        "record_centre_cost",
        "record_course",
        "record_information_meeting",
        "record_opening_hours",
        "record_placement",
        "record_placement_step",
        "record_presentation",
        "record_support",
        "record_welcome_household",
        "record_welcome_session",
        "remove_presentation",
        "reopen_week",
        "undo_import",
    },
}
# People and drafts belong to no centre; whose people an animator may choose is said by `known_people`.
OF_NO_CENTRE = {"keep_draft", "record_pass_membership", "record_pass_outcome"}
OF_A_CENTRE = {
    "close_day",
    "record_agreement",
    "record_arrival",
    "record_attendance_week",
    "record_attendance_weeks",
    "record_closure",
    "record_departure",
    "record_event",
    "record_event_attendance",
    "record_member_service",
    "undo_arrival",
    "undo_departure",
    "verify_week",
}
NEEDED[Right.ENTER] = OF_NO_CENTRE | OF_A_CENTRE
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
    "now": datetime(2017, 6, 9, 9, tzinfo=UTC),
    "people": [1],
    "person_id": 1,
    "reason": "request",
    "recipient": "x@example.org",
    "records": [],
    "row_id": 1,
    "typed": {"a": "b"},
    "visit_id": 1,
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


def sample(kind: type[BaseModel], centre: str) -> BaseModel:
    """A record with something in each field that must be filled, for that centre where it has one."""
    values: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        if name == "centre_code":
            values[name] = centre
        elif name == "event_id":
            values[name] = 1
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
    attempt = connection.begin_nested()
    try:
        verb(connection, actor, **given)
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
    """One planned centre, « C », and one event there."""
    connection.exec_driver_sql(insert_statement("centre"))
    connection.exec_driver_sql(insert_statement("event"))
    connection.execute(sa.update(event).values(centre_id=1))
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
