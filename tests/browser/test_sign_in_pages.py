"""The plain pages of signing in, as a browser draws them: open to everyone, light or dark, and no wider than a telephone."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from dashboard.web import sign_in_pages as pages

WRONG = "L’adresse ou le mot de passe n’est pas le bon. Vérifiez les deux, puis recommencez."
EMAIL = "elise.chassang@une-commune-au-nom-vraiment-long.example.org"
DOCUMENTS = {
    "with a password": pages.sign_in(token="t", onward="/saisie", email=EMAIL, refusal=WRONG, provider=False),
    "with a provider": pages.sign_in(token="t", onward="/", said="Vous êtes déconnecté.", provider=True),
    "a password to choose": pages.choose_password(token="t", code="c", email=EMAIL, refusal=WRONG),
    "one's account": pages.my_account(token="t", name="Élise Chassang", email=EMAIL, local=True, said="Fait."),
    "a message": pages.message("Lien périmé", "Demandez-en un autre."),
    "leaving": pages.onward("Déconnexion", "Votre fournisseur d’identité vous déconnecte à son tour.", "about:blank#x"),
}


@pytest.fixture(scope="module", params=["light", "dark"])
def telephone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A narrow window in each theme."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=request.param)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_page_of_signing_in_is_open_to_everyone(telephone: Page, document: str) -> None:
    telephone.set_content(document)

    found = Axe().run(telephone).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == []
    assert telephone.evaluate("document.documentElement.scrollWidth") <= 320
