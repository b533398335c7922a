"""A coordinator corrects what was noted long ago, by somebody else or by an import, with the keyboard alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.server import running_server
from tests.browser.visits import open_page, run_by
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

# The way through the menu and a page: more presses would mean that something cannot be reached.
MOST_TABS = 140


@pytest.fixture(scope="module")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration of its own: what is corrected here is read by no other test."""
    folder = tmp_path_factory.mktemp("corrections")
    demonstration_copy(folder, DAY_OF_THE_PROGRAMME).rename(folder / DATABASE_FILE)
    return folder


@pytest.fixture(scope="module")
def server_address(browser: object, own_folder: Path) -> Iterator[str]:
    with running_server(own_folder) as address:
        yield address


@pytest.fixture
def ask(own_folder: Path) -> object:
    """The first row of a question to the database."""

    def asked(question: str, *values: object) -> tuple[object, ...]:
        with closing(sqlite3.connect(own_folder / DATABASE_FILE)) as database:
            row = database.execute(question, values).fetchone()
            return () if row is None else tuple(row)

    return asked


class Keyboard:
    """What somebody does who has no mouse: Tab until a screen reader says what they look for, then keys."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, said: str) -> "Keyboard":
        heard = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            focus = self.focus
            if focus.startswith(said):
                return self
            heard.append(focus)
        raise AssertionError(f"« {said} » is not reached; heard {heard}")

    @property
    def focus(self) -> str:
        """The name of what has the focus, as a screen reader says it, without the names of icons."""
        said: str = self.page.evaluate(
            """() => {
              const element = document.activeElement;
              const labelled = element.labels && element.labels[0];
              const copy = (labelled || element).cloneNode(true);
              copy.querySelectorAll('[data-testid*="Icon"], [translate="no"]').forEach((icon) => icon.remove());
              const name = element.getAttribute('aria-label') || copy.textContent || '';
              return name.replace(/^Selected .*?\\. /, '').replace(/\\s+/g, ' ').trim();
            }"""
        )
        return said

    def write(self, text: str) -> "Keyboard":
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)
        return self

    def press(self, key: str) -> "Keyboard":
        run_by(self.page, lambda: self.page.keyboard.press(key))
        return self

    def choose(self, text: str) -> "Keyboard":
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        return self


def found(page: Page, kind: str, words: str, label: str) -> Keyboard:
    """A record of a kind, searched and opened."""
    open_page(page, f"/autres-saisies?saisie={kind}&geste=retrouver")
    keyboard = Keyboard(page)
    keyboard.to("Chercher").write(words).press("Enter")
    expect(page.locator(".st-key-found-records").get_by_text(label).first).to_be_visible()
    keyboard.to(label).press("Enter")
    expect(page.get_by_text("Vous corrigez une fiche enregistrée")).to_be_visible()
    return keyboard


def saved(page: Page, keyboard: Keyboard) -> None:
    keyboard.press("Control+Enter")
    expect(page.get_by_text("enregistré à")).to_be_visible()


def test_the_outcome_of_a_household_of_last_year(page: Page, ask: object) -> None:
    household_id, number = ask(  # type: ignore[operator]
        "SELECT h.id, s.number FROM welcome_household h JOIN welcome_session s ON s.id = h.welcome_session_id"
        " WHERE h.outcome = 'pending' AND s.starts_on BETWEEN '2016-01-01' AND '2016-12-31' ORDER BY h.id"
    )
    keyboard = found(page, "foyer", f"session n° {number} foyer {household_id}", f"Session n° {number}")
    keyboard.to("Suite").choose("Install")
    keyboard.to("Installé le").write("01/03/2017")
    saved(page, keyboard)

    stored = ask("SELECT outcome, settled_on FROM welcome_household WHERE id = ?", household_id)  # type: ignore[operator]
    assert stored == ("settled", "2017-03-01")


def test_the_address_of_a_person(page: Page, ask: object) -> None:
    person_id, family, given = ask(  # type: ignore[operator]
        "SELECT id, family_name, given_name FROM person WHERE email IS NOT NULL AND erased_at IS NULL ORDER BY id DESC"
    )
    open_page(page, "/personnes")
    keyboard = Keyboard(page)
    keyboard.to("Chercher une personne").write(f"{given} {family} {person_id}").press("Enter")
    keyboard.to("Corriger la fiche").press("Enter")
    keyboard.to("Adresse électronique").write("nouvelle@example.org")
    saved(page, keyboard)

    assert ask("SELECT email FROM person WHERE id = ?", person_id) == ("nouvelle@example.org",)  # type: ignore[operator]


def test_a_contract(page: Page, ask: object) -> None:
    row_id, reference, kind = ask(  # type: ignore[operator]
        "SELECT id, candidate_ref, employer_in_cantal FROM placement WHERE stage = 'hired' AND employer_in_cantal = 1"
    )
    keyboard = found(page, "contrat", str(reference), str(reference))
    keyboard.to("Employeur").write("Laiterie du Plomb")
    saved(page, keyboard)

    stored = ask("SELECT employer, employer_in_cantal FROM placement WHERE id = ?", row_id)  # type: ignore[operator]
    assert stored == ("Laiterie du Plomb", kind)


def test_an_agreement_found_by_a_name_is_ended(page: Page, ask: object) -> None:
    row_id, family, given = ask(  # type: ignore[operator]
        "SELECT a.id, p.family_name, p.given_name FROM agreement a JOIN person p ON p.id = a.person_id"
        " WHERE a.ended_on IS NULL ORDER BY a.signed_on LIMIT 1"
    )
    keyboard = found(page, "convention", f"{given} {family}", f"{family} {given}")
    keyboard.to("Terminer").press("Enter")
    expect(page.get_by_label("Dernier jour (facultatif)")).to_have_value("30/05/2017")
    saved(page, keyboard)

    assert ask("SELECT ended_on FROM agreement WHERE id = ?", row_id) == ("2017-05-30",)  # type: ignore[operator]


def test_two_sheets_are_merged_and_taken_back(page: Page, ask: object) -> None:
    ids = "SELECT p.id FROM person p WHERE p.erased_at IS NULL AND p.id NOT IN (SELECT person_id FROM pass_membership)"
    (kept,) = ask(f"{ids} ORDER BY p.id")  # type: ignore[operator]
    (other,) = ask(f"{ids} AND p.id <> ? ORDER BY p.id", kept)  # type: ignore[operator]
    open_page(page, f"/personnes?personne={kept}")
    keyboard = Keyboard(page)
    keyboard.to("Réunir deux fiches")
    page.keyboard.press("Enter")
    keyboard.to("Numéro de l’autre fiche").write(str(other)).press("Enter")
    keyboard.to("Réunir les deux fiches").press("Enter")
    expect(page.get_by_text(f"Fiche {other} réunie à la fiche {kept}.")).to_be_visible()
    assert ask("SELECT id FROM person WHERE id = ?", other) == ()  # type: ignore[operator]

    keyboard.to("Annuler ce changement").press("Enter")
    expect(page.get_by_text("Saisie annulée.")).to_be_visible()
    assert ask("SELECT id FROM person WHERE id = ?", other) == (other,)  # type: ignore[operator]
