"""Six questions that are put to a coordinator, each from the home of the network, with the presses that the answer takes."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.visits import open_page, wait_until_drawn, watched_context

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow


class Coordinator:
    """Somebody with a mouse, whose presses are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses = 0
        open_page(page, "/")

    def press(self, what: Locator) -> None:
        what.click()
        self.presses += 1

    def opens(self, title: str) -> None:
        """A page of the menu."""
        self.press(self.page.locator(".cc-menu").get_by_role("link", name=title, exact=True))
        expect(self.page.locator("h1").first).to_have_text(title)
        wait_until_drawn(self.page)

    @property
    def sentence(self) -> Locator:
        """What the page says first."""
        return self.page.locator(".cc-key").first


@pytest.fixture(scope="module")
def laptop(browser: Browser, server_address: str) -> Iterator[Page]:
    """One for them all: what a browser compiled for the first page serves the others."""
    context, _ = watched_context(browser, server_address, viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


@pytest.fixture
def coordinator(laptop: Page) -> Coordinator:
    return Coordinator(laptop)


def recorded(data_folder: Path, question: str) -> list[tuple[str]]:
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        return database.execute(question).fetchall()


def test_how_full_murat_is_this_month(coordinator: Coordinator) -> None:
    coordinator.press(coordinator.page.locator(".cc-places").get_by_role("link", name="Murat", exact=True))
    expect(coordinator.sentence).to_contain_text("Murat")
    coordinator.press(coordinator.page.get_by_role("radio", name="Mois"))

    expect(coordinator.sentence).to_contain_text(re.compile(r"Murat.*\d+\s%"))
    expect(coordinator.page.locator("[data-testid=stMain]")).to_contain_text(re.compile(r"mai\s2017 en cours"))
    assert coordinator.presses <= 3


def test_who_has_not_sent_last_week(coordinator: Coordinator, data_folder: Path) -> None:
    done = recorded(
        data_folder,
        "SELECT count(*) FROM attendance_week WHERE week_start = '2017-05-22' AND status IN ('complete', 'closed')",
    )[0][0]
    rows = coordinator.page.locator(".cc-places tbody tr")

    expect(rows).to_have_count(12)
    assert rows.filter(has_text=re.compile("complète|fermé")).count() == done
    assert rows.filter(has_text=re.compile("à saisir|brouillon")).count() == 12 - done > 0
    assert coordinator.presses == 0


def test_how_many_members_there_were_at_the_end_of_2015(coordinator: Coordinator, data_folder: Path) -> None:
    members = recorded(
        data_folder,
        "SELECT count(DISTINCT person_id) FROM pass_membership "
        "WHERE joined_on <= '2015-12-31' AND (ended_on IS NULL OR ended_on >= '2015-12-31')",
    )[0][0]

    coordinator.opens("Bilan annuel")
    coordinator.press(coordinator.page.locator("[data-testid=stMain]").get_by_role("combobox", name="Année"))
    coordinator.press(coordinator.page.get_by_role("option", name="2015"))

    expect(coordinator.sentence).to_contain_text("En 2015")
    tile = coordinator.page.locator(".cc-tile").filter(has_text="inscrits au Pass")
    expect(tile.locator(".cc-tile-value")).to_have_text(str(members))
    assert coordinator.presses <= 3


def test_how_many_contracts_each_aim_has_brought(coordinator: Coordinator, data_folder: Path) -> None:
    by_aim = recorded(
        data_folder, "SELECT count(*) FROM placement WHERE hired_on <= '2017-05-30' GROUP BY aim ORDER BY aim"
    )

    coordinator.opens("Pôle Emploi")

    for aim, (contracts,) in enumerate(by_aim, start=1):
        expect(coordinator.sentence).to_contain_text(re.compile(rf"volet\s{aim}\s:\s{contracts}\b"))
    assert coordinator.presses == 1


def test_when_the_next_welcome_session_is(coordinator: Coordinator) -> None:
    coordinator.opens("Sessions d’accueil")

    expect(coordinator.sentence).to_contain_text(re.compile(r"Prochaine session\s: la 23e, du 18 au 20\soctobre 2017"))
    assert coordinator.presses == 1


def test_the_report_of_2016(coordinator: Coordinator) -> None:
    coordinator.opens("Bilan annuel")
    expect(coordinator.sentence).to_contain_text("En 2016")
    with coordinator.page.expect_download() as download:
        coordinator.press(coordinator.page.get_by_role("link", name=re.compile("PDF")).first)

    assert download.value.suggested_filename.endswith("2016.pdf")
    assert coordinator.presses <= 3
