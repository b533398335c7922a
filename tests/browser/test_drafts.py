"""What is typed in a weekly sheet is on the server before it is saved: no reload, cut or restart loses it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.server import running_server
from tests.browser.visits import open_page, wait_until, watched_context

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

# A week that no other test writes in.
ADDRESS = "/saisie?centre=RIOM-ES-MONTAGNES&semaine=2017-S20"
KEY = "RIOM-ES-MONTAGNES 2017-S20"


def field(page: Page) -> Locator:
    """The offices of the Monday."""
    return page.locator('.st-key-weekly-day-1 input[type="tel"]').first


def drafts(data_folder: Path) -> list[str]:
    """What is kept of the week, as it was typed."""
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        found = database.execute("SELECT typed FROM entry_draft WHERE about = ?", (KEY,)).fetchall()
    return [text for (kept,) in found for text in json.loads(kept).values() if isinstance(text, str)]


def type_without_saving(page: Page, data_folder: Path, text: str) -> None:
    """Keys only: no button, no other field, no goodbye."""
    field(page).click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    wait_until(page, lambda: text in drafts(data_folder), f"« {text} » never reached the server")


def stored(data_folder: Path) -> int:
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        return database.execute(
            """SELECT count(*) FROM attendance_week w JOIN centre c ON c.id = w.centre_id
               WHERE c.code = 'RIOM-ES-MONTAGNES' AND w.week_start = '2017-05-15' AND w.version > 1"""
        ).fetchone()[0]


def test_what_was_typed_survives_a_reload_and_another_server(page: Page, browser: Browser, data_folder: Path) -> None:
    """The second server is what a restart brings: another process, the same database."""
    open_page(page, ADDRESS)
    type_without_saving(page, data_folder, "5")

    page.reload()
    expect(field(page)).to_have_value("5")
    expect(page.get_by_text("Reprise de votre saisie")).to_be_visible()
    type_without_saving(page, data_folder, "6")

    with running_server(data_folder) as address:
        context, _witness = watched_context(browser, address)
        elsewhere = context.new_page()
        open_page(elsewhere, ADDRESS)
        expect(field(elsewhere)).to_have_value("6")
        elsewhere.get_by_role("button", name="Repartir de ce qui est enregistré").click()
        expect(field(elsewhere)).not_to_have_value("6")
        context.close()
    assert drafts(data_folder) == []
    assert stored(data_folder) == 0


def test_what_was_typed_while_the_line_was_cut_reaches_the_server_when_it_is_back(
    page: Page, data_folder: Path
) -> None:
    open_page(page, ADDRESS)
    page.context.set_offline(True)
    field(page).click()
    page.keyboard.press("Control+A")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/brouillon")):
        page.keyboard.type("7")
    assert "7" not in drafts(data_folder)

    page.context.set_offline(False)

    wait_until(page, lambda: "7" in drafts(data_folder), "« 7 » never reached the server")
