"""What each centre owes, whom to write to, and when they were last reminded."""

from datetime import date, timedelta

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.periods import Period
from data_access.reads.attendance import attendance_weeks
from data_access.rights import Right, requires
from data_access.schema import account, account_centre, centre, reminder
from data_access.week_locks import locks_on


@requires(Right.COORDINATE)
def weeks_owed(connection: sa.Connection, *, as_of: date, weeks: int = 6) -> pl.DataFrame:
    """One row per centre and week over, missing or a draft, that may still be entered, oldest first.

    `centre_code`, `centre_name`, `week_start`, `state`, `recipient` (the animators' addresses, a comma between, else the
    centre's own; null for none), `last_reminded_at`.
    """
    owed = attendance_weeks(connection, Period.last_weeks(weeks, as_of), as_of=as_of).filter(
        pl.col("state").is_in(["missing", "draft"]), pl.col("week_start") <= as_of - timedelta(days=7)
    )
    owed = owed.filter(pl.Series([locks_on(week) > as_of for week in owed["week_start"]], dtype=pl.Boolean))
    names = owed.select("centre_code", "centre_name", "week_start", "state")
    return (
        names.join(_recipients(connection), on="centre_code", how="left")
        .join(_last(connection), on=["centre_code", "week_start"], how="left")
        .sort("centre_name", "week_start")
    )


def _recipients(connection: sa.Connection) -> pl.DataFrame:
    animators = read(
        connection,
        sa.select(centre.c.code.label("centre_code"), account.c.email)
        .join(account_centre, account_centre.c.centre_id == centre.c.id)
        .join(account, account.c.id == account_centre.c.account_id)
        .where(account.c.active, account.c.role == "animator")
        .order_by(account.c.email),
    )
    joined = animators.group_by("centre_code", maintain_order=True).agg(animators=pl.col("email").str.join(", "))
    own = read(connection, sa.select(centre.c.code.label("centre_code"), centre.c.email))
    return own.join(joined, on="centre_code", how="left").select(
        "centre_code", recipient=pl.coalesce("animators", "email")
    )


def _last(connection: sa.Connection) -> pl.DataFrame:
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            reminder.c.week_start,
            sa.func.max(reminder.c.sent_at, type_=reminder.c.sent_at.type).label("last_reminded_at"),
        )
        .join(centre, centre.c.id == reminder.c.centre_id)
        .group_by(centre.c.code, reminder.c.week_start)
    )
    return read(connection, question)
