"""The wheel is the product: installed as on a server, outside any checkout, it opens with the same look, limits and French."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.command.deploy import server_files
from dashboard.configuration.settings import load_settings
from tests.browser.server import ROOT, running_server
from tests.browser.visits import open_page, wait_until, watched_context
from tests.pins import HASHES

# It installs every package once more.
pytestmark = pytest.mark.slow

UV = os.environ.get("UV") or shutil.which("uv") or "uv"


def build(folder: Path) -> Path:
    subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", str(folder)], cwd=ROOT, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("delivery"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that nobody but the image's own steps has filled: each `RUN pip` of the Dockerfile, one after the other."""
    shutil.copy(HASHES, wheel.parent)
    environment = tmp_path_factory.mktemp("image") / "python"
    subprocess.run([UV, "venv", "--quiet", str(environment)], check=True)
    steps = re.findall(
        r"^RUN pip install (.*)$", dict(server_files("compose", load_settings()))["Dockerfile"], re.MULTILINE
    )
    assert len(steps) == 2
    for step in steps:
        given = step.replace("--no-cache-dir ", "").replace("/livraison/cybercantal-*.whl", str(wheel))
        options = given.replace("/livraison", str(wheel.parent)).split()
        subprocess.run([UV, "pip", "install", "--quiet", "--python", str(environment), *options], check=True)
    return environment / "bin"


@pytest.fixture(scope="module")
def address(browser: Browser, installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Started from an empty folder, where no option and no setting lies about."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    program = [str(installed / "cybercantal")]
    with running_server(elsewhere, "run", program=program, started_in=elsewhere) as address:
        yield address


@pytest.fixture(scope="module")
def checkout(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same first start from the checkout: no other test writes in its base."""
    with running_server(tmp_path_factory.mktemp("checkout")) as address:
        yield address


def test_the_same_code_gives_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    assert build(tmp_path).read_bytes() == wheel.read_bytes()


def test_no_tool_of_its_authors_is_installed(installed: Path) -> None:
    assert not {"pytest", "mypy", "ruff", "playwright"} & {file.name for file in installed.iterdir()}


@pytest.mark.parametrize("path", ["/", "/carte", "/saisie", "/import-export"])
def test_a_page_of_the_wheel_is_a_page_of_the_checkout(
    browser: Browser, address: str, checkout: str, path: str
) -> None:
    """Words, colours, fonts and what the uploader takes, side by side; nothing leaves the machine."""
    contexts, pages = [], []
    for where in (address, checkout):
        context, witness = watched_context(browser, where, viewport={"width": 1366, "height": 768})
        page = context.new_page()
        open_page(page, path)
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        assert (witness.elsewhere, witness.complaints) == ([], [])
        assert page.get_by_text("Deploy").count() == 0
        contexts.append(context)
        pages.append(page)

    # What a page draws after its run (a map, its sizes) comes late to one of the two on a busy machine.
    with suppress(AssertionError):
        wait_until(pages[0], lambda: look(pages[0]) == look(pages[1]), "they differ")
    assert look(pages[0]) == look(pages[1])
    for context in contexts:
        context.close()


def look(page: Page) -> tuple[object, ...]:
    colours = page.evaluate(
        """() => ["stApp", "stSidebar", "stMain"].map((name) => {
          const drawn = getComputedStyle(document.querySelector(`[data-testid=${name}]`));
          return [drawn.backgroundColor, drawn.color, drawn.fontFamily];
        })"""
    )
    return page.title(), page.locator("[data-testid=stMain]").inner_text(), colours
