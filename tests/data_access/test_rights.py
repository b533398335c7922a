"""Every read, for every role, for one's own centre and another's: exactly what the table of rights says."""

import inspect
from collections.abc import Callable
from typing import Any, get_args

import pytest
import sqlalchemy as sa

from data_access.rights import RIGHTS, Actor, NotPermitted, Right, Role, set_actor
from tests.data_access.one_row_each import insert_statement
from tests.data_access.test_frames import ARGUMENTS, READS

# They say who somebody is, before anybody has a right.
OF_IDENTITY = {"account_of_code", "account_of_identity", "credentials", "must_wait", "signed_in"}
GUARDED = [question for question in READS if question.__name__ not in OF_IDENTITY]
ROLES = get_args(Role)


def asked(connection: sa.Connection, question: Callable[..., Any], actor: Actor | None) -> bool:
    """Whether the read answers this person."""
    connection.execution_options(actor=actor)
    parameters = inspect.signature(question).parameters
    required = [name for name, each in parameters.items() if each.default is inspect.Parameter.empty]
    try:
        question(connection, **{name: ARGUMENTS[name] for name in required if name != "connection"})
    except NotPermitted:
        return False
    return True


@pytest.fixture
def bare(connection: sa.Connection) -> sa.Connection:
    """One planned centre, « C »."""
    connection.exec_driver_sql(insert_statement("centre"))
    return connection


def test_every_read_says_which_right_it_needs() -> None:
    without = [question.__name__ for question in READS if not isinstance(getattr(question, "right", None), Right)]

    assert sorted(without) == sorted(OF_IDENTITY)


def test_a_read_about_one_centre_takes_it_by_name() -> None:
    """The guard looks there."""
    positional = [
        question.__name__
        for question in GUARDED
        if question.own_centre  # type: ignore[attr-defined]
        and inspect.signature(question).parameters["centre_code"].kind is not inspect.Parameter.KEYWORD_ONLY
    ]

    assert positional == []


@pytest.mark.parametrize("question", GUARDED, ids=lambda question: question.__name__)
def test_a_read_answers_the_roles_of_the_table_and_no_other(bare: sa.Connection, question: Callable[..., Any]) -> None:
    answered = {role for role in ROLES if asked(bare, question, Actor("x@example.org", role, frozenset({"C"})))}

    expected = {role for role in ROLES if question.right in RIGHTS[role]}  # type: ignore[attr-defined]
    assert answered == expected


@pytest.mark.parametrize("question", GUARDED, ids=lambda question: question.__name__)
def test_who_has_centres_asks_about_them_only(bare: sa.Connection, question: Callable[..., Any]) -> None:
    roles: tuple[Role, ...] = ("animator", "check_in")
    elsewhere = {
        role for role in roles if asked(bare, question, Actor("x@example.org", role, frozenset({"ELSEWHERE"})))
    }

    own_centre = question.own_centre  # type: ignore[attr-defined]
    assert elsewhere == {
        role
        for role in roles
        if question.right in RIGHTS[role] and not own_centre  # type: ignore[attr-defined]
    }


@pytest.mark.parametrize("question", GUARDED, ids=lambda question: question.__name__)
def test_a_read_answers_nobody_who_did_not_say_who_they_are(bare: sa.Connection, question: Callable[..., Any]) -> None:
    assert not asked(bare, question, None)


def test_each_role_has_what_its_work_needs() -> None:
    """The table itself, in one look: a right given or taken is a decision."""
    expected = {
        "administrator": "accounts centres directory figures journal personal_data presentation",
        "coordinator": "centres coordinate directory enter figures journal personal_data presentation small_counts",
        "animator": "centres directory enter figures presentation small_counts",
        "viewer": "directory figures presentation",
        "public": "presentation",
        "check_in": "check_in",
        "open_data": "figures",
    }

    assert {role: " ".join(sorted(rights)) for role, rights in RIGHTS.items()} == expected


def test_who_asks_is_bound_to_the_connection(bare: sa.Connection) -> None:
    actor = Actor("x@example.org", "viewer")

    assert set_actor(bare, actor).get_execution_options()["actor"] == actor
