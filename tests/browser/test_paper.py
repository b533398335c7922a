"""A page on paper, and a view given to somebody else: what comes out is the page alone, with its filters."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.visits import open_page, watched_context

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

PAGES = {
    "": ("Vue d’ensemble", "Taux de remplissage"),
    "frequentation": ("Fréquentation", "dépassent le plus souvent le reste du réseau", "Jour Taux de remplissage"),
    "carte": ("Carte du réseau", "Médiathèque"),
}
NOT_ON_PAPER = ("Copier le lien", "Télécharger", "Graphique", "Fichiers", "Rendre compte", "Saisie hebdomadaire")


@dataclass(frozen=True)
class Printed:
    """A page of the menu as it comes out of the printer."""

    address: str
    file: Path
    page: Page

    @property
    def words(self) -> str:
        """All it says, on one line."""
        return " ".join(told("pdftotext", "-layout", str(self.file), "-").replace("\u202f", " ").split())


def told(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.fixture(scope="module", autouse=True)
def reader_of_pdf() -> None:
    """Poppler reads what was printed. Without it these tests are skipped, except in CI, where they fail."""
    if shutil.which("pdftotext") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("poppler is not installed here")


@pytest.fixture(scope="module", params=[*((name, "light") for name in PAGES), ("frequentation", "dark")], ids="-".join)
def printed(
    request: pytest.FixtureRequest, browser: Browser, server_address: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Printed]:
    """Three pages, one of them from the dark theme too, printed as a browser does: backgrounds are left out."""
    name, theme = request.param
    size = {"width": 1366, "height": 768}
    context, _witness = watched_context(browser, server_address, viewport=size, color_scheme=theme)
    page = context.new_page()
    open_page(page, f"/{name}")
    page.locator(".stVegaLiteChart svg, .cc-drawn svg").first.wait_for()
    file = tmp_path_factory.mktemp("paper") / "page.pdf"
    page.pdf(path=file, format="A4", print_background=False)
    yield Printed(name, file, page)
    context.close()


def test_it_is_an_a4_of_few_leaves(printed: Printed) -> None:
    facts = told("pdfinfo", str(printed.file))

    assert "(A4)" in facts
    assert int(facts.split("Pages:")[1].split()[0]) <= 5


def test_it_says_what_a_reader_must_know_and_nothing_that_is_pressed(printed: Printed) -> None:
    words = printed.words

    assert [
        said for said in (*PAGES[printed.address], "Données de démonstration", "Périmètre :") if said not in words
    ] == []
    assert [said for said in NOT_ON_PAPER if said in words] == []


def test_nothing_is_wider_than_the_paper(printed: Printed) -> None:
    """A4 less its margins, in the browser's pixels."""
    printed.page.emulate_media(media="print")
    printed.page.set_viewport_size({"width": 703, "height": 1000})
    wider = printed.page.evaluate(
        """() => [...document.querySelectorAll('.stVegaLiteChart svg, table, .cc-tile, .cc-ribbon, .cc-note')]
            .filter(one => one.offsetParent !== null || one.tagName === 'svg')
            .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .map(one => one.outerHTML.slice(0, 80))"""
    )

    assert wider == []


def test_a_chart_is_not_cut_and_keeps_its_headline(printed: Printed) -> None:
    printed.page.emulate_media(media="print")
    kept = printed.page.evaluate(
        """() => [...document.querySelectorAll('.stVegaLiteChart, .cc-drawn')].map(chart => {
            const box = chart.closest('[class*="st-key-figure-"]');
            return [getComputedStyle(box).breakInside, box.querySelector('h2') !== null];
        })"""
    )

    assert kept
    assert all(each == ["avoid", True] for each in kept)


def test_paper_stays_white_whatever_the_theme(printed: Printed) -> None:
    """Ink covers little, and what is written is dark: neither a black page nor pale letters."""
    picture = printed.file.with_name("leaf")
    told("pdftoppm", "-r", "40", "-gray", "-f", "1", "-l", "1", "-singlefile", str(printed.file), str(picture))
    shades = Image.open(picture.with_suffix(".pgm")).histogram()

    assert sum(shades[200:]) > 0.7 * sum(shades)
    assert sum(shades[:90]) > 0.003 * sum(shades)


@pytest.fixture
def view(page: Page) -> Page:
    """A filtered page."""
    open_page(page, "/frequentation?periode=4s&centre=MURAT")
    return page


def test_the_link_of_a_view_is_copied_with_its_filters(view: Page, browser: Browser, server_address: str) -> None:
    view.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view.get_by_text("52 semaines", exact=True).click()
    view.wait_for_url("**periode=52s**")
    view.get_by_role("button", name="Copier le lien").focus()
    view.keyboard.press("Enter")
    view.get_by_text("Lien copié").wait_for()
    link = view.evaluate("navigator.clipboard.readText()")

    context, _witness = watched_context(browser, server_address)
    elsewhere = context.new_page()
    open_page(elsewhere, link)
    assert elsewhere.get_by_role("radio", name="52 semaines").is_checked()
    assert "La COcotte numérique" in elsewhere.locator(".cc-key").inner_text()
    context.close()


def test_without_a_clipboard_the_link_is_shown_ready_to_be_copied(page: Page) -> None:
    page.add_init_script(
        "Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false;"
    )
    open_page(page, "/frequentation?periode=4s")
    page.get_by_role("button", name="Copier le lien").focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Lien de cette page")
    field.wait_for()

    assert field.input_value() == page.url
    assert page.evaluate("document.getSelection().toString() || document.activeElement.value") == page.url
    assert page.get_by_text("Ctrl\u00a0+\u00a0C pour copier").is_visible()
