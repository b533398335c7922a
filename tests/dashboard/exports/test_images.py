"""A picture opens, holds its letters, and is made without any address."""

import io
from typing import Any

import altair as alt
import polars as pl
import pytest
from PIL import Image

from dashboard.charts.palette import LIGHT
from dashboard.charts.theme import Titles, finish
from dashboard.exports.images import png, svg

WORDS = "Évolution des demi-journées à Riom-ès-Montagnes"


def chart(headline: str = WORDS) -> alt.Chart:
    drawn = alt.Chart(pl.DataFrame({"x": [1, 2], "y": [1234.5, 2]})).mark_point().encode(x="x:Q", y="y:Q")
    return finish(drawn, LIGHT, Titles(headline, "Sous-titre"), width=600)


def opened(picture: bytes) -> Image.Image:
    return Image.open(io.BytesIO(picture)).convert("L")


def ink(picture: bytes) -> int:
    """How many pixels of the title's band are dark."""
    image = opened(picture)
    band = image.crop((0, 0, image.width, 30))
    return sum(count for level, count in enumerate(band.histogram()) if level < 128)


def test_a_png_opens_at_the_scale_asked_for() -> None:
    once, twice = opened(png(chart(), scale=1)), opened(png(chart(), scale=2))

    assert abs(twice.width - 2 * once.width) <= 2


def test_a_png_holds_its_letters() -> None:
    # A font that the renderer does not know, alone, would leave the title's band white.
    assert ink(png(chart(), scale=1)) > 500
    assert ink(png(chart("Évolution"), scale=1)) < ink(png(chart(), scale=1))


def test_an_svg_keeps_its_text_and_its_french_figures() -> None:
    drawing = svg(chart())

    assert drawing.startswith("<svg")
    assert WORDS in drawing
    assert "1\u202f200" in drawing


def test_a_chart_of_many_rows_is_drawn_whole() -> None:
    many = alt.Chart(pl.DataFrame({"x": range(6000)})).mark_point().encode(x="x:Q")

    assert png(finish(many, LIGHT), scale=1).startswith(b"\x89PNG")


@pytest.mark.parametrize("make", [png, svg])
def test_a_picture_asks_no_address_for_anything(make: Any) -> None:
    remote = alt.Chart(alt.UrlData(url="https://example.org/points.json")).mark_point().encode(x="x:Q")

    with pytest.raises(ValueError, match="example"):
        make(finish(remote, LIGHT))
