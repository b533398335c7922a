"""Where things go on the map, in plain arithmetic: places that share a point, and labels that touch nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

# Circles are about thirty pixels wide and a pixel shows 150 metres: nearer than this, two places cover each other.
TOO_NEAR_M = 3000.0
# Room kept around a label, in pixels.
_MARGIN = 2.0
_LABEL_GAP = 5.0
# A label nearer than this to the circle of another would be read as its name.
_CLEARANCE = 6.0

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: "Box") -> float:
        """Area they share, in square pixels; 0 when they do not touch."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0

    def grown(self, by: float) -> "Box":
        """The same, wider by so many pixels on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True)
class Spot:
    """A circle on the map and what is written beside it: its centre and radius in pixels, and the size of its text."""

    key: str
    x: float
    y: float
    radius: float
    text_width: float
    text_height: float

    @property
    def box(self) -> Box:
        """The square around the circle."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


@dataclass(frozen=True)
class LabelPlace:
    """Where a label is written from the centre of its circle; `free` is false when every side covers something."""

    dx: float
    dy: float
    align: Align
    box: Box
    free: bool


def groups_of_near(points: Mapping[str, tuple[float, float]], within: float = TOO_NEAR_M) -> list[tuple[str, ...]]:
    """Keys of points that are near each other, or linked by a chain of near ones; groups of one are left out."""
    groups: list[list[str]] = []
    for key, (x, y) in points.items():
        near = [
            group
            for group in groups
            if any((points[k][0] - x) ** 2 + (points[k][1] - y) ** 2 <= within**2 for k in group)
        ]
        for group in near:
            groups.remove(group)
        groups.append([*(k for group in near for k in group), key])
    return [tuple(group) for group in groups if len(group) > 1]


def text_width(text: str, font_size: float, *, bold: bool = False) -> float:
    """Width of a line in pixels, estimated a little wide for the sans serif fonts in use."""
    narrow, wide = "iljtfrI'’.,:;!|-() \u00a0\u202f", "mwMWœŒ%"
    ems = sum(0.34 if c in narrow else 0.9 if c in wide else 0.7 if c.isupper() else 0.57 for c in text)
    return ems * font_size * (1.07 if bold else 1.0)


def place_labels(spots: Sequence[Spot], obstacles: Sequence[Box], frame: Box) -> dict[str, LabelPlace]:
    """One place a label: to the right wherever nothing is there, else left, above, below or at a corner.

    A label keeps clear of the circles, the labels placed before it, the obstacles, and the outside of the frame. When
    no side is free it takes the one that covers least, and says so.
    """
    taken = [*(spot.box.grown(_CLEARANCE) for spot in spots), *obstacles]
    placed: dict[str, LabelPlace] = {}
    ordered = sorted(spots, key=lambda spot: (spot.y, spot.x))
    # First all those that can go right, so that none of them is pushed away by one that cannot.
    for sides in (_SIDES[:1], _SIDES):
        for spot in ordered:
            if spot.key in placed:
                continue
            others = [box for box in taken if box != spot.box.grown(_CLEARANCE)]
            candidates = [_candidate(spot, side) for side in sides]
            covered = [sum(c.box.overlap(box) for box in others) + _outside(c.box, frame) for c in candidates]
            best = min(range(len(candidates)), key=covered.__getitem__)
            if covered[best] == 0:
                placed[spot.key] = candidates[best]
                taken.append(candidates[best].box)
            elif sides is _SIDES:
                placed[spot.key] = replace(candidates[best], free=False)
    return placed


def _outside(box: Box, frame: Box) -> float:
    area = (box.right - box.left) * (box.bottom - box.top)
    return area - box.overlap(frame)


def _candidate(spot: Spot, side: Callable[[Spot], tuple[float, float, Align]]) -> LabelPlace:
    dx, dy, align = side(spot)
    left = spot.x + dx - {"left": 0.0, "center": spot.text_width / 2, "right": spot.text_width}[align]
    middle = spot.y + dy
    box = Box(
        left - _MARGIN,
        middle - spot.text_height / 2 - _MARGIN,
        left + spot.text_width + _MARGIN,
        middle + spot.text_height / 2 + _MARGIN,
    )
    return LabelPlace(dx, dy, align, box, free=True)


def _beside(spot: Spot) -> float:
    return spot.radius + _LABEL_GAP


def _over(spot: Spot) -> float:
    return spot.radius + _MARGIN + 1 + spot.text_height / 2


_SIDES: tuple[Callable[[Spot], tuple[float, float, Align]], ...] = (
    lambda spot: (_beside(spot), 0.0, "left"),
    lambda spot: (-_beside(spot), 0.0, "right"),
    lambda spot: (0.0, -_over(spot), "center"),
    lambda spot: (0.0, _over(spot), "center"),
    lambda spot: (spot.radius * 0.7, -_over(spot) * 0.8, "left"),
    lambda spot: (spot.radius * 0.7, _over(spot) * 0.8, "left"),
    lambda spot: (-spot.radius * 0.7, -_over(spot) * 0.8, "right"),
    lambda spot: (-spot.radius * 0.7, _over(spot) * 0.8, "right"),
)
