"""What PostgreSQL is told of who acts, for the length of a transaction: row-level security decides by it.

Nothing here is said to SQLite, which knows neither roles nor policies: there the rights and the writes alone decide.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from data_access.actors import Actor

if TYPE_CHECKING:
    # The menu reads the rights, and through them this file, before anything slow is loaded.
    import sqlalchemy as sa

# The last word of each, true, ends the setting with its transaction: the next one on the connection begins with none.
_TELL: Final = (
    "SELECT set_config('cybercantal.role', %(role)s, true), set_config('cybercantal.actor', %(actor)s, true),"
    " set_config('cybercantal.centres', %(centres)s, true), set_config('cybercantal.everywhere', '', true)"
)
_WIDEN: Final = (
    "SELECT current_setting('cybercantal.everywhere', true), set_config('cybercantal.everywhere', 'on', true)"
)
_NARROW: Final = "SELECT set_config('cybercantal.everywhere', %(before)s, true)"
_SEE_ALL: Final = ("coordinator", "administrator")


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
