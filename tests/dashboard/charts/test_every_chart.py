"""What every chart owes its reader: both themes, titles, letters, an empty state, and its point in words."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl
import pytest
import vl_convert

from dashboard.charts import marks
from dashboard.charts.bars import counted_bars, ranking_in_words
from dashboard.charts.columns import (
    evaluated_years,
    evaluated_years_in_words,
    fill_by_weekday,
    fill_by_weekday_in_words,
)
from dashboard.charts.heat import fill_heatmap, fill_heatmap_in_words
from dashboard.charts.lines import (
    Reference,
    centre_versus_network,
    centre_versus_network_in_words,
    fill_by_week,
    fill_by_week_in_words,
)
from dashboard.charts.palette import PALETTES, Palette
from dashboard.charts.theme import Titles
from dashboard.exports.images import png
from dashboard.wording.typography import typeset

TITLES = Titles("Le réseau se remplit", "Taux de remplissage par semaine, en\u00a0%")
EVALUATION = Reference(0.35, "35\u00a0% (évaluation 2013)")


@dataclass(frozen=True)
class Case:
    """One chart: the fixture it is drawn from, how it is drawn and how it is said."""

    figures: str
    draw: Callable[..., Any]
    say: Callable[..., str]


CASES = {
    "ranking": Case(
        "ranked", partial(counted_bars, reference=(0.4, "réseau 40 %")), partial(ranking_in_words, network_rate=0.4)
    ),
    "fill_heatmap": Case("weeks", fill_heatmap, fill_heatmap_in_words),
    "centre_versus_network": Case("weeks", centre_versus_network, centre_versus_network_in_words),
    "fill_by_week": Case("one_centre", partial(fill_by_week, reference=EVALUATION), fill_by_week_in_words),
    "fill_by_weekday": Case("days", fill_by_weekday, fill_by_weekday_in_words),
    "evaluated_years": Case(
        "evaluation_lines", partial(evaluated_years, year=2015), partial(evaluated_years_in_words, year=2015)
    ),
}
each_chart = pytest.mark.parametrize("case", CASES.values(), ids=CASES)
each_palette = pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.name)


@pytest.fixture
def ranked(centres: pl.DataFrame) -> pl.DataFrame:
    return centres.select("code", "label", value="fill_rate", said=pl.lit("relevé manquant"))


@pytest.fixture
def one_centre(weeks: pl.DataFrame) -> pl.DataFrame:
    return weeks.filter(pl.col("centre_name") == "Murat").select("week_start", "fill_rate")


@pytest.fixture
def figures(case: Case, request: pytest.FixtureRequest) -> pl.DataFrame:
    found: pl.DataFrame = request.getfixturevalue(case.figures)
    return found


@each_chart
@each_palette
def test_it_is_drawn_with_its_titles(case: Case, palette: Palette, figures: pl.DataFrame) -> None:
    chart = case.draw(figures, palette=palette, titles=TITLES)
    description = chart.to_dict()

    assert description["title"]["text"] == [TITLES.headline]
    assert description["config"]["background"] == palette.background
    assert png(chart, scale=1).startswith(b"\x89PNG")


@each_chart
@each_palette
def test_it_uses_no_colour_but_those_of_the_palette(case: Case, palette: Palette, figures: pl.DataFrame) -> None:
    known = {colour.upper() for colour in _colours_of(palette)}
    drawn = case.draw(figures, palette=palette).to_dict()

    assert {colour.upper() for colour in _colours_in(drawn)} <= known


@each_chart
def test_it_can_be_drawn_with_nothing_to_show(case: Case, figures: pl.DataFrame) -> None:
    assert png(case.draw(figures.clear(), palette=PALETTES[0]), scale=1).startswith(b"\x89PNG")


@each_chart
def test_it_is_said_in_one_french_paragraph(case: Case, figures: pl.DataFrame) -> None:
    for said in (case.say(figures), case.say(figures.clear())):
        assert said.endswith(".")
        assert said == typeset(said)
        assert "None" not in said


@each_chart
def test_the_same_figures_always_give_the_same_description(case: Case, figures: pl.DataFrame) -> None:
    """Told by its shape too, whether it was described before or not: the page describes it once."""
    once, again = (case.draw(figures, palette=PALETTES[0]) for _ in range(2))

    assert once.to_dict() == case.draw(figures, palette=PALETTES[0]).to_dict()
    assert once.shape == again.shape


def _colours_of(palette: Palette) -> set[str]:
    single = {palette.background, palette.secondary_background, palette.text, palette.secondary_text, palette.border}
    heat = {colour for one in palette.heat for colour in (one.fill, one.ink)}
    return {*single, palette.context, *palette.categorical, *palette.sequential, *heat}


def _colours_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return {colour for part in value.values() for colour in _colours_in(part)}
    if isinstance(value, list):
        return {colour for part in value for colour in _colours_in(part)}
    if isinstance(value, str) and len(value) == 7 and value.startswith("#"):
        return {value}
    return set()


@each_chart
def test_an_axis_that_is_told_once_is_drawn_as_if_each_layer_told_it(
    case: Case, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most of what a chart sent were the names of its axis, layer after layer."""
    chart = case.draw(request.getfixturevalue(case.figures), palette=PALETTES[0])
    once = chart.description()
    monkeypatch.setattr(marks, "_say_once", lambda _layers: None)
    told = chart.description()

    assert vl_convert.vegalite_to_vega(once) == vl_convert.vegalite_to_vega(told)
    assert len(json.dumps(once)) <= len(json.dumps(told))


def test_the_names_of_an_axis_are_sent_once(ranked: pl.DataFrame) -> None:
    sent = json.dumps(counted_bars(ranked, palette=PALETTES[0]).description(), ensure_ascii=False)

    assert [sent.count(name) for name in ranked["label"]] == [1] * ranked.height
