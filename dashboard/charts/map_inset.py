"""The insets: places that share a point, spread one under the other in an empty corner, where each can be read."""

from dataclasses import dataclass
from typing import Final

from dashboard.charts.map_frame import CORNER_MARGIN, Frame
from dashboard.charts.map_layout import Box, text_width
from dashboard.charts.map_places import Circle, Places

LABEL_SIZE: Final = 13
HEADING_SIZE: Final = 12
PADDING: Final = 12
# From the edge of the largest circle to the words beside it.
BESIDE: Final = 7
_ROW: Final = 40
_HEADING: Final = 30


@dataclass(frozen=True)
class Panel:
    """One group in its corner: from the left edge of the picture, or from the right one; `top` is under the others there."""

    heading: str
    members: tuple[Circle, ...]
    on_the_right: bool
    top: float

    @property
    def widest(self) -> float:
        """The radius of its largest circle: the circles are centred under one another."""
        return max(circle.radius for circle in self.members)

    @property
    def width(self) -> float:
        """As large as its longest line."""
        names = [2 * self.widest + BESIDE + text_width(circle.label, LABEL_SIZE, bold=True) for circle in self.members]
        return max(*names, text_width(self.heading, HEADING_SIZE)) + 2 * PADDING

    @property
    def height(self) -> float:
        """One row a place, under the heading."""
        return _HEADING + _ROW * len(self.members) + 4

    @property
    def left(self) -> float:
        """Its left side in pixels from the left edge of the picture or, below zero, from the right one."""
        return -self.width - CORNER_MARGIN if self.on_the_right else CORNER_MARGIN

    @property
    def heading_y(self) -> float:
        """The line of its heading, from the top of the insets."""
        return self.top + _HEADING / 2 + 3

    def positions(self) -> list[tuple[Circle, float, float]]:
        """Each place with its point: across as `left` is, down from the top of the insets."""
        across = self.left + PADDING + self.widest
        return [(circle, across, self.top + _HEADING + _ROW * (rank + 0.5)) for rank, circle in enumerate(self.members)]

    def box(self, frame: Frame) -> Box:
        """What it hides in a picture of this size."""
        left = frame.width + self.left if self.on_the_right else self.left
        top = frame.inset_top + self.top
        return Box(left, top, left + self.width, top + self.height)


def panels(places: Places) -> tuple[Panel, ...]:
    """One panel a group: the first in the left corner, the second in the right one, and so on downwards."""
    placed: list[Panel] = []
    tops = {False: 0.0, True: 0.0}
    for rank, (heading, members) in enumerate(places.in_the_inset):
        side = rank % 2 == 1
        panel = Panel(heading, members, side, tops[side])
        tops[side] += panel.height + CORNER_MARGIN
        placed.append(panel)
    return tuple(placed)
