"""The coordinator's sheet of the whole network in a real browser: a block pasted from a spreadsheet, saved, taken back."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.visits import open_page, wait_until_drawn

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

# Other tests write in other centres of that week.
ADDRESS = "/saisie?vue=reseau&semaine=2017-S20"
MONDAY = "2017-05-15"


def stored(data_folder: Path) -> list[tuple[str, str, int | None]]:
    """The half-days of the week in the database: centre, day and kind, number."""
    question = """
        SELECT c.code, d.day || ' ' || d.seat_kind, d.half_days
        FROM attendance_week w JOIN attendance_day d ON d.attendance_week_id = w.id JOIN centre c ON c.id = w.centre_id
        WHERE w.week_start = ? AND c.code IN ('A2EX', 'ALLANCHE') ORDER BY 1, 2"""
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        return database.execute(question, (MONDAY,)).fetchall()


def paste(page: Page, text: str) -> None:
    """As from a spreadsheet, which leaves tabs and line ends on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")
    # The table waits for a pause of 150 ms before it hands over what was typed.
    page.wait_for_timeout(500)


def test_a_block_copied_from_a_spreadsheet_is_pasted_reviewed_saved_and_taken_back(
    page: Page, data_folder: Path
) -> None:
    before = stored(data_folder)
    open_page(page, ADDRESS)
    table = page.get_by_test_id("stDataFrame")
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    # The first cell of figures: right of the names, under the titles.
    page.mouse.click(box["x"] + 190, box["y"] + 52)
    expect(page.locator("canvas[data-testid='data-grid-canvas']").first).to_be_visible()

    expect(page.locator("td[id^='glide-cell'][aria-selected='true']")).to_be_attached()
    # What does not fit is refused whole, and said: the table would cut it off.
    paste(page, "\n".join(["1"] * 40))
    expect(page.get_by_role("alert").filter(has_text="Rien n’est collé")).to_contain_text("40\N{NO-BREAK SPACE}lignes")
    page.get_by_role("button", name="Relire les différences").click()
    expect(page.get_by_text("Rien n’a changé")).to_be_visible()
    # Opened anew: a click on the cell that is chosen would open it for typing.
    open_page(page, ADDRESS)
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    assert box
    page.mouse.click(box["x"] + 190, box["y"] + 52)
    expect(page.locator("td[id^='glide-cell'][aria-selected='true']")).to_be_attached()
    paste(page, "1\t1\n2\t2\n")
    page.get_by_role("button", name="Relire les différences").click()

    expect(page.get_by_text(re.compile(r"de 2\stélécentres changent"))).to_be_visible()
    assert stored(data_folder) == before
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text(re.compile(r"2\stélécentres enregistrés"))).to_be_visible()
    wait_until_drawn(page)
    assert stored(data_folder) != before
    page.get_by_role("button", name="Annuler cet enregistrement").click()
    expect(page.get_by_text(re.compile(r"2\stélécentres comme avant"))).to_be_visible()
    assert stored(data_folder) == before
