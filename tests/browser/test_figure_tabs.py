"""The chart, the table and the files of a figure are tabs of one block: walked by keyboard, changed without the server."""

from playwright.sync_api import Page, expect

from tests.browser.visits import open_page, wait_until_drawn

FIGURE = "jours-de-la-semaine"
LONG = "lieux-face-au-reseau"


def test_tabs_are_walked_by_keyboard_and_stay_while_filters_change(page: Page) -> None:
    sent: list[object] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    open_page(page, "/frequentation")
    chart, table, files = (page.locator(f"#tab-{FIGURE}-{name}") for name in ("chart", "table", "files"))
    drawing = page.locator(f".st-key-figure-{FIGURE} .stVegaLiteChart")
    rows, links = page.locator(f"#panel-{FIGURE}-table"), page.locator(f"#panel-{FIGURE}-files")
    width = drawing.bounding_box()["width"]  # type: ignore[index]
    asked = len(sent)

    chart.focus()
    page.keyboard.press("ArrowRight")
    expect(table).to_be_focused()
    expect(table).to_have_attribute("aria-selected", "true")
    expect(rows.get_by_role("row")).to_have_count(6)
    expect(drawing).to_be_hidden()
    page.keyboard.press("End")
    expect(files).to_be_focused()
    expect(links.get_by_role("link", name="Télécharger (PNG)")).to_be_visible()
    expect(rows).to_have_attribute("hidden", "until-found")
    page.keyboard.press("ArrowRight")
    expect(chart).to_be_focused()
    expect(drawing).to_be_visible()
    assert drawing.bounding_box()["width"] == width  # type: ignore[index]
    assert len(sent) == asked

    table.click()
    page.get_by_text("4 semaines", exact=True).click()
    page.wait_for_url("**periode=4s**")
    wait_until_drawn(page)
    expect(table).to_have_attribute("aria-selected", "true")
    expect(rows.get_by_role("row")).to_have_count(6)
    expect(drawing).to_be_hidden()


def test_a_long_table_is_drawn_once_its_tab_is_chosen_and_the_summary_leads_to_each_part(page: Page) -> None:
    open_page(page, "/frequentation")
    page.get_by_role("navigation", name="Sur cette page").get_by_role("link").last.click()
    expect(page.locator("#figure-comparaison")).to_be_focused()
    expect(page.locator("#figure-comparaison")).to_be_in_viewport()
    rows = page.locator(f".st-key-panel-{LONG} tbody tr")

    expect(rows).to_have_count(0)
    page.locator(f"#tab-{LONG}-table").click()
    expect(rows).to_have_count(25)
    expect(page.locator(f".st-key-figure-{LONG} .stVegaLiteChart")).to_be_hidden()
