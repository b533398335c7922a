"""The charts of the convention with Pôle Emploi: counts from zero, gaps that are gaps, parts that are not mixed up."""

from datetime import date
from functools import partial
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.bars import Parts, counted_bars, counted_bars_in_words, follow_up, follow_up_in_words
from dashboard.charts.columns import (
    every_quarter,
    placement_meetings,
    placement_meetings_in_words,
    placement_quarters,
    placement_quarters_in_words,
)
from dashboard.charts.palette import LIGHT
from dashboard.charts.theme import every_month
from dashboard.wording.typography import typeset
from tests.dashboard.charts.owed import check_what_is_owed, rows_of

PARTS = Parts("encore en cours", "terminés", "échéance à venir")
QUARTERS = pl.DataFrame(
    {
        "quarter_start": [date(2016, 10, 1), date(2016, 10, 1), date(2017, 4, 1)],
        "aim": [1, 3, 2],
        "placements": [2, 1, 1],
    }
)
# The second meeting was not counted; nobody met in March; in April nobody noted who was interested.
MONTHS = pl.DataFrame(
    {
        "month_start": [date(2017, 1, 1), date(2017, 2, 1), date(2017, 4, 1)],
        "attendees": [12, None, 5],
        "interested": [3, None, None],
        "uncounted": [0, 1, 0],
    }
)
STEPS = pl.DataFrame(
    {
        "label": ["Informés", "Intéressés", "Embauchés"],
        "value": [120, 109, 0],
        "said": ["120", "109 · 91\u00a0%", "0"],
        "code": [None, "MURAT", None],
    },
    schema_overrides={"code": pl.String},
)
FOLLOWED = pl.DataFrame(
    {
        "label": ["après 6 mois", "après 24 mois"],
        "yes": [25, 0],
        "no": [2, 0],
        "waiting": [3, 30],
        "share": [25 / 27, None],
    }
)
CASES = {
    "quarters": (partial(placement_quarters, selection_name="a"), placement_quarters_in_words, QUARTERS),
    "meetings": (placement_meetings, placement_meetings_in_words, MONTHS),
    "bars": (partial(counted_bars, selection_name="b"), partial(counted_bars_in_words, subject="étapes"), STEPS),
    "follow-up": (
        partial(follow_up, parts=PARTS),
        partial(follow_up_in_words, parts=PARTS, subject="contrats"),
        FOLLOWED,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_chart_gives_its_reader_what_is_owed(case: str) -> None:
    draw, say, figures = CASES[case]

    check_what_is_owed(draw, say, figures)


def test_a_quarter_without_a_contract_has_its_place_and_its_zero() -> None:
    chart = placement_quarters(QUARTERS, palette=LIGHT).to_dict()

    totals = next(rows for rows in chart["datasets"].values() if rows and "aim" not in rows[0])

    assert [(row["quarter"], row["count"]) for row in totals] == [("2016-T4", 3), ("2017-T1", 0), ("2017-T2", 1)]


def test_in_words_the_quarters_give_the_total_each_aim_and_the_highest() -> None:
    expected = typeset(
        "Colonnes par trimestre, de T4 2016 à T2 2017 : 4\u00a0contrats. 1. Cantaliens recrutés à distance 2 ; "
        "2. Conjoints gardant leur emploi 1 ; 3. Offres cantaliennes pourvues à distance 1. "
        "Au plus haut : 3\u00a0contrats au 4e trimestre 2016."
    )

    assert placement_quarters_in_words(QUARTERS) == expected


def test_a_month_without_a_count_has_a_mark_and_no_column() -> None:
    chart = placement_meetings(MONTHS, palette=LIGHT)
    columns = {(row["month"], row["part"]): row["count"] for row in rows_of(chart, "part")}

    assert columns == {("2017-01", "présents"): 12, ("2017-04", "présents"): 5, ("2017-01", "dont intéressés"): 3}
    assert [row["month"] for row in rows_of(chart, "mark")] == ["2017-02"]


def test_in_words_the_meetings_give_their_extremes_and_what_was_not_counted() -> None:
    expected = typeset(
        "Colonnes par mois, de janvier 2017 à avril 2017 : 17\u00a0présences, 3\u00a0intéressés. "
        "De 5 (avril 2017) à 12\u00a0présents (janvier 2017). 1\u00a0réunion sans effectif noté."
    )

    assert placement_meetings_in_words(MONTHS) == expected


def test_bars_stay_in_the_order_given() -> None:
    bars = rows_of(counted_bars(STEPS.reverse(), palette=LIGHT), "label")

    assert [bar["label"] for bar in bars] == ["Embauchés", "Intéressés", "Informés"]


def test_a_part_of_nobody_is_not_drawn_and_a_share_of_nobody_is_not_told() -> None:
    chart = follow_up(FOLLOWED, palette=LIGHT, parts=PARTS)

    assert [(row["part"], row["count"]) for row in rows_of(chart, "part")] == [
        ("encore en cours", 25),
        ("terminés", 2),
        ("échéance à venir", 3),
        ("échéance à venir", 30),
    ]
    assert [row["said"] for row in rows_of(chart, "said")] == [
        typeset("Après 6 mois : 93 % (25 sur 27), échéance à venir : 3"),
        typeset("Après 24 mois : n.\u00a0d., échéance à venir : 30"),
    ]


@given(st.lists(st.dates(date(1998, 1, 1), date(2090, 1, 1)), min_size=1, max_size=6))
def test_quarters_and_months_follow_one_another_without_a_hole(days: list[date]) -> None:
    months = every_month(min(days), max(days))
    quarters = every_quarter([date(day.year, (day.month - 1) // 3 * 3 + 1, 1) for day in days])

    assert all((later - earlier).days in (28, 29, 30, 31) for earlier, later in pairwise(months))
    assert quarters == [month for month in every_month(quarters[0], quarters[-1]) if month.month in (1, 4, 7, 10)]
    assert months[0] == min(days).replace(day=1)
    assert months[-1] == max(days).replace(day=1)
