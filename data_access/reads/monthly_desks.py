"""Desks let by the month: they are taken on every day the centre opens, whoever counts them."""

from datetime import date, timedelta

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.reads.sheet import sheet_days
from data_access.rights import Right, requires
from data_access.schema import agreement, calendar_day, centre


@requires(Right.ENTER, own_centre=True)
def monthly_desks(connection: sa.Connection, *, centre_code: str, week_start: date) -> pl.DataFrame:
    """One row per day of the week and seat kind on which desks are let by the month: `desks`, and their `half_days`.

    Half-days are those the centre offers that day, for as many desks as agreements run, at most its seats; a day on which
    it offers nothing has no row.
    """
    question = (
        sa.select(calendar_day.c.day, agreement.c.seat_kind, sa.func.count().label("desks"))
        .select_from(agreement)
        .join(centre, centre.c.id == agreement.c.centre_id)
        .join(
            calendar_day,
            sa.and_(
                calendar_day.c.day >= agreement.c.signed_on,
                sa.or_(agreement.c.ended_on.is_(None), calendar_day.c.day <= agreement.c.ended_on),
            ),
        )
        .where(
            centre.c.code == centre_code,
            agreement.c.formula == "month",
            calendar_day.c.day.between(week_start, week_start + timedelta(days=6)),
        )
        .group_by(calendar_day.c.day, agreement.c.seat_kind)
    )
    let = read(connection, question)
    offered = sheet_days(connection, centre_code=centre_code, week_start=week_start).filter(
        pl.col("offered_half_days") > 0, pl.col("seats") > 0
    )
    desks = pl.min_horizontal("desks", "seats")
    return (
        let.join(offered, on=["day", "seat_kind"])
        .select("day", "seat_kind", desks=desks, half_days=desks * (pl.col("offered_half_days") // pl.col("seats")))
        .sort("day", "seat_kind")
    )
