"""The colours can be read, in both themes, and the pages have the same ones."""

import tomllib
from pathlib import Path

import pytest

from dashboard.charts.palette import DARK, LIGHT, PALETTES, Palette
from tests.dashboard.charts.owed import contrast

CONFIGURATION = Path(__file__).parents[3] / ".streamlit" / "config.toml"
TEXT, DRAWN = 4.5, 3.0

each_palette = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#FFFFFF", 21.0), ("#FFFFFF", "#FFFFFF", 1.0), ("#767676", "#FFFFFF", 4.54)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@each_palette
@pytest.mark.parametrize("ink", ["text", "secondary_text", "link"])
def test_text_can_be_read_on_both_backgrounds(palette: Palette, ink: str) -> None:
    for background in (palette.background, palette.secondary_background):
        assert contrast(getattr(palette, ink), background) >= TEXT


@each_palette
def test_drawn_colours_stand_out_on_both_backgrounds(palette: Palette) -> None:
    for colour in (*palette.categorical, palette.context):
        for background in (palette.background, palette.secondary_background):
            assert contrast(colour, background) >= DRAWN, colour


@each_palette
def test_the_figure_in_a_cell_of_the_heat_map_can_be_read(palette: Palette) -> None:
    assert len(palette.heat) == 6
    for heat in palette.heat:
        assert contrast(heat.fill, heat.ink) >= TEXT, heat


@each_palette
def test_the_text_of_a_button_can_be_read(palette: Palette) -> None:
    assert contrast(palette.primary, "#FFFFFF") >= TEXT


@each_palette
def test_a_scale_goes_steadily_away_from_the_background(palette: Palette) -> None:
    for scale in (palette.sequential, palette.rate_classes, tuple(heat.fill for heat in palette.heat)):
        distances = [contrast(colour, palette.background) for colour in scale]

        assert distances == sorted(distances)


@each_palette
def test_scales_have_the_length_that_streamlit_requires(palette: Palette) -> None:
    assert len(palette.sequential) == 10
    assert len(palette.diverging) == 10
    assert len(palette.categorical) == 5


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_pages_and_the_charts_share_their_colours(palette: Palette) -> None:
    theme = tomllib.loads(CONFIGURATION.read_text(encoding="utf-8"))["theme"][palette.name]
    expected = {
        "primaryColor": palette.primary,
        "linkColor": palette.link,
        "backgroundColor": palette.background,
        "secondaryBackgroundColor": palette.secondary_background,
        "textColor": palette.text,
        "borderColor": palette.border,
        "chartCategoricalColors": list(palette.categorical),
        "chartSequentialColors": list(palette.sequential),
        "chartDivergingColors": list(palette.diverging),
    }

    assert {key: theme[key] for key in expected} == expected
