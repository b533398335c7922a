"""Signing in with an identity provider in a real browser: the way there and back, cookies included, and the way out."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard.identity.accounts import COOKIE
from data_access.engine import open_engine, writing
from data_access.schema import account, audit_entry, sign_in_session
from tests.browser.server import free_port, running_server
from tests.browser.visits import PATIENCE_MS, Witness, open_page, watched_context
from tests.dashboard.sign_in.providers import person, running_provider, settings_for
from tests.dashboard.sign_in.visitors import ELISE, add_account

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

PEOPLE = [
    person("elise", ELISE, email_verified=True),
    person("unverified", ELISE, email_verified=False),
    person("stranger", "personne@example.org", email_verified=True),
]

# A sign that nobody sees stands before the at sign, so that the address of who is signed in is text and no link.
SIGNED_IN = re.compile(re.escape(ELISE).replace("@", "\u2060?@"))


@pytest.fixture(scope="module")
def folder(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this product keeps its database: no figure, and one account, whose holder never came."""
    folder = tmp_path_factory.mktemp("with-provider")
    file = shutil.copy(sqlite_template, folder / "cybercantal.sqlite")
    add_account(open_engine(f"sqlite:///{file}"), ELISE, "coordinator", password=None)
    return folder


@pytest.fixture(scope="module")
def product(browser: Browser, folder: Path) -> Iterator[str]:
    """The product with accounts that a provider vouches for."""
    port = free_port()
    with running_provider(PEOPLE) as (issuer, _):
        # Another name than that of the product: for a browser it is another site.
        settings = settings_for(issuer.replace("127.0.0.1", "localhost"), f"http://127.0.0.1:{port}")
        with running_server(folder, settings=settings, port=port) as address:
            yield address


@pytest.fixture(scope="module")
def database(product: str, folder: Path) -> sa.Engine:
    """That of the running product, as its keeper would open it."""
    return open_engine(f"sqlite:///{folder}/cybercantal.sqlite")


@pytest.fixture
def context(browser: Browser, product: str) -> Iterator[BrowserContext]:
    """A browser that never came."""
    context = browser.new_context(base_url=product, locale="fr-FR", viewport={"width": 1366, "height": 768})
    context.set_default_timeout(PATIENCE_MS)
    # The pages of the provider would have a style sheet fetched from the internet.
    context.route(lambda url: urlsplit(url).hostname not in {"127.0.0.1", "localhost"}, lambda route: route.abort())
    yield context
    context.close()


def come(page: Page, subject: str, path: str = "/saisie") -> None:
    """Opens a page, follows what it says to sign in, and says at the provider who one is."""
    page.goto(path)
    page.get_by_test_id("stMain").get_by_role("link", name="Se connecter").click()
    page.get_by_role("link", name="Continuer avec votre compte professionnel").click()
    page.get_by_role("button", name=subject, exact=True).click()


def denials(database: sa.Engine) -> list[str]:
    with database.connect() as connection:
        denied = sa.select(audit_entry.c.row_key).where(audit_entry.c.action == "denied")
        return list(connection.execute(denied).scalars())


def test_one_comes_back_to_the_page_one_wanted_and_leaves_again(context: BrowserContext, database: sa.Engine) -> None:
    page = context.new_page()
    come(page, "elise")

    page.wait_for_url("**/saisie")
    expect(page.get_by_role("heading", name="Saisie hebdomadaire", level=1)).to_be_visible()
    expect(page.get_by_text(SIGNED_IN)).to_be_visible()
    assert len(context.pages) == 1
    [cookie] = [each for each in context.cookies() if each["name"] == COOKIE]
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, True, "Lax", "/")

    page.get_by_role("link", name="Mon compte").click()
    page.get_by_role("button", name="Se déconnecter", exact=True).click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    context.add_cookies([cookie])
    page.goto("/saisie")
    expect(page.get_by_text("Connectez-vous pour ouvrir cette page.")).to_be_visible()


@pytest.mark.parametrize("subject", ["stranger", "unverified"])
def test_whom_nobody_entered_gets_nothing(context: BrowserContext, database: sa.Engine, subject: str) -> None:
    before, page = len(denials(database)), context.new_page()
    come(page, subject)

    expect(page.get_by_role("heading", name="Aucun compte à votre nom")).to_be_visible()
    assert [each for each in context.cookies() if each["name"] == COOKIE] == []
    assert len(denials(database)) == before + 1


def test_what_ends_a_session_bites_at_the_next_click_in_a_page_that_was_open(
    context: BrowserContext, database: sa.Engine
) -> None:
    """The page keeps the cookie it was opened with: it is the server that no longer takes it."""
    page = context.new_page()
    come(page, "elise", "/frequentation")
    expect(page.get_by_role("heading", name="Fréquentation", level=1)).to_be_visible()
    with writing(database) as connection:
        connection.execute(sa.update(sign_in_session).values(expires_at=datetime.now(UTC)))

    page.get_by_role("link", name="Carte du réseau").click()

    expect(page.get_by_text("Connectez-vous pour ouvrir cette page.")).to_be_visible()


def test_a_disabled_account_and_a_tampered_cookie_are_nobody(context: BrowserContext, database: sa.Engine) -> None:
    page = context.new_page()
    come(page, "elise", "/frequentation")
    expect(page.get_by_role("heading", name="Fréquentation", level=1)).to_be_visible()
    [cookie] = [each for each in context.cookies() if each["name"] == COOKIE]
    context.add_cookies([{**cookie, "value": cookie["value"][:-1] + ("A" if cookie["value"][-1] != "A" else "B")}])
    page.goto("/frequentation")
    expect(page.get_by_text("Connectez-vous pour ouvrir cette page.")).to_be_visible()

    context.add_cookies([cookie])
    page.goto("/frequentation")
    expect(page.get_by_text(SIGNED_IN)).to_be_visible()
    with writing(database) as connection:
        connection.execute(sa.update(account).where(account.c.email == ELISE).values(active=False))
    page.goto("/frequentation")
    expect(page.get_by_text("Connectez-vous pour ouvrir cette page.")).to_be_visible()


def test_who_is_not_signed_in_is_shown_the_door_and_asks_for_nothing_they_may_not_have(
    browser: Browser, product: str
) -> None:
    """Not even the icon of the tab is refused to them."""
    visitor, witness = watched_context(browser, product)
    page = visitor.new_page()

    open_page(page, "/")

    expect(page.get_by_test_id("stMain").get_by_role("link", name="Se connecter")).to_be_visible()
    assert witness == Witness()
    visitor.close()
