"""What other sites may show of the network: by whom the setting says, without a script, and as anybody is told."""

from xml.etree import ElementTree

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.web.embeds import EMBED_ROUTES
from dashboard.web.middleware import SecurityHeaders
from tests.dashboard.publication.test_open_data import TODAY
from tests.demonstrations import demonstration

ADDRESSES = ("", "/places", "/places/MURAT", "/rendez-vous", "/rendez-vous.atom", "/chiffre/heures")
SITES = "https://www.exemple.fr,http://127.0.0.1:9000"


@pytest.fixture
def anybody(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Somebody without an account, where accounts are asked for."""
    url = demonstration(TODAY).url.render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "TODAY": TODAY, "SIGN_IN": "local", "FRAMED_BY": SITES}
    for name, value in settings.items():
        monkeypatch.setenv(f"CYBERCANTAL_{name}", str(value))
    alone = Starlette(routes=EMBED_ROUTES, middleware=[Middleware(SecurityHeaders)])
    return TestClient(alone, base_url="http://127.0.0.1:8501")


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_sites_of_the_setting_may_frame_it_and_no_script_is_in_it(anybody: TestClient, address: str) -> None:
    answer = anybody.get(f"/integrer{address}")

    assert answer.status_code == 200
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == "'self' https://www.exemple.fr http://127.0.0.1:9000"
    assert policy["default-src"] == "'none'"
    assert "x-frame-options" not in answer.headers
    assert "<script" not in answer.text
    assert "données de démonstration" in answer.text.lower() or address == ""


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_the_setting_it_does_not_exist(
    anybody: TestClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("CYBERCANTAL_FRAMED_BY", "")

    answer = anybody.get(f"/integrer{address}")

    assert answer.status_code == 404
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "address", ["/places/NULLE-PART", "/chiffre/rien", "/chiffre/contact", "/chiffre/indicateur.rien"]
)
def test_what_is_not_known_is_not_found(anybody: TestClient, address: str) -> None:
    assert anybody.get(f"/integrer{address}").status_code == 404


def test_a_place_says_whether_it_is_full_and_not_how_many_are_there(anybody: TestClient) -> None:
    said = anybody.get("/integrer/places").text

    assert "places libres" in said
    assert "occup" not in said
    assert "pointage" not in said


def test_the_feed_holds_what_comes_each_with_a_name_of_its_own(anybody: TestClient) -> None:
    """RFC 4287: a feed and its entries have an id, a title and a date."""
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(anybody.get("/integrer/rendez-vous.atom").content)

    entries = feed.findall(f"{atom}entry")
    assert entries
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == len(entries)
    for each in (feed, *entries):
        assert all(each.findtext(f"{atom}{name}") for name in ("id", "title", "updated"))
