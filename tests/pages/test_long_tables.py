"""A long table is searched, sorted and turned page by page, and told whole for paper; what is hidden is not sorted by."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.application import opened, press, said, tables


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
