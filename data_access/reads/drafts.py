"""What somebody has typed and not recorded yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from data_access.schema import entry_draft


@dataclass(frozen=True)
class Draft:
    """The texts of the fields of a form, by field, as they were last sent; `base_version` was on the screen then."""

    typed: Mapping[str, str]
    base_version: int
    saved_at: datetime


def draft(connection: sa.Connection, *, actor_name: str, form: str, about: str) -> Draft | None:
    """The draft of one author, form and subject; None when nothing is kept."""
    kept = entry_draft.c
    row = connection.execute(
        sa.select(kept.typed, kept.base_version, kept.saved_at).where(
            kept.actor == actor_name, kept.form == form, kept.about == about
        )
    ).one_or_none()
    return None if row is None else Draft(row.typed, row.base_version, row.saved_at)
