"""People who use the centres: counted, never named, and the centre each belongs to on a day."""

from datetime import date
from typing import Any

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.rights import Right, requires
from data_access.schema import agreement, centre


@requires(Right.FIGURES, counts_people=True)
def users_facts(connection: sa.Connection, *, year: int, as_of: date) -> pl.DataFrame:
    """One row: the distinct people with an agreement running on at least one day of the year, up to `as_of`."""
    first, last = date(year, 1, 1), min(date(year, 12, 31), as_of)
    question = sa.select(
        sa.literal(year).label("year"),
        sa.func.count(agreement.c.person_id.distinct()).label("users"),
    ).where(agreement.c.signed_on <= last, sa.or_(agreement.c.ended_on.is_(None), agreement.c.ended_on >= first))
    return read(connection, question)


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
        .where(agreement.c.signed_on <= last, sa.or_(agreement.c.ended_on.is_(None), agreement.c.ended_on >= first))
        .group_by(centre.c.code)
        .order_by(centre.c.code)
    )
    return read(connection, question)


def running_centre_code(person_id: sa.ColumnElement[int], day: sa.ColumnElement[Any]) -> sa.ScalarSelect[str]:
    """The code of the centre a person belongs to on a day: that of the latest agreement running then, null without one.

    For use inside a question about people; of two agreements signed the same day the one recorded last counts.
    """
    held, place = agreement.alias("held"), centre.alias("held_at")
    return (
        sa.select(place.c.code)
        .select_from(held.join(place, place.c.id == held.c.centre_id))
        .where(
            held.c.person_id == person_id,
            held.c.signed_on <= day,
            sa.or_(held.c.ended_on.is_(None), held.c.ended_on >= day),
        )
        .order_by(held.c.signed_on.desc(), held.c.id.desc())
        .limit(1)
        # Told, since SQLAlchemy would join again what stands two questions further out.
        .correlate_except(held, place)
        .scalar_subquery()
    )
