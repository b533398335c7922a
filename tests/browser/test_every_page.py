"""What holds on every page of the menu: French, nothing from elsewhere, nothing broken."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from dashboard.ui.navigation import PAGES, PageEntry
from dashboard.web import document
from tests.browser.visits import Witness, all_words, open_page, wait_until, wait_until_drawn, watched_context

LEFT_OVERS = {**document.TEXTS, **document.LABELS}
# Words of English chrome and of Vega's own descriptions that no French sentence holds.
ENGLISH = re.compile(
    r"\b(the|and|of|with|your|please|loading|choose|click|download|search|fullscreen|empty|none|select|titled|values"
    r"|axis|legend|scale|ending|from|shown|please|enter)\b",
    re.IGNORECASE,
)


WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True)
class Visited:
    """A page of the menu, as a visitor on a laptop has it before their eyes."""

    entry: PageEntry
    page: Page
    witness: Witness


# Those that draw what no other does: charts, a map, the weekly table, an upload, a form of many fields.
ALWAYS = {"overview", "network_map", "weekly_entry", "transfers", "other_entries", "presentation"}
EVERY_PAGE = [
    pytest.param(entry, id=entry.name, marks=() if entry.name in ALWAYS else pytest.mark.slow) for entry in PAGES
]


@pytest.fixture(scope="module")
def visitor(browser: Browser, server_address: str) -> Iterator[tuple[Page, Witness]]:
    """One visitor on a laptop, who goes from page to page: what a browser compiled for the first serves the others."""
    context, witness = watched_context(browser, server_address, viewport={"width": 1366, "height": 768})
    yield context.new_page(), witness
    context.close()


@pytest.fixture(scope="module", params=EVERY_PAGE)
def visited(request: pytest.FixtureRequest, visitor: tuple[Page, Witness]) -> Visited:
    """Each page of the menu in turn, opened once for all the tests below."""
    page, witness = visitor
    witness.forget()
    page.emulate_media(color_scheme="light")
    open_page(page, f"/{request.param.address}")
    return Visited(request.param, page, witness)


def test_a_page_is_drawn_without_a_complaint_and_without_the_internet(visited: Visited) -> None:
    assert visited.page.locator("h1").first.inner_text() == visited.entry.title
    assert visited.page.title().startswith(visited.entry.title)
    assert visited.witness == Witness()


def test_a_page_says_nothing_in_english(visited: Visited) -> None:
    words = all_words(visited.page)

    assert visited.page.evaluate("document.documentElement.lang") == "fr"
    assert visited.page.evaluate("navigator.language") == "fr-FR"
    assert [text for text in words if text in LEFT_OVERS or text.split(": ")[0] in LEFT_OVERS] == []
    assert [text for text in words if any(re.search(pattern, text) for pattern, _ in document.PATTERNS)] == []
    assert [text for text in words if ENGLISH.search(text)] == []


def test_everybody_can_use_it(visited: Visited) -> None:
    """axe finds nothing serious, all that is folded being open and all tabs too, and each heading comes one level under another
    at most."""
    visited.page.evaluate(
        """() => {
            for (const folded of document.querySelectorAll('details')) folded.open = true;
            for (const tab of document.querySelectorAll('.cc-panel')) tab.removeAttribute('hidden');
        }"""
    )

    found = Axe().run(visited.page, options={"runOnly": {"type": "tag", "values": WCAG}}).response["violations"]

    assert [
        (fault["id"], [node["html"] for node in fault["nodes"]])
        for fault in found
        if fault["impact"] in ("serious", "critical") or fault["id"] == "heading-order"
    ] == []


@pytest.mark.slow
def test_nothing_slides_aside_on_the_narrowest_screen(visited: Visited) -> None:
    """320 pixels, as WCAG asks; what is wide, a table or a grid, slides within itself."""
    visited.page.set_viewport_size({"width": 320, "height": 700})
    wait_until_drawn(visited.page)

    # A chart takes its new width in its own time.
    with suppress(AssertionError):
        wait_until(visited.page, lambda: beyond(visited.page) == 0, "it slides")
    assert beyond(visited.page) == 0
    visited.page.set_viewport_size({"width": 1366, "height": 768})


def beyond(page: Page) -> int:
    """How many pixels the page slides aside."""
    pixels: int = page.evaluate(
        "() => { const main = document.querySelector('[data-testid=stMain]'); return main.scrollWidth - main.clientWidth; }"
    )
    return pixels


@pytest.mark.slow
@pytest.mark.parametrize(
    "visited", [entry for entry in PAGES if entry.name in ALWAYS], ids=lambda entry: entry.name, indirect=True
)
def test_the_same_page_in_the_dark(visited: Visited) -> None:
    visited.page.emulate_media(color_scheme="dark")
    visited.page.reload()
    wait_until_drawn(visited.page)
    background = visited.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor"
    )

    assert background == "rgb(17, 24, 20)"
    assert visited.witness == Witness()


def test_an_english_browser_is_answered_in_french(browser: Browser, server_address: str) -> None:
    context = browser.new_context(locale="en-US")
    page = context.new_page()

    open_page(page, f"{server_address}/")

    assert page.evaluate("[navigator.language, ...navigator.languages]") == ["fr-FR", "fr-FR", "fr"]
    assert [text for text in all_words(page) if ENGLISH.search(text)] == []
    context.close()


def test_an_unknown_address_is_told_in_french(page: Page) -> None:
    answer = page.goto("/nulle-part")

    assert answer is not None
    assert answer.status == 404
    assert page.locator("h1").inner_text() == "Cette page n’existe pas"
    page.get_by_role("link", name="Aller à la vue d’ensemble").click()
    page.wait_for_url("**/")


def test_back_returns_to_the_page_before_with_its_filters_marked(page: Page) -> None:
    """A filter is no step of its own, and what the address says is what the screen marks."""
    weeks = page.get_by_role("radio", name="52 semaines")
    open_page(page, "/")
    weeks.click()
    expect(page).to_have_url(re.compile("/.periode=52s$"))

    page.get_by_role("link", name="Fréquentation").first.click()
    expect(page).to_have_url(re.compile("/frequentation.periode=52s$"))
    wait_until_drawn(page)
    page.go_back()

    expect(page.locator("h1").first).to_have_text("Vue d’ensemble")
    expect(weeks).to_be_checked()
    expect(page).to_have_url(re.compile("/.periode=52s$"))
