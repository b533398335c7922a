"""What every chart owes its reader, checked for one chart: both themes, titles, known colours, an empty state, words."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

import altair as alt
import polars as pl

from dashboard.charts.palette import PALETTES, HeatClass, Palette
from dashboard.charts.theme import Titles
from dashboard.exports.images import png
from dashboard.wording.typography import typeset

TITLES: Final = Titles("Ce que dit la figure", "Ce qui est compté, et sur quelle période")


def check_what_is_owed(
    draw: Callable[..., alt.LayerChart], say: Callable[[pl.DataFrame], str], figures: pl.DataFrame
) -> None:
    """Fails where the chart lacks something; `draw` takes a frame, a palette and titles, `say` a frame."""
    for palette in PALETTES:
        for frame in (figures, figures.clear()):
            chart = draw(frame, palette=palette, titles=TITLES)
            description = chart.to_dict()
            assert png(chart, scale=1).startswith(b"\x89PNG")
            assert description["title"]["text"] == [TITLES.headline]
            assert description["config"]["background"] == palette.background
            assert _colours_in(description) <= _colours_of(palette)
    for frame in (figures, figures.clear()):
        said = say(frame)
        assert said.endswith(".")
        assert said == typeset(said)
        assert "None" not in said
    once, again = (draw(figures, palette=PALETTES[0], titles=None).to_dict() for _ in range(2))
    assert once == again


def rows_of(chart: alt.LayerChart, column: str) -> list[dict[str, Any]]:
    """The rows a chart draws, of the data that has this column."""
    datasets = chart.to_dict()["datasets"].values()
    return next(found for found in datasets if found and column in found[0])


def _colours_of(palette: Palette) -> set[str]:
    found: set[str] = set()
    for field in fields(palette):
        value = getattr(palette, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            found |= {one.fill, one.ink} if isinstance(one, HeatClass) else {one}
    return {colour.upper() for colour in found}


def _colours_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return {colour for part in value.values() for colour in _colours_in(part)}
    if isinstance(value, list):
        return {colour for part in value for colour in _colours_in(part)}
    return {value.upper()} if isinstance(value, str) and len(value) == 7 and value.startswith("#") else set()


def relative_luminance(colour: str) -> float:
    """Light given back by `#RRGGBB`, from 0 (black) to 1 (white), as WCAG 2.2 defines it."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[start : start + 2], 16)) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it: text needs 4.5, a drawn thing 3."""
    darker, lighter = sorted((relative_luminance(one), relative_luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
