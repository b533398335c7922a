"""The use of the network is said on every day, of any network, and two screens give one number."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.charts.palette import LIGHT
from dashboard.figures import overview, use
from dashboard.figures.model import Perimeter, Subject
from data_access.engine import reading, writing
from data_access.facts import OverviewFacts
from data_access.periods import Period
from data_access.reads.subjects import detailed_use, overview_facts, report_facts
from data_access.rights import COMMAND_LINE
from tests.databases import engine_at, sqlite_copy
from tests.demonstrations import demonstration_copy
from tests.factories import add_centre, add_closure, add_week

EMPTY, ONE_PLACE, DEMONSTRATION = "no row", "one place, opened this week", "demonstration"
# Where a day may turn a sentence: the first and the last of the calendar, leap days, years that begin within a week, the week
# in which the one place opens.
DAYS: Final = {
    EMPTY: (date(2016, 2, 29), date(2035, 12, 31)),
    ONE_PLACE: (date(2026, 12, 3), date(2027, 1, 2), date(2026, 12, 31), date(2027, 1, 4), date(2028, 2, 29)),
    DEMONSTRATION: (
        *(date(2007, 1, 1), date(2012, 1, 1), date(2016, 2, 29), date(2021, 1, 3)),
        *(date(2026, 12, 3), date(2027, 1, 1), date(2035, 12, 31)),
    ),
}
AT_ONCE: Final = ((EMPTY, date(2016, 2, 29)), (ONE_PLACE, date(2026, 12, 3)), (ONE_PLACE, date(2027, 1, 2)))


def periods(day: date) -> list[Period]:
    """What the filter gives on that day, of each kind."""
    spans = [Period.month(day), Period.year(day.year), Period.days(day, day), Period.since(date(2007, 1, 1), day)]
    return [Period.last_weeks(12, day), *(span.so_far(day, by_week=True) for span in spans)]


def said_of(connection: sa.Connection, period: Period, day: date) -> tuple[OverviewFacts, Subject, Subject]:
    facts = overview_facts(connection, period, as_of=day, counted_on=day)
    perimeter = Perimeter(period, day, None, None, spoken_period="la période")
    detailed = detailed_use(connection, period, as_of=day)
    return facts, overview.overview(facts, perimeter, mine=["MURAT"]), use.attendance(detailed, perimeter)


@pytest.fixture(scope="module")
def network(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sa.Engine]:
    """Networks of no row, of one place and of twenty years."""
    folder = tmp_path_factory.mktemp("use")
    if request.param == DEMONSTRATION:
        engine = engine_at(f"sqlite:///{demonstration_copy(folder, date(2026, 11, 20))}")
    else:
        engine = engine_at(sqlite_copy(sqlite_template, folder))
    if request.param == ONE_PLACE:
        with writing(engine) as connection:
            add_centre(connection, "MURAT", opened_on=date(2026, 12, 2))
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("network", "day"),
    [
        pytest.param(name, day, marks=() if (name, day) in AT_ONCE else pytest.mark.slow)
        for name, days in DAYS.items()
        for day in days
    ],
    indirect=["network"],
    ids=str,
)
def test_all_is_said_on_every_day(network: sa.Engine, day: date) -> None:
    """Whatever the period: nothing falls, each chart is drawn, nothing compares a part with a whole."""
    with reading(network, day, COMMAND_LINE) as connection:
        for number, period in enumerate(periods(day)):
            _facts, *subjects = said_of(connection, period, day)
            for subject in subjects:
                assert subject.sentence.endswith(".")
                for figure in subject.figures.values():
                    if figure.draw is not None and number < 2:
                        figure.drawn(LIGHT).to_dict()
                    assert "None" not in figure.spoken + figure.subtitle + figure.table.title


MONDAY: Final = date(2026, 9, 7)
TODAY: Final = MONDAY + timedelta(weeks=6)


@pytest.fixture(scope="module")
def six_places(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """Six weeks of places of one name: two that enter, one that closed for good, one shut, one silent, one without seats."""
    engine = engine_at(sqlite_copy(sqlite_template, tmp_path_factory.mktemp("six")))
    with writing(engine) as connection:
        for code, half_days in (("A", 2), ("B", 4)):
            place = add_centre(connection, code, name="Tiers-lieu")
            for number in range(5):
                add_week(connection, place, MONDAY + timedelta(weeks=number), office=[half_days] * 5)
        closing = add_centre(connection, "CLOSING", closed_on=MONDAY + timedelta(days=13), status="closed")
        for number in range(2):
            add_week(connection, closing, MONDAY + timedelta(weeks=number), office=[1] * 5)
        shut = add_centre(connection, "SHUT")
        add_closure(connection, shut, MONDAY, TODAY)
        add_centre(connection, "SILENT")
        seatless = add_centre(connection, "SEATLESS", seats_office=None)
        add_week(connection, seatless, MONDAY, office=[3] * 5)
    yield engine
    engine.dispose()


def test_the_places_of_a_period_add_up_and_each_says_why_it_has_no_rate(six_places: sa.Engine) -> None:
    period = Period.weeks(MONDAY, TODAY - timedelta(days=1))
    with reading(six_places, TODAY, COMMAND_LINE) as connection:
        facts, morning, attendance = said_of(connection, period, TODAY)
    rows = morning.figures[use.RANKING].table.frame
    cells = attendance.figures[use.HEAT_MAP].figures

    assert rows["occupied_half_days"].sum() == facts.use.now["occupied_half_days"].item() == 160
    assert "15\u00a0demi-journées d’un jour ou d’un lieu sans capacité connue sont dites à part" in morning.note
    assert {row["code"]: row["why"] for row in rows.iter_rows(named=True) if row["why"]} == {
        "SHUT": "fermé : Travaux",
        "SILENT": "relevé manquant",
        "SEATLESS": "sans capacité connue",
    }
    assert cells.filter(pl.col("centre_code").is_in(["A", "B"]))["centre_name"].n_unique() == 2
    assert dict(cells.filter(week_start=MONDAY).select("centre_code", "state").iter_rows()) == {
        **dict.fromkeys("AB", "complete"),
        "CLOSING": "complete",
        "SHUT": "closed",
        "SILENT": "missing",
        "SEATLESS": "without_seats",
    }


def test_what_waits_says_last_week_first_a_line_a_place_of_who_reads_and_locked_weeks_apart(
    six_places: sa.Engine,
) -> None:
    with reading(six_places, TODAY, COMMAND_LINE) as connection:
        facts, *_subjects = said_of(connection, Period.last_weeks(4, TODAY), TODAY)
    perimeter = Perimeter(facts.use.period, TODAY, None, None)

    def lines(*mine: str) -> list[tuple[str, str]]:
        return [
            (task.said, task.query.get("semaine", "")) for task in overview.overview(facts, perimeter, mine=mine).tasks
        ]

    assert overview.overview(facts, perimeter).sentence.startswith("S42 : 0\u00a0relevé complet sur 3. ")
    assert lines() == []
    assert lines("A", "SILENT") == [
        ("SILENT : S42, S41, S40 et S39 à saisir", "2026-S42"),
        ("Tiers-lieu (A) : S42 à saisir", "2026-S42"),
        ("SILENT : S38, S37, S36 et S35 verrouillées", "2026-S38"),
        ("Tiers-lieu (A) : S36 et S35 verrouillées", "2026-S36"),
    ]


def test_of_many_places_those_that_owe_most_are_named_and_the_others_counted(
    six_places: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "_MOST_LINES", 1)
    monkeypatch.setattr(overview, "_LINES_OF_MANY", 1)
    with reading(six_places, TODAY, COMMAND_LINE) as connection:
        facts, *_subjects = said_of(connection, Period.last_weeks(4, TODAY), TODAY)
    told = overview.overview(facts, Perimeter(facts.use.period, TODAY, None, None), mine=("A", "SILENT")).tasks

    assert [(task.said, task.page) for task in told[:2]] == [
        ("SILENT : S42, S41, S40 et S39 à saisir", "weekly_entry"),
        ("1\u00a0autre lieu : 1\u00a0semaine à saisir", "completeness"),
    ]


def test_weeks_of_which_nothing_is_known_are_said_and_no_curve(six_places: sa.Engine) -> None:
    perimeter = Perimeter(Period.last_weeks(4, TODAY), TODAY, "SILENT", "SILENT")
    with reading(six_places, TODAY, COMMAND_LINE) as connection:
        facts = detailed_use(connection, perimeter.period, as_of=TODAY, centres=["SILENT"])
    weeks = use.weeks(facts, perimeter, name="SILENT")

    assert weeks.table.frame.is_empty()
    assert weeks.nothing == "Aucun relevé complet sur la période, ni un an avant."


def test_a_line_of_the_list_says_a_place_with_its_gaps(six_places: sa.Engine) -> None:
    """Missing is not zero: a week without a complete sheet has no rate, and a place without one says why."""
    with reading(six_places, TODAY, COMMAND_LINE) as connection:
        facts, _morning, attendance = said_of(connection, Period.weeks(MONDAY, TODAY - timedelta(days=1)), TODAY)
    rows = {row.code: row for row in overview.place_rows(facts)}
    cells = attendance.figures[use.HEAT_MAP].figures.drop_nulls("fill_rate")

    for code, row in rows.items():
        drawn = cells.filter(centre_code=code)["fill_rate"].to_list()
        assert [rate for rate in row.strip if rate is not None][-len(drawn) :] == drawn or not drawn
    assert {code: row.why for code, row in rows.items() if row.rate is None} == {
        "SHUT": "fermé : Travaux",
        "SILENT": "relevé manquant",
        "SEATLESS": "sans capacité connue",
    }
    assert (rows["SILENT"].last_week, rows["SHUT"].last_week) == ("à saisir", "non attendue")
    assert set(rows["SILENT"].strip) == {None}


def test_overview_and_report_say_one_number(six_places: sa.Engine) -> None:
    """The network's use of a year, of the same facts by two roads."""
    day = date(2027, 2, 1)
    with reading(six_places, day, COMMAND_LINE) as connection:
        report = report_facts(connection, 2026, as_of=day)
        facts, *_subjects = said_of(connection, Period.year(2026), day)
    evaluated = report.evaluation.attendance

    for name in ("occupied_half_days", "offered_half_days", "occupied_hours", "weeks_expected", "weeks_complete"):
        assert evaluated[name].item() == facts.use.now[name].item() == report.network.places[name].sum()


def test_a_running_year_meets_the_same_days_and_all_time_meets_nothing(six_places: sa.Engine) -> None:
    """The third of December: the days up to the last Sunday are compared with those of the year before, nothing else."""
    day = date(2026, 12, 3)
    running, all_time = Period.year(2026).so_far(day, by_week=True), Period.since(date(2010, 1, 4), day)
    with reading(six_places, day, COMMAND_LINE) as connection:
        compared, alone = (said_of(connection, period, day)[1].figures["comparaison"] for period in (running, all_time))

    assert compared.table.rows.columns[1:4:2] == ["1er\u00a0janv.\u00a0– 29\u00a0nov. 2026", "Écart en un an"]
    assert alone.table.frame.is_empty()
    assert alone.nothing == "Rien ne se compare à toute la vie du réseau."
