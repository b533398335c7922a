"""Where families settled: one circle a commune, as large as it has families. No family is told apart."""

from collections.abc import Sequence
from dataclasses import replace
from math import pi, sqrt
from typing import Final

import polars as pl

from dashboard.charts.map_ground import (
    FOOT,
    At,
    Box,
    Frame,
    LabelPlace,
    Spot,
    Where,
    a_text,
    ground,
    on_county,
    place_labels,
    point_marks,
    text_width,
    to_lambert93,
    written,
)
from dashboard.charts.marks import Layers
from dashboard.charts.palette import Palette
from dashboard.charts.theme import Row, Titles, told
from dashboard.wording.typography import count, enumeration, typeset

HEIGHT: Final = 470
LABEL_SIZE: Final = 12
_AREA_OF_A_FAMILY: Final = 64.0
_FAMILIES_SHOWN: Final = (1, 5, 10)
# The legend stands in the empty corner of the county on a wide screen, under the county on a narrow one.
_LEGEND: Final = (150, 64)
NARROW_BELOW: Final = 480
# Widths for which names are placed: half a page, and a telephone of 390 pixels without its margins. The communes with
# most families are named, so many on each.
_NAMED: Final = {560: 10, 342: 5}


def welcome_map(
    communes: pl.DataFrame,
    *,
    palette: Palette,
    geometry: Where = "address",
    titles: Titles | None = None,
    width: int = 760,
    height: int = HEIGHT,
) -> Layers:
    """One circle a commune on the boundaries of the county, drawn at its town hall; the largest are named.

    One row of `communes` is one commune: commune_name, latitude, longitude, families.
    """
    frame = Frame(width, height, NARROW_BELOW, under=_LEGEND[1])
    look = {"shape": "circle", "fill": palette.accent, "stroke": palette.background, "dashed": False}
    circles: list[Row] = []
    for row in _ordered(communes):
        at = on_county(*to_lambert93(row["latitude"], row["longitude"]))
        circles.append(
            {
                **{"name": row["commune_name"], "said": count(row["families"], "famille"), "families": row["families"]},
                **{**look, "area": row["families"] * _AREA_OF_A_FAMILY, "wide": at, "narrow": at},
            }
        )
    words: list[Row] = []
    for reference, named in _NAMED.items():
        for circle, label in _labels(circles, named, replace(frame, width=reference)):
            at = circle["wide"].moved(label.dx, label.dy)
            screen = "narrow" if reference < NARROW_BELOW else "wide"
            words.append(a_text(_said(circle), LABEL_SIZE, palette.text, {screen: at}, align=label.align))
    key, key_words = _legend(palette)
    layers = [
        *ground(palette, geometry),
        point_marks(circles, strokeWidth=1).encode(tooltip=told({"name:N": "Commune", "said:N": "Installées"})),
        point_marks([{**look, "stroke": "transparent", **each} for each in key]),
        *written([*words, *key_words], palette),
    ]
    return Layers(layers, palette, titles, width=width, height=height, parameters=frame.parameters)


def welcome_map_in_words(communes: pl.DataFrame) -> str:
    """The map for who does not see it: how many families in how many communes, and where most of them are."""
    rows = _ordered(communes)
    if not rows:
        return typeset("Carte vide : aucune famille installée dans une commune connue.")
    families = sum(row["families"] for row in rows)
    most = [f"{row['commune_name']} ({row['families']})" for row in rows[:3]]
    return typeset(
        f"Carte du Cantal : {count(families, 'famille installée', 'familles installées')} "
        f"dans {count(len(rows), 'commune')}. Les plus nombreuses : {enumeration(most)}."
    )


def _ordered(communes: pl.DataFrame) -> list[Row]:
    """The largest first, so that a small circle is drawn over a large one."""
    ordered = communes.sort("families", "commune_name", descending=[True, False])
    return ordered.select("commune_name", "latitude", "longitude", "families").to_dicts()


def _labels(circles: Sequence[Row], named: int, frame: Frame) -> list[tuple[Row, LabelPlace]]:
    """Where the first names go in this frame, away from one another, from the circles and from the legend.

    A name that finds no room is left out.
    """
    spots = []
    for number, circle in enumerate(circles):
        wide, radius = text_width(_said(circle), LABEL_SIZE), sqrt(circle["area"] / pi)
        spots.append(Spot(str(number), *frame.point(circle["wide"]), radius, wide, LABEL_SIZE + 2))
    wide, high = _LEGEND
    legend = [] if frame.narrow else [Box(frame.width - wide, frame.height - high, frame.width, frame.height)]
    places = place_labels(
        spots[:named], [*(spot.box for spot in spots[named:]), *legend], Box(0, 0, frame.width, frame.foot)
    )
    return [(circle, places[str(number)]) for number, circle in enumerate(circles[:named]) if places[str(number)].free]


def _said(circle: Row) -> str:
    return f"{circle['name']} {circle['families']}"


def _legend(palette: Palette) -> tuple[list[Row], list[Row]]:
    """Three circles and their numbers: at the bottom right of a wide screen, at the bottom left of a narrow one."""
    marks, words, right = [], [], 4.0
    corners = {"wide": At(across=1, right=-_LEGEND[0], level=FOOT, down=-_LEGEND[1]), "narrow": At(level=FOOT)}
    for families in _FAMILIES_SHOWN:
        area = families * _AREA_OF_A_FAMILY
        radius = sqrt(area / pi)
        said = count(families, "famille") if families == _FAMILIES_SHOWN[-1] else str(families)
        circle, word = (
            {screen: corner.moved(right + radius, down) for screen, corner in corners.items()}
            for down in (38 - radius, 52)
        )
        marks.append({"area": area, **circle})
        words.append(a_text(said, LABEL_SIZE, palette.secondary_text, word, align="center"))
        right += 2 * radius + 14
    return marks, words
