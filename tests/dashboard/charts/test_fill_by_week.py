"""The line begins at zero, breaks where there is no figure, and says what it is at its end."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from dashboard.charts.lines import Reference, fill_by_week, fill_by_week_in_words
from dashboard.charts.palette import LIGHT
from dashboard.wording.typography import typeset

EVALUATION = Reference(0.35, "35 % (évaluation 2013)")


def network(rates: list[float | None], earlier: list[float | None]) -> pl.DataFrame:
    mondays = [date(2017, 5, 8) + timedelta(weeks=number) for number in range(len(rates))]
    return pl.DataFrame(
        {"week_start": mondays, "fill_rate": rates, "fill_rate_last_year": earlier},
        schema_overrides={"fill_rate": pl.Float64, "fill_rate_last_year": pl.Float64},
    )


def datasets(weeks: pl.DataFrame, **options: Any) -> list[list[dict[str, Any]]]:
    return list(fill_by_week(weeks, palette=LIGHT, **options).to_dict()["datasets"].values())


def written(weeks: pl.DataFrame) -> list[str]:
    return [row["label"] for rows in datasets(weeks) for row in rows if "label" in row]


def test_the_axis_begins_at_zero() -> None:
    layers = fill_by_week(network([0.4, 0.42], [0.3, 0.3]), palette=LIGHT).to_dict()["layer"]

    assert {layer["encoding"]["y"]["scale"]["domain"][0] for layer in layers if "scale" in layer["encoding"]["y"]} == {
        0
    }


def test_a_week_without_a_row_is_a_hole() -> None:
    weeks = network([0.4, 0.5, 0.6], [None, None, None]).filter(pl.col("fill_rate") != 0.5)
    lines = [rows for rows in datasets(weeks) if "week" in rows[0]]

    assert [0.4, None, 0.6] in [[row["value"] for row in rows] for rows in lines]


def test_each_line_says_what_it_is_at_its_end_with_its_last_figure() -> None:
    assert written(network([0.4, 0.44, None], [0.3, 0.3, 0.33])) == ["réseau 44\u00a0%", "un an avant 33\u00a0%"]


def test_a_line_without_a_figure_has_no_end() -> None:
    assert written(network([0.4, 0.44], [None, None])) == ["réseau 44\u00a0%"]


def test_two_ends_at_the_same_height_are_written_apart() -> None:
    ends = [rows[0]["value"] for rows in datasets(network([0.4], [0.4])) if "label" in rows[0]]

    assert abs(ends[0] - ends[1]) * 300 / 0.5 >= 13


def test_the_year_before_may_be_left_out() -> None:
    alone = network([0.4, 0.44], [None, None]).drop("fill_rate_last_year")

    assert written(alone) == ["réseau 44\u00a0%"]


@pytest.mark.parametrize(("rate", "expected"), [(0.38, "top"), (0.32, "bottom")])
def test_the_words_of_the_reference_go_where_no_point_is(rate: float, expected: str) -> None:
    chart = fill_by_week(network([rate] * 6, [None] * 6), palette=LIGHT, reference=EVALUATION).to_dict()
    (words,) = [layer["mark"] for layer in chart["layer"] if "baseline" in layer["mark"]]

    assert words["baseline"] == expected


def test_in_words_it_gives_its_ends_its_extremes_and_its_holes() -> None:
    weeks = network([0.30, None, 0.50, 0.40], [None, None, None, 0.33])
    expected = typeset(
        "Courbe du taux de remplissage par semaine (réseau) : 30 % en S19 2017, 40 % en S22 2017 ; au plus bas 30 % en "
        "S19 2017, au plus haut 50 % en S21 2017. Un an avant la dernière semaine : 33 %. Sans taux : 1\u00a0semaine. "
        "Repère : 35 % (évaluation 2013)."
    )

    assert fill_by_week_in_words(weeks, reference=EVALUATION) == expected


def test_in_words_a_period_without_a_figure_says_so() -> None:
    assert "vide" in fill_by_week_in_words(network([None], [None]))
