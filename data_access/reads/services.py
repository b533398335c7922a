"""What the programme gives to people: the services members hold, and the support opened for people and households."""

from datetime import date

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.reads.people import running_centre_code
from data_access.rights import Right, requires
from data_access.schema import calendar_day, centre, member_service, support, welcome_household


@requires(Right.FIGURES, counts_people=True)
def service_facts(connection: sa.Connection, *, first: date, last: date) -> pl.DataFrame:
    """One row per year, service and centre: `holders`, the distinct people who held it on at least one day of the year.

    The years are those of these days; a service begun after the last one does not count. `centre_code` is the centre the
    service is given at; for one given at none (the directory, webinars), that of the agreement its holder had on its first
    day; null without one.
    """
    held = (
        sa.select(
            member_service.c.service.label("kind"),
            member_service.c.person_id,
            member_service.c.starts_on,
            member_service.c.ends_on,
            sa.func.coalesce(
                centre.c.code, running_centre_code(member_service.c.person_id, member_service.c.starts_on)
            ).label("centre_code"),
        )
        .select_from(member_service.outerjoin(centre, centre.c.id == member_service.c.centre_id))
        .cte("held")
        # Or the centre would be looked for again for every year.
        .prefix_with("MATERIALIZED")
    )
    year = sa.extract("year", calendar_day.c.day).cast(sa.Integer)
    years = (
        sa.select(
            year.label("year"),
            sa.func.min(calendar_day.c.day).label("first"),
            sa.func.max(calendar_day.c.day).label("last"),
        )
        .where(calendar_day.c.day.between(first, last))
        .group_by(year)
        .subquery("years")
    )
    during = sa.and_(
        held.c.starts_on <= years.c.last, sa.or_(held.c.ends_on.is_(None), held.c.ends_on >= years.c.first)
    )
    keys = (years.c.year, held.c.kind, held.c.centre_code)
    question = (
        sa.select(*keys, sa.func.count(held.c.person_id.distinct()).label("holders"))
        .select_from(years.join(held, during))
        .group_by(*keys)
        .order_by(*keys)
    )
    return read(connection, question)


@requires(Right.FIGURES, counts_people=True)
def support_facts(connection: sa.Connection, *, first: date, last: date) -> pl.DataFrame:
    """One row per year, kind of support and centre: `opened`, the supports begun on these days.

    `centre_code` is that of the person's agreement on that day, or the centre a household of a welcome session visited;
    null without one.
    """
    given = (
        sa.select(
            sa.extract("year", support.c.opened_on).cast(sa.Integer).label("year"),
            support.c.kind,
            sa.func.coalesce(centre.c.code, running_centre_code(support.c.person_id, support.c.opened_on)).label(
                "centre_code"
            ),
        )
        .select_from(
            support.outerjoin(welcome_household, welcome_household.c.id == support.c.welcome_household_id).outerjoin(
                centre, centre.c.id == welcome_household.c.visited_centre_id
            )
        )
        .where(support.c.opened_on.between(first, last))
        .subquery("given")
    )
    question = sa.select(*given.c, sa.func.count().label("opened")).group_by(*given.c).order_by(*given.c)
    return read(connection, question)
