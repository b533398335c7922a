"""The ground of every map: the county in Lambert-93, where a point falls in a picture of any width, labels kept apart."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import altair as alt

from dashboard.charts.palette import Palette
from dashboard.charts.theme import ACROSS, DOWN, Row, haloed, named_expressions

# From degrees to the metres of Lambert-93 (EPSG:2154), the projection of French official maps. The boundaries are
# stored already projected; only the few points of the centres are projected when a map is drawn, by this formula, so
# that no page has to load a geographic library.

# Constants of Lambert-93 on the GRS80 ellipsoid, published by IGN in its note « NTG 71, projection cartographique
# conique conforme de Lambert » (algorithms ALG0001 and ALG0003).
_EXPONENT = 0.7256077650
_CONSTANT = 11754255.426
_FALSE_EASTING = 700000.0
_FALSE_NORTHING = 12655612.050
_ECCENTRICITY = 0.08181919112
_CENTRAL_MERIDIAN = math.radians(3.0)


def to_lambert93(latitude: float, longitude: float) -> tuple[float, float]:
    """East and north of a point, in metres, from its degrees (RGF93, which is WGS 84 to within a metre)."""
    sine = math.sin(math.radians(latitude))
    isometric_latitude = math.atanh(sine) - _ECCENTRICITY * math.atanh(_ECCENTRICITY * sine)
    radius = _CONSTANT * math.exp(-_EXPONENT * isometric_latitude)
    angle = _EXPONENT * (math.radians(longitude) - _CENTRAL_MERIDIAN)
    return _FALSE_EASTING + radius * math.sin(angle), _FALSE_NORTHING - radius * math.cos(angle)


# The boundaries drawn under the map: two committed files in whole metres of Lambert-93, so that the drawing needs no
# projection of its own (`identity`, with the north turned upwards). `python -m dashboard.charts.boundaries --write` prepares them
# from the reference, which is needed only when that changes.

STATIC = Path(__file__).parents[1] / "static"
COMMUNES = "communes.json"
INTERCOMMUNALITIES = "intercommunalities.json"

Where = Literal["address", "inline"]


def features(file_name: str) -> list[dict[str, Any]]:
    """The areas of one file, as GeoJSON has them."""
    found: list[dict[str, Any]] = json.loads((STATIC / file_name).read_text(encoding="utf-8"))["features"]
    return found


def ground(palette: Palette, where: Where) -> list[alt.Chart]:
    """The county under a map: its communes, and the borders of its intercommunalities.

    They are fetched by the browser from the application's address, or carried in the chart: that costs a hundred
    kilobytes and is for pictures made without a browser.
    """
    json_features = alt.JsonDataFormat(property="features", type="json")
    communes, borders = (
        alt.Chart(
            alt.UrlData(url=f"/carte/{file_name}", format=json_features)
            if where == "address"
            else alt.InlineData(values=features(file_name))
        ).properties(projection=_projection())
        for file_name in (COMMUNES, INTERCOMMUNALITIES)
    )
    return [
        communes.mark_geoshape(fill=palette.secondary_background, stroke=palette.border, strokeWidth=0.4),
        borders.mark_geoshape(filled=False, stroke=palette.context, strokeWidth=1, strokeOpacity=0.7),
    ]


# Where things go on the map, in plain arithmetic: places that share a point, and labels that touch nothing.

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


def gathered(points: Mapping[str, tuple[float, float]], near: float) -> list[tuple[str, ...]]:
    """Every key, in groups around the first that has no other so near: no two groups touch, however many the points."""
    around: dict[str, list[str]] = {}
    for key, (x, y) in points.items():
        distances = {first: math.hypot(points[first][0] - x, points[first][1] - y) for first in around}
        nearest = min(distances, key=distances.__getitem__, default=key)
        around.setdefault(nearest if distances.get(nearest, near) < near else key, []).append(key)
    return [tuple(group) for group in around.values()]


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
    no side is free it takes the one that covers least, and says so. Those that found none choose first the second time.
    """
    ordered = sorted(spots, key=lambda spot: (spot.y, spot.x))
    placed = _placed(ordered, obstacles, frame)
    if lost := [spot for spot in ordered if not placed[spot.key].free]:
        again = _placed([*lost, *(spot for spot in ordered if spot not in lost)], obstacles, frame, first=len(lost))
        if sum(label.free for label in again.values()) > len(ordered) - len(lost):
            return again
    return placed


def _placed(ordered: Sequence[Spot], obstacles: Sequence[Box], frame: Box, first: int = 0) -> dict[str, LabelPlace]:
    taken = [*(spot.box.grown(_CLEARANCE) for spot in ordered), *obstacles]
    placed: dict[str, LabelPlace] = {}
    # Those that are to choose first; then all those that can go right, so that none of them is pushed away by one that cannot.
    for sides, which in ((_SIDES, ordered[:first]), (_SIDES[:1], ordered), (_SIDES, ordered)):
        for spot in which:
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


def _candidate(spot: Spot, side: tuple[int, int]) -> LabelPlace:
    across, down = side
    beside, over = spot.radius + _LABEL_GAP, spot.radius + _MARGIN + 1 + spot.text_height / 2
    # At a corner it comes nearer.
    dx = across * (spot.radius * 0.7 if down else beside)
    dy = down * over * (0.8 if across else 1)
    align = _ALIGNS[across]
    left = spot.x + dx - {"left": 0.0, "center": spot.text_width / 2, "right": spot.text_width}[align]
    high = spot.text_height / 2
    box = Box(left, spot.y + dy - high, left + spot.text_width, spot.y + dy + high).grown(_MARGIN)
    return LabelPlace(dx, dy, align, box, free=True)


# Rightwards and downwards from the circle, in the order in which they are tried.
_SIDES: Final = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))
_ALIGNS: Final[Mapping[int, Align]] = {1: "left", 0: "center", -1: "right"}


# How the county sits in the picture, whatever the width of the screen: positions and scale are expressions that the
# browser works out again when its window changes, and `Frame` says the same in Python. On a wide screen what stands
# around the county takes its empty corners; on a narrow one, it stands above and below.

# The county measures 103 by 96 km, and circles on its edge need a little room.
EXTENT_WIDTH_M: Final = 104_000
EXTENT_HEIGHT_M: Final = 100_000
# The middle of its bounding box, in Lambert-93.
_MIDDLE_X_M: Final = 677_700
_MIDDLE_Y_M: Final = 6_439_130
COUNTY: Final = (
    _MIDDLE_X_M - EXTENT_WIDTH_M / 2,
    _MIDDLE_Y_M - EXTENT_HEIGHT_M / 2,
    _MIDDLE_X_M + EXTENT_WIDTH_M / 2,
    _MIDDLE_Y_M + EXTENT_HEIGHT_M / 2,
)
# Land kept around an intercommunality that is looked at, of its size.
_AROUND: Final = 0.06


@cache
def extent_of(epci_siren: str) -> tuple[float, float, float, float]:
    """The land that a picture of one intercommunality shows; the county for a number that is none of its."""
    for area in features(INTERCOMMUNALITIES):
        if area["properties"]["epci_siren"] == epci_siren:
            shape = area["geometry"]
            parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
            points = [point for part in parts for point in part[0]]
            west, east = min(x for x, _y in points), max(x for x, _y in points)
            south, north = min(y for _x, y in points), max(y for _x, y in points)
            wide, high = (east - west) * _AROUND, (north - south) * _AROUND
            return west - wide, south - high, east + wide, north + high
    return COUNTY


TOP, MIDDLE, FOOT = range(3)
"""What is counted from downwards: the top of the picture, the middle of the county, the foot of what is left to it."""


class At(NamedTuple):
    """A point of the picture: from a share of its width and from a level, so many metres, then so many pixels."""

    across: float = 0
    east: float = 0
    right: float = 0
    level: int = TOP
    south: float = 0
    down: float = 0

    def moved(self, right: float, down: float) -> "At":
        """So many pixels further."""
        return self._replace(right=self.right + right, down=self.down + down)


def on_county(x: float, y: float) -> At:
    """A point in metres of Lambert-93."""
    return At(across=0.5, east=x - _MIDDLE_X_M, level=MIDDLE, south=_MIDDLE_Y_M - y)


@dataclass(frozen=True)
class Frame:
    """A picture of one size; `narrow` ones keep `under` pixels below the county, wide ones `below` it
    and `aside` to its right. `shown` is the land it holds: west, south, east and north in metres of Lambert-93."""

    width: float
    height: float
    narrow_below: float = 0
    under: float = 0
    below: float = 0
    aside: float = 0
    shown: tuple[float, float, float, float] = COUNTY

    @property
    def narrow(self) -> bool:
        """Whether what stands around the county leaves its corners."""
        return self.width < self.narrow_below

    @property
    def foot(self) -> float:
        """Where the land ends."""
        return self.height - (self.under if self.narrow else self.below)

    @property
    def _beside(self) -> float:
        return 0.0 if self.narrow else self.aside

    @property
    def extent(self) -> tuple[float, float]:
        """Metres across and down."""
        west, south, east, north = self.shown
        return east - west, north - south

    @property
    def moved(self) -> tuple[float, float]:
        """How far the middle of what is shown is from that of the county: east and south, in metres."""
        west, south, east, north = self.shown
        return (west + east) / 2 - _MIDDLE_X_M, _MIDDLE_Y_M - (south + north) / 2

    @property
    def metres_of_a_pixel(self) -> float:
        """How much land a pixel shows."""
        wide, high = self.extent
        return max(wide / (self.width - self._beside), high / self.foot)

    def point(self, at: At) -> tuple[float, float]:
        """Right and down, in pixels."""
        scale, (east, south) = 1 / self.metres_of_a_pixel, self.moved
        level = (0, self.foot / 2 - scale * south, self.foot)[at.level]
        land = -scale * east - self._beside / 2 if at.level == MIDDLE else 0.0
        return self.width * at.across + land + scale * at.east + at.right, level + scale * at.south + at.down

    @property
    def parameters(self) -> list[alt.VariableParameter]:
        """The expressions the layers of a map are written with: the twin of the above."""
        (wide, high), (east, south) = self.extent, self.moved
        return named_expressions(
            narrow=f"width < {self.narrow_below}",
            aside=f"narrow ? 0 : {self.aside}",
            foot=f"height - (narrow ? {self.under} : {self.below})",
            scale_m=f"min((width - aside) / {wide}, foot / {high})",
            levels=f"[0, foot / 2 - scale_m * {south}, foot]",
            land=f"[0, -scale_m * {east} - aside / 2, 0]",
        )


def _projection() -> alt.Projection:
    """The same for boundaries, whose coordinates are already metres."""
    return alt.Projection(
        type="identity",
        reflectY=True,
        scale=alt.expr("scale_m"),
        translate=alt.expr(
            f"[width / 2 + land[{MIDDLE}] - {_MIDDLE_X_M} * scale_m, levels[{MIDDLE}] + {_MIDDLE_Y_M} * scale_m]"
        ),
    )


# What is drawn on a map. Each row says where it stands on a wide picture and on a narrow one; on one of which it may be
# left out.

Points = Mapping[str, At]
"""By `wide` and `narrow`."""


def placed(rows: Sequence[Row]) -> alt.Chart:
    """Rows with their position in pixels, those that the picture has at its width."""
    screens = ("wide", "narrow")
    flat = [
        {name: value for name, value in row.items() if name not in screens}
        | {
            f"{screen}_{part}": row[screen][n]
            for screen in screens
            if screen in row
            for n, part in enumerate(At._fields)
        }
        for row in rows
    ]
    chosen = {part: f"(narrow ? datum.narrow_{part} : datum.wide_{part})" for part in At._fields}
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=flat))
        .transform_filter(f"isValid({chosen['level']})")
        .transform_calculate(
            px="width * {across} + land[{level}] + scale_m * {east} + {right}".format(**chosen),
            py="levels[{level}] + scale_m * {south} + {down}".format(**chosen),
        )
    )
    return chart


def point_marks(rows: Sequence[Row], **looks: Any) -> alt.Chart:
    """Each row gives its `area` in square pixels, `shape`, `fill`, `stroke`, and whether its line is `dashed`."""
    area, shape = alt.Size("area:Q", scale=None), alt.Shape("shape:N", scale=None)
    fill, stroke = alt.Fill("fill:N", scale=None), alt.Stroke("stroke:N", scale=None)
    dash = alt.StrokeDashValue([1, 0], condition={"test": "datum.dashed", "value": [3, 2.5]})
    marks: alt.Chart = placed(rows).mark_point(**{"strokeWidth": 1.5, **looks})
    return marks.encode(x=ACROSS, y=DOWN, size=area, shape=shape, fill=fill, stroke=stroke, strokeDash=dash)


def a_text(said: str, size: int, ink: str, points: Points, *, align: Align = "left", bold: bool = False) -> Row:
    """A row of `written`: one line, level with its point."""
    return {"text": said, "size": size, "ink": ink, "align": align, "bold": bold, **points}


def written(rows: Sequence[Row], palette: Palette, **looks: Any) -> list[alt.Chart]:
    """The texts of a map, over their halo."""
    return haloed(
        placed(rows).encode(x=ACROSS, y=DOWN, text=alt.Text("text:N")),
        palette,
        alt.expr("datum.ink"),
        align=alt.expr("datum.align"),
        baseline="middle",
        fontWeight=alt.expr("datum.bold ? 'bold' : 'normal'"),
        fontSize=alt.expr("datum.size"),
        **looks,
    )
