"""Pictures of every page, in light and dark, at three sizes: `python -m tests.browser.screenshots FOLDER`.

With an address as second argument, that server is looked at; otherwise one is started on demonstration data.
"""

import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright

from dashboard.ui.navigation import PAGES
from tests.browser.server import running_server
from tests.browser.visits import browser_path, launch, open_page, watched_context

SIZES = ((1366, 768), (390, 844), (1920, 1080))
THEMES = ("light", "dark")
TALLEST = 6000


def take_pictures(address: str, folder: Path) -> None:
    """One file for each page, theme and size: the whole of the page, not only what the window shows."""
    path = browser_path()
    if path is None:
        raise SystemExit("no browser is installed here")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium, path)
        for theme in THEMES:
            for width, height in SIZES:
                size = ViewportSize(width=width, height=height)
                context, _ = watched_context(browser, address, viewport=size, color_scheme=theme)
                page = context.new_page()
                for entry in PAGES:
                    page.set_viewport_size(size)
                    open_page(page, f"/{entry.address}")
                    # Streamlit scrolls inside the window: the window is made as tall as the page.
                    tall = page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollHeight")
                    page.set_viewport_size(ViewportSize(width=width, height=max(height, min(tall, TALLEST))))
                    page.wait_for_timeout(500)
                    page.screenshot(path=folder / f"{entry.name}-{theme}-{width}.png")
                context.close()
        browser.close()


def main(arguments: list[str]) -> None:
    """Reads the command line."""
    if not 1 <= len(arguments) <= 2:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as product:
        server = nullcontext(arguments[1]) if len(arguments) == 2 else running_server(Path(product))
        with server as address:
            take_pictures(address.rstrip("/"), Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
