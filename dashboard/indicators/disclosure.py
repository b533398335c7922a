"""Counts of few people: which cells a reader may not see, so that none can be found again from the rest."""

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count as counter
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import polars as pl

from dashboard.indicators import placements
from dashboard.indicators.model import measure

# Whether a hidden number could be another one: a table with its totals is a network, and a doubt is a cycle in it.
# Each count flows from its row to its column, each total between the rows, the columns and the two ends of the table:
# what enters a node leaves it. Adding one along a cycle of hidden counts (taking one away where the cycle goes
# against the flow) gives another table that fits all that is shown. Such a cycle through each hidden count is all the
# proof there is to give, and all that is needed: a network whose shown numbers are whole has no other freedom.

Key: TypeAlias = tuple[object, ...]
Node: TypeAlias = tuple[object, ...]
# How many cells a cycle hides, how many people are in them, how long it is: the cheapest is the one to take.
Cost: TypeAlias = tuple[int, int, int]
Kind: TypeAlias = Literal["cell", "total", "untold"]


@dataclass(frozen=True)
class Arc:
    """A number of the table. A cell may be hidden to protect another, a total may not; nobody is told an untold one."""

    key: Key
    tail: Node
    head: Node
    value: int
    kind: Kind = "cell"


@dataclass(frozen=True)
class Reader:
    """What a reader is sure of, beyond what is shown: which hidden numbers are small, that none of them is zero.

    A reader who is sure of less has more tables to choose from: what is safe from one who is sure of both is safe from all.
    """

    knows_small: bool
    knows_no_zero: bool


# From the most learned: a table that leaves nothing to hide against that reader is protected from the next.
_READERS: Final = (Reader(True, True), Reader(True, False), Reader(False, True), Reader(False, False))


def hidden_in_doubt(
    arcs: Sequence[Arc],
    hidden: frozenset[Key],
    *,
    small: Callable[[int], bool],
    floors: Mapping[Key, int] = MappingProxyType({}),
) -> frozenset[Key]:
    """The keys to hide: those given, the cells that close a cycle through each of them at the least cost, and those it takes
    for hidden numbers whose sum is known to be no group of few people.

    `floors` are the least values that a reader would believe, by key. The order of `arcs` decides between equals. A cell that
    is not small, only hidden since it moved by few, is given up when nothing leaves a doubt about it: the reader knows it
    anyway.
    """
    network = _Network(arcs, set(hidden), small, floors)
    done = frozenset(hidden)
    while True:
        for arc in arcs:
            if arc.key in network.hidden and not network.close(arc) and not floors:
                network.give_up(arc)
        network.join_few()
        # A cell may be given up and joined again: then nothing changes any more.
        if (now := frozenset(network.hidden)) == done:
            return now
        done = now


class _Network:
    def __init__(
        self, arcs: Sequence[Arc], hidden: set[Key], small: Callable[[int], bool], floors: Mapping[Key, int]
    ) -> None:
        self.hidden, self.small, self.floors = hidden, small, floors
        self.hides_a_zero = any(arc.value == 0 and arc.key in hidden for arc in arcs)
        self.at: dict[Node, list[Arc]] = {}
        for arc in arcs:
            self.at.setdefault(arc.tail, []).append(arc)
            self.at.setdefault(arc.head, []).append(arc)

    def close(self, arc: Arc) -> bool:
        """Hides what it takes for this hidden number to be in doubt, nothing when it is already; False if it cannot be."""
        for reader in _READERS:
            cycles = [
                cycle
                for up in (True, False)
                if self._may_move(arc, up, reader)
                and (cycle := self._cheapest(*((arc.head, arc.tail) if up else (arc.tail, arc.head)), arc, reader))
            ]
            if cycles:
                _, path = min(cycles, key=lambda cycle: cycle[0])
                cells = [each for each in path if each.kind == "cell"]
                self.hidden.update(each.key for each in cells)
                self.hides_a_zero |= any(each.value == 0 for each in cells)
                return True
        return False

    def join_few(self) -> None:
        """Hides one more cell wherever all that is hidden of a sum that is shown adds up to few people."""
        for node, arcs in self.at.items():
            inward = {arc.head == node for arc in arcs if arc.kind == "untold" or arc.key in self.hidden}
            # Of numbers on both sides only the difference is known.
            while len(inward) == 1:
                total = sum(arc.value for arc in arcs if arc.key in self.hidden)
                shown = [arc for arc in arcs if arc.kind == "cell" and arc.key not in self.hidden]
                # Nobody on the other side is a doubt as well, where there is no other.
                others = [arc for arc in shown if arc.value] or [
                    arc for arc in shown if (arc.head == node) not in inward
                ]
                if not self.small(total) or not others:
                    break
                # The fewest people that make it no group of few; else the most there are.
                enough = [arc for arc in others if not self.small(total + arc.value)]
                chosen = min(enough, key=lambda arc: arc.value) if enough else max(others, key=lambda arc: arc.value)
                self.hidden.add(chosen.key)
                inward.add(chosen.head == node)

    def give_up(self, arc: Arc) -> None:
        """Shows a number that does not need to be hidden."""
        if arc.kind == "cell" and not self.small(arc.value):
            self.hidden.discard(arc.key)

    def _may_move(self, arc: Arc, up: bool, reader: Reader) -> bool:
        """Whether the reader would believe one more, or one less, of a number that is not shown."""
        if arc.kind == "total" and arc.key not in self.hidden:
            return False
        if arc.kind == "untold":
            return up or arc.value > 0
        no_zero = reader.knows_no_zero and not self.hides_a_zero
        if arc.value == 0 and no_zero:
            return False
        if up:
            return not (reader.knows_small and self.small(arc.value) and not self.small(arc.value + 1))
        return arc.value > max(1 if no_zero else 0, self.floors.get(arc.key, 0))

    def _cheapest(self, start: Node, end: Node, without: Arc, reader: Reader) -> tuple[Cost, list[Arc]] | None:
        """The path of least cost between two nodes (Dijkstra), as its cost and its arcs."""
        order = counter()
        waiting: list[tuple[Cost, int, Node, list[Arc]]] = [((0, 0, 0), next(order), start, [])]
        reached: set[Node] = set()
        while waiting:
            cost, _, node, path = heapq.heappop(waiting)
            if node == end:
                return cost, path
            if node in reached:
                continue
            reached.add(node)
            for arc, to in self._moves(node, without, reader):
                if to not in reached:
                    heapq.heappush(waiting, (self._with(cost, arc), next(order), to, [*path, arc]))
        return None

    def _moves(self, node: Node, without: Arc, reader: Reader) -> Iterator[tuple[Arc, Node]]:
        for arc in self.at[node]:
            if arc is without:
                continue
            up = arc.tail == node
            if self._may_move(arc, up, reader):
                yield arc, (arc.head if up else arc.tail)

    def _with(self, cost: Cost, arc: Arc) -> Cost:
        shown = arc.kind == "cell" and arc.key not in self.hidden
        return cost[0] + shown, cost[1] + shown * arc.value, cost[2] + 1


# Statistical disclosure control: counts of few people are hidden, and enough around them that no total gives them
# back. A count from 1 to 4 is hidden. When a total is published beside it, other cells are hidden as complements, so
# that at least one other table of whole numbers fits all that is still shown: nobody can tell which of them is the
# true one. A true zero stays shown, unless it is the only complement there is.

THRESHOLD: Final = 5
"""The smallest count of people that partners and the public are shown; nobody counted is shown as well."""


def is_small(count: float | None) -> bool:
    """Whether a single number, without any table around it, has to be hidden."""
    return count is not None and 0 < count < THRESHOLD


def tells_few(count: float | None, told: float | None) -> bool:
    """Whether a number is small, or moved by so few people since it was `told` last that the difference is."""
    return is_small(count) or (count is not None and told is not None and is_small(abs(count - told)))


def moves_by_few(publications: Iterable[Sequence[float | None]], *, difference_told: bool = False) -> bool:
    """Whether the last of these publications, oldest first, is one that tells of few people: each is numbers that are told
    together, and is left out where one of them tells of few beside what was told last.

    `difference_told`: there are two numbers, and the first less the second is told in each publication, as the members there
    are tell those who came less those who left. Both are left out too where that would tell what came in one step.
    """
    told: Sequence[float | None] | None = None
    last: Sequence[float | None] | None = None
    steps: list[Sequence[float]] = []
    few = False
    for numbers in publications:
        steps.append(
            [(now or 0) - (before or 0) for now, before in zip(numbers, last or [0] * len(numbers), strict=True)]
        )
        last = numbers
        few = _tell_few(numbers, told) or (difference_told and not _in_doubt(steps, told or (0, 0)))
        if not few:
            told, steps = numbers, []
    return few


def _tell_few(numbers: Sequence[float | None], told: Sequence[float | None] | None) -> bool:
    return any(tells_few(now, last) for now, last in zip(numbers, told or [None] * len(numbers), strict=True))


def _in_doubt(steps: Sequence[Sequence[float]], before: Sequence[float | None]) -> bool:
    """Whether who is told both sums of all these steps, from these totals on, and the difference of the totals after each of
    them, still doubts the small numbers of each: one more of both in one step is one less of both in another.

    A difference of few people is not told: its step and the next are one, and the last of them tells it.
    """
    there = (before[0] or 0) - (before[1] or 0)
    told, came, gone = list[tuple[float, float]](), 0.0, 0.0
    for first, second in steps:
        came, gone, there = came + first, gone + second, there + first - second
        if not is_small(there):
            told.append((came, gone))
            came, gone = 0.0, 0.0
    if is_small(there):
        return False
    few = any(is_small(number) for step in told for number in step)
    return not few or (len(told) > 1 and any(min(step) for step in told))


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

    `earlier` holds the same figures as they stood at all the publications before, oldest first. A count moves by steps: one
    that moved by one to four people since it was told last is hidden until it has moved by five, or back; what is hidden in
    one publication is told by no other. For figures that only grow, as contracts concluded do, a reader who knows that
    nothing is ever taken away finds nothing more.
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


def protected_once(
    figures: pl.DataFrame,
    counts: Sequence[str],
    by: Sequence[str],
    *,
    earlier: Iterable[pl.DataFrame] = (),
    difference_told: bool = False,
) -> pl.DataFrame:
    """The same for rows that are told once and do not change, as years that are over or meetings held: each of `counts` is
    masked, and their totals are taken to be told whenever `moves_by_few` lets them.

    One total less the one before is that of the rows that came in between: no row told earlier can hide one of these. So
    what came between two totals is a table of its own, and nothing is told of what came since the last one. `difference_told`
    is that of `moves_by_few`: a row that would be the only one in doubt has another hidden with it.
    """
    step, steps = 0, dict[Key, int]()
    told: Sequence[float | None] | None = None
    for publication in (*earlier, figures):
        known = publication.filter(pl.any_horizontal(pl.col(counts).is_not_null()))
        steps |= {row: step for row in known.select(by).iter_rows() if row not in steps}
        totals = publication.select(pl.col(counts).sum()).row(0)
        since = known.filter(pl.Series([steps[row] == step for row in known.select(by).iter_rows()], dtype=pl.Boolean))
        doubt = not difference_told or _in_doubt(since.select(counts).rows(), told or (0, 0))
        if doubt and not _tell_few(totals, told):
            step, told = step + 1, totals
    of_row = pl.Series([steps.get(row, step) for row in figures.select(by).iter_rows()], dtype=pl.Int64)
    numbered = figures.with_row_index(_ROW)
    untold = numbered.filter(of_row == step).with_columns(
        *(pl.lit(None, figures.schema[count]).alias(count) for count in counts),
        *(pl.col(count).is_not_null().alias(f"{count}_hidden") for count in counts),
    )
    tables, few_there = [untold], pl.Series([], dtype=pl.UInt32)
    if difference_told:
        left_after = numbered.select(pl.col(counts[0]).cum_sum() - pl.col(counts[1]).cum_sum()).to_series()
        few = left_after.is_between(1, THRESHOLD - 1)
        few_there = numbered.filter(few | few.shift(1, fill_value=False))[_ROW]
    for each in range(step):
        rows = numbered.filter(of_row == each)
        known = rows
        for count in counts:
            rows = protected(rows, count, by)
        tables.append(_with_a_doubt(rows, known, counts, few_there) if difference_told else rows)
    return pl.concat(tables).sort(_ROW).drop(_ROW)


def _with_a_doubt(rows: pl.DataFrame, known: pl.DataFrame, counts: Sequence[str], few_there: pl.Series) -> pl.DataFrame:
    """The same rows, each told whole or not at all, none where few people are there before it or after it; where any is
    hidden, so is one in which both numbers may be less, or all."""
    hidden = rows.select(pl.any_horizontal(f"{count}_hidden" for count in counts)).to_series()
    hidden |= known[_ROW].is_in(few_there.to_list())
    both = known.select(pl.min_horizontal(*counts) > 0).to_series()
    if hidden.any() and not (hidden & both).any():
        fewest = known.filter(both).select(_ROW, of_all=pl.sum_horizontal(*counts)).sort("of_all", _ROW).head(1)
        hidden |= known[_ROW].is_in(fewest[_ROW].to_list()) if both.any() else True
    return rows.with_columns(
        *(pl.when(~hidden).then(each).alias(each) for each in counts),
        *((hidden & known[each].is_not_null()).alias(f"{each}_hidden") for each in counts),
    )


def protected_rows(
    figures: pl.DataFrame, parts: Sequence[str], rest: Sequence[str], by: str, *, earlier: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame:
    """The same for rows of which each shares out the same people, and is told whole or not at all: its `parts` are what became
    of those whose day came, sooner or later by row, and the `rest` of them still waits for it. All of them are a total that is
    told where it did not move by few.

    Whose day came is the first so many of all: two such numbers, of any rows and publications, differ by those in between.
    """
    told: dict[object, list[int]] = {}
    came: dict[int, list[list[int]]] = {}
    whole: list[int] | None = None
    hidden: list[bool] = []
    for publication in (*earlier, figures):
        rows = publication.select(by, *parts, *rest).rows()
        totals = [sum(numbers) for _, *numbers in rows[:1]]
        moved = bool(rows) and _tell_few(totals, whole)
        if rows and not moved:
            whole = totals
            came.setdefault(totals[0], [])
        hidden = []
        for row, *numbers in rows:
            counts, waiting = numbers[: len(parts)], numbers[len(parts) :]
            number = sum(counts)
            few = moved or any(map(is_small, waiting)) or _tell_few(counts, told.get(row))
            few |= any(is_small(abs(number - other)) for other in came)
            few |= any(_differ_by_few(counts, others) for others in came.get(number, ()))
            hidden.append(few)
            if not few:
                told[row] = counts
                came.setdefault(number, []).append(counts)
    masks = pl.Series(hidden, dtype=pl.Boolean)
    return figures.with_columns(
        *(pl.when(~masks).then(each).alias(each) for each in (*parts, *rest)),
        *((masks & pl.col(each).is_not_null()).alias(f"{each}_hidden") for each in (*parts, *rest)),
    )


def _differ_by_few(counts: Sequence[int], others: Sequence[int]) -> bool:
    """Whether among as many people one to four are counted otherwise."""
    return any(is_small(abs(one - other)) for one, other in zip(counts, others, strict=True))


def protected_nested(
    figures: pl.DataFrame, count: str, by: str, *, earlier: Iterable[pl.DataFrame] = ()
) -> pl.DataFrame:
    """The same for counts each of which holds the next, as those of the steps of a way: one so near another that is told that
    few people lie between is hidden, and one that moved by few since it was told. The last one is the total of what came."""
    told: dict[object, int] = {}
    hidden: list[bool] = []
    for publication in (*earlier, figures):
        rows = publication.select(by, count).rows()
        hidden, near = [], [number for _, number in rows[:1]]
        for place, (step, number) in enumerate(rows):
            is_last = place == len(rows) - 1
            others = [] if is_last else [*near, rows[-1][1]]
            hides = tells_few(number, told.get(step)) or (
                place > 0 and any(is_small(abs(number - one)) for one in others)
            )
            hidden.append(hides)
            near = near if hides else [number]
        told |= {step: number for (step, number), hides in zip(rows, hidden, strict=True) if not hides}
    return figures.with_columns(pl.Series(f"{count}_hidden", hidden, dtype=pl.Boolean)).with_columns(
        pl.when(~pl.col(f"{count}_hidden")).then(count).alias(count)
    )


def hidden_with(figures: pl.DataFrame, derived: Sequence[str], *counts: str) -> pl.DataFrame:
    """A share or a difference is hidden with any of the counts it is made of, and `<name>_hidden` says so."""
    hidden = pl.any_horizontal(f"{count}_hidden" for count in counts)
    return figures.with_columns(
        *(pl.when(~hidden).then(pl.col(name)).alias(name) for name in derived),
        *(hidden.alias(f"{name}_hidden") for name in derived),
    )


_ROW: Final = "row"
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
    """One table through its publications: which of its cells and totals the last one hides, what it counted, and what each
    was told last."""

    def __init__(self, by: tuple[str, ...], count: str, totals: frozenset[str]) -> None:
        if len(by) not in (1, 2):
            raise ValueError("a table has one dimension or two")
        self.by, self.count, self.totals = by, count, totals
        self.hidden: frozenset[Key] = frozenset()
        self.before: dict[Key, int] = {}
        self.told: dict[Key, int] = {}

    def hides(self, cell: Key) -> bool:
        """Whether a cell is hidden."""
        return ("cell", *cell) in self.hidden

    def publish(self, figures: pl.DataFrame) -> None:
        """The next publication: small counts are hidden, those that moved by few people since they were told last, and what
        would give either back."""
        hidden_before, counts = self.hidden, dict[Key, int]()
        self.hidden = frozenset()
        for arcs in self._networks(self._cells(figures)):
            named = {arc.key: arc.value for arc in arcs if arc.kind != "untold"}
            few = {arc.key for arc in arcs if arc.key in named and self._tells_few(arc)}
            only_grows = bool(self.before) and all(arc.value >= self.before.get(arc.key, 0) for arc in arcs)
            if only_grows:
                # Told now, what has not moved would be the most that it can have been when it was hidden.
                few |= {key for key, value in named.items() if key in hidden_before and value == self.before.get(key)}
            self.hidden = hidden_in_doubt(arcs, self.hidden | few, small=is_small)
            # A reader who knows that figures only grow starts from what they were told last.
            if only_grows:
                self.hidden = hidden_in_doubt(arcs, self.hidden, small=is_small, floors=self.told)
            self.told |= {key: value for key, value in named.items() if key not in self.hidden}
            counts |= named
        self.before = counts

    def _tells_few(self, arc: Arc) -> bool:
        # The total of all is told elsewhere, and here taken to be known.
        return tells_few(arc.value, None if arc.key == _WHOLE else self.told.get(arc.key))

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


# What is published of a count of people: as it stood at the ends of years, so that all who publish it hide the same. Between
# two months of a year few people come or go: a reader who waits would subtract one total from the other.


def last_published(today: date) -> date:
    """The last day of the last year that is over."""
    return date(today.year - 1, 12, 31)


def published_before(on: date, first: date | None) -> list[date]:
    """The days of all the publications before that of this day, oldest first, from the year of the first fact on."""
    return [date(year, 12, 31) for year in range(first.year if first else on.year, on.year)]


def contracts_by_year(contracts: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """One row per year up to that of `on`: `placements`, null where `placements_hidden`. The running year is one of them.

    Whoever leaves that year out hides the same years all the same: the total of all is known, and would give it back.
    """

    def counted(day: date) -> pl.DataFrame:
        begun = contracts.filter(pl.col("hired_on") <= day)
        years = measure(begun, [placements.PLACEMENTS], by="year")
        first = begun["year"].min()
        every = pl.DataFrame({"year": range(first if isinstance(first, int) else day.year, day.year + 1)})
        found = every.cast({"year": pl.Int32}).join(years, on="year", how="left", maintain_order="left")
        return found.with_columns(pl.col("placements").fill_null(0))

    first = contracts["hired_on"].min()
    earlier = [counted(day) for day in published_before(on, first if isinstance(first, date) else None)]
    return protected_once(counted(on), ["placements"], ["year"], earlier=earlier)
