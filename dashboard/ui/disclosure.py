"""Who may see counts of few people, and the frames as each reader may see them: hidden before anything is drawn of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import polars as pl

from dashboard.indicators import disclosure
from dashboard.indicators.disclosure import is_small
from dashboard.indicators.model import Unit
from dashboard.ui.session import current_actor
from data_access.rights import Right, allows

if TYPE_CHECKING:
    from dashboard.ui.components import Tile

_PEOPLE: Final = frozenset({Unit.PERSON, Unit.FAMILY, Unit.CONTRACT})


def sees_small_counts() -> bool:
    """Whether who looks may see counts of fewer than five people."""
    return allows(current_actor(), Right.SMALL_COUNTS)


def for_reader(
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


def parts_for_reader(
    figures: pl.DataFrame, parts: Sequence[str], by: str, *, earlier: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame:
    """`indicators.disclosure.protected_parts` for who may not see small counts; else the same rows, none of them hidden."""
    if sees_small_counts():
        return figures.with_columns(pl.lit(False).alias(f"{part}_hidden") for part in parts)
    return disclosure.protected_parts(figures, parts, by, earlier=earlier)


def means_for_reader(figures: pl.DataFrame, mean: str) -> pl.DataFrame:
    """Means of counts, without those under five people for who may not see them; `<mean>_hidden` says which."""
    small = pl.col(mean).is_between(0, disclosure.THRESHOLD, closed="none").fill_null(False) & (not sees_small_counts())
    return figures.with_columns(small.alias(f"{mean}_hidden")).with_columns(pl.when(~small).then(mean).alias(mean))


def withheld(frame: pl.DataFrame, *names: str, where: pl.Expr | None = None) -> pl.DataFrame:
    """The frame without what these columns hold, in all rows or `where` this is true; `<name>_hidden` says where it was."""
    hidden = pl.lit(True) if where is None else where.fill_null(False)
    return frame.with_columns(
        *((hidden & pl.col(name).is_not_null()).alias(f"{name}_hidden") for name in names),
        *(pl.when(~hidden).then(name).alias(name) for name in names),
    )


def tile_for_reader(tile: "Tile") -> "Tile":
    """A tile as who looks may see it: a count of few people is hidden, and so is what would give it away.

    Nor is the course of a count of people drawn for them: from month to month it moves by few of them.
    """
    if sees_small_counts() or tile.indicator.unit not in _PEOPLE:
        return tile
    hidden = tile.hidden or is_small(tile.value)
    previous = None if hidden or is_small(tile.previous) else tile.previous
    return replace(tile, value=None if hidden else tile.value, previous=previous, course=(), hidden=hidden)
