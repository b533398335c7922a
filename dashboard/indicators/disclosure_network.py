"""Whether a hidden number could be another one: a table with its totals is a network, and a doubt is a cycle in it.

Each count flows from its row to its column, each total between the rows, the columns and the two ends of the table: what
enters a node leaves it. Adding one along a cycle of hidden counts (taking one away where the cycle goes against the flow)
gives another table that fits all that is shown. Such a cycle through each hidden count is all the proof there is to give,
and all that is needed: a network whose shown numbers are whole has no other freedom.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count as counter
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

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
    sure: frozenset[Key] = frozenset(),
) -> frozenset[Key]:
    """The keys to hide: those given, and the cells that close a cycle through each of them at the least cost.

    `floors` are the least values that a reader would believe, by key; `sure` are hidden keys already known to be in doubt.
    The order of `arcs` decides between equals. A cell that is not small, only hidden since it once was, is given up when
    nothing leaves a doubt about it: the reader knows it anyway.
    """
    network = _Network(arcs, set(hidden), small, floors)
    for arc in arcs:
        if arc.key not in network.hidden or arc.key in sure or network.close(arc):
            continue
        if floors:
            # What was never shown has no known least: a cycle there moves both publications.
            _Network(
                arcs, network.hidden, small, {key: least for key, least in floors.items() if key not in sure}
            ).close(arc)
        else:
            network.give_up(arc)
    return frozenset(network.hidden)


def certain(arcs: Sequence[Arc], hidden: frozenset[Key], *, small: Callable[[int], bool]) -> frozenset[Key]:
    """The hidden keys that no cycle leaves in any doubt: hiding them is of no use beside what is shown."""
    network = _Network(arcs, set(hidden), small, {})
    return frozenset(arc.key for arc in arcs if arc.key in network.hidden and not network.close(arc))


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
