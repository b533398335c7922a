"""Records a centre's week: its storing, its lock and reopening, its confirmation, the draft kept meanwhile."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from data_access import summaries
from data_access.documents import Document, as_document, from_document
from data_access.periods import day_in_paris
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor, Right, set_actor
from data_access.schema import attendance_day, attendance_week, audit_entry, centre, entry_draft, week_reopening
from data_access.week_locks import ASK_REOPENING, OPEN_AGAIN_DAYS, asked_reopenings, week_lock
from data_access.writes.entry_rules import Place, locked_centre, require_right, text_problems, validate
from data_access.writes.rows import (
    Change,
    Saved,
    UndoableRecord,
    audit_change,
    database_errors_refused,
    fresh_id,
    store_row,
)
from data_access.writes.week_rules import ASKED_OF_A_FILE, sheet_doubts, sheet_problems, week_locked, week_offers

# Records weekly sheets: the rows, their version and their audit entry, or nothing. Drafts count nowhere; a locked
# week is opened again by who coordinates.

WEEKLY_FORM: Final = "weekly"
"""The form whose drafts are dropped once the week is recorded."""
LONGEST_DRAFT: Final = 4000
MOST_FIELDS_OF_DRAFT: Final = 200
LONGEST_REASON: Final = 400
ENTERED_FIELDS: Final = ("status", "distinct_people", "comment", "days")
"""What the author of a sheet says; the rest of its document is who and when."""
_SAID_OF_WEEK: Final = ("status", "distinct_people", "comment")
_KNOWN_OF_WEEK: Final = ("doubts", "entered_by", "verified_by", "entered_at", "completed_at", "verified_at")


@dataclass(frozen=True)
class StoredWeek:
    """A sheet as it is stored; `content` is its document."""

    id: int
    version: int
    entered_by: str | None
    entered_at: datetime | None
    content: Document

    @property
    def entered(self) -> Document:
        """What its author says in it."""
        return _entered(self.content)


def record_attendance_week(
    connection: sa.Connection,
    actor: Actor,
    record: AttendanceWeekRecord,
    *,
    now: datetime,
    import_batch_id: int | None = None,
) -> Saved:
    """Stores a weekly sheet, new or corrected.

    Raises Refused when it cannot be true, may not be written by `actor`, is locked, or was made on an older reading than
    what is stored; Unconfirmed when it is unusual and its author has not said it is right. Storing the same sheet twice
    changes nothing. `connection` must come from `writing`.
    """
    place = locked_centre(connection, actor, record.centre_code)
    set_actor(connection, actor)
    today = day_in_paris(now)
    # The usual weeks are read from the summaries, which an earlier write may have made stale.
    summaries.refresh(connection, through=today)
    stored = stored_week(connection, place.id, record.week_start)
    entered = entered_content(record)
    key = week_key(record.centre_code, record.week_start)
    if stored is not None and stored.entered == entered:
        _store_draft(connection, actor, WEEKLY_FORM, key, base_version=stored.version, typed={}, saved_at=now)
        return Saved(stored.id, stored.version, already_recorded=True)
    if record.base_version != (stored.version if stored else 0):
        raise Refused([_stale_version(stored)])
    from_file, offers = import_batch_id is not None, week_offers(connection, record)
    problems = sheet_problems(
        connection, record, place, offers, today=today, coordinates=actor.coordinates, from_file=from_file
    )
    if problems:
        raise Refused(problems)
    asked = sheet_doubts(connection, record, offers, today=today, from_file=from_file)
    validate(record, (), asked)
    odd = [problem for problem in asked if problem.rule not in ASKED_OF_A_FILE]
    change = Change(actor, now, "record_attendance_week", import_batch_id=import_batch_id)
    if from_file and stored is not None:
        change = _reopened_for_the_file(connection, change, place, record)
    moment = now.replace(microsecond=0).isoformat()
    # Who confirms a file has looked at what is unusual in it.
    looked_at = {"verified_by": actor.name, "verified_at": moment} if from_file and odd else {}
    version = stored.version + 1 if stored else next_week_version(connection, record.centre_code, record.week_start)
    document = entered | {
        "centre": record.centre_code,
        "week_start": record.week_start.isoformat(),
        "doubts": " ".join(sorted({problem.rule for problem in odd})) or None,
        "entered_by": actor.name,
        "entered_at": moment,
        "completed_at": _completed_at(record, stored, moment, from_file=from_file),
        **looked_at,
    }
    with database_errors_refused():
        week_id = store_week(
            connection,
            centre_id=place.id,
            week_start=record.week_start,
            version=version,
            document=document,
            week_id=stored.id if stored else None,
        )
    # The version in the place of what was typed: what was typed before it, and is still on its way, is no draft any more.
    _store_draft(connection, actor, WEEKLY_FORM, key, base_version=version, typed={}, saved_at=now)
    after = stored_week(connection, place.id, record.week_start)
    audit_id = audit_change(
        connection,
        change,
        "attendance_week",
        row_key=key,
        row_id=week_id,
        before=stored.content if stored else None,
        after=after.content if after else None,
    )
    return Saved(week_id, version, already_recorded=False, audit_id=audit_id)


def record_attendance_weeks(
    connection: sa.Connection, actor: Actor, records: Sequence[AttendanceWeekRecord], *, now: datetime
) -> dict[str, Saved]:
    """Stores the sheets of several centres, all or none; answers them by centre code.

    Raises Refused with the problems of every sheet that cannot be stored, else Unconfirmed with those that are asked
    about; the values of each problem say its `centre_code`. `connection` must come from `writing`.
    """
    saved: dict[str, Saved] = {}
    impossible: list[Problem] = []
    asked: list[Problem] = []
    lock_centres(connection, {record.centre_code for record in records})
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


def verify_weeks(
    connection: sa.Connection,
    actor: Actor,
    sheets: Sequence[tuple[str, date, int]],
    *,
    note: str | None = None,
    now: datetime,
) -> int | None:
    """Says that what was unusual in sheets (centre code, Monday, version) has been looked at and is right, as one deed: all or
    none, undone together. Their versions stay, since no figure changes.

    `note` says in the journal why they are right. Answers the audit entry to undo; None when nothing was left to verify.
    Raises Refused when a sheet is gone or was changed since it was read. `connection` must come from `writing`.
    """
    if note:
        require_reason(note, field="note")
    lock_centres(connection, {code for code, _week, _version in sheets})
    change = Change(actor, now, "verify_week")
    for code, week_start, base_version in sorted(sheets):
        place = locked_centre(connection, actor, code)
        stored = stored_week(connection, place.id, week_start)
        if stored is None or stored.version != base_version:
            raise Refused([_stale_version(stored)])
        if stored.content["verified_at"] or not stored.content["doubts"]:
            continue
        looked_at = {"verified_by": actor.name, "verified_at": now.replace(microsecond=0).isoformat()}
        after, about = stored.content | looked_at, {"week_id": stored.id, "version": stored.version}
        store_week(connection, centre_id=place.id, week_start=week_start, document=after, **about)
        audit_id = audit_change(
            connection,
            change,
            "attendance_week",
            row_key=week_key(code, week_start),
            row_id=stored.id,
            before=stored.content,
            after=after | ({"said_of_change": note} if note else {}),
        )
        change = replace(change, deed_id=change.deed_id or audit_id)
    return change.deed_id


def _completed_at(
    record: AttendanceWeekRecord, stored: StoredWeek | None, moment: str, *, from_file: bool
) -> str | None:
    """When it was completed here; of an imported week nobody knows, be it corrected since."""
    if record.status == "draft":
        return None
    complete = stored is not None and stored.content["status"] != "draft"
    before = stored.content["completed_at"] if complete and stored is not None else None
    return before if from_file or (complete and before is None) else moment


def _reopened_for_the_file(
    connection: sa.Connection, change: Change, place: Place, record: AttendanceWeekRecord
) -> Change:
    """Opens for the day a locked week that a file corrects, and writes down why: one deed with its correction."""
    today = day_in_paris(change.now)
    if not week_lock(connection, centre_code=place.code, week_start=record.week_start, as_of=today).is_locked:
        return change
    reopening = replace(change, action="reopen_week")
    saved = _open_again(connection, reopening, place, record.week_start, record.reason, until=today)
    return replace(change, deed_id=saved.audit_id)


def reopen_week(
    connection: sa.Connection, actor: Actor, *, centre_code: str, week_start: date, reason: str | None, now: datetime
) -> Saved | None:
    """Lets a locked week be entered until a week from today; None when it is open anyway.

    Raises Refused without a reason, for an unknown centre, or for who does not coordinate. `connection` must come from
    `writing`.
    """
    require_right(actor, Right.COORDINATE)
    require_reason(reason)
    place = locked_centre(connection, actor, centre_code, allowed=True)
    today = day_in_paris(now)
    if not week_lock(connection, centre_code=centre_code, week_start=week_start, as_of=today).is_locked:
        return None
    until = today + timedelta(days=OPEN_AGAIN_DAYS)
    return _open_again(connection, Change(actor, now, "reopen_week"), place, week_start, reason, until=until)


def ask_reopening(
    connection: sa.Connection, actor: Actor, *, centre_code: str, week_start: date, now: datetime
) -> int | None:
    """Writes down that who keeps a centre asks for a locked week to be opened again; None when it is open, or asked already.

    Raises Refused for who may not enter for that centre. `connection` must come from `writing`.
    """
    place = locked_centre(connection, actor, centre_code)
    lock = week_lock(connection, centre_code=place.code, week_start=week_start, as_of=day_in_paris(now))
    if not lock.is_locked or week_start in asked_reopenings(connection).get(place.code, {}):
        return None
    asked = {"centre": place.code, "week_start": week_start.isoformat()}
    change = Change(actor, now, ASK_REOPENING)
    return audit_change(connection, change, "week_reopening", row_key=week_key(place.code, week_start), after=asked)


def require_reason(said: str | None, *, field: str = "reason") -> None:
    """Refused for a text that is no reason to change what is locked."""
    if problems := list(text_problems(field, (said or "").strip(), LONGEST_REASON)):
        raise Refused(problems)


def _open_again(
    connection: sa.Connection,
    change: Change,
    place: Place,
    week_start: date,
    reason: str | None,
    *,
    until: date,
) -> Saved:
    return store_row(
        connection,
        change,
        week_reopening,
        row_key=week_key(place.code, week_start),
        values={
            "centre_id": place.id,
            "week_start": week_start,
            "reopened_at": change.now.replace(microsecond=0),
            "reopened_by": change.actor.name,
            "reason": (reason or "").strip(),
            "open_until": until,
        },
    )


def keep_draft(
    connection: sa.Connection,
    actor: Actor,
    *,
    form: str,
    about: str,
    base_version: int,
    typed: Mapping[str, str],
    now: datetime,
) -> bool:
    """Keeps the texts of the fields of a form, by field, over those kept before; the last to come is kept.

    False, and nothing kept, for texts typed over a version older than what their author saved since: they are part of it,
    or were given up. Raises Refused for who enters nothing, and for more text than a form can hold. `connection` must come
    from `writing`.
    """
    require_right(actor, Right.ENTER)
    if len(typed) > MOST_FIELDS_OF_DRAFT or sum(len(text) for text in typed.values()) > LONGEST_DRAFT:
        raise Refused([Problem(Rule.TOO_LONG, "typed", {"length": LONGEST_DRAFT + 1, "maximum": LONGEST_DRAFT})])
    kept = connection.execute(sa.select(entry_draft.c.base_version).where(*_draft_of(actor, form, about))).scalar()
    # A week that was undone since begins again at no version.
    if form == WEEKLY_FORM and kept is not None and base_version < min(kept, _version_of(connection, about)):
        return False
    # PostgreSQL keeps no null character, and a draft is not the place to argue about one.
    texts = {field: text.replace("\x00", "") for field, text in typed.items()}
    _store_draft(connection, actor, form, about, base_version=base_version, typed=texts, saved_at=now)
    return True


def drop_draft(connection: sa.Connection, actor: Actor, *, form: str, about: str) -> None:
    """Forgets what somebody had typed. `connection` must come from `writing`."""
    connection.execute(sa.delete(entry_draft).where(*_draft_of(actor, form, about)))


def _store_draft(connection: sa.Connection, actor: Actor, form: str, about: str, **kept: Any) -> None:
    mine = _draft_of(actor, form, about)
    if connection.execute(sa.update(entry_draft).where(*mine).values(**kept)).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(sa.insert(entry_draft).values(actor=actor.name, form=form, about=about, **kept))
    except sa.exc.IntegrityError:
        # Another sending of the same author came between: theirs is replaced.
        connection.execute(sa.update(entry_draft).where(*mine).values(**kept))


def _draft_of(actor: Actor, form: str, about: str) -> tuple[sa.ColumnElement[bool], ...]:
    return entry_draft.c.actor == actor.name, entry_draft.c.form == form, entry_draft.c.about == about


def _version_of(connection: sa.Connection, key: str) -> int:
    """The version stored of the sheet that the audit names so; 0 without one."""
    code, _, week = key.rpartition(" ")
    year, number = week.split("-S")
    question = (
        sa.select(attendance_week.c.version)
        .join(centre, centre.c.id == attendance_week.c.centre_id)
        .where(centre.c.code == code, attendance_week.c.week_start == date.fromisocalendar(int(year), int(number), 1))
    )
    return connection.execute(question).scalar() or 0


def stored_week(connection: sa.Connection, centre_id: int, week_start: date) -> StoredWeek | None:
    """The sheet of one centre and week; None when nobody entered it."""
    return _find_week(connection, attendance_week.c.centre_id == centre_id, attendance_week.c.week_start == week_start)


def entered_content(record: AttendanceWeekRecord) -> Document:
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


def lock_centres(connection: sa.Connection, centre_codes: Collection[str] | None = None) -> None:
    """Takes the turns of these centres, or of all, in one order and before anything is written.

    Who writes the sheets of several centres holds what every writer needs from the first sheet on: a centre asked for only
    then may be held by somebody who waits for that, and both would wait for ever.
    """
    asked = sa.true() if centre_codes is None else centre.c.code.in_(centre_codes)
    turns = sa.select(centre.c.id).where(asked).order_by(centre.c.code).with_for_update(key_share=True)
    connection.execute(turns).all()


def next_week_version(connection: sa.Connection, centre_code: str, week_start: date) -> int:
    """A version that nobody has read of a sheet, not even of one that was undone since: one more than its changes."""
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
    said = from_document(attendance_week, document)
    values = {"version": version, **{name: said.get(name) for name in _SAID_OF_WEEK + _KNOWN_OF_WEEK}}
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
        identity = fresh_id(connection, attendance_week) if week_id is None else {"id": week_id}
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


def _find_week(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> StoredWeek | None:
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
    content = as_document(
        {
            "centre": week.code,
            **{name: getattr(week, name) for name in ("week_start", *_SAID_OF_WEEK)},
            "days": {f"{row.day} {row.seat_kind}": "closed" if row.closed else row.half_days for row in days},
            **{name: getattr(week, name) for name in _KNOWN_OF_WEEK},
        }
    )
    return StoredWeek(week.id, week.version, week.entered_by, week.entered_at, content)


def _entered(document: Document) -> Document:
    return {name: document[name] for name in ENTERED_FIELDS}


def _week_content(connection: sa.Connection, week_id: int) -> Document | None:
    of_week = sa.select(centre.c.code).join(attendance_week).where(attendance_week.c.id == week_id)
    lock_centres(connection, connection.execute(of_week).scalars().all())
    stored = _find_week(connection, attendance_week.c.id == week_id)
    return None if stored is None else stored.content


def _restore_week(connection: sa.Connection, change: Change, week_id: int, document: Document | None) -> None:
    stored = _find_week(connection, attendance_week.c.id == week_id)
    about = document or (stored.content if stored else {})
    monday = date.fromisoformat(about["week_start"])
    lock_centres(connection, [about["centre"]])
    lock = week_lock(connection, centre_code=about["centre"], week_start=monday, as_of=day_in_paris(change.now))
    # An import is undone as a whole, the weeks of years ago that it brought or corrected included; and that a sheet was
    # verified is no figure of it.
    figures_stay = document is not None and stored is not None and _entered(document) == stored.entered
    if lock.is_locked and not figures_stay and change.action != "take_back_import":
        raise Refused([week_locked(monday, lock.locked_on, coordinates=change.actor.coordinates)])
    if document is None:
        connection.execute(sa.delete(attendance_week).where(attendance_week.c.id == week_id))
        return
    centre_id = connection.execute(sa.select(centre.c.id).where(centre.c.code == about["centre"])).scalar_one()
    version = max(next_week_version(connection, about["centre"], monday), stored.version + 1 if stored else 1)
    store_week(connection, centre_id=centre_id, week_start=monday, version=version, document=document, week_id=week_id)


def _stale_version(stored: StoredWeek | None) -> Problem:
    who = {"entered_by": stored.entered_by, "entered_at": stored.entered_at} if stored else {}
    return Problem(Rule.STALE_VERSION, "version", who)


def _of_centre(centre_code: str, refusal: Refused) -> list[Problem]:
    return [
        Problem(problem.rule, problem.field, {**problem.values, "centre_code": centre_code})
        for problem in refusal.problems
    ]


UNDOABLE_WEEK: Final = UndoableRecord(_week_content, _restore_week)
