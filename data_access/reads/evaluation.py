"""The facts of a year's evaluation, and the figures as they were published."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.periods import Period
from data_access.reads.attendance import attendance_facts, completeness_facts
from data_access.reads.network import network_facts
from data_access.reads.passes import pass_members
from data_access.reads.people import users_facts
from data_access.rights import Right, requires
from data_access.schema import published_figure


@dataclass(frozen=True)
class YearFacts:
    """What a year's evaluation is computed from, up to `on`: 31 December, or the day asked for in a year that runs."""

    year: int
    on: date
    network: pl.DataFrame
    attendance: pl.DataFrame
    users: pl.DataFrame
    passes: pl.DataFrame


@requires(Right.FIGURES)
def evaluation_facts(connection: sa.Connection, year: int, *, as_of: date) -> YearFacts:
    """The facts of one year; attendance is one row, with the weeks counted beside the half-days."""
    on = min(date(year, 12, 31), as_of)
    period = Period.year(year)
    attendance = attendance_facts(connection, period).hstack(completeness_facts(connection, period, as_of=as_of))
    return YearFacts(
        year=year,
        on=on,
        network=network_facts(connection, on=on),
        attendance=attendance,
        users=users_facts(connection, year=year, as_of=as_of),
        passes=pass_members(connection, on=on),
    )


@requires(Right.FIGURES)
def published_figures(connection: sa.Connection) -> pl.DataFrame:
    """One row per figure as it was published, with its years, unit, precision and source."""
    table = published_figure.c
    names = ("indicator", "label", "year_from", "year_to", "value", "unit", "precision", "source")
    return read(connection, sa.select(*(table[name] for name in names)).order_by(table.year_to, table.id))
