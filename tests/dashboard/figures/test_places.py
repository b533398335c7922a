"""A list has the perimeter of its total, and why a place has no rate is one of five things."""

import re
from datetime import date

import polars as pl
import pytest
import sqlalchemy as sa

from dashboard.charts.map_drawing import fair_map
from dashboard.figures import completeness, places
from dashboard.indicators import attendance, network
from dashboard.indicators.model import measure
from dashboard.reporting import centre_note, year_report
from dashboard.wording.terms import MISSING
from data_access.engine import reading, writing
from data_access.facts import ReportFacts
from data_access.periods import Period
from data_access.reads.network import hours_of_places, places_facts, published_prices, weeks_of_places
from data_access.reads.subjects import report_facts
from data_access.rights import COMMAND_LINE, Actor
from data_access.schema import centre, centre_capacity, price
from tests.data_access.weekly_sheets import add_network, store_usual_weeks
from tests.databases import engine_at, on_sqlite
from tests.demonstrations import demonstration_copy
from tests.factories import add_centre, add_closure

TODAY = date(2017, 5, 30)
JUNE = date(2017, 6, 9)
SPAN = Period.last_weeks(12, JUNE)
_CLOSED_IN_MID_YEAR = """
    UPDATE centre SET status='closed', closed_on='2016-06-30' WHERE code='YDES';
    DELETE FROM attendance_week WHERE centre_id=(SELECT id FROM centre WHERE code='YDES')
        AND (week_start BETWEEN '2016-02-29' AND '2016-03-28' OR week_start > '2016-06-30');
    UPDATE centre SET status='closed', closed_on='2015-11-30' WHERE code='ALLANCHE';
    DELETE FROM attendance_week WHERE centre_id=(SELECT id FROM centre WHERE code='ALLANCHE') AND week_start > '2015-11-30'
"""


@pytest.fixture(scope="module")
def closed_in_mid_year(tmp_path_factory: pytest.TempPathFactory) -> sa.Engine:
    """The demonstration, but one place closed in June 2016, and one before that year, whose last bill came in it."""
    engine = engine_at(f"sqlite:///{demonstration_copy(tmp_path_factory.mktemp('closed'), TODAY)}")
    with engine.begin() as connection:
        for statement in _CLOSED_IN_MID_YEAR.split(";"):
            connection.exec_driver_sql(statement)
    return engine


def of_year(engine: sa.Engine, year: int) -> ReportFacts:
    with reading(engine, TODAY, COMMAND_LINE) as connection:
        return report_facts(connection, year, as_of=TODAY)


@pytest.mark.parametrize("year", [2013, 2015, 2016, 2017])
def test_the_places_of_a_year_add_up_to_its_lines(closed_in_mid_year: sa.Engine, year: int) -> None:
    facts = of_year(closed_in_mid_year, year)
    listed = places.with_figures(facts.network)
    whole = measure(facts.evaluation.attendance, [*attendance.USE, *attendance.COVERAGE]).row(0, named=True)
    seats = [network.SEATS, network.SEATS_OFFICE, network.SEATS_OPEN_SPACE]
    at_end = measure(facts.evaluation.network, [network.COST, *seats]).row(0, named=True)

    for key in ("hours", "occupied_half_days", "offered_half_days", "weeks_expected", "weeks_missing", "weeks_draft"):
        assert listed[key].sum() == pytest.approx(whole[key]), key
    assert listed["cost_eur"].sum() == pytest.approx(at_end["cost"] or 0)
    for indicator in seats:
        assert listed[indicator.key].sum() == at_end[indicator.key], indicator.key
    report = year_report(facts)
    for subject in report.subjects:
        for table in (subject.table, *subject.details):
            if "Attendues" in table.headings.values():
                assert table.rows["Attendues"].sum() == whole["weeks_expected"]


def test_a_place_that_closed_in_the_year_is_listed_and_has_its_note(closed_in_mid_year: sa.Engine) -> None:
    facts = of_year(closed_in_mid_year, 2016)
    ydes = places.with_figures(facts.network).row(by_predicate=pl.col("code") == "YDES", named=True)

    assert (ydes["situation"], ydes["seats"], ydes["weeks_missing"]) == ("Fermé le 30\u00a0juin 2016", 0, 5)
    assert ydes["fill_rate"] is not None
    assert centre_note(facts, "YDES").sentence.startswith("Fermé le 30\u00a0juin 2016. En 2016, ")
    # The bill of a place that was closed before is in the total, and so in the list.
    assert "ALLANCHE" in facts.place_names
    assert "YDES" not in of_year(closed_in_mid_year, 2017).place_names


@pytest.mark.parametrize("year", [2012, 2013, 2015, 2016, 2017])
def test_the_page_of_completeness_counts_the_weeks_of_the_evaluation(closed_in_mid_year: sa.Engine, year: int) -> None:
    """A week that straddles two years is of the year of its Thursday, on every screen."""
    period = Period.year(year).so_far(TODAY, by_week=True)
    with reading(closed_in_mid_year, TODAY, COMMAND_LINE) as connection:
        page = completeness.completeness(weeks_of_places(connection, period, as_of=TODAY), spoken="")
        counted = report_facts(connection, year, as_of=TODAY)

    assert page.sentence == completeness.sentence(places.with_figures(counted.network))


@pytest.fixture
def every_state(engine: sa.Engine) -> sa.Engine:
    """On 9 June 2017: a place of each state, and two of one name."""
    seats = {"seats_office": 4, "seats_open_space": 2}
    with writing(engine) as connection:
        add_network(connection)
        store_usual_weeks(connection, [20] * 11)
        shut = add_centre(connection, "ALLANCHE", opened_on=date(2013, 5, 1), **seats)
        add_closure(connection, shut, date(2017, 3, 1), date(2017, 7, 1))
        add_centre(connection, "CHAMPS", opened_on=date(2017, 6, 7), **seats)
        add_centre(connection, "MASSIAC", opened_on=date(2013, 5, 1), **seats)
        connection.execute(
            sa.delete(centre_capacity).where(
                centre_capacity.c.centre_id.in_(sa.select(centre.c.id).where(centre.c.code == "MASSIAC"))
            )
        )
        connection.execute(sa.update(centre).where(centre.c.code.in_(["MAURIAC", "MASSIAC"])).values(name="Tiers-lieu"))
    return engine


@on_sqlite
def test_why_a_place_has_no_rate_is_told_apart(every_state: sa.Engine) -> None:
    with reading(every_state, JUNE, COMMAND_LINE) as connection:
        facts = places_facts(connection, SPAN, as_of=JUNE, on=JUNE)
    page = places.places(facts, spoken="12 semaines", coverage="")
    shown = page.figures[places.MAP].table.frame
    said = dict(shown.select("code", "said").iter_rows())

    assert said["MURAT"] == "relevé manquant"
    assert said["ALLANCHE"].startswith("fermé : ")
    assert said["CHAMPS"] == "pas encore ouvert"
    assert said["MASSIAC"] == "sans capacité connue"
    assert said["PIERREFORT"] == "en projet"
    assert "%" in said["MAURIAC"]
    assert {"Tiers-lieu (MAURIAC)", "Tiers-lieu (MASSIAC)"} <= set(shown["name"])
    # Seats nobody recorded are not none.
    assert shown.filter(code="MASSIAC")["seats"].to_list() == [None]
    assert "positions de travail non notées pour Tiers-lieu (MASSIAC)" in page.figures[places.MAP].gaps
    assert "(non notées pour Tiers-lieu (MASSIAC))" in page.sentence


@on_sqlite
def test_each_place_that_was_there_has_its_line_shut_all_along_or_not(every_state: sa.Engine) -> None:
    with reading(every_state, JUNE, COMMAND_LINE) as connection:
        weeks = completeness.worded(weeks_of_places(connection, SPAN, as_of=JUNE))
    lines = {code: set(rows["said"]) for _name, code, rows in completeness.grid(weeks)}

    assert [said.startswith("fermée : ") for said in lines["ALLANCHE"]] == [True]
    assert lines["MASSIAC"] == {"sans capacité connue"}
    assert "fermé définitivement" in lines["YDES"]
    # It opened this week: no week of the period is its own.
    assert "CHAMPS" not in lines
    assert completeness.closures_in_words(weeks)[0].endswith("Télécentre ALLANCHE (S11 à S22).")


def test_two_points_of_one_name_are_two_points_with_their_names() -> None:
    rows = pl.DataFrame(
        {"name": ["Aurillac"] * 2, "latitude": [44.93, 45.2], "longitude": [2.44, 2.9], "places": [1, 2]}
    )
    drawn = fair_map(rows, (100, 90))

    assert drawn.count("<circle") == drawn.count(">Aurillac</text>") == 2
    at = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"', drawn)
    assert len(set(at)) == 2


def test_the_card_of_a_place_says_what_is_known_and_that_the_rest_is_not(engine: sa.Engine) -> None:
    """The prices of a place stand before those of the network, and a year that is over tells of no seat free now."""
    with writing(engine, COMMAND_LINE) as connection:
        for code, seats in (("MURAT", 4), ("YDES", None)):
            add_centre(connection, code, seats_office=seats)
        ids = dict(connection.execute(sa.select(centre.c.code, centre.c.id)).all())
        rows = [
            {"centre_id": ids["MURAT"], "period": "2012", "formula": "day", "lowest_eur": 20, "highest_eur": 20},
            {"centre_id": None, "period": "2011", "formula": "month", "lowest_eur": 50, "highest_eur": 100},
            {"centre_id": None, "period": "2010", "formula": "month", "lowest_eur": 40, "highest_eur": 40},
        ]
        connection.execute(sa.insert(price), rows)
    with reading(engine, TODAY, Actor("elue@example.org", "viewer")) as connection:
        facts = places_facts(connection, Period.last_weeks(12, TODAY), as_of=TODAY, on=TODAY)
        hours, prices = hours_of_places(connection, on=TODAY), published_prices(connection)
    shown = places.places(facts, spoken="12 dernières semaines", coverage="").figures[places.MAP].figures
    told = {
        code: dict(card) for code, card in places.cards(shown, hours, prices, {"MURAT": "4 sur 4"}, spoken="…").items()
    }

    assert told["MURAT"]["Tarifs"] == "journée 20 € ; publiés en 2012"
    assert told["YDES"]["Tarifs"] == "mois 50 à 100 € ; publiés en 2011"
    assert told["MURAT"]["Horaires"].startswith("du lundi au vendredi")
    assert (told["MURAT"]["Places libres"], told["YDES"]["Places libres"]) == ("4 sur 4", MISSING)
    assert (told["YDES"]["Contact"], told["YDES"]["Positions"]) == (MISSING, MISSING)
    assert "Places libres" not in dict(places.cards(shown, hours, prices, {}, spoken="2016")["MURAT"])
