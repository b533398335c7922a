"""What has become of people some months later, where the time has not come for all: the same months for everybody."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

HORIZONS: Final = (6, 12, 24)
"""Months after which one looks again."""


def at_horizons(rows: pl.DataFrame, *, since: str, as_of: date, horizons: Sequence[int] = HORIZONS) -> pl.DataFrame:
    """Each row once per horizon, with `months_after`, `horizon` (the day it falls on) and `followed`, 1 once it is past.

    `since` is the column of the day one counts from. Rows without that day are left out: nobody knows when their horizon
    falls. Keep the rows still to be followed out of a share, whatever has happened to them meanwhile: those who settled
    early are known early, and would make the share too high.
    """
    months = pl.DataFrame({"months_after": list(horizons)}, schema={"months_after": pl.Int64})
    return (
        rows.filter(pl.col(since).is_not_null())
        .join(months, how="cross")
        .with_columns(horizon=pl.col(since).dt.offset_by(pl.format("{}mo", "months_after")))
        .with_columns(followed=(pl.col("horizon") <= as_of).cast(pl.Int64))
    )


def within_one(column: str, expression: pl.Expr) -> pl.Expr:
    """The expression, or null where rows have several values of `column`: the same people stand in each of them."""
    return pl.when(pl.col(column).n_unique() <= 1).then(expression)
