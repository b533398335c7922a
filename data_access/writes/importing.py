"""Imports records as a whole: each goes through the write of its form, all of them or none, and can be undone together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.entries import KINDS
from data_access.entries.engine import record_entry
from data_access.entries.undoing import undo_changes_of_import
from data_access.records import AttendanceWeekRecord, EntryRecord, PassMembershipRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor
from data_access.schema import (
    attendance_week,
    audit_entry,
    centre,
    event,
    import_batch,
    pass_membership,
    person,
    placement,
    welcome_session,
)
from data_access.writes.attendance import SavedWeek, lock_centres, record_attendance_week
from data_access.writes.people import same_name
from data_access.writes.rows import Change, Saved

AnyRecord = EntryRecord | AttendanceWeekRecord
Stored = tuple[int, int] | None  # the id and version of the row a record is about


@dataclass(frozen=True)
class ImportOutcome:
    """What became of each line of a file: added, changed (from what to what), unchanged, refused, or asked about."""

    added: list[int] = field(default_factory=list)
    changed: list[tuple[int, Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=list)
    unchanged: list[int] = field(default_factory=list)
    refused: list[tuple[int, Problem]] = field(default_factory=list)
    unusual: list[tuple[int, Problem]] = field(default_factory=list)
    batch_id: int | None = None

    @property
    def is_importable(self) -> bool:
        """Whether the file can be imported as it is."""
        return not self.refused and not self.unusual


class NotImported(Exception):
    """Nothing was written; `outcome` says which lines are refused or asked about."""

    def __init__(self, outcome: ImportOutcome) -> None:
        super().__init__(f"{len(outcome.refused)} refused, {len(outcome.unusual)} unusual")
        self.outcome = outcome


def import_records(
    connection: sa.Connection,
    actor: Actor,
    kind: str,
    records: Sequence[tuple[int, AnyRecord]],
    *,
    file_name: str,
    now: datetime,
    confirmed: frozenset[Rule] = frozenset(),
    progress: Callable[[int], None] = lambda done: None,
) -> ImportOutcome:
    """Stores the records of a file, each with the line it stood on, and answers what became of them.

    Records are matched by their natural key: importing a file twice changes nothing. Raises NotImported when one line is
    refused, or unusual without being `confirmed`; the transaction must then be given up, so a rehearsal is an import that
    is given up in any case. `connection` must come from `writing`.
    """
    if not actor.coordinates:
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    outcome = ImportOutcome()
    lock_centres(connection)
    batch_id = connection.execute(
        sa.insert(import_batch)
        .values(
            kind=kind,
            file_name=_plain_name(file_name),
            imported_at=now,
            imported_by=actor.name,
            added=0,
            changed=0,
            unchanged=0,
        )
        .returning(import_batch.c.id)
    ).scalar_one()
    for done, (line, record) in enumerate(records, start=1):
        try:
            with connection.begin_nested():
                _store(connection, actor, kind, line, record, outcome, now, confirmed, batch_id)
        except Unconfirmed as doubt:
            outcome.unusual.extend((line, problem) for problem in doubt.problems)
        except Refused as refusal:
            outcome.refused.extend((line, problem) for problem in refusal.problems)
        progress(done)
    if not outcome.is_importable:
        raise NotImported(outcome)
    counts = {"added": len(outcome.added), "changed": len(outcome.changed), "unchanged": len(outcome.unchanged)}
    if not outcome.added and not outcome.changed:
        connection.execute(sa.delete(import_batch).where(import_batch.c.id == batch_id))
        return outcome
    connection.execute(sa.update(import_batch).where(import_batch.c.id == batch_id).values(**counts))
    return replace(outcome, batch_id=batch_id)


def undo_import(connection: sa.Connection, actor: Actor, batch_id: int, *, now: datetime) -> int:
    """Undoes an import as a whole, and answers how many changes; Refused when one of them cannot be undone."""
    if not actor.coordinates:
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    batch = connection.execute(
        sa.select(import_batch.c.undone_at).where(import_batch.c.id == batch_id).with_for_update()
    ).one_or_none()
    if batch is None:
        raise Refused([Problem(Rule.UNKNOWN_RECORD)])
    if batch.undone_at is not None:
        raise Refused([Problem(Rule.ALREADY_TAKEN_BACK)])
    undone = undo_changes_of_import(connection, Change(actor, now, "take_back_import"), batch_id)
    connection.execute(
        sa.update(import_batch).where(import_batch.c.id == batch_id).values(undone_at=now, undone_by=actor.name)
    )
    return undone


def _store(
    connection: sa.Connection,
    actor: Actor,
    kind: str,
    line: int,
    record: AnyRecord,
    outcome: ImportOutcome,
    now: datetime,
    confirmed: frozenset[Rule],
    batch_id: int,
) -> None:
    stored = _FIND_STORED[kind](connection, record)
    kept = _stored_values(connection, kind, stored[0], record) if stored else {}
    record = record.model_copy(update={**kept, "base_version": stored[1] if stored else 0, "confirmed": confirmed})
    saved: Saved | SavedWeek
    if isinstance(record, AttendanceWeekRecord):
        saved = record_attendance_week(connection, actor, record, now=now, import_batch_id=batch_id)
    else:
        declared = KINDS[_KINDS[kind]]
        row_id = stored and stored[0]
        saved = record_entry(connection, actor, declared, record, now=now, row_id=row_id, import_batch_id=batch_id)
    if saved.already_recorded:
        outcome.unchanged.append(line)
    elif stored is None:
        outcome.added.append(line)
    else:
        documents = connection.execute(
            sa.select(audit_entry.c.before, audit_entry.c.after).where(audit_entry.c.id == saved.audit_id)
        ).one()
        outcome.changed.append((line, documents.before or {}, documents.after or {}))


def _stored_values(connection: sa.Connection, kind: str, row_id: int, record: AnyRecord) -> dict[str, Any]:
    """What is stored for the fields the file says nothing of: a blank cell, or a column left out, erases nothing."""
    table = _TABLES[kind]
    row = dict(connection.execute(sa.select(table).where(table.c.id == row_id)).mappings().one())
    if row.get("person_id") is not None:
        known = connection.execute(sa.select(person).where(person.c.id == row["person_id"])).mappings().one()
        row = dict(known) | row | {"directory": known["directory_consent"] is not None}
    if row.get("centre_id") is not None:
        code = sa.select(centre.c.code).where(centre.c.id == row["centre_id"])
        row["centre_code"] = connection.execute(code).scalar_one()
    silent = set(type(record).model_fields) - {"base_version", "confirmed", "request_key", "days"}
    filled = {name for name in record.model_fields_set if getattr(record, name) is not None}
    return {name: row[name] for name in silent - filled if name in row}


def _plain_name(name: str) -> str:
    """The name of a file without its folders or anything that is no ordinary sign; it opens nothing."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(filter(str.isprintable, last))[:200].strip() or "fichier"


def _week(connection: sa.Connection, record: Any) -> Stored:
    return _one(
        connection,
        sa.select(attendance_week.c.id, attendance_week.c.version)
        .join(centre, centre.c.id == attendance_week.c.centre_id)
        .where(centre.c.code == record.centre_code, attendance_week.c.week_start == record.week_start),
    )


def _member(connection: sa.Connection, record: PassMembershipRecord) -> Stored:
    columns = sa.select(pass_membership.c.id, pass_membership.c.version)
    if record.member_number:
        return _one(connection, columns.where(pass_membership.c.member_number == record.member_number))
    wanted = same_name(record.family_name, record.given_name)
    same_day = connection.execute(
        sa.select(pass_membership.c.id, pass_membership.c.version, person.c.family_name, person.c.given_name)
        .join(person, person.c.id == pass_membership.c.person_id)
        .where(pass_membership.c.joined_on == record.joined_on)
    )
    return next(
        ((row.id, row.version) for row in same_day if same_name(row.family_name, row.given_name) == wanted), None
    )


def _placement(connection: sa.Connection, record: Any) -> Stored:
    columns = sa.select(placement.c.id, placement.c.version)
    return _one(connection, columns.where(placement.c.candidate_ref == record.candidate_ref))


def _session(connection: sa.Connection, record: Any) -> Stored:
    columns = sa.select(welcome_session.c.id, welcome_session.c.version)
    return _one(connection, columns.where(welcome_session.c.number == record.number))


def _event(connection: sa.Connection, record: Any) -> Stored:
    columns = sa.select(event.c.id, event.c.version)
    same = columns.where(event.c.title == record.title, event.c.starts_at == record.starts_at)
    if record.centre_code is None:
        same = same.where(event.c.centre_id.is_(None), event.c.place.is_not_distinct_from(record.place))
    else:
        place = sa.select(centre.c.id).where(centre.c.code == record.centre_code).scalar_subquery()
        same = same.where(event.c.centre_id == place)
    return _one(connection, same)


def _one(connection: sa.Connection, question: sa.Select[Any]) -> Stored:
    row = connection.execute(question).one_or_none()
    return None if row is None else (row.id, row.version)


_FIND_STORED: Final[Mapping[str, Callable[[sa.Connection, Any], Stored]]] = {
    "attendance": _week,
    "members": _member,
    "placements": _placement,
    "sessions": _session,
    "events": _event,
}
_TABLES: Final[Mapping[str, sa.Table]] = {
    "attendance": attendance_week,
    "members": pass_membership,
    "placements": placement,
    "sessions": welcome_session,
    "events": event,
}
_KINDS: Final[Mapping[str, str]] = {
    "members": "membership",
    "placements": "placement",
    "sessions": "welcome_session",
    "events": "event",
}
