"""The coordinator's sheet of the whole network in a real browser: a block pasted from a spreadsheet, saved, taken back."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.visits import open_page, paste, wait_until_drawn

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


def field(page: Page, centre: str, kind: str) -> Locator:
    """The half-days of a centre on the Monday."""
    return page.locator(f"[name='{centre}-{MONDAY}-{kind}']")


def test_a_block_copied_from_a_spreadsheet_is_pasted_reviewed_saved_and_taken_back(
    page: Page, data_folder: Path
) -> None:
    before = stored(data_folder)
    open_page(page, ADDRESS)
    field(page, "A2EX", "office").click()
    # What does not fit is refused whole, and said.
    paste(page, "\n".join(["1"] * 40))
    expect(page.get_by_role("alert")).to_contain_text(
        "Rien n’est collé\N{NO-BREAK SPACE}: ce bloc a 40\N{NO-BREAK SPACE}lignes"
    )
    page.get_by_role("button", name="Relire les différences").click()
    expect(page.get_by_text("Rien n’a changé")).to_be_visible()
    field(page, "A2EX", "office").click()
    paste(page, "1\t1\n2\t2\n")
    expect(page.get_by_role("alert")).to_contain_text("devient 1")
    page.get_by_role("button", name="Relire les différences").click()

    expect(page.get_by_text(re.compile(r"de 2\stélécentres changent"))).to_be_visible()
    assert stored(data_folder) == before
    page.get_by_role("button", name="Enregistrer", exact=True).first.click()
    expect(page.get_by_text(re.compile(r"2\stélécentres enregistrés"))).to_be_visible()
    wait_until_drawn(page)
    assert stored(data_folder) != before
    page.get_by_role("button", name="Annuler cet enregistrement").click()
    expect(page.get_by_text(re.compile(r"2\stélécentres comme avant"))).to_be_visible()
    assert stored(data_folder) == before


def test_a_refusal_stands_in_its_cell_and_its_line_in_the_summary_leads_there(page: Page) -> None:
    """And what was typed is there again when the page is opened anew, then given up."""
    open_page(page, ADDRESS)
    wrong = field(page, "ALLANCHE", "open_space")
    wrong.fill("99")

    page.keyboard.press("Control+Enter")

    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile("▲ Allanche – Lundi, open space"))
    page.get_by_role("link", name=re.compile("Allanche – Lundi, open space")).click()
    expect(wrong).to_be_focused()
    page.reload()
    expect(wrong).to_have_value("99")
    expect(page.locator(".cc-week-answer")).to_contain_text("pas enregistrée")
    page.get_by_role("button", name="Repartir de ce qui est enregistré").click()
    expect(wrong).not_to_have_value("99")


def test_a_table_pasted_with_its_titles_goes_to_the_places_it_names(page: Page, data_folder: Path) -> None:
    before = stored(data_folder)
    open_page(page, ADDRESS)
    field(page, "A2EX", "office").click()

    paste(page, "Télécentre\tLu 15 O\tLu 15 B\nAllanche\t0\t1\nNulle part\t4\t5\n")

    expect(field(page, "ALLANCHE", "open_space")).to_have_value("0")
    expect(field(page, "ALLANCHE", "office")).to_have_value("1")
    expect(page.locator(".cc-week-answer")).to_contain_text("Nulle part")
    assert stored(data_folder) == before
    page.get_by_role("button", name="Repartir de ce qui est enregistré").click()
