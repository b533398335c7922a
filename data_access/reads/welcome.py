"""The welcome sessions and the households they received. Nothing here names anybody: households have no name."""

from datetime import date

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.rights import Right, requires
from data_access.schema import centre, commune, welcome_attendance, welcome_household, welcome_session


@requires(Right.FIGURES)
def welcome_sessions(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per numbered session; counts come from its households when they are detailed, from its totals if not.

    `detailed` tells which, `held` whether the session had begun by `as_of` (null when its date is not known).
    Holders, people and families settled by `as_of` are three counts; null = not known.
    """
    session, household = welcome_session.c, welcome_household.c
    detailed = sa.func.count(household.id) > 0
    settled = sa.func.sum(sa.case((household.settled_on <= as_of, 1), else_=0))
    question = (
        sa.select(
            session.number,
            session.starts_on,
            session.ends_on,
            session.place,
            (session.starts_on <= as_of).label("held"),
            detailed.label("detailed"),
            session.applications,
            session.selected,
            sa.case((detailed, sa.func.sum(household.holders)), else_=session.project_holders)
            .cast(sa.Integer)
            .label("project_holders"),
            sa.case((detailed, sa.func.sum(household.people)), else_=session.people).cast(sa.Integer).label("people"),
            sa.case((detailed, settled)).cast(sa.Integer).label("settled_families"),
            session.precision,
            session.source,
        )
        .select_from(welcome_session.outerjoin(welcome_household))
        .group_by(*welcome_session.c)
        .order_by(session.number)
    )
    return read(connection, question)


@requires(Right.FIGURES)
def welcome_households(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per household of a session not still to come at `as_of`; each counts 1 in `households`, so rows add up.

    `session_ended_on` is null when the session's days are not known. `settled` is 1 for a family settled by `as_of`,
    else 0, and `dropped` likewise; `settled_on` and the commune are null before. `centre_code` is the centre visited.
    """
    session, household = welcome_session.c, welcome_household.c
    home = commune.alias("home")
    question = (
        sa.select(
            session.number,
            session.ends_on.label("session_ended_on"),
            household.holders,
            household.people,
            household.teleworker,
            centre.c.code.label("centre_code"),
            household.outcome,
            household.settled_on,
            household.settled_insee_code.label("insee_code"),
            home.c.name.label("commune_name"),
            home.c.epci_name,
            home.c.latitude,
            home.c.longitude,
        )
        .select_from(
            welcome_household.join(welcome_session)
            .outerjoin(centre, centre.c.id == household.visited_centre_id)
            .outerjoin(home, home.c.insee_code == household.settled_insee_code)
        )
        .where(sa.or_(session.starts_on.is_(None), session.starts_on <= as_of))
        .order_by(session.number, household.id)
    )
    settled = pl.col("settled_on").is_not_null() & (pl.col("settled_on") <= as_of)
    after = ("settled_on", "insee_code", "commune_name", "epci_name", "latitude", "longitude")
    return (
        read(connection, question)
        .with_columns(
            households=pl.lit(1, pl.Int64),
            settled=settled.cast(pl.Int64),
            dropped=(pl.col("outcome") == "dropped").cast(pl.Int64),
            **{name: pl.when(settled).then(name) for name in after},
        )
        .drop("outcome")
    )


@requires(Right.FIGURES)
def welcome_days(connection: sa.Connection) -> pl.DataFrame:
    """One row per session and day on which somebody's presence was noted: `day_number` (1 for the first day), people.

    `people_expected` are all the people of the households whose presence was noted that day, `people_present` those
    who were there. A session without known days has no row.
    """
    session, household, attendance = welcome_session.c, welcome_household.c, welcome_attendance.c
    question = (
        sa.select(
            session.number,
            session.starts_on,
            attendance.day,
            sa.func.sum(attendance.people_present).cast(sa.Integer).label("people_present"),
            sa.func.sum(household.people).cast(sa.Integer).label("people_expected"),
        )
        .select_from(welcome_attendance.join(welcome_household).join(welcome_session))
        .where(session.starts_on.is_not(None))
        .group_by(session.number, session.starts_on, attendance.day)
        .order_by(session.number, attendance.day)
    )
    return (
        read(connection, question)
        .with_columns(day_number=(pl.col("day") - pl.col("starts_on")).dt.total_days() + 1)
        .drop("starts_on")
    )
