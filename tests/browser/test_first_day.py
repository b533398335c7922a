"""A first-time coordinator, from the two commands of the README to the first figure: how many presses it takes."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.exports.tables import xlsx
from dashboard.ui.navigation import page_entry
from tests.browser.server import ROOT, TODAY, free_port, running_server
from tests.browser.visits import DRAWN, wait_until_drawn, watched_context
from tests.dashboard.imports.test_places import TWELVE, sheet

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

MOST_PRESSES = 25
# The window in which a file is chosen is the machine's: one press on the file, one on « Ouvrir ».
OF_THE_FILE_WINDOW = 2


@dataclass
class Hand:
    """Whoever is at the machine: what they type is not counted, all that they press is."""

    page: Page
    presses: int = 0

    def click(self, what: Locator) -> None:
        what.click()
        self.presses += 1

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    def choose(self, opens: Locator, name: str, content: bytes) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.click(opens)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        chooser.value.set_files({"name": name, "mimeType": kind, "buffer": content})
        self.presses += OF_THE_FILE_WINDOW


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    return {"CYBERCANTAL_SIGN_IN": "local", "CYBERCANTAL_DATA_FOLDER": str(tmp_path)}


def command(settings: dict[str, str], *words: str) -> str:
    """What a command of the README prints."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("CYBERCANTAL_")}
    program = [sys.executable, "-c", "from dashboard.command import main; main()", *words]
    told = subprocess.run(program, cwd=ROOT, env=known | settings, capture_output=True, text=True, check=True)
    return told.stdout


def test_from_an_empty_base_to_the_first_figure_with_a_spreadsheet(
    browser: Browser, tmp_path: Path, settings: dict[str, str]
) -> None:
    port = free_port()
    settings |= {"CYBERCANTAL_PORT": str(port), "CYBERCANTAL_TODAY": TODAY}
    command(settings, "migrate")
    told = command(settings, "account", "add", "vous@exemple.fr", "--name", "Vous", "--role", "manager")
    link = re.search(r"/activation\?code=\S+", told)
    assert link is not None
    with running_server(tmp_path, settings=settings, port=port) as address:
        context, witness = watched_context(browser, address, viewport={"width": 1366, "height": 768})
        page = context.new_page()
        hand = Hand(page)
        page.goto(link[0])
        for field in page.locator("input[type=password]").all():
            hand.click(field)
            page.keyboard.type("une phrase assez longue")
        hand.press("Enter")

        page.wait_for_selector(DRAWN)
        expect(page.get_by_role("heading", name=re.compile(r"Premiers pas\s: 1 sur 9"))).to_be_visible()
        hand.click(page.get_by_role("link", name="Importer les lieux d’un tableur"))
        page.wait_for_url("**/import-export?nature=centres")
        wait_until_drawn(page)
        hand.choose(page.locator("[data-testid=stFileUploader] button"), "lieux.xlsx", xlsx(sheet(*TWELVE)))
        hand.click(page.get_by_role("button", name=re.compile(r"^Importer 12\s")))
        expect(page.get_by_text(re.compile(r"Importé\s: 12\sajouts"))).to_be_visible()

        home = page.get_by_role("link", name=page_entry("overview").title)
        hand.click(home)
        expect(page.get_by_role("heading", name=re.compile(r"Premiers pas\s: 4 sur 9"))).to_be_visible()
        hand.click(page.get_by_role("link", name="Saisir une semaine"))
        expect(page.locator(".cc-week table")).to_be_visible()
        fields = page.locator(".cc-week td input:not([type=checkbox])").all()
        expect(fields[0]).to_be_focused()
        # Typed, with the key that goes on to the next figure: no press of another kind.
        page.keyboard.type("1\n" * (len(fields) - 1) + "1")
        hand.press("Control+Enter")
        expect(page.locator(".cc-week-answer")).to_contain_text("enregistrée")

        hand.click(home)
        expect(page.locator(".cc-key")).to_contain_text("Le taux de remplissage du réseau est de")
        assert witness.failures == []
        context.close()

    print(f"{hand.presses} presses from the link of the account to the first figure")
    assert hand.presses <= MOST_PRESSES
