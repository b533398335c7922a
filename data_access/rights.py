"""Who may do what: the one table of rights, read by the menu, the guard of each page, and every read and write."""

import functools
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

from data_access.actors import Actor, Role
from data_access.transaction_settings import everywhere, tell_who_acts

if TYPE_CHECKING:
    # The menu reads this table before anything slow is loaded.
    import sqlalchemy as sa

P = ParamSpec("P")
Answer = TypeVar("Answer")


class Right(StrEnum):
    """Something that some may and others may not."""

    PRESENTATION = "presentation"
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


def bind(connection: "sa.Connection", actor: Actor) -> "sa.Connection":
    """The connection with who asks: every read looks there, and so does the database, for the transaction begun."""
    bound = connection.execution_options(actor=actor)
    if bound.in_transaction():
        tell_who_acts(bound, actor)
    return bound


def asker(connection: "sa.Connection") -> Actor | None:
    """Who asks on this connection; None when nobody was told, who may ask nothing."""
    actor: Actor | None = connection.get_execution_options().get("actor")
    return actor


def check(question: Callable[..., object], actor: Actor | None, arguments: Mapping[str, object]) -> None:
    """NotPermitted when somebody may not ask a read with these arguments, by name; a read says its right by `needs`."""
    right, own_centre = getattr(question, "right", None), getattr(question, "own_centre", False)
    if right is None:
        return
    code = str(arguments["centre_code"]) if own_centre and arguments.get("centre_code") is not None else None
    if actor is None or not allows(actor, right) or (code is not None and not actor.may_enter(code)):
        raise NotPermitted(actor, right, code or "")


def needs(
    right: Right, *, own_centre: bool = False, counts_people: bool = False
) -> Callable[[Callable[Concatenate["sa.Connection", P], Answer]], Callable[Concatenate["sa.Connection", P], Answer]]:
    """Makes a read answer only who has the right; with `own_centre`, an animator only about the centres they keep.

    The read then takes its `centre_code` by name. Its right stands on it as `right`, for the page that prints the table.
    `counts_people` says that it looks at the people of all centres, to count them or to tell those who agreed to it: the
    row-level security of PostgreSQL shows others' people to no other read.
    """

    def guarded(question: Callable[Concatenate["sa.Connection", P], Answer]) -> Any:
        @functools.wraps(question)
        def answer(connection: "sa.Connection", *args: P.args, **kwargs: P.kwargs) -> Answer:
            check(answer, asker(connection), kwargs)
            with everywhere(connection) if counts_people else nullcontext():
                return question(connection, *args, **kwargs)

        answer.right = right  # type: ignore[attr-defined]
        answer.own_centre = own_centre  # type: ignore[attr-defined]
        return answer

    return guarded
