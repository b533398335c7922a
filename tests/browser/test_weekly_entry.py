"""A week entered in a real browser, from the task on the first page to the figures it changes."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from dashboard.configuration.settings import DATABASE_FILE
from tests.browser.visits import open_page, paste, run_by, wait_until, wait_until_drawn, watched_context
from tests.browser.weekly_form import DRAFT, SAVE, WeeklyForm

# A journey through a browser takes long because it must.
pytestmark = pytest.mark.slow

# Weeks that nobody has entered in the demonstration; each test writes in a week of its own.
MONTMURAT = "/saisie?centre=MONTMURAT&semaine=2017-S21"
CHAUDES_AIGUES = "/saisie?centre=CHAUDES-AIGUES&semaine=2017-S{week}"
FIRST_FIELD = re.compile(r"^Lundi \d+ \w+, bureaux")


def fields(page: Page) -> list[Locator]:
    """The numbers of the days, in the order of the Tab key, once the form is there."""
    expect(page.locator(".cc-week table")).to_be_visible()
    return page.locator(".cc-week td input:not([type=checkbox])").all()


def pressed(page: Page, name: str) -> None:
    run_by(page, page.get_by_role("button", name=name).click)


def focused(page: Page) -> str:
    """What a screen reader says of the field that has the focus."""
    said: str = page.evaluate("(document.activeElement.getAttribute('aria-label') || '').replace(/\\s+/g, ' ')")
    return said


def half_days(page: Page, centre: str) -> int:
    """The half-days of a centre over the last four weeks, as the page of attendance shows them."""
    open_page(page, f"/frequentation?centre={centre}&periode=4s")
    tile = page.locator(".cc-tile").filter(has=page.locator(".cc-tile-label", has_text="Demi-journées occupées"))
    return int(re.sub(r"\D", "", tile.locator(".cc-tile-value").inner_text()))


def hours_of_the_network(page: Page) -> str:
    open_page(page, "/?periode=4s")
    tile = page.locator(".cc-tile").filter(has=page.locator(".cc-tile-label", has_text="Heures d’utilisation"))
    return tile.locator(".cc-tile-value").inner_text()


def stored(data_folder: Path, centre: str, monday: str) -> list[tuple[str, int, int]]:
    """The days of one sheet, as they are in the database: day, half-days, version of the sheet."""
    question = """
        SELECT d.day, d.half_days, w.version
        FROM attendance_week w JOIN attendance_day d ON d.attendance_week_id = w.id JOIN centre c ON c.id = w.centre_id
        WHERE c.code = ? AND w.week_start = ? ORDER BY d.day, d.seat_kind"""
    with closing(sqlite3.connect(data_folder / DATABASE_FILE)) as database:
        return database.execute(question, (centre, monday)).fetchall()


def test_a_week_is_entered_with_the_keyboard_alone_and_the_figures_move(page: Page, data_folder: Path) -> None:
    """From the list of what is missing to the form, then to the pages that show it."""
    hours_before, half_days_before = hours_of_the_network(page), half_days(page, "MONTMURAT")
    open_page(page, "/?periode=4s")
    page.get_by_role("link", name=re.compile(r"Montmurat\s:")).click()
    page.wait_for_url("**/saisie?*")
    wait_until_drawn(page)
    expect(page.get_by_role("heading", name=re.compile("^Semaine 21"))).to_be_visible()

    wait_until(page, lambda: bool(FIRST_FIELD.search(focused(page))), "the focus is not in the first field")
    typed = len(fields(page))
    for _ in range(typed):
        page.keyboard.type("1")
        page.keyboard.press("Enter")
    page.keyboard.type("2")
    run_by(page, lambda: page.keyboard.press("Control+Enter"))
    question = page.get_by_role("button", name="Enregistrer quand même")
    if question.count():
        run_by(page, lambda: page.keyboard.press("Enter"))

    expect(page.get_by_text("Semaine 21 enregistrée")).to_be_visible()
    assert [value for _day, value, _version in stored(data_folder, "MONTMURAT", "2017-05-22")] == [1] * typed
    assert half_days(page, "MONTMURAT") == half_days_before + typed
    assert hours_of_the_network(page) != hours_before


PASTED = {
    "1\t2\n3\t4": "1234······",
    "1\n2\n3\n4\n5\n": "1·2·3·4·5·",
    "1 2 3 4 5": "1·2·3·4·5·",
    "1\t2\t3\t4\t5\t6\t7\t8\t9\t0": "1234567890",
}
REFUSED = ["1\t2\t3", "1\n2\n3\n4\n5\n6", "1\tabc", "1\n2,5", "Lundi\t1\nLundi\t2"]


def test_several_values_pasted_into_a_field_fill_the_fields_from_there_on_or_none(
    page: Page, data_folder: Path
) -> None:
    """A block, a value a day, a value a field; what does not fit, or is no number, is written nowhere and said."""
    form = WeeklyForm(page, data_folder, "CHAUDES-AIGUES", "2017-S20").open()
    said = page.locator(".cc-week-pasted")
    for copied, figures in PASTED.items():
        for field in form.fields:
            field.fill("")
        form.fields[0].fill("9")
        paste(page, copied)
        expect(said).to_contain_text("bureaux (9 devient 1)")
        assert form.figures == figures
    for copied in REFUSED:
        paste(page, copied)
        expect(said).to_contain_text("Rien n’est collé")
        assert form.figures == "1234567890"
    form.wait_for_draft('"9"')
    form.forget()


def test_nothing_typed_is_changed_on_its_way(page: Page, data_folder: Path) -> None:
    """A number field of the browser would turn « 2,5 » into 25, and « abc » into nothing."""
    open_page(page, CHAUDES_AIGUES.format(week=20))
    typed = ["2,5", "-3", "abc", "1 234"]
    for field, text in zip(fields(page), typed, strict=False):
        field.click()
        page.keyboard.type(text, delay=20)

    pressed(page, SAVE)

    told = page.locator(".cc-week-answer").inner_text()
    assert told.count("indiquez un nombre entier, par exemple 3.") == 2
    assert "−3 n’est pas possible" in told
    assert "1\u202f234\u00a0demi-journées pour" in told
    assert [field.input_value() for field in fields(page)[:4]] == typed
    assert stored(data_folder, "CHAUDES-AIGUES", "2017-05-15") == []


def test_impatient_clicks_record_once(page: Page, data_folder: Path) -> None:
    """The database is held by another program meanwhile, so that each click finds the one before still at work."""
    open_page(page, CHAUDES_AIGUES.format(week=19))
    for field in fields(page):
        field.fill("1")
    button = page.get_by_role("button", name=DRAFT)

    with closing(sqlite3.connect(data_folder / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        button.dblclick()
        for _ in range(3):
            page.wait_for_timeout(200)
            button.click()
        other.execute("ROLLBACK")

    expect(page.get_by_text("Brouillon de la semaine 19 enregistré")).to_be_visible()
    wait_until_drawn(page)
    rows = stored(data_folder, "CHAUDES-AIGUES", "2017-05-08")
    assert rows
    assert {(value, version) for _day, value, version in rows} == {(1, 1)}


def test_two_who_enter_the_same_week_are_told_of_each_other(
    page: Page, browser: Browser, server_address: str, data_folder: Path
) -> None:
    """The second one sees what the first has stored, and keeps what they typed until they choose."""
    context, _witness = watched_context(browser, server_address)
    other = context.new_page()
    for visitor, text in ((page, "1"), (other, "2")):
        open_page(visitor, CHAUDES_AIGUES.format(week=21))
        fields(visitor)[0].fill(text)

    pressed(page, DRAFT)
    pressed(other, DRAFT)

    expect(other.get_by_role("button", name="Garder les miens")).to_be_visible()
    assert fields(other)[0].input_value() == "2"
    assert {version for _day, _value, version in stored(data_folder, "CHAUDES-AIGUES", "2017-05-22")} == {1}
    assert stored(data_folder, "CHAUDES-AIGUES", "2017-05-22")[0][1] == 1
    pressed(other, "Voir ses chiffres")
    assert fields(other)[0].input_value() == "1"
    context.close()


def test_the_form_fits_every_window(page: Page) -> None:
    """Nothing to scroll sideways."""
    wider = {}
    for width, height in ((1366, 768), (390, 844), (1920, 1080), (320, 640)):
        page.set_viewport_size({"width": width, "height": height})
        open_page(page, MONTMURAT)
        wider[width] = page.evaluate(
            "(() => { const main = document.querySelector('[data-testid=\"stMain\"]');"
            " return main.scrollWidth - main.clientWidth })()"
        )

    assert {width: over for width, over in wider.items() if over > 0} == {}


def test_each_field_says_its_day_and_kind(page: Page) -> None:
    open_page(page, MONTMURAT)

    labels = [field.get_attribute("aria-label") or "" for field in fields(page)]

    assert all(re.fullmatch(r"\w+ \d+(er)?\u00a0\w+, (bureaux|open space) \(\d+\)", label) for label in labels)
    assert len(set(labels)) == len(labels)


def test_the_form_is_open_to_everyone(page: Page) -> None:
    """axe finds nothing to say of the form, filled in or refused."""
    open_page(page, MONTMURAT)
    fields(page)[0].fill("abc")
    pressed(page, SAVE)

    found = Axe().run(page, context=".cc-week").response["violations"]

    assert [(violation["id"], len(violation["nodes"])) for violation in found] == []
