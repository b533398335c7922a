"""The places on the map: circles, groups that share a point, their names, and the inset where they crowd."""

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import pi, sqrt
from typing import Final

import polars as pl

from dashboard.charts.map_ground import (
    CORNER_MARGIN,
    EXTENT_HEIGHT_M,
    EXTENT_WIDTH_M,
    INTERCOMMUNALITIES,
    LEGEND_SIZE,
    NARROW_BELOW,
    NARROW_GAP,
    NARROW_HEADER,
    NARROW_REFERENCE,
    STATIC,
    WIDE_REFERENCE,
    Box,
    Frame,
    Spot,
    groups_of_near,
    text_width,
    to_lambert93,
)
from dashboard.charts.palette import Palette
from dashboard.charts.theme import Row, whole_percent
from dashboard.wording.numbers import NO_BREAK, percent
from dashboard.wording.terms import MISSING, PLACE_STATES
from dashboard.wording.typography import count

# From centres to the circles of the map: one a centre, and one for each group of centres that share a point.

# A circle of ten seats is thirty pixels wide.
AREA_OF_A_SEAT: Final = 70.7
# A place whose seats are not known yet is drawn as one of four seats.
SEATS_WHEN_UNKNOWN: Final = 4

# What a name is cut at beside its circle; it is whole in the list, and where a circle is pointed at.
_LONGEST_LABEL: Final = 36

STATUS_WORDS: Final = {"open": "sans taux", "planned": "en projet", "closed": "fermé"}
"""The circles that carry no rate, by status; at an open place stands why, of `PLACE_STATES`."""


@dataclass(frozen=True)
class Circle:
    """One circle: a centre (`code`), or a group drawn once (`members`); its point in metres of Lambert-93, its area in
    square pixels, and its words already in French: `state` is what is written, `told` the same at length."""

    code: str | None
    name: str | None
    commune: str
    label: str
    state: str
    told: str
    seats: str
    x: float
    y: float
    area: float
    fill: str
    stroke: str
    dashed: bool
    crossed: bool
    members: int | None = None

    @property
    def key(self) -> str:
        """What tells it from the others: two groups may bear one name."""
        return self.code or f"{self.label} {self.x} {self.y}"

    @property
    def radius(self) -> float:
        """In pixels."""
        return sqrt(self.area / pi)


@dataclass(frozen=True)
class Places:
    """What is drawn on the county, then what is drawn in the inset: each group with its own heading."""

    on_the_county: tuple[Circle, ...]
    in_the_inset: tuple[tuple[str, tuple[Circle, ...]], ...]


def places(centres: pl.DataFrame, palette: Palette) -> Places:
    """The circles of these centres; a centre without a position is left to the list under the map."""
    rows = centres.to_dicts()
    circles = {row["code"]: circle for row in rows if (circle := _circle(row, palette)) is not None}
    groups = groups_of_near({code: (circle.x, circle.y) for code, circle in circles.items()})
    grouped = {code for group in groups for code in group}
    members = [tuple(circles[code] for code in group) for group in groups]
    together = [_together(group, palette) for group in members]
    alone = [circle for code, circle in circles.items() if code not in grouped]
    return Places(
        on_the_county=(*alone, *together),
        in_the_inset=tuple((one.label, group) for one, group in zip(together, members, strict=True)),
    )


def rate_class(rate: float) -> int:
    """Which of the five steps of 20 % a fill rate is in, from 0 to 4, as it is printed; a full centre is in the last."""
    return min(whole_percent(rate) // 20, 4)


def circle_area(seats: float) -> float:
    """Square pixels for this many seats: twice the seats is twice the ink."""
    return seats * AREA_OF_A_SEAT


def _circle(centre: Row, palette: Palette) -> Circle | None:
    latitude, longitude, seats = centre["latitude"], centre["longitude"], centre["seats"]
    if latitude is None or longitude is None:
        return None
    x, y = to_lambert93(latitude, longitude)
    rate = centre["fill_rate"] if centre["status"] == "open" else None
    return Circle(
        code=centre["code"],
        name=centre["name"],
        commune=centre["commune_name"],
        label=textwrap.shorten(centre["label"], _LONGEST_LABEL, placeholder="…"),
        state=_state(centre) if rate is None else percent(rate),
        told=centre["said"] if rate is None else percent(rate),
        seats=MISSING if seats is None else count(seats, "poste"),
        x=x,
        y=y,
        area=circle_area(seats or SEATS_WHEN_UNKNOWN),
        fill=palette.background if rate is None else palette.rate_classes[rate_class(rate)],
        stroke=palette.secondary_text if rate is None else palette.accent,
        dashed=centre["status"] != "open",
        crossed=centre["status"] == "planned",
    )


def _state(centre: Row) -> str:
    if centre["status"] != "open":
        return STATUS_WORDS[centre["status"]]
    return PLACE_STATES[centre["state"] or "missing"].label


def _together(members: Sequence[Circle], palette: Palette) -> Circle:
    """One circle for places that share a point. It has no rate: rates are not averaged, and the inset shows each."""
    communes = list(dict.fromkeys(member.commune for member in members))
    where = communes[0] if len(communes) == 1 else f"{communes[0]} et alentours"
    return Circle(
        code=None,
        name=None,
        commune=where,
        label=f"{where}{NO_BREAK}: {count(len(members), 'lieu', 'lieux')}",
        state="voir l’encart",
        told="",
        seats="",
        x=sum(member.x for member in members) / len(members),
        y=sum(member.y for member in members) / len(members),
        area=sum(member.area for member in members),
        fill=palette.background,
        stroke=palette.text,
        dashed=False,
        crossed=False,
        members=len(members),
    )


# The names of the intercommunalities, written where the centres and their labels leave room.

NAME_SIZE: Final = 12
NAME_LINE: Final = 14
_LONGEST_LINE: Final = 15

Spots = tuple[tuple[float, float], ...]


def name_rows(taken: Sequence[Box], frame: Frame) -> pl.DataFrame:
    """One row a name: its lines, and its point in metres; of its possible points, the first that covers nothing."""
    used = list(taken)
    rows = []
    for name, spots in _named_areas():
        boxes = [_box(name, frame.pixels(*spot)) for spot in spots]
        covered = [sum(box.overlap(other) for other in used) for box in boxes]
        best = min(range(len(boxes)), key=covered.__getitem__)
        used.append(boxes[best])
        rows.append({"text": name, "x": spots[best][0], "y": spots[best][1]})
    return pl.DataFrame(rows, schema={"text": pl.String, "x": pl.Float64, "y": pl.Float64})


@lru_cache(maxsize=1)
def _named_areas() -> tuple[tuple[str, Spots], ...]:
    features = json.loads((STATIC / INTERCOMMUNALITIES).read_text(encoding="utf-8"))["features"]
    properties = [feature["properties"] for feature in features]
    return tuple(
        ("\n".join(textwrap.wrap(named["short_name"], _LONGEST_LINE)), tuple((x, y) for x, y in named["name_spots"]))
        for named in properties
    )


def _box(name: str, at: tuple[float, float]) -> Box:
    lines = name.split("\n")
    wide, high = max(text_width(line, NAME_SIZE) for line in lines), NAME_LINE * len(lines)
    return Box(at[0] - wide / 2, at[1] - high / 2, at[0] + wide / 2, at[1] + high / 2)


# The insets: places that share a point, spread one under the other in a corner that holds no place, or else under the
# county, where each can be read.

LABEL_SIZE: Final = 13
HEADING_SIZE: Final = 12
PADDING: Final = 12
# From the edge of the largest circle to the words beside it.
BESIDE: Final = 7
_ROW: Final = 40
_HEADING: Final = 30


@dataclass(frozen=True)
class Panel:
    """One group in its inset: on a wide picture `top` pixels down, at the left or the right edge; on a narrow one at the
    left, `narrow_top` pixels under where the insets begin."""

    heading: str
    members: tuple[Circle, ...]
    on_the_right: bool
    top: float
    narrow_top: float

    @property
    def widest(self) -> float:
        """The radius of its largest circle: the circles are centred under one another."""
        return max(circle.radius for circle in self.members)

    @property
    def width(self) -> float:
        """As large as its longest line."""
        names = [2 * self.widest + BESIDE + text_width(circle.label, LABEL_SIZE, bold=True) for circle in self.members]
        states = [2 * self.widest + BESIDE + text_width(circle.state, HEADING_SIZE) for circle in self.members]
        return max(*names, *states, text_width(self.heading, HEADING_SIZE)) + 2 * PADDING

    @property
    def height(self) -> float:
        """One row a place, under the heading."""
        return _HEADING + _ROW * len(self.members) + 4

    @property
    def left(self) -> float:
        """Its left side in pixels from the left edge of a wide picture or, below zero, from the right one."""
        return -self.width - CORNER_MARGIN if self.on_the_right else CORNER_MARGIN

    @property
    def inside(self) -> list[tuple[Circle, float, float]]:
        """Each place with its point: from the left side of the panel, and from its top."""
        return [(each, PADDING + self.widest, _HEADING + _ROW * (rank + 0.5)) for rank, each in enumerate(self.members)]

    @property
    def heading_down(self) -> float:
        """The line of its heading, from its top."""
        return _HEADING / 2 + 3

    def box(self, frame: Frame) -> Box:
        """What it hides in a picture of this size."""
        left, top = float(CORNER_MARGIN), frame.inset_top + self.narrow_top
        if not frame.narrow:
            left, top = (frame.width + self.left if self.on_the_right else self.left), self.top
        return Box(left, top, left + self.width, top + self.height)


@dataclass(frozen=True)
class Insets:
    """The panels of a picture of this height, of which some stand under the county: see `Frame`."""

    panels: tuple[Panel, ...]
    height: float
    below: float
    under: float

    def frame(self, width: float) -> Frame:
        """The picture at a width."""
        return Frame(width, self.height, self.below, self.under)


def insets(places: Places, height: float) -> Insets:
    """One panel a group, over no place and no other panel; the picture grows where there is no such room in its corners."""
    stacked, panels = 0.0, []
    for heading, members in places.in_the_inset:
        panels.append(Panel(heading, members, False, 0, stacked))
        stacked += panels[-1].height + CORNER_MARGIN
    on_a_telephone = NARROW_HEADER + EXTENT_HEIGHT_M * NARROW_REFERENCE / EXTENT_WIDTH_M + NARROW_GAP + stacked
    least, below = max(height, on_a_telephone), 0.0
    while True:
        tall = max(least, height + below)
        placed, needed = _in_corners(panels, places, tall, below)
        if needed <= below:
            return Insets(placed, tall, below, stacked)
        below = needed


def _in_corners(
    panels: Sequence[Panel], places: Places, height: float, below: float
) -> tuple[tuple[Panel, ...], float]:
    """The panels where they hide nothing, and how high those are that have to stand under the county."""
    frames = [Frame(width, height, below) for width in (NARROW_BELOW, WIDE_REFERENCE)]
    taken = {frame: [legend_box(frame), *circle_boxes(places.on_the_county, frame)] for frame in frames}
    land, needed, placed = frames[0].land, 0.0, []
    for panel in panels:
        tops = (float(CORNER_MARGIN), land - panel.height - CORNER_MARGIN)
        for side, top in ((side, top) for top in tops for side in (False, True)):
            chosen = replace(panel, on_the_right=side, top=top)
            if not any(chosen.box(frame).overlap(box) for frame in frames for box in taken[frame]):
                break
        else:
            chosen = replace(panel, top=land + NARROW_GAP + needed)
            needed += panel.height + CORNER_MARGIN
        placed.append(chosen)
        for frame in frames:
            taken[frame].append(chosen.box(frame))
    return tuple(placed), needed + NARROW_GAP if needed else 0.0


def legend_box(frame: Frame) -> Box:
    """The corner that the legend of a wide picture takes."""
    wide, high = LEGEND_SIZE
    return Box(frame.width - wide, frame.land - high, frame.width, frame.land)


def circle_boxes(circles: Sequence[Circle], frame: Frame) -> list[Box]:
    """What the circles of the county cover in a picture of this size."""
    spots = [Spot(circle.key, *frame.pixels(circle.x, circle.y), circle.radius, 0, 0) for circle in circles]
    return [spot.box.grown(4) for spot in spots]
