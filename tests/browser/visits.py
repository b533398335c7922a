"""What a visitor does and sees, in words: opening a page, waiting until it is drawn, reading all that it says."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page, Route
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# The sandbox needs rights that a container has not; the rest keeps Chromium from speaking to anyone on its own.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DRAWN = '[data-testid="stApp"][data-test-script-state="notRunning"]'
# What never comes is told from what comes late on a busy machine: nothing here says how quick the product is.
PATIENCE_MS = 60_000
# What the socket brought of each page that was opened: its runs, be they too quick to be seen on the page.
_RUNS: Final[WeakKeyDictionary[Page, "Runs"]] = WeakKeyDictionary()
_DRAWN_AGAIN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"

_READ = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  const isIcon = (element) => element.closest('[data-testid="stIconMaterial"], [translate="no"]');
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType === Node.ELEMENT_NODE) {
      for (const name of ["aria-label", "aria-description", "title", "placeholder", "alt"]) {
        if (node.getAttribute(name)) found.push(node.getAttribute(name).trim());
      }
    } else if (!["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.parentElement.tagName) && !isIcon(node.parentElement)) {
      if (node.nodeValue.trim()) found.push(node.nodeValue.trim());
    }
  }
  return found;
}"""


@dataclass
class Runs:
    """How many runs of a page have begun, and whether the one that began last has ended."""

    begun: int = 0
    ended: bool = False

    def note(self, frame: str | bytes) -> None:
        message = ForwardMsg()
        message.ParseFromString(frame if isinstance(frame, bytes) else frame.encode())
        match message.WhichOneof("type"):
            case "new_session":
                self.begun += 1
                self.ended = False
            case "script_finished":
                self.ended = message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


@dataclass
class Witness:
    """What went on behind the screen since the context was opened."""

    elsewhere: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def forget(self) -> None:
        """Before another page is opened: what is written down from now on is of that one."""
        for noted in (self.elsewhere, self.complaints, self.failures):
            noted.clear()


def browser_path() -> str | None:
    """The installed browser; None where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def launch(chromium: BrowserType, path: str) -> Browser:
    return chromium.launch(executable_path=path, args=list(ARGUMENTS))


def watched_context(browser: Browser, address: str, **options: object) -> tuple[BrowserContext, Witness]:
    """A visitor of their own: nothing but the server can be reached, and all that goes wrong is written down."""
    context = browser.new_context(base_url=address, locale="fr-FR", timezone_id="Europe/Paris", **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    witness = Witness()

    def stop_at_the_border(route: Route) -> None:
        if route.request.url.startswith((f"{address}/", "data:", "blob:")):
            route.continue_()
        else:
            witness.elsewhere.append(route.request.url)
            route.abort()

    def note_complaint(message: ConsoleMessage) -> None:
        if message.type == "error":
            witness.complaints.append(message.text)

    context.route("**/*", stop_at_the_border)
    context.on("console", note_complaint)
    context.on("weberror", lambda error: witness.complaints.append(str(error.error)))
    context.on(
        "response",
        lambda answer: witness.failures.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None,
    )
    return context, witness


def open_page(page: Page, path: str) -> None:
    """Goes to an address of the product and waits until all of it is drawn."""
    if page not in _RUNS:
        _RUNS[page] = Runs()
        page.on("websocket", lambda socket: socket.on("framereceived", _RUNS[page].note))
    page.goto(path)
    wait_until_drawn(page)


def wait_until_drawn(page: Page) -> None:
    """Waits until the script is over, and charts and tables have taken the place of their outlines."""
    page.wait_for_selector(DRAWN)
    page.wait_for_function("() => !document.querySelector('[data-testid=\"stSkeleton\"]')")
    page.wait_for_load_state("networkidle")


def run_by(page: Page, act: Callable[[], object]) -> None:
    """Does what makes the page run again, and waits until a run that began since has ended."""
    runs = _RUNS[page]
    before = runs.begun
    act()
    wait_until(page, lambda: runs.begun > before and runs.ended, "no run has begun and ended")
    page.evaluate(_DRAWN_AGAIN)
    wait_until_drawn(page)


def paste(page: Page, text: str) -> None:
    """As from a spreadsheet, which leaves tabs and line ends on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


def wait_until(page: Page, holds: Callable[[], bool], otherwise: str) -> None:
    """Waits for what is not on the page; fails with these words when it never comes."""
    for _ in range(PATIENCE_MS // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError(otherwise)


def all_words(page: Page) -> list[str]:
    """Every text, label and tip of the page, screen readers' included; icons are drawn, so their names are left out."""
    words: list[str] = page.evaluate(_READ)
    return words
