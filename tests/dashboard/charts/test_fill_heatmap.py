"""Missing, closed and zero are three different cells."""

from typing import Any

import polars as pl
import pytest

from dashboard.charts.heat import class_labels, fill_heatmap, fill_heatmap_in_words, heat_class
from dashboard.charts.palette import DARK, LIGHT
from dashboard.wording.typography import typeset


def cells(weeks: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    (rows,) = fill_heatmap(weeks, palette=LIGHT).to_dict()["datasets"].values()
    return {(row["centre"], row["week"]): row for row in rows}


def test_each_state_has_its_own_mark(weeks: pl.DataFrame) -> None:
    found = cells(weeks)
    expected = {
        "2016-S50": "ouvert, personne",
        "2016-S52": "manquante",
        "2017-S01": "brouillon",
        "2017-S02": "fermée",
        "2017-S03": "non attendue",
    }

    assert {week: found["Montmurat", week]["mark"] for week in expected} == expected


def test_a_zero_is_drawn_apart_from_a_missing_week(weeks: pl.DataFrame) -> None:
    found = cells(weeks)
    zero, missing = found["Montmurat", "2016-S50"], found["Montmurat", "2016-S52"]

    assert (zero["frame"], zero["said"]) == ("zero", "0\u00a0%")
    assert (missing["frame"], missing["said"]) == (None, "manquante")
    assert found["Murat", "2017-S02"]["said"] == "fermée, congés"


def test_a_rate_is_printed_in_a_colour_that_can_be_read(weeks: pl.DataFrame) -> None:
    full = cells(weeks)["Murat", "2016-S50"]

    assert (full["text"], full["ink"], full["mark"]) == ("100", LIGHT.heat[5].ink, None)


def test_a_complete_week_that_offered_nothing_has_no_rate(weeks: pl.DataFrame) -> None:
    nothing = weeks.with_columns(fill_rate=pl.lit(None, pl.Float64))

    assert cells(nothing)["Murat", "2016-S50"]["mark"] == "non attendue"


def test_a_rate_is_not_read_from_a_draft(weeks: pl.DataFrame) -> None:
    rated = weeks.with_columns(fill_rate=pl.lit(0.5))

    assert cells(rated)["Murat", "2017-S01"]["rate_class"] is None


@pytest.mark.parametrize(
    ("rate", "expected"), [(0.01, 0), (0.144, 0), (0.145, 1), (0.15, 1), (0.296, 2), (0.74, 4), (0.75, 5), (1.0, 5)]
)
def test_a_rate_is_classed_as_it_is_printed(rate: float, expected: int) -> None:
    assert heat_class(rate) == expected


def test_the_legend_has_a_label_for_each_colour() -> None:
    expected = ["moins de 15", "15 à 29", "30 à 44", "45 à 59", "60 à 74", "75 et plus"]

    assert class_labels() == expected
    assert len(LIGHT.heat) == len(DARK.heat) == len(expected)


def test_centres_keep_their_order_and_weeks_that_of_time(weeks: pl.DataFrame) -> None:
    shuffled = pl.concat([weeks.reverse().filter(pl.col("centre_name") == "Murat"), weeks]).unique(maintain_order=True)
    encoding = fill_heatmap(shuffled, palette=LIGHT).to_dict()["layer"][0]["encoding"]

    assert encoding["y"]["sort"] == ["MURAT", "MONTMURAT"]
    assert encoding["x"]["scale"]["domain"] == sorted(encoding["x"]["scale"]["domain"])


def test_in_words_it_gives_its_size_its_extremes_and_the_weeks_without_a_rate(weeks: pl.DataFrame) -> None:
    expected = typeset(
        "Carte de chaleur : 2\u00a0lieux sur 6\u00a0semaines. Le taux hebdomadaire va de 0 % (Montmurat, S50 2016) "
        "à 100 % (Murat, S51 2016). Semaines sans taux : 2\u00a0manquantes, 2\u00a0brouillons, 2\u00a0fermées."
    )

    assert fill_heatmap_in_words(weeks) == expected
