"""The one engine of entries: records, corrects, finds and deletes a record of any kind, as its declaration says."""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa

from data_access.entries.kind import Entry, FoundEntry, Kind, Row
from data_access.entries.ownership import centre_code_of, hangs_on, keeps_person, of_actor, require_theirs
from data_access.periods import day_in_paris
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor, all_rows, allows
from data_access.schema import centre, person, welcome_session
from data_access.writes.entry_rules import centre_id_of, require_right, same_text, validate
from data_access.writes.rows import Change, Saved, record_changed, remove_row, saved_before, says, store_row

_ABOUT_THE_FORM: Final = frozenset({"base_version", "request_key", "confirmed"})


def record_entry(
    connection: sa.Connection,
    actor: Actor,
    kind: Kind,
    record: Any,
    *,
    now: datetime,
    row_id: int | None = None,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a record, new or corrected (`row_id`), with its person and its parts as one.

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
        return kind.stores(connection, actor, entry.record, now=now, row_id=row_id, import_batch_id=import_batch_id)  # type: ignore[no-any-return]
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

    Each word of `text` stands in what is told of it, accents and case forgiven; `first` and `last` are days, included.
    """
    if not allows(actor, kind.right):
        return []
    words = same_text(text).split()
    table = kind.table
    question = _with_what_it_refers_to(table)
    question = question.where(of_actor(actor, table))
    if centre_code is not None:
        question = question.where(centre.c.code == centre_code)
    if row_ids is not None:
        question = question.where(table.c.id.in_(row_ids))
    found: list[FoundEntry] = []
    with all_rows(connection):
        if kind.listed is not None:
            rows = [
                row
                for row in kind.listed(connection)
                if centre_code in (None, row["centre_code"]) and (row_ids is None or row["id"] in row_ids)
            ]
        else:
            rows = [dict(row) for row in connection.execute(question).mappings()]
    for row in sorted(rows, key=lambda each: (str(_day_of(kind, each) or ""), each["id"]), reverse=True):
        day = _day_of(kind, row)
        if (first is not None and (day is None or day < first)) or (last is not None and (day is None or day > last)):
            continue
        if not kind.shows(row):
            continue
        label = kind.told(row)
        told = same_text(f"{label} {row.get('centre_name') or ''} {row.get('centre_code') or ''}")
        if all(word in told for word in words):
            version = row.get("version", 1) + (row["person_version"] if kind.has_person else 0)
            found.append(FoundEntry(row["id"], version, label, day, row.get("centre_code")))
            if len(found) == count:
                break
    return found


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


def _day_of(kind: Kind, row: Row) -> date | None:
    value = None if kind.day is None else row[kind.day]
    if isinstance(value, datetime):
        return day_in_paris(value)
    if isinstance(value, int):
        return date(value, 12, 31)
    return value
