"""What somebody has typed and not recorded yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from data_access.rights import Right, actor_of, requires
from data_access.schema import entry_draft


@dataclass(frozen=True)
class Draft:
    """The texts of the fields of a form, by field, as they were last sent; `base_version` was on the screen then."""

    typed: Mapping[str, str]
    base_version: int
    saved_at: datetime


@requires(Right.ENTER)
def draft(connection: sa.Connection, *, form: str, about: str) -> Draft | None:
    """The draft that who asks has left in a form on a subject; None when nothing is kept."""
    author = actor_of(connection)
    kept = entry_draft.c
    row = connection.execute(
        sa.select(kept.typed, kept.base_version, kept.saved_at).where(
            kept.actor == (author.name if author else None), kept.form == form, kept.about == about
        )
    ).one_or_none()
    return None if row is None else Draft(row.typed, row.base_version, row.saved_at)
