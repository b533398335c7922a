"""The show as a stand has it: from a frozen file, in a browser for which no name on earth leads anywhere."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from data_access.periods import PARIS
from tests.browser.server import ROOT, TODAY, running_server
from tests.browser.visits import ARGUMENTS, Witness, browser_path, open_page, watched_context

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
SCREENS = ((1024, 600), (1366, 768), (1920, 1080), (3840, 2160), (1080, 1920), (390, 844))
SLIDES = 9
MEASURED = Path(__file__).with_name("measured_slides.js").read_text(encoding="utf-8")


def instant_of_the_show() -> str:
    """The present hour of the county on the day the product holds for today, as the database writes it."""
    local = datetime.now(PARIS).time().replace(microsecond=0)
    return datetime.combine(date.fromisoformat(TODAY), local, PARIS).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


@pytest.fixture(scope="module")
def stand(browser: Browser) -> Iterator[Browser]:
    """The browser of a machine without network."""
    alone = browser.browser_type.launch(executable_path=browser_path(), args=[*ARGUMENTS, NOWHERE])
    yield alone
    alone.close()


@pytest.fixture(scope="module")
def salon_address(server_address: str, data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`cybercantal salon`, then `cybercantal run --salon` where there is no database at all."""
    folder = tmp_path_factory.mktemp("stand")
    file = folder / "stand.json"
    command = [sys.executable, "-c", "from dashboard.command import main; main()", "salon", str(file)]
    settings = {"CYBERCANTAL_DATA_FOLDER": str(data_folder), "CYBERCANTAL_TODAY": "2017-05-30"}
    subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True)
    with running_server(folder, "run", "--salon", str(file)) as address:
        yield address
    assert sorted(each.name for each in folder.iterdir()) == ["server.log", "stand.json"]


@pytest.fixture
def visit(stand: Browser, salon_address: str) -> Iterator[tuple[BrowserContext, Witness]]:
    context, witness = watched_context(stand, salon_address, viewport={"width": 1366, "height": 768}, has_touch=True)
    yield context, witness
    context.close()


@pytest.fixture
def page(visit: tuple[BrowserContext, Witness]) -> Page:
    page = visit[0].new_page()
    page.clock.install(time=1_000_000)
    page.clock.pause_at(1_001_000)
    page.goto("/")
    page.evaluate("document.fonts.ready")
    return page


def shown(page: Page) -> str:
    """The slide before the eyes, and the dot that says so."""
    slides, dots = (
        page.evaluate(f"[...document.querySelectorAll('{each}')].map(e => e.classList.contains('shown'))")
        for each in (".slide", ".dots li")
    )
    assert slides == dots
    assert sum(slides) == 1
    return str(page.locator(".slide.shown").get_attribute("id"))


@pytest.mark.parametrize("screen", SCREENS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_word_is_read_from_afar(page: Page, screen: tuple[int, int]) -> None:
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        page.clock.run_for(1000)
        words: list[dict[str, Any]] = page.evaluate(MEASURED)

        assert len(words) > 40
        # Of the height of a screen; of an upright one, which is read from nearer, of its width.
        least, number = (0.05, 0.18) if screen[0] < screen[1] else (0.04, 0.22)
        assert [word for word in words if word["share"] < least] == []
        assert [word for word in words if word["contrast"] < 7] == []
        assert [word for word in words if word["outside"]] == []
        numbers = [word for word in words if "number" in word["name"]]
        assert len(numbers) == 6
        assert [word for word in numbers if word["share"] < number] == []
        assert page.evaluate(
            "[document.scrollingElement.scrollWidth <= innerWidth, document.scrollingElement.scrollHeight <= innerHeight]"
        ) == [True, True]


def test_two_hundred_slides_go_by_on_time(page: Page, visit: tuple[BrowserContext, Witness]) -> None:
    order = page.evaluate("[...document.querySelectorAll('.slide')].map(slide => slide.id)")
    assert len(order) == SLIDES

    for turned in range(1, 201):
        page.clock.run_for(11_900)
        assert shown(page) == order[(turned - 1) % SLIDES]
        page.clock.run_for(100)
        assert shown(page) == order[turned % SLIDES]

    assert visit[1] == Witness()


def test_two_hundred_slides_cost_no_memory(visit: tuple[BrowserContext, Witness]) -> None:
    """Turned by hand on the machine's own clock: the one that tests hold back keeps notes of its own."""
    page = visit[0].new_page()
    page.goto("/")
    turn(page, 80)
    before = held(page)
    turn(page, 200)
    after = held(page)

    assert after["Nodes"] <= before["Nodes"]
    assert after["JSEventListeners"] <= before["JSEventListeners"]
    assert after["JSHeapUsedSize"] < before["JSHeapUsedSize"] * 1.05
    assert visit[1] == Witness()


def test_after_a_sleep_the_show_goes_on_without_running_through_what_was_missed(page: Page) -> None:
    assert shown(page) == "carte"

    page.clock.fast_forward(3_600_000)
    assert shown(page) == "heures"
    page.clock.run_for(12_000)
    assert shown(page) == "remplissage"


def test_anybody_may_pause_go_on_and_go_back_by_keyboard_or_by_buttons(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    assert shown(page) == "remplissage"
    page.keyboard.press("ArrowLeft")
    assert shown(page) == "heures"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert shown(page) == "contact"

    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Pause")).to_have_attribute("aria-pressed", "true")
    page.clock.run_for(600_000)
    assert shown(page) == "contact"
    page.get_by_role("button", name="Suivante").click()
    assert shown(page) == "carte"
    page.get_by_role("button", name="Pause").press("Space")
    page.clock.run_for(12_000)
    assert shown(page) == "heures"


def test_a_finger_turns_the_slides(page: Page, visit: tuple[BrowserContext, Witness]) -> None:
    touch = visit[0].new_cdp_session(page)

    def swipe(first: int, last: int) -> None:
        for kind, points in (("touchStart", [{"x": first, "y": 400}]), ("touchMove", [{"x": last, "y": 410}])):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    swipe(900, 500)
    assert shown(page) == "heures"
    swipe(500, 900)
    assert shown(page) == "carte"
    swipe(500, 520)
    assert shown(page) == "carte"


def test_nothing_moves_for_who_asked_that_nothing_moves(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")

    assert page.evaluate("getComputedStyle(document.querySelector('.slide.shown')).transitionDuration") == "0s"


def test_the_show_says_the_day_of_its_data_and_leads_to_no_form(page: Page, salon_address: str) -> None:
    expect(page.locator(".top")).to_contain_text("Données de démonstration")
    expect(page.locator(".top")).to_contain_text("Données du 30/05/2017")
    assert page.locator("a, form, input").count() == 0
    for path in ("/saisie", "/pointage", "/connexion", "/_stcore/stream"):
        assert page.request.get(f"{salon_address}{path}").status == 404
    assert page.request.post(f"{salon_address}/diaporama").status == 405


def test_the_live_slide_moves_before_the_eyes_when_somebody_comes(
    stand: Browser, server_address: str, data_folder: Path
) -> None:
    context, witness = watched_context(stand, server_address, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.goto("/diaporama?vues=direct")
    number = page.locator(".number")
    before = number.inner_text()

    with closing(sqlite3.connect(data_folder / "cybercantal.sqlite", timeout=30)) as database, database:
        arrived = database.execute(
            # One at each kind of seat, at centres heard of since yesterday: another one would bring all its seats with it,
            # and whether two or three people are there is not told.
            "INSERT INTO visit (centre_id, seat_kind, started_at, source) "
            "SELECT DISTINCT centre_id, seat_kind, ?, 'desk' FROM visit WHERE started_at > date(?, '-1 day') RETURNING id",
            (instant_of_the_show(), TODAY),
        ).fetchall()
    assert len(arrived) >= 5
    expect(number).not_to_have_text(before)
    with closing(sqlite3.connect(data_folder / "cybercantal.sqlite", timeout=30)) as database, database:
        database.executemany("DELETE FROM visit WHERE id = ?", arrived)
    expect(number).to_have_text(before)
    assert witness == Witness()
    context.close()


def test_new_figures_take_the_place_of_the_old_ones_at_the_end_of_a_round(
    stand: Browser, server_address: str, data_folder: Path
) -> None:
    context, witness = watched_context(stand, server_address, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.clock.install(time=1_000_000)
    page.clock.pause_at(1_001_000)
    page.goto("/diaporama?vues=contact,contrats")
    number = page.locator("#contrats .number")
    expect(number).to_have_text("27")

    with closing(sqlite3.connect(data_folder / "cybercantal.sqlite", timeout=30)) as database, database:
        # In the last year that is over: nobody hired in the running one is counted in public yet.
        database.executemany(
            "INSERT INTO placement (aim, candidate_ref, stage, hired_on, contract_kind) "
            "VALUES (1, ?, 'hired', '2016-04-28', 'permanent')",
            [(f"STAND{number}",) for number in range(5)],
        )
    page.clock.run_for(12_000 * 3)
    expect(number).to_have_text("27")
    page.clock.run_for(12_000 * 3)
    expect(number).to_have_text("32")
    assert shown(page) == "contact"
    with closing(sqlite3.connect(data_folder / "cybercantal.sqlite", timeout=30)) as database, database:
        database.execute("DELETE FROM placement WHERE candidate_ref LIKE 'STAND%'")
    assert witness == Witness()
    context.close()


def test_the_page_that_composes_a_show_launches_it(stand: Browser, server_address: str) -> None:
    context, witness = watched_context(stand, server_address, viewport={"width": 1366, "height": 768})
    page = context.new_page()
    open_page(page, "/presentation")
    page.get_by_text("Carte des lieux", exact=True).click()
    expect(page.locator("code")).to_contain_text("vues=heures")

    with context.expect_page() as launched:
        page.get_by_role("link", name="Lancer la présentation").click()
    expect(launched.value.locator(".slide.shown h1")).to_contain_text("L’utilisation des télécentres")
    expect(page.frame_locator("iframe").locator(".slide.shown h1")).to_contain_text("L’utilisation des télécentres")
    assert witness == Witness()
    context.close()


def turn(page: Page, slides: int) -> None:
    for _ in range(slides):
        page.keyboard.press("ArrowRight")


def held(page: Page) -> dict[str, float]:
    """What the page holds in memory once what is left is swept."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    metrics = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return {metric["name"]: metric["value"] for metric in metrics}
