"""What a page of another site shows of the network, in a browser: where the setting names that site, and nowhere else."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.server import free_port, running_server
from tests.browser.visits import wait_until

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow


@contextmanager
def a_site(port: int, shows: str) -> Iterator[str]:
    """The address of a site on this machine whose page sets that other one in a frame."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f'<iframe src="{shows}" title="Places libres"></iframe>'.encode())

        def log_message(self, *_said: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", port), Page) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{port}"
        site.shutdown()


def test_a_site_that_is_named_shows_the_free_places_and_another_shows_nothing(
    browser: Browser, server_address: str, data_folder: Path, tmp_path: Path
) -> None:
    shutil.copy(data_folder / DATABASE_FILE, tmp_path)
    named = free_port()
    with ExitStack() as open_now:
        settings = {"CYBERCANTAL_FRAMED_BY": f"http://127.0.0.1:{named}"}
        places = f"{open_now.enter_context(running_server(tmp_path, settings=settings))}/integrer/places"
        page = browser.new_page()
        inside = page.frame_locator("iframe")

        page.goto(open_now.enter_context(a_site(named, places)))
        expect(inside.get_by_role("heading")).to_have_text("Où travailler aujourd’hui")
        assert inside.get_by_role("listitem").count() > 5

        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text))
        page.goto(open_now.enter_context(a_site(free_port(), places)))
        wait_until(page, lambda: any("frame-ancestors" in said for said in refused), "no refusal came")
        expect(inside.get_by_role("heading", name="Où travailler")).to_have_count(0)
        page.close()
