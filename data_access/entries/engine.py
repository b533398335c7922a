"""The one engine of entries: records, corrects, finds and deletes a record of any kind, as its declaration says.

Whose a record is, and what hangs on it, is said here for both engines; row-level security says it again to PostgreSQL
(`data_access.row_security`), SQLite has only this."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa

from data_access.documents import PARTS
from data_access.entries.kind import Entry, FoundEntry, Kind, Row
from data_access.periods import day_in_paris, instant_in_paris
from data_access.reads.people import people_of
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, all_rows, allows
from data_access.schema import BOOKKEEPING, centre, metadata, person, welcome_session
from data_access.schema.columns import Day, Instant
from data_access.words import folded, same_text
from data_access.writes.entry_rules import centre_id_of, longest_texts, require_right, validate
from data_access.writes.rows import Change, Saved, record_changed, remove_row, saved_before, says, store_row
from data_access.writes.week_rules import KnownWeeks

_ABOUT_THE_FORM: Final = frozenset({"base_version", "request_key", "confirmed"})
_NAMED: Final = ("centre_code", "centre_name", "family_name", "given_name", "session_number", "starts_on")
"""What a record is found by beside its own columns: the names of what it refers to."""
_ONE_DAY: Final = timedelta(days=1)


def record_entry(
    connection: sa.Connection,
    actor: Actor,
    kind: Kind,
    record: Any,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
    known: KnownWeeks | None = None,
) -> Saved:
    """Stores a record, new or corrected (`row_id`), with its person and its parts as one. `known` is what the weekly sheets
    of a file look at together.

    Of a record that was opened, a field that `record` does not give stays as it is, and one it empties is emptied. Where
    the author did not see what is stored (a known person chosen, a step of a candidate, a file), a blank empties nothing.
    Raises Refused for what cannot be, is not the actor's, or was changed since it was opened; Unconfirmed for what is
    asked about. Storing what is stored already changes nothing. `connection` must come from `writing`.
    """
    require_right(actor, kind.right)
    already = saved_before(connection, record.request_key)
    # The audit knows periods by their centre: the same one again is found to change nothing.
    if already is not None and kind.listed is None:
        return already if row_id is None else replace(already, row_id=row_id)
    entry = _entry(connection, actor, kind, record, now=now, row_id=row_id, imported=import_batch_id is not None)
    if kind.stores is not None:
        stored: Saved = kind.stores(
            connection, actor, entry.record, now=now, row_id=row_id, import_batch_id=import_batch_id, known=known
        )
        return stored
    change = Change(actor, now, kind.action, record.request_key, import_batch_id)
    # Numbers are given, and people known, in the whole network.
    with all_rows(connection):
        entry = entry.with_values(**kind.filled(entry))
        _require_what_is_wanted(entry)
        if kind.writes is not None:
            if entry.row is not None and entry.says_nothing_new:
                return Saved(int(entry.row["id"]), entry.row["version"], already_recorded=True)
            validate(entry.record, kind.impossible(entry), kind.unusual(entry))
            return kind.writes(entry, change)
        wanted = _wanted(entry) if entry.row is not None else None
        if wanted is not None and wanted.row_stays and wanted.person_stays:
            assert entry.row_id is not None
            return Saved(entry.row_id, wanted.version, already_recorded=True)
        validate(
            entry.record, kind.impossible(entry), chain(_other_name(entry), _other_consent(entry), kind.unusual(entry))
        )
    return _store(entry, wanted or _wanted(entry), change)


def stored_record(connection: sa.Connection, actor: Actor, kind: Kind, row_id: int) -> Any:
    """The record as it is stored, its version in `base_version`; stored again as it is, it changes nothing.

    Raises Refused when it is gone, or is not the actor's to correct.
    """
    require_right(actor, kind.right)
    row = _row(connection, actor, kind, row_id)
    known = _person(connection, row.get("person_id")) if kind.has_person else None
    return _record(connection, kind, row, known)


def delete_entry(
    connection: sa.Connection, actor: Actor, kind: Kind, row_id: int, *, base_version: int, now: datetime
) -> int:
    """Removes a record on which nothing hangs, with its parts, and answers the id of the audit entry.

    Raises Refused when something hangs on it, when it is not the actor's, or was changed since it was read.
    """
    opened = stored_record(connection, actor, kind, row_id)
    if kind.about or (kind.deletes is None and hangs_on(connection, kind.table, row_id)):
        raise Refused([Problem(Rule.STILL_USED)])
    if opened.base_version != base_version:
        raise Refused([record_changed(connection, kind.table, row_id)])
    row = _row(connection, actor, kind, row_id)
    at_work = Entry(connection, actor, kind, opened, now, row, opened, person_id=row.get("person_id"), opened=True)
    change = Change(actor, now, kind.action.replace("record_", "delete_", 1))
    if kind.deletes is not None:
        return kind.deletes(at_work, change)
    audit_id = remove_row(connection, change, kind.table, row_key=kind.row_key(at_work), row_id=row_id)
    assert audit_id is not None
    return audit_id


def find_entries(
    connection: sa.Connection,
    actor: Actor,
    kind: Kind,
    *,
    text: str = "",
    centre_code: str | None = None,
    first: date | None = None,
    last: date | None = None,
    row_ids: Collection[int] | None = None,
    count: int = 50,
) -> list[FoundEntry]:
    """The records of a kind that the actor may correct, newest first, those of imports and other programs too.

    Each word of `text` stands in what they say in words, in their number, their day, their person or their centre, accents
    and case forgiven; the words that all of a kind are told with tell nothing. `first` and `last` are days, included.
    """
    if not allows(actor, kind.right):
        return []
    words = same_text(text).split()
    with all_rows(connection):
        if kind.listed is not None:
            day = kind.day or ""
            rows = [
                row
                for row in kind.listed(connection)
                if centre_code in (None, row["centre_code"])
                and (row_ids is None or row["id"] in row_ids)
                and (first or date.min) <= row[day] <= (last or date.max)
                and all(word in same_text(f"{kind.told(row)} {row['centre_code']}") for word in words)
            ]
            rows = sorted(rows, key=lambda row: (row[day], row["id"]), reverse=True)[:count]
        else:
            question = _with_what_it_refers_to(kind.table).where(of_actor(actor, kind.table), kind.shows)
            if centre_code is not None:
                question = question.where(centre.c.code == centre_code)
            if row_ids is not None:
                question = question.where(kind.table.c.id.in_(row_ids))
            question = _within(question, kind, first, last)
            rows = [dict(row) for row in connection.execute(question.limit(count)).mappings()]
            if words:
                telling = [word for word in words if word not in _words_of_all(kind, rows)]
                asked = question.where(*_saying(question, kind, telling)).limit(count)
                rows = [dict(row) for row in connection.execute(asked).mappings()]
    return [
        FoundEntry(
            row["id"],
            row.get("version", 1) + (row["person_version"] if kind.has_person else 0),
            kind.told(row),
            _day_of(kind, row),
            row.get("centre_code"),
        )
        for row in rows
    ]


def _entry(
    connection: sa.Connection,
    actor: Actor,
    kind: Kind,
    record: Any,
    *,
    now: datetime,
    row_id: int | None,
    imported: bool,
) -> Entry:
    """The record at work: with all it says, what is stored, and who it is about."""
    opened = row_id is not None
    if row_id is None and kind.about:
        row_id = getattr(record, kind.about)
        if row_id is None:
            raise Refused([Problem(Rule.MISSING_VALUE, kind.about)])
    if row_id is None and kind.overwrites:
        row_id = kind.same(connection, record)
    row = None if row_id is None else _row(connection, actor, kind, row_id, locked=True)
    names = set(type(record).model_fields) - _ABOUT_THE_FORM
    typed = set(record.model_fields_set) & names
    filled = {name for name in typed if getattr(record, name) != type(record).model_fields[name].default}
    person_id, known, before = None, None, None
    # A file leaves out what it does not say: what it says is meant, were it the usual value.
    given = typed if opened or imported else filled
    if row is not None:
        person_id = row["id"] if kind.table is person else row.get("person_id")
        known = _person(connection, person_id) if kind.has_person or kind.table is person else None
        before = _record(connection, kind, row, known if kind.has_person else None)
        if kind.has_person and record.person_id not in (None, person_id):
            raise Refused([Problem(Rule.NOT_IN_LIST, "person_id")])
        kept = {name: getattr(before, name) for name in names - given}
        if kind.has_person:
            kept["person_id"] = person_id
    else:
        kept = {}
        if kind.has_person and record.person_id is not None:
            person_id = record.person_id
            _require_person(connection, actor, person_id)
            known = _person(connection, person_id)
            assert known is not None
            kept = {name: value for name, value in _of_person(known).items() if name in names - given}
    return Entry(
        connection,
        actor,
        kind,
        record.model_copy(update=kept),
        now,
        row,
        before,
        frozenset(given),
        person_id,
        known,
        opened,
        imported,
    )


def _record(connection: sa.Connection, kind: Kind, row: Row, known: Row | None) -> Any:
    """The record that a row, its parts and its person are."""
    said: dict[str, Any] = {}
    for name, column in kind.columns.items():
        value = row[column.name]
        said[name] = centre_code_of(connection, value) if name.endswith("centre_code") else value
    if known is not None:
        said |= {name: value for name, value in _of_person(known).items() if name in kind.record.model_fields}
        said["person_id"] = known["id"]
    if kind.about:
        said[kind.about] = row["id"]
    version = row.get("version", 1) + (known["version"] if known else 0)
    return kind.record.model_construct(**{"base_version": version, **said, **kind.reads(connection, row)})


def _of_person(known: Row) -> dict[str, Any]:
    return {**known, "directory": known["directory_consent"] is not None}


def _other_consent(entry: Entry) -> list[Problem]:
    """A file gives or takes back the consent of somebody who is known: nobody ticked it for them."""
    if not entry.imported or entry.known is None or "directory" not in entry.given:
        return []
    directory = entry.record.directory
    if directory == (entry.known["directory_consent"] is not None):
        return []
    return [Problem(Rule.CONSENT_CHANGES, "directory", {"value": directory})]


def _other_name(entry: Entry) -> list[Problem]:
    """Somebody who is known is called otherwise, by who did not open their sheet."""
    if not entry.kind.has_person or entry.known is None or (entry.opened and not entry.imported):
        return []
    known, record = entry.known, entry.record
    name = f"{known['family_name'] or ''} {known['given_name'] or ''}".strip()
    if same_text(name) == same_text(f"{record.family_name or ''} {record.given_name or ''}"):
        return []
    return [Problem(Rule.OTHER_NAME, "family_name", {"value": name})]


def _require_what_is_wanted(entry: Entry) -> None:
    """The centre and the person that the author chose are theirs to choose."""
    table, record = entry.kind.table, entry.record
    columns = entry.kind.columns
    wanted: dict[str, Any] = {}
    if "centre_id" in table.c and "centre_code" in columns:
        wanted["centre_code"] = record.centre_code
    if not entry.kind.has_person and "person_id" in columns:
        person_id = record.person_id
        if person_id is not None and (entry.row is None or person_id != entry.row["person_id"]):
            _require_person(entry.connection, entry.actor, person_id)
    if wanted and not entry.actor.coordinates:
        code = wanted["centre_code"]
        if code is None and "person_id" not in table.c:
            raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
        if code is not None and not entry.actor.may_enter(code):
            raise Refused([Problem(Rule.NOT_ALLOWED, "centre_code", {"centre_code": code})])


def _require_person(connection: sa.Connection, actor: Actor, person_id: int) -> None:
    if not actor.coordinates and not keeps_person(connection, actor, person_id):
        raise Refused([Problem(Rule.NOT_ALLOWED, "person_id")])
    found = connection.execute(sa.select(person.c.id).where(person.c.id == person_id, person.c.erased_at.is_(None)))
    if found.first() is None:
        raise Refused([Problem(Rule.NOT_IN_LIST, "person_id")])


@dataclass(frozen=True)
class _Wanted:
    """What a record makes of its row, its parts and its person, and whether these say it already."""

    values: Mapping[str, Any]
    parts: list[dict[str, Any]] | None
    person: Mapping[str, Any]
    version: int
    row_stays: bool
    person_stays: bool


def _wanted(entry: Entry) -> _Wanted:
    kind, record, row, known = entry.kind, entry.record, entry.row, entry.known
    values = {
        column.name: centre_id_of(entry.connection, getattr(record, name), field=name)
        if name.endswith("centre_code")
        else getattr(record, name)
        for name, column in kind.columns.items()
    } | dict(kind.derived(entry))
    if kind.has_person:
        values["person_id"] = entry.person_id
    parts, about_person = kind.rows(entry), _person_values(entry) if kind.has_person else {}
    row_stays = row is not None and says(entry.connection, kind.table, row, values, parts)
    person_stays = not about_person or (
        known is not None and all(known[name] == value for name, value in about_person.items())
    )
    version = 0 if row is None else row.get("version", 1) + (known["version"] if known and kind.has_person else 0)
    return _Wanted(values, parts, about_person, version, row_stays, person_stays)


def _store(entry: Entry, wanted: _Wanted, change: Change) -> Saved:
    """Writes the person, then the row with its parts, then what changes with it, in one deed."""
    kind, row = entry.kind, entry.row
    # Who completes a record did not open it: its version was not on their screen.
    unread = row is not None and not entry.opened and not entry.record.base_version
    if not unread and entry.record.base_version != wanted.version:
        raise Refused([record_changed(entry.connection, kind.table, entry.row_id)])
    values = dict(wanted.values)
    row_version = 0 if row is None else row.get("version", 1)
    person_version = entry.known["version"] if entry.known and kind.has_person else 0
    first: Saved | None = None
    if not wanted.person_stays:
        asked = change if wanted.row_stays else replace(change, request_key=None)
        first = _store_person(entry, asked, wanted.person)
        person_version, values["person_id"] = first.version, first.row_id
        change = replace(change, deed_id=first.audit_id)
    if wanted.row_stays:
        assert row is not None
        assert first is not None
        return replace(first, row_id=row["id"], version=row_version + person_version)
    if kind.has_person:
        entry = replace(entry, person_id=values["person_id"])
    # Nothing links somebody new to who records them before they are recorded.
    with all_rows(entry.connection) if kind.table is person and row is None else nullcontext():
        saved = store_row(
            entry.connection,
            change,
            kind.table,
            row_key=kind.row_key(entry),
            values=values,
            parts=wanted.parts,
            row_id=entry.row_id,
            base_version=row_version,
        )
    if kind.also is not None:
        kind.also(entry, replace(change, request_key=None, deed_id=change.deed_id or saved.audit_id))
    return replace(saved, version=saved.version + person_version)


def _person_values(entry: Entry) -> dict[str, Any]:
    """The columns of the person that the record speaks of; consent keeps the day it was given."""
    said = {name: getattr(entry.record, name) for name in entry.kind.person_fields}
    if "directory" in said:
        consent = entry.known["directory_consent"] if entry.known else None
        said["directory_consent"] = (consent or entry.today) if said.pop("directory") else None
    return said


def _store_person(entry: Entry, change: Change, values: Mapping[str, Any]) -> Saved:
    known = entry.known
    if known is not None:
        about = {"row_key": f"personne {known['id']}", "row_id": known["id"], "base_version": known["version"]}
        return store_row(entry.connection, change, person, values=values, **about)
    # Nothing links a new person to a centre before the record they are stored for.
    with all_rows(entry.connection):
        created = {**values, "created_at": entry.now.replace(microsecond=0)}
        return store_row(entry.connection, change, person, row_key="nouvelle personne", values=created)


def _row(connection: sa.Connection, actor: Actor, kind: Kind, row_id: int, *, locked: bool = False) -> Row:
    """A stored row that is the actor's to correct; nobody else changes it meanwhile when it is `locked`."""
    question = sa.select(kind.table).where(kind.table.c.id == row_id)
    with all_rows(connection):
        if kind.listed is not None:
            found = [row for row in kind.listed(connection) if row["id"] == row_id]
        else:
            found = [dict(row) for row in connection.execute(question).mappings()]
    if not found:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    require_theirs(connection, actor, kind.table, found[0])
    if locked and kind.listed is None:
        # The key of the row stays free, which others refer to.
        now = connection.execute(question.with_for_update(key_share=True)).mappings().one_or_none()
        return dict(now) if now is not None else found[0]
    return found[0]


def _person(connection: sa.Connection, person_id: int | None) -> Row | None:
    if person_id is None:
        return None
    with all_rows(connection):
        return dict(connection.execute(sa.select(person).where(person.c.id == person_id)).mappings().one())


def _with_what_it_refers_to(table: sa.Table) -> sa.Select[Any]:
    """The rows of a table with the names of what they refer to."""
    columns: list[Any] = [*table.c]
    source: Any = table
    place = next((name for name in ("centre_id", "visited_centre_id", "provider_centre_id") if name in table.c), None)
    if table is centre:
        columns += [centre.c.code.label("centre_code"), centre.c.name.label("centre_name")]
    elif place is not None:
        source = source.outerjoin(centre, centre.c.id == table.c[place])
        columns += [centre.c.code.label("centre_code"), centre.c.name.label("centre_name")]
    if "person_id" in table.c:
        source = source.outerjoin(person, person.c.id == table.c.person_id)
        columns += [person.c.family_name, person.c.given_name, person.c.version.label("person_version")]
    if "welcome_session_id" in table.c:
        source = source.outerjoin(welcome_session, welcome_session.c.id == table.c.welcome_session_id)
        columns += [welcome_session.c.number.label("session_number"), welcome_session.c.starts_on]
    return sa.select(*columns).select_from(source)


def _within(question: sa.Select[Any], kind: Kind, first: date | None, last: date | None) -> sa.Select[Any]:
    """The records of these days, newest first; what has a year is of its last day."""
    number = kind.table.c.id.desc()
    if kind.day is None:
        return question.order_by(number)
    day = question.selected_columns[kind.day]
    question = question.order_by(day.desc().nulls_last(), number)
    if isinstance(day.type, sa.Integer):
        last_year = None if last is None else (last + _ONE_DAY).year - 1
        return question.where(*_between(day, first and first.year, last_year))
    if isinstance(day.type, Instant):
        last_moment = None if last is None else instant_in_paris(last + _ONE_DAY) - timedelta(seconds=1)
        return question.where(*_between(day, first and instant_in_paris(first), last_moment))
    return question.where(*_between(day, first, last))


def _between(column: sa.ColumnElement[Any], first: Any, last: Any) -> list[sa.ColumnElement[bool]]:
    """The bounds that were told, both included."""
    return [*([] if first is None else [column >= first]), *([] if last is None else [column <= last])]


def _words_of_all(kind: Kind, rows: Iterable[Row]) -> set[str]:
    """« session », « n », « foyer »: the words beside the numbers and names in what is told of some records."""
    words = set(same_text(kind.title).split())
    for row in rows:
        values = same_text(" ".join(map(str, row.values()))).split()
        words |= {word for word in same_text(kind.told(row)).split() if not any(map(str.isdigit, word))} - set(values)
    return words


def _saying(question: sa.Select[Any], kind: Kind, words: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    """What is true of the records that say all these words."""
    known, own = question.selected_columns, kind.table.c
    # Numbers that others give it, its days, and the records it is about but those whose names are asked.
    numbers = [name for name in kind.same_fields if name in own and isinstance(own[name].type, sa.Integer)]
    days = [name for name, column in own.items() if isinstance(column.type, (Day, Instant))]
    about = [name for name, column in own.items() if column.foreign_keys]
    named = {"centre_id", "person_id", "welcome_session_id"}
    names = ["id", *longest_texts(kind.table.name), *numbers, *days, *about, *_NAMED]
    names = [name for name in dict.fromkeys(names) if name in known and name not in named]
    told: sa.ColumnElement[str] = sa.literal("")
    for name in names:
        told = told + " " + sa.func.coalesce(known[name].cast(sa.Text), "")
    return [folded(told).contains(word, autoescape=True) for word in words]


def _day_of(kind: Kind, row: Row) -> date | None:
    value = None if kind.day is None else row[kind.day]
    if isinstance(value, datetime):
        return day_in_paris(value)
    if isinstance(value, int):
        return date(value, 12, 31)
    return value


# Whose a record is: what an animator may read to correct, write and undo; and what hangs on it.


def of_actor(actor: Actor, table: sa.Table) -> sa.ColumnElement[bool]:
    """The rows of a table that are theirs, as `is_theirs` says."""
    if actor.coordinates or not actor.enters:
        return sa.true() if actor.coordinates else sa.false()
    people = people_of(actor)
    if table is person:
        return person.c.id.in_(people)
    if "centre_id" not in table.c and "person_id" not in table.c:
        return sa.false()
    conditions: list[sa.ColumnElement[bool]] = []
    if "person_id" in table.c:
        conditions.append(table.c.person_id.in_(people))
    if "centre_id" in table.c:
        own = table.c.centre_id.in_(sa.select(centre.c.id).where(centre.c.code.in_(actor.centres)))
        conditions.append(sa.or_(table.c.centre_id.is_(None), own) if conditions else own)
    return sa.and_(*conditions)


def require_theirs(connection: sa.Connection, actor: Actor, table: sa.Table, row: Row) -> None:
    """Refused for a stored row that is not the actor's; who coordinates has all."""
    if not is_theirs(connection, actor, table, row):
        code = centre_code_of(connection, row.get("centre_id"))
        raise Refused([Problem(Rule.NOT_ALLOWED, "" if code is None else "centre_code", {"centre_code": code})])


def is_theirs(connection: sa.Connection, actor: Actor, table: sa.Table, row: Row) -> bool:
    """Whether a row is of a centre of theirs and of a person they know, as far as it has either."""
    if actor.coordinates:
        return True
    if not actor.enters:
        return False
    if table is person:
        return keeps_person(connection, actor, row["id"])
    code = centre_code_of(connection, row.get("centre_id"))
    if code is not None and not actor.may_enter(code):
        return False
    person_id = row.get("person_id")
    if person_id is not None:
        return keeps_person(connection, actor, person_id)
    return code is not None


def keeps_person(connection: sa.Connection, actor: Actor, person_id: Any) -> bool:
    """Whether somebody signed or was seen in a centre of theirs, or was recorded by them."""
    return actor.coordinates or (
        connection.execute(people_of(actor).where(person.c.id == person_id).limit(1)).first() is not None
    )


def hangs_on(connection: sa.Connection, table: sa.Table, row_id: int) -> bool:
    """Whether another row names this one, those that are a part of it apart."""
    parts = PARTS.get(table.name)
    with all_rows(connection):
        for other in metadata.sorted_tables:
            if other in BOOKKEEPING or (parts is not None and other is parts.table):
                continue
            for key in other.foreign_keys:
                if key.column is table.c.get("id"):
                    naming = sa.select(sa.literal(1)).select_from(other).where(key.parent == row_id).limit(1)
                    if connection.execute(naming).first() is not None:
                        return True
    return False


def centre_code_of(connection: sa.Connection, centre_id: int | None) -> str | None:
    """The code of a centre by its id; None for none."""
    if centre_id is None:
        return None
    return connection.execute(sa.select(centre.c.code).where(centre.c.id == centre_id)).scalar_one_or_none()
