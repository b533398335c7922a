"""The names of the intercommunalities, written where the centres and their labels leave room."""

import json
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import polars as pl

from dashboard.charts.geometry import INTERCOMMUNALITIES, STATIC
from dashboard.charts.map_frame import Frame
from dashboard.charts.map_layout import Box, text_width

NAME_SIZE: Final = 12
NAME_LINE: Final = 14
_LONGEST_LINE: Final = 15

Spots = tuple[tuple[float, float], ...]


def name_rows(taken: Sequence[Box], frame: Frame) -> pl.DataFrame:
    """One row a name: its lines, and its point in metres; of its possible points, the first that covers nothing."""
    used = list(taken)
    rows = []
    for name, spots in _named_areas():
        boxes = [_box(name, frame.pixels(*spot)) for spot in spots]
        covered = [sum(box.overlap(other) for other in used) for box in boxes]
        best = min(range(len(boxes)), key=covered.__getitem__)
        used.append(boxes[best])
        rows.append({"text": name, "x": spots[best][0], "y": spots[best][1]})
    return pl.DataFrame(rows, schema={"text": pl.String, "x": pl.Float64, "y": pl.Float64})


@lru_cache(maxsize=1)
def _named_areas() -> tuple[tuple[str, Spots], ...]:
    features = json.loads((STATIC / INTERCOMMUNALITIES).read_text(encoding="utf-8"))["features"]
    properties = [feature["properties"] for feature in features]
    return tuple(
        ("\n".join(textwrap.wrap(named["short_name"], _LONGEST_LINE)), tuple((x, y) for x, y in named["name_spots"]))
        for named in properties
    )


def _box(name: str, at: tuple[float, float]) -> Box:
    lines = name.split("\n")
    wide, high = max(text_width(line, NAME_SIZE) for line in lines), NAME_LINE * len(lines)
    return Box(at[0] - wide / 2, at[1] - high / 2, at[0] + wide / 2, at[1] + high / 2)
