"""What the yearly evaluation, the report of a year and the notes of its places are made from: aggregates, each asked for once."""

from datetime import date, timedelta

import sqlalchemy as sa

from data_access.engine import is_demonstration
from data_access.facts import ReportFacts
from data_access.periods import Period
from data_access.reads.club import club_facts
from data_access.reads.network import evaluation_facts
from data_access.reads.passes import pass_members
from data_access.reads.people import centre_users_facts
from data_access.reads.programmes import convention_facts, welcome_facts
from data_access.reads.use import use_facts
from data_access.rights import Right, requires


@requires(Right.FIGURES)
def report_facts(connection: sa.Connection, year: int, *, as_of: date) -> ReportFacts:
    """Asks everything the report and the notes of a year say; small frames, whatever the history."""
    on = min(date(year, 12, 31), as_of)
    return ReportFacts(
        year=year,
        on=on,
        as_of=as_of,
        demonstration=is_demonstration(connection),
        evaluation=evaluation_facts(connection, year, as_of=as_of),
        before=evaluation_facts(connection, year - 1, as_of=as_of),
        use=use_facts(connection, Period.year(year), as_of=as_of, on=on),
        club=club_facts(connection, Period.year(year).so_far(on + timedelta(days=1)), on=on, as_of=on),
        users_by_centre=centre_users_facts(connection, year=year, as_of=as_of),
        members_by_centre=pass_members(connection, on=on, by=("centre_code",)),
        convention=convention_facts(connection, as_of=on),
        welcome=welcome_facts(connection, as_of=on),
    )
