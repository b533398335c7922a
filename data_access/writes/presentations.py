"""Stores and removes the shows for fairs: only coordinators, and what they do is written down."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from data_access.records import PresentationRecord
from data_access.refusals import Problem, Rule
from data_access.rights import Actor, Right
from data_access.schema import presentation
from data_access.writes.entry_rules import longest_texts, missing, out_of_range, require_right, unreadable, validate
from data_access.writes.rows import Change, Saved, remove_row, store_row

SHORTEST_SECONDS: Final = 3
LONGEST_SECONDS: Final = 120
LONGEST_TITLE: Final = 80


def record_presentation(
    connection: sa.Connection, actor: Actor, record: PresentationRecord, *, now: datetime, row_id: int | None = None
) -> Saved:
    """Stores a show, new or changed; its link says its name. `connection` must come from `writing`.

    Raises Refused for who does not coordinate, for a name another show has, and for one that somebody changed meanwhile.
    """
    require_right(actor, Right.COORDINATE)
    validate(record, _problems(connection, record, row_id))
    return store_row(
        connection,
        Change(actor, now, "record_presentation", record.request_key),
        presentation,
        row_key=str(record.name),
        values={
            "name": record.name,
            "slides": ",".join(record.slides),
            "seconds": record.seconds,
            "theme": record.theme,
            "titles": dict(record.titles) or None,
        },
        row_id=row_id,
        base_version=record.base_version,
    )


def remove_presentation(connection: sa.Connection, actor: Actor, *, row_id: int, now: datetime) -> int | None:
    """Removes a show, and answers the id of the audit entry; None when it is gone already. Its link then leads nowhere."""
    require_right(actor, Right.COORDINATE)
    name = connection.execute(sa.select(presentation.c.name).where(presentation.c.id == row_id)).scalar_one_or_none()
    change = Change(actor, now, "remove_presentation")
    return remove_row(connection, change, presentation, row_key=str(name), row_id=row_id)


def _problems(connection: sa.Connection, record: PresentationRecord, row_id: int | None) -> Iterator[Problem]:
    yield from missing(record, "name")
    yield from unreadable(record, "presentation")
    joined = ",".join(record.slides)
    if not record.slides:
        yield Problem(Rule.MISSING_VALUE, "slides")
    elif len(joined) > (maximum := longest_texts("presentation")["slides"]):
        yield Problem(Rule.TOO_LONG, "slides", {"length": len(joined), "maximum": maximum})
    yield from out_of_range(record, SHORTEST_SECONDS, LONGEST_SECONDS, "seconds")
    longest = max((len(title) for title in record.titles.values()), default=0)
    if longest > LONGEST_TITLE:
        yield Problem(Rule.TOO_LONG, "titles", {"length": longest, "maximum": LONGEST_TITLE})
    if any("\x00" in title for title in record.titles.values()):
        yield Problem(Rule.UNREADABLE_TEXT, "titles")
    same = sa.select(presentation.c.id).where(sa.func.lower(presentation.c.name) == str(record.name).lower())
    if connection.execute(same).scalar() not in (None, row_id):
        yield Problem(Rule.ALREADY_EXISTS, "name", {"value": record.name})
