"""What was published about the programmes."""

import polars as pl
import sqlalchemy as sa

from data_access.frames import read
from data_access.rights import Right, requires
from data_access.schema import published_figure


@requires(Right.FIGURES)
def published_figures(connection: sa.Connection) -> pl.DataFrame:
    """One row per figure as it was published, with its years, unit, precision and source."""
    table = published_figure.c
    question = sa.select(
        table.indicator,
        table.label,
        table.year_from,
        table.year_to,
        table.value,
        table.unit,
        table.precision,
        table.source,
    ).order_by(table.year_to, table.id)
    return read(connection, question)
