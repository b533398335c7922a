"""The addresses of the open data: for anybody where the setting allows, asked about in one short exchange."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard.configuration.database import engine_of
from dashboard.exports.opendata import DESCRIPTION_FILE, RESOURCES
from dashboard.web.document import FAVICON_ADDRESS as FAVICON
from dashboard.web.middleware import HEADERS, SecurityHeaders
from dashboard.web.open_data import OPEN_DATA_ROUTES
from dashboard.web.routes import favicon
from data_access.engine import open_engine, writing
from data_access.schema import centre
from tests.dashboard.publication.test_open_data import TODAY
from tests.demonstrations import demonstration

FILES = {resource.file_name: resource.media_type for resource in RESOURCES} | {DESCRIPTION_FILE: "application/json"}
ADDRESSES = ["/donnees/", *(f"/donnees/{name}" for name in FILES)]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of the demonstration that may be written in."""
    kept = Path(demonstration(TODAY).url.database or "")
    return f"sqlite:///{shutil.copy(kept, tmp_path_factory.mktemp('published') / 'copy.sqlite')}"


@pytest.fixture(scope="module")
def visitor(database: str) -> Iterator[TestClient]:
    """Somebody without an account, where accounts are asked for and open data are given."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"DATABASE_URL": database, "TODAY": TODAY, "SIGN_IN": "local", "OPEN_DATA": "true"}.items():
            patch.setenv(f"CYBERCANTAL_{name}", str(value))
        alone = Starlette(routes=[*OPEN_DATA_ROUTES, Route(FAVICON, favicon)], middleware=[Middleware(SecurityHeaders)])
        yield TestClient(alone, base_url="http://127.0.0.1:8501")


@pytest.mark.parametrize("name", FILES)
def test_each_file_is_given_to_anybody(visitor: TestClient, name: str) -> None:
    answer = visitor.get(f"/donnees/{name}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == FILES[name]
    assert len(answer.content) > 1000


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_file_already_held_is_not_given_again(visitor: TestClient, address: str) -> None:
    first = visitor.get(address)
    again = visitor.get(address, headers={"If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


def test_pages_of_other_sites_may_read_the_files_and_nothing_else(visitor: TestClient) -> None:
    given, kept = visitor.get("/donnees/lieux.csv").headers, visitor.get(FAVICON).headers

    assert (given["access-control-allow-origin"], given["cross-origin-resource-policy"]) == ("*", "cross-origin")
    assert "access-control-allow-origin" not in kept
    assert kept["cross-origin-resource-policy"] == "same-origin"
    assert {name for name in HEADERS if given.get(name) != HEADERS[name]} == {"Cross-Origin-Resource-Policy"}


def test_nothing_is_read_again_while_nothing_was_written(visitor: TestClient, database: str) -> None:
    """But the data version; one write, and the next visitor has the new file."""
    before = visitor.get("/donnees/lieux.csv")
    asked: list[str] = []
    engine = engine_of(database)
    sa.event.listen(engine, "before_cursor_execute", lambda _c, _k, statement, *_rest: asked.append(statement))
    visitor.get("/donnees/indicateurs.csv")
    assert len([statement for statement in asked if statement.lstrip().upper().startswith("SELECT")]) == 1
    assert "data_version" in "".join(asked)

    with writing(open_engine(database)) as connection:
        connection.execute(sa.update(centre).where(centre.c.code == "MURAT").values(name="La COcotte"))
    after = visitor.get("/donnees/lieux.csv", headers={"If-None-Match": before.headers["etag"]})

    assert after.status_code == 200
    assert "La COcotte," in after.text


def test_the_page_lists_every_file_with_its_licence_and_warning(visitor: TestClient) -> None:
    html = visitor.get("/donnees").text

    assert set(re.findall(r'href="/donnees/([^"]+)"', html)) == set(FILES)
    assert "Licence Ouverte 2.0" in html
    assert "Données de démonstration" in html
    assert "mardi 30\u00a0mai 2017" in html
    assert "<script" not in html


def test_an_unknown_name_is_a_french_404(visitor: TestClient) -> None:
    answer = visitor.get("/donnees/nulle-part.csv")

    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_given_unless_the_setting_says_so(
    visitor: TestClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    visitor.get(address)
    monkeypatch.delenv("CYBERCANTAL_OPEN_DATA")
    answer = visitor.get(address)

    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
    assert "access-control-allow-origin" not in answer.headers
