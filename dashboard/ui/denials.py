"""What somebody tried that they may not do is written down, whoever refused it: a read, a write or the page's own door."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa

from dashboard.ui import clock
from data_access.actors import Actor
from data_access.refusals import Refused
from data_access.rights import NotPermitted
from data_access.writes.rows import record_denial, record_refusal


@contextmanager
def written_down(engine: sa.Engine, actor: Actor, what: str) -> Iterator[None]:
    """Lets the refusal through, after its trace: in a transaction of its own, since that of the attempt is undone."""
    try:
        yield
    except Refused as refusal:
        # A database that does not answer must not hide the refusal.
        with suppress(sa.exc.SQLAlchemyError):
            record_refusal(engine, actor, refusal, at=clock.now())
        raise
    except NotPermitted as denied:
        with suppress(sa.exc.SQLAlchemyError):
            record_denial(engine, actor, f"{what} {denied.about}".strip(), at=clock.now())
        raise
