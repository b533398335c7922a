"""The map of the network: where the centres are, how large, and how full.

One drawing serves a wide screen and a telephone: its positions are expressions of its own width, so nothing has to know
the size of the window. Centres that share a point are drawn once on the county, with their number, and each in an inset,
where it can be read and selected.
"""

from collections.abc import Sequence
from typing import cast

import altair as alt
import polars as pl

from dashboard.charts import geometry as boundaries
from dashboard.charts.map_frame import across, down, parameters, projection
from dashboard.charts.map_inset import HEADING_SIZE, LABEL_SIZE, PADDING, Panel
from dashboard.charts.map_legend import CROSS, DASHED, legend
from dashboard.charts.map_names import NAME_LINE, NAME_SIZE
from dashboard.charts.map_places import places
from dashboard.charts.map_rows import LINE, NARROW_LABEL_SIZE, STATE_SIZE, drawing
from dashboard.charts.palette import Palette
from dashboard.charts.theme import Titles, finish
from dashboard.wording.numbers import percent
from dashboard.wording.plurals import count
from dashboard.wording.typography import typeset

HEIGHT = 640
WIDTH = 760
_HALO = 3

_PX = alt.X("px:Q", scale=None, axis=None)
_PY = alt.Y("py:Q", scale=None, axis=None)
_TX = alt.X("tx:Q", scale=None, axis=None)
_TY = alt.Y("ty:Q", scale=None, axis=None)


def network_map(
    centres: pl.DataFrame,
    *,
    palette: Palette,
    geometry: boundaries.Where = "address",
    show_names: bool = False,
    selection_name: str = "centre",
    titles: Titles | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> alt.LayerChart:
    """One circle a centre: its area is its seats, its colour its fill rate; a ring without colour has no rate.

    One row of `centres` is one centre: code, name, label (short), commune_name, latitude, longitude, status (open,
    planned, closed), seats, fill_rate (share, null when nothing was entered). Selecting a circle gives
    `{selection_name: [{"code": …}]}`. `show_names` writes the names of the intercommunalities.
    """
    drawn = drawing(places(centres, palette), height)
    layers = [
        _area(boundaries.COMMUNES, geometry).mark_geoshape(
            fill=palette.secondary_background, stroke=palette.border, strokeWidth=0.4
        ),
        _area(boundaries.INTERCOMMUNALITIES, geometry).mark_geoshape(
            filled=False, stroke=palette.context, strokeWidth=1, strokeOpacity=0.7
        ),
        *(_names(drawn.names, palette) if show_names else ()),
        *_insets(drawn.insets, palette),
        *_circles(drawn.circles, palette, selection_name),
        *_texts(drawn.texts, palette),
        *legend(_statuses_without_rate(centres), palette),
    ]
    chart = alt.LayerChart(layer=layers, width=width, height=height)
    # Altair has lifted the selection out of its layer; the expressions join it there.
    selections = cast("list[alt.TopLevelSelectionParameter]", chart.params)
    chart.params = [*parameters(), *selections]
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
    if unknown := open_ones.height - rated.height:
        sentences.append(f"{count(unknown, 'lieu ouvert', 'lieux ouverts')} sans relevé sur la période")
    return typeset(". ".join(sentences) + ".")


def _area(file_name: str, where: boundaries.Where) -> alt.Chart:
    return alt.Chart(boundaries.source(file_name, where)).properties(projection=projection())


def _placed(rows: pl.DataFrame) -> alt.Chart:
    """Rows with their position in pixels: in the inset when they have a row there, else on the county."""
    placed: alt.Chart = alt.Chart(rows).transform_calculate(
        px=f"isValid(datum.inset_y) ? {_from_edge('datum.inset_x')} : {across('datum.x')}",
        py=f"isValid(datum.inset_y) ? inset_top + datum.inset_y : {down('datum.y')}",
    )
    return placed


def _circles(rows: pl.DataFrame, palette: Palette, selection_name: str) -> list[alt.Chart]:
    """Halos under everything; groups, which select nothing; then the centres, which do."""
    selected = alt.selection_point(name=selection_name, fields=["code"], empty=False)
    when_selected = {"param": selection_name, "empty": False}
    groups = _placed(rows.filter(pl.col("members").is_not_null()))
    centres = _placed(rows.filter(pl.col("code").is_not_null()))
    crosses = _placed(rows.filter("crossed"))
    area = alt.Size("area:Q", scale=None)
    fill, stroke = alt.Fill("fill:N", scale=None), alt.Stroke("stroke:N", scale=None)
    halo = _placed(rows).mark_point(fill=palette.background, stroke=palette.background, strokeWidth=4)
    return [
        halo.encode(x=_PX, y=_PY, size=area),
        groups.mark_point(strokeWidth=1.5).encode(x=_PX, y=_PY, size=area, fill=fill, stroke=stroke),
        groups.mark_text(fontSize=LABEL_SIZE, fontWeight="bold").encode(x=_PX, y=_PY, text=alt.Text("members:Q")),
        centres.mark_point(cursor="pointer")
        .encode(
            x=_PX,
            y=_PY,
            size=area,
            fill=fill,
            stroke=alt.Stroke("stroke:N", scale=None, condition={**when_selected, "value": palette.categorical[1]}),
            strokeWidth=alt.StrokeWidthValue(1.5, condition={**when_selected, "value": 4}),
            strokeDash=DASHED,
            tooltip=[
                alt.Tooltip("name:N", title="Nom"),
                alt.Tooltip("commune:N", title="Commune"),
                alt.Tooltip("seats:N", title="Positions de travail"),
                alt.Tooltip("state:N", title="Taux de remplissage"),
            ],
        )
        .add_params(selected)
        # Named, so that the same centres always give the same description: Altair would number it anew.
        .properties(name="centres"),
        crosses.mark_point(shape=CROSS, size=130, strokeWidth=1.5, stroke=palette.secondary_text).encode(x=_PX, y=_PY),
    ]


def _texts(rows: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    """The name, and under it the rate or why there is none."""
    placed = _placed(rows).transform_calculate(
        # Names of their own: a figure computed from itself would move again each time the window changes.
        tx="datum.px + (narrow ? datum.narrow_dx : datum.wide_dx)",
        ty=f"datum.py + (narrow ? datum.narrow_dy + datum.narrow_line * {LINE} : datum.wide_dy + datum.line * {LINE})",
        shown="narrow ? datum.narrow_text : datum.text",
    )
    letters = alt.expr(f"datum.bold ? '{palette.text}' : '{palette.secondary_text}'")
    return [
        placed.mark_text(
            align=alt.expr("narrow ? datum.narrow_align : datum.wide_align"),
            baseline="middle",
            fontWeight=alt.expr("datum.bold ? 'bold' : 'normal'"),
            fontSize=alt.expr(f"datum.bold ? narrow ? {NARROW_LABEL_SIZE} : {LABEL_SIZE} : {STATE_SIZE}"),
            fill=fill,
            stroke=palette.background,
            strokeWidth=halo,
            strokeJoin="round",
        ).encode(x=_TX, y=_TY, text=alt.Text("shown:N"))
        for fill, halo in ((palette.background, _HALO), (letters, 0))
    ]


def _names(names: pl.DataFrame, palette: Palette) -> list[alt.Chart]:
    placed = alt.Chart(names).transform_calculate(
        px=across("datum.x"), py=down("datum.y"), shown="narrow ? '' : datum.text"
    )
    return [
        placed.mark_text(
            lineBreak="\n",
            lineHeight=NAME_LINE,
            fontStyle="italic",
            fontSize=NAME_SIZE,
            fill=fill,
            stroke=palette.background,
            strokeWidth=halo,
            strokeJoin="round",
        ).encode(x=_PX, y=_PY, text=alt.Text("shown:N"))
        for fill, halo in ((palette.background, _HALO), (palette.secondary_text, 0))
    ]


def _insets(insets: Sequence[Panel], palette: Palette) -> list[alt.Chart]:
    if not insets:
        return []
    rows = pl.DataFrame(
        [
            {
                "left": panel.left,
                "width": panel.width,
                "top": panel.top,
                "height": panel.height,
                "text": panel.heading,
                "y": panel.heading_y,
            }
            for panel in insets
        ]
    )
    placed = alt.Chart(rows).transform_calculate(
        start=_from_edge("datum.left"),
        end=f"{_from_edge('datum.left')} + datum.width",
        upper="inset_top + datum.top",
        lower="inset_top + datum.top + datum.height",
        px=f"{_from_edge('datum.left')} + {PADDING}",
        py="inset_top + datum.y",
    )
    return [
        placed.mark_rect(fill=palette.background, stroke=palette.context, cornerRadius=4).encode(
            x=alt.X("start:Q", scale=None, axis=None),
            x2=alt.X2("end:Q"),
            y=alt.Y("upper:Q", scale=None, axis=None),
            y2=alt.Y2("lower:Q"),
        ),
        placed.mark_text(align="left", baseline="middle", fontSize=HEADING_SIZE, color=palette.secondary_text).encode(
            x=_PX, y=_PY, text=alt.Text("text:N")
        ),
    ]


def _from_edge(column: str) -> str:
    """Pixels from the left of the picture, for a column counted from its right when it is below zero."""
    return f"({column} < 0 ? width + {column} : {column})"


def _statuses_without_rate(centres: pl.DataFrame) -> list[str]:
    """In the order of the legend, which is built from the bottom up."""
    silent = centres.filter((pl.col("status") != "open") | pl.col("fill_rate").is_null())["status"].unique().to_list()
    return [status for status in ("closed", "planned", "open") if status in silent]
