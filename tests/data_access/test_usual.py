"""What a week usually comes to: its season, its holidays and its small numbers are no surprise; a slip of a digit is."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from data_access.schema import centre
from data_access.weeks import UsualBand, WeekUse, complete_weeks, usual_band
from tests.demonstrations import NOW, demonstration

MONDAY = date(2026, 8, 10)
OFFERED = 60


def weeks(totals: dict[int, int], offered: int = OFFERED) -> dict[date, WeekUse]:
    """Complete weeks by how many weeks they are back."""
    return {MONDAY - timedelta(weeks=back): WeekUse(offered, total) for back, total in totals.items()}


STEADY = weeks(dict.fromkeys(range(1, 9), 30))


def holds(known: dict[date, WeekUse], total: int, offered: int = OFFERED) -> bool:
    band = usual_band(known, MONDAY, offered=offered)
    assert band is not None
    return band.holds(total)


def test_nothing_is_unusual_where_little_is_known() -> None:
    few = weeks(dict.fromkeys(range(1, 8), 30))

    assert usual_band(few, MONDAY, offered=OFFERED) is usual_band(STEADY, MONDAY, offered=0) is None


def test_a_week_is_as_the_last_ones_or_as_the_same_ones_of_the_year_before() -> None:
    august = weeks(dict.fromkeys((50, 52, 54), 8))

    assert [holds(known, 8) for known in (STEADY, STEADY | august)] == [False, True]
    assert [holds(STEADY | august, total) for total in (1, 30, 300)] == [True, True, False]


def test_a_week_with_a_holiday_is_compared_for_what_it_offered() -> None:
    assert [holds(STEADY, total, offered=24) for total in (12, 30)] == [True, False]


def test_small_numbers_vary() -> None:
    small = weeks(dict.fromkeys(range(1, 9), 2))

    assert usual_band(small, MONDAY, offered=OFFERED) == UsualBand(0, 6)


def test_later_weeks_say_nothing_of_an_earlier_one() -> None:
    later = weeks(dict.fromkeys(range(-8, 0), 5))

    assert usual_band(STEADY | later, MONDAY, offered=OFFERED) == usual_band(STEADY, MONDAY, offered=OFFERED)


@pytest.mark.slow
def test_a_few_weeks_of_a_hundred_are_asked_about_and_slips_of_a_digit_are() -> None:
    with demonstration(NOW.date()).connect() as connection:
        codes = list(connection.scalars(sa.select(centre.c.code)))
        used = complete_weeks(connection, codes, first=date(2023, 1, 2), last=NOW.date())
    asked, slips, all_weeks = 0, 0, 0
    for of_place in used.values():
        for monday, use in of_place.items():
            band = usual_band(of_place, monday, offered=use.offered)
            if monday >= date(2024, 1, 1) and band is not None and use.occupied >= 8:
                all_weeks += 1
                asked += not band.holds(use.occupied)
                slips += not band.holds(use.occupied * 10) and not band.holds(use.occupied // 10)

    assert all_weeks > 1000
    assert asked / all_weeks < 0.04
    assert slips / all_weeks > 0.85
