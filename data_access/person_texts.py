"""Where people may be told in the database beside their own row: the texts others typed, the drafts, the audit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.mentions import DOCUMENTS, REMARKS, TITLES, Identity, Mentions, words
from data_access.schema import audit_entry, centre, commune, entry_draft, metadata, person

OF_A_PERSON: Final = ("agreement", "pass_membership", "member_service", "support")
"""The tables whose rows belong to a person, and say so in the documents of the audit."""
IDENTITY: Final = ("family_name", "given_name", "email", "phone", "home_insee_code")
"""What the row of a person says of them, and an erased one no longer does."""
_APART: Final = ("audit_entry", "entry_draft")


@dataclass(frozen=True)
class Text:
    """A text of one row that others typed; a remark may tell people by their family name alone."""

    table: str
    column: str
    row_id: int
    text: str

    @property
    def remark(self) -> bool:
        """Whether a family name alone is looked for."""
        return (self.table, self.column) in REMARKS


def identity_of(row: Any) -> Identity:
    """What tells the person of a row."""
    return Identity(row.family_name, row.given_name, row.email, row.phone)


def mentions_of(connection: sa.Connection, rows: Sequence[Any]) -> Mentions:
    """The finder of some people, who share their family name with the places and the other people of this database."""
    ids = {row.id for row in rows}
    places: Iterable[str] = (
        text
        for column in (commune.c.name, centre.c.name, centre.c.code)
        for text in connection.scalars(sa.select(column))
    )
    common = {word for text in places for word in words(text)}
    others = sa.select(person.c.id, person.c.family_name).where(person.c.family_name.is_not(None))
    for other in connection.execute(others):
        if other.id not in ids and len(parts := words(other.family_name)) == 1:
            common.add(parts[0])
    return Mentions([identity_of(row) for row in rows], frozenset(common))


def texts(connection: sa.Connection) -> Iterator[Text]:
    """Every text that others typed, drafts and audit apart."""
    for table, column in sorted(REMARKS | TITLES):
        if table in _APART:
            continue
        rows = metadata.tables[table]
        for row_id, text in connection.execute(sa.select(rows.c.id, rows.c[column]).where(rows.c[column].is_not(None))):
            yield Text(table, column, row_id, text)


def documents(connection: sa.Connection) -> Iterator[tuple[str, str, int, dict[str, Any]]]:
    """Every document of texts that others typed: table, column, number of the row, document."""
    for table, column in sorted(DOCUMENTS):
        rows = metadata.tables[table]
        for row_id, document in connection.execute(sa.select(rows.c.id, rows.c[column]).order_by(rows.c.id)).all():
            if document:
                yield table, column, row_id, document


def drafts(connection: sa.Connection) -> Iterator[Any]:
    """Every draft."""
    yield from connection.execute(sa.select(entry_draft)).all()


def audit_entries(connection: sa.Connection) -> Iterator[Any]:
    """Every change but those of accounts, whose holders are told by their role."""
    yield from connection.execute(
        sa.select(audit_entry).where(audit_entry.c.table_name != "account").order_by(audit_entry.c.id)
    )


def is_of(entry: Any, person_id: int, since: datetime | None = None) -> bool:
    """Whether a change is about the row of this person, or about a row that belongs to them.

    SQLite gives the number of a removed row again: with `since`, changes made before the person was recorded are not
    theirs.
    """
    if since is not None and entry.at < since:
        return False
    if entry.table_name == "person":
        return bool(entry.row_id == person_id or entry.row_key == row_key_of(person_id))
    documents = (entry.before or {}, entry.after or {})
    return entry.table_name in OF_A_PERSON and any(each.get("person_id") == person_id for each in documents)


def row_key_of(person_id: int) -> str:
    """How the audit names a person: never by their name."""
    return f"personne {person_id}"
