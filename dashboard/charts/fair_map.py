"""The map of a slide: few words, large, drawn in hundredths of the screen's height so that letters keep their size.

A drawing of its own rather than a chart of Altair: the page gives it its colours, light or dark, and nothing is loaded.
"""

from html import escape
from math import sqrt
from typing import Final

import polars as pl

from dashboard.charts.map_ground import (
    INTERCOMMUNALITIES,
    Box,
    Frame,
    LabelPlace,
    Spot,
    features,
    on_county,
    place_labels,
    text_width,
    to_lambert93,
)

LETTERS: Final = 4.3
_RADIUS: Final = 1.1
_BORDER: Final = 1.9
# Labels keep their distances in pixels; a hundredth of the screen's height is taken for ten of them.
_FINE: Final = 10
_ANCHORS: Final = {"left": "start", "center": "middle", "right": "end"}


def fair_map(places: pl.DataFrame, *, width: float, height: float, numbered: bool) -> str:
    """One point a row of `places` (name, latitude, longitude, places), as an SVG drawing.

    A point has its name beside it or, where the screen is too narrow for names, its number, to be found in a list.
    Sizes are in hundredths of the screen's height.
    """
    frame = Frame(width - 2 * _BORDER, height - 2 * _BORDER)
    shapes = "".join(f'<path d="{_path(ring, frame)}"/>' for ring in _rings())
    spots, points = [], []
    told: dict[str, str] = {}
    for rank, row in enumerate(places.iter_rows(named=True), 1):
        x, y = _point(to_lambert93(row["latitude"], row["longitude"]), frame)
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


def _point(metres: tuple[float, float], frame: Frame) -> tuple[float, float]:
    x, y = frame.point(on_county(*metres))
    return x + _BORDER, y + _BORDER


def _path(ring: list[tuple[float, float]], frame: Frame) -> str:
    return "M" + "L".join("{:.2f} {:.2f}".format(*_point(point, frame)) for point in ring) + "Z"


def _rings() -> list[list[tuple[float, float]]]:
    """The outlines of the intercommunalities, in metres of Lambert-93."""
    rings = []
    for feature in features(INTERCOMMUNALITIES):
        shape = feature["geometry"]
        areas = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings += [ring for area in areas for ring in area]
    return rings
