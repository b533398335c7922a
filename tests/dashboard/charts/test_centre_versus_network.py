"""One panel a centre, in the order given, with holes where nothing was entered."""

from typing import Any

import polars as pl
import pytest

from dashboard.charts.lines import centre_versus_network, centre_versus_network_in_words
from dashboard.charts.palette import LIGHT
from dashboard.wording.typography import typeset


def rows_with(weeks: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    datasets = centre_versus_network(weeks, palette=LIGHT).to_dict()["datasets"].values()
    return [row for rows in datasets if rows and column in rows[0] for row in rows]


def test_each_centre_has_its_panel_in_the_order_given(weeks: pl.DataFrame) -> None:
    titles = [(row["panel"], row["text"]) for row in rows_with(weeks, "text") if "panel" in row and "along" not in row]

    assert titles == [(0, "Murat"), (1, "Montmurat")]


def test_a_line_stops_at_a_week_without_a_rate_and_begins_again_after_it(weeks: pl.DataFrame) -> None:
    holed = weeks.with_columns(
        fill_rate=pl.when(pl.col("week_start").rank("dense") == 3).then(None).otherwise(pl.lit(0.4))
    )
    runs = [(row["panel"], row["run"]) for row in rows_with(holed, "fill_rate") if "run" in row]

    assert [runs.count(run) for run in sorted(set(runs))] == [2, 3, 2, 3]


def test_zero_is_at_the_foot_of_the_panel_and_not_a_hole(weeks: pl.DataFrame) -> None:
    rates = [row["fill_rate"] for row in rows_with(weeks, "run") if "fill_rate" in row and row["panel"] == 1]

    assert rates == [0.0, 0.0]


@pytest.mark.parametrize(("centres", "expected"), [(1, 170), (3, 170), (4, 310), (12, 590)])
def test_the_height_follows_the_number_of_centres(weeks: pl.DataFrame, centres: int, expected: int) -> None:
    one = weeks.filter(pl.col("centre_name") == "Murat")
    network = pl.concat([one.with_columns(centre_code=pl.lit(f"LIEU-{number}")) for number in range(centres)])

    assert centre_versus_network(network, palette=LIGHT).to_dict()["height"] == expected


def test_a_rate_above_all_seats_stays_in_its_panel(weeks: pl.DataFrame) -> None:
    chart = centre_versus_network(weeks.with_columns(fill_rate=pl.lit(2.03)), palette=LIGHT).to_dict()

    assert next(each["expr"] for each in chart["params"] if each["name"] == "top_rate") == "2.1"


def test_in_words_it_counts_the_weeks_above_the_rest(weeks: pl.DataFrame) -> None:
    expected = typeset(
        "Courbes par lieu, semaines au-dessus du reste du réseau. Murat : 2 sur 2\u00a0semaines ; "
        "Montmurat : 0 sur 2\u00a0semaines."
    )

    assert centre_versus_network_in_words(weeks) == expected


def test_in_words_a_centre_without_a_sheet_is_named(weeks: pl.DataFrame) -> None:
    silent = weeks.with_columns(fill_rate=pl.lit(None, pl.Float64))

    assert "Murat\u00a0: sans relevé" in centre_versus_network_in_words(silent)
