"""Who may see counts of few people, and the frames as each reader may see them: hidden before anything is drawn of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

import polars as pl

from dashboard.figures.model import Reader
from dashboard.indicators import disclosure
from dashboard.ui import session
from data_access.rights import Right, allows


def sees_small_counts() -> bool:
    """Whether who looks may see counts of fewer than five people."""
    return allows(session.current_actor(), Right.SMALL_COUNTS)


def reader() -> Reader:
    """Who looks, as figures are made for them."""
    return Reader(sees_small_counts())


def counting_day(today: date) -> date:
    """The day on which people are counted for who looks: today, or that of all that is published.

    Two pages of two days, or one page on two, would tell apart who came in between.
    """
    return today if sees_small_counts() else disclosure.last_published(today)


def masked_for_reader(
    figures: pl.DataFrame,
    count: str,
    by: Sequence[str],
    *,
    totals: Collection[str] | None = None,
    earlier: Iterable[pl.DataFrame] = (),
) -> pl.DataFrame:
    """`indicators.disclosure.protected` for who may not see small counts; else the same rows, none of them hidden."""
    if sees_small_counts():
        return figures.with_columns(pl.lit(False).alias(f"{count}_hidden"))
    return disclosure.protected(figures, count, by, totals=totals, earlier=earlier)


def masked_parts_for_reader(
    figures: pl.DataFrame, parts: Sequence[str], by: str, *, earlier: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame:
    """`indicators.disclosure.protected_parts` for who may not see small counts; else the same rows, none of them hidden."""
    if sees_small_counts():
        return figures.with_columns(pl.lit(False).alias(f"{part}_hidden") for part in parts)
    return disclosure.protected_parts(figures, parts, by, earlier=earlier)


def masked_means_for_reader(figures: pl.DataFrame, mean: str) -> pl.DataFrame:
    """Means of counts, without those under five people for who may not see them; `<mean>_hidden` says which."""
    small = pl.col(mean).is_between(0, disclosure.THRESHOLD, closed="none").fill_null(False) & (not sees_small_counts())
    return figures.with_columns(small.alias(f"{mean}_hidden")).with_columns(pl.when(~small).then(mean).alias(mean))


def masked(frame: pl.DataFrame, *names: str, where: pl.Expr | None = None) -> pl.DataFrame:
    """The frame without what these columns hold, in all rows or `where` this is true; `<name>_hidden` says where it was."""
    hidden = pl.lit(True) if where is None else where.fill_null(False)
    return frame.with_columns(
        *((hidden & pl.col(name).is_not_null()).alias(f"{name}_hidden") for name in names),
        *(pl.when(~hidden).then(name).alias(name) for name in names),
    )
