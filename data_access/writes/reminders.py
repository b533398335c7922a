"""Notes that a centre was reminded of a week: once a day for each way of telling, whoever asks twice."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa

from data_access.periods import day_in_paris
from data_access.rights import Actor, Right
from data_access.schema import centre, reminder
from data_access.writes.entry_rules import locked_centre, require_right


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
