"""Records a place of the network: new, corrected, opened or closed."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from data_access.actors import Actor
from data_access.records import CentreRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.schema import centre
from data_access.writes.centre_rules import impossible, is_used, unusual
from data_access.writes.database_refusals import told_as_refusals
from data_access.writes.entry_rules import as_values, refuse_unless_coordinates, settle
from data_access.writes.keepers import Document, Keeper
from data_access.writes.place_changes import changes_of
from data_access.writes.rows import Change, Saved, as_document, from_document, saved_by_request, store_row

FIELDS: Final = tuple(column.name for column in centre.c if column.name not in ("id", "version"))
"""The columns a record fills, under the same names."""


def record_centre(
    connection: sa.Connection,
    actor: Actor,
    record: CentreRecord,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a place, new or corrected.

    Raises Refused when it cannot be true, or its code names figures already; Unconfirmed for a point out of the county,
    or weeks entered before its opening or after its closing. `connection` must come from `writing`.
    """
    refuse_unless_coordinates(actor)
    sent_before = saved_by_request(connection, record.request_key)
    if sent_before is not None:
        return sent_before
    stored = None
    if row_id is not None:
        stored = connection.execute(
            sa.select(centre).where(centre.c.id == row_id).with_for_update(key_share=True)
        ).mappings().one_or_none()  # fmt: skip
        if stored is None:
            raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    settle(record, impossible(connection, record, stored), unusual(connection, record, stored))
    return store_row(
        connection,
        Change(actor, now, "record_centre", record.request_key, import_batch_id),
        centre,
        row_key=record.code or "",
        values=as_values(record, *FIELDS),
        row_id=row_id,
        base_version=record.base_version,
    )


def _content(connection: sa.Connection, centre_id: int) -> Document | None:
    row = connection.execute(
        sa.select(centre).where(centre.c.id == centre_id).with_for_update(key_share=True)
    ).mappings().one_or_none()  # fmt: skip
    return None if row is None else as_document(dict(row))


def _restore(connection: sa.Connection, change: Change, centre_id: int, document: Document | None) -> None:
    if document is None:
        # Its seats and hours would go with it, without a word.
        if is_used(connection, centre_id):
            raise Refused([Problem(Rule.STILL_USED)])
        connection.execute(sa.delete(centre).where(centre.c.id == centre_id))
        return
    values = from_document(centre, document)
    version = connection.execute(sa.select(centre.c.version).where(centre.c.id == centre_id)).scalar_one_or_none()
    with told_as_refusals():
        if version is None:
            # A version no reader of the place that was gone has seen.
            again = changes_of(connection, centre, centre_id) + 1
            connection.execute(sa.insert(centre).values(id=centre_id, version=again, **values))
        else:
            connection.execute(sa.update(centre).where(centre.c.id == centre_id).values(version=version + 1, **values))


CENTRE_KEEPER: Final = Keeper(_content, _restore)
