"""Two rows of figures side by side: a year and another, a period and the one before."""

from collections.abc import Iterable

import polars as pl

from dashboard.indicators.model import Indicator


def compare(current: pl.DataFrame, previous: pl.DataFrame, indicators: Iterable[Indicator]) -> pl.DataFrame:
    """One row per indicator: ``key``, ``unit``, ``current``, ``previous``, ``difference``.

    The difference of two shares is a share of its own, to be written in points. A figure absent on one side is null, and
    so is the difference. Each frame holds one row of measured figures, or none.
    """
    now, before = _only_row(current), _only_row(previous)
    rows = [
        (indicator.key, indicator.unit.value, now.get(indicator.key), before.get(indicator.key))
        for indicator in indicators
    ]
    columns = {"key": pl.String, "unit": pl.String, "current": pl.Float64, "previous": pl.Float64}
    return pl.DataFrame(rows, schema=columns, orient="row", strict=False).with_columns(
        difference=pl.col("current") - pl.col("previous")
    )


def _only_row(figures: pl.DataFrame) -> dict[str, float | None]:
    return {} if figures.is_empty() else figures.row(0, named=True)
