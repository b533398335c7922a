"""Records a centre's week: its sheet, its lock and reopening, its confirmation, the draft kept meanwhile, its reminders."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from data_access.documents import Document, as_document, record_document
from data_access.periods import day_in_paris
from data_access.records import AttendanceWeekRecord
from data_access.refusals import Problem, Refused, Rule, Unconfirmed
from data_access.rights import Actor, Right, set_actor
from data_access.schema import attendance_week, centre, entry_draft, reminder, week_reopening
from data_access.weeks import ASK_REOPENING, OPEN_AGAIN_DAYS, asked_reopenings, week_lock
from data_access.writes.entry_rules import Place, locked_centre, require_right, text_problems, validate
from data_access.writes.rows import Change, Saved, audit_change, says, store_row
from data_access.writes.week_rules import (
    ASKED_OF_A_FILE,
    KnownWeeks,
    sheet_doubts,
    sheet_problems,
    week_key,
    week_locked,
)

# Records weekly sheets: the rows, their version and their audit entry, or nothing. Drafts count nowhere; a locked
# week is opened again by who coordinates.

WEEKLY_FORM: Final = "weekly"
"""The form whose drafts are dropped once the week is recorded."""
LONGEST_DRAFT: Final = 4000
MOST_FIELDS_OF_DRAFT: Final = 200
LONGEST_REASON: Final = 400
_SAID_OF_WEEK: Final = ("status", "distinct_people", "comment")
"""What the author of a sheet says beside its days; the rest of it is who and when."""


def record_attendance_week(
    connection: sa.Connection,
    actor: Actor,
    record: AttendanceWeekRecord,
    *,
    now: datetime,
    import_batch_id: int | None = None,
    known: KnownWeeks | None = None,
) -> Saved:
    """Stores a weekly sheet, new or corrected; `known` is what the sheets of a file look at together.

    Raises Refused when it cannot be true, may not be written by `actor`, is locked, or was made on an older reading than
    what is stored; Unconfirmed when it is unusual and its author has not said it is right. Storing the same sheet twice
    changes nothing. `connection` must come from `writing`.
    """
    today = day_in_paris(now)
    if known is None:
        set_actor(connection, actor)
        known = KnownWeeks(connection, actor, today=today)
    place, from_file = known.place(record.centre_code), import_batch_id is not None
    stored = _stored_week(connection, place.id, record.week_start) if known.entered(record) else None
    version = stored["version"] if stored else 0
    key = week_key(record.centre_code, record.week_start)
    said = {name: getattr(record, name) for name in _SAID_OF_WEEK}
    days = [
        {
            "day": each.day,
            "seat_kind": each.seat_kind,
            "half_days": 0 if each.closed else each.half_days,
            "closed": each.closed,
        }
        for each in record.filled_days
    ]
    if stored is not None and says(connection, attendance_week, stored, said, days):
        if not from_file:
            _store_draft(connection, actor, WEEKLY_FORM, key, base_version=version, typed={}, saved_at=now)
        return Saved(stored["id"], version, already_recorded=True)
    if record.base_version != version:
        raise Refused([_stale_version(stored)])
    problems = sheet_problems(
        connection, record, known, today=today, coordinates=actor.coordinates, from_file=from_file
    )
    if problems:
        raise Refused(problems)
    asked = sheet_doubts(record, known, today=today, from_file=from_file)
    validate(record, (), asked)
    odd = [problem for problem in asked if problem.rule not in ASKED_OF_A_FILE]
    change = Change(actor, now, "record_attendance_week", import_batch_id=import_batch_id)
    if from_file and stored is not None:
        change = _reopened_for_the_file(connection, change, place, record)
    moment = now.replace(microsecond=0)
    # Who confirms a file has looked at what is unusual in it.
    looked_at = from_file and odd
    saved = store_row(
        connection,
        change,
        attendance_week,
        row_key=key,
        values=said
        | {
            "centre_id": place.id,
            "week_start": record.week_start,
            "doubts": " ".join(sorted({problem.rule for problem in odd})) or None,
            "entered_by": actor.name,
            "entered_at": moment,
            "completed_at": _completed_at(record, stored, moment, from_file=from_file),
            "verified_by": actor.name if looked_at else None,
            "verified_at": moment if looked_at else None,
        },
        parts=days,
        row_id=stored["id"] if stored else None,
        base_version=version,
        first_version=known.next_version(record),
    )
    known.note(record, saved.row_id)
    if not from_file:
        # The version in the place of what was typed: what was typed before it, and is still on its way, is no draft any more.
        _store_draft(connection, actor, WEEKLY_FORM, key, base_version=saved.version, typed={}, saved_at=now)
    return saved


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
        stored = _stored_week(connection, place.id, week_start)
        if stored is None or stored["version"] != base_version:
            raise Refused([_stale_version(stored)])
        if stored["verified_at"] or not stored["doubts"]:
            continue
        looked_at = {"verified_by": actor.name, "verified_at": now.replace(microsecond=0)}
        before = record_document(connection, attendance_week, stored)
        connection.execute(sa.update(attendance_week).where(attendance_week.c.id == stored["id"]).values(**looked_at))
        audit_id = audit_change(
            connection,
            change,
            "attendance_week",
            row_key=week_key(code, week_start),
            row_id=stored["id"],
            before=before,
            after=before | as_document(looked_at) | ({"said_of_change": note} if note else {}),
        )
        change = replace(change, deed_id=change.deed_id or audit_id)
    return change.deed_id


def _completed_at(
    record: AttendanceWeekRecord, stored: Mapping[str, Any] | None, moment: datetime, *, from_file: bool
) -> datetime | None:
    """When it was completed here; of an imported week nobody knows, be it corrected since."""
    if record.status == "draft":
        return None
    complete = stored is not None and stored["status"] != "draft"
    before: datetime | None = stored["completed_at"] if complete and stored is not None else None
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
    or were given up; and for those that were on their way when their author gave them up. Raises Refused for who has no
    form to fill in, and for more text than a form can hold. `connection` must come from `writing`.
    """
    require_right(actor, Right.DRAFTS)
    if len(typed) > MOST_FIELDS_OF_DRAFT or sum(len(text) for text in typed.values()) > LONGEST_DRAFT:
        raise Refused([Problem(Rule.TOO_LONG, "typed", {"length": LONGEST_DRAFT + 1, "maximum": LONGEST_DRAFT})])
    columns = entry_draft.c.base_version, entry_draft.c.typed
    kept = connection.execute(sa.select(*columns).where(*_draft_of(actor, form, about))).one_or_none()
    # A week that was undone since begins again at no version.
    if (
        form == WEEKLY_FORM
        and kept is not None
        and base_version < min(kept.base_version, _version_of(connection, about))
    ):
        return False
    if kept is not None and kept.typed and dict(kept.typed) == _given_up(typed.get("request_key", "")):
        return False
    # PostgreSQL keeps no null character, and a draft is not the place to argue about one.
    texts = {field: text.replace("\x00", "") for field, text in typed.items()}
    _store_draft(connection, actor, form, about, base_version=base_version, typed=texts, saved_at=now)
    return True


def drop_draft(connection: sa.Connection, actor: Actor, *, form: str, about: str) -> None:
    """Forgets what somebody had typed. `connection` must come from `writing`."""
    connection.execute(sa.delete(entry_draft).where(*_draft_of(actor, form, about)))


def give_up_draft(
    connection: sa.Connection, actor: Actor, *, form: str, about: str, request_key: str, now: datetime
) -> None:
    """Forgets what somebody had typed in the form begun with that key, and what of it is still on its way.

    A page sends what is typed beside the press that gives it up, and either may come first. `connection` must come from
    `writing`.
    """
    _store_draft(connection, actor, form, about, base_version=0, typed=_given_up(request_key), saved_at=now)


def _given_up(request_key: str) -> dict[str, str]:
    """What is kept in the place of a draft that was given up: no text, but the key of the form, which begun anew has another."""
    return {"request_key": request_key}


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


def _stored_week(connection: sa.Connection, centre_id: int, week_start: date) -> Mapping[str, Any] | None:
    """The row of a sheet, which nobody else changes meanwhile; None when nobody entered it."""
    week = sa.select(attendance_week).where(
        attendance_week.c.centre_id == centre_id, attendance_week.c.week_start == week_start
    )
    row = connection.execute(week.with_for_update()).mappings().one_or_none()
    return None if row is None else dict(row)


def lock_centres(connection: sa.Connection, centre_codes: Collection[str] | None = None) -> None:
    """Takes the turns of these centres, or of all, in one order and before anything is written.

    Who writes the sheets of several centres holds what every writer needs from the first sheet on: a centre asked for only
    then may be held by somebody who waits for that, and both would wait for ever.
    """
    asked = sa.true() if centre_codes is None else centre.c.code.in_(centre_codes)
    turns = sa.select(centre.c.id).where(asked).order_by(centre.c.code).with_for_update(key_share=True)
    connection.execute(turns).all()


def require_unlocked(
    connection: sa.Connection, change: Change, stored: Document | None, wanted: Document | None
) -> None:
    """Refused for a sheet that is locked, and would be another or none.

    An import is undone as a whole, the weeks of years ago that it brought or corrected included; and that a sheet was
    verified is no figure of it.
    """
    about = wanted or stored
    if about is None or change.action == "take_back_import":
        return
    if (
        stored is not None
        and wanted is not None
        and all(stored[name] == wanted[name] for name in (*_SAID_OF_WEEK, "days"))
    ):
        return
    code = connection.execute(sa.select(centre.c.code).where(centre.c.id == about["centre_id"])).scalar_one()
    lock_centres(connection, [code])
    week_start = date.fromisoformat(about["week_start"])
    lock = week_lock(connection, centre_code=code, week_start=week_start, as_of=day_in_paris(change.now))
    if lock.is_locked:
        raise Refused([week_locked(week_start, lock.locked_on, coordinates=change.actor.coordinates)])


def _stale_version(stored: Mapping[str, Any] | None) -> Problem:
    who = {name: stored[name] for name in ("entered_by", "entered_at")} if stored else {}
    return Problem(Rule.STALE_VERSION, "version", who)


def _of_centre(centre_code: str, refusal: Refused) -> list[Problem]:
    return [
        Problem(problem.rule, problem.field, {**problem.values, "centre_code": centre_code})
        for problem in refusal.problems
    ]


# Notes that a centre was reminded of a week: once a day for each way of telling, whoever asks twice.


def record_reminders(
    connection: sa.Connection,
    actor: Actor,
    *,
    centre_code: str,
    weeks: Sequence[date],
    recipient: str,
    channel: Literal["email", "copied"],
    now: datetime,
) -> list[date]:
    """Notes the weeks a centre is reminded of, and answers those it had not been reminded of today that way.

    Two programs that remind at once never note the same week twice: the row is what gives the right to send.
    `connection` must come from `writing`.
    """
    require_right(actor, Right.COORDINATE)
    place = locked_centre(connection, actor, centre_code, allowed=True)
    noted = []
    for week_start in weeks:
        values = {"centre_id": place.id, "week_start": week_start, "recipient": recipient, "channel": channel}
        try:
            with connection.begin_nested():
                connection.execute(sa.insert(reminder).values(**values, sent_at=now, sent_on=day_in_paris(now)))
        except sa.exc.IntegrityError:
            continue
        noted.append(week_start)
    return noted


def release_reminders(
    connection: sa.Connection, *, centre_code: str, weeks: Sequence[date], recipient: str, sent_on: date
) -> None:
    """Forgets reminders that were noted and could not be sent. `connection` must come from `writing`."""
    centre_id = sa.select(centre.c.id).where(centre.c.code == centre_code).scalar_subquery()
    connection.execute(
        sa.delete(reminder).where(
            reminder.c.centre_id == centre_id,
            reminder.c.week_start.in_(weeks),
            reminder.c.recipient == recipient,
            reminder.c.channel == "email",
            reminder.c.sent_on == sent_on,
        )
    )
