"""Every read, for every role, for one's own centre and another's: exactly what the table of rights says.

A right is decided before anything is asked, so that no database stands behind these reads: who is let in touches it, and that
is all that is looked at. What the database itself decides is in test_row_security.
"""

import inspect
from collections.abc import Callable
from typing import Any, cast, get_args

import sqlalchemy as sa

from data_access.rights import RIGHTS, Actor, NotPermitted, Right, Role, actor_of, authorize, requires, set_actor
from tests.data_access.test_frames import ARGUMENTS, READS

# They say who somebody is, before anybody has a right.
OF_IDENTITY = {
    "account_in_use",
    "account_of_code",
    "account_of_identity",
    "credentials",
    "factor_of",
    "open_sessions",
    "signed_in",
}
GUARDED = [question for question in READS if question.__name__ not in OF_IDENTITY]
ROLES = get_args(Role)


class Asked(Exception):
    """The database was about to be asked."""


class NoDatabase:
    """A connection that knows who acts, and whose every other use says that the guard has let them in."""

    def __init__(self, actor: Actor | None) -> None:
        self._options = {} if actor is None else {"actor": actor}

    def get_execution_options(self) -> dict[str, Any]:
        return self._options

    def __getattr__(self, name: str) -> Any:
        raise Asked(name)


def lets_in(question: Callable[..., Any], actor: Actor | None) -> bool:
    """Whether the read answers this person, asked about centre C where it is about one."""
    parameters = inspect.signature(question).parameters
    required = [name for name, each in parameters.items() if each.default is inspect.Parameter.empty]
    try:
        question(NoDatabase(actor), **{name: ARGUMENTS[name] for name in required if name != "connection"})
    except NotPermitted:
        return False
    except Asked:
        return True
    raise AssertionError(f"{question.__name__} has answered without a database")


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


def test_a_read_answers_the_roles_of_the_table_and_no_other() -> None:
    offenders = [
        f"{question.__name__}: {role}"
        for question in GUARDED
        for role in ROLES
        if lets_in(question, Actor("x@example.org", role, frozenset({"C"}))) != (question.right in RIGHTS[role])  # type: ignore[attr-defined]
    ]

    assert offenders == []


def test_who_has_centres_asks_about_them_only() -> None:
    roles: tuple[Role, ...] = ("animator", "check_in")
    offenders = [
        f"{question.__name__}: {role}"
        for question in GUARDED
        for role in roles
        if lets_in(question, Actor("x@example.org", role, frozenset({"ELSEWHERE"})))
        != (question.right in RIGHTS[role] and not question.own_centre)  # type: ignore[attr-defined]
    ]

    assert offenders == []


def test_a_read_answers_nobody_who_did_not_say_who_they_are() -> None:
    assert [question.__name__ for question in GUARDED if lets_in(question, None)] == []


def test_a_question_about_one_centre_or_none_is_judged_by_its_right_and_its_centre() -> None:
    """The decision itself, for each role, each right and each centre."""

    def question(connection: sa.Connection, *, centre_code: str | None = None) -> None: ...

    def permitted(role: Role, right: Right, code: str | None, *, own_centre: bool) -> bool:
        centres = frozenset({"C"} if role in ("animator", "check_in") else ())
        guarded = requires(right, own_centre=own_centre)(question)
        try:
            authorize(guarded, Actor("x@example.org", role, centres), {"centre_code": code})
        except NotPermitted:
            return False
        return True

    for role in ROLES:
        for right in Right:
            has = right in RIGHTS[role]
            everywhere = Right.COORDINATE in RIGHTS[role]
            assert permitted(role, right, "ELSEWHERE", own_centre=False) == has
            assert permitted(role, right, None, own_centre=True) == has
            assert permitted(role, right, "C", own_centre=True) == (
                has and (everywhere or role in ("animator", "check_in"))
            )
            assert permitted(role, right, "ELSEWHERE", own_centre=True) == (has and everywhere)


def test_each_role_has_what_its_work_needs() -> None:
    """The table itself, in one look: a right given or taken is a decision."""
    expected = {
        "manager": "accounts centres coordinate directory drafts enter figures journal personal_data presentation small_counts",
        "administrator": "accounts centres directory drafts figures journal personal_data presentation",
        "coordinator": "centres coordinate directory drafts enter figures journal personal_data presentation small_counts",
        "animator": "centres directory drafts enter figures presentation small_counts",
        "viewer": "directory figures presentation",
        "public": "presentation",
        "check_in": "check_in",
        "open_data": "figures",
    }

    assert {role: " ".join(sorted(rights)) for role, rights in RIGHTS.items()} == expected


def test_who_asks_is_bound_to_the_connection(connection: sa.Connection) -> None:
    actor = Actor("x@example.org", "viewer")

    assert actor_of(set_actor(connection, actor)) == actor
    assert actor_of(cast("sa.Connection", NoDatabase(None))) is None
