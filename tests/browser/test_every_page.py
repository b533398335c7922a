"""What holds on every page of the menu: French, nothing from elsewhere, nothing broken."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

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


# What moves once it is shown, without anybody having touched anything: each move, as a share of the screen.
MOVES = """
window.moves = [];
new PerformanceObserver((list) => {
  for (const move of list.getEntries()) {
    if (move.hadRecentInput) continue;
    const what = move.sources.map(({ node }) => (node?.textContent ?? "").slice(0, 60));
    window.moves.push({ share: move.value, what });
  }
}).observe({ type: "layout-shift", buffered: true });
"""
PHONE = ViewportSize(width=390, height=844)
LAPTOP = ViewportSize(width=1366, height=768)
# WCAG asks for 320 pixels; 683 is a laptop whose letters are doubled.
NARROW = (ViewportSize(width=320, height=700), ViewportSize(width=683, height=384))
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
    context, witness = watched_context(browser, server_address, viewport=LAPTOP)
    context.add_init_script(MOVES)
    yield context.new_page(), witness
    context.close()


@pytest.fixture(scope="module", params=EVERY_PAGE)
def visited(request: pytest.FixtureRequest, visitor: tuple[Page, Witness]) -> Visited:
    """Each page of the menu in turn, opened once for all the tests below."""
    page, witness = visitor
    witness.forget()
    page.set_viewport_size(LAPTOP)
    page.emulate_media(color_scheme="light")
    open_page(page, f"/{request.param.address}")
    return Visited(request.param, page, witness)


def test_a_page_is_drawn_without_a_complaint_and_without_the_internet(visited: Visited) -> None:
    assert visited.page.locator("h1").first.inner_text() == visited.entry.title
    assert visited.page.title().startswith(visited.entry.title)
    assert visited.witness == Witness()


def test_nothing_moves_while_a_page_arrives(visited: Visited) -> None:
    assert moved(visited.page) == []


def moved(page: Page) -> list[dict[str, object]]:
    """What moved since the page was asked for; nothing when all of it together is under a tenth of the screen (CLS)."""
    page.wait_for_function(
        "() => ![...document.querySelectorAll('.stVegaLiteChart')].some((it) => it.checkVisibility() && !it.querySelector('svg'))"
    )
    moves: list[dict[str, object]] = page.evaluate("window.moves")
    return moves if page.evaluate("window.moves.reduce((sum, { share }) => sum + share, 0)") >= 0.1 else []


def test_a_page_says_nothing_in_english(visited: Visited) -> None:
    words = all_words(visited.page)

    assert visited.page.evaluate("document.documentElement.lang") == "fr"
    assert visited.page.evaluate("navigator.language") == "fr-FR"
    assert [text for text in words if text in LEFT_OVERS or text.split(": ")[0] in LEFT_OVERS] == []
    assert [text for text in words if any(re.search(pattern, text) for pattern, _ in document.PATTERNS)] == []
    assert [text for text in words if ENGLISH.search(text)] == []


def test_everybody_can_use_it(visited: Visited) -> None:
    """axe finds nothing serious, all that is folded being open, in the light on a laptop and in the dark on a phone."""
    assert barriers(visited.page) == []

    visited.page.set_viewport_size(PHONE)
    visited.page.emulate_media(color_scheme="dark")
    wait_until_drawn(visited.page)

    assert barriers(visited.page) == []
    # Folded, the menu is on nobody's way: neither read aloud nor reached by the Tab key.
    assert visited.page.get_by_role("link", name="Vue d’ensemble", exact=True).count() == 0
    visited.page.emulate_media(color_scheme="light")
    visited.page.set_viewport_size(LAPTOP)


_ALL_OPEN: Final = """() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
    for (const tab of document.querySelectorAll('.cc-panel')) tab.removeAttribute('hidden');
}"""


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds serious on the page, or a heading more than one level under another."""
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = []
    # What is being drawn again is pale for that while, and some pages look again by themselves: a barrier is there each time.
    for _ in range(3):
        page.wait_for_function("() => !document.querySelector('[data-stale=true]')")
        page.evaluate(_ALL_OPEN)
        found = [
            (fault["id"], [node["html"] for node in fault["nodes"]])
            for fault in Axe().run(page, options=options).response["violations"]
            if fault["impact"] in ("serious", "critical") or fault["id"] == "heading-order"
        ]
        if not found:
            break
    return found


@pytest.mark.slow
def test_nothing_slides_aside_on_a_narrow_screen(visited: Visited) -> None:
    """All that is folded being open; what is wide, a table or a grid, slides within itself."""
    visited.page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    for size in NARROW:
        visited.page.set_viewport_size(size)
        wait_until_drawn(visited.page)
        # A chart takes its new width in its own time.
        with suppress(AssertionError):
            wait_until(visited.page, lambda: beyond(visited.page) == 0, "it slides")
        assert beyond(visited.page) == 0
    visited.page.set_viewport_size(LAPTOP)


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
def test_the_same_page_opened_on_a_phone_in_the_dark(visited: Visited) -> None:
    visited.page.set_viewport_size(PHONE)
    visited.page.emulate_media(color_scheme="dark")
    visited.page.reload()
    wait_until_drawn(visited.page)
    background = visited.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=\"stApp\"]')).backgroundColor"
    )

    assert background == "rgb(17, 24, 20)"
    assert moved(visited.page) == []
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
