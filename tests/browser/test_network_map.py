"""The map and its list: what is chosen in one is chosen in the other, by keyboard as by hand, and years go by at will."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visits import Witness, open_page, run_by

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow


def chosen(page: Page) -> tuple[str | None, str | None]:
    """The place whose card is open, and that which the map shows so."""
    found = [page.locator(where) for where in (".cc-map details[open]", ".cc-map svg .cc-chosen")]
    for each in found:
        expect(each).to_have_count(1)
    return found[0].get_attribute("data-place"), found[1].get_attribute("data-place")


def test_a_place_is_chosen_in_the_list_or_on_the_map_and_the_years_go_by(visit: tuple[Page, Witness]) -> None:
    page, witness = visit
    page.emulate_media(reduced_motion="reduce")
    open_page(page, "/carte")
    expect(page.get_by_role("img", name="Carte du Cantal")).to_have_count(1)

    page.locator(".cc-map summary", has_text="Saint-Flour").press("Enter")
    assert chosen(page) == ("SAINT-FLOUR", "SAINT-FLOUR")
    expect(page).to_have_url("/carte?lieu=SAINT-FLOUR")
    page.locator(".cc-map svg [data-place=MURAT]").click()
    assert chosen(page) == ("MURAT", "MURAT")
    expect(page.locator(".cc-map [data-place=MURAT] > summary")).to_be_focused()
    expect(page.locator(".cc-map details[open]")).to_contain_text("demi-journée 10\u00a0€")
    # As when the server draws the list anew, because a seat was taken meanwhile.
    page.evaluate("() => { const map = document.querySelector('.cc-map'); map.replaceWith(map.cloneNode(true)); }")
    expect(page.locator(".cc-map [data-place=MURAT] > summary")).to_be_focused()
    page.reload()
    assert chosen(page) == ("MURAT", "MURAT")

    open_page(page, "/carte")
    run_by(page, lambda: page.get_by_text("Faire défiler les années").click())
    years = page.get_by_role("slider", name="Année")
    # Nothing moves by itself for who asked that nothing moves.
    expect(page.get_by_role("button", name="Lecture")).to_be_visible()
    years.press("Home")
    expect(page.locator(".cc-film-year")).to_have_text("2007")
    alone = page.locator(".cc-map svg [data-place]:visible").count()
    page.get_by_role("button", name="Lecture").press("Enter")
    expect(years).to_have_value("2010")
    page.get_by_role("button", name="Pause").press("Enter")
    assert page.locator(".cc-map svg [data-place]:visible").count() > alone
    assert witness == Witness()
