"""The rows of a weekly sheet: as one document for the audit, stored as a whole, and put back as they were."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access.moments import day_in_paris
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule
from data_access.schema import attendance_day, attendance_week, audit_entry, centre
from data_access.week_locks import week_lock
from data_access.writes.keepers import Document, Keeper
from data_access.writes.rows import Change

SAID: Final = ("status", "distinct_people", "comment", "days")
"""What the author of a sheet says; the rest of its document is who and when."""


@dataclass(frozen=True)
class StoredWeek:
    """A sheet as it is stored; `content` is its document."""

    id: int
    version: int
    entered_by: str | None
    entered_at: datetime | None
    content: Document

    @property
    def said(self) -> Document:
        """What its author says in it."""
        return {name: self.content[name] for name in SAID}


def stored_week(connection: sa.Connection, centre_id: int, week_start: date) -> StoredWeek | None:
    """The sheet of one centre and week; None when nobody entered it."""
    return _stored(connection, attendance_week.c.centre_id == centre_id, attendance_week.c.week_start == week_start)


def said_by(record: AttendanceWeekRecord) -> Document:
    """What a record says, in the words of the document: what was filled in, nothing else."""
    return {
        "status": record.status,
        "distinct_people": record.distinct_people,
        "comment": record.comment,
        "days": {f"{day.day} {day.seat_kind}": "closed" if day.closed else day.half_days for day in record.filled_days},
    }


def week_key(centre_code: str, week_start: date) -> str:
    """« MURAT 2017-S22 »: how the audit names a sheet."""
    return f"{centre_code} {week_start:%G-S%V}"


def take_centre_turns(connection: sa.Connection, centre_codes: Collection[str] | None = None) -> None:
    """Takes the turns of these centres, or of all, in one order and before anything is written.

    Who writes the sheets of several centres holds what every writer needs from the first sheet on: a centre asked for only
    then may be held by somebody who waits for that, and both would wait for ever.
    """
    asked = sa.true() if centre_codes is None else centre.c.code.in_(centre_codes)
    turns = sa.select(centre.c.id).where(asked).order_by(centre.c.code).with_for_update(key_share=True)
    connection.execute(turns).all()


def unseen_version(connection: sa.Connection, centre_code: str, week_start: date) -> int:
    """A version that nobody has read of a sheet, not even of one that was taken back since: one more than its changes."""
    changes = sa.select(sa.func.count()).where(
        audit_entry.c.table_name == "attendance_week", audit_entry.c.row_key == week_key(centre_code, week_start)
    )
    return 1 + int(connection.execute(changes).scalar_one())


def store_week(
    connection: sa.Connection,
    *,
    centre_id: int,
    week_start: date,
    version: int,
    document: Mapping[str, Any],
    week_id: int | None = None,
) -> int:
    """Makes the stored sheet say the document, and answers its id; `week_id` None = a sheet that is not stored yet."""
    values = {
        "status": document["status"],
        "distinct_people": document["distinct_people"],
        "comment": document["comment"],
        "doubts": document.get("doubts"),
        "version": version,
        **{name: document.get(name) for name in ("entered_by", "verified_by")},
        **{name: _instant(document.get(name)) for name in ("entered_at", "completed_at", "verified_at")},
    }
    exists = (
        week_id is not None
        and connection.execute(
            sa.select(attendance_week.c.id).where(attendance_week.c.id == week_id)
        ).scalar_one_or_none()
    )
    if exists:
        connection.execute(sa.delete(attendance_day).where(attendance_day.c.attendance_week_id == week_id))
        connection.execute(sa.update(attendance_week).where(attendance_week.c.id == week_id).values(**values))
    else:
        identity = {} if week_id is None else {"id": week_id}
        week_id = connection.execute(
            sa.insert(attendance_week)
            .values(centre_id=centre_id, week_start=week_start, **identity, **values)
            .returning(attendance_week.c.id)
        ).scalar_one()
    rows = [
        {
            "attendance_week_id": week_id,
            "day": date.fromisoformat(key.split(" ")[0]),
            "seat_kind": key.split(" ")[1],
            "half_days": 0 if value == "closed" else value,
            "closed": value == "closed",
        }
        for key, value in document["days"].items()
    ]
    if rows:
        connection.execute(sa.insert(attendance_day), rows)
    assert week_id is not None
    return week_id


def _stored(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> StoredWeek | None:
    week = connection.execute(
        sa.select(attendance_week, centre.c.code)
        .join(centre, centre.c.id == attendance_week.c.centre_id)
        .where(*conditions)
        .with_for_update(of=attendance_week)
    ).one_or_none()
    if week is None:
        return None
    days = connection.execute(
        sa.select(attendance_day.c.day, attendance_day.c.seat_kind, attendance_day.c.half_days, attendance_day.c.closed)
        .where(attendance_day.c.attendance_week_id == week.id)
        .order_by(attendance_day.c.day, attendance_day.c.seat_kind)
    ).all()
    content = {
        "centre": week.code,
        "week_start": week.week_start.isoformat(),
        "status": week.status,
        "distinct_people": week.distinct_people,
        "comment": week.comment,
        "days": {f"{row.day} {row.seat_kind}": "closed" if row.closed else row.half_days for row in days},
        **{name: getattr(week, name) for name in ("doubts", "entered_by", "verified_by")},
        **{name: _told(getattr(week, name)) for name in ("entered_at", "completed_at", "verified_at")},
    }
    return StoredWeek(week.id, week.version, week.entered_by, week.entered_at, content)


def _told(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _instant(told: object) -> datetime | None:
    return datetime.fromisoformat(told) if isinstance(told, str) else None


# Taking back.


def _content(connection: sa.Connection, week_id: int) -> Document | None:
    of_week = sa.select(centre.c.code).join(attendance_week).where(attendance_week.c.id == week_id)
    take_centre_turns(connection, connection.execute(of_week).scalars().all())
    stored = _stored(connection, attendance_week.c.id == week_id)
    return None if stored is None else stored.content


def _restore(connection: sa.Connection, change: Change, week_id: int, document: Document | None) -> None:
    stored = _stored(connection, attendance_week.c.id == week_id)
    told = document or (stored.content if stored else {})
    monday = date.fromisoformat(told["week_start"])
    take_centre_turns(connection, [told["centre"]])
    lock = week_lock(connection, centre_code=told["centre"], week_start=monday, as_of=day_in_paris(change.now))
    # An import is undone as a whole, the weeks of years ago that it brought included.
    undoes_import = document is None and change.action == "take_back_import"
    if lock.is_locked and not undoes_import:
        raise Refused([Problem(Rule.WEEK_LOCKED, "week", {"week_start": monday, "locked_on": lock.locked_on})])
    if document is None:
        connection.execute(sa.delete(attendance_week).where(attendance_week.c.id == week_id))
        return
    centre_id = connection.execute(sa.select(centre.c.id).where(centre.c.code == told["centre"])).scalar_one()
    version = max(unseen_version(connection, told["centre"], monday), stored.version + 1 if stored else 1)
    store_week(connection, centre_id=centre_id, week_start=monday, version=version, document=document, week_id=week_id)


WEEK_KEEPER: Final = Keeper(_content, _restore)
