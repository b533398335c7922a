from dataclasses import dataclass, replace
from datetime import date

import polars as pl
import pytest

from dashboard.indicators import catalogue
from dashboard.indicators.catalogue import EVALUATION, evaluation, evaluations
from dashboard.indicators.model import Facts, NotAdditive
from tests.dashboard.indicators.cases import frame


@dataclass(frozen=True)
class Year:
    network: pl.DataFrame
    attendance: pl.DataFrame
    users: pl.DataFrame
    passes: pl.DataFrame


# Ten centres that make the totals published for 2013: 34 offices, 24 places in open space, 54 172 €.
YEAR_2013 = Year(
    network=frame(
        Facts.NETWORK,
        {
            "centre_code": [f"C{number}" for number in range(10)],
            "as_of": [date(2013, 12, 31)] * 10,
            "open": [True] * 10,
            "seats": [10, 7, 7, 7, 6, 6, 5, 4, 3, 3],
            "seats_office": [6, 4, 4, 4, 4, 3, 3, 2, 2, 2],
            "seats_open_space": [4, 3, 3, 3, 2, 3, 2, 2, 1, 1],
            "cost_eur": [5417.2] * 10,
        },
    ),
    attendance=frame(
        Facts.ATTENDANCE,
        {
            "centre_code": ["C0", "C1"],
            "year": [2013, 2013],
            "occupied_half_days": [6000, 4500],
            "offered_half_days": [14000, 16000],
            "occupied_hours": [25000.0, 18800.0],
            "weeks_expected": [50, 50],
            "weeks_complete": [50, 48],
        },
    ),
    users=frame(Facts.USERS, {"year": [2013], "users": [214]}),
    passes=frame(Facts.PASSES, {"month_start": [date(2013, 12, 1)], "joined": [5], "ended": [2], "active": [111]}),
)


def test_the_evaluation_is_one_row_of_ten_figures_in_the_order_funders_know() -> None:
    expected = {
        "centres": 10,
        "seats": 58,
        "seats_office": 34,
        "seats_open_space": 24,
        "users": 214,
        "hours": 43800.0,
        "fill_rate": 0.35,
        "pass_members": 111,
        "cost_per_seat": pytest.approx(934),
        "completeness": 0.98,
    }

    row = evaluation(YEAR_2013).row(0, named=True)
    assert row == expected
    assert list(row) == list(expected)


def test_a_year_without_facts_has_zero_counts_and_no_rate() -> None:
    empty = Year(
        YEAR_2013.network.clear(), YEAR_2013.attendance.clear(), YEAR_2013.users.clear(), YEAR_2013.passes.clear()
    )
    expected = (0, 0, 0, 0, None, 0.0, None, 0, None, None)

    assert evaluation(empty).row(0) == expected


def test_years_measured_at_once_say_what_each_says_alone() -> None:
    other = replace(YEAR_2013, network=YEAR_2013.network.head(3), users=YEAR_2013.users.with_columns(users=pl.lit(3)))

    said = evaluations([YEAR_2013, other, YEAR_2013]).rows()

    assert said == [pytest.approx(evaluation(year).row(0)) for year in (YEAR_2013, other, YEAR_2013)]
    assert evaluations([]).is_empty()


def test_the_lines_are_catalogue_indicators_under_the_names_of_the_evaluation() -> None:
    for line in EVALUATION:
        original = catalogue.indicator(line.key)

        assert (line.definition, line.formula, line.facts) == (original.definition, original.formula, original.facts)
    assert EVALUATION[0].label == "Nombre de télécentres"
    assert EVALUATION[8].label == "Coût moyen annuel d’un poste de télétravail"


def test_several_months_of_members_are_refused() -> None:
    two_months = pl.concat([YEAR_2013.passes, YEAR_2013.passes.with_columns(month_start=date(2013, 11, 1))])

    with pytest.raises(NotAdditive, match="pass_members"):
        evaluation(replace(YEAR_2013, passes=two_months))
