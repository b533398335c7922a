"""The home of who keeps some centres: theirs, what it waits for first, and nothing of the others."""

import re
from datetime import date

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.figures.completeness import to_enter
from dashboard.ui import session
from dashboard.ui.navigation import page_entry
from dashboard.wording.typography import typeset
from data_access.rights import Actor
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


LOCKED = pl.DataFrame({"state": ["complete", "missing", "draft", "closed"]})


@pytest.mark.parametrize(
    ("owed", "weeks", "sentence", "week"),
    [
        (None, LOCKED[:1], "Vos douze dernières semaines sont toutes saisies.", date(2017, 5, 29)),
        (
            None,
            LOCKED,
            "Aucune semaine n’est à saisir. 2\u00a0semaines plus anciennes manquent et sont verrouillées\u00a0: la coordination "
            "peut les rouvrir.",
            date(2017, 5, 29),
        ),
        (date(2017, 5, 15), LOCKED, "La semaine du 15 au 21\u00a0mai 2017 reste à saisir.", date(2017, 5, 15)),
    ],
    ids=["nothing missing", "locked", "owed"],
)
def test_the_week_owed_is_said_and_what_is_locked_is_not_said_to_be_there(
    owed: date | None, weeks: pl.DataFrame, sentence: str, week: date
) -> None:
    said, opened_week = to_enter(owed, weeks, TODAY)

    assert (typeset(said), opened_week) == (typeset(sentence), week)


def test_who_keeps_several_begins_at_one_that_waits(
    demonstration_settings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = Actor("animation@localhost", "animator", frozenset({"CHAUDES-AIGUES", "A2EX"}))
    monkeypatch.setattr(session, "PERSONAS", {**session.PERSONAS, "animation": ("Animation", actor)})

    shown = said(opened("own_centre", persona="animation"))

    assert "reste à saisir." in shown
    assert "Chaudes-Aigues" in shown


def test_who_began_elsewhere_finds_the_network_where_they_ask_for_it(demonstration_settings: None) -> None:
    app = through_the_menu(opened("weekly_entry", persona="animation"), "overview")

    assert titles(app) == [page_entry("overview").title]
