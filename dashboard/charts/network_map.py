"""The map of the network: the county, its places, their names at two widths, and the legend."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from math import pi, sqrt
from typing import Final, cast

import altair as alt
import polars as pl

from dashboard.charts.map_ground import (
    CORNER_MARGIN,
    LEGEND_SIZE,
    NARROW_HEADER,
    NARROW_REFERENCE,
    WIDE_REFERENCE,
    Box,
    Frame,
    LabelPlace,
    Spot,
    Where,
    across,
    down,
    ground,
    parameters,
    place_labels,
    text_width,
)
from dashboard.charts.map_places import (
    BESIDE,
    HEADING_SIZE,
    LABEL_SIZE,
    NAME_LINE,
    NAME_SIZE,
    PADDING,
    STATUS_WORDS,
    Circle,
    Insets,
    Panel,
    Places,
    circle_area,
    circle_boxes,
    insets,
    legend_box,
    name_rows,
    places,
)
from dashboard.charts.palette import Palette
from dashboard.charts.theme import ACROSS, DOWN, Titles, finish, haloed, told
from dashboard.wording.numbers import percent
from dashboard.wording.terms import PLACE_STATES
from dashboard.wording.typography import capital, count, enumeration, typeset

# The rows the map is drawn from: circles, lines of text, names, each with its place at two widths of screen.

NARROW_LABEL_SIZE: Final = 11
STATE_SIZE: Final = 12
LINE: Final = 15

_POSITION: Final = dict.fromkeys(("x", "y", "inset_x", "inset_y", "narrow_x", "narrow_y"), pl.Float64)
_CIRCLE: Final = {
    **dict.fromkeys(("code", "name", "commune", "state", "told", "seats"), pl.String),
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
    insets: Insets


def drawing(places: Places, height: int) -> Drawing:
    """Everything that has a position, for a map of this height in pixels."""
    around = insets(places, height)
    wide, narrow = around.frame(WIDE_REFERENCE), around.frame(NARROW_REFERENCE)
    wide_labels = county_labels(places.on_the_county, wide, around.panels)
    narrow_labels = county_labels(places.on_the_county, narrow, around.panels)
    circles: list[Row] = []
    texts: list[Row] = []
    for circle in places.on_the_county:
        point: Row = {"x": circle.x, "y": circle.y}
        circles.append({**_drawn(circle), **point})
        texts += _county_texts(circle, point, wide_labels[circle.key], narrow_labels[circle.key])
    for panel in around.panels:
        for circle, from_left, from_top in panel.inside:
            point = {"inset_x": panel.left + from_left, "inset_y": panel.top + from_top}
            point |= {"narrow_x": CORNER_MARGIN + from_left, "narrow_y": panel.narrow_top + from_top}
            circles.append({**_drawn(circle), **point})
            texts += _inset_texts(circle, point, panel.widest + BESIDE)
    taken = [legend_box(wide), *(panel.box(wide) for panel in around.panels)]
    taken += circle_boxes(places.on_the_county, wide)
    taken += [label.box for label in wide_labels.values()]
    return Drawing(
        circles=pl.DataFrame(circles, schema=_CIRCLE),
        texts=pl.DataFrame(texts, schema=_TEXT),
        names=name_rows(taken, wide),
        insets=around,
    )


def county_labels(circles: Sequence[Circle], frame: Frame, around: Sequence[Panel]) -> dict[str, LabelPlace]:
    """Where each label of the county goes in this frame, away from the other ones, the circles, insets and legend."""
    lines = 1 if frame.narrow else 2
    spots = []
    for circle in circles:
        x, y = frame.pixels(circle.x, circle.y)
        name = text_width(circle.label, NARROW_LABEL_SIZE if frame.narrow else LABEL_SIZE, bold=True)
        width = name if frame.narrow else max(name, text_width(circle.state, STATE_SIZE))
        spots.append(Spot(circle.key, x, y, circle.radius + 2, width, LINE * lines))
    top = NARROW_HEADER - LINE if frame.narrow else 0
    stand = [panel.box(frame) for panel in around] + ([] if frame.narrow else [legend_box(frame)])
    return place_labels(spots, stand, Box(0, top, frame.width, frame.height))


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


# The legend of the map, drawn in it: how many seats, how full, and the circles that carry no rate.

SEATS_SHOWN: Final = (2, 5, 10)
CROSS: Final = "M-.5,-.5L.5,.5M-.5,.5L.5,-.5"
DASHED: Final = alt.StrokeDashValue([1, 0], condition={"test": "datum.dashed", "value": [3, 2.5]})
_SWATCH: Final = "M-1.6,-.6H1.6V.6H-1.6Z"
_SWATCH_WIDTH: Final = 32
_KEY_AREA: Final = 150


def _at(wide_x: float, wide_y: float, narrow_x: float, narrow_y: float) -> Row:
    """Where a thing stands: from the bottom left of the corner of a wide screen, from the top left of a narrow one."""
    return {"wide_x": wide_x - LEGEND_SIZE[0], "wide_y": wide_y, "narrow_x": narrow_x, "narrow_y": narrow_y}


def legend(statuses: Sequence[str], palette: Palette) -> list[alt.Chart]:
    """The layers of the legend; `statuses` are those of the circles without a rate that the map shows."""
    marks = [*_size_marks(palette), *_rate_marks(palette), *_status_marks(statuses, palette)]
    words = [*_size_words(), *_rate_words(), *_status_words(statuses)]
    drawn = (
        _in_legend(pl.DataFrame(marks, infer_schema_length=None))
        .mark_point(strokeWidth=1.5)
        .encode(
            x=ACROSS,
            y=DOWN,
            size=alt.Size("area:Q", scale=None),
            shape=alt.Shape("shape:N", scale=None),
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            strokeDash=DASHED,
        )
    )
    text = _in_legend(pl.DataFrame(words)).mark_text(
        baseline="middle", align=alt.expr("datum.align"), fontSize=12, color=palette.secondary_text
    )
    return [drawn, text.encode(x=ACROSS, y=DOWN, text=alt.Text("text:N"))]


def _in_legend(rows: pl.DataFrame) -> alt.Chart:
    return alt.Chart(rows).transform_calculate(
        px="narrow ? datum.narrow_x : width + datum.wide_x",
        py="narrow ? datum.narrow_y : land + datum.wide_y",
    )


def _size_marks(palette: Palette) -> list[Row]:
    return [
        {
            **_at(x, -72 - radius, x, 34 - radius),
            "shape": "circle",
            "area": circle_area(seats),
            "fill": palette.background,
            "stroke": palette.secondary_text,
            "dashed": False,
        }
        for seats, x, radius in _sizes()
    ]


def _size_words() -> list[Row]:
    last = max(SEATS_SHOWN)
    return [
        {
            # The last one also says the noun, and runs to the right of its circle.
            **_at(x - 8 if seats == last else x, -62, x - 8 if seats == last else x, 44),
            "text": count(seats, "poste") if seats == last else f"{seats}",
            "align": "left" if seats == last else "center",
        }
        for seats, x, _ in _sizes()
    ]


def _sizes() -> list[tuple[int, float, float]]:
    placed, right = [], 4.0
    for seats in SEATS_SHOWN:
        radius = sqrt(circle_area(seats) / pi)
        placed.append((seats, right + radius, radius))
        right += 2 * radius + 8
    return placed


def _rate_marks(palette: Palette) -> list[Row]:
    return [
        {
            **_at(4 + _SWATCH_WIDTH * (step + 0.5), -23, 164 + _SWATCH_WIDTH * (step + 0.5), 26),
            "shape": _SWATCH,
            "area": 400.0,
            "fill": colour,
            "stroke": palette.background,
            "dashed": False,
        }
        for step, colour in enumerate(palette.rate_classes)
    ]


def _rate_words() -> list[Row]:
    title: Row = {**_at(4, -40, 164, 10), "text": "Taux de remplissage, en %", "align": "left"}
    edges: list[Row] = [
        {
            **_at(4 + _SWATCH_WIDTH * step, -8, 164 + _SWATCH_WIDTH * step, 42),
            "text": str(20 * step),
            "align": "left" if step == 0 else "right" if step == 5 else "center",
        }
        for step in range(6)
    ]
    return [title, *edges]


def _status_marks(statuses: Sequence[str], palette: Palette) -> list[Row]:
    marks: list[Row] = []
    for rank, status in enumerate(statuses):
        shapes = ["circle", CROSS] if status == "planned" else ["circle"]
        marks += [
            {
                **_status_at(rank, 0),
                "shape": shape,
                "area": float(_KEY_AREA if shape == "circle" else _KEY_AREA / 2),
                "fill": palette.background,
                "stroke": palette.secondary_text,
                "dashed": status != "open" and shape == "circle",
            }
            for shape in shapes
        ]
    return marks


def _status_words(statuses: Sequence[str]) -> list[Row]:
    return [
        {**_status_at(rank, 14), "text": STATUS_WORDS[status], "align": "left"} for rank, status in enumerate(statuses)
    ]


def _status_at(rank: int, right: float) -> Row:
    return _at(12 + right, -118 - 20 * rank, 12 + right + 110 * rank, 68)


# The map of the network: where the centres are, how large, and how full. One drawing serves a wide screen and a
# telephone: its positions are expressions of its own width, so nothing has to know the size of the window. Centres
# that share a point are drawn once on the county, with their number, and each in an inset, where it can be read and
# selected.

HEIGHT = 640
WIDTH = 760


def network_map(
    centres: pl.DataFrame,
    *,
    palette: Palette,
    geometry: Where = "address",
    show_names: bool = False,
    selection_name: str = "centre",
    titles: Titles | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """One circle a centre: its area is its seats, its colour its fill rate; a ring without colour has no rate.

    One row of `centres` is one centre: code, name, label (short), commune_name, latitude, longitude, status (open,
    planned, closed), seats, fill_rate (share), and where there is none `state` (of `PLACE_STATES`) and `said`, that at
    length. Selecting a circle gives `{selection_name: [{"code": …}]}`. `show_names` writes the names of the intercommunalities.
    """
    drawn = drawing(places(centres, palette), height)
    layers = [
        *ground(palette, geometry),
        *(_names(drawn.names, palette) if show_names else ()),
        *_insets(drawn.insets.panels, palette),
        *_circles(drawn.circles, palette, selection_name),
        *_texts(drawn.texts, palette),
        *legend(_statuses_without_rate(centres), palette),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=drawn.insets.height)
    # Altair has lifted the selection out of its layer; the expressions join it there.
    selections = cast("list[alt.TopLevelSelectionParameter]", chart.params)
    chart.params = [*parameters(drawn.insets.below, drawn.insets.under), *selections]
    return finish(chart, palette, titles, width=width)


def network_map_in_words(centres: pl.DataFrame) -> str:
    """The map for who does not see it: how many places, the extremes of the fill rate, and what is missing."""
    open_ones = centres.filter(pl.col("status") == "open")
    planned = centres.filter(pl.col("status") == "planned").height
    rated = open_ones.filter(pl.col("fill_rate").is_not_null()).sort("fill_rate", maintain_order=True)
    sentences = [f"Carte du Cantal : {count(open_ones.height, 'lieu ouvert', 'lieux ouverts')}"]
    if planned:
        sentences[0] += f" et {count(planned, 'lieu en projet', 'lieux en projet')}"
    if rated.height:
        lowest, highest = rated.row(0, named=True), rated.row(-1, named=True)
        sentences.append(
            f"Le taux de remplissage va de {percent(lowest['fill_rate'])} ({lowest['label']}) "
            f"à {percent(highest['fill_rate'])} ({highest['label']})"
        )
    for state, term in PLACE_STATES.items():
        if without := open_ones.filter(pl.col("fill_rate").is_null() & (pl.col("state") == state))["label"].to_list():
            sentences.append(f"{capital(term.counted(len(without)))} : {enumeration(without)}")
    if lost := centres.filter(pl.col("latitude").is_null() | pl.col("longitude").is_null())["label"].to_list():
        sentences.append(f"Absent de la carte, faute de position : {enumeration(lost)}")
    return typeset(". ".join(sentences) + ".")


def _on_map(rows: pl.DataFrame) -> alt.Chart:
    """Rows with their position in pixels: in the inset when they have a row there, else on the county."""
    placed: alt.Chart = alt.Chart(rows).transform_calculate(
        px=f"isValid(datum.inset_y) ? {_from_edge('inset_x', 'narrow_x')} : {across('datum.x')}",
        py=f"isValid(datum.inset_y) ? {_from_top('inset_y', 'narrow_y')} : {down('datum.y')}",
    )
    return placed


def _circles(rows: pl.DataFrame, palette: Palette, selection_name: str) -> list[alt.Chart]:
    """Halos under everything; groups, which select nothing; then the centres, which do."""
    selected = alt.selection_point(name=selection_name, fields=["code"], empty=False)
    when_selected = {"param": selection_name, "empty": False}
    groups = _on_map(rows.filter(pl.col("members").is_not_null()))
    centres = _on_map(rows.filter(pl.col("code").is_not_null()))
    crosses = _on_map(rows.filter("crossed"))
    area = alt.Size("area:Q", scale=None)
    fill, stroke = alt.Fill("fill:N", scale=None), alt.Stroke("stroke:N", scale=None)
    halo = _on_map(rows).mark_point(fill=palette.background, stroke=palette.background, strokeWidth=4)
    return [
        halo.encode(x=ACROSS, y=DOWN, size=area),
        groups.mark_point(strokeWidth=1.5).encode(x=ACROSS, y=DOWN, size=area, fill=fill, stroke=stroke),
        groups.mark_text(fontSize=LABEL_SIZE, fontWeight="bold").encode(x=ACROSS, y=DOWN, text=alt.Text("members:Q")),
        centres.mark_point(cursor="pointer")
        .encode(
            x=ACROSS,
            y=DOWN,
            size=area,
            fill=fill,
            stroke=alt.Stroke("stroke:N", scale=None, condition={**when_selected, "value": palette.categorical[1]}),
            strokeWidth=alt.StrokeWidthValue(1.5, condition={**when_selected, "value": 4}),
            strokeDash=DASHED,
            tooltip=told(
                {
                    "name:N": "Nom",
                    "commune:N": "Commune",
                    "seats:N": "Positions de travail",
                    "told:N": "Taux de remplissage",
                }
            ),
        )
        .add_params(selected)
        # Named, so that the same centres always give the same description: Altair would number it anew.
        .properties(name="centres"),
        crosses.mark_point(shape=CROSS, size=130, strokeWidth=1.5, stroke=palette.secondary_text).encode(
            x=ACROSS, y=DOWN
        ),
    ]


def _texts(rows: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    """The name, and under it the rate or why there is none."""
    placed = _on_map(rows).transform_calculate(
        # Names of their own: a figure computed from itself would move again each time the window changes.
        tx="datum.px + (narrow ? datum.narrow_dx : datum.wide_dx)",
        ty=f"datum.py + (narrow ? datum.narrow_dy + datum.narrow_line * {LINE} : datum.wide_dy + datum.line * {LINE})",
        shown="narrow ? datum.narrow_text : datum.text",
    )
    letters = alt.expr(f"datum.bold ? '{palette.text}' : '{palette.secondary_text}'")
    x, y = alt.X("tx:Q", scale=None, axis=None), alt.Y("ty:Q", scale=None, axis=None)
    return haloed(
        placed.encode(x=x, y=y, text=alt.Text("shown:N")),
        palette,
        letters,
        align=alt.expr("narrow ? datum.narrow_align : datum.wide_align"),
        baseline="middle",
        fontWeight=alt.expr("datum.bold ? 'bold' : 'normal'"),
        fontSize=alt.expr(f"datum.bold ? narrow ? {NARROW_LABEL_SIZE} : {LABEL_SIZE} : {STATE_SIZE}"),
    )


def _names(names: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    placed = alt.Chart(names).transform_calculate(
        px=across("datum.x"), py=down("datum.y"), shown="narrow ? '' : datum.text"
    )
    words = placed.encode(x=ACROSS, y=DOWN, text=alt.Text("shown:N"))
    looks = {"lineBreak": "\n", "lineHeight": NAME_LINE, "fontStyle": "italic", "fontSize": NAME_SIZE}
    return haloed(words, palette, palette.secondary_text, **looks)


def _insets(panels: Sequence[Panel], palette: Palette) -> list[alt.Chart]:
    if not panels:
        return []
    rows = [
        {
            "left": panel.left,
            "narrow_left": CORNER_MARGIN,
            "width": panel.width,
            "top": panel.top,
            "narrow_top": panel.narrow_top,
            "height": panel.height,
            "text": panel.heading,
            "down": panel.heading_down,
        }
        for panel in panels
    ]
    left, top = _from_edge("left", "narrow_left"), _from_top("top", "narrow_top")
    placed = alt.Chart(pl.DataFrame(rows)).transform_calculate(
        start=left,
        end=f"{left} + datum.width",
        upper=top,
        lower=f"{top} + datum.height",
        px=f"{left} + {PADDING}",
        py=f"{top} + datum.down",
    )
    return [
        placed.mark_rect(fill=palette.background, stroke=palette.context, cornerRadius=4).encode(
            x=alt.X("start:Q", scale=None, axis=None),
            x2=alt.X2("end:Q"),
            y=alt.Y("upper:Q", scale=None, axis=None),
            y2=alt.Y2("lower:Q"),
        ),
        placed.mark_text(align="left", baseline="middle", fontSize=HEADING_SIZE, color=palette.secondary_text).encode(
            x=ACROSS, y=DOWN, text=alt.Text("text:N")
        ),
    ]


def _from_edge(wide: str, narrow: str) -> str:
    """Pixels from the left of the picture, for a column counted from the right of a wide one when it is below zero."""
    return f"(narrow ? datum.{narrow} : datum.{wide} < 0 ? width + datum.{wide} : datum.{wide})"


def _from_top(wide: str, narrow: str) -> str:
    """Pixels from the top of the picture, for a column counted from the top of the insets of a narrow one."""
    return f"(narrow ? inset_top + datum.{narrow} : datum.{wide})"


def _statuses_without_rate(centres: pl.DataFrame) -> list[str]:
    """In the order of the legend, which is built from the bottom up."""
    silent = centres.filter((pl.col("status") != "open") | pl.col("fill_rate").is_null())["status"].unique().to_list()
    return [status for status in ("closed", "planned", "open") if status in silent]
