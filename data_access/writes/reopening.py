"""Opens a locked week again for some days: only who coordinates may, and says why."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from data_access.periods import day_in_paris
from data_access.refusals import Problem, Refused, Rule
from data_access.rights import Actor
from data_access.schema import centre, week_reopening
from data_access.week_locks import OPEN_AGAIN_DAYS, week_lock
from data_access.writes.attendance_rows import week_key
from data_access.writes.rows import Change, Saved, store_row

LONGEST_REASON = 400


def reopen_week(
    connection: sa.Connection, actor: Actor, *, centre_code: str, week_start: date, reason: str | None, now: datetime
) -> Saved | None:
    """Lets a locked week be entered until a week from today; None when it is open anyway.

    Raises Refused without a reason, for an unknown centre, or for who does not coordinate. `connection` must come from
    `writing`.
    """
    if not actor.coordinates:
        raise Refused([Problem(Rule.NOT_YOUR_ROLE)])
    why = (reason or "").strip()
    if not why:
        raise Refused([Problem(Rule.MISSING_VALUE, "reason")])
    if len(why) > LONGEST_REASON:
        raise Refused([Problem(Rule.TOO_LONG, "reason", {"length": len(why), "maximum": LONGEST_REASON})])
    centre_id = connection.execute(
        sa.select(centre.c.id).where(centre.c.code == centre_code).with_for_update(key_share=True)
    ).scalar_one_or_none()
    if centre_id is None:
        raise Refused([Problem(Rule.UNKNOWN_CENTRE, "centre", {"centre_code": centre_code})])
    today = day_in_paris(now)
    if not week_lock(connection, centre_code=centre_code, week_start=week_start, as_of=today).is_locked:
        return None
    return store_row(
        connection,
        Change(actor, now, "reopen_week"),
        week_reopening,
        row_key=week_key(centre_code, week_start),
        values={
            "centre_id": centre_id,
            "week_start": week_start,
            "reopened_at": now.replace(microsecond=0),
            "reopened_by": actor.name,
            "reason": why,
            "open_until": today + timedelta(days=OPEN_AGAIN_DAYS),
        },
    )
