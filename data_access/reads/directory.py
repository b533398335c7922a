"""The directory of teleworkers: only people who agreed to be listed, on the day asked for."""

from datetime import date
from typing import Final

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.reads.people import running_centre_code
from data_access.rights import Right, requires
from data_access.schema import centre, commune, pass_membership, person
from data_access.schema.columns import Day

LISTED_STATUSES: Final = ("independent", "employee", "mobile")
"""What one does for a living to be listed without belonging to the club."""


@requires(Right.DIRECTORY, counts_people=True)
def directory_people(connection: sa.Connection, *, on: date) -> pl.DataFrame:
    """One row per person who agreed on or before that day, is not erased, and is a member of the club or works remotely.

    Members are those of that day; the others are listed by their status. Name, status, the centre of the agreement
    running that day, commune of residence (`commune_name` null outside the county), e-mail, telephone, day of the consent.
    A consent taken back leaves no row.
    """
    day = sa.literal(on, Day)
    member = sa.exists().where(
        pass_membership.c.person_id == person.c.id,
        pass_membership.c.joined_on <= day,
        sa.or_(pass_membership.c.ended_on.is_(None), pass_membership.c.ended_on >= day),
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
