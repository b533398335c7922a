"""Each page of the menu draws without a failure: with the demonstration, with one centre, with nothing, in French."""

import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.ui.navigation import PAGES, PageEntry, present_pages
from dashboard.ui.session import PERSONA_KEY
from dashboard.wording.terms import DEMONSTRATION
from dashboard.wording.typography import typeset

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
PRESENT = list(present_pages())
TAG = re.compile(r"<[^>]+>")
STYLE = re.compile(r"<style.*?</style>", re.DOTALL)
# Words that no French sentence has, but an English one nearly always.
ENGLISH = re.compile(r"\b(the|and|of|is|are|not|None|null|nan|NaN|error|choose|week|centre_code)\b")


def opened(entry: PageEntry) -> AppTest:
    """The application with that page open, as a browser would ask for it."""
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    return app if not entry.address else app.switch_page(str(entry.file)).run()


def sentences(app: AppTest) -> list[str]:
    """Everything the page says, one text an element, tags taken out."""
    parts = [element.value for element in (*app.title, *app.subheader, *app.markdown, *app.caption)]
    parts += [part for element in app.get("html") for part in TAG.split(STYLE.sub("", element.proto.body))]
    parts += [text for metric in app.metric for text in (metric.label, metric.value)]
    return [str(part).strip() for part in parts if str(part).strip()]


def said(app: AppTest) -> str:
    """The same in one text."""
    return " ".join(sentences(app))


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    # Pages share one cache across tests, as they do across sessions.
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)
def test_a_page_draws_with_the_demonstration(entry: PageEntry, demonstration_settings: None) -> None:
    """No failure, its own title, and the warning over invented data."""
    app = opened(entry)

    assert not app.exception
    assert entry.title in [title.value for title in app.title]
    assert DEMONSTRATION in said(app)


@pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)
def test_a_page_draws_for_an_animator(entry: PageEntry, demonstration_settings: None) -> None:
    """What they may not ask is not asked in their place: they read the page, or for whom it is."""
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state[PERSONA_KEY] = "animation"
    app.run()

    assert not (app if not entry.address else app.switch_page(str(entry.file)).run()).exception


@pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)
def test_a_page_draws_on_reference_data_alone(entry: PageEntry, reference_settings: None) -> None:
    """Nobody has entered anything yet: the page says so, and does not fail."""
    app = opened(entry)

    assert not app.exception
    assert DEMONSTRATION not in said(app)


@pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)
def test_a_page_draws_with_one_centre(entry: PageEntry, one_centre_settings: None) -> None:
    """Nothing to rank, nothing to compare with, no rest of the network."""
    assert not opened(entry).exception


@pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)
def test_a_page_draws_on_an_empty_database(entry: PageEntry, empty_settings: None) -> None:
    """Not one place, not one day of calendar."""
    assert not opened(entry).exception


@pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)
def test_a_page_speaks_french_and_only_french(entry: PageEntry, demonstration_settings: None) -> None:
    """No English word left, no missing value of a program, no straight quote, no missing no-break space."""
    for text in sentences(opened(entry)):
        assert not ENGLISH.findall(text)
        assert "veuillez" not in text.lower()
        assert typeset(text) == text


@pytest.mark.parametrize("entry", PRESENT, ids=lambda entry: entry.name)
def test_every_chart_says_its_point_in_words(entry: PageEntry, demonstration_settings: None) -> None:
    """A chart without a text alternative is closed to who does not see it."""
    for chart in opened(entry).get("vega_lite_chart"):
        assert len(chart.proto.alt) > 40


def test_the_menu_holds_each_page_once() -> None:
    """Names, titles and addresses tell pages apart; the home page alone has no address."""
    for texts in (
        [entry.name for entry in PAGES],
        [entry.title for entry in PAGES],
        [entry.address for entry in PAGES],
    ):
        assert len(texts) == len(set(texts))


def test_every_page_file_is_in_the_menu() -> None:
    """A file nobody can reach is a file nobody tests."""
    files = {file.stem for file in (APP.parents[1] / "pages").glob("*.py")} - {"__init__"}

    assert files == {entry.name for entry in PRESENT}
