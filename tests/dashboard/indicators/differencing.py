"""The differencing attack: what a reader works out of a published table, by sums alone, without knowing how it was hidden.

It searches whole numbers that fit all that is shown, by bounds and by trial, and owes nothing to the code it attacks.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

import polars as pl

from dashboard.indicators.disclosure import protected

Name: TypeAlias = Hashable
# A sum that the reader knows: the numbers added, those taken away, and what is left.
Sum: TypeAlias = tuple[tuple[Name, ...], tuple[Name, ...]]
_MOST: int = 60


@dataclass
class Published:
    """The true numbers by name, those that are shown, and the sums that are known to hold: left side equals right side."""

    truth: dict[Name, int] = field(default_factory=dict)
    shown: set[Name] = field(default_factory=set)
    sums: list[Sum] = field(default_factory=list)

    def few_together(self) -> list[tuple[Name, ...]]:
        """The hidden numbers whose sum is known by taking what is shown from a total, and is that of one to four people."""
        groups = []
        for left, right in self.sums:
            unseen = [tuple(name for name in side if name not in self.shown) for side in (left, right)]
            if not all(unseen):
                groups += [side for side in unseen if 0 < sum(self.truth[name] for name in side) < 5]
        return groups

    def recovered(self) -> set[Name]:
        """The hidden numbers that can only be what they are, for a reader who knows that none is negative."""
        order = list(self.truth)
        place = {name: position for position, name in enumerate(order)}
        sums = [
            [*((place[name], 1) for name in left), *((place[name], -1) for name in right)] for left, right in self.sums
        ]
        truth = [self.truth[name] for name in order]
        unsure = {position for position, name in enumerate(order) if name not in self.shown}
        pinned = set()
        for position in sorted(unsure):
            if position in unsure:
                other = _another(truth, sums, position, [name not in self.shown for name in order])
                if other is None:
                    pinned.add(order[position])
                else:
                    unsure -= {each for each in unsure if other[each] != truth[each]}
        return pinned


def _another(
    truth: list[int], sums: list[list[tuple[int, int]]], position: int, hidden: list[bool]
) -> list[int] | None:
    """All the numbers of another table that fits what is shown and has another number there; None without any."""
    for low, high in ((truth[position] + 1, _MOST), (0, truth[position] - 1)):
        lows = [0 if unsure else value for value, unsure in zip(truth, hidden, strict=True)]
        highs = [_MOST if unsure else value for value, unsure in zip(truth, hidden, strict=True)]
        lows[position], highs[position] = low, high
        if low <= high and (found := _search(truth, sums, lows, highs)):
            return found
    return None


def _search(truth: list[int], sums: list[list[tuple[int, int]]], lows: list[int], highs: list[int]) -> list[int] | None:
    """Numbers between the bounds that fit every sum, the true ones tried first: a table like it is found soon."""
    if not _narrowed(sums, lows, highs):
        return None
    undecided = [position for position in range(len(lows)) if lows[position] < highs[position]]
    if not undecided:
        return lows
    position = min(undecided, key=lambda each: (highs[each] - lows[each], each))
    for value in sorted(range(lows[position], highs[position] + 1), key=lambda each: abs(each - truth[position])):
        tried_low, tried_high = [*lows], [*highs]
        tried_low[position] = tried_high[position] = value
        if found := _search(truth, sums, tried_low, tried_high):
            return found
    return None


def _narrowed(sums: list[list[tuple[int, int]]], lows: list[int], highs: list[int]) -> bool:
    """Narrows the bounds by each sum until nothing moves; False when no table is left."""
    moved = True
    while moved:
        moved = False
        for signed in sums:
            least = sum(lows[each] if sign > 0 else -highs[each] for each, sign in signed)
            most = sum(highs[each] if sign > 0 else -lows[each] for each, sign in signed)
            if least > 0 or most < 0:
                return False
            if least == most:
                continue
            for each, sign in signed:
                low, high = lows[each], highs[each]
                # What the others leave: nothing of the sum is left over.
                up, down = (low - least, high - most) if sign > 0 else (low + most, high + least)
                if up < high:
                    highs[each], moved = up, True
                if down > low:
                    lows[each], moved = down, True
                if lows[each] > highs[each]:
                    return False
    return True


def one_dimension(figures: pl.DataFrame, shown: pl.DataFrame, by: str, count: str, when: Name = 0) -> Published:
    """A column of counts and its total, which is shown from five on; `when` tells two publications apart."""
    table = Published()
    for key, value, masked in zip(figures[by], figures[count], shown[count], strict=True):
        table.truth[when, key] = value
        if masked is not None:
            table.shown.add((when, key))
    total = sum(figures[count])
    table.truth[when, "total"] = total
    if not 0 < total < 5:
        table.shown.add((when, "total"))
    table.sums.append((tuple((when, key) for key in figures[by]), ((when, "total"),)))
    return table


def two_dimensions(
    figures: pl.DataFrame,
    shown: pl.DataFrame,
    by: tuple[str, str],
    count: str,
    when: Name = 0,
    earlier: Iterable[pl.DataFrame] = (),
) -> Published:
    """A table of counts with the totals of its rows and columns, each shown as the column of counts it is."""
    cells = {row[:2]: row[2] for row in figures.select(*by, count).iter_rows()}
    masked = {row[:2]: row[2] for row in shown.select(*by, count).iter_rows()}
    table = Published()
    for cell, value in cells.items():
        table.truth[when, cell] = value
        if masked[cell] is not None:
            table.shown.add((when, cell))
    for place, name in enumerate(by):
        sums = figures.group_by(name, maintain_order=True).agg(pl.col(count).sum())
        before = [each.group_by(name, maintain_order=True).agg(pl.col(count).sum()) for each in earlier]
        margin = one_dimension(sums, protected(sums, count, (name,), earlier=before), name, count, when)
        renamed = {each: (when, "total" if each[1] == "total" else (name, each[1])) for each in margin.truth}
        table.truth |= {renamed[each]: value for each, value in margin.truth.items()}
        table.shown |= {renamed[each] for each in margin.shown}
        table.sums += [
            (tuple(renamed[each] for each in left), tuple(renamed[each] for each in right))
            for left, right in margin.sums
        ]
        for key in sums[name]:
            table.sums.append((tuple((when, cell) for cell in cells if cell[place] == key), ((when, (name, key)),)))
    return table


def in_succession(before: Published, now: Published) -> Published:
    """Both publications, for a reader who knows that no number of the second is less than it was in the first."""
    both = Published(before.truth | now.truth, before.shown | now.shown, before.sums + now.sums)
    for when, key in before.truth:
        later, more = ("now", key), ("more", key)
        if later in now.truth:
            both.truth[more] = now.truth[later] - before.truth[when, key]
            both.sums.append((((when, key), more), (later,)))
    return both
