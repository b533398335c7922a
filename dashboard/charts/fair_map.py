"""The map of a slide: few words, large, drawn in hundredths of the screen's height so that letters keep their size.

A drawing of its own rather than a chart of Altair: the page gives it its colours, light or dark, and nothing is loaded.
"""

import json
from functools import cache
from html import escape
from math import sqrt
from typing import Final, NamedTuple

import polars as pl

from dashboard.charts.map_ground import (
    INTERCOMMUNALITIES,
    STATIC,
    Box,
    LabelPlace,
    Spot,
    place_labels,
    text_width,
    to_lambert93,
)

LETTERS: Final = 4.3
_RADIUS: Final = 1.1
_BORDER: Final = 2.9
# Labels keep their distances in pixels; a hundredth of the screen's height is taken for ten of them.
_FINE: Final = 10
_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}

Ring = list[tuple[float, float]]


class _Frame(NamedTuple):
    """How metres become hundredths: so many of them, from this corner of the county."""

    scale: float
    west: float
    north: float
    left: float
    top: float

    def point(self, east: float, north: float) -> tuple[float, float]:
        return (east - self.west) * self.scale + self.left, (self.north - north) * self.scale + self.top


def fair_map(places: pl.DataFrame, *, width: float, height: float, numbered: bool) -> str:
    """One point a row of `places` (name, latitude, longitude, places), as an SVG drawing.

    A point has its name beside it or, where the screen is too narrow for names, its number, to be found in a list.
    Sizes are in hundredths of the screen's height.
    """
    frame = _frame(width, height)
    shapes = "".join(f'<path d="{_path(ring, frame)}"/>' for ring in _rings())
    spots, points = [], []
    told: dict[str, str] = {}
    for rank, row in enumerate(places.iter_rows(named=True), 1):
        x, y = frame.point(*to_lambert93(row["latitude"], row["longitude"]))
        radius = _RADIUS * sqrt(row["places"])
        points.append(f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}"/>')
        told[str(rank)] = str(rank) if numbered else row["name"]
        wide = text_width(told[str(rank)], LETTERS, bold=True)
        spots.append(Spot(str(rank), *(each * _FINE for each in (x, y, radius, wide, LETTERS))))
    labels = place_labels(spots, [], Box(0, 0, width * _FINE, height * _FINE))
    texts = "".join(_text(spot, labels[spot.key], told[spot.key]) for spot in spots)
    return (
        f'<svg class="{"numbered" if numbered else "named"}" viewBox="0 0 {width:g} {height:g}" aria-hidden="true">'
        f'<g class="land">{shapes}</g><g class="points">{"".join(points)}</g><g class="names">{texts}</g></svg>'
    )


def _text(spot: Spot, label: LabelPlace, told: str) -> str:
    x, y = (spot.x + label.dx) / _FINE, (spot.y + label.dy) / _FINE
    anchor = _ANCHORS[label.align]
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" dy=".35em" font-size="{LETTERS}" text-anchor="{anchor}">{escape(told)}</text>'
    )


def _path(ring: Ring, frame: _Frame) -> str:
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in (frame.point(*point) for point in ring)) + "Z"


def _frame(width: float, height: float) -> _Frame:
    """The county in the middle of a drawing, as large as it can be."""
    points = [point for ring in _rings() for point in ring]
    easts, norths = [east for east, _ in points], [north for _, north in points]
    wide, high = max(easts) - min(easts), max(norths) - min(norths)
    scale = min((width - 2 * _BORDER) / wide, (height - 2 * _BORDER) / high)
    return _Frame(scale, min(easts), max(norths), (width - wide * scale) / 2, (height - high * scale) / 2)


@cache
def _rings() -> tuple[Ring, ...]:
    """The outlines of the intercommunalities, in metres of Lambert-93."""
    features = json.loads((STATIC / INTERCOMMUNALITIES).read_text(encoding="utf-8"))["features"]
    rings: list[Ring] = []
    for feature in features:
        shape = feature["geometry"]
        areas = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings += [[(east, north) for east, north in ring] for area in areas for ring in area]
    return tuple(rings)
