"""Statistical disclosure control: counts of few people are hidden, and enough around them that no total gives them back.

A count from 1 to 4 is hidden. When a total is published beside it, other cells are hidden as complements, so that at least
one other table of whole numbers fits all that is still shown: nobody can tell which of them is the true one. A true zero
stays shown, unless it is the only complement there is.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

import polars as pl

from dashboard.indicators.disclosure_network import Arc, Key, Kind, Node, certain, hidden_in_doubt

THRESHOLD: Final = 5
"""The smallest count of people that partners and the public are shown; nobody counted is shown as well."""


def is_small(count: float | None) -> bool:
    """Whether a single number, without any table around it, has to be hidden."""
    return count is not None and 0 < count < THRESHOLD


def protected(
    figures: pl.DataFrame,
    count: str,
    by: Sequence[str],
    *,
    totals: Collection[str] | None = None,
    earlier: Iterable[pl.DataFrame] = (),
) -> pl.DataFrame:
    """The same rows with `count` null where it has to be hidden, and `<count>_hidden`, true there.

    `figures` has one row per value of `by`, one column or two; what was already null stays null and is not « hidden ».
    `totals` are the columns of `by` over which a total is published, all unless told. Totals are taken to be shown as
    `protected` shows them where they are a table of one column, and the total of all is exact from 5 on.

    `earlier` holds the same figures as they stood at the publications before, oldest first: what was hidden then stays
    hidden, and neither publication gives back what the other hides. For figures that only grow, as contracts concluded
    do, a reader who knows that nothing is ever taken away finds nothing more.
    """
    summed = frozenset(by if totals is None else totals)
    return _masked(figures, _Table(tuple(by), count, summed), earlier)


def protected_parts(
    figures: pl.DataFrame, parts: Sequence[str], by: str, *, earlier: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame:
    """The same for a frame whose columns `parts` add up: each row is shared out among them, as among « yes » and « no ».

    Row by row and column by column their totals are taken to be published.
    """

    return _masked_parts(figures, parts, by, _Table((by, _PART), _PEOPLE, frozenset((by, _PART))), earlier)


def protected_flows(
    figures: pl.DataFrame, entering: str, leaving: Sequence[str], by: str, *, earlier: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame | None:
    """The same for those who come and those who leave, by period, when what remains after each period is published.

    Then the difference of comers and leavers is known in each row, as well as the total of each column. None where that
    alone gives a small count away, as when people only come: what remains may not be shown beside it.
    """
    table = _Flows((by, _PART), _PEOPLE, frozenset())
    table.entering = entering
    masked = _masked_parts(figures, [entering, *leaving], by, table, earlier)
    return None if table.gives_away else masked


def hidden_with(figures: pl.DataFrame, derived: Sequence[str], *counts: str) -> pl.DataFrame:
    """A share or a difference is hidden with any of the counts it is made of, and `<name>_hidden` says so."""
    hidden = pl.any_horizontal(f"{count}_hidden" for count in counts)
    return figures.with_columns(
        *(pl.when(~hidden).then(pl.col(name)).alias(name) for name in derived),
        *(hidden.alias(f"{name}_hidden") for name in derived),
    )


_WHOLE: Final[Key] = ("all",)
_PART: Final = "part"
_PEOPLE: Final = "people"


def _masked(figures: pl.DataFrame, table: "_Table", earlier: Iterable[pl.DataFrame]) -> pl.DataFrame:
    for publication in (*earlier, figures):
        table.publish(publication)
    count, told = table.count, f"{table.count}_hidden"
    hidden = [table.hides(cell) for cell in figures.select(table.by).iter_rows()]
    return figures.with_columns(pl.Series(told, hidden, dtype=pl.Boolean) & pl.col(count).is_not_null()).with_columns(
        pl.when(~pl.col(told)).then(pl.col(count)).alias(count)
    )


def _masked_parts(
    figures: pl.DataFrame, parts: Sequence[str], by: str, table: "_Table", earlier: Iterable[pl.DataFrame]
) -> pl.DataFrame:
    def long(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(by, *parts).unpivot(parts, index=by, variable_name=_PART, value_name=_PEOPLE)

    cells = _masked(long(figures), table, [long(frame) for frame in earlier])
    for part in parts:
        of_part = cells.filter(pl.col(_PART) == part)
        figures = figures.with_columns(
            of_part[_PEOPLE].alias(part), of_part[f"{_PEOPLE}_hidden"].alias(f"{part}_hidden")
        )
    return figures


class _Table:
    """One table through its publications: which of its cells and totals are hidden by now, and what the last one counted."""

    def __init__(self, by: tuple[str, ...], count: str, totals: frozenset[str]) -> None:
        if len(by) not in (1, 2):
            raise ValueError("a table has one dimension or two")
        self.by, self.count, self.totals = by, count, totals
        self.hidden: frozenset[Key] = frozenset()
        self.before: dict[Key, int] = {}

    def hides(self, cell: Key) -> bool:
        """Whether a cell is hidden by now."""
        return ("cell", *cell) in self.hidden

    def publish(self, figures: pl.DataFrame) -> None:
        """The next publication: what was hidden stays hidden, and what now has to be is added."""
        counts: dict[Key, int] = {}
        # The total of all is only hidden while it is small.
        self.hidden -= {_WHOLE}
        for arcs in self._networks(self._cells(figures)):
            counts |= {arc.key: arc.value for arc in arcs}
            before = self.hidden
            small = {arc.key for arc in arcs if arc.kind != "untold" and is_small(arc.value)}
            self.hidden = hidden_in_doubt(arcs, self.hidden | small, small=is_small)
            # A reader who knows that figures only grow starts from those of the last publication.
            if self.before and all(arc.value >= self.before.get(arc.key, 0) for arc in arcs):
                self.hidden = hidden_in_doubt(
                    arcs, self.hidden, small=is_small, floors=self.before, sure=self.hidden & before
                )
        self.before = counts

    def _networks(self, cells: dict[Key, int]) -> Iterator[list[Arc]]:
        """The totals of rows and of columns, each a table of its own which is shown without the cells; then the cells."""
        start, end = ("start",), ("end",)
        whole = Arc(_WHOLE, end, start, sum(cells.values()), "total" if self.totals else "untold")
        if len(self.by) == 1:
            yield [whole, *(Arc(("cell", *cell), start, end, value) for cell, value in cells.items())]
            return
        sides = []
        for place, side in enumerate(("row", "column")):
            sums: dict[Key, int] = {}
            for cell, value in cells.items():
                sums[(side, cell[place])] = sums.get((side, cell[place]), 0) + value
            told = self.by[1 - place] in self.totals
            if told:
                yield [whole, *(Arc(key, start, end, value) for key, value in sums.items())]
            kind: Kind = "total" if told else "untold"
            sides += [
                Arc(key, start, key, value, kind) if side == "row" else Arc(key, key, end, value, kind)
                for key, value in sums.items()
            ]
        rows_to_columns = (Arc(("cell", *cell), ("row", cell[0]), ("column", cell[1]), n) for cell, n in cells.items())
        yield [whole, *sides, *rows_to_columns]

    def _cells(self, figures: pl.DataFrame) -> dict[Key, int]:
        """In an order that does not depend on that of the rows: the same table always hides the same cells."""
        known = figures.select(*self.by, self.count).drop_nulls(self.count).sort(*self.by)
        cells = {row[:-1]: int(row[-1]) for row in known.iter_rows()}
        if len(cells) != known.height or any(value < 0 for value in cells.values()):
            raise ValueError(f"{self.count}: one count of people, never negative, per {', '.join(self.by)}")
        return cells


class _Flows(_Table):
    """People who come and people who leave, by period: what remains in between is a number that is shown."""

    entering = ""
    gives_away = False

    def publish(self, figures: pl.DataFrame) -> None:
        super().publish(figures)
        (arcs,) = self._networks(self._cells(figures))
        self.gives_away = bool(certain(arcs, self.hidden, small=is_small))

    def _networks(self, cells: dict[Key, int]) -> Iterator[list[Arc]]:
        outside: Node = ("outside",)
        sums: dict[object, int] = {}
        arcs = []
        for (row, part), value in cells.items():
            ends: tuple[Node, Node] = (("column", part), ("row", row))
            tail, head = ends if part == self.entering else ends[::-1]
            arcs.append(Arc(("cell", row, part), tail, head, value))
            sums[part] = sums.get(part, 0) + value
        for part, value in sums.items():
            ends = (outside, ("column", part))
            tail, head = ends if part == self.entering else ends[::-1]
            arcs.append(Arc(("total", part), tail, head, value, "total"))
        yield arcs
