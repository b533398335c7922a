"""What a kind of record is: one declaration, from which recording, correcting, deleting, undoing, files and forms follow."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from data_access.periods import day_in_paris
from data_access.records import EntryRecord, NamedRecord
from data_access.refusals import Problem, Rule
from data_access.rights import Actor, Right
from data_access.schema import centre, person
from data_access.writes.entry_rules import implausible, locked_centre, missing, next_in_series, row_of_text, unreadable
from data_access.writes.rows import Change, Saved

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One field of a record as people know it: its name in the record class, and its French label.

    `column` is where it is kept, where that bears another name. `needed`: a record without it is refused.
    """

    name: str
    label: str
    column: str = ""
    needed: bool = False

    def column_in(self, table: sa.Table) -> sa.Column[Any] | None:
        """The column of a table that keeps this field; None when rows of another keep it."""
        return table.c.get(self.column or (f"{self.name[:-5]}_id" if self.is_centre else self.name))

    @property
    def is_centre(self) -> bool:
        """Whether the field is the code of a centre, whose row keeps an id."""
        return self.name.endswith("centre_code")


@cache
def fields_of(record: type[EntryRecord]) -> tuple[Field, ...]:
    """The fields that people fill in, as the record class declares them."""
    declared = ((name, each.title, each.json_schema_extra) for name, each in record.model_fields.items())
    return tuple(Field(name, title, **more) for name, title, more in declared if title and isinstance(more, dict))  # type: ignore[arg-type]


PERSON_FIELDS: Final = fields_of(NamedRecord)
"""What a record says of its person, beside itself."""


@dataclass(frozen=True)
class Entry:
    """One record on its way to the database.

    `record` says everything: what its author left alone is as stored. `row` and `before` are what is stored, None for a
    new record; `given` are the fields its author filled or changed. `person_id` is who it is about, None for somebody new.
    """

    connection: sa.Connection
    actor: Actor
    kind: "Kind"
    record: Any
    now: datetime
    row: Row | None = None
    before: Any = None
    given: frozenset[str] = frozenset()
    person_id: int | None = None
    known: Row | None = None
    opened: bool = False
    imported: bool = False

    @property
    def today(self) -> date:
        """The day it is recorded, in Paris."""
        return day_in_paris(self.now)

    @property
    def row_id(self) -> int | None:
        """The id of the row that is stored."""
        return None if self.row is None else int(self.row["id"])

    @property
    def says_nothing_new(self) -> bool:
        """Whether every field says what is stored."""
        names = [field.name for field in self.kind.fields]
        return self.row is not None and all(getattr(self.record, name) == getattr(self.before, name) for name in names)

    def changes(self, *names: str) -> bool:
        """Whether one of these fields says something that is not stored."""
        stored = self.before
        return any(
            name in self.given and (stored is None or getattr(self.record, name) != getattr(stored, name))
            for name in names
        )

    def declared_problems(self, *, apart: Iterable[str] = ()) -> Iterator[Problem]:
        """What the declaration of its kind alone forbids: what is needed and not said, what no column holds. The numbers
        of fields set `apart` have a narrower rule of their own."""
        yield from missing(self.record, *self.kind.needed)
        yield from unreadable(self.record, self.kind.table.name)
        yield from implausible(self.record, self.kind.columns, apart=apart)

    def taken(self, field: str, value: Any) -> Iterator[Problem]:
        """Another record has its natural key."""
        if self.kind.same(self.connection, self.record) not in (None, self.row_id):
            yield Problem(Rule.ALREADY_EXISTS, field, {"value": value})

    def unknown_reference(self, field: str, table: sa.Table) -> Iterator[Problem]:
        """A field that names a row which is not there."""
        wanted = getattr(self.record, field)
        known = sa.select(table.c.id).where(table.c.id == wanted)
        if wanted is not None and self.connection.execute(known).scalar_one_or_none() is None:
            yield Problem(Rule.NOT_IN_LIST, field)

    def locked_centre_id(self) -> int:
        """The centre that the record names, whose turn is taken until the transaction ends; Refused for a code none has."""
        code = self.record.centre_code
        return int(locked_centre(self.connection, self.actor, code, allowed=True, field="centre_code").id)

    def numbered(self, name: str, *, first: str) -> str:
        """What a field says, or is stored, or what follows the last one given in its series, « C-2026-0521 » after
        « C-2026-0520 »."""
        said = getattr(self.record, name) or (self.row[name] if self.row else None)
        return said or next_in_series(self.connection, self.kind.columns[name], first=first)

    def with_values(self, **values: Any) -> "Entry":
        """The same entry, its record saying something more."""
        return replace(self, record=self.record.model_copy(update=values))


@dataclass(frozen=True)
class FoundEntry:
    """One record of a search: its row, version, what tells it from others in French, its day and centre if it has any."""

    row_id: int
    version: int
    label: str
    day: date | None
    centre_code: str | None


def _nothing(entry: Entry) -> Iterable[Problem]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of record.

    `key` is its stable word, `action` the audit's; `right` who records it at all. `row_key` names a row in the audit.
    `told` and `day` tell a found row from others. `impossible` and `unusual` are its rules; `filled` what is given by
    itself (a number that follows); `derived` the columns that no field says. `about` is the field that names the row,
    for a kind that completes a record of another kind. `has_person`: its person is judged, versioned, audited and undone with it.
    """

    key: str
    title: str
    table: sa.Table
    record: type[EntryRecord]
    action: str
    right: Right
    row_key: Callable[[Entry], str] = lambda entry: ""
    told: Callable[[Row], str] = lambda row: ""
    day: str | None = None
    shows: sa.ColumnElement[bool] = field(default_factory=sa.true)
    """Whether a row holds such a record, where the table holds more."""
    impossible: Callable[[Entry], Iterable[Problem]] = _nothing
    unusual: Callable[[Entry], Iterable[Problem]] = _nothing
    filled: Callable[[Entry], Mapping[str, Any]] = lambda entry: {}
    derived: Callable[[Entry], Mapping[str, Any]] = lambda entry: {}
    same_fields: tuple[str, ...] = ()
    """The fields of the natural key: another writing of one does not change it."""
    worded: str = ""
    """The one of them that is told by its words, however they are written (`same_text`)."""
    finds: Callable[[sa.Connection, Any], int | None] | None = None
    """The way of its own to find the row of the natural key."""
    overwrites: bool = False
    """Whether a new record of the same natural key corrects the stored one."""
    about: str = ""
    has_person: bool = False
    rows: Callable[[Entry], list[dict[str, Any]] | None] = lambda entry: None
    """The rows that belong to it (`data_access.documents.PARTS`); None = as they are."""
    reads: Callable[[sa.Connection, Row], Mapping[str, Any]] = lambda connection, row: {}
    """The fields that are no column, from the row."""
    also: Callable[[Entry, Change], None] | None = None
    """What else changes with it, in rows of other kinds."""
    stores: Callable[..., Any] | None = None
    """The way of its own to store it, for what is not a row with its parts."""
    listed: Callable[[sa.Connection], list[Row]] | None = None
    """Its records as rows, each with its `id` and `version`, where they are not those of its table: periods of a centre."""
    writes: Callable[[Entry, Change], Saved] | None = None
    """The way of its own to write what `listed` shows."""
    deletes: Callable[[Entry, Change], int] | None = None
    """The way of its own to remove it; answers the id of the audit entry."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of its record, in the order in which a file has them."""
        return fields_of(self.record)

    def label_of(self, field: str) -> str:
        """The French label of a field."""
        return next((each.label for each in self.fields if each.name == field), self.title)

    def same(self, connection: sa.Connection, record: Any) -> int | None:
        """The row that a new record is about, by its natural key; None without any."""
        if self.finds is not None:
            return self.finds(connection, record)
        conditions = [self._says(name, getattr(record, name)) for name in self.same_fields if name != self.worded]
        if self.worded:
            return row_of_text(connection, self.columns[self.worded], getattr(record, self.worded), *conditions)
        same = sa.select(self.table.c.id).where(*conditions).order_by(self.table.c.id).limit(1)
        return connection.execute(same).scalar_one_or_none() if conditions else None

    def _says(self, name: str, value: Any) -> sa.ColumnElement[bool]:
        if name.endswith("centre_code") and value is not None:
            value = sa.select(centre.c.id).where(centre.c.code == value).scalar_subquery()
        same: sa.ColumnElement[bool] = self.columns[name] == value
        return same

    @property
    def needed(self) -> tuple[str, ...]:
        """The fields that every record of the kind must say."""
        return tuple(field.name for field in self.fields if field.needed)

    @property
    def columns(self) -> Mapping[str, sa.Column[Any]]:
        """The columns that its fields fill, by field."""
        found = {field.name: field.column_in(self.table) for field in self.fields}
        return {name: column for name, column in found.items() if column is not None}

    @property
    def person_fields(self) -> tuple[str, ...]:
        """The fields that its person keeps."""
        if not self.has_person:
            return ()
        return tuple(field.name for field in self.fields if field.name in person.c or field.name == "directory")
