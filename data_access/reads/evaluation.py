"""What the yearly evaluation, the report of a year and the notes of its places are made from: aggregates, each asked for once."""

from datetime import date, timedelta
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.engine import is_demonstration
from data_access.facts import EvaluatedYears, ReportFacts
from data_access.periods import Period
from data_access.reads.club import club_facts
from data_access.reads.network import evaluation_facts, published_figures
from data_access.reads.passes import pass_members
from data_access.reads.people import centre_users_facts
from data_access.reads.programmes import convention_facts, welcome_facts
from data_access.reads.use import use_facts
from data_access.rights import Right, requires
from data_access.schema import centre

_MOST_YEARS: Final = 50
"""Side by side: a year typed amiss must not ask for centuries."""


@requires(Right.FIGURES)
def evaluated_years(connection: sa.Connection, year: int, *, as_of: date) -> EvaluatedYears:
    """The year asked for, begun or not, and all from the first a place opened in or was published of, up to `as_of`."""
    published = published_figures(connection)
    opened = connection.scalar(sa.select(sa.func.min(centre.c.opened_on)).where(centre.c.status != "planned"))
    told = published.filter(pl.col("year_from") == pl.col("year_to"))["year_from"].to_list()
    first = min([each for each in (opened and opened.year, *told) if each], default=as_of.year)
    return EvaluatedYears(
        asked=evaluation_facts(connection, year, as_of=as_of),
        years=tuple(
            evaluation_facts(connection, each, as_of=as_of)
            for each in range(max(first, as_of.year - _MOST_YEARS + 1), as_of.year + 1)
        ),
        published=published,
    )


@requires(Right.FIGURES)
def report_facts(connection: sa.Connection, year: int, *, as_of: date) -> ReportFacts:
    """Asks everything the report and the notes of a year say; small frames, whatever the history."""
    on = min(date(year, 12, 31), as_of)
    return ReportFacts(
        year=year,
        on=on,
        as_of=as_of,
        demonstration=is_demonstration(connection),
        evaluated=evaluated_years(connection, year, as_of=as_of),
        use=use_facts(connection, Period.year(year), as_of=as_of, on=on),
        club=club_facts(connection, Period.year(year).so_far(on + timedelta(days=1)), on=on, as_of=on),
        users_by_centre=centre_users_facts(connection, year=year, as_of=as_of),
        members_by_centre=pass_members(connection, on=on, by=("centre_code",)),
        convention=convention_facts(connection, as_of=on),
        welcome=welcome_facts(connection, as_of=on),
    )
