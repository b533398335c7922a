"""The boundaries under the maps: `python -m tests.boundaries --write` prepares the two committed files from the reference."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import geopandas
import shapely
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from dashboard.charts.map_ground import COMMUNES, INTERCOMMUNALITIES, STATIC

# Coordinates are whole metres of Lambert-93. The files name their projection, so any GIS opens them; the order in which a
# ring is walked does not matter.

REFERENCE: Final = Path(__file__).parents[1] / "data_access" / "reference" / "cantal_communes.geojson"

# A map 640 pixels high shows 150 metres in a pixel: a corner that covers less than 400 m by 400 m is not seen.
SMALLEST_CORNER_M = 400
# Wider than the misfits left between neighbours by the reference file, narrower than any real enclave.
WIDEST_GAP_M = 100
# Where the name of an intercommunality may be tried: points this far apart, this many of them, for a name so flat.
SPOT_STEP_M = 2_000
SPOTS = 30
NAME_WIDTH_TO_HEIGHT = 3

_LAMBERT93 = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
_COMMON_WORDS = re.compile(r"^Communauté (?:de communes|d'agglomération) (?:de la |du |de l'|des |de )?")


@dataclass(frozen=True)
class Boundaries:
    """The text of the two files, as committed."""

    communes: str
    intercommunalities: str


def prepare() -> Boundaries:
    """Simplify the communes with their shared borders kept, and merge them by intercommunality."""
    communes = geopandas.read_file(REFERENCE).set_crs("EPSG:4326", allow_override=True).to_crs("EPSG:2154")
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


def write(boundaries: Boundaries) -> None:
    """Replace the committed files."""
    (STATIC / COMMUNES).write_text(boundaries.communes, encoding="utf-8")
    (STATIC / INTERCOMMUNALITIES).write_text(boundaries.intercommunalities, encoding="utf-8")


def _rows(frame: GeoDataFrame) -> list[dict[str, object]]:
    return [dict(row) for row in frame.drop(columns="geometry").to_dict("records")]


def _commune(row: dict[str, object]) -> dict[str, object]:
    return {key: row[key] for key in ("insee_code", "name", "epci_name")}


def _intercommunality(row: dict[str, object], merged: GeoDataFrame) -> dict[str, object]:
    """Its names, and the points where its name may be written, best first."""
    area = merged.loc[merged["epci_name"] == row["epci_name"], "geometry"].iloc[0]
    return {
        "epci_siren": row["epci_siren"],
        "epci_name": row["epci_name"],
        "short_name": short_epci_name(str(row["epci_name"])),
        "name_spots": _roomy_points(area),
    }


def _roomy_points(area: BaseGeometry) -> list[tuple[int, int]]:
    """Points of a grid, farthest from the borders first. A name is wider than high, so room counts for less across."""
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


def _collection(frame: GeoDataFrame, properties: list[dict[str, object]]) -> str:
    """One feature a line, so that a change of one commune is one line of a comparison."""
    lines = []
    for shape, named in zip(frame.geometry, properties, strict=True):
        single = shape.geoms[0] if shape.geom_type == "MultiPolygon" and len(shape.geoms) == 1 else shape
        geometry = re.sub(r"\.0\b", "", shapely.to_geojson(single))
        lines.append(f'{{"type":"Feature","properties":{_compact(named)},"geometry":{geometry}}}')
    body = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","crs":{_compact(_LAMBERT93)},"features":[\n{body}\n]}}\n'


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__" and "--write" in sys.argv:
    write(prepare())
