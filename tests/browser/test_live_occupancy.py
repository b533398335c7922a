"""Two browsers: what is checked in at one is seen in the other, at once, and nothing typed there is touched."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.wording.dates import PARIS
from tests.browser.server import TODAY
from tests.browser.visits import Witness, open_page, watched_context

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

CENTRE = "MURAT"
CARD = "li:has(h2:text-is('Murat'))"

ARRIVAL = (
    "INSERT INTO visit (centre_id, seat_kind, started_at, source)"
    " SELECT id, 'open_space', ?, 'sensor' FROM centre WHERE code = ?"
)


def just_now() -> str:
    """This very hour on the day the server believes it is: who came earlier has left once the day is over."""
    hour = datetime.now(PARIS).time().replace(microsecond=0)
    return f"{datetime.combine(date.fromisoformat(TODAY), hour, PARIS).astimezone(UTC):%Y-%m-%d %H:%M:%S}"


@pytest.fixture
def database(server_address: str, data_folder: Path) -> Iterator[sqlite3.Connection]:
    """The product's own file, as another program opens it; nobody is in Murat."""
    with sqlite3.connect(data_folder / "cybercantal.sqlite", timeout=30) as connection:
        connection.execute(
            "DELETE FROM visit WHERE ended_at IS NULL AND centre_id = (SELECT id FROM centre WHERE code = ?)", (CENTRE,)
        )
        connection.commit()
        yield connection
    connection.close()


@pytest.fixture
def coordinator(browser: Browser, server_address: str, database: sqlite3.Connection) -> Iterator[tuple[Page, Witness]]:
    """Who looks at the whole network."""
    context, witness = watched_context(browser, server_address, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    open_page(page, "/occupation")
    expect(page.locator(f"{CARD} .cc-seats")).to_contain_text("0/12")
    yield page, witness
    context.close()


@pytest.fixture
def animator(browser: Browser, server_address: str, database: sqlite3.Connection) -> Iterator[Page]:
    """Who keeps the desk of Murat, on a telephone."""
    context, _witness = watched_context(browser, server_address, viewport={"width": 390, "height": 844})
    page = context.new_page()
    open_page(page, f"/pointage?centre={CENTRE}")
    yield page
    context.close()


def test_a_check_in_is_seen_elsewhere_at_once_and_what_was_being_typed_stays(
    coordinator: tuple[Page, Witness], animator: Page
) -> None:
    page, witness = coordinator
    page.evaluate("document.querySelector('h1').dataset.first = 'yes'")
    typed = page.get_by_role("combobox", name="Intercommunalité")
    typed.click()
    typed.press_sequentially("Haut")
    expect(typed).to_have_value("Haut")

    animator.get_by_role("button", name="Arrivée, bureau individuel").click()
    expect(page.locator(f"{CARD} .cc-seats")).to_contain_text("1/12")

    expect(typed).to_have_value("Haut")
    expect(typed).to_be_focused()
    assert page.evaluate("document.querySelector('h1').dataset.first") == "yes"
    assert witness == Witness()


def test_a_visit_written_by_another_program_is_seen_at_once(
    coordinator: tuple[Page, Witness], database: sqlite3.Connection
) -> None:
    page, _witness = coordinator

    database.execute(ARRIVAL, (just_now(), CENTRE))
    database.commit()

    expect(page.locator(f"{CARD} .cc-seats")).to_contain_text("1/12")


def test_the_desk_learns_of_an_arrival_and_keeps_what_is_being_typed(
    animator: Page, database: sqlite3.Connection
) -> None:
    typed = animator.get_by_role("combobox", name="Qui arrive")
    typed.click()
    typed.press_sequentially("Mar")

    database.execute(ARRIVAL, (just_now(), CENTRE))
    database.commit()
    expect(animator.get_by_text("1 personne présente")).to_be_visible()

    expect(typed).to_have_value("Mar")
    expect(typed).to_be_focused()


def test_nothing_moves_while_paused(coordinator: tuple[Page, Witness], animator: Page) -> None:
    """News that has reached the page beside it has reached this one."""
    page, _witness = coordinator
    beside = page.context.new_page()
    open_page(beside, "/occupation")
    page.get_by_text("Pause", exact=True).click()
    expect(page.get_by_text("En pause")).to_be_visible()

    animator.get_by_role("button", name="Arrivée, bureau individuel").click()
    expect(animator.get_by_text("Arrivée notée")).to_be_visible()
    expect(beside.locator(f"{CARD} .cc-seats")).to_contain_text("1/12")

    expect(page.locator(f"{CARD} .cc-seats")).to_contain_text("0/12")
    page.get_by_text("Pause", exact=True).click()
    expect(page.locator(f"{CARD} .cc-seats")).to_contain_text("1/12")


def test_two_taps_at_once_are_one_arrival(animator: Page, database: sqlite3.Connection) -> None:
    animator.get_by_role("button", name="Arrivée, bureau individuel").dblclick(delay=30)
    expect(animator.get_by_text("Arrivée notée")).to_be_visible()
    expect(animator.get_by_role("button", name="Départ")).to_have_count(1)

    there = database.execute(
        "SELECT count(*) FROM visit JOIN centre ON centre.id = centre_id WHERE code = ? AND ended_at IS NULL", (CENTRE,)
    )
    assert there.fetchone() == (1,)


def test_a_desk_notes_an_arrival_takes_it_back_then_notes_a_departure(animator: Page) -> None:
    arrive = animator.get_by_role("button", name="Arrivée, place en open space")

    arrive.click()
    animator.get_by_role("button", name="Annuler", exact=True).click()
    expect(animator.get_by_text("Arrivée annulée.")).to_be_visible()
    expect(animator.get_by_role("button", name="Départ")).to_have_count(0)

    # What comes within a second of the same desk is one tap: this one is meant to be another.
    animator.wait_for_timeout(1100)
    arrive.click()
    animator.get_by_role("button", name="Départ").click()
    expect(animator.get_by_text("Départ noté à")).to_be_visible()
    expect(animator.get_by_text("0 personne présente")).to_be_visible()


def test_a_visitor_checks_in_and_out_with_a_telephone_and_no_script(
    browser: Browser, server_address: str, animator: Page
) -> None:
    # The demonstration has visitors of its own, more of them as the day goes by.
    noted = animator.get_by_text("(code QR)").count()
    animator.get_by_text("Pointage par les visiteurs").click()
    poster = animator.get_by_role("link", name="Ouvrir l’affiche à imprimer").get_attribute("href")
    assert poster is not None
    number = animator.get_by_text(re.compile("^Nombre du jour")).inner_text().rstrip(".")[-4:]
    context, witness = watched_context(
        browser, server_address, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    visitor = context.new_page()

    visitor.goto(poster.removesuffix("/affiche"))
    visitor.get_by_label("Nombre du jour").fill(number)
    visitor.get_by_role("button", name="J’arrive : bureau individuel").click()
    expect(visitor.get_by_text("Arrivée notée.")).to_be_visible()
    expect(animator.get_by_text("(code QR)")).to_have_count(noted + 1)

    visitor.reload()
    visitor.get_by_role("button", name="Je pars").click()
    expect(visitor.get_by_text("Départ noté.")).to_be_visible()
    assert witness == Witness()
    context.close()
