"""The application as tests run it: on a database and a day, its pages opened by their address as a browser does."""

import re
from datetime import date
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import polars as pl
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboard.ui.navigation import page_entry
from dashboard.ui.session import PERSONA_KEY

APP: Final = Path(__file__).parents[1] / "dashboard" / "app.py"
# A page that hangs is a fault; one that is slow on a loaded machine is not.
PATIENCE_SECONDS: Final = 120
_TITLE: Final = re.compile(r"<h1[^>]*>([^<]*)</h1>")
_TAG: Final = re.compile(r"<[^>]+>")
TABLE: Final = re.compile(r'<div class="cc-table".*?</div>', re.DOTALL)
_STYLE: Final = re.compile(r"<style.*?</style>", re.DOTALL)

# At each AppTest Streamlit looks through every installed package for components, which is half of its work, and there are none.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

_last_url = ""


def run_on(url: str | Path, day: date, patch: pytest.MonkeyPatch) -> str:
    """From now on the application runs on this database (an address, or a file of SQLite), on that day.

    Answers are kept by database, version and day, so they may stay from test to test; engines of files that are gone may not.
    """
    global _last_url
    address = url if isinstance(url, str) else f"sqlite:///{url}"
    patch.setenv("CYBERCANTAL_DATABASE_URL", address)
    patch.setenv("CYBERCANTAL_TODAY", day.isoformat())
    if address != _last_url:
        st.cache_data.clear()
        st.cache_resource.clear()
        _last_url = address
    return address


def opened(name: str, *, persona: str | None = None, **query: str) -> AppTest:
    """The whole application, run once, with that page open: menu, warning and foot around it; `query` is in the address."""
    app = AppTest.from_file(str(APP), default_timeout=PATIENCE_SECONDS)
    if persona is not None:
        app.session_state[PERSONA_KEY] = persona
    app.query_params.update(query)
    # What the browser sends for an address. `switch_page()` would first have to run another page, to learn of this one.
    app._page_hash = calc_hash(page_entry(name).address)
    return app.run()


def through_the_menu(app: AppTest, name: str) -> AppTest:
    """Another page opened from the one that is open."""
    return app.switch_page(str(page_entry(name).file)).run()


def press(app: AppTest, label: str) -> AppTest:
    """The first button with this label, pressed."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def titles(app: AppTest) -> list[str]:
    """The titles of the page: one, unless it is broken."""
    written = [unescape(found) for html in app.get("html") for found in _TITLE.findall(html.proto.body)]
    return [*written, *(title.value for title in app.title)]


def sentences(app: AppTest) -> list[str]:
    """Everything the page says in sentences and tiles, one text an element, tags taken out."""
    parts = [element.value for element in (*app.title, *app.header, *app.markdown, *app.caption)]
    parts += [
        part for element in app.get("html") for part in _TAG.split(TABLE.sub("", _STYLE.sub("", element.proto.body)))
    ]
    return [str(part).strip() for part in parts if str(part).strip()]


class _Cells(HTMLParser):
    """The cells of a table as it is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("th", "td"):
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("th", "td")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def tables(app: AppTest) -> list[pl.DataFrame]:
    """The short tables of the page, as texts under their headings."""
    found = []
    for body in (element.proto.body for element in app.get("html")):
        for drawn in TABLE.findall(body):
            cells = _Cells()
            cells.feed(drawn)
            headings, *lines = cells.rows
            found.append(pl.DataFrame(lines, schema=dict.fromkeys(headings, pl.String), orient="row"))
    return found


_LINK: Final = re.compile(r'<a class="cc-(link|file)" href="([^"]*)"[^>]*>(.*?)</a>')


def links(app: AppTest) -> dict[str, str]:
    """What the links to other pages say, and the address of each."""
    return {label: address for kind, address, label in _links(app) if kind == "link"}


def files(app: AppTest) -> list[str]:
    """What the links to files say."""
    return [label for kind, _address, label in _links(app) if kind == "file"]


def _links(app: AppTest) -> list[tuple[str, str, str]]:
    bodies = (element.proto.body for element in app.get("html"))
    return [tuple(map(unescape, found)) for body in bodies for found in _LINK.findall(body)]  # type: ignore[misc]


def said(app: AppTest) -> str:
    """The same in one text."""
    return " ".join(sentences(app))
