"""The convention with Pôle Emploi, and the welcome sessions with the households they received.

Nothing here names anybody: no candidate is told apart, and households have no name.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from data_access.codes import PLACEMENT_STAGES
from data_access.facts import ConventionFacts, WelcomeFacts
from data_access.frames import read
from data_access.reads.network import centres, published_figures
from data_access.rights import Right, requires
from data_access.schema import (
    centre,
    commune,
    information_meeting,
    placement,
    welcome_attendance,
    welcome_household,
    welcome_session,
)

_FIRST, *_LATER = PLACEMENT_STAGES
# It was signed at the end of 2013: a contract dated before that year is none of the convention, or its year is mistyped.
_CONVENTION: Final = date(2013, 1, 1)


@requires(Right.FIGURES, counts_people=True)
def placement_facts(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per contract begun by `as_of`, in the order of first days; each counts 1 in `placements`, so rows add up.

    Those dated before the convention are left out. `year` and `quarter_start` are those of its first day; `running` is 1
    for a contract that has not ended before `as_of`, else 0. Null: `centre_code`, no centre was noted; `ended_on`, no end
    is known.
    """
    question = (
        sa.select(
            placement.c.aim,
            centre.c.code.label("centre_code"),
            placement.c.contract_kind,
            placement.c.hired_on,
            placement.c.ended_on,
        )
        .select_from(placement.outerjoin(centre, centre.c.id == placement.c.centre_id))
        .where(placement.c.hired_on.between(_CONVENTION, as_of))
        .order_by(placement.c.hired_on, placement.c.id)
    )
    return read(connection, question).with_columns(
        year=pl.col("hired_on").dt.year(),
        quarter_start=pl.col("hired_on").dt.truncate("1q"),
        placements=pl.lit(1, pl.Int64),
        running=(pl.col("ended_on").is_null() | (pl.col("ended_on") >= as_of)).cast(pl.Int64),
    )


@requires(Right.FIGURES, counts_people=True)
def candidate_facts(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per year, aim and furthest step (`stage`) reached by `as_of`: `candidates`, each counted once.

    The year is that of a candidate's first known step, null when no step has a date. A step is reached when its date is
    past, or when it has no date and `stage` says that it, or a later one, was reached.
    """
    started_on = sa.func.coalesce(*(_date_of(stage) for stage in PLACEMENT_STAGES), type_=placement.c.hired_on.type)
    year = sa.extract("year", started_on).cast(sa.Integer).label("year")
    furthest = sa.case(*((_is_reached(stage, as_of), stage) for stage in reversed(_LATER)), else_=_FIRST).cast(sa.Text)
    question = (
        sa.select(year, placement.c.aim, furthest.label("stage"), sa.literal(1).label("candidates"))
        .where(sa.or_(started_on.is_(None), started_on <= as_of))
        .subquery("furthest")
    )
    keys = (question.c.year, question.c.aim, question.c.stage)
    counted = sa.func.sum(question.c.candidates).cast(sa.Integer).label("candidates")
    return read(connection, sa.select(*keys, counted).group_by(*keys).order_by(*keys)).with_columns(
        pl.col("year").cast(pl.Int32)
    )


@requires(Right.FIGURES)
def information_meetings(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per meeting held by `as_of`, in the order of days; null `attendees` or `interested`: nobody noted it."""
    table = information_meeting.c
    question = (
        sa.select(table.held_on, table.place, table.attendees, table.interested)
        .where(table.held_on <= as_of)
        .order_by(table.held_on, table.place)
    )
    return read(connection, question).with_columns(
        year=pl.col("held_on").dt.year(), month_start=pl.col("held_on").dt.truncate("1mo")
    )


@requires(Right.FIGURES)
def welcome_sessions(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per numbered session; holders and people are those of its households, unless its totals say more.

    `detailed` tells whether households are known, `partial` whether they do not reach its totals yet: these hold until they
    do, so that no total falls while somebody enters the details. `held` tells whether the session had begun by `as_of` (null
    when its date is not known). Holders, people and families settled by `as_of` are three counts; null = not known, as are
    the people of a session whose households are partial and whose total nobody noted. `followed_holders` are the holders
    among whom families are known to have settled: all, or those of its households.
    """
    session, household = welcome_session.c, welcome_household.c
    settled = sa.func.sum(sa.case((household.settled_on <= as_of, 1), else_=0))
    holders = sa.func.sum(household.holders)
    question = sessions_counted(
        (session.starts_on <= as_of).label("held"),
        sa.func.coalesce(holders, session.project_holders).cast(sa.Integer).label("followed_holders"),
        sa.case((sa.func.count(household.id) > 0, settled)).cast(sa.Integer).label("settled_families"),
    )
    return read(connection, question).drop("id", "version")


def sessions_counted(*others: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """One row per session with its holders and people, as `welcome_sessions` says."""
    session, household = welcome_session.c, welcome_household.c
    holders, people = sa.func.sum(household.holders), sa.func.sum(household.people)
    more = (session.project_holders > holders, session.people > people)
    partial = sa.or_(*(sa.func.coalesce(said, sa.false(), type_=sa.Boolean) for said in more))
    return (
        sa.select(
            *(column for column in session if column.name not in ("project_holders", "people")),
            (sa.func.count(household.id) > 0).label("detailed"),
            partial.label("partial"),
            _most(session.project_holders, holders, partial).label("project_holders"),
            _most(session.people, people, partial).label("people"),
            *others,
        )
        .select_from(welcome_session.outerjoin(welcome_household))
        .group_by(*welcome_session.c)
        .order_by(session.number)
    )


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


def _most(total: sa.ColumnElement[int], detail: sa.ColumnElement[int], partial: sa.ColumnElement[bool]) -> Any:
    """The larger of a total and what the households add up to; nothing where these are partial and nobody noted a total."""
    return sa.case(
        (detail.is_(None), total), (total > detail, total), (sa.and_(total.is_(None), partial), sa.null()), else_=detail
    ).cast(sa.Integer)


@requires(Right.FIGURES, counts_people=True)
def convention_facts(connection: sa.Connection, *, as_of: date, earlier: Sequence[date] = ()) -> ConventionFacts:
    """All that is said of the convention with Pôle Emploi on a day; candidates as they stood on `earlier` days too."""
    before = sa.select(sa.func.count()).select_from(placement).where(placement.c.hired_on < _CONVENTION)
    return ConventionFacts(
        as_of=as_of,
        contracts=placement_facts(connection, as_of=as_of),
        misdated=connection.execute(before).scalar_one(),
        candidates=candidate_facts(connection, as_of=as_of),
        meetings=information_meetings(connection, as_of=as_of),
        published=published_figures(connection),
        places=centres(connection, on=as_of).select(_PLACE),
        candidates_before=tuple(candidate_facts(connection, as_of=day) for day in earlier),
    )


@requires(Right.FIGURES)
def welcome_facts(connection: sa.Connection, *, as_of: date) -> WelcomeFacts:
    """All that is said of the welcome sessions on a day."""
    return WelcomeFacts(
        as_of=as_of,
        sessions=welcome_sessions(connection, as_of=as_of),
        households=welcome_households(connection, as_of=as_of),
        days=welcome_days(connection),
        published=published_figures(connection),
        places=centres(connection, on=as_of).select(_PLACE),
    )


_PLACE: Final = ("code", "name", "commune_name")


def _date_of(stage: str) -> sa.ColumnElement[Any]:
    return placement.c[f"{stage}_on"]


def _is_reached(stage: str, as_of: date) -> sa.ColumnElement[bool]:
    """A date to come means not reached, whatever `stage` says: a contract signed may begin later."""
    so_far = PLACEMENT_STAGES[PLACEMENT_STAGES.index(stage) :]
    return sa.or_(_date_of(stage) <= as_of, sa.and_(_date_of(stage).is_(None), placement.c.stage.in_(so_far)))
