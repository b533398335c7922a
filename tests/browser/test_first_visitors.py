"""The first seconds of a server: several people come while it is still loading what their pages need."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dashboard.configuration.settings import DATABASE_FILE
from dashboard.ui.navigation import PAGES
from tests.browser.server import running_server
from tests.browser.visits import watched_context

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow


def test_those_who_come_at_the_very_first_second_all_see_their_page(
    browser: Browser, server_address: str, data_folder: Path, tmp_path: Path
) -> None:
    """Modules loaded by two threads at once used to break pages now and then, and only then."""
    shutil.copy(data_folder / DATABASE_FILE, tmp_path)
    entries = list(PAGES)[:6]

    with running_server(tmp_path, ready_when="/") as address:
        context, witness = watched_context(browser, address)
        pages = [context.new_page() for _ in entries]
        for page, entry in zip(pages, entries, strict=True):
            page.goto(f"/{entry.address}", wait_until="commit")
        for page, entry in zip(pages, entries, strict=True):
            expect(page.get_by_role("heading", level=1, name=entry.title, exact=True)).to_be_visible()
            page.wait_for_selector('[data-test-script-state="notRunning"]')
        broken = [page.title() for page in pages if page.get_by_role("button", name="Réessayer").count()]
        context.close()

    assert broken == []
    assert witness.complaints == []
