"""The ground of every map: the county in Lambert-93, what a frame of pixels shows of it, and points kept apart."""

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import altair as alt

from dashboard.charts.palette import Palette
from dashboard.charts.theme import named_expressions

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

# From degrees to the metres of Lambert-93 (EPSG:2154), the projection of French official maps. The boundaries are
# stored already projected; only the few points of the centres are projected when a map is drawn, by this formula, so
# that no page has to load geopandas and its libraries.

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


# The boundaries drawn under the map: prepared once, committed as two small files, then only read. `python -m
# dashboard.charts.map_ground` prepares them again from the reference boundaries, and is needed only when those change.
# Coordinates are whole metres of Lambert-93, so the drawing needs no projection of its own (`identity`, with the
# north turned upwards) and the order in which a ring is walked does not matter. The files name their projection, so
# any GIS opens them.

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "data_access" / "reference" / "cantal_communes.geojson"
STATIC = ROOT / "dashboard" / "static"
COMMUNES = "communes.json"
INTERCOMMUNALITIES = "intercommunalities.json"

# A map 640 pixels high shows 150 metres in a pixel: a corner that covers less than 400 m by 400 m is not seen.
SMALLEST_CORNER_M = 400
# Wider than the misfits left between neighbours by the reference file, narrower than any real enclave.
WIDEST_GAP_M = 100
# Where the name of an intercommunality may be tried: points this far apart, this many of them, for a name so flat.
SPOT_STEP_M = 2_000
SPOTS = 30
NAME_WIDTH_TO_HEIGHT = 3

Where = Literal["address", "inline"]

_LAMBERT93 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
_COMMON_WORDS = re.compile(r"^Communauté (?:de communes|d'agglomération) (?:de la |du |de l'|des |de )?")


@dataclass(frozen=True)
class Boundaries:
    """The text of the two files, as committed."""

    communes: str
    intercommunalities: str


def source(file_name: str, where: Where) -> alt.UrlData | alt.InlineData:
    """The features of one file, fetched by the browser from the application's address, or carried in the chart.

    Carrying them costs a hundred kilobytes and is for pictures made without a browser; a page uses the address.
    """
    features = alt.JsonDataFormat(property="features", type="json")
    if where == "address":
        return alt.UrlData(url=f"/carte/{file_name}", format=features)
    return alt.InlineData(values=json.loads((STATIC / file_name).read_text(encoding="utf-8"))["features"])


def ground(palette: Palette, where: Where) -> list[alt.Chart]:
    """The county under a map: its communes, and the borders of its intercommunalities."""
    communes, borders = (
        alt.Chart(source(file_name, where)).properties(projection=projection())
        for file_name in (COMMUNES, INTERCOMMUNALITIES)
    )
    return [
        communes.mark_geoshape(fill=palette.secondary_background, stroke=palette.border, strokeWidth=0.4),
        borders.mark_geoshape(filled=False, stroke=palette.context, strokeWidth=1, strokeOpacity=0.7),
    ]


def prepare(reference: Path = REFERENCE) -> Boundaries:
    """Simplify the communes with their shared borders kept, and merge them by intercommunality."""
    import geopandas
    import shapely

    communes = geopandas.read_file(reference).set_crs("EPSG:4326", allow_override=True).to_crs("EPSG:2154")
    clean = shapely.coverage_clean(communes.geometry.to_numpy(), gap_width=WIDEST_GAP_M)
    simple = shapely.transform(shapely.coverage_simplify(clean, SMALLEST_CORNER_M), lambda points: points.round())
    communes = communes.set_geometry(shapely.normalize(simple)).sort_values("insee_code")
    merged = communes.dissolve("epci_name", method="coverage").reset_index().sort_values("epci_name")
    merged = merged.set_geometry(shapely.normalize(merged.geometry.to_numpy()))
    return Boundaries(
        communes=_collection(communes, [_commune(row) for row in _rows(communes)]),
        intercommunalities=_collection(merged, [_intercommunality(row, merged) for row in _rows(merged)]),
    )


def short_epci_name(name: str) -> str:
    """An intercommunality's name as written on the map, without « Communauté de communes du »."""
    return _COMMON_WORDS.sub("", name)


def write(boundaries: Boundaries, folder: Path = STATIC) -> None:
    """Replace the committed files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / COMMUNES).write_text(boundaries.communes, encoding="utf-8")
    (folder / INTERCOMMUNALITIES).write_text(boundaries.intercommunalities, encoding="utf-8")


def _rows(frame: "GeoDataFrame") -> list[dict[str, object]]:
    return [dict(row) for row in frame.drop(columns="geometry").to_dict("records")]


def _commune(row: dict[str, object]) -> dict[str, object]:
    return {key: row[key] for key in ("insee_code", "name", "epci_name")}


def _intercommunality(row: dict[str, object], merged: "GeoDataFrame") -> dict[str, object]:
    """Its names, and the points where its name may be written, best first."""
    area = merged.loc[merged["epci_name"] == row["epci_name"], "geometry"].iloc[0]
    return {
        "epci_siren": row["epci_siren"],
        "epci_name": row["epci_name"],
        "short_name": short_epci_name(str(row["epci_name"])),
        "name_spots": _roomy_points(area),
    }


def _roomy_points(area: "BaseGeometry") -> list[tuple[int, int]]:
    """Points of a grid, farthest from the borders first. A name is wider than high, so room counts for less across."""
    import shapely

    left, bottom, right, top = (int(side) for side in area.bounds)
    grid = [
        shapely.Point(x, y)
        for x in range(left - left % SPOT_STEP_M, right, SPOT_STEP_M)
        for y in range(bottom - bottom % SPOT_STEP_M, top, SPOT_STEP_M)
    ]
    flat = shapely.transform([area.boundary, *grid], lambda points: points * (1 / NAME_WIDTH_TO_HEIGHT, 1))
    room = {point: shapely.distance(flat[0], flat[rank]) for rank, point in enumerate(grid, 1)}
    inside = [point for point in grid if area.contains(point)]
    best = sorted(inside, key=lambda point: (-round(room[point]), point.x, point.y))[:SPOTS]
    return [(int(point.x), int(point.y)) for point in best]


def _collection(frame: "GeoDataFrame", properties: list[dict[str, object]]) -> str:
    """One feature a line, so that a change of one commune is one line of a comparison."""
    import shapely

    lines = []
    for shape, named in zip(frame.geometry, properties, strict=True):
        single = shape.geoms[0] if shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1 else shape
        geometry = re.sub(r"\.0\b", "", shapely.to_geojson(single))
        lines.append(f'{{"type":"Feature","properties":{_compact(named)},"geometry":{geometry}}}')
    body = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","crs":{_compact(_LAMBERT93)},"features":[\n{body}\n]}}\n'


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


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


def groups_of_near(points: Mapping[str, tuple[float, float]]) -> list[tuple[str, ...]]:
    """Keys of points that are near each other, or linked by a chain of near ones; groups of one are left out."""
    groups: list[list[str]] = []
    for key, (x, y) in points.items():
        near = [
            group
            for group in groups
            if any((points[k][0] - x) ** 2 + (points[k][1] - y) ** 2 <= TOO_NEAR_M**2 for k in group)
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


# How the county sits in the picture, whatever the width of the screen, in Vega's words and in Python's. The scale and
# the positions are expressions that the browser works out again when its window changes. On a wide screen the legend
# and the inset stand in the empty corners of the county; on a narrow one, above and below it.

# The county measures 103 by 96 km, and circles on its edge need a little room.
EXTENT_WIDTH_M: Final = 104_000
EXTENT_HEIGHT_M: Final = 100_000
# The middle of its bounding box, in Lambert-93.
MIDDLE_X_M: Final = 677_700
MIDDLE_Y_M: Final = 6_439_130

NARROW_BELOW: Final = 600
# Widths for which labels are placed: the narrowest wide screen, and a telephone of 390 pixels without its margins.
WIDE_REFERENCE: Final = 700
NARROW_REFERENCE: Final = 358
# On a narrow screen, room for the legend above the county, and between the county and the insets.
NARROW_HEADER: Final = 84
NARROW_GAP: Final = 34
CORNER_MARGIN: Final = 4
# Room the legend takes in its corner of a wide screen.
LEGEND_SIZE: Final = (178, 166)


@dataclass(frozen=True)
class Frame:
    """A picture of one size: where a point of the county falls in it.

    `below` is what insets take under the county of a wide picture, `under` under that of a narrow one.
    """

    width: float
    height: float
    below: float = 0
    under: float = 0

    @property
    def narrow(self) -> bool:
        """Whether the legend and the insets leave the corners."""
        return self.width < NARROW_BELOW

    @property
    def land(self) -> float:
        """The height that is left to the county."""
        return self.height - (NARROW_HEADER + NARROW_GAP + self.under if self.narrow else self.below)

    @property
    def pixels_per_metre(self) -> float:
        """The scale of the drawing."""
        return min(self.width / EXTENT_WIDTH_M, self.land / EXTENT_HEIGHT_M)

    @property
    def inset_top(self) -> float:
        """Where the insets of a narrow picture begin."""
        return NARROW_HEADER + EXTENT_HEIGHT_M * self.pixels_per_metre + NARROW_GAP

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Right and down, in pixels, of a point in metres of Lambert-93."""
        scale = self.pixels_per_metre
        middle = NARROW_HEADER + EXTENT_HEIGHT_M * scale / 2 if self.narrow else self.land / 2
        return self.width / 2 + (x - MIDDLE_X_M) * scale, middle - (y - MIDDLE_Y_M) * scale


def parameters(below: float, under: float) -> list[alt.VariableParameter]:
    """The expressions the layers of the map are written with; the twin of `Frame`."""
    county_high = f"{EXTENT_HEIGHT_M} * scale_m"
    return named_expressions(
        narrow=f"width < {NARROW_BELOW}",
        land=f"height - (narrow ? {NARROW_HEADER + NARROW_GAP + under} : {below})",
        scale_m=f"min(width / {EXTENT_WIDTH_M}, land / {EXTENT_HEIGHT_M})",
        middle=f"narrow ? {NARROW_HEADER} + {county_high} / 2 : land / 2",
        inset_top=f"{NARROW_HEADER} + {county_high} + {NARROW_GAP}",
    )


def projection() -> alt.Projection:
    """The same frame for boundaries, whose coordinates are already metres."""
    return alt.Projection(
        type="identity",
        reflectY=True,
        scale=alt.expr("scale_m"),
        translate=alt.expr(f"[width / 2 - {MIDDLE_X_M} * scale_m, middle + {MIDDLE_Y_M} * scale_m]"),
    )


def across(x: str) -> str:
    """The expression of a column of metres in pixels to the right."""
    return f"width / 2 + ({x} - {MIDDLE_X_M}) * scale_m"


def down(y: str) -> str:
    """The expression of a column of metres in pixels downwards."""
    return f"middle - ({y} - {MIDDLE_Y_M}) * scale_m"


if __name__ == "__main__":
    write(prepare())
