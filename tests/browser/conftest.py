"""A real server and a real browser, started once for all the tests of this folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.server import running_server
from tests.browser.visits import BROWSERS, PATIENCE_MS, Witness, browser_path, launch, watched_context
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The installed Chromium. Without one these tests are skipped, except in CI, where they fail."""
    path = browser_path()
    if path is None:
        reason = f"no browser is installed here (looked for {', '.join(BROWSERS)})"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium, path)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the product keeps its database, which is there already: the tests of the command prove that it is made."""
    folder = tmp_path_factory.mktemp("product")
    demonstration_copy(folder, DAY_OF_THE_PROGRAMME).rename(folder / DATABASE_FILE)
    return folder


@pytest.fixture(scope="session")
def server_address(browser: Browser, data_folder: Path) -> Iterator[str]:
    """The address of the product on its demonstration data; `browser` is asked for first, to skip before starting it."""
    with running_server(data_folder) as address:
        yield address


@pytest.fixture
def visit(browser: Browser, server_address: str) -> Iterator[tuple[Page, Witness]]:
    """A new visitor on a laptop, and what goes on behind the screen."""
    context, witness = watched_context(browser, server_address, viewport={"width": 1366, "height": 768})
    yield context.new_page(), witness
    context.close()


@pytest.fixture
def page(visit: tuple[Page, Witness]) -> Page:
    """A new visitor on a laptop."""
    return visit[0]
