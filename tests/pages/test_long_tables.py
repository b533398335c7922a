"""A long table is searched, sorted and turned page by page, and told whole for paper; what is hidden is not sorted by."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.wording.typography import typeset
from data_access.engine import writing
from data_access.periods import monday
from tests.application import opened, press, run_on, said, tables
from tests.databases import engine_at, sqlite_copy, sqlite_file
from tests.factories import add_centre, add_week
from tests.pages.conftest import TODAY


def page() -> None:
    """A table of a hundred and twenty places, of which one has no rate and some hide how many people they had."""
    import polars as pl

    from dashboard.figures.model import Table
    from dashboard.ui import components

    columns = {
        "name": [*(f"Télécentre {number:03d}" for number in range(118)), "Télécentre d’Ébène", "Télécentre de Murat"],
        "rate": [None, *(number / 200 for number in range(119, 0, -1))],
        "people": list(range(120)),
        "people_hidden": [number < 5 for number in range(120)],
    }
    headings = {"name": "Lieu", "rate": "Taux", "people": "Personnes"}
    components.table(Table("Lieux", pl.DataFrame(columns), headings, shares=frozenset({"rate"})))


@pytest.fixture
def app(empty_settings: None) -> AppTest:
    return AppTest.from_function(page, default_timeout=60).run()


def places(app: AppTest) -> list[str]:
    (drawn,) = tables(app)
    names: list[str] = drawn["Lieu"].to_list()
    return names


def test_it_is_turned_page_by_page_and_shown_whole_for_paper(app: AppTest) -> None:
    first = places(app)
    press(app, "Suivants")
    second = places(app)
    press(app, "Tout afficher")

    assert (len(first), len(second), set(first) & set(second)) == (25, 25, set())
    assert places(app)[:50] == first + second
    assert len(places(app)) == 120
    press(app, "Par 25")
    assert places(app) == second
    assert "Lignes 26 à 50 sur 120" in said(app)


def test_it_is_searched_whatever_accents_and_case_on_whatever_page(app: AppTest) -> None:
    press(app, "Suivants")
    app.text_input[0].set_value("ebene TELE").run()

    assert places(app) == ["Télécentre d’Ébène"]
    app.text_input[0].set_value("bene").run()
    assert "Aucune ligne ne correspond" in said(app)


def test_it_is_sorted_by_what_is_shown_alone_and_what_is_missing_comes_last(app: AppTest) -> None:
    orders = app.selectbox[0].options
    app.selectbox[0].set_value("+rate").run()

    assert orders == ["Ordre du tableau", "Lieu, de A à Z", "Taux, croissant", "Taux, décroissant"]
    assert places(app)[0] == "Télécentre de Murat"
    press(app, "Tout afficher")
    assert places(app)[-1] == "Télécentre 000"


def test_who_lacks_most_weeks_comes_first_in_the_grid(demonstration_settings: None) -> None:
    drawn = next(
        element.proto.body for element in opened("completeness").get("html") if "cc-grid" in element.proto.body
    )
    lines = drawn.partition("<tbody>")[2].split("<tr>")[1:]
    lacking = [line.count("cc-missing") + line.count("cc-draft") for line in lines if "<tfoot>" not in line]

    assert lacking == sorted(lacking, reverse=True)
    assert lacking[0] > lacking[-1]


@pytest.fixture(scope="module")
def many_places(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty places, the fullest first, of which each owes its last weeks."""
    url = sqlite_copy(sqlite_template, tmp_path_factory.mktemp("many"))
    engine = engine_at(url)
    with writing(engine) as connection:
        for number in range(60):
            centre_id = add_centre(connection, f"P{number:02d}", seats_office=4)
            add_week(connection, centre_id, monday(TODAY) - timedelta(weeks=4), office=[number % 9] * 5)
    engine.dispose()
    return sqlite_file(url)


def test_of_many_places_a_page_shows_a_part_and_says_it(many_places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_on(many_places, TODAY, monkeypatch)
    told = typeset("Les 12 lieux les plus remplis et les 13 moins remplis sont dessinés ; les 60 sont dans le tableau.")
    assert told in said(opened("attendance"))

    app = opened("completeness")
    drawn = next(element.proto.body for element in app.get("html") if "cc-grid" in element.proto.body)
    assert drawn.count("<tr>") == 25 + 2
    assert "Lieux 1 à 25 sur 60" in said(app)


def test_a_place_among_many_is_looked_for_by_its_first_letters(
    many_places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_on(many_places, TODAY, monkeypatch)
    app = opened("attendance")
    offered = next(box for box in app.selectbox if box.label == "Télécentre")
    assert offered.options == ["Tout le réseau"]

    next(box for box in app.text_input if box.label.endswith("premières lettres")).set_value("p1").run()
    offered = next(box for box in app.selectbox if box.label == "Télécentre")
    assert len(offered.options) == 11
    offered.select_index(3).run()
    assert app.query_params["centre"] in ("P12", ["P12"])
