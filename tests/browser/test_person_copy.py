"""Who answers a person finds them, takes a copy, and the journal says so; the name is in no address on the way."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.visits import Witness, all_words, open_page, wait_until_drawn

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow


def test_a_copy_is_taken_and_written_down(visit: tuple[Page, Witness]) -> None:
    page, witness = visit
    open_page(page, "/personnes")
    search = page.get_by_label("Chercher une personne")
    search.fill("vidal claire")
    search.press("Enter")
    page.get_by_role("heading", name="Claire Vidal").wait_for()
    wait_until_drawn(page)

    with page.expect_download() as download:
        page.get_by_text("Télécharger (JSON)").click()

    copy = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert copy["person"]["family_name"] == "Vidal"
    assert "vidal" not in page.url.lower()
    assert download.value.suggested_filename == f"cybercantal-personne-{copy['person']['id']}.json"
    open_page(page, "/journal")
    said = " ".join(all_words(page))
    assert "a pris une copie des données d’une personne" in said
    assert f"personne {copy['person']['id']}" in said.replace("\N{NO-BREAK SPACE}", " ")
    assert (witness.complaints, witness.failures, witness.elsewhere) == ([], [], [])
