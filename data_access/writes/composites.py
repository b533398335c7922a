"""Records whose main row comes with others: one document for the audit, put back together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from data_access.refusals import Problem, Refused, Rule
from data_access.schema import audit_entry
from data_access.writes.database_refusals import told_as_refusals
from data_access.writes.keepers import Document, Keeper
from data_access.writes.rows import Change, Saved, as_document, from_document, saved_by_request, trace


@dataclass(frozen=True)
class Composite:
    """A main row and the rows of another table that belong to it alone, under `name` in the document.

    `parts` are the part's table and the column by which it names the main row; they have no version of their own.
    """

    main: sa.Table
    name: str
    part: sa.Table
    owner: str

    def content(self, connection: sa.Connection, row_id: int) -> Document | None:
        """What the audit keeps of the record now; None when it is gone."""
        row = (
            connection.execute(sa.select(self.main).where(self.main.c.id == row_id).with_for_update())
            .mappings()
            .one_or_none()
        )
        if row is None:
            return None
        parts = connection.execute(
            sa.select(self.part).where(self.part.c[self.owner] == row_id).order_by(self.part.c.id)
        ).mappings()
        told = [
            {name: value for name, value in as_document(dict(part)).items() if name != self.owner} for part in parts
        ]
        return as_document(dict(row)) | {self.name: sorted(told, key=str)}

    def restore(self, connection: sa.Connection, change: Change, row_id: int, document: Document | None) -> None:
        """Makes the record say the document again, or removes it."""
        connection.execute(sa.delete(self.part).where(self.part.c[self.owner] == row_id))
        if document is None:
            connection.execute(sa.delete(self.main).where(self.main.c.id == row_id))
            return
        values = from_document(self.main, document) | {"version": self._next_version(connection, row_id)}
        updated = connection.execute(sa.update(self.main).where(self.main.c.id == row_id).values(**values)).rowcount
        if not updated:
            connection.execute(sa.insert(self.main).values(id=row_id, **values))
        self._insert_parts(connection, row_id, document[self.name])

    def store(
        self,
        connection: sa.Connection,
        change: Change,
        *,
        row_key: str,
        values: Mapping[str, Any],
        parts: Sequence[Mapping[str, Any]],
        row_id: int | None,
        base_version: int,
    ) -> Saved:
        """Stores the record whole, as `store_row` does for one row."""
        sent_before = saved_by_request(connection, change.request_key)
        if sent_before is not None:
            return sent_before
        before = None if row_id is None else self.content(connection, row_id)
        version = 0
        if row_id is not None:
            if before is None:
                raise Refused([Problem(Rule.UNKNOWN_RECORD)])
            found = connection.execute(sa.select(self.main.c.version).where(self.main.c.id == row_id))
            version = int(found.scalar_one())
            if version != base_version:
                raise Refused([Problem(Rule.RECORD_CHANGED, "version")])
        with told_as_refusals():
            if row_id is None:
                row_id = connection.execute(
                    sa.insert(self.main).values(**values, version=1).returning(self.main.c.id)
                ).scalar_one()
            else:
                connection.execute(sa.delete(self.part).where(self.part.c[self.owner] == row_id))
                connection.execute(
                    sa.update(self.main).where(self.main.c.id == row_id).values(**values, version=version + 1)
                )
            self._insert_rows(connection, row_id, parts)
        after = self.content(connection, row_id)
        if after == before:
            return Saved(row_id, version + 1, already_recorded=True)
        audit_id = trace(connection, change, self.main.name, row_key=row_key, row_id=row_id, before=before, after=after)
        return Saved(row_id, version + 1, already_recorded=False, audit_id=audit_id)

    @property
    def keeper(self) -> Keeper:
        """How its changes are taken back."""
        return Keeper(self.content, self.restore)

    def _insert_parts(self, connection: sa.Connection, row_id: int, documents: Sequence[Document]) -> None:
        self._insert_rows(connection, row_id, [from_document(self.part, document) for document in documents])

    def _insert_rows(self, connection: sa.Connection, row_id: int, parts: Sequence[Mapping[str, Any]]) -> None:
        if parts:
            connection.execute(sa.insert(self.part), [{self.owner: row_id, **part} for part in parts])

    def _next_version(self, connection: sa.Connection, row_id: int) -> int:
        changes = sa.select(sa.func.count()).where(
            audit_entry.c.table_name == self.main.name, audit_entry.c.row_id == row_id
        )
        stored = sa.select(self.main.c.version).where(self.main.c.id == row_id)
        return (
            max(
                int(connection.execute(changes).scalar_one()),
                int(connection.execute(stored).scalar_one_or_none() or 0),
            )
            + 1
        )
