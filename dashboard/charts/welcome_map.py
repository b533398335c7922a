"""Where families settled: one circle a commune, as large as it has families. No family is told apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.map_ground import (
    EXTENT_HEIGHT_M,
    EXTENT_WIDTH_M,
    MIDDLE_X_M,
    MIDDLE_Y_M,
    Box,
    LabelPlace,
    Spot,
    Where,
    across,
    down,
    ground,
    place_labels,
    text_width,
    to_lambert93,
)
from dashboard.charts.palette import Palette
from dashboard.charts.theme import ACROSS, DOWN, Row, Titles, finish, haloed, named_expressions, told
from dashboard.wording.typography import count, enumeration, typeset

HEIGHT: Final = 470
LABEL_SIZE: Final = 12
_AREA_OF_A_FAMILY: Final = 64.0
_FAMILIES_SHOWN: Final = (1, 5, 10)
# The communes with most families are named: so many on a wide screen, so many on a narrow one.
_NAMED_WIDE, _NAMED_NARROW = 10, 5
# The legend stands in the empty corner of the county on a wide screen, under the county on a narrow one.
_LEGEND: Final = (150, 64)
NARROW_BELOW: Final = 480
# Widths for which names are placed: half a page, and a telephone of 390 pixels without its margins.
_WIDE, _NARROW = 560, 342


def welcome_map(
    communes: pl.DataFrame,
    *,
    palette: Palette,
    geometry: Where = "address",
    titles: Titles | None = None,
    width: int = 760,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """One circle a commune on the boundaries of the county, drawn at its town hall; the largest are named.

    One row of `communes` is one commune: commune_name, latitude, longitude, families.
    """
    rows = _ordered(communes)
    circles = pl.DataFrame(
        [
            {"name": row["commune_name"], "said": count(row["families"], "famille"), "x": x, "y": y, "area": area}
            for row in rows
            for x, y in [to_lambert93(row["latitude"], row["longitude"])]
            for area in [row["families"] * _AREA_OF_A_FAMILY]
        ],
        schema={"name": pl.String, "said": pl.String, "x": pl.Float64, "y": pl.Float64, "area": pl.Float64},
    )
    labels = pl.DataFrame(_labels(rows, height), schema=_LABEL)
    layers = [
        *ground(palette, geometry),
        _placed(circles)
        .mark_point(filled=True, fill=palette.accent, stroke=palette.background, strokeWidth=1, shape="circle")
        .encode(
            x=ACROSS,
            y=DOWN,
            size=alt.Size("area:Q", scale=None),
            tooltip=told({"name:N": "Commune", "said:N": "Installées"}),
        ),
        *_texts(labels, palette),
        *_legend(palette),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    chart.params = _parameters()
    return finish(chart, palette, titles, width=width)


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


@dataclass(frozen=True)
class _Frame:
    """A picture of one size; the twin of `_parameters`."""

    width: float
    height: float

    @property
    def narrow(self) -> bool:
        return self.width < NARROW_BELOW

    @property
    def county_height(self) -> float:
        return self.height - (_LEGEND[1] if self.narrow else 0)

    def pixels(self, x: float, y: float) -> tuple[float, float]:
        """Right and down, in pixels, of a point in metres of Lambert-93."""
        scale = min(self.width / EXTENT_WIDTH_M, self.county_height / EXTENT_HEIGHT_M)
        return self.width / 2 + (x - MIDDLE_X_M) * scale, self.county_height / 2 - (y - MIDDLE_Y_M) * scale


def _parameters() -> list[alt.VariableParameter]:
    """The names that `projection`, `across` and `down` are written with, for a county that fills the whole picture."""
    return named_expressions(
        narrow=f"width < {NARROW_BELOW}",
        county_h=f"height - (narrow ? {_LEGEND[1]} : 0)",
        scale_m=f"min(width / {EXTENT_WIDTH_M}, county_h / {EXTENT_HEIGHT_M})",
        middle="county_h / 2",
    )


_LABEL: Final = {
    **{"text": pl.String, "narrow_text": pl.String, "x": pl.Float64, "y": pl.Float64},
    **{"wide_dx": pl.Float64, "wide_dy": pl.Float64, "wide_align": pl.String},
    **{"narrow_dx": pl.Float64, "narrow_dy": pl.Float64, "narrow_align": pl.String},
}


def _ordered(communes: pl.DataFrame) -> list[Row]:
    """The largest first, so that a small circle is drawn over a large one."""
    ordered = communes.sort("families", "commune_name", descending=[True, False])
    return ordered.select("commune_name", "latitude", "longitude", "families").to_dicts()


def _labels(rows: Sequence[Row], height: int) -> list[dict[str, object]]:
    wide, narrow = (
        _label_places(rows, named, _Frame(width, height))
        for named, width in ((_NAMED_WIDE, _WIDE), (_NAMED_NARROW, _NARROW))
    )
    labels: list[dict[str, object]] = []
    for number, row in enumerate(rows[:_NAMED_WIDE]):
        x, y = to_lambert93(row["latitude"], row["longitude"])
        label: dict[str, object] = {"x": x, "y": y}
        for prefix, text, place in (
            ("wide", "text", wide[str(number)]),
            ("narrow", "narrow_text", narrow.get(str(number))),
        ):
            free = place is not None and place.free
            label[text] = _said(row) if free else ""
            label[f"{prefix}_dx"] = place.dx if place else 0.0
            label[f"{prefix}_dy"] = place.dy if place else 0.0
            label[f"{prefix}_align"] = place.align if place else "left"
        labels.append(label)
    return labels


def _label_places(rows: Sequence[Row], named: int, frame: _Frame) -> dict[str, LabelPlace]:
    """Where the first names go in this frame, by their row, away from one another, from the circles and from the legend."""
    spots = []
    for number, row in enumerate(rows):
        x, y = frame.pixels(*to_lambert93(row["latitude"], row["longitude"]))
        radius = sqrt(row["families"] * _AREA_OF_A_FAMILY / pi)
        spots.append(Spot(str(number), x, y, radius, text_width(_said(row), LABEL_SIZE), LABEL_SIZE + 2))
    wide, high = _LEGEND
    legend = [] if frame.narrow else [Box(frame.width - wide, frame.height - high, frame.width, frame.height)]
    return place_labels(
        spots[:named], [*(spot.box for spot in spots[named:]), *legend], Box(0, 0, frame.width, frame.county_height)
    )


def _said(row: Row) -> str:
    return f"{row['commune_name']} {row['families']}"


def _placed(rows: pl.DataFrame) -> alt.Chart:
    placed: alt.Chart = alt.Chart(rows).transform_calculate(px=across("datum.x"), py=down("datum.y"))
    return placed


def _texts(labels: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    # Names of their own: a column worked out from itself would move again each time the window changes.
    placed = _placed(labels).transform_calculate(
        tx="datum.px + (narrow ? datum.narrow_dx : datum.wide_dx)",
        ty="datum.py + (narrow ? datum.narrow_dy : datum.wide_dy)",
        shown="narrow ? datum.narrow_text : datum.text",
    )
    x, y = alt.X("tx:Q", scale=None, axis=None), alt.Y("ty:Q", scale=None, axis=None)
    return haloed(
        placed.encode(x=x, y=y, text=alt.Text("shown:N")),
        palette,
        palette.text,
        align=alt.expr("narrow ? datum.narrow_align : datum.wide_align"),
        baseline="middle",
        fontSize=LABEL_SIZE,
    )


def _legend(palette: Palette) -> list[alt.Chart]:
    """Three circles with their number: at the bottom right of a wide screen, at the bottom left of a narrow one."""
    rows, right = [], 4.0
    for families in _FAMILIES_SHOWN:
        radius = sqrt(families * _AREA_OF_A_FAMILY / pi)
        last = families == _FAMILIES_SHOWN[-1]
        said = count(families, "famille") if last else str(families)
        rows.append({"area": families * _AREA_OF_A_FAMILY, "left": right + radius, "radius": radius, "said": said})
        right += 2 * radius + 14
    placed = alt.Chart(pl.DataFrame(rows)).transform_calculate(
        px=f"(narrow ? 0 : width - {_LEGEND[0]}) + datum.left",
        py=f"height - {_LEGEND[1]} + 38 - datum.radius",
        below=f"height - {_LEGEND[1]} + 52",
    )
    return [
        placed.mark_point(filled=True, fill=palette.accent, shape="circle").encode(
            x=ACROSS, y=DOWN, size=alt.Size("area:Q", scale=None)
        ),
        placed.mark_text(fontSize=LABEL_SIZE, color=palette.secondary_text, align="center", baseline="middle").encode(
            x=ACROSS, y=alt.Y("below:Q", scale=None, axis=None), text=alt.Text("said:N")
        ),
    ]
