"""The marks of the maps that are drawn as they are, in SVG: land, circles, words; and the map of a slide, made of them."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from math import sqrt
from typing import Final

import polars as pl

from dashboard.charts.map_ground import (
    INTERCOMMUNALITIES,
    Align,
    Box,
    Frame,
    Spot,
    features,
    on_county,
    place_labels,
    text_width,
    to_lambert93,
)
from dashboard.charts.palette import Palette
from dashboard.charts.theme import FONT, HEADLINE_SIZE, SUBTITLE_SIZE, Row, Titles, lines_within

_ANCHORS: Final[Mapping[Align, str]] = {"left": "start", "center": "middle", "right": "end"}


def land(frame: Frame, palette: Palette, area: str = "") -> str:
    """The intercommunalities of the county, one of them stronger; without their communes, which nobody looks for here."""
    look = f'fill="{palette.secondary_background}" stroke="{palette.context}" stroke-width="1" stroke-opacity=".7"'
    path = "".join(path_of(ring, frame) for _siren, rings in outlines() for ring in rings)
    chosen = "".join(path_of(ring, frame) for siren, rings in outlines() if siren == area for ring in rings)
    strong = f'<path d="{chosen}" fill="none" stroke="{palette.accent}" stroke-width="2"/>' if chosen else ""
    return f'<path d="{path}" {look}/>{strong}'


@lru_cache(maxsize=1)
def outlines() -> tuple[tuple[str, tuple[tuple[tuple[float, float], ...], ...]], ...]:
    """Each intercommunality: its number, and its outlines in metres of Lambert-93."""
    found = []
    for each in features(INTERCOMMUNALITIES):
        shape = each["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        found.append(
            (each["properties"]["epci_siren"], tuple(tuple((x, y) for x, y in ring) for part in parts for ring in part))
        )
    return tuple(found)


def path_of(ring: Sequence[tuple[float, float]], frame: Frame, decimals: int = 1) -> str:
    """An outline in this picture, as SVG writes it."""
    points = (frame.point(on_county(*metres)) for metres in ring)
    return "M" + "L".join(f"{x:.{decimals}f} {y:.{decimals}f}" for x, y in points) + "Z"


def disc(x: float, y: float, radius: float, fill: str, stroke: str, *, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="3 2.5"' if dashed else ""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"{dash}/>'
    )


def cross(x: float, y: float, palette: Palette) -> str:
    return (
        f'<path d="M{x - 4:.1f} {y - 4:.1f}l8 8m-8 0l8 -8" fill="none" '
        f'stroke="{palette.secondary_text}" stroke-width="1.5"/>'
    )


def text(
    said: str,
    x: float,
    y: float,
    size: float,
    ink: str,
    palette: Palette,
    align: Align = "left",
    *,
    bold: bool = False,
    whole: bool = False,
    italic: bool = False,
) -> str:
    """One line, level with its point, over its halo; `whole` where it is markup already."""
    look = (' font-weight="bold"' if bold else "") + (' font-style="italic"' if italic else "")
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" dy=".35em" font-size="{size:g}" text-anchor="{_ANCHORS[align]}" fill="{ink}" '
        f'stroke="{palette.background}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"{look}>'
        f"{said if whole else escape(said)}</text>"
    )


def paper(drawn: str, width: float, height: float, palette: Palette, titles: Titles | None = None) -> str:
    """A drawing as a picture that stands by itself, its titles above it."""
    head, top = [], 0.0
    if titles:
        for said, size, ink, bold in (
            (titles.headline, HEADLINE_SIZE, palette.text, True),
            (titles.subtitle, SUBTITLE_SIZE, palette.secondary_text, False),
        ):
            for line in lines_within(said, width, size):
                top += size * 1.3
                head.append(text(line, 0, top - size * 0.65, size, ink, palette, bold=bold))
        top += 18
    whole = width + 16, height + top + 16
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole[0]:g}" height="{whole[1]:g}" '
        f'viewBox="-8 -8 {whole[0]:g} {whole[1]:g}" font-family="{FONT}">'
        f'<rect x="-8" y="-8" width="100%" height="100%" fill="{palette.background}"/>'
        f'{"".join(head)}<g transform="translate(0 {top:g})">{drawn}</g></svg>'
    )


# The map of a slide: few words, large, drawn in hundredths of the screen's height so that letters keep their size, its colours
# those of the page that it stands on.

LETTERS: Final = 4.1
_POINT: Final = 1.1
_BORDER: Final = 1.9
# Labels keep their distances in pixels; a hundredth of the screen's height is taken for ten of them.
_FINE: Final = 10


def fair_map(places: pl.DataFrame, size: tuple[float, float], *, look: str = "") -> str:
    """One point a row of `places` (name, latitude, longitude, places), its name beside it where it covers nothing, in two lines
    where it would cover something in one."""
    width, height = size
    # Room is kept for a name under the southernmost place.
    frame = Frame(width - 2 * _BORDER, height - 2 * _BORDER - LETTERS)
    room = Box(-_BORDER * _FINE, 0, (width - _BORDER) * _FINE, (height - _BORDER) * _FINE)
    rows = {str(rank): row for rank, row in enumerate(places.iter_rows(named=True))}
    names = {key: [str(row["name"])] for key, row in rows.items()}
    spots = {key: _spot(key, row, names[key], frame) for key, row in rows.items()}
    labels = place_labels(list(spots.values()), [], room)
    for key in [key for key, label in labels.items() if not label.free]:
        names[key] = _two_lines(names[key][0])
        spots[key] = _spot(key, rows[key], names[key], frame)
        labels = place_labels(list(spots.values()), [], room)
    points = "".join(
        f'<circle cx="{spot.x / _FINE:.2f}" cy="{spot.y / _FINE:.2f}" r="{spot.radius / _FINE:.2f}"/>'
        for spot in spots.values()
    )
    texts = "".join(
        f'<text x="{(spot.x + labels[key].dx) / _FINE:.2f}" '
        f'y="{(spot.y + labels[key].dy) / _FINE + LETTERS * (rank - (len(names[key]) - 1) / 2):.2f}" dy=".35em" '
        f'font-size="{LETTERS}" text-anchor="{_ANCHORS[labels[key].align]}">{escape(line)}</text>'
        for key, spot in spots.items()
        if labels[key].free
        for rank, line in enumerate(names[key])
    )
    shapes = "".join(f'<path d="{path_of(ring, frame, 2)}"/>' for _siren, rings in outlines() for ring in rings)
    return (
        f'<svg{look} viewBox="{-_BORDER} {-_BORDER} {width:g} {height:g}" aria-hidden="true">'
        f'<g class="land">{shapes}</g><g class="points">{points}</g><g class="names">{texts}</g></svg>'
    )


def _spot(key: str, row: Row, lines: Sequence[str], frame: Frame) -> Spot:
    x, y = frame.point(on_county(*to_lambert93(row["latitude"], row["longitude"])))
    wide = max(text_width(line, LETTERS, bold=True) for line in lines)
    sizes = (x, y, _POINT * sqrt(row["places"]), wide, LETTERS * len(lines))
    return Spot(key, *(each * _FINE for each in sizes))


def _two_lines(name: str) -> list[str]:
    """« Riom-ès- » and « Montagnes »: cut after the hyphen or the space nearest to the middle."""
    cuts = [at + 1 for at, letter in enumerate(name) if letter in "- "]
    middle = min(cuts, key=lambda at: abs(at - len(name) / 2), default=len(name))
    return [line for line in (name[:middle].rstrip(), name[middle:]) if line]
