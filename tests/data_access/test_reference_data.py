"""What is published about the network is loaded once, and what somebody corrected stays corrected."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest
import sqlalchemy as sa
from shapely.geometry import Point, shape

from data_access.engine import writing
from data_access.reference_data import REFERENCE, load_reference, published_places, reference_rows
from data_access.schema import (
    calendar_day,
    centre,
    centre_capacity,
    centre_cost,
    commune,
    course,
    event,
    opening_hours,
    price,
    published_figure,
    stale_mark,
    welcome_session,
)
from tests.databases import on_sqlite
from tests.demonstrations import rows_of


@pytest.fixture(scope="module")
def fill() -> Callable[[sa.Connection], object]:
    return partial(load_reference, places=True)


@pytest.fixture
def loaded(engine: sa.Engine) -> sa.Engine:
    """A database with the reference rows."""
    return engine


def count(engine: sa.Engine, table: sa.Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def test_everything_published_is_there(loaded: sa.Engine) -> None:
    expected = {
        "centre": 14,
        "commune": 246,
        "published_figure": 17,
        "welcome_session": 4,
        "event": 15,
        "price": 6,
        "course": 5,
    }

    tables = (centre, commune, published_figure, welcome_session, event, price, course)
    assert {table.name: count(loaded, table) for table in tables} == expected
    assert count(loaded, calendar_day) == (date(2060, 12, 31) - date(2000, 1, 1)).days + 1


def test_nothing_unpublished_is_there(loaded: sa.Engine) -> None:
    assert [count(loaded, table) for table in (centre_capacity, opening_hours, centre_cost)] == [0, 0, 0]


def test_loading_again_changes_nothing(loaded: sa.Engine) -> None:
    expected = rows_of(loaded)
    with writing(loaded) as connection:
        load_reference(connection, places=True)

    assert rows_of(loaded) == expected


@on_sqlite
def test_a_correction_is_not_undone_and_what_is_missing_comes_back(loaded: sa.Engine) -> None:
    with writing(loaded) as connection:
        connection.execute(sa.update(centre).where(centre.c.code == "YDES").values(phone="04 71 40 00 00", name="Ydes"))
        connection.execute(sa.update(event).where(event.c.kind == "round_table").values(title="Table ronde"))
        connection.execute(sa.delete(course).where(course.c.code == "WEBMARKETING"))
        load_reference(connection, places=True)
        corrected = connection.execute(sa.select(centre.c.phone, centre.c.name).where(centre.c.code == "YDES")).one()

    assert tuple(corrected) == ("04 71 40 00 00", "Ydes")
    assert (count(loaded, event), count(loaded, course)) == (15, 5)


def test_places_are_loaded_when_asked_for_and_not_with_the_rest(connection: sa.Connection) -> None:
    """Nobody is given a place that closed since: what hangs on places waits for them too."""
    load_reference(connection)
    tables = (centre, event, price, commune)
    counted = [connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]
    assert counted == [0, 0, 2, 246]

    load_reference(connection, places=True)
    codes = connection.execute(sa.select(centre.c.code)).scalars()
    assert sorted(codes) == sorted(row["code"] for row, _sure in published_places())


@on_sqlite
def test_public_holidays_have_french_names(loaded: sa.Engine) -> None:
    expected = {
        date(2013, 1, 1): "Jour de l’an",
        date(2013, 4, 1): "Lundi de Pâques",
        date(2013, 5, 1): "Fête du Travail",
        date(2013, 5, 8): "Fête de la Victoire",
        date(2013, 5, 9): "Ascension",
        date(2013, 5, 20): "Lundi de Pentecôte",
        date(2013, 7, 14): "Fête nationale",
        date(2013, 8, 15): "Assomption",
        date(2013, 11, 1): "Toussaint",
        date(2013, 11, 11): "Armistice",
        date(2013, 12, 25): "Noël",
    }
    question = sa.select(calendar_day.c.day, calendar_day.c.public_holiday).where(
        calendar_day.c.public_holiday.is_not(None), calendar_day.c.day.between(date(2013, 1, 1), date(2013, 12, 31))
    )

    with loaded.connect() as connection:
        assert dict(connection.execute(question).all()) == expected
        both = sa.select(calendar_day.c.public_holiday).where(calendar_day.c.day == date(2008, 5, 1))
        assert connection.execute(both).scalar_one() == "Ascension et Fête du Travail"


@on_sqlite
def test_the_days_of_a_week_of_53_belong_to_its_monday(loaded: sa.Engine) -> None:
    question = sa.select(calendar_day.c.week_start, calendar_day.c.month_start, calendar_day.c.weekday).where(
        calendar_day.c.day == date(2027, 1, 3)
    )

    with loaded.connect() as connection:
        assert tuple(connection.execute(question).one()) == (date(2026, 12, 28), date(2027, 1, 1), 7)


@on_sqlite
def test_what_happens_during_an_open_day_belongs_to_it(loaded: sa.Engine) -> None:
    child, parent = event.alias("child"), event.alias("parent")
    question = (
        sa.select(child.c.title, parent.c.kind, parent.c.starts_at, child.c.ends_at)
        .join(parent, parent.c.id == child.c.parent_id)
        .order_by(child.c.starts_at)
    )
    nbsp, nnbsp = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"

    with loaded.connect() as connection:
        assert [tuple(row) for row in connection.execute(question)] == [
            (
                "Table ronde sur l’emploi et la création d’entreprise",
                "open_day",
                datetime(2017, 5, 30, 7, 0, tzinfo=UTC),
                None,
            ),
            (
                f"Start’Up Chef #1{nbsp}: que sont devenus les projets{nnbsp}?",
                "open_day",
                datetime(2017, 6, 15, 16, 0, tzinfo=UTC),
                datetime(2017, 6, 15, 17, 0, tzinfo=UTC),
            ),
        ]


@on_sqlite
def test_planned_places_have_no_opening_day_and_the_others_have_one(loaded: sa.Engine) -> None:
    question = sa.select(centre.c.status, centre.c.opened_on.is_(None), sa.func.count()).group_by(
        centre.c.status, centre.c.opened_on.is_(None)
    )

    with loaded.connect() as connection:
        assert sorted(tuple(row) for row in connection.execute(question)) == [("open", False, 12), ("planned", True, 2)]


@on_sqlite
def test_a_place_says_how_surely_its_opening_is_known_and_who_ran_it_before_2017(loaded: sa.Engine) -> None:
    question = sa.select(centre.c.operator_name, centre.c.note).where(centre.c.code == "ALLANCHE")

    with loaded.connect() as connection:
        operator, note = connection.execute(question).one()
    assert operator == "Hautes Terres Communauté"
    assert "Jusqu’à la fin de 2016\N{NO-BREAK SPACE}: Communauté de communes du Cézallier." in note
    assert "Seule l’année d’ouverture est connue." in note


@on_sqlite
def test_a_published_range_of_prices_keeps_both_ends(loaded: sa.Engine) -> None:
    question = sa.select(price.c.centre_id, price.c.lowest_eur, price.c.highest_eur).where(price.c.period == "2011")

    with loaded.connect() as connection:
        assert tuple(connection.execute(question).one()) == (None, 50.0, 100.0)


def test_two_sources_that_contradict_each_other_are_both_kept() -> None:
    seats = {row["value"] for row in reference_rows("published_figures") if row["indicator"] == "seats"}

    assert seats == {58.0, 47.0}


@on_sqlite
def test_the_calendar_leaves_no_mark_on_places_loaded_after_it(loaded: sa.Engine) -> None:
    # One mark for each place, left by the place itself.
    assert count(loaded, stale_mark) == 14


def test_the_point_of_each_commune_stands_in_it() -> None:
    communes = json.loads((REFERENCE / "cantal_communes.geojson").read_text(encoding="utf-8"))["features"]
    # The boundaries are drawn to some three hundred metres.
    astray = [
        each["properties"]["name"]
        for each in communes
        if not shape(each["geometry"])
        .buffer(0.004)
        .contains(Point(each["properties"]["lon"], each["properties"]["lat"]))
    ]

    assert astray == []
