"""Safari's engine draws the product too: pages, a week entered, a filter, a file, with WebKit as Debian gives it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import DEVNULL, Popen
from typing import Final

import pytest
from hypothesis import settings
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from dashboard.configuration.settings import DATABASE_FILE
from dashboard.ui.navigation import PAGES, PageEntry
from tests.browser.visits import PATIENCE_MS

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

# All pages are asked for by `--hypothesis-profile=thorough`: this engine is slow to draw on a machine without a screen.
_IN_THE_GATE: Final = ("overview", "network_map", "passes", "help")
_PAGES: Final = [
    entry for entry in PAGES if settings.get_current_profile_name() == "thorough" or entry.name in _IN_THE_GATE
]
_DRAWN: Final = """return !!document.querySelector("[data-test-script-state='notRunning']")
    && !document.querySelector("[data-testid='stSkeleton']") && !!document.querySelector("h1")"""
# A machine without a screen has no compositor, and root no sandbox.
_WITHOUT_A_SCREEN: Final = {
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
    "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
}


def _mini_browser() -> Path | None:
    return next(Path("/usr").glob("lib/*/webkit2gtk-4.*/MiniBrowser"), None)


@pytest.fixture(scope="module")
def webkit() -> Iterator[WebKitGTK]:
    """WebKit on a screen that nobody sees; where it is not installed these tests are skipped."""
    driver, screen, shown = shutil.which("WebKitWebDriver"), shutil.which("Xvfb"), _mini_browser()
    if driver is None or screen is None or shown is None:
        pytest.skip("WebKit is not installed here (packages webkit2gtk-driver and xvfb)")
    reading, writing = os.pipe()
    with Popen([screen, "-displayfd", str(writing), "-nolisten", "tcp"], pass_fds=[writing], stderr=DEVNULL) as display:
        os.close(writing)
        with os.fdopen(reading, encoding="ascii") as said, pytest.MonkeyPatch.context() as patch:
            patch.setenv("DISPLAY", f":{said.readline().strip()}")
            for name, value in _WITHOUT_A_SCREEN.items():
                patch.setenv(name, value)
            options = Options()
            options.binary_location = str(shown)
            options.add_argument("--automation")
            browser = WebKitGTK(options=options, service=Service(executable_path=driver))
            browser.set_script_timeout(PATIENCE_MS / 1000)
            yield browser
            browser.quit()
        display.terminate()


def open_page(webkit: WebKitGTK, address: str) -> None:
    webkit.get(address)
    wait_until_drawn(webkit)


def wait_until_drawn(webkit: WebKitGTK) -> None:
    WebDriverWait(webkit, PATIENCE_MS / 1000).until(lambda browser: browser.execute_script(_DRAWN))


@pytest.mark.parametrize("entry", _PAGES, ids=lambda entry: entry.name)
def test_a_page_is_drawn(webkit: WebKitGTK, server_address: str, entry: PageEntry) -> None:
    open_page(webkit, f"{server_address}/{entry.address}")

    assert webkit.find_element(By.TAG_NAME, "h1").text == entry.title
    assert not webkit.find_elements(By.CSS_SELECTOR, "[data-testid='stException']")


def test_a_filter_changes_what_is_shown_and_a_file_comes(webkit: WebKitGTK, server_address: str) -> None:
    open_page(webkit, f"{server_address}/frequentation")
    before = webkit.find_element(By.CSS_SELECTOR, ".cc-key").text

    webkit.find_element(By.XPATH, "//button[starts-with(normalize-space(.), '52')]").click()

    WebDriverWait(webkit, PATIENCE_MS / 1000).until(
        lambda browser: browser.find_element(By.CSS_SELECTOR, ".cc-key").text != before
    )
    wait_until_drawn(webkit)
    fetched = webkit.execute_async_script(
        """const done = arguments[arguments.length - 1];
        fetch(document.querySelector("a.cc-file[href$='.csv']").href)
            .then(async (answer) => done([answer.status, (await answer.text()).length]))"""
    )
    assert fetched[0] == 200
    assert fetched[1] > 100


def test_a_week_is_entered(webkit: WebKitGTK, server_address: str, data_folder: Path) -> None:
    open_page(webkit, f"{server_address}/saisie?centre=RIOM-ES-MONTAGNES&semaine=2017-S19")
    fields = webkit.find_elements(By.CSS_SELECTOR, ".cc-week td input:not([type=checkbox])")
    assert len(fields) > 4
    for field in fields:
        field.send_keys(Keys.BACKSPACE, "1")

    webkit.find_element(By.XPATH, "//button[contains(., 'Garder en brouillon')]").click()

    def kept(_browser: WebKitGTK) -> bool:
        question = """SELECT sum(d.half_days) FROM attendance_day d JOIN attendance_week w ON w.id = d.attendance_week_id
            JOIN centre c ON c.id = w.centre_id WHERE c.code = 'RIOM-ES-MONTAGNES' AND w.week_start = '2017-05-08'"""
        with closing(sqlite3.connect(data_folder / DATABASE_FILE, timeout=30)) as database:
            return database.execute(question).fetchone() == (len(fields),)

    WebDriverWait(webkit, PATIENCE_MS / 1000).until(kept)
