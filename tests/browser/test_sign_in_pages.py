"""The plain pages of signing in, as a browser draws them: open to everyone, light or dark, and no wider than a telephone."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from dashboard.identity.accounts import qr_code
from dashboard.web.document import render

WRONG = "L’adresse ou le mot de passe n’est pas le bon. Vérifiez les deux, puis recommencez."
EMAIL = "elise.chassang@une-commune-au-nom-vraiment-long.example.org"
DOCUMENTS = {
    "with a password": render(
        "sign_in.html", token="t", onward="/saisie", email=EMAIL, refusal=WRONG, done="", provider=False
    ),
    "with a provider": render(
        "sign_in.html", token="t", onward="/", email="", refusal="", done="Vous êtes déconnecté.", provider=True
    ),
    "a password to choose": render("choose_password.html", token="t", code="c", email=EMAIL, refusal=WRONG),
    "one's account": render(
        "my_account.html",
        token="t",
        name="Élise Chassang",
        email=EMAIL,
        local=True,
        factor=True,
        sessions=[
            {"number": "1", "browser": "Firefox, Windows", "said": "vu le 2\u00a0mars 2026 à 10 h 04", "here": True},
            {
                "number": "2",
                "browser": "Safari, iPhone ou iPad",
                "said": "vu le 1er\u00a0mars 2026 à 9 h",
                "here": False,
            },
        ],
        refusal="",
        done="Fait.",
    ),
    "a code": render("second_factor_code.html", token="t", pending="p", refusal=WRONG),
    "a second factor to set up": render(
        "second_factor_set_up.html",
        token="t",
        pending="",
        action="/compte/second-facteur",
        picture=qr_code("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", EMAIL),
        key="JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP",
        offered="o",
        refusal=WRONG,
    ),
    "a second factor": render(
        "second_factor.html", token="t", since="2\u00a0mars 2026 à 10 h 04", left=7, required=False, refusal=""
    ),
    "recovery codes": render("recovery_codes.html", codes=["ABCD-EFGH-JKLM-NPQR"] * 10, onward="/"),
    "a message": render("account_message.html", title="Lien périmé", sentence="Demandez-en un autre."),
    "leaving": render(
        "onward.html",
        title="Déconnexion",
        sentence="Votre fournisseur d’identité vous déconnecte à son tour.",
        address="about:blank#x",
    ),
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
