"""The charts of the welcome sessions: three counts in three panels, gaps, and a map where no family is told apart."""

import json
from functools import partial
from itertools import pairwise

import polars as pl
import pytest

from dashboard.charts.columns import COUNTS, welcome_by_session, welcome_by_session_in_words
from dashboard.charts.palette import LIGHT
from dashboard.charts.welcome_map import welcome_map, welcome_map_in_words
from dashboard.wording.typography import typeset
from tests.dashboard.charts.owed import check_what_is_owed, rows_of

# Nothing is known of the first, nor of the families of the second; the fourth is to come.
SESSIONS = pl.DataFrame(
    {
        "number": [1, 2, 3, 4],
        "held": [True, True, True, False],
        "project_holders": [None, 20, 30, None],
        "people": [None, 25, 39, None],
        "settled_families": [None, None, 8, None],
        "dates_text": ["n.\u00a0d.", "en 2007", "en 2014", "du 18 au 20\u00a0octobre 2017"],
        "place": [None, "Carladès", "Vic-sur-Cère", "Pays de Salers"],
    }
)
COMMUNES = pl.DataFrame(
    {
        "commune_name": ["Murat", "Aurillac", "Ydes", "Montmurat"],
        "latitude": [45.1105, 44.9290, 45.3473, 44.6281],
        "longitude": [2.8685, 2.4449, 2.4368, 2.1981],
        "families": [11, 12, 6, 1],
    }
)
CASES = {
    "sessions": (
        partial(welcome_by_session, selected=3, selection_name="session"),
        welcome_by_session_in_words,
        SESSIONS,
    ),
    "map": (partial(welcome_map, geometry="inline"), welcome_map_in_words, COMMUNES),
}


@pytest.mark.parametrize("case", CASES)
def test_a_chart_gives_its_reader_what_is_owed(case: str) -> None:
    draw, say, figures = CASES[case]

    check_what_is_owed(draw, say, figures)


def marks(sessions: pl.DataFrame = SESSIONS) -> list[dict[str, object]]:
    return rows_of(welcome_by_session(sessions, palette=LIGHT), "kind")


def test_a_count_nobody_noted_is_a_mark_and_a_session_to_come_is_neither() -> None:
    kinds = {(mark["number"], mark["count_name"]): mark["kind"] for mark in marks()}

    assert [kinds[(number, COUNTS["settled_families"])] for number in (1, 2, 3, 4)] == [
        "unknown",
        "unknown",
        "count",
        "coming",
    ]
    assert {kinds[(1, name)] for name in COUNTS.values()} == {"unknown"}


def test_the_three_panels_share_one_scale_and_one_height() -> None:
    """A person is as high in each, and no panel reaches into the one above it."""
    counted = [mark for mark in marks() if mark["kind"] == "count"]
    heights = {round((mark["bottom"] - mark["top"]) / mark["value"], 9) for mark in counted}  # type: ignore[operator]
    bottoms = list(dict.fromkeys(mark["bottom"] for mark in marks()))

    assert len(heights) == 1
    assert bottoms == sorted(bottoms)  # type: ignore[type-var]
    assert bottoms[-1] == pytest.approx(1)
    for above, below in pairwise(bottoms):
        assert all(mark["top"] > above for mark in counted if mark["bottom"] == below)


def test_in_words_the_sessions_give_each_count_apart_and_what_is_not_known() -> None:
    expected = typeset(
        "Colonnes par session, 3\u00a0sessions (1 à 3). Porteurs de projet : de 20 à 30 par session, 1\u00a0session sans "
        "effectif connu. Personnes, porteurs compris : de 25 à 39 par session, 1\u00a0session sans effectif connu. "
        "Familles installées à ce jour : 8 par session, 2\u00a0sessions sans effectif connu."
    )

    assert welcome_by_session_in_words(SESSIONS) == expected


def test_twice_the_families_is_twice_the_ink_and_small_circles_come_last() -> None:
    circles = rows_of(welcome_map(COMMUNES, palette=LIGHT, geometry="address"), "area")
    circles = [circle for circle in circles if "name" in circle]

    assert [circle["name"] for circle in circles] == ["Aurillac", "Murat", "Ydes", "Montmurat"]
    assert circles[0]["area"] == 2 * circles[2]["area"]


def test_the_page_fetches_the_boundaries_and_a_picture_carries_them() -> None:
    fetched = json.dumps(welcome_map(COMMUNES, palette=LIGHT, geometry="address").to_dict())

    assert "/carte/communes.json" in fetched
    assert len(fetched) < 40_000


def test_in_words_the_map_says_where_most_families_are() -> None:
    expected = typeset(
        "Carte du Cantal : 30\u00a0familles installées dans 4\u00a0communes. "
        "Les plus nombreuses : Aurillac (12), Murat (11) et Ydes (6)."
    )

    assert welcome_map_in_words(COMMUNES) == expected
