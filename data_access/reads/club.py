"""All that is told of the club Pass Actifs Mobiles, asked at once: for its page, the report of a year, the show."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final, TypedDict

import polars as pl
import sqlalchemy as sa

from data_access.facts import ClubFacts, ClubParts, ClubSpan
from data_access.periods import Period
from data_access.reads.network import centres, published_figures
from data_access.reads.passes import first_joining, pass_cohorts, pass_endings, pass_facts, pass_members
from data_access.reads.people import service_facts, support_facts
from data_access.rights import Right, requires

_PROGRAMME_BEGAN: Final = date(2007, 1, 1)


class _Kept(TypedDict):
    status: str | None
    centre_code: str | None


@requires(Right.FIGURES, counts_people=True)
def club_facts(
    connection: sa.Connection,
    period: Period,
    *,
    on: date,
    as_of: date,
    status: str | None = None,
    centre_code: str | None = None,
    earlier: Sequence[date] = (),
) -> ClubFacts:
    """The members of the day `on` and what moved over `period`; `earlier` are the days whose parts are asked for too."""
    kept: _Kept = {"status": status, "centre_code": centre_code}
    began = first_joining(connection)
    before, year_ago = period.before(), period.year_before()

    def then(of: Period | None) -> ClubSpan | None:
        if of is None or began is None or (day := period.same_day_of(of, on)) < began:
            return None
        # As it was known then: of those who joined in a span that runs, the free months of few are over.
        return club_span(connection, of, on=day, as_of=period.same_day_of(of, as_of), **kept)

    def parts(day: date) -> ClubParts:
        return ClubParts(
            day,
            by_status=pass_members(connection, on=day, by=("status",), centre_code=centre_code),
            by_centre=pass_members(connection, on=day, by=("centre_code",), status=status),
            endings=pass_endings(connection, Period.since(period.first, min(day, period.last)), **kept),
        )

    held = partial(service_facts, connection, first=_PROGRAMME_BEGAN, last=on)
    at_centres = _at(held(by=("centre_code",)), centre_code)
    return ClubFacts(
        as_of=as_of,
        status=status,
        centre_code=centre_code,
        began=began,
        now=club_span(connection, period, on=on, as_of=as_of, **kept),
        # Of a year, the span before is the same span a year before: asked once.
        before=None if before == year_ago else then(before),
        year_ago=then(year_ago),
        parts=parts(on),
        history=pass_facts(connection, Period.days(min(began or as_of, as_of), as_of), **kept),
        # Of the network each holder counts once, at however many centres they hold it.
        services=at_centres if centre_code else held(),
        services_by_centre=at_centres,
        supports=_at(support_facts(connection, first=_PROGRAMME_BEGAN, last=on), centre_code),
        published=published_figures(connection).filter(pl.col("indicator") == "pass_members"),
        places=centres(connection, on=as_of).select("code", "name", "commune_name", "status"),
        earlier=tuple(parts(day) for day in earlier if day >= period.first),
    )


@requires(Right.FIGURES, counts_people=True)
def club_span(
    connection: sa.Connection,
    period: Period,
    *,
    on: date,
    as_of: date,
    status: str | None = None,
    centre_code: str | None = None,
) -> ClubSpan:
    """The members of the day `on` and what moved over the period, as known on `as_of`."""
    kept: _Kept = {"status": status, "centre_code": centre_code}
    return ClubSpan(
        period,
        on,
        members=pass_members(connection, on=on, **kept),
        months=pass_facts(connection, period, **kept),
        cohorts=pass_cohorts(connection, period, as_of=as_of, **kept),
    )


def _at(facts: pl.DataFrame, centre_code: str | None) -> pl.DataFrame:
    return facts if centre_code is None else facts.filter(pl.col("centre_code") == centre_code)
