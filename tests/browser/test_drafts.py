"""What is typed is never lost: no reload, cut, crash, menu, way back or ended session."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from dashboard.identity.accounts import hash_password
from tests.browser.server import free_port, running_server, started_server
from tests.browser.visits import wait_until, wait_until_drawn, watched_context
from tests.browser.weekly_form import DRAFT, WeeklyForm
from tests.demonstrations import DAY_OF_THE_PROGRAMME, demonstration_copy

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

TYPED = "12121212"
PASSWORD = "trois vaches rouges au col"
ROLES = ("animator", "coordinator", "administrator")
# From the first key to the answer: after so many figures, or so many milliseconds after the save was asked.
ALL_MOMENTS = (("keys", 1), ("keys", 4), ("keys", 8), *(("saved", after) for after in (0, 20, 50, 100, 200, 400, 900)))
# All ten are asked for five times by `--hypothesis-profile=thorough`: a server is started twice for each.
MOMENTS = ALL_MOMENTS * 5 if settings.get_current_profile_name() == "thorough" else ALL_MOMENTS[1::5]


@pytest.fixture
def form(page: Page, data_folder: Path) -> WeeklyForm:
    """A week that no other test writes in."""
    return WeeklyForm(page, data_folder, "CHAUDES-AIGUES", "2017-S18")


def test_what_was_typed_survives_a_reload_and_another_server(form: WeeklyForm, browser: Browser) -> None:
    """The second server is what a restart brings: another process, the same database; the second tab knows nothing."""
    form.open().type_figures("56")
    form.wait_for_draft('"6"')

    form.page.reload()
    wait_until_drawn(form.page)
    assert form.figures.startswith("56")
    expect(form.answer).to_contain_text("gardée, pas enregistrée")

    with running_server(form.data_folder) as address:
        context, _witness = watched_context(browser, address)
        elsewhere = WeeklyForm(context.new_page(), form.data_folder, form.centre, form.week).open()
        assert elsewhere.figures.startswith("56")
        elsewhere.page.get_by_role("button", name="Repartir de ce qui est enregistré").click()
        expect(elsewhere.fields[0]).to_have_value("")
        context.close()
    assert form.draft == ""
    assert form.stored[0] == "missing"


def test_a_draft_leaves_while_one_goes_on_typing(form: WeeklyForm) -> None:
    """No pause between two keys for four seconds."""
    form.open()
    for number in range(20):
        form.page.keyboard.type(str(number % 10))
        form.page.wait_for_timeout(200)

    assert "0123456" in form.draft


def test_what_was_typed_while_the_line_was_cut_reaches_the_server_when_it_is_back(form: WeeklyForm) -> None:
    form.open()
    form.page.context.set_offline(True)
    with form.page.expect_event("requestfailed", lambda request: request.url.endswith("/brouillon")):
        form.page.keyboard.type("777")
    assert "777" not in form.draft

    form.page.context.set_offline(False)

    form.wait_for_draft("777")


def test_the_menu_and_the_way_back_lose_nothing(form: WeeklyForm) -> None:
    form.open()
    form.page.keyboard.type("31")
    form.page.get_by_role("link", name="Fréquentation").first.click()
    form.page.wait_for_url("**/frequentation*")
    form.page.go_back()

    # The page that is left may stand for a moment at the address of the one that comes.
    expect(form.page.locator(".cc-week td input:not([type=checkbox])").first).to_have_value(re.compile("31$"))
    form.page.get_by_role("button", name="Repartir de ce qui est enregistré").click()


def test_a_correction_after_a_save_is_nobody_s_conflict(
    form: WeeklyForm, browser: Browser, server_address: str
) -> None:
    """Saved right after the last key; a colleague corrects; the author opens the week again and sees the correction."""
    form.open().type_figures("1")
    form.page.keyboard.press("Tab")
    form.page.keyboard.type("2")
    form.page.get_by_role("button", name=DRAFT).click()
    expect(form.answer).to_contain_text("Brouillon de la semaine 18 enregistré")
    context, _witness = watched_context(browser, server_address)
    colleague = WeeklyForm(context.new_page(), form.data_folder, form.centre, form.week).open()
    colleague.fields[0].fill("3")
    colleague.page.get_by_role("button", name=DRAFT).click()
    expect(colleague.answer).to_contain_text("enregistré")
    context.close()

    form.open()

    assert form.figures.startswith("32")
    assert not form.page.get_by_role("button", name="Garder les miens").count()
    form.forget()


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder and the door of the server that is killed and started again."""
    folder = tmp_path_factory.mktemp("killed")
    demonstration_copy(folder, DAY_OF_THE_PROGRAMME).rename(folder / DATABASE_FILE)
    return folder, free_port()


@pytest.mark.parametrize(("kind", "amount"), MOMENTS)
def test_a_server_killed_at_any_moment_loses_no_key(
    browser: Browser, killed: tuple[Path, int], kind: str, amount: int
) -> None:
    """The week is saved and said so, or kept and said so; never figures that nobody typed."""
    folder, port = killed
    with started_server(folder, port=port) as (address, server):
        context, _witness = watched_context(browser, address)
        form = WeeklyForm(context.new_page(), folder, "CHAUDES-AIGUES", "2017-S18")
        form.forget()
        form.open()
        typed = TYPED[: amount if kind == "keys" else len(TYPED)]
        form.type_figures(typed)
        if kind == "saved":
            form.page.get_by_role("button", name=DRAFT).click()
            form.page.wait_for_timeout(amount)
        server.kill()
        server.wait()
    with started_server(folder, port=port):
        status, _version, half_days = form.stored
        said = "enregistré à" if status != "missing" else "gardé"
        expect(form.page.locator(".cc-week")).to_contain_text(said)
        assert form.figures.replace("·", "") == typed
        assert status == "missing" or half_days == typed
        print(f"killed, {kind} {amount}: {status}", flush=True)
        context.close()


@pytest.fixture
def with_accounts(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, Path]]:
    """A product with accounts of its own, Élise's for Murat, one that coordinates, one that administers, and a browser."""
    folder = tmp_path_factory.mktemp("accounts")
    settings = {"CYBERCANTAL_SIGN_IN": "local"}
    demonstration_copy(folder, DAY_OF_THE_PROGRAMME).rename(folder / DATABASE_FILE)
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database, database:
        database.execute("DELETE FROM account")
        secret = hash_password(PASSWORD)
        database.executemany(
            "INSERT INTO account (email, display_name, role, password_hash, active) VALUES (?, ?, ?, ?, 1)",
            [(f"{role}@example.org", f"Compte {role}", role, secret) for role in ROLES],
        )
        database.execute(
            "INSERT INTO account_centre (account_id, centre_id) SELECT a.id, c.id FROM account a, centre c "
            "WHERE a.role = 'animator' AND c.code = 'MURAT'"
        )
    with running_server(folder, settings=settings) as address:
        context, _witness = watched_context(browser, address)
        yield context.new_page(), folder
        context.close()


def sign_in(page: Page, then: str = ".cc-week table", role: str = "animator") -> None:
    """What the keyboard does: the first field has the focus; then what is drawn."""
    expect(page.get_by_label("Adresse électronique")).to_be_focused()
    page.keyboard.type(f"{role}@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(then)).to_be_visible()


def is_kept(folder: Path, text: str) -> bool:
    """Whether the server has what was typed."""
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database:
        return any(text in typed for (typed,) in database.execute("SELECT typed FROM entry_draft"))


# Who fills it in, where it is, a text field of it, and another that is typed in next.
FORMS = {
    "accounts": (
        "administrator",
        "/comptes",
        "[class*='st-key-account-nouveau-'][class*='-name'] input",
        "[class*='st-key-account-nouveau-'][class*='-email'] input",
    ),
    "show": ("coordinator", "/presentation", ".st-key-show-title-pass input", ".st-key-show-title-heures input"),
}


@pytest.mark.parametrize("form", FORMS)
def test_accounts_and_shows_lose_nothing_to_the_menu_the_way_back_or_a_session_that_ended(
    with_accounts: tuple[Page, Path], form: str
) -> None:
    page, folder = with_accounts
    role, address, first, second = FORMS[form]
    page.goto(f"/connexion?suite={address}")
    sign_in(page, first, role)

    page.locator(first).fill("Le club")
    if form == "accounts":
        page.get_by_label("Télécentres tenus, pour l’animation").fill("Mur")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
    wait_until(page, partial(is_kept, folder, "Murat" if form == "accounts" else "Le club"), "no draft came")
    page.keyboard.press("Tab")
    wait_until_drawn(page)
    page.get_by_role("link", name="Fréquentation").first.click()
    page.wait_for_url("**/frequentation*")
    wait_until_drawn(page)
    page.go_back()
    expect(page.locator(first)).to_have_value("Le club")
    if form == "accounts":
        expect(page.locator("[data-testid=stMultiSelect]")).to_contain_text("Murat")

    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database, database:
        database.execute("DELETE FROM sign_in_session")
    page.locator(second).fill("Tapé trop tard")
    page.keyboard.press("Tab")
    page.get_by_role("link", name="Se reconnecter").click()
    sign_in(page, first, role)

    expect(page.locator(first)).to_have_value("Le club")
    expect(page.locator(second)).to_have_value("Tapé trop tard")
    expect(page.get_by_text("gardée, pas enregistrée")).to_be_visible()
    page.get_by_role("button", name="Effacer cette reprise").click()
    # The field of before and the new one stand together while the page is drawn again.
    expect(page.locator(first).first).to_have_value("")


@pytest.mark.parametrize("presses_save", [True, False], ids=["saved", "signed in again from the form"])
def test_what_is_typed_in_an_entry_after_the_session_ended_is_there_after_signing_in(
    with_accounts: tuple[Page, Path], presses_save: bool
) -> None:
    page, folder = with_accounts
    name = "[class*='st-key-entry-convention-'][class*='-family_name'] input"
    page.goto("/connexion?suite=/autres-saisies%3Fsaisie%3Dconvention")
    sign_in(page, then=name)
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database, database:
        database.execute("DELETE FROM sign_in_session")

    page.locator(name).fill("Vidalenc")
    if presses_save:
        page.keyboard.press("Control+Enter")
        expect(page.get_by_text("Connectez-vous pour ouvrir cette page")).to_be_visible()
        page.get_by_role("link", name="Se connecter").last.click()
    else:
        page.get_by_role("link", name="Se reconnecter").click()
    sign_in(page, then=name)

    expect(page.locator(name)).to_have_value("Vidalenc")
    expect(page.get_by_text("gardée, pas enregistrée")).to_be_visible()


def test_a_session_that_ends_in_the_middle_loses_nothing(with_accounts: tuple[Page, Path]) -> None:
    page, folder = with_accounts
    page.goto("/connexion")
    sign_in(page)
    assert "/saisie?" in page.url
    form = WeeklyForm(page, folder, "MURAT", "2017-S22")
    form.type_figures("1")
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as database, database:
        database.execute("DELETE FROM sign_in_session")
    page.keyboard.press("Tab")
    page.keyboard.type("2")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Connectez-vous pour ouvrir cette page")).to_be_visible()

    page.get_by_role("link", name="Se connecter").last.click()
    sign_in(page)

    assert "semaine=2017-S22" in page.url
    assert form.figures.startswith("12")
    expect(form.answer).to_contain_text("gardée")
