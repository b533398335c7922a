"""Bars begin at zero, are in order, and carry their figures."""

from typing import Any

import altair as alt
import polars as pl
import pytest

from dashboard.charts.bars import counted_bars, ranking_in_words
from dashboard.charts.columns import fill_by_weekday, fill_by_weekday_in_words
from dashboard.charts.palette import LIGHT
from dashboard.wording.numbers import percent
from dashboard.wording.typography import typeset


def rows(chart: alt.LayerChart, column: str) -> list[dict[str, Any]]:
    datasets = chart.to_dict()["datasets"].values()
    return next(found for found in datasets if found and column in found[0])


@pytest.fixture
def ranked(centres: pl.DataFrame) -> pl.DataFrame:
    """The open centres by their rate, as the figure of use hands them."""
    said = pl.col("fill_rate").map_elements(percent, return_dtype=pl.String).fill_null("relevé manquant")
    return (
        centres.filter(pl.col("status") == "open")
        .sort("fill_rate", descending=True, nulls_last=True, maintain_order=True)
        .select("code", "label", value="fill_rate", said=said)
    )


def test_bars_stay_in_their_order_and_one_without_a_value_says_why(ranked: pl.DataFrame) -> None:
    bars = rows(counted_bars(ranked, palette=LIGHT), "code")

    assert [bar["code"] for bar in bars][:2] == ["LA-FORGE", "MURAT"]
    assert [(bar["code"], bar["said"], bar["known"]) for bar in bars][-2:] == [
        ("MONTMURAT", "0\u00a0%", True),
        ("CASSANIOUZE", "relevé manquant", False),
    ]


def test_two_places_of_one_name_are_two_bars(ranked: pl.DataFrame) -> None:
    drawn = counted_bars(ranked.with_columns(label=pl.lit("Tiers-lieu")), palette=LIGHT).to_dict()
    axis = drawn["layer"][0]["encoding"]["y"]

    assert len(axis["sort"]) == 8
    assert axis["axis"]["labelExpr"].count("Tiers-lieu") == 8


def test_the_reference_is_one_rule_and_is_named(ranked: pl.DataFrame) -> None:
    (rule,) = rows(counted_bars(ranked, palette=LIGHT, reference=(0.38, "réseau 38\u00a0%")), "at")

    assert rule == {"at": 0.38, "label": "réseau 38\u00a0%"}


def test_in_words_the_ranking_gives_its_ends_the_network_and_the_silent_ones(ranked: pl.DataFrame) -> None:
    expected = typeset(
        "Barres : 7\u00a0lieux classés par taux de remplissage, de La Forge (100 %) à Montmurat (0 %). "
        "Réseau : 38 % ; 4\u00a0lieux au-dessus. Sans taux : Cassaniouze (relevé manquant)."
    )

    assert ranking_in_words(ranked, network_rate=0.38) == expected


def test_a_centre_at_the_rate_of_the_network_is_not_above_it(ranked: pl.DataFrame) -> None:
    told = ranking_in_words(ranked, network_rate=1.0)

    assert "0\u00a0lieu au-dessus" in told


def test_days_are_in_the_order_of_the_week_whatever_the_order_of_the_rows(days: pl.DataFrame) -> None:
    columns = rows(fill_by_weekday(days.reverse(), palette=LIGHT), "day")

    assert [column["day"] for column in columns] == ["lundi", "mardi", "mercredi", "jeudi", "vendredi"]


def test_an_empty_day_and_a_day_without_offer_are_told_apart(days: pl.DataFrame) -> None:
    said = {column["day"]: column["said"] for column in rows(fill_by_weekday(days, palette=LIGHT), "day")}

    assert (said["mercredi"], said["vendredi"]) == ("0\u00a0%", "n.\u00a0d.")


def test_in_words_the_days_are_listed(days: pl.DataFrame) -> None:
    expected = typeset("Colonnes du taux de remplissage par jour : lundi 31 %, mardi 44 %, mercredi 0 %, jeudi 46 %.")

    assert fill_by_weekday_in_words(days) == expected
