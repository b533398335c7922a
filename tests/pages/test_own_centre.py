"""The home of who keeps some centres: theirs, what it waits for first, and nothing of the others."""

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.figures.completeness import to_enter
from dashboard.ui.navigation import page_entry
from tests.application import opened, said, through_the_menu, titles
from tests.pages.conftest import TODAY

MURAT = "La COcotte numérique (pays de Murat)"
FOLDED = re.compile(r"<details( open)?><summary>(.*?)</summary>(.*?)</details>", re.DOTALL)


def menu(app: AppTest) -> dict[str, tuple[bool, list[str]]]:
    """Each section of the menu: whether it is open, and its lines."""
    (drawn,) = [element.proto.body for element in app.get("html") if "cc-menu" in element.proto.body]
    return {
        title: (bool(is_open), re.findall(r"<a [^>]*>(.*?)</a>", lines))
        for is_open, title, lines in FOLDED.findall(drawn)
    }


def test_who_keeps_a_centre_begins_at_it_and_finds_the_network_in_the_menu(demonstration_settings: None) -> None:
    app = opened("overview", persona="animation")

    assert titles(app) == [page_entry("own_centre").title]
    assert MURAT in said(app)
    assert titles(through_the_menu(app, "overview")) == [page_entry("overview").title]


def test_their_menu_is_four_lines_and_the_rest_is_folded(demonstration_settings: None) -> None:
    opened_first = {
        title: lines for title, (is_open, lines) in menu(opened("own_centre", persona="animation")).items() if is_open
    }
    of_the_network = menu(opened("overview", persona="coordination"))

    assert opened_first == {"Mon télécentre": ["Mon télécentre", "Saisie hebdomadaire", "Pointage", "Autres saisies"]}
    assert "Mon télécentre" not in of_the_network
    assert all(is_open for is_open, _lines in of_the_network.values())


def test_the_home_of_a_centre_names_no_other(demonstration_settings: None) -> None:
    shown = said(opened("own_centre", persona="animation"))

    others = ["Mauriac", "Ydes", "Saint-Flour", "La Forge", "Chaudes-Aigues", "Cassaniouze"]
    assert [name for name in others if name in shown] == []


@pytest.mark.parametrize(
    ("owed", "sentence", "week"),
    [
        (None, "Vos semaines passées sont toutes saisies.", date(2017, 5, 29)),
        (date(2017, 5, 15), "La semaine du 15 au 21 mai 2017 reste à saisir.", date(2017, 5, 15)),
    ],
)
def test_the_week_owed_is_said_and_opened(owed: date | None, sentence: str, week: date) -> None:
    assert to_enter(owed, TODAY) == (sentence, week)
