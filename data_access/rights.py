"""Who acts, and who may do what: the one table of rights, read by the menu, the guard of each page, and every read and write.

Row-level security on PostgreSQL decides by the same person: the database is told of them for the length of a transaction.
SQLite knows neither roles nor policies: there the rights and the writes alone decide.
"""

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Concatenate, Final, Literal, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    # The menu reads this table before anything slow is loaded.
    import sqlalchemy as sa

P = ParamSpec("P")
Answer = TypeVar("Answer")

Role = Literal["manager", "administrator", "coordinator", "animator", "viewer", "public", "check_in", "open_data"]
"""A manager administers and coordinates, where one person does both. The last three have
no account: a visitor at a fair, whoever scans the code on the wall of a centre, and the publication of open data."""


@dataclass(frozen=True)
class Actor:
    """A person who is using the application, or a program that acts in their place.

    `name` is what the audit keeps: the e-mail address of the account. `centres` are the codes of the centres an
    animator keeps, or the one whose code was scanned; the other roles have none of their own.
    """

    name: str
    role: Role
    centres: frozenset[str] = field(default_factory=frozenset)

    def owns(self, centre_code: str) -> bool:
        """Whether what is done at that centre is this person's to ask about, where their role lets them ask."""
        return self.coordinates or centre_code in self.centres

    def may_enter(self, centre_code: str) -> bool:
        """Whether this person may record figures of that centre."""
        return self.enters and self.owns(centre_code)

    def may_check_in(self, centre_code: str) -> bool:
        """Whether this person may note an anonymous arrival at that centre, and its departure."""
        return (self.enters or self.role == "check_in") and self.owns(centre_code)

    @property
    def coordinates(self) -> bool:
        """Whether this person may record what concerns the whole network."""
        return allows(self, Right.COORDINATE)

    @property
    def enters(self) -> bool:
        """Whether this person records figures at all, be it for one centre."""
        return allows(self, Right.ENTER)


COMMAND_LINE: Final = Actor("commande@localhost", "coordinator")
"""Who runs a command on the server has its database in hand anyway."""
VISITOR: Final = Actor("visite", "public")
"""Who has not said who they are."""
PUBLICATION: Final = Actor("publication", "open_data")
"""What is published for anybody: it sees no name and no count of few people."""


def check_in_of(centre_code: str) -> Actor:
    """Whoever stands before the code of that centre."""
    return Actor(f"code QR {centre_code}", "check_in", frozenset({centre_code}))


class Right(StrEnum):
    """Something that some may and others may not."""

    PRESENTATION = "presentation"
    CHECK_IN = "check_in"
    DRAFTS = "drafts"
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
_ADMINISTRATOR: Final = _VIEWER | {Right.DRAFTS, Right.CENTRES, Right.JOURNAL, Right.PERSONAL_DATA, Right.ACCOUNTS}
_COORDINATOR: Final = _VIEWER | {
    Right.SMALL_COUNTS,
    Right.DRAFTS,
    Right.ENTER,
    Right.COORDINATE,
    Right.CENTRES,
    Right.JOURNAL,
    Right.PERSONAL_DATA,
}
RIGHTS: Final[Mapping[Role, frozenset[Right]]] = {
    "manager": _ADMINISTRATOR | _COORDINATOR,
    "administrator": _ADMINISTRATOR,
    "coordinator": _COORDINATOR,
    "animator": _VIEWER | {Right.SMALL_COUNTS, Right.DRAFTS, Right.ENTER, Right.CENTRES},
    "viewer": _VIEWER,
    "public": _PUBLIC,
    "check_in": frozenset({Right.CHECK_IN}),
    "open_data": frozenset({Right.FIGURES}),
}
"""Nobody has more than their work needs: who administers accounts enters no figure and sees no count of few people,
unless the same person coordinates too."""


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


# The last word of each, true, ends the setting with its transaction: the next one on the connection begins with none.
_TELL: Final = (
    "SELECT set_config('cybercantal.role', %(role)s, true), set_config('cybercantal.actor', %(actor)s, true),"
    " set_config('cybercantal.centres', %(centres)s, true), set_config('cybercantal.everywhere', '', true)"
)
_WIDEN: Final = (
    "SELECT current_setting('cybercantal.everywhere', true), set_config('cybercantal.everywhere', 'on', true)"
)
_NARROW: Final = "SELECT set_config('cybercantal.everywhere', %(before)s, true)"
_SEE_ALL: Final = ("manager", "coordinator", "administrator")


def tell_database(connection: "sa.Connection", actor: Actor) -> None:
    """Tells the database who acts until the transaction ends; the codes of centres hold no comma (`Rule.NOT_A_CODE`)."""
    if connection.dialect.name == "postgresql":
        told = {"role": actor.role, "actor": actor.name, "centres": ",".join(sorted(actor.centres))}
        connection.exec_driver_sql(_TELL, told)


@contextmanager
def all_rows(connection: "sa.Connection") -> Iterator[None]:
    """Within it, who keeps some centres reads the rows of all: to count them, or to find out that somebody is known.

    What may be written stays the same. A failed statement loses its transaction, and the setting with it.
    """
    actor: Actor | None = connection.get_execution_options().get("actor")
    if connection.dialect.name != "postgresql" or actor is None or actor.role in _SEE_ALL:
        yield
        return
    before = connection.exec_driver_sql(_WIDEN).scalar_one()
    try:
        yield
    except Exception as error:
        if not hasattr(error, "orig"):
            _narrow(connection, before)
        raise
    _narrow(connection, before)


def _narrow(connection: "sa.Connection", before: str | None) -> None:
    connection.exec_driver_sql(_NARROW, {"before": before or ""})


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


class Keep(Protocol):
    """How the answer to a read is found again, given on a connection as its option `keep`: `ask` asks for it."""

    def __call__(
        self,
        question: Callable[..., object],
        args: tuple[object, ...],
        kwargs: Mapping[str, object],
        ask: Callable[[], Answer],
        /,
    ) -> Answer: ...


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

            def ask() -> Answer:
                with _granting(connection, frozenset(grants)), all_rows(connection) if counts_people else nullcontext():
                    return question(connection, *args, **kwargs)

            keep: Keep | None = connection.get_execution_options().get("keep")
            return keep(answer, args, kwargs, ask) if keep else ask()

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
