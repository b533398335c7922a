"""The open data at addresses that do not change, for anybody, where the setting allows it, and the page that lists them."""

import threading
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard.configuration.database import engine_of
from dashboard.configuration.settings import load_settings
from dashboard.web import document
from dashboard.web.document import ASK_AGAIN, Asset
from dashboard.web.warm_up import wait_until_warm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import sqlalchemy as sa

    from dashboard.publication import Publication

ADDRESS: Final = "/donnees/"
# Pages of other sites may read these files, and only these.
_FOR_EVERY_SITE: Final = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
_INDEX: Final = ""


def open_data(request: Request) -> Response:
    """One file, or the page that lists them; 404 for an unknown name, and for all of them while the setting is off."""
    if not load_settings().open_data:
        return document.not_found_page().response(request, ASK_AGAIN, status=404)
    file = _files().get(request.path_params.get("name", _INDEX))
    if file is None:
        return document.not_found_page().response(request, ASK_AGAIN, status=404)
    answer = file.response(request, ASK_AGAIN)
    answer.headers.update(_FOR_EVERY_SITE)
    return answer


def _files() -> "Mapping[str, Asset]":
    """The files by name; made again when something was written, or on another day, and not before."""
    # Imported late: the server listens before they are loaded.
    wait_until_warm()
    from dashboard.configuration import clock
    from data_access.engine import data_version

    url, today = load_settings().database_url, clock.today()
    with engine_of(url).connect() as connection:
        version = data_version(connection)
    return _kept.of(url, version, today)


class _LastPublication:
    """The files as last made: one set is kept, and two visitors at once do not make it twice."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._made_for: tuple[str, int, date] | None = None
        self._files: Mapping[str, Asset] = {}

    def of(self, url: str, version: int, today: "date") -> "Mapping[str, Asset]":
        with self._turn:
            if self._made_for != (url, version, today):
                self._files = _made(engine_of(url), today)
                self._made_for = (url, version, today)
            return self._files


def _made(engine: "sa.Engine", today: "date") -> "Mapping[str, Asset]":
    from dashboard.publication import publication

    published = publication(engine, today=today)
    files = {name: Asset(content, PurePath(name).suffix) for name, content in published.files.items()}
    return {**files, _INDEX: _index(published)}


def _index(published: "Publication") -> Asset:
    """The page that lists the files of a publication: what they are, whose, under which licence, and where each is."""
    from dashboard.exports.opendata import (
        DESCRIPTION_FILE,
        LICENCE,
        PUBLISHER,
        RESOURCES,
        SPATIAL,
        TITLE,
        description,
        schema,
    )
    from dashboard.wording import dates
    from dashboard.wording.numbers import NO_BREAK, decimal
    from dashboard.wording.terms import DEMONSTRATION

    sizes = {
        name: f"{decimal(max(1, len(content) / 1000), 0)}{NO_BREAK}ko" for name, content in published.files.items()
    }
    html = document.render(
        "open_data.html",
        title=TITLE,
        demonstration=DEMONSTRATION if published.demonstration else "",
        description=description(demonstration=False),
        description_file=DESCRIPTION_FILE,
        publisher=PUBLISHER,
        licence=LICENCE,
        territory=SPATIAL,
        day=dates.full_date(published.on),
        left_out=published.left_out,
        files=[
            (resource, sizes[resource.file_name], schema(resource.schema) if resource.schema else None)
            for resource in RESOURCES
        ],
    )
    return Asset(html.encode(), ".html")


_kept: Final = _LastPublication()
OPEN_DATA_ROUTES: Final = (
    Route(ADDRESS.rstrip("/"), open_data),
    Route(ADDRESS, open_data),
    Route(ADDRESS + "{name}", open_data),
)
