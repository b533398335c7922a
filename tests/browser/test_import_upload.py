"""A file imported on screen: the model as it is downloaded, filled in, previewed, imported, taken back."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from dashboard.exports import tables
from dashboard.imports.kinds import KINDS, model_table
from tests.browser.visits import open_page, wait_until_drawn

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

TITLE = "Visite de printemps du télécentre"


def events(data_folder: Path) -> int:
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        return database.execute("SELECT count(*) FROM event WHERE title = ?", (TITLE,)).fetchone()[0]


@pytest.fixture
def file() -> bytes:
    """The model of events with its example line under another title."""
    model = tables.csv(model_table(KINDS["events"])).decode("utf-8-sig")
    example = KINDS["events"].column("title").example
    return model.replace(example, TITLE).encode("utf-8-sig")


def test_a_file_is_previewed_imported_and_taken_back(page: Page, data_folder: Path, file: bytes) -> None:
    open_page(page, "/import-export?nature=events")

    page.locator("input[type=file]").set_input_files({"name": "evenements.csv", "mimeType": "text/csv", "buffer": file})
    expect(page.get_by_text(re.compile(r"1\sà ajouter"))).to_be_visible()
    assert events(data_folder) == 0
    page.get_by_role("button", name=re.compile(r"^Importer 1\s")).click()
    expect(page.get_by_text(re.compile(r"Importé\s: 1\sajout"))).to_be_visible()
    assert events(data_folder) == 1

    wait_until_drawn(page)
    page.get_by_role("button", name="Annuler l’import").first.click()
    expect(page.get_by_text(re.compile(r"Import \d+ annulé\s: 1\schangement"))).to_be_visible()
    assert events(data_folder) == 0


def test_a_wrong_file_is_told_with_the_remedy_and_imports_nothing(page: Page) -> None:
    open_page(page, "/import-export?nature=events")

    page.locator("input[type=file]").set_input_files(
        {"name": "photo.csv", "mimeType": "text/csv", "buffer": b"\x89PNG\r\n\x1a\n"}
    )

    expect(page.get_by_text(re.compile("Enregistrez-le au format CSV, XLSX ou ODS"))).to_be_visible()
    assert page.get_by_role("button", name=re.compile("^Importer")).count() == 0


def test_an_entry_is_made_with_the_keyboard_and_taken_back(page: Page, data_folder: Path) -> None:
    """An information meeting: fields in the order of the Tab key, Ctrl+Entrée, then the button of the last entries."""
    open_page(page, "/autres-saisies?saisie=reunion")
    place = page.get_by_label("Lieu")
    page.get_by_label("Date", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("11/05/2017")
    page.keyboard.press("Tab")
    expect(place).to_be_focused()
    page.keyboard.type("Agence d’essai")
    page.keyboard.press("Tab")
    page.keyboard.type("12")
    page.keyboard.press("Tab")
    page.keyboard.type("4")
    page.keyboard.press("Control+Enter")
    said = page.get_by_role("status").filter(has_text="enregistré à")
    expect(said).to_be_visible()

    question = "SELECT count(*) FROM information_meeting WHERE place = ?"
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        assert database.execute(question, ("Agence d’essai",)).fetchone() == (1,)
    page.get_by_role("button", name="Annuler").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("annulé", re.IGNORECASE)).first).to_be_visible()
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        assert database.execute(question, ("Agence d’essai",)).fetchone() == (0,)
