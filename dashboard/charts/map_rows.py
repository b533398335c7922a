"""The rows the map is drawn from: circles, lines of text, names, each with its place at two widths of screen."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import polars as pl

from dashboard.charts.map_frame import LEGEND_SIZE, NARROW_HEADER, NARROW_REFERENCE, WIDE_REFERENCE, Frame
from dashboard.charts.map_inset import BESIDE, LABEL_SIZE, Panel, panels
from dashboard.charts.map_layout import Box, LabelPlace, Spot, place_labels, text_width
from dashboard.charts.map_names import name_rows
from dashboard.charts.map_places import Circle, Places

NARROW_LABEL_SIZE: Final = 11
STATE_SIZE: Final = 12
LINE: Final = 15

_POSITION: Final = {"x": pl.Float64, "y": pl.Float64, "inset_x": pl.Float64, "inset_y": pl.Float64}
_CIRCLE: Final = {
    **dict.fromkeys(("code", "name", "commune", "state", "seats"), pl.String),
    **_POSITION,
    **{"area": pl.Float64, "fill": pl.String, "stroke": pl.String},
    **{"dashed": pl.Boolean, "crossed": pl.Boolean, "members": pl.Int64},
}
_TEXT: Final = {
    **{"text": pl.String, "narrow_text": pl.String, "bold": pl.Boolean, "line": pl.Float64, "narrow_line": pl.Float64},
    **_POSITION,
    **{"wide_dx": pl.Float64, "wide_dy": pl.Float64, "wide_align": pl.String},
    **{"narrow_dx": pl.Float64, "narrow_dy": pl.Float64, "narrow_align": pl.String},
}
Row = dict[str, object]


@dataclass(frozen=True)
class Drawing:
    """One row of `circles` is a circle, of `texts` a line of a label, of `names` an intercommunality."""

    circles: pl.DataFrame
    texts: pl.DataFrame
    names: pl.DataFrame
    insets: tuple[Panel, ...]


def drawing(places: Places, height: int) -> Drawing:
    """Everything that has a position, for a map of this height in pixels."""
    insets = panels(places)
    wide, narrow = Frame(WIDE_REFERENCE, height), Frame(NARROW_REFERENCE, height)
    wide_labels = county_labels(places.on_the_county, wide, insets)
    narrow_labels = county_labels(places.on_the_county, narrow, insets)
    circles: list[Row] = []
    texts: list[Row] = []
    for circle in places.on_the_county:
        point: Row = {"x": circle.x, "y": circle.y}
        circles.append({**_drawn(circle), **point})
        texts += _county_texts(circle, point, wide_labels[circle.key], narrow_labels[circle.key])
    for panel in insets:
        for circle, across, down in panel.positions():
            point = {"inset_x": across, "inset_y": down}
            circles.append({**_drawn(circle), **point})
            texts += _inset_texts(circle, point, panel.widest + BESIDE)
    taken = [*_corners(wide, insets), *_circle_boxes(places.on_the_county, wide)]
    taken += [label.box for label in wide_labels.values()]
    return Drawing(
        circles=pl.DataFrame(circles, schema=_CIRCLE),
        texts=pl.DataFrame(texts, schema=_TEXT),
        names=name_rows(taken, wide),
        insets=insets,
    )


def county_labels(circles: Sequence[Circle], frame: Frame, insets: Sequence[Panel]) -> dict[str, LabelPlace]:
    """Where each label of the county goes in this frame, away from the other ones, the circles, insets and legend."""
    lines = 1 if frame.narrow else 2
    spots = []
    for circle in circles:
        x, y = frame.pixels(circle.x, circle.y)
        name = text_width(circle.label, NARROW_LABEL_SIZE if frame.narrow else LABEL_SIZE, bold=True)
        width = name if frame.narrow else max(name, text_width(circle.state, STATE_SIZE))
        spots.append(Spot(circle.key, x, y, circle.radius + 2, width, LINE * lines))
    top = NARROW_HEADER - LINE if frame.narrow else 0
    return place_labels(spots, _corners(frame, insets), Box(0, top, frame.width, frame.height))


def _corners(frame: Frame, insets: Sequence[Panel]) -> list[Box]:
    """What already stands around the county."""
    wide, high = LEGEND_SIZE
    legend = [] if frame.narrow else [Box(frame.width - wide, frame.height - high, frame.width, frame.height)]
    return [*legend, *(panel.box(frame) for panel in insets)]


def _circle_boxes(circles: Sequence[Circle], frame: Frame) -> list[Box]:
    spots = [Spot(circle.key, *frame.pixels(circle.x, circle.y), circle.radius, 0, 0) for circle in circles]
    return [spot.box.grown(4) for spot in spots]


def _county_texts(circle: Circle, at: Row, wide: LabelPlace, narrow: LabelPlace) -> list[Row]:
    """Two lines on a wide screen; on a narrow one the name alone, and not even it where it would cover another."""
    common = {**at, **_offsets("wide", wide.dx, wide.dy, wide.align)}
    common.update(_offsets("narrow", narrow.dx, narrow.dy, narrow.align))
    name = {"text": circle.label, "narrow_text": circle.label if narrow.free else "", "line": -0.5, "narrow_line": 0.0}
    state = {"text": circle.state, "narrow_text": "", "line": 0.5, "narrow_line": 0.5}
    return [{**common, **name, "bold": True}, {**common, **state, "bold": False}]


def _inset_texts(circle: Circle, at: Row, dx: float) -> list[Row]:
    common = {**at, **_offsets("wide", dx, 0, "left"), **_offsets("narrow", dx, 0, "left")}
    return [
        {**common, "text": text, "narrow_text": text, "line": line, "narrow_line": line, "bold": line < 0}
        for text, line in ((circle.label, -0.5), (circle.state, 0.5))
    ]


def _offsets(prefix: str, dx: float, dy: float, align: str) -> Row:
    return {f"{prefix}_dx": float(dx), f"{prefix}_dy": float(dy), f"{prefix}_align": align}


def _drawn(circle: Circle) -> Row:
    known = {field.name: getattr(circle, field.name) for field in fields(circle)}
    return {name: known[name] for name in _CIRCLE if name in known and name not in _POSITION}
