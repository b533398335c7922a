"""What the yearly evaluation, the report of a year and the notes of its places are made from: aggregates, each asked for once."""

from datetime import date, timedelta

import polars as pl
import sqlalchemy as sa

from data_access.engine import is_demonstration
from data_access.facts import ReportFacts
from data_access.periods import Period, monday
from data_access.reads.attendance import attendance_facts, completeness_facts
from data_access.reads.club import club_facts
from data_access.reads.network import centres, evaluation_facts
from data_access.reads.passes import pass_members
from data_access.reads.people import centre_users_facts
from data_access.reads.programmes import convention_facts, welcome_facts
from data_access.rights import Right, requires


@requires(Right.FIGURES)
def report_facts(connection: sa.Connection, year: int, *, as_of: date) -> ReportFacts:
    """Asks everything the report and the notes of a year say; small frames, whatever the history."""
    on = min(date(year, 12, 31), as_of)
    whole, weeks = Period.year(year), _weeks_over(year, as_of)
    before = Period.weeks(weeks.first - timedelta(weeks=52), weeks.last - timedelta(weeks=52))
    own = attendance_facts(connection, whole, by=("centre_code",))
    owed = completeness_facts(connection, whole, as_of=as_of, by=("centre_code",))
    return ReportFacts(
        year=year,
        on=on,
        as_of=as_of,
        demonstration=is_demonstration(connection),
        evaluation=evaluation_facts(connection, year, as_of=as_of),
        before=evaluation_facts(connection, year - 1, as_of=as_of),
        places=centres(connection, on=on).filter(pl.col("open")),
        by_centre=own.join(owed, on="centre_code", how="full", coalesce=True),
        by_month=attendance_facts(connection, whole, by=("month_start",)),
        by_week=attendance_facts(connection, weeks, by=("week_start",)),
        weeks_before=attendance_facts(connection, before, by=("week_start",)),
        by_centre_and_month=attendance_facts(connection, whole, by=("centre_code", "month_start")),
        by_centre_and_week=attendance_facts(connection, weeks, by=("centre_code", "week_start")),
        club=club_facts(connection, Period.year(year).so_far(on + timedelta(days=1)), on=on, as_of=on),
        users_by_centre=centre_users_facts(connection, year=year, as_of=as_of),
        members_by_centre=pass_members(connection, on=on, by=("centre_code",)),
        convention=convention_facts(connection, as_of=on),
        welcome=welcome_facts(connection, as_of=on),
    )


def _weeks_over(year: int, as_of: date) -> Period:
    """The weeks that touch the year and are over; its first one when none is."""
    first = date(year, 1, 1)
    last_sunday = monday(as_of) - timedelta(days=1)
    return Period.weeks(first, max(first, min(date(year, 12, 31), last_sunday)))
