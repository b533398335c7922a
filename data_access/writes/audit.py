"""The trace of a change, in the transaction of the change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.engine import writing
from data_access.refusals import Refused, Rule
from data_access.rights import Actor
from data_access.schema import audit_entry

_WANT_OF_RIGHT: Final = (Rule.NOT_ALLOWED, Rule.NOT_YOUR_ROLE)


def record_audit_entry(
    connection: sa.Connection,
    actor: Actor,
    *,
    at: datetime,
    action: str,
    table_name: str,
    row_key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    row_id: int | None = None,
    request_key: str | None = None,
    undoes_id: int | None = None,
    import_batch_id: int | None = None,
) -> int:
    """Writes down who changed what, from what to what, and answers the entry's id; `row_key` is the readable key."""
    entry = connection.execute(
        sa.insert(audit_entry)
        .values(
            at=at,
            actor=actor.name,
            action=action,
            table_name=table_name,
            row_key=row_key,
            before=None if before is None else dict(before),
            after=None if after is None else dict(after),
            row_id=row_id,
            request_key=request_key,
            undoes_id=undoes_id,
            import_batch_id=import_batch_id,
        )
        .returning(audit_entry.c.id)
    )
    entry_id: int = entry.scalar_one()
    return entry_id


def record_refusal(engine: sa.Engine, actor: Actor, refusal: Refused, *, at: datetime) -> None:
    """Writes down that somebody tried what they may not do, in a transaction of its own; other refusals leave no trace."""
    wanting = [problem for problem in refusal.problems if problem.rule in _WANT_OF_RIGHT]
    for problem in wanting[:1]:
        record_denial(engine, actor, f"{problem.rule} {problem.values.get('centre_code', '')}".strip(), at=at)


def record_denial(engine: sa.Engine, actor: Actor, about: str, *, at: datetime) -> None:
    """Writes down that a page, a read or a write was denied to somebody: `about` says which, without any name."""
    with writing(engine, actor) as connection:
        record_audit_entry(
            connection,
            actor,
            at=at,
            action="denied",
            table_name="account",
            row_key=about[:200],
            before=None,
            after={"role": actor.role},
        )
