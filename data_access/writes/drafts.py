"""Keeps what somebody has typed and not recorded yet: it counts nowhere, and nobody else is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import entry_draft

LONGEST_TEXT: Final = 4000
MOST_FIELDS: Final = 200


def keep_draft(
    connection: sa.Connection,
    actor: Actor,
    *,
    form: str,
    about: str,
    base_version: int,
    typed: Mapping[str, str],
    now: datetime,
) -> None:
    """Keeps the texts of the fields of a form, by field, over those kept before; the last to come is kept.

    Raises Refused for who enters nothing, and for more text than a form can hold. `connection` must come from `writing`.
    """
    if not actor.enters:
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    if len(typed) > MOST_FIELDS or sum(len(text) for text in typed.values()) > LONGEST_TEXT:
        raise Refused([Problem(Rule.COMMENT_TOO_LONG, "typed", {"length": LONGEST_TEXT + 1, "maximum": LONGEST_TEXT})])
    # PostgreSQL keeps no null character, and a draft is not the place to argue about one.
    texts = {field: text.replace("\x00", "") for field, text in typed.items()}
    kept = {"base_version": base_version, "typed": texts, "saved_at": now}
    mine = (entry_draft.c.actor == actor.name, entry_draft.c.form == form, entry_draft.c.about == about)
    if connection.execute(sa.update(entry_draft).where(*mine).values(**kept)).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(entry_draft).values(actor=actor.name, form=form, about=about, **kept))
    except sa.exc.IntegrityError:
        # Another sending of the same author came between: theirs is replaced.
        connection.execute(sa.update(entry_draft).where(*mine).values(**kept))


def drop_draft(connection: sa.Connection, actor: Actor, *, form: str, about: str) -> None:
    """Forgets what somebody had typed. `connection` must come from `writing`."""
    connection.execute(
        sa.delete(entry_draft).where(
            entry_draft.c.actor == actor.name, entry_draft.c.form == form, entry_draft.c.about == about
        )
    )
