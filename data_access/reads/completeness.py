"""What is known of each week of each centre, and when it was entered: who is late, and what is still to verify."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.periods import Period
from data_access.reads.attendance import attendance_weeks
from data_access.rights import Right, requires
from data_access.schema import attendance_week, centre

DEADLINE_DAYS: Final = 11
"""From the Monday of a week to the Friday after its Sunday: the last day to be on time."""
SILENCE_WEEKS: Final = 3
"""A centre that entered nothing for more weeks than these has given no news."""
_PARIS: Final = "Europe/Paris"


@requires(Right.FIGURES)
def completeness_weeks(
    connection: sa.Connection, period: Period, *, as_of: date, centres: Sequence[str] | None = None
) -> pl.DataFrame:
    """One row per centre and week over by `as_of`: columns of `attendance_weeks`, and `weeks_expected`, `weeks_on_time`.

    `state` is also `late`: complete, but after the Friday that follows its Sunday. Expected are the weeks that are
    complete, late, drafts or missing.
    """
    weeks = attendance_weeks(connection, period, as_of=as_of, centres=centres).filter(
        pl.col("week_start") <= as_of - timedelta(days=7)
    )
    completed_on = pl.col("completed_at").dt.convert_time_zone(_PARIS).dt.date()
    late = completed_on > pl.col("week_start") + pl.duration(days=DEADLINE_DAYS)
    complete = pl.col("state") == "complete"
    return weeks.with_columns(
        state=pl.when(complete & late).then(pl.lit("late")).otherwise(pl.col("state")),
        weeks_expected=pl.col("state").is_in(["complete", "draft", "missing"]).cast(pl.Int64),
        # A week without a date was entered by a program that does not say when: it is taken to be on time.
        weeks_on_time=(complete & ~late.fill_null(False)).cast(pl.Int64),
    )


@requires(Right.ENTER)
def weeks_to_verify(connection: sa.Connection, *, as_of: date, centres: Sequence[str] | None = None) -> pl.DataFrame:
    """One row per complete week that its author said was right though unusual, and nobody has looked at since.

    `centre_code`, `centre_name`, `week_start`, `doubts` (codes, space between), `version`, `entered_by`, `entered_at`,
    newest first.
    """
    week = attendance_week.c
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            centre.c.name.label("centre_name"),
            week.week_start,
            week.doubts,
            week.version,
            week.entered_by,
            week.entered_at,
        )
        .join(centre, centre.c.id == week.centre_id)
        .where(week.doubts.is_not(None), week.verified_at.is_(None), week.week_start <= as_of)
        .order_by(week.week_start.desc(), centre.c.name)
    )
    if centres is not None:
        question = question.where(centre.c.code.in_(centres))
    return read(connection, question)
