"""The years side by side: each line on its own scale within its own panel, and where each figure comes from."""

import polars as pl
import pytest

from dashboard.charts.columns import evaluated_years, evaluated_years_in_words
from dashboard.charts.palette import LIGHT
from dashboard.wording.typography import typeset


def test_each_line_has_its_own_scale_and_stays_in_its_panel(evaluation_lines: pl.DataFrame) -> None:
    drawn = evaluated_years(evaluation_lines, palette=LIGHT, year=2015).to_dict()
    bars = next(data for data in drawn["datasets"].values() if "top" in data[0])
    heights = [None if bar["top"] is None else bar["top"] - bar["floor"] for bar in bars]

    assert [bar["floor"] for bar in bars] == [-1, -1, -1, -2, -2, -2]
    assert heights[0] == pytest.approx(heights[1] / 2)
    assert 1 > heights[1] == pytest.approx(heights[4])
    assert heights[3] is None


def test_in_words_each_figure_has_its_year_and_where_it_comes_from(evaluation_lines: pl.DataFrame) -> None:
    expected = typeset(
        "Barres, année par année. Heures d’utilisation : 43\u202f800\u202fh en 2013 (publié), au plus "
        "87\u202f600\u202fh en 2014, 21\u202f900\u202fh en 2015 (provisoire). Coût d’un poste : 934 € en 2014, au plus 934 € en "
        "2014, n.\u00a0d. en 2015 ; sans valeur : 2013, 2015."
    )

    assert evaluated_years_in_words(evaluation_lines, year=2015) == expected
