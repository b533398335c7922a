"""Who may do what: the one table of rights, read by the menu, the guard of each page, and every read and write."""

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from data_access.actors import Actor, Role
from data_access.transaction_settings import all_rows, tell_database

if TYPE_CHECKING:
    # The menu reads this table before anything slow is loaded.
    import sqlalchemy as sa

P = ParamSpec("P")
Answer = TypeVar("Answer")


class Right(StrEnum):
    """Something that some may and others may not."""

    PRESENTATION = "presentation"
    CHECK_IN = "check_in"
    FIGURES = "figures"
    SMALL_COUNTS = "small_counts"
    DIRECTORY = "directory"
    ENTER = "enter"
    COORDINATE = "coordinate"
    CENTRES = "centres"
    JOURNAL = "journal"
    PERSONAL_DATA = "personal_data"
    ACCOUNTS = "accounts"


_PUBLIC: Final = frozenset({Right.PRESENTATION})
_VIEWER: Final = _PUBLIC | {Right.FIGURES, Right.DIRECTORY}
RIGHTS: Final[Mapping[Role, frozenset[Right]]] = MappingProxyType(
    {
        "administrator": _VIEWER | {Right.CENTRES, Right.JOURNAL, Right.PERSONAL_DATA, Right.ACCOUNTS},
        "coordinator": _VIEWER
        | {Right.SMALL_COUNTS, Right.ENTER, Right.COORDINATE, Right.CENTRES, Right.JOURNAL, Right.PERSONAL_DATA},
        "animator": _VIEWER | {Right.SMALL_COUNTS, Right.ENTER, Right.CENTRES},
        "viewer": _VIEWER,
        "public": _PUBLIC,
        "check_in": frozenset({Right.CHECK_IN}),
        "open_data": frozenset({Right.FIGURES}),
    }
)
"""Nobody has more than their work needs: who administers accounts enters no figure and sees no count of few people."""


class NotPermitted(Exception):
    """A question was asked by somebody who may not ask it; nothing was read."""

    def __init__(self, actor: Actor | None, right: Right, about: str = "") -> None:
        super().__init__(f"{actor.role if actor else 'nobody'} lacks {right} {about}".strip())
        self.actor, self.right, self.about = actor, right, about


def allows(actor: Actor, right: Right) -> bool:
    """Whether somebody has a right."""
    return right in RIGHTS[actor.role]


def set_actor(connection: "sa.Connection", actor: Actor) -> "sa.Connection":
    """The connection with who asks: every read looks there, and so does the database, for the transaction begun."""
    told = connection.execution_options(actor=actor)
    if told.in_transaction():
        tell_database(told, actor)
    return told


def actor_of(connection: "sa.Connection") -> Actor | None:
    """Who asks on this connection; None when nobody was told, who may ask nothing."""
    actor: Actor | None = connection.get_execution_options().get("actor")
    return actor


def authorize(
    question: Callable[..., object],
    actor: Actor | None,
    arguments: Mapping[str, object],
    *,
    granted: frozenset[Right] = frozenset(),
) -> None:
    """NotPermitted when somebody may not ask a read with these arguments, by name; a read says its right by `requires`.

    `granted` are rights that a read already authorized gives to those it is made of.
    """
    right, own_centre = getattr(question, "right", None), getattr(question, "own_centre", False)
    if right is None:
        return
    code = str(arguments["centre_code"]) if own_centre and arguments.get("centre_code") is not None else None
    if actor is None or not (right in granted or allows(actor, right)) or (code is not None and not actor.owns(code)):
        raise NotPermitted(actor, right, code or "")


def requires(
    right: Right, *, own_centre: bool = False, counts_people: bool = False, grants: Collection[Right] = ()
) -> Callable[[Callable[Concatenate["sa.Connection", P], Answer]], Callable[Concatenate["sa.Connection", P], Answer]]:
    """Makes a read answer only who has the right; with `own_centre`, an animator only about the centres they keep.

    The read then takes its `centre_code` by name. Its right stands on it as `right`, for the page that prints the table.
    `counts_people` says that it looks at the people of all centres, to count them or to tell those who agreed to it: the
    row-level security of PostgreSQL shows others' people to no other read. `grants` are the rights of the reads it is made
    of, for who asks it and may not ask those: its own answer is sums and free seats.
    """

    def guarded(question: Callable[Concatenate["sa.Connection", P], Answer]) -> Any:
        @functools.wraps(question)
        def answer(connection: "sa.Connection", *args: P.args, **kwargs: P.kwargs) -> Answer:
            authorize(answer, actor_of(connection), kwargs, granted=_granted(connection))
            with _granting(connection, frozenset(grants)), all_rows(connection) if counts_people else nullcontext():
                return question(connection, *args, **kwargs)

        answer.right = right  # type: ignore[attr-defined]
        answer.own_centre = own_centre  # type: ignore[attr-defined]
        return answer

    return guarded


def _granted(connection: "sa.Connection") -> frozenset[Right]:
    granted: frozenset[Right] = connection.get_execution_options().get("granted", frozenset())
    return granted


@contextmanager
def _granting(connection: "sa.Connection", rights: frozenset[Right]) -> Iterator[None]:
    """Within it, reads asked on the connection take these rights as given; who asks stays who they are."""
    before = _granted(connection)
    if rights <= before:
        yield
        return
    connection.execution_options(granted=before | rights)
    try:
        yield
    finally:
        connection.execution_options(granted=before)
