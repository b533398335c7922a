"""What anybody writes is seen on the pages of everybody within a second, and nothing being typed is lost to it."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.visits import open_page, wait_until_drawn, watched_context

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

RENAMED = "Télécentre mis à jour à l’instant"


@pytest.fixture
def database(server_address: str, data_folder: Path) -> Iterator[sqlite3.Connection]:
    """The product's own file, as another program opens it; what the test writes is put back."""
    with sqlite3.connect(data_folder / "cybercantal.sqlite", timeout=30) as connection:
        (name,) = connection.execute("SELECT name FROM centre WHERE code = 'MURAT'").fetchone()
        yield connection
        rename(connection, name)
    connection.close()


@pytest.fixture
def page(browser: Browser, server_address: str) -> Iterator[Page]:
    context, _witness = watched_context(browser, server_address, viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def rename(database: sqlite3.Connection, name: str) -> None:
    database.execute("UPDATE centre SET name = ? WHERE code = 'MURAT'", (name,))
    database.commit()


def test_a_page_shows_what_another_program_wrote(page: Page, database: sqlite3.Connection) -> None:
    open_page(page, "/saisie?centre=MURAT&semaine=2017-S20")
    expect(page.get_by_role("heading", name=RENAMED)).to_have_count(0)
    # Where the page put it: nobody has touched that field.
    first = page.locator(".cc-week td input").first
    expect(first).to_be_focused()

    rename(database, RENAMED)

    expect(page.get_by_role("heading", name=RENAMED)).to_be_visible()
    expect(first).to_be_focused()


def test_what_is_being_typed_waits_for_no_news_and_loses_nothing(page: Page, database: sqlite3.Connection) -> None:
    open_page(page, "/saisie?centre=MURAT&semaine=2017-S20")
    people = page.get_by_label("Personnes différentes (facultatif)")
    people.click()
    people.fill("7")

    # Another reader's page, where nothing is being typed, says when the news is there.
    beside = page.context.new_page()
    open_page(beside, page.url)
    rename(database, RENAMED)
    expect(beside.get_by_role("heading", name=RENAMED)).to_be_visible()
    expect(page.get_by_role("heading", name=RENAMED)).to_have_count(0)

    page.locator("h1").click()
    expect(page.get_by_role("heading", name=RENAMED)).to_be_visible()
    expect(people).to_have_value("7")


def test_a_page_that_is_left_is_not_called_back_by_its_news(page: Page, database: sqlite3.Connection) -> None:
    """Back was pressed, the server is slow, and somebody writes meanwhile: the page one went back to comes."""
    held: list[str | bytes] = []
    slow = False

    def between(browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        server.on_message(lambda said: held.append(said) if slow else browser.send(said))
        sockets.append(browser)

    sockets: list[WebSocketRoute] = []
    page.route_web_socket("**/_stcore/stream", between)
    open_page(page, "/methodologie")
    page.get_by_role("link", name="Fréquentation").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Fréquentation")
    wait_until_drawn(page)

    slow = True
    page.go_back()
    rename(database, RENAMED)
    # Three looks of the page, which is the one that is left: it would press at the first that tells of the news.
    page.wait_for_timeout(3 * 700)
    slow = False
    for said in held:
        sockets[-1].send(said)

    expect(page.get_by_role("heading", level=1)).to_have_text("Méthodologie")
    wait_until_drawn(page)
    expect(page).to_have_url(re.compile("/methodologie$"))
