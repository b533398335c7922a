"""Every finished chart has letters, French figures and readable colours."""

import altair as alt
import polars as pl
import pytest

from dashboard.charts.palette import PALETTES, Palette
from dashboard.charts.theme import FONT, Titles, finish
from tests.dashboard.charts.owed import contrast

each_palette = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)


def bare() -> alt.Chart:
    return alt.Chart(pl.DataFrame({"x": [1], "y": [2]})).mark_point().encode(x="x:Q", y="y:Q")


def test_the_font_falls_back_on_one_that_every_machine_has() -> None:
    assert FONT.split(", ")[-1] == "sans-serif"


@each_palette
def test_the_words_of_axes_legends_and_titles_can_be_read(palette: Palette) -> None:
    settings = finish(bare(), palette).to_dict()["config"]
    inks = [
        settings[part][key]
        for part, keys in {
            "axis": ("labelColor", "titleColor"),
            "legend": ("labelColor", "titleColor"),
            "title": ("color", "subtitleColor"),
            "text": ("color",),
        }.items()
        for key in keys
    ]

    assert settings["background"] == palette.background
    assert all(contrast(ink, palette.background) >= 4.5 for ink in inks)


@each_palette
def test_figures_and_months_are_french(palette: Palette) -> None:
    locale = finish(bare(), palette).to_dict()["config"]["locale"]

    assert locale["number"]["decimal"] == ","
    assert locale["time"]["shortMonths"][1] == "févr."


def test_without_titles_the_page_writes_them() -> None:
    assert "title" not in finish(bare(), PALETTES[0]).to_dict()


def test_a_long_title_is_cut_at_its_words_and_never_at_a_no_break_space() -> None:
    titles = Titles("Le réseau dépasse\u00a035\u00a0% depuis le printemps et ne redescend plus", "Taux, en\u00a0%")
    title = finish(bare(), PALETTES[0], titles, width=300).to_dict()["title"]

    assert len(title["text"]) > 1
    assert " ".join(title["text"]) == titles.headline
    assert title["subtitle"] == [titles.subtitle]
    assert any("dépasse\u00a035\u00a0%" in line for line in title["text"])


def test_a_mark_has_no_label_in_english() -> None:
    assert finish(bare(), PALETTES[0]).to_dict()["config"]["aria"] is False
