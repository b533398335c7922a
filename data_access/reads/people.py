"""People who use the centres: counted, never named, but for the directory of those who agreed to be listed.

The centre each belongs to on a day, and what the programme gives them: services and support.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final, Literal

import polars as pl
import sqlalchemy as sa

from data_access.frames import read, runs
from data_access.rights import Actor, Right, requires
from data_access.schema import (
    agreement,
    audit_entry,
    calendar_day,
    centre,
    commune,
    member_service,
    pass_membership,
    person,
    support,
    visit,
    welcome_household,
)
from data_access.schema.columns import Day

LISTED_STATUSES: Final = ("independent", "employee", "mobile")
"""What one does for a living to be listed without belonging to the club."""


def people_of(actor: Actor) -> sa.Select[Any]:
    """The ids of the people an actor knows, those erased too: who coordinates, all; an animator those who signed or were
    seen in their centres, or whom they recorded. Row-level security says the same to PostgreSQL (`keeps_person`)."""
    if actor.coordinates:
        return sa.select(person.c.id)
    own = sa.select(centre.c.id).where(centre.c.code.in_(actor.centres))
    entry = audit_entry.c
    return sa.select(person.c.id).where(
        sa.or_(
            person.c.id.in_(sa.select(agreement.c.person_id).where(agreement.c.centre_id.in_(own))),
            person.c.id.in_(
                sa.select(visit.c.person_id).where(visit.c.person_id.is_not(None), visit.c.centre_id.in_(own))
            ),
            person.c.id.in_(
                sa.select(entry.row_id).where(
                    entry.table_name == person.name, entry.row_id.is_not(None), entry.actor == actor.name
                )
            ),
        )
    )


@requires(Right.FIGURES, counts_people=True)
def users_facts(connection: sa.Connection, *, year: int, as_of: date) -> pl.DataFrame:
    """One row: the distinct people with an agreement running on at least one day of the year, up to `as_of`.

    Null when no agreement signed by then was ever recorded: nobody noted who came, which is not nobody.
    """
    first, last = date(year, 1, 1), min(date(year, 12, 31), as_of)
    during = runs(agreement.c.signed_on, agreement.c.ended_on, first, until=last)
    users = sa.func.count(sa.case((during, agreement.c.person_id)).distinct())
    known = sa.case((sa.func.count() > 0, users)).cast(sa.Integer)
    question = sa.select(sa.literal(year).label("year"), known.label("users"))
    return read(connection, question.where(agreement.c.signed_on <= last))


@requires(Right.FIGURES, counts_people=True)
def centre_users_facts(connection: sa.Connection, *, year: int, as_of: date) -> pl.DataFrame:
    """One row per centre with somebody: the distinct people with an agreement there on at least one day of the year.

    Somebody who changed centres counts in both: these rows are never added up. Few people may be in a row: who shows it
    hides small counts.
    """
    first, last = date(year, 1, 1), min(date(year, 12, 31), as_of)
    question = (
        sa.select(
            centre.c.code.label("centre_code"),
            sa.literal(year).label("year"),
            sa.func.count(agreement.c.person_id.distinct()).label("users"),
        )
        .join(centre, centre.c.id == agreement.c.centre_id)
        .where(runs(agreement.c.signed_on, agreement.c.ended_on, first, until=last))
        .group_by(centre.c.code)
        .order_by(centre.c.code)
    )
    return read(connection, question)


def running_centre_code(person_id: sa.ColumnElement[int], day: sa.ColumnElement[Any]) -> sa.ScalarSelect[str]:
    """The code of the centre a person belongs to on a day: that of the latest agreement running then, null without one.

    For use inside a question about people; of two agreements signed the same day the one recorded last counts.
    """
    held = _HELD.c
    return (
        sa.select(_HELD_AT.c.code)
        .select_from(_HELD.join(_HELD_AT, _HELD_AT.c.id == held.centre_id))
        .where(held.person_id == person_id, runs(held.signed_on, held.ended_on, day))
        .order_by(held.signed_on.desc(), held.id.desc())
        .limit(1)
        # Told, since SQLAlchemy would join again what stands two questions further out.
        .correlate_except(_HELD, _HELD_AT)
        .scalar_subquery()
    )


_HELD, _HELD_AT = agreement.alias("held"), centre.alias("held_at")


@requires(Right.DIRECTORY, counts_people=True)
def directory_people(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """One row per person who agreed on or before that day, is not erased, and is a member of the club or works remotely.

    Members are those of that day; the others are listed by their status. Name, status, the centre of the agreement
    running that day, commune of residence (`commune_name` null outside the county), e-mail, telephone, day of the consent.
    A consent withdrawn leaves no row.
    """
    day = sa.literal(on, Day)
    member = sa.exists().where(
        pass_membership.c.person_id == person.c.id, runs(pass_membership.c.joined_on, pass_membership.c.ended_on, day)
    )
    listed = (
        sa.select(
            person.c.id.label("person_id"),
            person.c.given_name,
            person.c.family_name,
            person.c.status,
            running_centre_code(person.c.id, day).label("centre_code"),
            person.c.home_insee_code,
            commune.c.name.label("commune_name"),
            person.c.email,
            person.c.phone,
            person.c.directory_consent,
            member.label("member"),
        )
        .select_from(person.outerjoin(commune, commune.c.insee_code == person.c.home_insee_code))
        .where(
            person.c.directory_consent <= day,
            person.c.erased_at.is_(None),
            sa.or_(member, person.c.status.in_(LISTED_STATUSES)),
        )
        .subquery("listed")
    )
    question = (
        sa.select(*(column for column in listed.c if column.name != "person_id"), centre.c.name.label("centre_name"))
        .select_from(listed.outerjoin(centre, centre.c.code == listed.c.centre_code))
        .order_by(listed.c.family_name, listed.c.given_name, listed.c.person_id)
    )
    return read(connection, question)


@requires(Right.FIGURES, counts_people=True)
def service_facts(
    connection: sa.Connection, *, first: date, last: date, by: Sequence[Literal["centre_code"]] = ()
) -> pl.DataFrame:
    """One row per year and service (`kind`), or one for each centre too: `holders`, the distinct people who held it on at
    least one day of the year; somebody may hold it at several centres, so that rows of centres never add up.

    The years are those of these days; a service begun after the last one does not count. `centre_code` is the centre the
    service is given at; for one given at none (the directory, webinars), that of the agreement its holder had on its first
    day; null without one.
    """
    return read(connection, _services(tuple(by)), {"first_day": first, "last_day": last})


# Built once: building it takes longer than its answer.
@cache
def _services(by: tuple[Literal["centre_code"], ...]) -> sa.Select[Any]:
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
        .where(calendar_day.c.day.between(sa.bindparam("first_day", type_=Day), sa.bindparam("last_day", type_=Day)))
        .group_by(year)
        .subquery("years")
    )
    during = runs(held.c.starts_on, held.c.ends_on, years.c.first, until=years.c.last)
    keys = (years.c.year, held.c.kind, *(held.c[cut] for cut in by))
    return (
        sa.select(*keys, sa.func.count(held.c.person_id.distinct()).label("holders"))
        .select_from(years.join(held, during))
        .group_by(*keys)
        .order_by(*keys)
    )


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
