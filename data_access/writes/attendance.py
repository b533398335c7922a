"""Records weekly sheets: the rows, their version and their audit entry, or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from data_access import summaries
from data_access.actors import Actor
from data_access.moments import day_in_paris
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import bind
from data_access.schema import centre
from data_access.writes.attendance_rows import (
    StoredWeek,
    said_by,
    store_week,
    stored_week,
    take_centre_turns,
    unseen_version,
    week_key,
)
from data_access.writes.attendance_rules import impossibilities, unusual
from data_access.writes.database_refusals import told_as_refusals
from data_access.writes.drafts import drop_draft
from data_access.writes.rows import Change, trace

WEEKLY_FORM: Final = "weekly"
"""The form whose drafts are dropped once the week is recorded."""


@dataclass(frozen=True)
class SavedWeek:
    """What was stored, read back; `already_recorded` when the same sheet had been stored before and nothing changed.

    `audit_id` is the trace to take back; None when nothing changed.
    """

    version: int
    entered_at: datetime
    already_recorded: bool
    audit_id: int | None = None


def record_attendance_week(
    connection: sa.Connection,
    actor: Actor,
    record: AttendanceWeekRecord,
    *,
    now: datetime,
    import_batch_id: int | None = None,
) -> SavedWeek:
    """Stores a weekly sheet, new or corrected.

    Raises Refused when it cannot be true, may not be written by `actor`, is locked, or was made on an older reading than
    what is stored; Unconfirmed when it is unusual and its author has not said it is right. Storing the same sheet twice
    changes nothing. `connection` must come from `writing`.
    """
    place = _place(connection, actor, record.centre_code)
    bind(connection, actor)
    today = day_in_paris(now)
    # The usual weeks are read from the summaries, which an earlier write may have made stale.
    summaries.refresh(connection, through=today)
    stored = stored_week(connection, place.id, record.week_start)
    said = said_by(record)
    key = week_key(record.centre_code, record.week_start)
    if stored is not None and stored.said == said:
        drop_draft(connection, actor, form=WEEKLY_FORM, about=key)
        return SavedWeek(stored.version, stored.entered_at or now, already_recorded=True)
    if record.base_version != (stored.version if stored else 0):
        raise Refused([_stale(stored)])
    # A file may bring weeks of years ago that nobody had entered; what was entered is corrected as anywhere else.
    first_import = import_batch_id is not None and stored is None
    problems = impossibilities(connection, record, place, today=today, lock_holds=not first_import)
    if problems:
        raise Refused(problems)
    odd = unusual(connection, record)
    doubts = [problem for problem in odd if problem.rule not in record.confirmed]
    if doubts:
        raise Unconfirmed(doubts)
    version = stored.version + 1 if stored else unseen_version(connection, record.centre_code, record.week_start)
    document = said | {
        "centre": record.centre_code,
        "week_start": record.week_start.isoformat(),
        "doubts": " ".join(sorted({problem.rule for problem in odd})) or None,
        "entered_by": actor.name,
        "entered_at": now.replace(microsecond=0).isoformat(),
        "completed_at": None if record.status == "draft" else now.replace(microsecond=0).isoformat(),
    }
    with told_as_refusals():
        week_id = store_week(
            connection,
            centre_id=place.id,
            week_start=record.week_start,
            version=version,
            document=document,
            week_id=stored.id if stored else None,
        )
    drop_draft(connection, actor, form=WEEKLY_FORM, about=key)
    after = stored_week(connection, place.id, record.week_start)
    audit_id = trace(
        connection,
        Change(actor, now, "record_attendance_week", import_batch_id=import_batch_id),
        "attendance_week",
        row_key=key,
        row_id=week_id,
        before=stored.content if stored else None,
        after=after.content if after else None,
    )
    return SavedWeek(version, now, already_recorded=False, audit_id=audit_id)


def record_attendance_weeks(
    connection: sa.Connection, actor: Actor, records: Sequence[AttendanceWeekRecord], *, now: datetime
) -> dict[str, SavedWeek]:
    """Stores the sheets of several centres, all or none; answers them by centre code.

    Raises Refused with the problems of every sheet that cannot be stored, else Unconfirmed with those that are asked
    about; the values of each problem say its `centre_code`. `connection` must come from `writing`.
    """
    saved: dict[str, SavedWeek] = {}
    impossible: list[Problem] = []
    asked: list[Problem] = []
    take_centre_turns(connection, {record.centre_code for record in records})
    for record in sorted(records, key=lambda each: each.centre_code):
        try:
            with connection.begin_nested():
                saved[record.centre_code] = record_attendance_week(connection, actor, record, now=now)
        except Unconfirmed as doubt:
            asked += _of_centre(record.centre_code, doubt)
        except Refused as refusal:
            impossible += _of_centre(record.centre_code, refusal)
    if impossible:
        raise Refused(impossible)
    if asked:
        raise Unconfirmed(asked)
    return saved


def verify_week(
    connection: sa.Connection, actor: Actor, *, centre_code: str, week_start: date, base_version: int, now: datetime
) -> SavedWeek:
    """Says that what was unusual in a sheet has been looked at and is right; its version stays, since no figure changes.

    Raises Refused when the sheet is gone or was changed since it was read. `connection` must come from `writing`.
    """
    place = _place(connection, actor, centre_code)
    stored = stored_week(connection, place.id, week_start)
    if stored is None or stored.version != base_version:
        raise Refused([_stale(stored)])
    if stored.content["verified_at"] or not stored.content["doubts"]:
        return SavedWeek(stored.version, stored.entered_at or now, already_recorded=True)
    looked_at = {"verified_by": actor.name, "verified_at": now.replace(microsecond=0).isoformat()}
    after = stored.content | looked_at
    store_week(
        connection,
        centre_id=place.id,
        week_start=week_start,
        version=stored.version,
        document=after,
        week_id=stored.id,
    )
    audit_id = trace(
        connection,
        Change(actor, now, "verify_week"),
        "attendance_week",
        row_key=week_key(centre_code, week_start),
        row_id=stored.id,
        before=stored.content,
        after=after,
    )
    return SavedWeek(stored.version, stored.entered_at or now, already_recorded=False, audit_id=audit_id)


def _place(connection: sa.Connection, actor: Actor, centre_code: str) -> sa.Row[*tuple[Any, ...]]:
    if not actor.may_enter(centre_code):
        raise Refused([Problem(Rule.NOT_ALLOWED, "centre", {"centre_code": centre_code})])
    place = connection.execute(
        sa.select(centre.c.id, centre.c.opened_on, centre.c.closed_on, centre.c.status)
        .where(centre.c.code == centre_code)
        # The centre's row is the turn of its writers: two who enter the same new week wait for each other. Its key stays
        # free, which the summaries refer to: a stronger lock would wait for a refresh that waits for this writer.
        .with_for_update(key_share=True)
    ).one_or_none()
    if place is None:
        raise Refused([Problem(Rule.UNKNOWN_CENTRE, "centre", {"centre_code": centre_code})])
    return place


def _stale(stored: StoredWeek | None) -> Problem:
    who = {"entered_by": stored.entered_by, "entered_at": stored.entered_at} if stored else {}
    return Problem(Rule.STALE_VERSION, "version", who)


def _of_centre(centre_code: str, refusal: Refused) -> list[Problem]:
    return [
        Problem(problem.rule, problem.field, {**problem.values, "centre_code": centre_code})
        for problem in refusal.problems
    ]
