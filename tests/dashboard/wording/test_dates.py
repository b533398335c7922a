from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.wording import dates


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (dates.full_date(date(2017, 5, 30)), "mardi 30\u00a0mai 2017"),
        (dates.full_date(date(2017, 6, 1)), "jeudi 1er\u00a0juin 2017"),
        (dates.full_date(date(2017, 6, 11)), "dimanche 11\u00a0juin 2017"),
        (dates.long_date(date(2017, 5, 30)), "30\u00a0mai 2017"),
        (dates.long_date(date(2017, 1, 1)), "1er\u00a0janvier 2017"),
        (dates.numeric_date(date(2017, 6, 1)), "01/06/2017"),
        (dates.numeric_date(date(2017, 5, 30)), "30/05/2017"),
        (dates.day_and_month(date(2017, 5, 30)), "mar. 30\u00a0mai"),
        (dates.day_and_month(date(2017, 6, 1)), "jeu. 1er\u00a0juin"),
        (dates.month(date(2017, 5, 1)), "mai 2017"),
        (dates.short_month(date(2017, 1, 1)), "janv. 2017"),
        (dates.quarter(date(2017, 4, 1)), "2e trimestre 2017"),
        (dates.quarter(date(2017, 1, 1)), "1er trimestre 2017"),
        (dates.short_quarter(date(2017, 4, 1)), "T2 2017"),
        (dates.weekday(1), "lundi"),
        (dates.weekday(7), "dimanche"),
    ],
)
def test_a_day_is_written_in_french(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("day", "short", "with_year", "key"),
    [
        (date(2017, 5, 29), "S22", "S22 2017", "2017-S22"),
        (date(2017, 6, 4), "S22", "S22 2017", "2017-S22"),
        (date(2018, 12, 31), "S01", "S01 2019", "2019-S01"),
        (date(2016, 1, 3), "S53", "S53 2015", "2015-S53"),
    ],
)
def test_a_week_bears_the_year_of_its_thursday(day: date, short: str, with_year: str, key: str) -> None:
    assert dates.short_week(day) == short
    assert dates.week_and_year(day) == with_year
    assert dates.week_key(day) == key


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)))
def test_a_week_is_the_iso_week(day: date) -> None:
    expected = day.strftime("%G-S%V")

    assert dates.week_key(day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2017, 5, 29), "Semaine 22\u00a0: du lundi 29\u00a0mai au dimanche 4\u00a0juin 2017"),
        (date(2017, 6, 1), "Semaine 22\u00a0: du lundi 29\u00a0mai au dimanche 4\u00a0juin 2017"),
        (date(2017, 6, 5), "Semaine 23\u00a0: du lundi 5 au dimanche 11\u00a0juin 2017"),
        (date(2019, 1, 1), "Semaine 1\u00a0: du lundi 31\u00a0décembre 2018 au dimanche 6\u00a0janvier 2019"),
        (date(2015, 6, 1), "Semaine 23\u00a0: du lundi 1er au dimanche 7\u00a0juin 2015"),
        (date(2014, 1, 31), "Semaine 5\u00a0: du lundi 27\u00a0janvier au dimanche 2\u00a0février 2014"),
    ],
)
def test_the_title_of_a_week_gives_its_monday_and_its_sunday(day: date, expected: str) -> None:
    assert dates.week_title(day) == expected


@pytest.mark.parametrize(
    ("first", "last", "short", "sentence"),
    [
        (date(2017, 10, 18), date(2017, 10, 20), "18–20\u00a0oct. 2017", "du 18 au 20\u00a0octobre 2017"),
        (
            date(2017, 5, 29),
            date(2017, 6, 4),
            "29\u00a0mai\u00a0– 4\u00a0juin 2017",
            "du 29\u00a0mai au 4\u00a0juin 2017",
        ),
        (date(2017, 6, 1), date(2017, 6, 3), "1er–3\u00a0juin 2017", "du 1er au 3\u00a0juin 2017"),
        (
            date(2017, 5, 1),
            date(2017, 6, 1),
            "1er\u00a0mai\u00a0– 1er\u00a0juin 2017",
            "du 1er\u00a0mai au 1er\u00a0juin 2017",
        ),
        (date(2017, 5, 11), date(2017, 5, 21), "11–21\u00a0mai 2017", "du 11 au 21\u00a0mai 2017"),
        (
            date(2018, 12, 31),
            date(2019, 1, 6),
            "31\u00a0déc. 2018\u00a0– 6\u00a0janv. 2019",
            "du 31\u00a0décembre 2018 au 6\u00a0janvier 2019",
        ),
        (date(2017, 10, 18), date(2017, 10, 18), "18\u00a0oct. 2017", "le 18\u00a0octobre 2017"),
    ],
)
def test_a_range_says_once_what_both_days_share(first: date, last: date, short: str, sentence: str) -> None:
    assert dates.date_range(first, last) == short
    assert dates.from_to(first, last) == sentence


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(15, 30), "15\u00a0h\u00a030"),
        (time(9, 0), "9\u00a0h"),
        (time(9, 5), "9\u00a0h\u00a005"),
        (time(0, 0), "0\u00a0h"),
        (datetime(2017, 5, 30, 13, 30, tzinfo=UTC), "15\u00a0h\u00a030"),
        (datetime(2017, 1, 30, 13, 30, tzinfo=UTC), "14\u00a0h\u00a030"),
    ],
)
def test_a_time_is_written_as_offices_do_and_an_instant_in_paris(at: time | datetime, expected: str) -> None:
    assert dates.time_of_day(at) == expected


def test_times_of_an_event() -> None:
    assert dates.time_range(time(9), time(18)) == "9\u00a0h\u00a0– 18\u00a0h"


def test_an_instant_of_the_evening_in_utc_is_the_next_day_in_paris() -> None:
    instant = datetime(2017, 5, 31, 22, 15, tzinfo=UTC)

    assert dates.date_and_time(instant) == "1er\u00a0juin 2017 à 0\u00a0h\u00a015"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(dates.NaiveInstant):
        dates.date_and_time(datetime(2017, 5, 31, 22, 15))


@pytest.mark.parametrize(
    ("elapsed", "long", "short"),
    [
        (timedelta(hours=2), "il y a 2 heures", "il y a 2\u00a0h"),
        (timedelta(minutes=5), "il y a 5 minutes", "il y a 5\u00a0min"),
        (timedelta(minutes=55), "il y a 55 minutes", "il y a 55\u00a0min"),
        (timedelta(hours=1), "il y a 1 heure", "il y a 1\u00a0h"),
        (timedelta(days=3), "il y a 3 jours", "il y a 3\u00a0j"),
        (timedelta(seconds=59), "à l’instant", "à l’instant"),
        (timedelta(seconds=-5), "à l’instant", "à l’instant"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(elapsed: timedelta, long: str, short: str) -> None:
    assert dates.ago(elapsed) == long
    assert dates.short_ago(elapsed) == short
