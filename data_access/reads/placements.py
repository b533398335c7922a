"""The convention with Pôle Emploi: contracts, the way to them, and information meetings. No candidate is told apart."""

from datetime import date
from typing import Any

import polars as pl
import sqlalchemy as sa

from data_access.codes import PLACEMENT_STAGES
from data_access.frames import read
from data_access.rights import Right, requires
from data_access.schema import centre, information_meeting, placement

_FIRST, *_LATER = PLACEMENT_STAGES


@requires(Right.FIGURES, counts_people=True)
def placement_facts(connection: sa.Connection, *, as_of: date) -> pl.DataFrame:
    """One row per contract begun by `as_of`, in the order of first days; each counts 1 in `placements`, so rows add up.

    `year` and `quarter_start` are those of its first day; `running` is 1 for a contract that has not ended before
    `as_of`, else 0. Null: `centre_code`, no centre was noted; `ended_on`, no end is known.
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
        .where(placement.c.hired_on <= as_of)
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


def _date_of(stage: str) -> sa.ColumnElement[Any]:
    return placement.c[f"{stage}_on"]


def _is_reached(stage: str, as_of: date) -> sa.ColumnElement[bool]:
    """A date to come means not reached, whatever `stage` says: a contract signed may begin later."""
    so_far = PLACEMENT_STAGES[PLACEMENT_STAGES.index(stage) :]
    return sa.or_(_date_of(stage) <= as_of, sa.and_(_date_of(stage).is_(None), placement.c.stage.in_(so_far)))
