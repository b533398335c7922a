"""What a reader works out of sums that they were shown: unknown numbers, none of them negative, and which of them are certain.

Each number that is shown is a sum of unknown numbers, and so is a hidden one. It is found by subtraction when it is made of
those that are shown, and by bounds when no other numbers fit them all. Nothing here knows how they were hidden.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

import numpy as np

from dashboard.indicators.disclosure import is_small

Atom: TypeAlias = tuple[Any, ...]
"""What tells one unknown number from the others."""
Wanted: TypeAlias = Callable[[Atom], bool]
Part: TypeAlias = tuple[int, Wanted]


@dataclass
class Known:
    """The numbers that nobody is told one by one, and the sums of them that somebody was shown, or was not, on a day."""

    atoms: dict[Atom, int]
    on: date = date.min
    shown: list[tuple[date, np.ndarray]] = field(default_factory=list)
    hidden: dict[tuple[date, Hashable], np.ndarray] = field(default_factory=dict)

    @property
    def truth(self) -> np.ndarray:
        return np.array(list(self.atoms.values()), dtype=float)

    def tell(self, name: Hashable, value: float | None, *parts: Part) -> None:
        """A sum of atoms, each counted as often as its parts say; None where it is hidden."""
        row = self._sum(parts)
        if value is None:
            self.hidden[self.on, name] = row
        else:
            assert value == row @ self.truth, f"{name} on {self.on}: {value} is shown, {row @ self.truth} was meant"
            self.shown.append((self.on, row))

    def bind(self, *parts: Part) -> None:
        """What anybody knows to be nothing, as the difference of a whole and its parts."""
        row = self._sum(parts)
        assert row @ self.truth == 0
        self.shown.append((date.min, row))

    def _sum(self, parts: Sequence[Part]) -> np.ndarray:
        signs = [sum(sign for sign, wanted in parts if wanted(atom)) for atom in self.atoms]
        return np.array(signs, dtype=float)

    def few(self, on: date) -> list[Hashable]:
        """The counts of one to four people that were hidden on that day."""
        return [name for (day, name), row in self.hidden.items() if day == on and is_small(row @ self.truth)]

    def found(self, on: date, told_on: Sequence[date]) -> list[Hashable]:
        """Those of that day that can only be what they are, for who was told what is shown on these days."""
        shown = [row for day, row in self.shown if day in (date.min, *told_on)]
        rows = {name: self.hidden[on, name] for name in self.few(on)}
        if not rows:
            return []
        # Unknown numbers that are in the same sums stand for one another: one of them is enough.
        sums = np.unique(np.vstack([np.array([*shown, *rows.values()]), self.truth > 0]), axis=1)
        equations, wanted, filled = sums[: len(shown)], sums[len(shown) : -1], sums[-1] > 0
        equations = np.unique(equations, axis=0)
        found = zip(rows, wanted, strict=True)
        return [name for name, row in found if not any(_another(equations, row, filled, up) for up in (1, -1))]


def _another(shown: np.ndarray, row: np.ndarray, filled: np.ndarray, up: int) -> bool:
    """Whether the numbers may move so that all that is shown stays, this sum moves up or down, and none is negative."""
    moves = np.hstack([np.eye(len(filled)), -np.eye(len(filled))[:, filled]])
    equations = np.vstack([shown, row]) @ moves
    wanted = np.zeros(len(equations))
    wanted[-1] = up
    return bool(np.abs(equations @ _least_squares(equations, wanted) - wanted).max() < 1e-6)


def _least_squares(matrix: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The solution without negative numbers that comes nearest (Lawson and Hanson)."""
    solution, free = np.zeros(matrix.shape[1]), np.zeros(matrix.shape[1], dtype=bool)
    for _ in range(3 * matrix.shape[1]):
        slope = matrix.T @ (wanted - matrix @ solution)
        slope[free] = -np.inf
        if slope.max() < 1e-9:
            break
        free[slope.argmax()] = True
        while True:
            tried = np.zeros_like(solution)
            tried[free] = np.linalg.lstsq(matrix[:, free], wanted, rcond=None)[0]
            if (tried[free] > 1e-12).all():
                break
            stopped = free & (tried <= 1e-12)
            step = (solution[stopped] / (solution[stopped] - tried[stopped] + 1e-300)).min()
            solution += step * (tried - solution)
            free &= solution > 1e-12
        solution = tried
    return solution
