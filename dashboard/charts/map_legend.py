"""The legend of the map, drawn in it: how many seats, how full, and the circles that carry no rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt
from typing import Final

import altair as alt
import polars as pl

from dashboard.charts.map_frame import LEGEND_SIZE
from dashboard.charts.map_places import STATE_WORDS, circle_area
from dashboard.charts.palette import Palette
from dashboard.wording.plurals import count

SEATS_SHOWN: Final = (2, 5, 10)
CROSS: Final = "M-.5,-.5L.5,.5M-.5,.5L.5,-.5"
DASHED: Final = alt.StrokeDashValue([1, 0], condition={"test": "datum.dashed", "value": [3, 2.5]})
_SWATCH: Final = "M-1.6,-.6H1.6V.6H-1.6Z"
_SWATCH_WIDTH: Final = 32
_KEY_AREA: Final = 150


@dataclass(frozen=True)
class _At:
    """Where a thing stands: from the bottom left of the corner of a wide screen, from the top left of a narrow one."""

    wide_x: float
    wide_y: float
    narrow_x: float
    narrow_y: float

    def columns(self) -> dict[str, float]:
        left, _ = LEGEND_SIZE
        return {
            "wide_x": self.wide_x - left,
            "wide_y": self.wide_y,
            "narrow_x": self.narrow_x,
            "narrow_y": self.narrow_y,
        }


def legend(statuses: Sequence[str], palette: Palette) -> list[alt.Chart]:
    """The layers of the legend; `statuses` are those of the circles without a rate that the map shows."""
    marks = [*_size_marks(palette), *_rate_marks(palette), *_status_marks(statuses, palette)]
    words = [*_size_words(), *_rate_words(), *_status_words(statuses)]
    x, y = alt.X("px:Q", scale=None, axis=None), alt.Y("py:Q", scale=None, axis=None)
    drawn = (
        _placed(pl.DataFrame(marks, infer_schema_length=None))
        .mark_point(strokeWidth=1.5)
        .encode(
            x=x,
            y=y,
            size=alt.Size("area:Q", scale=None),
            shape=alt.Shape("shape:N", scale=None),
            fill=alt.Fill("fill:N", scale=None),
            stroke=alt.Stroke("stroke:N", scale=None),
            strokeDash=DASHED,
        )
    )
    text = _placed(pl.DataFrame(words)).mark_text(
        baseline="middle", align=alt.expr("datum.align"), fontSize=12, color=palette.secondary_text
    )
    return [drawn, text.encode(x=x, y=y, text=alt.Text("text:N"))]


def _placed(rows: pl.DataFrame) -> alt.Chart:
    return alt.Chart(rows).transform_calculate(
        px="narrow ? datum.narrow_x : width + datum.wide_x",
        py="narrow ? datum.narrow_y : height + datum.wide_y",
    )


def _size_marks(palette: Palette) -> list[dict[str, object]]:
    return [
        {
            **_At(x, -72 - radius, x, 34 - radius).columns(),
            "shape": "circle",
            "area": circle_area(seats),
            "fill": palette.background,
            "stroke": palette.secondary_text,
            "dashed": False,
        }
        for seats, x, radius in _sizes()
    ]


def _size_words() -> list[dict[str, object]]:
    last = max(SEATS_SHOWN)
    return [
        {
            # The last one also says the noun, and runs to the right of its circle.
            **_At(x - 8 if seats == last else x, -62, x - 8 if seats == last else x, 44).columns(),
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


def _rate_marks(palette: Palette) -> list[dict[str, object]]:
    return [
        {
            **_At(4 + _SWATCH_WIDTH * (step + 0.5), -23, 164 + _SWATCH_WIDTH * (step + 0.5), 26).columns(),
            "shape": _SWATCH,
            "area": 400.0,
            "fill": colour,
            "stroke": palette.background,
            "dashed": False,
        }
        for step, colour in enumerate(palette.rate_classes)
    ]


def _rate_words() -> list[dict[str, object]]:
    title: dict[str, object] = {**_At(4, -40, 164, 10).columns(), "text": "Taux de remplissage, en %", "align": "left"}
    edges: list[dict[str, object]] = [
        {
            **_At(4 + _SWATCH_WIDTH * step, -8, 164 + _SWATCH_WIDTH * step, 42).columns(),
            "text": str(20 * step),
            "align": "left" if step == 0 else "right" if step == 5 else "center",
        }
        for step in range(6)
    ]
    return [title, *edges]


def _status_marks(statuses: Sequence[str], palette: Palette) -> list[dict[str, object]]:
    marks: list[dict[str, object]] = []
    for rank, status in enumerate(statuses):
        shapes = ["circle", CROSS] if status == "planned" else ["circle"]
        marks += [
            {
                **_status_at(rank, 0).columns(),
                "shape": shape,
                "area": float(_KEY_AREA if shape == "circle" else _KEY_AREA / 2),
                "fill": palette.background,
                "stroke": palette.secondary_text,
                "dashed": status != "open" and shape == "circle",
            }
            for shape in shapes
        ]
    return marks


def _status_words(statuses: Sequence[str]) -> list[dict[str, object]]:
    return [
        {**_status_at(rank, 14).columns(), "text": STATE_WORDS[status], "align": "left"}
        for rank, status in enumerate(statuses)
    ]


def _status_at(rank: int, right: float) -> _At:
    return _At(12 + right, -118 - 20 * rank, 12 + right + 110 * rank, 68)
